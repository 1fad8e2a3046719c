"""Tables (.csv): codings with positions or with the words coded, codebooks, texts, attributes, speakers' turns.

A table is known by its columns; heads of other programs are understood as `HEADS` says.
"""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from dtstudy.errors import InputError
from dtstudy.read import offsets, txt
from dtstudy.read.assembly import CASES, CODINGS, TEXT_FILES, assembled
from dtstudy.read.cells import parsed
from dtstudy.read.codebook import LEVELS
from dtstudy.read.passages import PASSAGES
from dtstudy.read.project import THINGS, Code, Draft, Project, Source
from dtstudy.read.record import Record

LARGEST = 500_000_000  # bytes
HEADS = {
    "document": ("document name", "source"),
    "code": ("tag", "code name"),
    "quoted": ("quoted text", "quotation", "quote", "segment", "passage", "words", "content"),
    "coder": ("owner", "user", "created by"),
    "start": ("start position", "begin", "from"),
    "end": ("end position", "to"),
    "memo": ("comment", "note"),
    "definition": ("description",),
    "colour": ("color",),
    "parent": ("parent code",),
}
ALWAYS = ("document", "code")  # heads that tell what a table is
KEPT_APART = ("document", "text", "source", "sha256")  # columns of texts that are no attributes
ORDER = ("texts", "codebook", "participants", "attributes", "codings", "turns", "reads")


def knows(path: Path) -> bool:
    """Whether this is a table of codings or a codebook; a table of speech is a transcript."""
    return path.is_file() and path.suffix.lower() in (".csv", ".tsv") and kind(table(path)) in ORDER


def project(path: Path, counted: str = "", known: Project | None = None) -> Project:
    """What a table holds, as a project; codings are looked up in the texts and the codebook of the project `known`.

    Raises InputError for codings of texts that are not there.
    """
    draft = Draft(Record(path.name), path.stem, ways=offsets.TABLE)
    frame = table(path)
    if known is None and kind(frame) not in ("texts", "codebook"):
        raise InputError(
            f"{path}: it is about texts that are not here. Name their folder too, with a --from of its own."
        )
    if known is not None:
        _recall(known, draft)
    enter(frame, path.stem, draft)
    return assembled(draft, counted)


def table(path: Path) -> pd.DataFrame:
    """A table as text, with the heads that `HEADS` understands. Raises InputError for what is no table."""
    if path.stat().st_size > LARGEST:
        raise InputError(f"{path}: a table of {path.stat().st_size:,} bytes is not read. Part it by documents.")
    content = txt.text(path)
    frame = parsed(content, path, max(",;\t", key=content.partition("\n")[0].count))
    frame = frame.rename(columns=lambda head: str(head).strip())
    frame = _with_heads(frame, ALWAYS)
    return _with_heads(frame, tuple(HEADS)) if "code" in frame else frame


def kind(frame: pd.DataFrame) -> str:
    """What a table is, by its columns: one of `ORDER`, `speech`, or nothing known."""
    columns = set(frame.columns)
    if {"document", "turn", "participant"} <= columns:
        return "turns"
    if "code" in columns:
        return "codings" if "document" in columns else "codebook"
    if "document" in columns:
        return "texts" if "text" in columns else "reads" if columns == {"document", "coder"} else "attributes"
    if "participant" in columns:
        return "participants"
    return "speech" if "text" in {column.lower() for column in columns} else ""


def enter(frame: pd.DataFrame, name: str, draft: Draft) -> None:
    """Enter a table, called `name`, into a draft. Raises InputError where a column is missing."""
    {
        "texts": _texts,
        "codebook": _codebook,
        "participants": _participants,
        "attributes": _attributes,
        "codings": _codings,
        "turns": _turns,
        "reads": _reads,
    }[kind(frame)](frame, name, draft)


def _with_heads(frame: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    """The table with its heads as they are called here, the first of several that mean the same."""
    lower = {column.lower(): column for column in reversed(frame.columns)}
    renamed = {}
    for name in names:
        found = next((lower[head] for head in (name, *HEADS[name]) if head in lower), None)
        if found is not None:
            renamed[found] = name
    return frame.rename(columns=renamed)


def _recall(known: Project, draft: Draft) -> None:
    """Enter the texts and codes of a project that the table is about."""
    for source in known.sources.itertuples():
        draft.sources[source.source] = Source(source.source, "text", source.text, titled=True)
    for code in known.codes.itertuples():
        draft.codes[code.code] = Code(code.code, code.parent if isinstance(code.parent, str) else "")


def _records(frame: pd.DataFrame, *columns: str) -> Iterator[tuple[str, ...]]:
    """Rows as text: the columns named, empty where the table has them not."""
    empty = [""] * len(frame)
    return zip(*(frame.get(column, empty) for column in columns), strict=True)


def _texts(frame: pd.DataFrame, name: str, draft: Draft) -> None:
    for document, text in _records(frame, "document", "text"):
        draft.record.came(THINGS["text"])
        if document in draft.sources:
            draft.record.drop(THINGS["text"], document, "another text has its name")
        else:
            draft.sources[document] = Source(document, "text", text, inline=True, titled=True)
    _enter_values(frame.drop(columns=list(KEPT_APART), errors="ignore"), frame["document"], "source", draft)


def _attributes(frame: pd.DataFrame, name: str, draft: Draft) -> None:
    _enter_values(frame.drop(columns="document"), _documents(frame, draft), "source", draft)


def _participants(frame: pd.DataFrame, name: str, draft: Draft) -> None:
    draft.pseudonyms = True
    for (participant,) in _records(frame, "participant"):
        draft.record.came("cases")
        draft.cases.setdefault(participant, participant)
    _enter_values(frame.drop(columns="participant"), frame["participant"], "case", draft)


def _enter_values(attributes: pd.DataFrame, owners: pd.Series | list[str], of: str, draft: Draft) -> None:
    for attribute in attributes:
        for owner, value in zip(owners, attributes[attribute], strict=True):
            if value.strip():
                draft.record.came("values")
                draft.values.append((of, owner, attribute, value))


def _codebook(frame: pd.DataFrame, name: str, draft: Draft) -> None:
    columns = ("code", "parent", "definition", "colour", "include", "exclude", "level")
    for code, parent, definition, colour, include, exclude, level in _records(frame, *columns):
        draft.record.came("codes")
        if code in draft.codes:
            draft.record.drop("codes", code, "another code has its name")
            continue
        level = level if level in LEVELS else ""
        draft.codes[code] = Code(code, parent, definition, colour, False, include, exclude, level)


def _codings(frame: pd.DataFrame, name: str, draft: Draft) -> None:
    """Codings by positions where the table has them, by their words otherwise."""
    if not ({"start", "end"} <= set(frame) or "quoted" in frame):
        raise InputError(f"{draft.record.file}: codings need the columns start and end, or the words coded ('quoted').")
    draft.exact = "quoted" in frame
    rows = zip(
        _documents(frame, draft), _records(frame, "code", "start", "end", "coder", "memo", "quoted"), strict=True
    )
    for document, (code, start, end, coder, memo, quoted) in rows:
        if code and code not in draft.codes:
            draft.record.came("codes")
            draft.codes[code] = Code(code)
        _enter_passage(document, start, end, quoted, draft)
        draft.record.came(CODINGS)
        draft.codings.append((len(draft.selections) - 1, code, coder.strip() or name, memo))
        if (coder.strip() or name) not in draft.users:
            draft.record.came("coders")
            draft.users[coder.strip() or name] = coder.strip() or name


def _turns(frame: pd.DataFrame, name: str, draft: Draft) -> None:
    rows = zip(_documents(frame, draft), _records(frame, "participant", "start", "end"), strict=True)
    for document, (participant, start, end) in rows:
        if participant not in draft.cases:
            draft.record.came("cases")
            draft.cases[participant] = participant
        _enter_passage(document, start or "none", end, "", draft)
        draft.record.came(CASES)
        draft.people.append((participant, "", len(draft.selections) - 1))


def _reads(frame: pd.DataFrame, name: str, draft: Draft) -> None:
    for document, coder in zip(_documents(frame, draft), frame["coder"], strict=True):
        draft.reads.append((document, coder))
        if coder not in draft.users:
            draft.record.came("coders")
            draft.users[coder] = coder


def _enter_passage(document: str, start: str, end: str, quoted: str, draft: Draft) -> None:
    draft.record.came(PASSAGES)
    draft.selections.append((document, start.removesuffix(".0"), end.removesuffix(".0"), quoted))


def _documents(frame: pd.DataFrame, draft: Draft) -> list[str]:
    """The sources that a table's documents mean, with or without the suffix of a file."""
    known = {TEXT_FILES.sub("", source.name).casefold(): own for own, source in draft.sources.items()}
    return [
        name if name in draft.sources else known.get(TEXT_FILES.sub("", name.strip()).casefold(), name)
        for name in frame["document"]
    ]
