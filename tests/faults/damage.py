"""Harm done to bytes, to text, to XML and to tables.

Each takes bytes and a seeded `random.Random`, so that a sample can be made again from its name.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from random import Random

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
    "", " ", "\0", "\ufeff", "\u202eleft", "=1+1", "-2", "../../x", "/x", "c:\\x", "con", "a" * 5_000, "é\u0301" * 200,
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
LARGE = 10_500_000  # bytes: more than a line or a cell may have
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {new} "{("&" + old + ";") * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
Change = Callable[[bytes, Random], bytes]


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
    if chance.random() < 0.96:  # it takes its time
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
