"""A claim under check: what a check may look at, and what it gives back."""

from dataclasses import dataclass
from typing import Literal, get_args

from dtstudy.errors import InputError, near
from dtstudy.published.quotations import PaperText

Status = Literal["recomputed", "bounded", "by construction", "tension", "differs", "external", "not checkable"]
STATUSES: tuple[str, ...] = get_args(Status)


@dataclass(frozen=True)
class Verdict:
    """What a check found: the regenerated value as text, a status, and a sentence where one is due."""

    regenerated: str
    status: Status
    note: str = ""


@dataclass(frozen=True)
class Record:
    """What checks may look at: printed values by id, the row under check, the paper's text if supplied."""

    values: dict[str, str]
    row: dict[str, str]
    text: PaperText | None = None

    @property
    def value(self) -> str:
        """The value printed in the row under check."""
        return self.row["value"]

    def printed(self, reference: str) -> str:
        """The value of another row, or the number itself where the reference is one."""
        if reference in self.values:
            return self.values[reference]
        if reference.replace(".", "", 1).isdigit():
            return reference
        raise InputError(f"published.csv, {self.row['id']}: no claim '{reference}'; {near(reference, self.values)}")
