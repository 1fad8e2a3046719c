"""REFI-QDA projects (.qdpx): the archive, its one .qde, and the texts beside it.

REFI-QDA Project 1.0, 18 March 2019 (www.qdasoftware.org), as NVivo, ATLAS.ti, MAXQDA, QualCoder, Quirkos and others
write it: they differ from the standard and from each other in the names of entries, in paths, and in how they count.
"""

import zipfile
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from io import BytesIO
from pathlib import Path, PurePosixPath

from dtstudy.errors import InputError
from dtstudy.read import docx, qde, txt
from dtstudy.read.archive import Archive
from dtstudy.read.assembly import assembled
from dtstudy.read.project import Draft, Project, Source
from dtstudy.read.record import Record

PRACTICE = {  # how programs count, as found in their files; what is not said here is left to the proof
    "nvivo": {"unit": "utf-16", "crlf": 2},
    "atlas": {"crlf": 1},
    "maxqda": {"crlf": 2},
    "qualcoder": {"unit": "code-points", "crlf": 1},
    "dtstudy": {"unit": "code-points", "crlf": 1},
}


def knows(path: Path) -> bool:
    """Whether this may be a REFI-QDA project: an archive that is no text document."""
    if not path.is_file() or path.suffix.lower() in (".docx", ".odt"):
        return False
    return path.suffix.lower() == ".qdpx" or zipfile.is_zipfile(path)


def project(path: Path, counted: str = "", known: Project | None = None) -> Project:
    """The texts of a project with their codes, codings, coders, cases, variables, sets and notes.

    Parameters: words for how positions were counted, where that cannot be told. Raises InputError for an archive that
    is damaged, holds no project, or unpacks to more than a project can be.
    """
    draft = Draft(Record(path.name), name=path.stem, outlines=True)
    with Archive(path) as archive:
        entry = _entry(archive)
        if entry.casefold() != "project.qde":
            draft.record.note("project", f"read from the entry {entry}")
        where, text_at = f"{path}, entry {entry}", lambda path: _plain(path, archive)[0]
        for own, source in qde.read(archive.bytes(entry), where, draft, text_at).items():
            draft.sources[own] = _with_text(source, archive, draft.pseudonyms)
    program = draft.origin.casefold()
    draft.practice = next((ways for name, ways in PRACTICE.items() if name in program), {})
    return assembled(draft, counted)


def _entry(archive: Archive) -> str:
    """The one .qde at the root, whatever its name and case."""
    found = [name for name in archive.names if name.casefold().endswith(".qde") and not set("/\\") & set(name)]
    chosen = {name for name in found if name.casefold() == "project.qde"} or set(found)
    if len(chosen) != 1:
        held = "no .qde" if not chosen else f"{len(chosen)} .qde entries and none is project.qde"
        raise InputError(f"{archive.file}: this is no REFI-QDA project; it holds {held}. Export it again, as .qdpx.")
    return chosen.pop()


def _with_text(source: qde.Listed, archive: Archive, titled: bool) -> Source:
    """A source with its text: the plain one, the one in the XML, or that of a Word file."""
    raw, why, inline = None, "no text is named for it", False
    if source.plain:
        raw, why = _plain(source.plain, archive)
    elif source.content is not None:
        raw, inline = source.content, True
    if source.rich and not (raw and raw.strip("\ufeff\r\n \t")):
        words, reason = _rich(source.rich, archive)
        raw, why = (words, "") if words is not None else (raw, why if source.plain else reason)
    return Source(source.name, source.kind, raw, why, inline, titled=titled)


def _plain(path: str, archive: Archive) -> tuple[str | None, str]:
    """The text at a path, with its byte order mark and line ends; or None and why."""
    entry, why = _place(path, archive)
    if entry is None:
        return None, why
    content = archive.bytes(entry)
    try:
        if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
            return content.decode("utf-16-le" if content.startswith(BOM_UTF16_LE) else "utf-16-be"), ""
        return content.decode("utf-8"), ""
    except UnicodeDecodeError:
        pass
    try:
        return txt.decoded(content, path), ""
    except InputError:
        return None, "the encoding of its text could not be told"


def _rich(path: str, archive: Archive) -> tuple[str | None, str]:
    """The text of a Word file at a path, or None and why."""
    entry, why = _place(path, archive)
    suffix = PurePosixPath(path).suffix.lower()
    if entry is None:
        return None, why
    if suffix == ".txt":
        return _plain(path, archive)
    if suffix != ".docx":
        return None, f"its text came as {suffix or 'a file without suffix'} alone"
    try:
        return docx.read(BytesIO(archive.bytes(entry)), path).text, ""
    except InputError:
        return None, "its Word file is damaged"


def _place(path: str, archive: Archive) -> tuple[str | None, str]:
    """The entry that a path means, whatever its scheme is written like; or None and why."""
    scheme, colon, rest = path.replace("\\", "/").partition(":")
    if colon and scheme.casefold() != "internal":
        return None, "it lies outside the project file"
    rest = (rest if colon else scheme).lstrip("/")
    places = [f"sources/{rest}", rest, f"sources/{PurePosixPath(rest).name}"]
    found = next((place for place in places if rest and archive.has(place)), None)
    return found, "" if found else "its text is not in the file"
