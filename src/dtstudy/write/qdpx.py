"""A study as REFI-QDA exchanges projects (.qdpx): texts, coders, codes, codings, cases and variables.

REFI-QDA Project 1.0, 18 March 2019 (www.qdasoftware.org). Positions are Unicode code points from 0. The standard is
silent on whether the end belongs to a selection; it does not here, nor in any program's files that were looked at.

- The texts are the clean, pseudonymised ones, with LF line ends and no byte order mark; see `dtstudy.write.plain`.
- A selection is one passage by one coder, with as many codings as the coder gave it; a memo is its description, where
  other programs keep and look for a comment. A memo of its own makes a selection of its own.
- A participant is a case, and the turns are its selections. They are also coded with a code that bears the case's GUID,
  which is how NVivo writes cases, and the only way in which QualCoder reads their text.
- No date is written: the tables have none, the standard does not ask for any, and two exports are the same bytes.
"""

import re
import zipfile
from io import BytesIO
from itertools import groupby

import pandas as pd
from lxml import etree

from dtstudy import schema
from dtstudy.write import guid, plain, qdc

NAMESPACE = "urn:QDA-XML:project:1.0"
PROJECT = "project.qde"
QUOTED = 100  # characters of a passage that name its selection, so that a reader can check its offsets
_RAW = ["text", "source", "sha256"]  # of documents: the text goes into a file of its own, the others stay at home


def project(tables: dict[str, pd.DataFrame], study: str, about: str = "") -> dict[str, bytes]:
    """A study as the entries of a .qdpx file: name in the archive to content.

    Parameters: the six tables as `schema` has them, in any order of rows (that of codes is kept); the study's name,
    from which GUIDs are made; what `about` says of it. The same study gives the same bytes.
    """
    tables = {name: frame if name == "codes" else _ordered(name, frame) for name, frame in tables.items()}
    texts = {row.document: plain(row.text) for row in tables["documents"].itertuples()}
    root = etree.Element(_tag("Project"), nsmap={None: NAMESPACE}, name=plain(study), origin=qdc.ORIGIN)
    root.extend(
        part
        for part in (
            _users(tables["reads"], study),
            _codebook(tables, study),
            _variables(tables, study),
            _cases(tables, study),
            _sources(tables, texts, study),
            _sets(tables["documents"], study),
        )
        if len(part)
    )
    if about:
        _text(root, "Description", about)
    sources = {f"sources/{guid('source', study, name)}.txt": text.encode() for name, text in texts.items()}
    return {PROJECT: qdc.document(root), **dict(sorted(sources.items()))}


def archive(contents: dict[str, bytes]) -> bytes:
    """Entries as a ZIP file, in their order, with a date that is always the same."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in contents.items():
            entry = zipfile.ZipInfo(name)  # of 1 January 1980, the first that ZIP can tell
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            packed.writestr(entry, content)
    return stream.getvalue()


def _users(reads: pd.DataFrame, study: str) -> etree._Element:
    users = etree.Element(_tag("Users"))
    for coder in sorted(reads["coder"].unique()):
        etree.SubElement(users, _tag("User"), guid=guid("user", study, coder), name=plain(coder))
    return users


def _codebook(tables: dict[str, pd.DataFrame], study: str) -> etree._Element:
    """The codes, and after them one for each participant's turns."""
    codes = qdc.code_list(tables["codes"], study, set(tables["codings"]["code"]), NAMESPACE)
    for participant in tables["participants"]["participant"]:
        etree.SubElement(
            codes, _tag("Code"), guid=guid("case", study, participant), name=plain(participant), isCodable="true"
        )
    book = etree.Element(_tag("CodeBook"))
    book.extend([codes] if len(codes) else [])
    return book


def _variables(tables: dict[str, pd.DataFrame], study: str) -> etree._Element:
    variables = etree.Element(_tag("Variables"))
    taken: set[str] = set()
    for table, columns in _attributes(tables).items():
        for column in columns:
            name = f"{column} of {table}" if column in taken else column  # programs know a variable by its name
            taken.add(name)
            etree.SubElement(
                variables,
                _tag("Variable"),
                guid=guid("variable", study, table, column),
                name=plain(name),
                typeOfVariable="Text",
            )
    return variables


def _cases(tables: dict[str, pd.DataFrame], study: str) -> etree._Element:
    cases = etree.Element(_tag("Cases"))
    turns = dict(tuple(tables["turns"].groupby("participant")))
    columns = _attributes(tables)["participants"]
    for person in tables["participants"].to_dict("records"):
        name = person["participant"]
        case = etree.SubElement(cases, _tag("Case"), guid=guid("case", study, name), name=plain(name))
        _values(case, person, "participants", columns, study)
        for turn in turns[name].itertuples() if name in turns else ():
            etree.SubElement(case, _tag("SelectionRef"), targetGUID=guid("turn", study, turn.document, turn.turn))
    return cases


def _sources(tables: dict[str, pd.DataFrame], texts: dict[str, str], study: str) -> etree._Element:
    sources = etree.Element(_tag("Sources"))
    turns, codings = (dict(tuple(tables[name].groupby("document"))) for name in ("turns", "codings"))
    columns = _attributes(tables)["documents"]
    for row in tables["documents"].to_dict("records"):
        document = row["document"]
        own = guid("source", study, document)
        source = etree.SubElement(
            sources, _tag("TextSource"), guid=own, name=plain(document), plainTextPath=f"internal://{own}.txt"
        )
        if document in turns:
            _add_turns(source, turns[document], texts[document], study)
        if document in codings:
            _add_passages(source, codings[document], texts[document], study)
        _values(source, row, "documents", columns, study)
    return sources


def _add_turns(source: etree._Element, turns: pd.DataFrame, text: str, study: str) -> None:
    """A selection for each turn, coded with its speaker's code; nobody of the coders made it."""
    for turn in turns.itertuples():
        place = (study, turn.document, turn.turn)
        selection = _add_selection(source, guid("turn", *place), text, turn.start, turn.end)
        _add_coding(selection, guid("speaking", *place), guid("case", study, turn.participant))


def _add_passages(source: etree._Element, codings: pd.DataFrame, text: str, study: str) -> None:
    """A selection for each passage, coder and memo, with a coding for each code."""
    passage = ["document", "start", "end", "coder", "memo"]
    rows = codings.assign(memo=codings["memo"].fillna("")).sort_values([*passage, "code"])[[*passage, "code"]]
    for (*place, memo), given in groupby(rows.itertuples(index=False, name=None), key=lambda row: row[:-1]):
        codes = [code for *_, code in given]
        _, start, end, coder = place
        user = guid("user", study, coder)
        own = guid("selection", study, *place, codes[0])
        selection = _add_selection(source, own, text, start, end, creatingUser=user)
        if memo:
            _text(selection, "Description", memo)
        for code in codes:
            _add_coding(selection, guid("coding", study, *place, code), guid("code", study, code), creatingUser=user)


def _add_selection(source: etree._Element, own: str, text: str, start: int, end: int, **by: str) -> etree._Element:
    name = re.sub(r"\s", " ", text[start : min(end, start + QUOTED)])
    place = {"startPosition": str(start), "endPosition": str(end)}
    return etree.SubElement(source, _tag("PlainTextSelection"), guid=own, name=name, **place, **by)


def _add_coding(selection: etree._Element, own: str, code: str, **by: str) -> None:
    coding = etree.SubElement(selection, _tag("Coding"), guid=own, **by)
    etree.SubElement(coding, _tag("CodeRef"), targetGUID=code)


def _sets(documents: pd.DataFrame, study: str) -> etree._Element:
    """A set of documents for each group, where the study has groups: other programs' groups of documents."""
    sets = etree.Element(_tag("Sets"))
    if "group" not in documents:
        return sets
    for group, members in documents[documents["group"].fillna("") != ""].groupby("group"):
        own = etree.SubElement(sets, _tag("Set"), guid=guid("set", study, group), name=plain(str(group)))
        for document in members["document"]:
            etree.SubElement(own, _tag("MemberSource"), targetGUID=guid("source", study, document))
    return sets


def _attributes(tables: dict[str, pd.DataFrame]) -> dict[str, list[str]]:
    """Columns of documents and of participants that are variables."""
    own = {"documents": ["document", *_RAW], "participants": ["participant"]}
    return {name: [column for column in tables[name] if column not in columns] for name, columns in own.items()}


def _values(of: etree._Element, row: dict, table: str, columns: list[str], study: str) -> None:
    for column in columns:
        if not pd.isna(row[column]) and str(row[column]).strip():
            value = etree.SubElement(of, _tag("VariableValue"))
            etree.SubElement(value, _tag("VariableRef"), targetGUID=guid("variable", study, table, column))
            _text(value, "TextValue", str(row[column]))


def _text(of: etree._Element, name: str, text: str) -> None:
    etree.SubElement(of, _tag(name)).text = plain(text)


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _ordered(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values(list(schema.TABLES[name].key), kind="stable", ignore_index=True)
