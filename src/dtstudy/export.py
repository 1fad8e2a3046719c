"""A study handed on: a REFI-QDA project, a REFI-QDA codebook, or a folder of tables; whole or not at all."""

import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from dtstudy import disclosure, exhibits, write
from dtstudy.corpus import Corpus
from dtstudy.errors import InputError
from dtstudy.measures import frequency
from dtstudy.study import Study
from dtstudy.write import csv, qdc, qdpx, taguette

AT_HOME = "raw texts, names and their key"  # what leaves the raw folder in no format


@dataclass(frozen=True)
class Export:
    """What would be written, name to content, and in words what it holds and what it lacks."""

    contents: dict[str, bytes]
    holds: str
    lacks: str


def export(study: Study, place: Path, force: bool = False) -> str:
    """Write a study to FILE.qdpx, FILE.qdc or a folder; return a sentence on what was written and what left out.

    An existing file, or a folder that holds anything, is written over only with `force`; files of other names in a
    folder stay. Raises InputError, and writes nothing, where the place is taken, where its suffix names no format, or
    where a name of the roster or a listed place survives in what would be written.
    """
    make, save = _format(place)
    _refuse_taken(place, force)
    made = make(study)
    _refuse_names(study, made.contents)
    try:
        save(place, made.contents)
    except OSError as error:
        raise InputError(f"{place}: {error.strerror or error}. Choose another place.") from None
    return f"{study.name}: {place} holds {made.holds}; the data are {study.data}. Left out: {made.lacks}."


def project(study: Study) -> Export:
    """The study as the entries of a REFI-QDA project; see `write.qdpx`."""
    corpus = study.corpus()
    coders = corpus.codings["coder"].nunique()
    holds = (
        f"{len(corpus.documents)} documents, {len(corpus.participants)} cases, {len(corpus.codes)} codes and"
        f" {len(corpus.codings):,} codings by {coders} {'coder' if coders == 1 else 'coders'}"
    )
    lacks = ["who read what without coding it", "names and digests of the raw files", AT_HOME]
    if corpus.turns["seconds"].notna().any():
        lacks.insert(0, "seconds of turns")
    altered = sum(write.plain(text) != text for text in corpus.documents["text"])
    if altered:
        lacks.insert(0, f"characters that not every program can take (replaced one by one, in {altered} documents)")
    return Export(qdpx.project(vars(corpus), study.name, _about(study)), holds, ", ".join(lacks))


def codebook(study: Study) -> Export:
    """The codes of the study as a REFI-QDA codebook; see `write.qdc`."""
    corpus = study.corpus()
    content = qdc.codebook(corpus.codes, study.name, set(corpus.codings["code"]))
    return Export({"codebook.qdc": content}, f"{len(corpus.codes)} codes", "all but the codebook")


def tables(study: Study) -> Export:
    """The study as CSV files: tidy tables, the codebook for Taguette, lists and matrices for a spreadsheet."""
    corpus = study.corpus()
    tidy = csv.tidy(vars(corpus))
    sheets = {"passages": csv.passages(vars(corpus)), **_matrices(corpus)} if len(corpus.codings) else {}
    holds, lacks = [f"{len(tidy)} tidy tables"], [AT_HOME]
    contents = {"README.md": _readme(study).encode(), **tidy}
    if sheets:
        holds.append(f"{len(sheets)} tables for a spreadsheet")
        contents |= {f"spreadsheet/{name}.csv": csv.spreadsheet(sheet) for name, sheet in sheets.items()}
    try:
        contents["taguette-codebook.csv"] = taguette.codebook(corpus.codes)
        holds.append("the codebook for Taguette")
    except InputError as error:
        lacks.append(f"the codebook for Taguette ({error})")
    return Export(contents, ", ".join(holds), ", ".join(lacks))


def _format(place: Path) -> tuple[Callable[[Study], Export], Callable[[Path, dict[str, bytes]], None]]:
    """What makes the content for a place, and what saves it there."""
    formats = {".qdpx": (project, _save_archive), ".qdc": (codebook, _save_file), "": (tables, _save_folder)}
    suffix = "" if place.is_dir() else place.suffix.lower()
    if suffix not in formats:
        raise InputError(f"{place}: a study is not exported as '{place.suffix}'; name FILE.qdpx, FILE.qdc or a folder.")
    return formats[suffix]


def _refuse_taken(place: Path, force: bool) -> None:
    taken = any(place.iterdir()) if place.is_dir() else place.exists()
    if taken and not force:
        raise InputError(f"{place} exists. Choose another name, or write over it with --force.")


def _refuse_names(study: Study, contents: dict[str, bytes]) -> None:
    leaks = disclosure.scan_contents(study.settings, contents)
    if leaks:
        first = leaks[0]
        raise InputError(
            f"Names of the roster or listed places would go out ({len(leaks)}), the first in {first.file},"
            f" {first.place}: … {first.around} … Nothing was written. Mend the source, and export again."
        )


def _save_archive(place: Path, contents: dict[str, bytes]) -> None:
    exhibits.write(place, qdpx.archive(contents))


def _save_file(place: Path, contents: dict[str, bytes]) -> None:
    exhibits.write(place, *contents.values())


def _save_folder(place: Path, contents: dict[str, bytes]) -> None:
    """A new folder appears whole; into one that is there, each file is written whole."""
    new = not place.exists()
    into = place.with_name(f".{place.name}.{os.getpid()}.part") if new else place
    try:
        for name, content in contents.items():
            exhibits.write(into / name, content)
        if new:
            into.rename(place)
    finally:
        if new:
            shutil.rmtree(into, ignore_errors=True)


def _matrices(corpus: Corpus) -> dict[str, pd.DataFrame]:
    """Codes by coder, by document, by participant and by each attribute of documents, with counts of passages."""

    def matrix(by: str, reads: pd.DataFrame | None = None) -> pd.DataFrame:
        turns = corpus.turns.assign(across=corpus.turns[by])  # an attribute may be called as a column of the counts is
        counted = frequency.code_frequency(corpus.codings, turns, by="across", coders="each", codes=corpus.codes)
        return csv.matrix(counted, "across", corpus.codes, reads)

    in_all = frequency.code_frequency(corpus.codings, corpus.turns, coders="each", codes=corpus.codes)
    attributes = [column for column in corpus.documents if column in corpus.turns and column != "document"]
    matrices = {
        "coder": csv.matrix(in_all, "coder", corpus.codes),
        "document": matrix("document", corpus.reads),
        **{by: matrix(by) for by in ["participant", *attributes]},
    }
    return {"codes-by-" + re.sub(r"[^\w-]+", "-", by): frame for by, frame in matrices.items()}


def _about(study: Study) -> str:
    about = study.settings.about
    told = [f"{about.title}. {about.sentence}", f"{about.method}; {about.place}; {about.fieldwork}.", about.note]
    return "\n".join([*filter(None, told), f"The data are {study.data}."])


def _readme(study: Study) -> str:
    return f"""# {study.name}

{_about(study)}

- `documents.csv`, `participants.csv`, `turns.csv`, `codes.csv`, `codings.csv`, `reads.csv`: the tables of the corpus,
  one fact a row (in R: `readr::read_csv(file, na = "")`). Offsets count code points of the document's text from 0, end
  exclusive: in R `substr(text, start + 1, end)`, in Python `text[start:end]`.
- A cell that a spreadsheet would take for a formula begins with an apostrophe, which `dtstudy new` takes off again. No
  offset counts it. In R: `sub("^'('*[=+@\\t\\r\\n-])", "\\\\1", cell)`.
- `taguette-codebook.csv`: the codebook as Taguette imports it.
- `spreadsheet/`: `passages.csv` lists every coding with its words; `codes-by-….csv` count passages, a row for each
  coder and code. A passage counts where it touches a turn of a participant (turns of facilitators are outside) in the
  document, of the participant or with the attribute that heads the column, so one passage may count in two columns. A
  category counts the union of its codes. In `codes-by-document.csv` an empty cell is a document that the coder has
  not read.
"""
