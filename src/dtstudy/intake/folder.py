"""The raw folder of a new study: made beside the others, proven to open, and moved into place whole."""

import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

import pandas as pd

from dtstudy import read, settings, transcripts
from dtstudy.errors import InputError
from dtstudy.intake import about, attributes, speakers, tables
from dtstudy.intake.called import called
from dtstudy.read import Transcript, cells, project
from dtstudy.read.project import Project
from dtstudy.read.record import Record
from dtstudy.write import csv

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
RECORD, DROPPED = "import.csv", "import-dropped.csv"
HERE = "the study"  # what the record calls the study's own tables, after the files
Tell = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Made:
    """A new study: its folder, the record of its import, what was dropped, and what a person should look at."""

    folder: Path
    record: pd.DataFrame
    dropped: pd.DataFrame
    warnings: tuple[str, ...]


def new(
    name: str,
    paths: Sequence[Path],
    more: Path | None = None,
    counted: str = "",
    at: Path | None = None,
    tell: Tell = lambda done, of: None,
) -> Made:
    """Make a study from a project coded elsewhere, or from transcripts.

    Parameters: the name of the study; files and folders of the project (see `read.project.load`); a table of further
    attributes of documents or participants; words for how positions were counted, where that cannot be told; the
    project's folder (default: the one in force); `tell` is called with transcripts cleaned and in all.
    Nothing is written where something is wrong: an InputError then says what.
    """
    at = at or settings.find_project()
    place = at / "data" / "raw" / name
    if not NAME.fullmatch(name):
        raise InputError(f"'{name}' is no name for a study: use letters, digits, hyphens and underscores.")
    if place.exists():
        raise InputError(f"There is a study '{name}' already: data/raw/{name}. Choose another name, or remove it.")
    try:
        taken = project.load(paths, counted)
        if taken.sources.empty:
            raise InputError(
                f"{_told(paths)}: no text came in, so there is nothing to study.{_why(taken)}"
                " Export the project with its texts, or name their folder with a --from of its own."
            )
        return _made(place, taken, more, tell)
    except MemoryError:
        raise InputError(f"{_told(paths)}: the memory is not enough to take it in. Take in a part of it.") from None


def _made(place: Path, taken: Project, more: Path | None, tell: Tell) -> Made:
    """The study at its place; whole or not at all."""
    half = Path(mkdtemp(prefix=".new-", dir=place.parents[1]))
    try:
        record, dropped = _write(half, place.name, taken, more)
        warnings = _prove(half, tell)
        half.chmod(0o755)
        half.rename(place)
    finally:
        shutil.rmtree(half, ignore_errors=True)
    return Made(place, record, dropped, warnings)


def _told(paths: Sequence[Path]) -> str:
    return ", ".join(map(str, paths))


def _why(taken: Project) -> str:
    reasons = taken.dropped["why"].value_counts()
    return f" {reasons.iloc[0]:,} pieces were dropped since {reasons.index[0].rstrip('.')}." if len(reasons) else ""


def _prove(folder: Path, tell: Tell) -> tuple[str, ...]:
    """Build the corpus once. Raises InputError where the study would not open."""
    codebook = cells.table(folder / "codebook.csv")
    places = (folder / name for name in ("transcripts", "participants.csv", "places.csv"))
    return transcripts.build(*places, codebook, folder / "codings", tell=tell).warnings


def _write(folder: Path, name: str, taken: Project, more: Path | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Every file of the study; returns the record and what was dropped."""
    record = Record(HERE)
    guess = _speakers(taken)
    names = called(taken, guess.people)
    people = tables.with_voices(guess.people, guess.voices, names.documents)
    documents = tables.documents(taken, guess, names, record)
    participants = tables.participants(taken, people, documents, record)
    if more is not None:
        documents, participants = attributes.from_table(more, documents, participants)
    codings = tables.codings(taken, names)
    reads = tables.reads(taken, codings, names, record)
    made = pd.concat([taken.record, record.table()], ignore_index=True)
    made[["file", "note"]] = made[["file", "note"]].map(names.masked)  # the report prints the record
    _copy_texts(folder / "transcripts", taken, documents["file"])
    written = {
        "transcripts/documents.csv": documents,
        "participants.csv": participants,
        "places.csv": pd.DataFrame({"word": [], "kind": []}),
        "codebook.csv": tables.codebook(taken, names),
        **{f"codings/{coder}.csv": own.drop(columns="coder") for coder, own in codings.groupby("coder")},
        **({"codings/reads.csv": reads} if len(codings) else {}),
        **({"sets.csv": tables.sets(taken, names)} if len(taken.sets) else {}),
        **({"notes.csv": tables.notes(taken, names)} if len(taken.notes) else {}),
        RECORD: made,
        DROPPED: pd.concat([taken.dropped, record.dropped()], ignore_index=True),
    }
    for file, frame in written.items():
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_bytes(csv.lines(frame, end="\n"))
    (folder / "study.toml").write_text(names.masked(about.study_toml(name, taken, documents)), encoding="utf-8")
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")  # people's words are not to be committed by accident
    return written[RECORD], written[DROPPED]


def _speakers(taken: Project) -> speakers.Speakers:
    """Who speaks, by what the project says of its cases and by what the texts look like."""
    texts = {
        row.source: read.transcript(Path(row.file)) if row.file else Transcript(row.text)
        for row in taken.sources.itertuples()
    }
    spoken = taken.people.dropna(subset="start")
    cases = {source: list(dict.fromkeys(own["case"])) for source, own in spoken.groupby("source")}
    alone = taken.people[taken.people["source"].isna()]["case"]
    return speakers.found(texts, cases, alone, taken.pseudonyms)


def _copy_texts(folder: Path, taken: Project, files: pd.Series) -> None:
    """Files as they came; texts of a project as plain text."""
    folder.mkdir()
    for source, file in zip(taken.sources.itertuples(), files, strict=True):
        if source.file:
            shutil.copyfile(source.file, folder / file)
        else:
            (folder / file).write_bytes(source.text.encode())
