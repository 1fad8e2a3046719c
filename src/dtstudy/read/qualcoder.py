"""QualCoder projects (.qda folders): an SQLite file whose passages count code points and keep their words."""

from pathlib import Path

from dtstudy.errors import InputError
from dtstudy.read.assembly import CASES, CODINGS, assembled
from dtstudy.read.database import Database, cell
from dtstudy.read.offsets import Convention
from dtstudy.read.passages import PASSAGES
from dtstudy.read.project import THINGS, Code, Draft, Project, Source
from dtstudy.read.record import Record

DATA = "data.qda"
MEDIA = {"code_image": "pictures", "code_av": "recordings and videos"}
UNREAD = {"stored_sql": "stored queries", "graph": "graphs"}


def knows(path: Path) -> bool:
    """Whether this is a QualCoder project: its folder, or the SQLite file in it."""
    if path.is_dir():
        return (path / DATA).is_file()
    if not path.is_file():
        return False
    with path.open("rb") as file:
        if file.read(16) != b"SQLite format 3\0":
            return False
    with Database(path) as database:
        return database.has("code_text")


def project(path: Path, counted: str = "", known: Project | None = None) -> Project:
    """The texts of a project with their codes, categories, codings, coders, cases, attributes, memos and journal.

    Raises InputError for a file that is damaged, open in QualCoder, or of a version that is not known.
    """
    file = path / DATA if path.is_dir() else path
    draft = Draft(Record(path.name), path.stem, "QualCoder", ways=(Convention(crlf=2, mark=True),), exact=True)
    with Database(file) as database:
        if not database.has("code_text") or not database.has("source"):
            raise InputError(f"{file}: this is no QualCoder project. Name the project's .qda folder.")
        lengths = _sources(database, draft)
        _codes(database, draft)
        _codings(database, draft)
        _cases(database, draft, lengths)
        _notes(database, draft)
        _unread(database, draft)
    draft.users = {owner: owner for owner in dict.fromkeys(user for _, _, user, _ in draft.codings)}
    draft.record.came("coders", len(draft.users))
    return assembled(draft, counted)


def _sources(database: Database, draft: Draft) -> dict[str, int]:
    """Enter the sources with a text; returns the length of each."""
    columns = {"fulltext": None, "mediapath": "", "memo": "", "av_text_id": None}
    rows = list(database.rows("source", "id", "name", **columns))
    transcripts = {cell(row[5]) for row in rows if row[5] is not None}
    lengths = {}
    for own, name, content, path, memo, _ in rows:
        own, name, path = cell(own), cell(name), cell(path).lower()
        if content is None:
            draft.record.came("media")
            draft.record.drop("media", name, "our tables hold text alone")
            continue
        kind = "transcript" if own in transcripts else "PDF" if path.endswith(".pdf") else "text"
        draft.record.came(THINGS[kind])
        draft.sources[own] = Source(name, kind, cell(content))
        lengths[own] = len(cell(content))
        _note(draft, name, memo, source=own)
    return lengths


def _codes(database: Database, draft: Draft) -> None:
    """Categories and codes; a code may stand under a category or, from version 17 on, under a code."""
    if database.has("code_cat"):
        for own, name, memo, above in database.rows("code_cat", "catid", "name", memo="", supercatid=None):
            draft.record.came("codes")
            draft.codes[f"category {cell(own)}"] = Code(cell(name), _above("category", above), cell(memo), folder=True)
    columns = {"memo": "", "color": "", "catid": None, "supercid": None}
    for own, name, memo, colour, category, code in database.rows("code_name", "cid", "name", **columns):
        draft.record.came("codes")
        above = _above("code", code) or _above("category", category)
        draft.codes[f"code {cell(own)}"] = Code(cell(name), above, cell(memo), cell(colour))
    draft.codes = _in_order_of_the_tree(draft.codes)


def _in_order_of_the_tree(codes: dict[str, Code]) -> dict[str, Code]:
    """Every code after the one it stands under; those in a circle come last."""
    below: dict[str, list[str]] = {}
    for own, code in codes.items():
        below.setdefault(code.parent if code.parent in codes else "", []).append(own)
    waiting, ordered = list(reversed(below.get("", []))), []
    while waiting:
        own = waiting.pop()
        ordered.append(own)
        waiting += reversed(below.get(own, []))
    return {own: codes[own] for own in dict.fromkeys([*ordered, *codes])}


def _above(kind: str, own: object) -> str:
    return "" if own is None else f"{kind} {cell(own)}"


def _codings(database: Database, draft: Draft) -> None:
    columns = ("cid", "fid", "seltext", "pos0", "pos1", "owner")
    for code, source, words, start, end, owner, memo in database.rows("code_text", *columns, memo=""):
        draft.record.came(PASSAGES)
        draft.record.came(CODINGS)
        draft.codings.append((len(draft.selections), f"code {cell(code)}", cell(owner), cell(memo)))
        draft.selections.append((cell(source), cell(start) or "none", cell(end), cell(words)))


def _cases(database: Database, draft: Draft, lengths: dict[str, int]) -> None:
    """Cases, their sources or passages, and attributes of cases and files."""
    for own, name, memo in database.rows("cases", "caseid", "name", memo="") if database.has("cases") else ():
        draft.record.came("cases")
        draft.cases[f"case {cell(own)}"] = cell(name)
        _note(draft, cell(name), memo)
    columns = ("caseid", "fid", "pos0", "pos1")
    for case, source, start, end in database.rows("case_text", *columns) if database.has("case_text") else ():
        case, source, start, end = f"case {cell(case)}", cell(source), cell(start), cell(end)
        whole = end == "0" or (end.isdecimal() and len(end) < 18 and int(end) >= lengths.get(source, 0) - 1)
        if start == "0" and whole:
            draft.record.came("sources of cases")
            draft.people.append((case, source, None))
        else:
            draft.record.came(PASSAGES)
            draft.record.came(CASES)
            draft.people.append((case, "", len(draft.selections)))
            draft.selections.append((source, start or "none", end, ""))
    columns = ("name", "attr_type", "value", "id")
    for name, of, value, own in database.rows("attribute", *columns) if database.has("attribute") else ():
        if not cell(value).strip():
            continue  # QualCoder keeps a row for every attribute of everything
        draft.record.came("values")
        if of in ("case", "file"):
            owner = ("case", f"case {cell(own)}") if of == "case" else ("source", cell(own))
            draft.values.append((*owner, cell(name), cell(value)))
        else:
            draft.record.drop("values", cell(name), "it is about no case and no file")


def _notes(database: Database, draft: Draft) -> None:
    for memo, about in database.rows("project", memo="", about="") if database.has("project") else ():
        _note(draft, "the project", memo or about)
    for name, entry, owner in database.rows("journal", "name", "jentry", owner="") if database.has("journal") else ():
        _note(draft, cell(name), entry, user=cell(owner))
    columns = ("fid", "pos0", "pos1", "memo")
    for source, start, end, memo, owner in (
        database.rows("annotation", *columns, owner="") if database.has("annotation") else ()
    ):
        draft.record.came(PASSAGES)
        _note(draft, "annotation", memo, selection=len(draft.selections), user=cell(owner))
        draft.selections.append((cell(source), cell(start) or "none", cell(end), ""))


def _note(
    draft: Draft, name: str, memo: object, source: str = "", selection: int | None = None, user: str = ""
) -> None:
    if cell(memo).strip():
        draft.record.came("notes")
        draft.notes.append((name, cell(memo), source, selection, "", user))


def _unread(database: Database, draft: Draft) -> None:
    for table, of in MEDIA.items():
        for (code,) in database.rows(table, "cid") if database.has(table) else ():
            draft.record.came(f"codings of {of}")
            draft.record.drop(f"codings of {of}", f"code {cell(code)}", "our tables hold text alone")
    for table, things in UNREAD.items():
        for _ in range(database.count(table)):
            draft.record.came(things)
            draft.record.drop(things, things, f"our tables have no {things}")
