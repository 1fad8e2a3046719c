"""A table typed from a paper: do its printed numbers stand together?

Two shapes are known by their head line. Rows of statistics have a column mean, sd, proportion or percent; anything
else is a table of counts, whose first column names its rows. See docs/checking.md.
"""

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap
from typing import Literal

import pandas as pd

from dtstudy.errors import InputError
from dtstudy.published.consistency import RULES, Rounding
from dtstudy.published.sheet import counts, statistics
from dtstudy.published.sheet.finding import Finding
from dtstudy.read import txt

COLUMNS = ("row", "check", "verdict", "sentence")


@dataclass(frozen=True)
class Sheet:
    """A typed table: the file's name, its head line, and its rows with the line each stands on."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    @property
    def shape(self) -> Literal["statistics", "counts"]:
        """What the head line makes it."""
        return "statistics" if statistics.known(self.head) else "counts"


def load(file: Path) -> Sheet:
    """A table as anybody would type it: commas, semicolons or tabs between cells, a head line, empty lines left out.

    Raises InputError where there is no table, or a row has another number of cells than the head.
    """
    try:
        lines = txt.text(file).split("\n")
    except OSError as error:
        raise InputError(f"{file}: {error.strerror or error}. Check the name and the permissions.") from None
    told = [line for line in lines if line.strip(" ,;\t")]
    if len(told) < 2:
        raise InputError(f"{file.name}: a table needs a head line and at least one row below it.")
    mark = max(",;\t", key=told[0].count)
    cells = [tuple(cell.strip() for cell in row) for row in csv.reader(told, delimiter=mark)]
    numbers = [number for number, line in enumerate(lines, 1) if line.strip(" ,;\t")]
    if mark != ",":  # a comma inside a number is then the point of other countries
        cells = [tuple(cell.replace(",", ".") for cell in row) for row in cells]
    head, *rows = cells
    for number, row in zip(numbers[1:], rows, strict=False):
        if len(row) != len(head):
            raise InputError(
                f"{file.name}, line {number}: {len(row)} cells, where the head line has {len(head)}."
                " Put texts with commas in quotation marks."
            )
    doubled = [name for name, times in Counter(head).items() if times > 1]
    if doubled:
        raise InputError(f"{file.name}: two columns are called '{doubled[0]}'. Rename one.")
    return Sheet(file.name, head, tuple(zip(numbers[1:], rows, strict=True)))


def verdicts(sheet: Sheet, rounding: Rounding = "half") -> pd.DataFrame:
    """What can be said of each row and of the whole.

    Returns
    -------
    DataFrame, one row per check made
        row (its name, or the column's), check, verdict (`agrees`; `question`, where printed numbers do not stand
        together; `no power`, where the check could not have failed; `told`, where nothing is judged), sentence

    Raises InputError, with file and line, for a cell that is no number where one is needed.
    """
    if rounding not in RULES:
        raise InputError(f"The rounding rule '{rounding}' is unknown; use {', '.join(RULES)}.")
    found = (statistics if sheet.shape == "statistics" else counts).judge(sheet.name, sheet.head, sheet.rows, rounding)
    if not found:
        raise InputError(
            f"{sheet.name}: no row has numbers that could be set against each other."
            " docs/checking.md says which columns are known."
        )
    return pd.DataFrame([(one.row, one.check, one.verdict, one.sentence) for one in found], columns=list(COLUMNS))


def page(sheet: Sheet, found: pd.DataFrame) -> str:
    """The verdicts as text, questions first, and how many there are of each."""
    order = ("question", "agrees", "no power", "told")
    kind = "rows of statistics" if sheet.shape == "statistics" else "a table of counts"
    lines = [f"{sheet.name}: read as {kind}"]
    for verdict in order:
        for one in found[found["verdict"] == verdict].itertuples():
            text = f"{one.row}, {one.check}: {one.sentence}"
            lines += wrap(text, 108, initial_indent=f"  {verdict:<10}", subsequent_indent=" " * 12)
    tally = found["verdict"].value_counts()
    score = [f"{tally[verdict]} {verdict}" for verdict in order if verdict in tally]
    return "\n".join([*lines, f"{', '.join(score)}."])


__all__ = ["Finding", "Sheet", "load", "page", "verdicts"]
