"""A corpus: the tables of a study, checked once and frozen, and the way back from a coding to its words."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from dtstudy import schema
from dtstudy.errors import InputError, near
from dtstudy.measures.units import SHARED, UNION, sharing
from dtstudy.text import word_starts

Unit = Literal["turn", "overlap", "window", "speaker", "document"]


@dataclass(frozen=True)
class Corpus:
    """The tables of a study.

    `turns` and `codings` carry two derived pairs of columns besides the schema's: `word_start` and
    `word_end`, offsets in words of the document (end exclusive; a word belongs to the passage its first
    character lies in). `turns` further carries `role` and the attributes of its document and participant, so
    that a measure can group by them.
    """

    documents: pd.DataFrame
    participants: pd.DataFrame
    turns: pd.DataFrame
    codes: pd.DataFrame
    codings: pd.DataFrame
    reads: pd.DataFrame

    @classmethod
    def build(cls, **tables: pd.DataFrame) -> "Corpus":
        """Check the six tables against the schema and freeze them.

        Raises InputError as `schema.validate` does.
        """
        checked = schema.validate(tables)
        starts = {row.document: word_starts(row.text) for row in checked["documents"].itertuples()}
        turns = _word_offsets(checked["turns"], starts)
        for name, own in (("documents", ["text", "source", "sha256", "kind"]), ("participants", [])):
            attributes = checked[name].drop(columns=own)
            turns = turns.merge(attributes, on=attributes.columns[0], how="left", validate="many_to_one")
        return cls(**{**checked, "turns": turns, "codings": _word_offsets(checked["codings"], starts)})

    def save(self, folder: Path) -> None:
        """Write each table as FOLDER/TABLE.parquet, the schema's columns and attributes."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, table in schema.TABLES.items():
            frame = getattr(self, name)
            own = list(frame.columns) if table.attributes else list(table.columns)
            frame[own].to_parquet(folder / f"{name}.parquet", index=False)

    @classmethod
    def load(cls, folder: Path) -> "Corpus":
        """Read what `save` wrote, and check it again. Raises InputError where a table is missing or damaged."""
        tables = {name: read_table(folder / f"{name}.parquet", "Run dtstudy report.") for name in schema.TABLES}
        return cls.build(**tables)

    def segments(
        self,
        code: str | None = None,
        coder: str | None = None,
        with_code: str | None = None,
        unit: Unit = "turn",
        window: int = 1,
        **attributes: str,
    ) -> pd.DataFrame:
        """Back to the words: coded passages, chosen by code, coder and attributes of the turn.

        Parameters: a category's passages are those of its concepts. `coder` is a coder's name, or `union` for all of
        them as one; by default each coder stands alone. With `with_code` only passages of `code` stay that share a
        unit with a passage of `with_code` by the same coder: a participant's turn (the number of different turns is
        then n12 of `cooccurrence`), a character (`overlap`), a `window` of so many turns either side, all that a
        speaker says in a document, or a document.

        Returns
        -------
        DataFrame, one row per coding, or with `with_code` per coding and turn on which it
        stands in a shared unit
            document, turn (in which the passage begins, or that of the unit), participant, code, coder, words (the
            passage as text)

        Raises InputError for an unknown code, coder, unit or attribute.
        """
        if unit not in SHARED:
            raise InputError(f"The unit '{unit}' is unknown; {near(unit, SHARED)}")
        for column in attributes:
            if column not in self.turns:
                raise InputError(f"The turns have no column '{column}' to choose by; {near(column, self.turns)}")
        chosen, turns = self._coded(code, coder), self.turns
        if with_code is not None:
            for column, value in attributes.items():
                turns = turns[turns[column] == value]
            joined = self._shared(chosen, self._coded(with_code, coder), turns, unit, window)
        else:
            joined = self._begun(chosen)
        for column, value in attributes.items():
            joined = joined[joined[column] == value]
        texts = self.documents.set_index("document")["text"]
        passages = [texts[row.document][row.start : row.end] for row in joined.itertuples()]
        joined = joined.assign(words=pd.Series(passages, index=joined.index, dtype="str"))
        columns = ["document", "turn", "participant", "code", "coder", "words"]
        return joined.sort_values(["document", "start", "turn", "code", "coder"], ignore_index=True)[columns]

    def _coded(self, code: str | None, coder: str | None) -> pd.DataFrame:
        """The codings with a code, or one below it, by a coder."""
        chosen = self.codings
        if code is not None:
            if code not in set(self.codes["code"]):
                raise InputError(f"No code of the codebook is '{code}'; {near(code, self.codes['code'])}")
            below = {code}
            while (more := below | set(self.codes.loc[self.codes["parent"].isin(below), "code"])) != below:
                below = more
            chosen = chosen[chosen["code"].isin(below)]
        if coder == UNION:
            return chosen.assign(coder=UNION)
        if coder is not None and coder not in (
            coders := {*self.codings["coder"].unique(), *self.reads["coder"].unique()}
        ):
            raise InputError(f"No coder is called '{coder}'; {near(coder, {*coders, UNION})}")
        return chosen if coder is None else chosen[chosen["coder"] == coder]

    def _begun(self, chosen: pd.DataFrame) -> pd.DataFrame:
        """Codings with the turn they begin in."""
        turns = self.turns.sort_values("start", kind="stable")
        return pd.merge_asof(
            chosen.sort_values("start", kind="stable"), turns, on="start", by="document", suffixes=("", "_turn")
        )

    def _shared(
        self, chosen: pd.DataFrame, others: pd.DataFrame, turns: pd.DataFrame, unit: str, window: int
    ) -> pd.DataFrame:
        """Codings with each of these turns on which they share a unit with one of `others` by the same coder."""
        rows, at = sharing(chosen, others, turns, unit, window)
        own, turn = chosen.iloc[rows].reset_index(drop=True), turns.iloc[at].reset_index(drop=True)
        return pd.concat([own, turn.drop(columns=own.columns, errors="ignore")], axis="columns")


def read_table(file: Path, mend: str) -> pd.DataFrame:
    """One table of a corpus from its file.

    Raises InputError where it is missing or damaged, with the sentence `mend` on what to do then.
    """
    try:
        return pd.read_parquet(file)
    except (OSError, ValueError) as error:
        why = "it was cut off, or is no parquet file"
        if isinstance(error, FileNotFoundError | PermissionError):
            why = "it is missing" if isinstance(error, FileNotFoundError) else "permission denied"
        raise InputError(f"{file} cannot be read ({why}). {mend}") from None


def _word_offsets(spans: pd.DataFrame, starts: dict[str, np.ndarray]) -> pd.DataFrame:
    offsets = np.zeros((2, len(spans)), dtype=np.int64)
    for document, rows in spans.groupby("document").indices.items():
        for place, column in enumerate(("start", "end")):
            offsets[place, rows] = np.searchsorted(starts[document], spans[column].to_numpy()[rows])
    return spans.assign(word_start=offsets[0], word_end=offsets[1])
