"""A project coded elsewhere, as plain tables, with a record of what came in, what was read, and what was dropped."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from importlib import import_module
from pathlib import Path

import pandas as pd

from dtstudy.errors import InputError
from dtstudy.read import offsets
from dtstudy.read.offsets import Convention
from dtstudy.read.record import COLUMNS, DROPPED, Record

FORMATS = ("qdpx", "qdc", "taguette", "qualcoder", "tidy", "folder")  # modules, in the order in which they are asked
THINGS = {"text": "texts", "transcript": "transcripts of recordings", "PDF": "texts of PDFs"}
LONGEST_NAME = 200
TAGUETTE = "Taguette"
FRAMES = {
    "sources": ["source", "kind", "text", "file"],
    "codes": ["code", "parent", "level", "definition", "include", "exclude", "colour"],
    "codings": ["source", "start", "end", "code", "coder", "memo"],
    "coders": ["coder"],
    "reads": ["source", "coder"],
    "people": ["case", "source", "start", "end"],
    "values": ["of", "name", "attribute", "value"],
    "sets": ["set", "of", "member"],
    "notes": ["note", "text", "source", "start", "end", "code", "coder"],
    "record": COLUMNS,
    "dropped": DROPPED,
}


@dataclass(frozen=True, eq=False)
class Project:
    """A coded project; sources, codes, coders and cases go by unique readable names.

    `sources` has kind (text, transcript, PDF, outline), text, and the file it can be copied from; `reads` who read
    what, where that is said; `people` a row for each case and passage that is its own, or for the case alone; `values`
    attributes, `of` a source or a case; `sets` their members, `of` sources or codes; `notes` memos and what they are
    about; `record` and `dropped` are told in `read.record`. Offsets are code points of a source's text, from 0, end
    exclusive; missing where a row is about no passage. `pseudonyms` says that cases are called by pseudonyms already.
    """

    name: str
    origin: str
    pseudonyms: bool
    sources: pd.DataFrame
    codes: pd.DataFrame
    codings: pd.DataFrame
    coders: pd.DataFrame
    reads: pd.DataFrame
    people: pd.DataFrame
    values: pd.DataFrame
    sets: pd.DataFrame
    notes: pd.DataFrame
    record: pd.DataFrame
    dropped: pd.DataFrame


@dataclass(frozen=True)
class Source:
    """A source as it came: `raw` is its text, or None and then `why`; for `inline` and `added` see `offsets.Text`.

    `titled` says that its name is no file's, so that nothing in it is a suffix.
    """

    name: str
    kind: str
    raw: str | None
    why: str = ""
    inline: bool = False
    added: tuple[int, ...] = ()
    file: str = ""
    titled: bool = False

    @property
    def thing(self) -> str:
        """What the record calls sources of this kind."""
        return THINGS[self.kind]


@dataclass(frozen=True)
class Code:
    """A code as it came; `parent` is an id, `folder` says that nothing can be coded with it."""

    name: str
    parent: str = ""
    definition: str = ""
    colour: str = ""
    folder: bool = False
    include: str = ""
    exclude: str = ""
    level: str = ""


@dataclass
class Draft:
    """What a file says, by the ids it uses itself, before anything is checked; see `assembly.assembled`.

    `selections` are (source, start, end, quoted): positions as they stand there, both None for the whole source, both
    empty where the quoted words are all there is. `codings` are (number of the selection, code, user, memo), `people`
    (case, source or "", number of the selection or None), `values` (of, id, attribute, value), `sets` (set, of,
    member), `notes` (name, text, source, number of the selection or None, code, user). `exact` says that quoted words
    were taken from the text itself, so that a passage that does not hold them is displaced; `outlines`, that a text
    that did not come may be known by its passages.
    """

    record: Record
    name: str = ""
    origin: str = ""
    sources: dict[str, Source] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    users: dict[str, str] = field(default_factory=dict)
    cases: dict[str, str] = field(default_factory=dict)
    reads: list[tuple] = field(default_factory=list)
    selections: list[tuple] = field(default_factory=list)
    codings: list[tuple] = field(default_factory=list)
    people: list[tuple] = field(default_factory=list)
    values: list[tuple] = field(default_factory=list)
    sets: list[tuple] = field(default_factory=list)
    notes: list[tuple] = field(default_factory=list)
    ways: Sequence[Convention] = offsets.REFI
    practice: dict[str, str | int | bool] = field(default_factory=dict)
    exact: bool = False
    outlines: bool = False
    pseudonyms: bool = False


def load(paths: Sequence[Path], counted: str = "") -> Project:
    """The project in these files and folders, as one.

    Parameters: a project each, or parts of one (texts, codebook, codings); words for how positions were counted, where
    that cannot be told (see `offsets.chosen`). Raises InputError for a path that is not there or cannot be understood.
    """
    made: list[Project] = []
    for path in sorted(paths, key=lambda path: _format(path) in ("tidy", "qdc")):
        known = reduce(merged, made) if made else None
        module = import_module(f"dtstudy.read.{_format(path)}")
        made.append(module.project(path, counted, known))
    if not made:
        raise InputError("No file was named to take a project from; name one with --from.")
    return reduce(merged, _told_apart(made))


def merged(one: Project, other: Project) -> Project:
    """Two projects as one: sources of one name and one text, codes of one name and coders of one name are the same.

    A source of the other project with a known name and another text gets a number.
    """
    texts = dict(zip(one.sources["source"], one.sources["text"], strict=True))
    taken = set(texts) | set(other.sources["source"])
    named: dict[str, str] = {}
    for source, text in zip(other.sources["source"], other.sources["text"], strict=True):
        if texts.get(source, text) != text:
            named[source] = unique(source, taken)
            taken.add(named[source])
    other = _renamed(other, "source", named)
    joined = {}
    for name in FRAMES:
        both = pd.concat([getattr(one, name), getattr(other, name)], ignore_index=True)
        keys = {"sources": ["source"], "codes": ["code"], "codings": ["source", "start", "end", "code", "coder"]}
        plain = name in ("record", "dropped")
        joined[name] = both if plain else both.drop_duplicates(keys.get(name), ignore_index=True)
    origin = ", ".join(filter(None, dict.fromkeys([one.origin, other.origin])))
    return Project(one.name, origin, one.pseudonyms or other.pseudonyms, **joined)


def unique(name: str, taken: set[str]) -> str:
    """A name that is not taken yet: itself, or with a number.

    >>> unique("Maria", {"Maria", "Maria (2)"})
    'Maria (3)'
    """
    number, new = 1, name
    while new in taken:
        number += 1
        new = f"{name} ({number})"
    return new


def is_utf8(name: str) -> bool:
    """Whether the name of a file is in UTF-8, so that a table can hold it.

    >>> is_utf8("Zoë.txt"), is_utf8("Zo\\udceb.txt")
    (True, False)
    """
    return not any("\ud800" <= letter <= "\udfff" for letter in name)


def tidied(text: object) -> str:
    """A name from anywhere as one line of printable characters."""
    line = " ".join(str(text or "")[: 100 * LONGEST_NAME].split())
    return "".join(letter for letter in line if letter.isprintable())[:LONGEST_NAME].strip()


def prose(text: object) -> str:
    """A note from anywhere, with LF line ends and without control characters."""
    lines = str(text or "").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter for letter in lines if letter.isprintable() or letter in "\n\t").strip()


def _format(path: Path) -> str:
    """The module that knows this path."""
    if not is_utf8(str(path)):
        raise InputError(f"{path}: its name, or that of a folder it lies in, is not in UTF-8. Give it another one.")
    if not path.exists():
        raise InputError(f"{path}: there is no such file or folder. Check the name.")
    for name in FORMATS:
        if import_module(f"dtstudy.read.{name}").knows(path):
            return name
    raise InputError(
        f"{path}: this is no project that is known. Read are .qdpx and .qdc (REFI-QDA), Taguette's .sqlite3,"
        " QualCoder's .qda folder, tables of codings (.csv), and folders of transcripts. A project in a program's own"
        " form (.nvp, .nvpx, .atlproj, .mx24) is exported there first, as a REFI-QDA project."
    )


def _told_apart(projects: list[Project]) -> list[Project]:
    """Taguette calls every coder 'admin': in several files they are told apart by the files' names."""
    if sum(own.origin == TAGUETTE for own in projects) < 2:
        return projects
    names = [{"admin": Path(own.record["file"].iloc[0]).stem} if own.origin == TAGUETTE else {} for own in projects]
    return [_renamed(own, "coder", new) for own, new in zip(projects, names, strict=True)]


def _renamed(project: Project, column: str, names: dict[str, str]) -> Project:
    """The project with other names in every column of that name."""
    changed = {}
    for name in FRAMES if names else ():
        frame = getattr(project, name)
        if column in frame:
            frame = frame.assign(**{column: frame[column].replace(names)})
        for of, member in (("values", "name"), ("sets", "member")):
            if name == of and column == "source":
                own = frame["of"].isin(["source", "sources"])
                frame = frame.assign(**{member: frame[member].mask(own, frame[member].replace(names))})
        changed[name] = frame
    return replace(project, **changed)
