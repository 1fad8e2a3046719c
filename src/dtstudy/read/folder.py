"""A folder of transcripts, with tables of codings, codes and attributes beside them; or one transcript."""

from collections.abc import Iterator
from pathlib import Path

from dtstudy import read
from dtstudy.errors import InputError
from dtstudy.read import offsets, tidy
from dtstudy.read.assembly import assembled
from dtstudy.read.project import THINGS, Draft, Project, Source, is_utf8
from dtstudy.read.record import Record

WITHIN = ("transcripts", "codings")  # folders inside that are read, too
LARGEST = 300_000_000  # bytes of one file
TABLES = (".csv", ".tsv")


def knows(path: Path) -> bool:
    """Whether this is a folder, or a file that can be read as a transcript."""
    return path.is_dir() or path.suffix.lower() in read.suffixes()


def project(path: Path, counted: str = "", known: Project | None = None) -> Project:
    """The transcripts of a folder as sources, and what its tables say of them.

    A file that cannot be read is listed as dropped. Raises InputError where there is no transcript at all.
    """
    draft = Draft(Record(path.name), path.stem, ways=offsets.TABLE)
    tables = []
    for file in _files(path, draft):
        frame = tidy.table(file) if file.suffix.lower() in TABLES else None
        if frame is not None and tidy.kind(frame) in tidy.ORDER:
            tables.append((tidy.ORDER.index(tidy.kind(frame)), file, frame))
        else:
            _enter_transcript(file, draft)
    codebooks = [file for place, file, frame in tables if tidy.ORDER[place] == "codebook"]
    chosen = max(codebooks, key=lambda file: tidy.table(file).shape[1], default=None)
    for place, file, frame in sorted(tables, key=lambda one: one[:2]):
        if tidy.ORDER[place] == "codebook" and file != chosen:
            draft.record.came("codebooks")
            draft.record.drop("codebooks", file.name, f"{chosen.name} is read")
        else:
            tidy.enter(frame, file.stem, draft)
    if not draft.sources and not tables:
        raise InputError(f"{path}: no transcript was found; read are {', '.join(read.suffixes())}.")
    return assembled(draft, counted)


def _files(path: Path, draft: Draft) -> Iterator[Path]:
    """The files of a folder and of those inside it that are read, in the order of their names."""
    if path.is_file():
        yield path
        return
    for entry in sorted(path.iterdir()):
        if entry.name.startswith((".", "~$")):
            continue
        if entry.is_file():
            yield entry
        elif entry.is_dir() and entry.name.lower() in WITHIN:
            yield from (file for file in sorted(entry.iterdir()) if file.is_file() and not file.name.startswith("."))
        else:
            draft.record.came("folders")
            draft.record.drop("folders", entry.name, "a folder inside the folder is not read")


def _enter_transcript(file: Path, draft: Draft) -> None:
    if file.suffix.lower() not in read.suffixes():
        draft.record.came("files")
        draft.record.drop("files", file.name, "files of this type are not read")
        return
    draft.record.came(THINGS["text"])
    if not is_utf8(file.name):
        draft.record.drop(THINGS["text"], file.name, "its name is not in UTF-8; give the file another one")
        return
    raw, why = None, f"it has more than {LARGEST:,} bytes"
    if file.stat().st_size <= LARGEST:
        try:
            raw = read.text(file)
        except InputError as error:
            why = str(error).removeprefix(f"{file}: ")
    draft.sources[file.name] = Source(file.name, "text", raw, why, file=str(file))
