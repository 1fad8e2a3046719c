"""Text as evidence: one normal form, digests of it, and words with their places."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

Offsets = TypeVar("Offsets", int, np.ndarray)
OPEN, CLOSE = "⟨", "⟩"  # around a mark of transcription in clean text: kept, and no word
FILLERS = ("er", "erm", "eh", "uh", "um", "mm", "mmm", "hm", "hmm")
_BEGINS = "".join(sorted({filler[0] for filler in FILLERS}))  # most words are no filler by their first letter
_NO_WORD = rf"{OPEN}[^{CLOSE}]*{CLOSE}|\b(?=[{_BEGINS}])(?:{'|'.join(FILLERS)})\b"
_WORD = re.compile(rf"(?:{_NO_WORD})|(?P<word>[^\W_]+(?:['’-][^\W_]+)*)", re.IGNORECASE)
_MARKS = str.maketrans("‘’‚‛“”„", "''''\"\"\"")
_FORMULA = re.compile("'*[=+@\t\r\n＝＋－＠-]")
_NUMBER = re.compile(r"[+-]?\d[\d.,]*(?:[eE][+-]?\d+)?%?")
_BROKEN_WORD = re.compile(r"(?<=\w)-[ \t]*\n[ \t]*(?=\w)")


def guarded(cell: str) -> str:
    """A cell of a CSV file that no spreadsheet runs: text that begins like a formula gets an apostrophe in front.

    A number is none, whatever its sign. `unguarded` takes the apostrophe off again, and no other.

    >>> guarded("=1+1"), guarded("- and then"), guarded("'=1"), guarded("-1.5"), guarded("a = b")
    ("'=1+1", "'- and then", "''=1", '-1.5', 'a = b')
    """
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell.lstrip("'")) else cell


def unguarded(cell: str) -> str:
    """The cell that `guarded` was given.

    >>> unguarded("'=1+1"), unguarded("''=1"), unguarded("'tis"), unguarded("=1")
    ('=1+1', "'=1", "'tis", '=1')
    """
    return cell[1:] if cell.startswith("'") and guarded(cell) != cell else cell


def join_broken_words(text: str) -> str:
    """Words that a line end broke, made whole.

    >>> join_broken_words("moti-\\nvation")
    'motivation'
    """
    return _BROKEN_WORD.sub("", text)


def normalise(text: str) -> str:
    """The form in which passages are compared: NFKC, plain marks, broken words joined, single spaces.

    >>> normalise("It’s  a be-\\n ginning")
    "It's a beginning"
    """
    text = unicodedata.normalize("NFKC", text).translate(_MARKS)
    return " ".join(join_broken_words(text).split())


def loose(text: str) -> str:
    """Letters and digits alone, in lower case: what survives lost spaces and changed marks.

    >>> loose("Forced treatment andmotivation") == loose("Forced treatment and motivation")
    True
    """
    return re.sub(r"[^a-z0-9]", "", normalise(text).casefold())


def digest(text: str) -> str:
    """SHA-256 of the text in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def words(text: str) -> list[str]:
    """Runs of letters and digits, joined by single inner apostrophes or hyphens; no marks and no fillers.

    >>> words("I don't; well-known, 2 [of] us")
    ['I', "don't", 'well-known', '2', 'of', 'us']
    >>> words("Er, it was ⟨laughs⟩ um fine")
    ['it', 'was', 'fine']
    """
    return [match.group("word") for match in _matches(text)]


def word_starts(text: str) -> np.ndarray:
    """Offset of each word's first character: (words,) integers, ascending.

    >>> word_starts("to be free")
    array([0, 3, 6])
    """
    return np.array([match.start() for match in _WORD.finditer(text) if match.lastgroup], dtype=np.int64)


def word_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each word in the text, end exclusive."""
    return [match.span() for match in _matches(text)]


def _matches(text: str) -> Iterator[re.Match[str]]:
    return (match for match in _WORD.finditer(text) if match.lastgroup)


@dataclass(frozen=True)
class Edit:
    """Characters start to end of a text replaced by others, and the rule that did it."""

    start: int
    end: int
    new: str
    rule: str


class SpanMap:
    """Offsets through edits: which passage of the clean text a passage of the raw text became, and back.

    A boundary between two untouched characters lands between the same two characters. A boundary inside an edit moves
    to the edit's outer edge, so that a mapped passage always holds at least the words it held before.
    """

    def __init__(self, edits: Iterable[Edit]) -> None:
        ordered = sorted(edits, key=lambda edit: (edit.start, edit.end))
        self._raw = np.array([(edit.start, edit.end) for edit in ordered], dtype=np.int64).reshape(-1, 2)
        if np.any(self._raw[1:, 0] < self._raw[:-1, 1]):
            raise ValueError("Edits must not overlap.")
        lengths = np.array([len(edit.new) for edit in ordered], dtype=np.int64)
        before = np.cumsum(lengths - (self._raw[:, 1] - self._raw[:, 0])) - (
            lengths - (self._raw[:, 1] - self._raw[:, 0])
        )
        starts = self._raw[:, 0] + before
        self._clean = np.stack([starts, starts + lengths], axis=1)

        self._after: SpanMap | None = None

    def then(self, after: "SpanMap") -> "SpanMap":
        """The map through these edits and then through others, made on their result."""
        both = SpanMap([])
        both._raw, both._clean, both._after = self._raw, self._clean, after
        return both

    def to_clean(self, start: Offsets, end: Offsets) -> tuple[Offsets, Offsets]:
        """The clean passage of a raw one; of many at once where both are arrays of offsets."""
        passage = _across(start, end, self._raw, self._clean)
        return self._after.to_clean(*passage) if self._after else passage

    def to_raw(self, start: Offsets, end: Offsets) -> tuple[Offsets, Offsets]:
        """The raw passage of a clean one; of many at once where both are arrays of offsets."""
        passage = self._after.to_raw(start, end) if self._after else (start, end)
        return _across(*passage, self._clean, self._raw)


def edited(text: str, edits: Iterable[Edit]) -> str:
    """The text with edits made; they must not overlap.

    >>> edited("to be free", [Edit(3, 5, "stay", "example")])
    'to stay free'
    """
    parts, reached = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        parts += [text[reached : edit.start], edit.new]
        reached = edit.end
    return "".join([*parts, text[reached:]])


def _across(start: Offsets, end: Offsets, here: np.ndarray, there: np.ndarray) -> tuple[Offsets, Offsets]:
    """Both ends of passages taken across; each outside an edit by its shift, inside one to the edit's outer edge."""
    shift = np.concatenate([[0], there[:, 1] - here[:, 1]])  # after so many edits
    first = np.searchsorted(here[:, 1], start, side="right")  # edits that end at or before the start
    last = np.searchsorted(here[:, 0], end, side="left")  # edits that begin before the end
    left, right = start + shift[first], end + shift[last]
    if len(here):
        after, before = np.minimum(first, len(here) - 1), np.maximum(last - 1, 0)
        inside = (here[after, 0] <= start) & (start < here[after, 1])
        left = np.where(inside, there[after, 0], left)
        inside = (here[before, 0] < end) & (end < here[before, 1])
        right = np.where(inside, there[before, 1], right)
    right = np.maximum(left, right)
    return (left, right) if isinstance(start, np.ndarray) else (int(left), int(right))
