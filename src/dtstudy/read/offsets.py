"""How does a program count the characters of a text? Its positions are read in every known way; the ways are scored.

REFI-QDA asks for Unicode code points; programs write UTF-16 units or bytes, count a CRLF as one or two, and a byte
order mark or not. A passage carries its own proof; see `read.evidence`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from itertools import groupby, product

import numpy as np
import pandas as pd

from dtstudy.errors import InputError, near
from dtstudy.read import evidence
from dtstudy.text import words

MARK = "\ufeff"
MARK_WITHIN = "\u200b"  # stands for a second mark, which a reader of the plain text would take for the first
UNITS = {"code-points": "code points", "utf-16": "UTF-16 units", "utf-8": "UTF-8 bytes"}
_WIDER = {"code-points": (), "utf-16": (0xFFFF,), "utf-8": (0x7F, 0x7FF, 0xFFFF)}  # characters that take one unit more
PRACTICE = 5.0  # nats in favour of what a program is known to do: only clear evidence speaks against it
STANDARD = 1.5  # nats in favour of the standard's unit where the program is not known: not enough by itself
CLEAR = 3.0  # nats by which the best way must lead one that gives other words: about 20 to 1
MISFIT = 6.0  # nats against a position past the end or inside a character
SAMPLE = 1_000  # passages scored: of those on which the ways differ, and of all
SHOWN = 40  # characters of a passage in a message
OUTSIDE, INSIDE, FITS = -1, 0, 1  # a passage past the end; with an edge inside a character; between characters


@dataclass(frozen=True)
class Convention:
    """A way of counting.

    The unit; a CRLF as 1 or 2; whether a byte order mark counts; whether the end is the last character or the one after
    it; the number of the first character.
    """

    unit: str = "code-points"
    crlf: int = 1
    mark: bool = False
    inclusive: bool = False
    first: int = 0

    def named(self) -> tuple[str, ...]:
        """The convention in the words by which a user chooses it; see `chosen`."""
        mark, end = "mark" if self.mark else "no-mark", "inclusive" if self.inclusive else "exclusive"
        return self.unit, f"crlf={self.crlf}", mark, end, f"first={self.first}"

    def __str__(self) -> str:
        line, mark = "one" if self.crlf == 1 else "two", "counted" if self.mark else "not counted"
        end = "the last character" if self.inclusive else "the character after"
        return f"{UNITS[self.unit]} from {self.first}, CRLF as {line}, byte order mark {mark}, end: {end}"


REFI = tuple(Convention(*parts) for parts in product(UNITS, (1, 2), (False, True), (False, True)))
TABLE = tuple(replace(way, first=first) for way in REFI for first in (0, 1))  # in tables people count from 1, too


@dataclass(frozen=True)
class Proof:
    """The way of counting that was found, and the passages read in it.

    `starts` and `ends` are code points of the plain texts; `fits` is OUTSIDE, INSIDE or FITS; `agrees` says whether a
    passage holds the words noted beside it, False where none were; `note` is the way and its score for a reader.
    """

    convention: Convention
    starts: np.ndarray
    ends: np.ndarray
    fits: np.ndarray
    agrees: np.ndarray
    note: str


class Text:
    """A text as received, made plain, and the way from positions in it to code points of the plain text.

    Plain is without byte order mark and zero characters, with LF line ends. A text that stood `inline` in XML has lost
    its CRLFs there: any of its line ends may have been counted as two. Characters `added` to it (by their places) were
    counted by nobody.
    """

    def __init__(self, raw: str, inline: bool = False, added: Sequence[int] = ()) -> None:
        self.mark = raw.startswith(MARK)
        body = raw.removeprefix(MARK)
        rest = body.lstrip(MARK)
        body = MARK_WITHIN * (len(body) - len(rest)) + rest
        codes = np.frombuffer(body.encode("utf-32-le"), dtype="<u4")
        pairs = np.flatnonzero((codes[:-1] == ord("\r")) & (codes[1:] == ord("\n")))
        self.plain = body.replace("\r\n", "\n").replace("\r", "\n").replace("\0", " ")
        self._codes = np.delete(codes, pairs)
        self._added = np.array(added, dtype=np.int64) - self.mark
        self._breaks = np.flatnonzero(self._codes == ord("\n")) if inline else pairs - np.arange(len(pairs))

    def edges(self, unit: str, crlf: int) -> np.ndarray:
        """Where each plain character begins, counted in that unit, and where the last one ends: (characters + 1,)."""
        width = np.ones(len(self._codes), dtype=np.int64)
        for limit in _WIDER[unit]:
            width += self._codes > limit
        width[self._breaks] += crlf - 1
        width[self._added] = 0
        return np.concatenate([[0], np.cumsum(width)])

    def passages(
        self, starts: np.ndarray, ends: np.ndarray, way: Convention, edges: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Starts and ends in the plain text of passages counted in that way, and how they fit.

        An edge inside a character goes to its outer side.
        """
        mark = {"utf-8": 3}.get(way.unit, 1) if way.mark and self.mark else 0
        first, after = starts - way.first - mark, ends - way.first - mark + way.inclusive
        outside = (first < -mark) | (after > edges[-1]) | (first > after)
        first, after = first.clip(0, edges[-1]), after.clip(0, edges[-1])
        left = np.searchsorted(edges, first, side="right") - 1
        right = np.searchsorted(edges, after, side="left")
        cut = (edges[left] != first) | (edges[right] != after) & (not way.inclusive)
        return left, right, np.select([outside, cut], [OUTSIDE, INSIDE], FITS)


def prove(
    texts: dict[str, Text],
    passages: pd.DataFrame,
    ways: Sequence[Convention] = REFI,
    practice: dict[str, str | int | bool] | None = None,
) -> Proof:
    """The one way of counting in which the passages lie best in their texts.

    Parameters: texts by source; passages with source, start, end (whole numbers) and quoted, the words noted beside
    each passage or nothing; the ways to try; parts of a way that the program is known for, such as {"crlf": 2}.
    Raises InputError where two ways give other words and neither fits clearly better, or where `ways` is empty.
    """
    if not ways:
        raise InputError("No way of counting is left: the words given for it exclude each other. Name fewer.")
    readings = _readings(texts, passages, ways, practice or {})
    plain = [texts[source].plain for source in passages["source"]]
    quoted = [evidence.noted(words) for words in passages["quoted"]]
    rows = _looked_at([reading[1:] for reading in readings])
    chance = evidence.base_rates([text.plain for text in texts.values()])
    scored = [
        (_score(plain, quoted, rows, reading, chance) + _prior(reading[0], practice or {}), reading)
        for reading in readings
    ]
    scored.sort(key=lambda one: -one[0])
    best, (way, starts, ends, fits) = scored[0]
    for score, rival in scored[1:]:
        other = _other_words(plain, (starts, ends), rival[1:3]) if score > best - CLEAR else []
        if other:
            raise InputError(_undecided(way, rival[0], other, plain, (starts, ends), rival[1:3]))
    agrees = np.array(
        [
            bool(cue) and evidence.agreement(text[a:b], cue) > 0
            for text, a, b, cue in zip(plain, starts, ends, quoted, strict=True)
        ]
    )
    lead = min((best - score for score, rival in scored[1:] if _differ((starts, ends), rival[1:3]).size), default=None)
    return Proof(way, starts, ends, fits, agrees, _note(way, plain, starts, ends, fits, agrees, quoted, lead))


def chosen(words_given: str, ways: Sequence[Convention]) -> tuple[Convention, ...]:
    """The ways that a user's words leave, such as 'utf-16,crlf=2'. Raises InputError for a word that is none.

    >>> len(chosen("utf-16,crlf=2", REFI))
    4
    """
    known = {word for way in ways for word in way.named()}
    given = [word.strip().lower() for word in words_given.split(",") if word.strip()]
    for word in given:
        if word not in known:
            raise InputError(f"--offsets: '{word}' is no way of counting; {near(word, known)}")
    return tuple(way for way in ways if set(given) <= set(way.named()))


Reading = tuple[Convention, np.ndarray, np.ndarray, np.ndarray]


def _readings(
    texts: dict[str, Text], passages: pd.DataFrame, ways: Sequence[Convention], practice: dict[str, str | int | bool]
) -> list[Reading]:
    """The passages in every way; of ways that agree on all of them the most usual one."""
    places = passages.groupby("source", sort=False).indices
    given = passages["start"].to_numpy(), passages["end"].to_numpy()
    made = {way: tuple(np.zeros(len(passages), dtype=np.int64) for _ in range(3)) for way in ways}
    for source, rows in places.items():
        for unit, same in groupby(sorted(ways, key=_family), key=_family):
            edges = texts[source].edges(*unit)
            for way in same:
                found = texts[source].passages(given[0][rows], given[1][rows], way, edges)
                for column, values in zip(made[way], found, strict=True):
                    column[rows] = values
    distinct: dict[bytes, Reading] = {}
    for way in sorted(ways, key=lambda way: -_prior(way, practice)):
        distinct.setdefault(b"".join(column.tobytes() for column in made[way]), (way, *made[way]))
    return list(distinct.values())


def _family(way: Convention) -> tuple[str, int]:
    return way.unit, way.crlf


def _prior(way: Convention, practice: dict[str, str | int | bool]) -> float:
    """What is known before looking: everybody counts from 0, leaves out the mark and ends after the last character."""
    known = {"mark": False, "inclusive": False, "first": 0, **practice}
    parts = {field.name: getattr(way, field.name) for field in fields(way)}
    standard = STANDARD * ("unit" not in known and way.unit == "code-points")
    return PRACTICE * sum(parts[name] == value for name, value in known.items()) + standard


def _looked_at(readings: list[tuple[np.ndarray, ...]]) -> np.ndarray:
    """Rows to score: some on which the ways differ, some of all."""
    size = len(readings[0][0])
    differ = np.zeros(size, dtype=bool)
    for starts, ends, _ in readings[1:]:
        differ |= (starts != readings[0][0]) | (ends != readings[0][1])
    return np.union1d(_spread(np.flatnonzero(differ)), _spread(np.arange(size)))


def _spread(rows: np.ndarray) -> np.ndarray:
    return rows[np.unique(np.linspace(0, len(rows) - 1, min(SAMPLE, len(rows))).astype(np.int64))]


def _score(
    plain: list[str], quoted: list[evidence.Cue | None], rows: Iterable[int], reading: Reading, chance: list[float]
) -> float:
    """Evidence in nats that the passages were counted in this way."""
    _, starts, ends, fits = reading
    noted, clean, seen = 0.0, [0, 0], 0
    for row in rows:
        start, end, text = int(starts[row]), int(ends[row]), plain[row]
        noted += evidence.agreement(text[start:end], quoted[row])
        inside = fits[row] != OUTSIDE
        clean[0] += inside and evidence.is_start(text, start)
        clean[1] += inside and evidence.is_end(text, end)
        seen += 1
    edges = sum(evidence.better_than_chance(good, seen, rate) for good, rate in zip(clean, chance, strict=True))
    return noted + edges - MISFIT * int(np.sum(fits != FITS))


def _differ(one: tuple[np.ndarray, np.ndarray], other: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    return np.flatnonzero((one[0] != other[0]) | (one[1] != other[1]))


def _other_words(
    plain: list[str], one: tuple[np.ndarray, np.ndarray], other: tuple[np.ndarray, np.ndarray]
) -> list[int]:
    """Passages that hold other words in the one way than in the other, among those looked at."""
    return [
        row for row in _spread(_differ(one, other)) if words(_cut(plain, one, row)) != words(_cut(plain, other, row))
    ]


def _cut(plain: list[str], reading: tuple[np.ndarray, np.ndarray], row: int) -> str:
    return plain[row][int(reading[0][row]) : int(reading[1][row])]


def _undecided(
    way: Convention,
    rival: Convention,
    rows: list[int],
    plain: list[str],
    one: tuple[np.ndarray, np.ndarray],
    other: tuple[np.ndarray, np.ndarray],
) -> str:
    same = one[0][rows[0]] == other[0][rows[0]]
    shown = slice(-SHOWN, None) if same else slice(SHOWN)
    here, there = (" ".join(_cut(plain, reading, rows[0]).split())[shown] for reading in (one, other))
    parts = [(left, right) for left, right in zip(way.named(), rival.named(), strict=True) if left != right]
    first, second = (",".join(words_given) for words_given in zip(*parts, strict=True))
    return (
        f"It cannot be told how positions were counted: as {first} or as {second}. {len(rows)} passages hold other"
        f" words (one {'ends' if same else 'begins'} with ‘{here}’ or ‘{there}’), and neither way fits clearly better."
        f" Say which it is with --offsets {first} or --offsets {second}."
    )


def _note(
    way: Convention,
    plain: list[str],
    starts: np.ndarray,
    ends: np.ndarray,
    fits: np.ndarray,
    agrees: np.ndarray,
    quoted: list[evidence.Cue | None],
    lead: float | None,
) -> str:
    """The way and its score, in words."""
    rows = np.flatnonzero(fits != OUTSIDE)
    begin = sum(evidence.is_start(plain[row], int(starts[row])) for row in rows)
    end = sum(evidence.is_end(plain[row], int(ends[row])) for row in rows)
    noted = sum(cue is not None for cue in quoted)
    parts = [f"{agrees.sum():,} of {noted:,} noted words agree" if noted else "no words were noted beside the passages"]
    if len(rows):
        parts.append(f"{begin / len(rows):.1%} begin and {end / len(rows):.1%} end at the edge of a word")
    parts.append("no other way gives other passages" if lead is None else f"{lead:.0f} nats ahead of the next way")
    return f"{way}; {', '.join(parts)}"
