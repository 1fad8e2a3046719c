"""Harm done to a whole file: to its bytes, and to what its format makes of them.

Every mutation takes bytes and a seeded `random.Random`, so that a sample can be made again from its name.
"""

import re
import sqlite3
import struct
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from random import Random

from .specimens import Specimen

SECRET = "secret.txt"  # a file beside the samples that nothing may open
NUMBERS = [
    "-1",
    "0",
    "1e400",
    "NaN",
    "-0",
    "",
    "99999999999999999999",
    "18446744073709551616",
    "2147483648",
    "1.5",
    "٣",
    "１",
]
WORDS = [
    "", " ", "\0", "\ufeff", "\u202eleft", "=1+1", "-2", "../../x", "/x", "C:\\x", "con", "a" * 5_000, "é\u0301" * 200,
    "\ud7ff", "\x1b[31mred", "a\nb", "a\r\nb", "<b>&amp;</b>", "'; DROP TABLE codes; --", "{{ 7 * 7 }}", "😀" * 50, "union",
    "Moderator", "reads", "document", f"../{SECRET}", "nan", "None", "True", ";", ",", '"',
]  # fmt: skip
BROKEN = [
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"\xc0\xaf",
    b"\xf4\x90\x80\x80",
    b"\x00",
    b"\xef\xbb\xbf",
    b"\x80",
    b"\xfe\xff",
]
LARGE = 12_000_000  # bytes: more than a line or a cell may have
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {new} "{("&" + old + ";") * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
Change = Callable[[bytes, Random], bytes]


def mutated(specimen: Specimen, chance: Random) -> Specimen:
    """The specimen with one to four harms done to one of its files, or with another name for it."""
    name = chance.choice(sorted(specimen.files))
    content = specimen.files[name]
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        content = chance.choice(_changes(name, content))(content, chance)
    files = {**specimen.files, name: content}
    if "/" in name and name.rpartition("/")[0] in specimen.given and chance.random() < 0.1:
        files[_named(name, chance)] = files.pop(name)
    return replace(specimen, files=files)


def _changes(name: str, content: bytes) -> list[Change]:
    """The harms that suit a file; those of its format twice as often as those of its bytes."""
    own: list[Change] = []
    if content.startswith(b"PK"):
        own = [*ZIP, *ZIP]
    elif content.startswith(b"SQLite"):
        own = SQLITE * 4
    elif content.startswith(b"%PDF"):
        own = PDF * 4
    elif name.endswith(".qdc"):
        own = XML * 2
    elif name.endswith(".csv"):
        own = TABLE * 2
    return [*own, *(TEXT if not content.startswith((b"PK", b"SQLite", b"%PDF")) else []), *BYTES]


def _named(name: str, chance: Random) -> str:
    """Another name for a file of a folder, of letters that a disk takes."""
    folder, _, own = name.rpartition("/")
    suffix = chance.choice([Path(own).suffix] * 3 + [".txt", ".csv", ".docx", ".pdf", ".odt", ".vtt", ".XYZ", ""])
    stem = chance.choice(
        ["=1", "-rf", "a\nb", "\udcff\udcfe", "‮gnp", "a" * 240, "~$a", "con", "Maria Rosa", "a;b,c", "\x1b[31m"]
    )
    return f"{folder}/{stem}{suffix}"


# bytes


def _place(content: bytes, chance: Random) -> tuple[int, int]:
    first = chance.randrange(len(content) + 1)
    return first, min(len(content), first + chance.choice((1, 4, 30, 500, 20_000)))


def flip(content: bytes, chance: Random) -> bytes:
    harmed = bytearray(content)
    for _ in range(chance.choice((1, 3, 20, 200)) if harmed else 0):
        harmed[chance.randrange(len(harmed))] = chance.randrange(256)
    return bytes(harmed)


def cut(content: bytes, chance: Random) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def double(content: bytes, chance: Random) -> bytes:
    first, last = _place(content, chance)
    return content[:last] + content[first:last] * chance.choice((1, 2, 50)) + content[last:]


def zero(content: bytes, chance: Random) -> bytes:
    first, last = _place(content, chance)
    return content[:first] + bytes(last - first) + content[last:]


def remove(content: bytes, chance: Random) -> bytes:
    first, last = _place(content, chance)
    return content[:first] + content[last:]


def mix(content: bytes, chance: Random) -> bytes:
    """A stretch in the place of another."""
    first, last = _place(content, chance)
    other, end = _place(content, chance)
    return content[:first] + content[other:end] + content[last:]


BYTES = [flip, cut, double, zero, remove, mix]


# text


def broken_letters(content: bytes, chance: Random) -> bytes:
    for _ in range(chance.choice((1, 3))):
        place = chance.randrange(len(content) + 1)
        content = content[:place] + chance.choice(BROKEN) + content[place:]
    return content


def other_encoding(content: bytes, chance: Random) -> bytes:
    code = chance.choice(["utf-16", "utf-16-be", "latin-1", "cp437", "utf-7", "utf-32"])
    return content.decode("utf-8", errors="replace").encode(code, errors="replace")


def long_line(content: bytes, chance: Random) -> bytes:
    if chance.random() < 0.8:  # it takes its time
        return flip(content, chance)
    place = chance.randrange(len(content) + 1)
    piece = chance.choice([b"a", b"word ", b"<", b'"', b"\xc3\xa9", b"&amp;", b"1:"])
    return content[:place] + piece * (LARGE // len(piece)) + content[place:]


def word(content: bytes, chance: Random) -> bytes:
    place = chance.randrange(len(content) + 1)
    new = chance.choice(WORDS + NUMBERS).encode(errors="replace")
    return content[:place] + new + content[place:]


def number(content: bytes, chance: Random) -> bytes:
    """A number somewhere becomes another one, or none."""
    found = list(re.finditer(rb"\d+(?:\.\d+)?", content[:200_000]))
    if not found:
        return word(content, chance)
    one = chance.choice(found)
    return content[: one.start()] + chance.choice(NUMBERS).encode() + content[one.end() :]


TEXT = [broken_letters, other_encoding, long_line, word, number]


# XML


def attribute(content: bytes, chance: Random) -> bytes:
    """A value of an attribute becomes another word, another number, or the value of another one."""
    found = list(re.finditer(rb'="([^"<]*)"', content[:300_000]))
    if not found:
        return word(content, chance)
    one, other = chance.choice(found), chance.choice(found)
    from xml.sax.saxutils import escape

    new = chance.choice([other[1], escape(chance.choice(WORDS + NUMBERS), {'"': "&quot;"}).encode(errors="replace")])
    return content[: one.start(1)] + new + content[one.end(1) :]


def element(content: bytes, chance: Random) -> bytes:
    """An element goes, comes twice or thousands of times, or stands in another place."""
    found = list(re.finditer(rb"<(\w+)[^<>]*?(?:/>|>[^<>]*</\1>)", content[:300_000]))
    if not found:
        return word(content, chance)
    one, other = chance.choice(found), chance.choice(found)
    new = chance.choice([b"", one[0] * 2, one[0] * 3_000, other[0], one[0] + other[0]])
    return content[: one.start()] + new + content[one.end() :]


def entities(content: bytes, chance: Random) -> bytes:
    declared = chance.choice([
        f"{LAUGHS}]>", '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">', f'<!DOCTYPE x [<!ENTITY i SYSTEM "../{SECRET}">]>',
    ])  # fmt: skip
    first = max(content.find(b"?>") + 2, 0) if content.startswith(b"<?xml") else 0
    place = content.rfind(b"</")
    return content[:first] + declared.encode() + content[first:place] + b"&i;" + content[place:]


def nested(content: bytes, chance: Random) -> bytes:
    found = list(re.finditer(rb"<(\w+)[^<>/]*>", content[:100_000]))
    if not found:
        return word(content, chance)
    one, deep = chance.choice(found), chance.choice((20, 200, 2_000, 100_000))
    return content[: one.start()] + one[0] * deep + content[one.end() :]


XML = [attribute, attribute, attribute, element, element, entities, nested, number]


# tables


def cell(content: bytes, chance: Random) -> bytes:
    return _table(
        content, chance, lambda rows, row, column: rows[row].__setitem__(column, chance.choice(WORDS + NUMBERS))
    )


def head(content: bytes, chance: Random) -> bytes:
    names = [
        "document",
        "code",
        "text",
        "start",
        "end",
        "quoted",
        "coder",
        "participant",
        "turn",
        "parent",
        "level",
        "",
    ]
    return _table(content, chance, lambda rows, row, column: rows[0].__setitem__(column, chance.choice(names)))


def swapped(content: bytes, chance: Random) -> bytes:
    def swap(rows: list, row: int, column: int) -> None:
        other = chance.randrange(len(rows))
        rows[row], rows[other] = rows[other], rows[row]

    return _table(content, chance, swap)


def ragged(content: bytes, chance: Random) -> bytes:
    return _table(content, chance, lambda rows, row, column: rows[row].extend(["x"] * chance.choice((1, 3, 5_000))))


def _table(content: bytes, chance: Random, change: Callable[[list, int, int], None]) -> bytes:
    import csv
    from io import StringIO

    with suppress(csv.Error):
        rows = [row for row in csv.reader(StringIO(content.decode(errors="replace"), newline="")) if row]
        if rows:
            row = chance.randrange(len(rows))
            change(rows, row, chance.randrange(min(len(rows[0]), len(rows[row]))))
            stream = StringIO()
            csv.writer(stream, delimiter=chance.choice(",,,;\t")).writerows(rows)
            return stream.getvalue().encode(errors="replace")
    return word(content, chance)


TABLE = [cell, cell, cell, head, swapped, ragged, number]


# archives


def entry(content: bytes, chance: Random) -> bytes:
    """One entry is harmed, as its own format has it."""

    def change(entries: dict[str, bytes]) -> None:
        name = chance.choice([name for name in entries if not name.endswith("/")])
        own = XML * 3 if name.endswith((".qde", ".xml", ".rels")) else TEXT * 2
        entries[name] = chance.choice([*own, *BYTES])(entries[name], chance)

    return _zip(content, chance, change)


def entry_name(content: bytes, chance: Random) -> bytes:
    """An entry is called as a file outside, as another entry, or not at all."""
    names = [
        f"../{SECRET}",
        f"../../{SECRET}",
        "/x",
        "\\x",
        "C:\\x",
        "project.qde",
        "a" * 500,
        "",
        "./",
        "sources/",
        "PROJECT.QDE",
    ]

    def change(entries: dict[str, bytes]) -> None:
        old = chance.choice(list(entries))
        entries[chance.choice(names)] = entries.pop(old) if chance.random() < 0.5 else entries[old]

    return _zip(content, chance, change)


def no_entry(content: bytes, chance: Random) -> bytes:
    return _zip(content, chance, lambda entries: entries.pop(chance.choice(list(entries))))


def bomb(content: bytes, chance: Random) -> bytes:
    """An entry, or all that hold text, unpack to a thousand times their size."""

    def change(entries: dict[str, bytes]) -> None:
        letters = chance.choice([b"\0", b" ", b"a", b"a\n", b"<a>"])
        if chance.random() < 0.5:
            entries[chance.choice(list(entries))] = letters * (60_000_000 // len(letters))
        else:
            for name in [name for name in entries if name.endswith(".txt")] or list(entries)[-1:]:
                entries[name] = letters * (4_900_000 // len(letters))

    return _zip(content, chance, change)


def lie(content: bytes, chance: Random) -> bytes:
    """A field of the archive's own records says something else: sizes, flags, packing, places."""
    harmed = bytearray(content)
    record, fields = chance.choice([(b"PK\x01\x02", (8, 10, 20, 24, 28, 30, 42)), (b"PK\x03\x04", (6, 8, 18, 22, 26, 28)), (b"PK\x05\x06", (8, 10, 12, 16))])  # fmt: skip
    places = [found.start() for found in re.finditer(re.escape(record), content)]
    if places:
        place = chance.choice(places) + chance.choice(fields)
        size = min(2, max(0, len(harmed) - place))
        harmed[place : place + size] = struct.pack("<H", chance.choice((0, 1, 8, 9, 99, 2048, 65535)))[:size]
    return bytes(harmed)


def _zip(content: bytes, chance: Random, change: Callable[[dict[str, bytes]], object]) -> bytes:
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            entries = {name: packed.read(name) for name in packed.namelist()}
        change(entries)
        stream = BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, data in entries.items():
                packed.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
        return stream.getvalue()
    except Exception:  # harmed before, or no name for an entry: its bytes are harmed instead
        return flip(content, chance)


ZIP = [entry, entry, entry, entry, entry, entry_name, no_entry, bomb, lie]


# databases


def value(connection: sqlite3.Connection, chance: Random) -> None:
    """A cell of any table holds something of another kind."""
    table, column = _column(connection, chance)
    new = chance.choice(
        [None, -1, 2**62, -(2**63), 1.5, float("inf"), b"\xff\x00", b"<p>x</p>", *NUMBERS, *WORDS, "a" * 100_000]
    )
    row = chance.choice(connection.execute(f'SELECT rowid FROM "{table}"').fetchall() or [(1,)])
    connection.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE rowid = ?', (new, *row))


def column(connection: sqlite3.Connection, chance: Random) -> None:
    """A whole column holds one value."""
    table, name = _column(connection, chance)
    connection.execute(f'UPDATE OR IGNORE "{table}" SET "{name}" = ?', (chance.choice([None, 1, *NUMBERS, *WORDS]),))


def structure(connection: sqlite3.Connection, chance: Random) -> None:
    """A table or a column goes, is called otherwise, or is a view without end."""
    table, name = _column(connection, chance)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
    for command in chance.choice([
        [f'DROP TABLE "{table}"'], [f'ALTER TABLE "{table}" DROP COLUMN "{name}"'],
        [f'ALTER TABLE "{table}" RENAME COLUMN "{name}" TO "other"'],
        [f'DROP TABLE "{table}"', f'CREATE VIEW "{table}" AS {endless}'],
        [f'CREATE TABLE other AS SELECT * FROM "{table}"', f'DROP TABLE "{table}"', f'ALTER TABLE other RENAME TO "{table}"'],
    ]):  # fmt: skip
        connection.execute(command)


def many(connection: sqlite3.Connection, chance: Random) -> None:
    """A table's rows, thousands of times."""
    table, _ = _column(connection, chance)
    own = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")') if not row[5]]
    names = ", ".join(f'"{name}"' for name in own)
    for _ in range(chance.choice((1, 4, 11))):
        if connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] < 20_000:
            connection.execute(f'INSERT INTO "{table}" ({names}) SELECT {names} FROM "{table}"')


def _column(connection: sqlite3.Connection, chance: Random) -> tuple[str, str]:
    tables = sorted(row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'"))
    table = chance.choice(tables)
    return table, chance.choice([row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')])


def _database(change: Callable[[sqlite3.Connection, Random], None]) -> Change:
    def changed(content: bytes, chance: Random) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "a.sqlite3"
            file.write_bytes(content)
            try:
                with closing(sqlite3.connect(file)) as connection:
                    change(connection, chance)
                    connection.commit()
                return file.read_bytes()
            except (
                sqlite3.Error,
                IndexError,
                ValueError,
                UnicodeError,
            ):  # harmed before, or not to be done: its bytes are instead
                return flip(content, chance)

    return changed


SQLITE = [_database(change) for change in (value, value, value, column, structure, many)]


# PDF


def pdf_number(content: bytes, chance: Random) -> bytes:
    """A number outside of the streams: a length, a count, a reference."""
    found = list(re.finditer(rb"(?<=[ \[/])\d+(?= )", content))
    if not found:
        return flip(content, chance)
    one = chance.choice(found)
    new = chance.choice([b"0", b"1", b"-1", b"2147483648", b"99999999999", chance.choice(found)[0]])
    return content[: one.start()] + new + content[one.end() :]


def pdf_name(content: bytes, chance: Random) -> bytes:
    found = list(re.finditer(rb"/[A-Za-z0-9]+", content))
    if not found:
        return flip(content, chance)
    one = chance.choice(found)
    new = chance.choice([b"/LZWDecode", b"/Crypt", b"/Encrypt", b"/ObjStm", chance.choice(found)[0]])
    return content[: one.start()] + new + content[one.end() :]


PDF = [pdf_number, pdf_name]
