"""Taguette projects (.sqlite3): highlights count UTF-8 bytes of a document's HTML without its tags.

In the file a user can download every coder is called 'admin'; who highlighted what is told apart only by exporting one
project a coder. A highlight without a tag is a passage marked, not coded.
"""

import html
import json
import re
from pathlib import Path

from dtstudy.errors import InputError
from dtstudy.read.assembly import CODINGS, assembled
from dtstudy.read.database import Database, cell
from dtstudy.read.offsets import Convention
from dtstudy.read.passages import PASSAGES
from dtstudy.read.project import TAGUETTE, THINGS, Code, Draft, Project, Source
from dtstudy.read.record import Record

TABLES = ("projects", "documents", "highlights", "tags", "highlight_tags")
TAG = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9]*)(?:[^<>\"']|\"[^\"]*\"|'[^']*')*+>")
BLOCKS = {
    "address", "article", "blockquote", "br", "div", "dl", "dd", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li",
    "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul",
}  # fmt: skip
JOINT = "."  # between the parts of a tag that is meant to stand under another


def knows(path: Path) -> bool:
    """Whether this is a Taguette project: an SQLite file with its tables."""
    if not path.is_file() or path.suffix.lower() == ".qda":
        return False
    with path.open("rb") as file:
        if file.read(16) != b"SQLite format 3\0":
            return False
    with Database(path) as database:
        return all(database.has(table) for table in TABLES)


def project(path: Path, counted: str = "", known: Project | None = None) -> Project:
    """The documents of a project with their tags and highlights.

    Raises InputError for a file that is damaged, or that holds several projects.
    """
    draft = Draft(Record(path.name), origin=TAGUETTE, ways=(Convention("utf-8", mark=True),), exact=True)
    with Database(path) as database:
        projects = list(database.rows("projects", "name", description=""))
        if len(projects) != 1:
            raise InputError(f"{path}: it holds {len(projects)} projects. Export one from Taguette, as SQLite3.")
        draft.name = cell(projects[0][0])
        if about := cell(projects[0][1]):
            draft.record.came("notes")
            draft.notes.append(("the project", about, "", None, "", ""))
        _documents(database, draft)
        _tags(database, draft)
        _highlights(database, draft)
    return assembled(draft, counted)


def plain(content: str) -> tuple[str, tuple[int, ...]]:
    """The text of HTML without its tags, and the places of line breaks that were added between blocks.

    >>> plain("<p>We <b>came</b> &amp; went.</p><p>Home</p>")
    ('We came & went.\\nHome', (15,))
    """
    pieces: list[str] = []
    added: list[int] = []
    size, broken, reached = 0, False, 0
    content = content.replace("\r\n", "\n").replace("\r", "\n")
    for start, end, tag in [*((m.start(), m.end(), m[1]) for m in TAG.finditer(content)), (len(content), 0, "")]:
        words = html.unescape(content[reached:start])
        reached = end
        if words:
            if broken and size and not words.startswith("\n") and not pieces[-1].endswith("\n"):
                added.append(size)
                pieces.append("\n")
                size += 1
            pieces.append(words)
            size += len(words)
            broken = False
        broken |= tag.lower().removeprefix("/") in BLOCKS
    return "".join(pieces), tuple(added)


def _documents(database: Database, draft: Draft) -> None:
    for own, name, content, about in database.rows("documents", "id", "name", "contents", description=""):
        draft.record.came(THINGS["text"])
        raw, added = plain(cell(content))
        draft.sources[cell(own)] = Source(cell(name), "text", raw, added=added)
        if cell(about):
            draft.record.came("notes")
            draft.notes.append((cell(name), cell(about), cell(own), None, "", ""))


def _tags(database: Database, draft: Draft) -> None:
    """Tags; one that begins like another one and goes on with a full stop stands under it."""
    rows = [
        (cell(own), cell(path), cell(about)) for own, path, about in database.rows("tags", "id", "path", description="")
    ]
    ids = {path: own for own, path, _ in rows}
    for own, path, about in rows:
        draft.record.came("codes")
        above = [path[:place] for place in range(len(path)) if path[place] == JOINT and path[:place] in ids]
        draft.codes[own] = Code(path, ids[above[-1]] if above else "", about)


def _highlights(database: Database, draft: Draft) -> None:
    numbers, tagged = {}, set()
    columns = ("id", "document_id", "start_offset", "end_offset", "snippet")
    for own, document, start, end, snippet in database.rows("highlights", *columns):
        draft.record.came(PASSAGES)
        numbers[cell(own)] = len(draft.selections)
        draft.selections.append((cell(document), cell(start) or "none", cell(end), plain(cell(snippet))[0]))
    makers = _makers(database)
    draft.users = {login: login for login in makers.values()} or {"admin": "admin"}
    draft.record.came("coders", len(draft.users))
    for own, tag in database.rows("highlight_tags", "highlight_id", "tag_id"):
        draft.record.came(CODINGS)
        tagged.add(cell(own))
        if cell(own) in numbers:
            draft.codings.append((numbers[cell(own)], cell(tag), makers.get(cell(own), ""), ""))
        else:
            draft.record.drop(CODINGS, f"highlight {cell(own)}", "its passage is not in the file")
    marked = len(set(numbers) - tagged)
    if marked:
        draft.record.note(PASSAGES, f"{marked:,} marked without a code")


def _makers(database: Database) -> dict[str, str]:
    """Who made each highlight, from the log of commands; who edited it later is somebody else."""
    found: dict[str, str] = {}
    for login, payload in database.rows("commands", "user_login", "payload") if database.has("commands") else ():
        try:
            command = json.loads(cell(payload))
        except (ValueError, RecursionError):
            continue
        if isinstance(command, dict) and command.get("type") == "highlight_add":
            found.setdefault(str(command.get("highlight_id")), cell(login))
    return found
