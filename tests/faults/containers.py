"""Harm done to what holds other things: archives, databases, print."""

import re
import sqlite3
import struct
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import closing
from io import BytesIO
from pathlib import Path
from random import Random

from .damage import BYTES, NUMBERS, SECRET, TEXT, WORDS, XML, Change, flip

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
        "c:\\x",
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
        if connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] < 300:
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
