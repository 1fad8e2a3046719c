"""A corpus: the tables of a study, checked once and frozen, and the way back from a coding to its words."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from dtstudy import schema
from dtstudy.errors import InputError
from dtstudy.text import word_starts


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
        tables = {}
        for name in schema.TABLES:
            try:
                tables[name] = pd.read_parquet(folder / f"{name}.parquet")
            except (OSError, ValueError) as error:
                raise InputError(f"{folder / name}.parquet cannot be read ({error}). Run dtstudy report.") from None
        return cls.build(**tables)

    def segments(self, code: str | None = None, coder: str | None = None, **attributes: str) -> pd.DataFrame:
        """Back to the words: coded passages, chosen by code, coder and attributes of the turn they begin in.

        Returns
        -------
        DataFrame, one row per coding
            document, turn, participant, code, coder, words (the passage as text)
        """
        chosen = self.codings
        for column, value in (("code", code), ("coder", coder)):
            chosen = chosen if value is None else chosen[chosen[column] == value]
        turn = self.turns.sort_values("start", kind="stable")
        joined = pd.merge_asof(
            chosen.sort_values("start", kind="stable"),
            turn,
            on="start",
            by="document",
            suffixes=("", "_turn"),
        )
        for column, value in attributes.items():
            joined = joined[joined[column] == value]
        texts = self.documents.set_index("document")["text"]
        passages = [texts[row.document][row.start : row.end] for row in joined.itertuples()]
        joined = joined.assign(words=pd.Series(passages, index=joined.index, dtype="str"))
        columns = ["document", "turn", "participant", "code", "coder", "words"]
        return joined.sort_values(["document", "start", "code", "coder"], ignore_index=True)[columns]


def _word_offsets(spans: pd.DataFrame, starts: dict[str, np.ndarray]) -> pd.DataFrame:
    offsets = np.zeros((2, len(spans)), dtype=np.int64)
    for document, rows in spans.groupby("document").indices.items():
        for place, column in enumerate(("start", "end")):
            offsets[place, rows] = np.searchsorted(starts[document], spans[column].to_numpy()[rows])
    return spans.assign(word_start=offsets[0], word_end=offsets[1])
