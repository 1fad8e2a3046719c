"""The example that the tutorial begins with: four conversations about mending, as NVivo and as QualCoder keep them.

`python -m tests.examples.repair_cafe` writes docs/examples; a test holds the files equal to what this makes. Talk, people
and codings are invented. The talk stands in repair-cafe.txt: {code,code:coder|words} is a passage, of both coders
where none is named.
"""

import re
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from dtstudy.write import guid, qdpx

HERE = Path(__file__).parent
NAME = "repair-cafe"
CODERS = ("IB", "TK")
CODES = {
    "worth": ("", "What a thing is worth to whoever brings it."),
    "money": ("worth", "What mending saves, and what buying would cost."),
    "waste": ("worth", "Things thrown away, or made so that they must be."),
    "memory": ("worth", "A thing that stands for somebody, or for a time."),
    "together": ("", "What people are to each other here."),
    "learning": ("together", "Being shown, and showing others."),
    "company": ("together", "Sitting together; not being alone."),
    "being needed": ("together", "Others count on one, and say so."),
}
YEARS = {"Vera": 6, "Otis": 4, "Nell": 1, "Bram": 2, "Ines": 3, "Hal": 5}
MEMO = ("That there is no such place as away.", "IB", "A title for the report?")
_PASSAGE = re.compile(r"\{([^|}]*)\|([^}]*)\}")


@dataclass
class Talk:
    """One conversation: its title, its group, the text with LF line ends, turns and passages as (start, end, …)."""

    title: str
    group: str
    text: str = ""
    turns: list[tuple[int, int, str]] = field(default_factory=list)
    passages: list[tuple[int, int, str, str]] = field(default_factory=list)


def talks() -> list[Talk]:
    """The conversations of repair-cafe.txt."""
    made: list[Talk] = []
    for line in (HERE / f"{NAME}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            made.append(Talk(*line.removeprefix("== ").split(" | ")))
        else:
            _add_turn(made[-1], line)
    return made


def _add_turn(talk: Talk, line: str) -> None:
    start = len(talk.text)
    for place, part in enumerate(_PASSAGE.split(line)):
        if place % 3 == 1:
            codes, _, coder = part.partition(":")
        elif place % 3 == 2:
            span = len(talk.text), len(talk.text) + len(part)
            talk.passages += [(*span, code, own) for own in ([coder] if coder else CODERS) for code in codes.split(",")]
        talk.text += "" if place % 3 == 1 else part
    talk.turns.append((start, len(talk.text), line.split(":")[0]))
    talk.text += "\n"


def as_nvivo() -> bytes:
    """A REFI-QDA project as NVivo for Windows writes it.

    Texts with byte order mark and CRLF, positions in UTF-16 units, no words beside a passage, a picture with a coded
    corner, people as cases and their turns coded with a code of the case's id.
    """
    root = etree.Element(_tag("Project"), nsmap={None: qdpx.NAMESPACE}, name=NAME, origin="NVivo for Windows 12.6")
    users = _add(root, "Users")
    for coder in CODERS:
        _add(users, "User", guid=_id("user", coder), name=coder)
    _add_codebook(root)
    variables = _add(root, "Variables")
    for name, kind in (("group", "Text"), ("years", "Integer")):
        _add(variables, "Variable", guid=_id("variable", name), name=name, typeOfVariable=kind)
    people = list(dict.fromkeys(who for talk in talks() for *_, who in talk.turns if who != "Facilitator"))
    cases = _add(root, "Cases")
    for person in people:
        case = _add(cases, "Case", guid=_id("case", person), name=person)
        if person in YEARS:
            _add_value(case, "years", "IntegerValue", str(YEARS[person]))
    sources = _add(root, "Sources")
    contents = {}
    for talk in talks():
        own = _id("source", talk.title)
        _add_source(sources, talk, own)
        contents[f"Sources/{own}.txt"] = ("\ufeff" + talk.text.replace("\n", "\r\n")).encode()
    picture = _add(sources, "PictureSource", guid=_id("source", "hall"), name="The hall", path="internal://hall.jpg")
    corner = {"firstX": "0", "firstY": "0", "secondX": "40", "secondY": "30"}
    shown = _add(picture, "PictureSelection", guid=_id("selection", "hall"), name="The urn", **corner)
    _add_coding(shown, "hall", "company", "IB")
    notes = _add(root, "Notes")
    note = _add(notes, "Note", guid=_id("note", "first"), name="First thoughts", creatingUser=_id("user", "IB"))
    _add(
        note, "PlainTextContent"
    ).text = "Menders speak of being needed, visitors of money. Is it the people or the bench?"
    return qdpx.archive({"project.qde": etree.tostring(root, xml_declaration=True, encoding="utf-8"), **contents})


def _add_codebook(root: etree._Element) -> None:
    codes = _add(_add(root, "CodeBook"), "Codes")
    places = {"": codes}
    for code, (above, meaning) in CODES.items():
        places[code] = _add(places[above], "Code", guid=_id("code", code), name=code, isCodable="true")
        _add(places[code], "Description").text = meaning


def _add_source(sources: etree._Element, talk: Talk, own: str) -> None:
    source = _add(sources, "TextSource", guid=own, name=talk.title, plainTextPath=f"internal://{own}.txt")
    for start, end, who in talk.turns:
        if who != "Facilitator":
            spoken = _add_selection(source, talk, start, end, "turn")
            coding = _add(spoken, "Coding", guid=_id("speaking", own, start))
            _add(coding, "CodeRef", targetGUID=_id("case", who))
    for start, end, code, coder in talk.passages:
        passage = _add_selection(source, talk, start, end, code, coder)
        if (talk.text[start:end], coder) == MEMO[:2]:
            _add(passage, "Description").text = MEMO[2]
        _add_coding(passage, f"{own} {start}", code, coder)
    _add_value(source, "group", "TextValue", talk.group)


def _add_selection(source: etree._Element, talk: Talk, start: int, end: int, *by: str) -> etree._Element:
    place = {"startPosition": str(_units(talk.text, start)), "endPosition": str(_units(talk.text, end))}
    user = {"creatingUser": _id("user", by[1])} if len(by) > 1 else {}
    return _add(source, "PlainTextSelection", guid=_id("selection", talk.title, start, end, *by), **place, **user)


def _units(text: str, at: int) -> int:
    """A position in code points with LF as one in UTF-16 units with CRLF as two."""
    return len(text[:at].replace("\n", "\r\n").encode("utf-16-le")) // 2


def _add_coding(of: etree._Element, place: str, code: str, coder: str) -> None:
    coding = _add(of, "Coding", guid=_id("coding", place, code, coder), creatingUser=_id("user", coder))
    _add(coding, "CodeRef", targetGUID=_id("code", code))


def _add_value(of: etree._Element, variable: str, kind: str, value: str) -> None:
    own = _add(of, "VariableValue")
    _add(own, "VariableRef", targetGUID=_id("variable", variable))
    _add(own, kind).text = value


def _add(of: etree._Element, kind: str, /, **about: str) -> etree._Element:
    return etree.SubElement(of, _tag(kind), **about)


def _tag(name: str) -> str:
    return f"{{{qdpx.NAMESPACE}}}{name}"


def _id(*parts: object) -> str:
    return guid(*map(str, (NAME, *parts)))


def as_qualcoder(file: Path) -> None:
    """The data.qda of a QualCoder project, version 17."""
    with sqlite3.connect(file) as database:
        database.executescript(
            "PRAGMA page_size = 512;"
            "CREATE TABLE project (databaseversion TEXT, date TEXT, memo TEXT, about TEXT);"
            "CREATE TABLE source (id INTEGER PRIMARY KEY, name TEXT, fulltext TEXT, mediapath TEXT, memo TEXT,"
            " owner TEXT, date TEXT, av_text_id INTEGER, risid INTEGER, unique(name));"
            "CREATE TABLE code_cat (catid INTEGER PRIMARY KEY, name TEXT, owner TEXT, date TEXT, memo TEXT,"
            " supercatid INTEGER);"
            "CREATE TABLE code_name (cid INTEGER PRIMARY KEY, name TEXT, memo TEXT, catid INTEGER, owner TEXT,"
            " date TEXT, color TEXT, supercid INTEGER);"
            "CREATE TABLE code_text (ctid INTEGER PRIMARY KEY, cid INTEGER, fid INTEGER, seltext TEXT, pos0 INTEGER,"
            " pos1 INTEGER, owner TEXT, date TEXT, memo TEXT, avid INTEGER, important INTEGER);"
            "CREATE TABLE cases (caseid INTEGER PRIMARY KEY, name TEXT, memo TEXT, owner TEXT, date TEXT);"
            "CREATE TABLE case_text (id INTEGER PRIMARY KEY, caseid INTEGER, fid INTEGER, pos0 INTEGER, pos1 INTEGER);"
            "CREATE TABLE attribute (attrid INTEGER PRIMARY KEY, name TEXT, attr_type TEXT, value TEXT, id INTEGER);"
            "CREATE TABLE journal (jid INTEGER PRIMARY KEY, name TEXT, jentry TEXT, date TEXT, owner TEXT);"
            "INSERT INTO project VALUES ('v17', '', '', '');"
        )
        number = {code: place for place, code in enumerate(CODES, 1)}
        for code, (above, meaning) in CODES.items():
            table = "code_name (cid, name, memo, catid)" if above else "code_cat (catid, name, memo, supercatid)"
            database.execute(
                f"INSERT INTO {table} VALUES (?, ?, ?, ?)", (number[code], code, meaning, number.get(above))
            )
        people: dict[str, int] = {}
        for own, talk in enumerate(talks(), 1):
            name = f"{talk.title}.txt"
            database.execute("INSERT INTO source (id, name, fulltext) VALUES (?, ?, ?)", (own, name, talk.text))
            group = ("group", "file", talk.group, own)
            database.execute("INSERT INTO attribute (name, attr_type, value, id) VALUES (?, ?, ?, ?)", group)
            for start, end, code, coder in talk.passages:
                memo = MEMO[2] if (talk.text[start:end], coder) == MEMO[:2] else ""
                row = (number[code], own, talk.text[start:end], start, end, coder, memo)
                columns = "code_text (cid, fid, seltext, pos0, pos1, owner, memo)"
                database.execute(f"INSERT INTO {columns} VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            for start, end, who in talk.turns:
                if who != "Facilitator":
                    if who not in people:
                        people[who] = len(people) + 1
                        database.execute("INSERT INTO cases (caseid, name) VALUES (?, ?)", (people[who], who))
                    place = (people[who], own, start, end)
                    database.execute("INSERT INTO case_text (caseid, fid, pos0, pos1) VALUES (?, ?, ?, ?)", place)
    database.close()


def write(folder: Path) -> None:
    """The example as files: a .qdpx, and a .qda folder."""
    (folder / f"{NAME}.qdpx").write_bytes(as_nvivo())
    place = folder / f"{NAME}.qda"
    place.mkdir(exist_ok=True)
    (place / "data.qda").unlink(missing_ok=True)
    as_qualcoder(place / "data.qda")


if __name__ == "__main__":
    write(HERE.parents[1] / "docs" / "examples")
