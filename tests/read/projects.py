"""Small projects as programs write them, made in code."""

import sqlite3
import zipfile
from xml.sax.saxutils import escape, quoteattr

CODES = '<Code guid="C1" name="hope" isCodable="true" color="#ff0000"><Description>Looking forward</Description></Code>'


def qdpx(file, texts, selections, origin="", entry="project.qde", folder="sources", codes=CODES, more=""):
    """A REFI-QDA project: texts as {id: bytes}; selections as (source, start, end, name, inner XML)."""
    sources = ""
    for own in texts:
        inner = "".join(
            f'<PlainTextSelection guid="S{number}" startPosition="{start}" endPosition="{end}"'
            f'{" name=" + quoteattr(name) if name is not None else ""} creatingUser="U1">{within}</PlainTextSelection>'
            for number, (source, start, end, name, within) in enumerate(selections)
            if source == own
        )
        sources += f'<TextSource guid="{own}" name="{own}" plainTextPath="internal://{own}.txt">{inner}</TextSource>'
    return archive(
        file,
        f'<Users><User guid="U1" name="Ann"/></Users><CodeBook><Codes>{codes}</Codes></CodeBook>'
        f"<Sources>{sources}</Sources>{more}",
        {f"{folder}/{own}.txt": content for own, content in texts.items()},
        origin,
        entry,
    )


def archive(file, inner, entries=None, origin="", entry="project.qde"):
    """A REFI-QDA project of the XML inside the element Project, with other entries of the archive."""
    content = (
        '<?xml version="1.0" encoding="utf-8"?><Project xmlns="urn:QDA-XML:project:1.0" name="Mini"'
        f' origin="{escape(origin)}">{inner}</Project>'
    )
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(entry, content)
        for name, data in (entries or {}).items():
            packed.writestr(name, data, zipfile.ZIP_STORED if len(data) > 1_000_000 else None)
    return file


def coded(code="C1"):
    """A coding inside a selection."""
    return f'<Coding guid="K-{code}" creatingUser="U1"><CodeRef targetGUID="{code}"/></Coding>'


def taguette(file, documents, highlights, tags=("hope",), commands=()):
    """A Taguette export: documents as {id: HTML}; highlights as (document, start, end, snippet, numbers of tags)."""
    with sqlite3.connect(file) as connection:
        connection.executescript(
            "CREATE TABLE projects (id INTEGER PRIMARY KEY, name TEXT, description TEXT, created TEXT);"
            "CREATE TABLE documents (id INTEGER PRIMARY KEY, name TEXT, description TEXT, contents TEXT);"
            "CREATE TABLE highlights (id INTEGER PRIMARY KEY, document_id INTEGER, start_offset INTEGER,"
            " end_offset INTEGER, snippet TEXT);"
            "CREATE TABLE tags (id INTEGER PRIMARY KEY, path TEXT, description TEXT);"
            "CREATE TABLE highlight_tags (highlight_id INTEGER, tag_id INTEGER);"
            "CREATE TABLE commands (id INTEGER PRIMARY KEY, user_login TEXT, payload TEXT);"
            "INSERT INTO projects VALUES (1, 'Mini', '', '');"
        )
        for own, content in documents.items():
            connection.execute("INSERT INTO documents VALUES (?, ?, '', ?)", (own, f"D{own}.html", content))
        for number, tag in enumerate(tags, 1):
            connection.execute("INSERT INTO tags VALUES (?, ?, '')", (number, tag))
        for number, (document, start, end, snippet, given) in enumerate(highlights, 1):
            connection.execute("INSERT INTO highlights VALUES (?, ?, ?, ?, ?)", (number, document, start, end, snippet))
            for tag in given:
                connection.execute("INSERT INTO highlight_tags VALUES (?, ?)", (number, tag))
        connection.executemany("INSERT INTO commands (user_login, payload) VALUES (?, ?)", commands)
    connection.close()
    return file


def qualcoder(folder, texts, codings, version=17):
    """A QualCoder project: texts as {id: text}; codings as (code, source, words, start, end, owner, memo)."""
    folder.mkdir()
    columns = ", supercid INTEGER" if version >= 17 else ""
    with sqlite3.connect(folder / "data.qda") as connection:
        connection.executescript(
            "CREATE TABLE project (databaseversion TEXT, date TEXT, memo TEXT, about TEXT);"
            "CREATE TABLE source (id INTEGER PRIMARY KEY, name TEXT, fulltext TEXT, mediapath TEXT, memo TEXT,"
            " owner TEXT, date TEXT, av_text_id INTEGER, risid INTEGER, unique(name));"
            "CREATE TABLE code_cat (catid INTEGER PRIMARY KEY, name TEXT, owner TEXT, date TEXT, memo TEXT,"
            " supercatid INTEGER);"
            "CREATE TABLE code_name (cid INTEGER PRIMARY KEY, name TEXT, memo TEXT, catid INTEGER, owner TEXT,"
            f" date TEXT, color TEXT{columns});"
            "CREATE TABLE code_text (ctid INTEGER PRIMARY KEY, cid INTEGER, fid INTEGER, seltext TEXT, pos0 INTEGER,"
            " pos1 INTEGER, owner TEXT, date TEXT, memo TEXT, avid INTEGER, important INTEGER);"
            "CREATE TABLE code_av (avid INTEGER PRIMARY KEY, id INTEGER, pos0 INTEGER, pos1 INTEGER, cid INTEGER);"
            "CREATE TABLE annotation (anid INTEGER PRIMARY KEY, fid INTEGER, pos0 INTEGER, pos1 INTEGER, memo TEXT,"
            " owner TEXT, date TEXT);"
            "CREATE TABLE cases (caseid INTEGER PRIMARY KEY, name TEXT, memo TEXT, owner TEXT, date TEXT);"
            "CREATE TABLE case_text (id INTEGER PRIMARY KEY, caseid INTEGER, fid INTEGER, pos0 INTEGER, pos1 INTEGER);"
            "CREATE TABLE attribute (attrid INTEGER PRIMARY KEY, name TEXT, attr_type TEXT, value TEXT, id INTEGER);"
            "CREATE TABLE journal (jid INTEGER PRIMARY KEY, name TEXT, jentry TEXT, date TEXT, owner TEXT);"
            "INSERT INTO project VALUES ('v17', '', 'A memo of the project', '');"
            "INSERT INTO code_cat VALUES (1, 'feelings', '', '', '', NULL);"
            "INSERT INTO code_name (cid, name, memo, catid, color) VALUES (1, 'hope', 'Looking forward', 1, '#00FF00');"
        )
        for own, text in texts.items():
            connection.execute("INSERT INTO source (id, name, fulltext) VALUES (?, ?, ?)", (own, f"T{own}.txt", text))
        connection.executemany(
            "INSERT INTO code_text (cid, fid, seltext, pos0, pos1, owner, memo) VALUES (?, ?, ?, ?, ?, ?, ?)", codings
        )
    connection.close()
    return folder
