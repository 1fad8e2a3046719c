"""Attributes of a project's sources and cases: those of documents, those of participants, and those of neither."""

from pathlib import Path

import pandas as pd

from dtstudy.errors import InputError, near
from dtstudy.names import plain
from dtstudy.read import tidy
from dtstudy.read.project import Project
from dtstudy.read.record import Record

TAKEN = {  # columns of the study's tables, which no attribute may be called
    "document", "text", "source", "sha256", "kind", "file", "speaker", "turn", "participant", "role", "start", "end",
    "seconds", "word_start", "word_end", "code", "coder", "memo", "name", "aliases", "labels", "speaks_in",
}  # fmt: skip
THING = "values of cases"


def of_documents(taken: Project, record: Record) -> pd.DataFrame:
    """Attributes of each source: its own, and those of the cases that are whole sources; one row per source."""
    values = taken.values
    own = values[values["of"] == "source"].rename(columns={"name": "source"})[["source", "attribute", "value"]]
    whole = taken.people[taken.people["source"].notna() & taken.people["start"].isna()][["case", "source"]]
    of_cases = values[values["of"] == "case"].rename(columns={"name": "case"})
    shared = of_cases.merge(whole, on="case")[["source", "attribute", "value"]]
    every = pd.concat([own, shared, _names_of_cases(whole)], ignore_index=True).drop_duplicates(ignore_index=True)
    twice = every.duplicated(["source", "attribute"], keep=False)
    for row in every[twice].itertuples():
        record.came(THING)
        record.drop(THING, f"{row.attribute} of {row.source}: {row.value}", "cases of one source differ in it")
    return _wide(every[~twice], "source", list(taken.sources["source"]))


def of_participants(taken: Project, people: pd.DataFrame, record: Record) -> pd.DataFrame:
    """Attributes of each participant: those of the case with that name or label; one row per participant.

    Values of cases that are neither a participant nor a whole source are listed as dropped.
    """
    who = {plain(label).casefold(): row.participant for row in people.itertuples() for label in (row.labels, row.name)}
    who |= {plain(participant).casefold(): participant for participant in people["participant"]}
    values = taken.values[taken.values["of"] == "case"]
    values = values.assign(participant=[who.get(plain(case).casefold()) for case in values["name"]])
    whole = set(taken.people[taken.people["source"].notna() & taken.people["start"].isna()]["case"])
    lost = values[values["participant"].isna() & ~values["name"].isin(whole)]
    for row in lost.itertuples():
        record.came(THING)
        record.drop(THING, f"{row.attribute} of {row.name}: {row.value}", "its case is no document and no speaker")
    kept = values.dropna(subset="participant").drop_duplicates(["participant", "attribute"])
    return _wide(kept, "participant", list(people["participant"]))


def from_table(path: Path, documents: pd.DataFrame, participants: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Documents and participants with the columns of a table that names them in its column document or participant.

    Raises InputError for a table that names neither, or somebody or something that is not there.
    """
    frame = tidy.table(path)
    key = next((column for column in ("document", "participant") if column in frame), None)
    if key is None:
        raise InputError(
            f"{path}: a column 'document' or 'participant' is missing, to say whose attributes these are. Add one."
        )
    table = documents if key == "document" else participants
    known = {plain(name).casefold(): name for name in table[key]}
    frame[key] = [known.get(plain(tidy.TEXT_FILES.sub("", name)).casefold(), name) for name in frame[key]]
    lost = frame[~frame[key].isin(table[key])]
    if len(lost):
        name = lost[key].iloc[0]
        raise InputError(f"{path}, line {lost.index[0] + 2}: there is no {key} '{name}'; {near(name, table[key])}")
    if frame[key].duplicated().any():
        twice = frame.loc[frame[key].duplicated(), key].iloc[0]
        raise InputError(f"{path}: two rows for {key} '{twice}'. Keep one of them.")
    kept = {column for column in ("kind", "role") if column in table} | {key}
    renamed = {column: free(column) for column in frame if column not in kept}
    frame = frame.rename(columns=renamed).set_index(key)
    joined = table.set_index(key)
    for column in frame:
        joined.loc[frame.index, column] = frame[column]
    joined = joined.fillna("").reset_index()
    return (joined, participants) if key == "document" else (documents, joined)


def _names_of_cases(whole: pd.DataFrame) -> pd.DataFrame:
    """The case of each source as an attribute, where cases tell sources apart otherwise than their names do."""
    if whole["case"].nunique() == len(whole):
        return pd.DataFrame(columns=["source", "attribute", "value"])
    sole = whole[~whole["source"].duplicated(keep=False)]
    return sole.rename(columns={"case": "value"}).assign(attribute="case")[["source", "attribute", "value"]]


def _wide(values: pd.DataFrame, key: str, every: list[str]) -> pd.DataFrame:
    """A column for each attribute, in the order they are met; empty where nothing is said."""
    order = list(dict.fromkeys(values["attribute"]))
    wide = values.pivot(index=key, columns="attribute", values="value").reindex(every)[order].fillna("")
    return wide.rename_axis(columns=None).rename_axis(key).reset_index()


def free(name: str) -> str:
    """A name for an attribute's column that none of the study's tables has."""
    return f"{name} (given)" if name in TAKEN else name
