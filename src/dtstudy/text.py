"""Text as evidence: one normal form, digests of it, and words with their places."""

import hashlib
import re
import unicodedata

import numpy as np

WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_MARKS = str.maketrans("‘’‚‛“”„", "''''\"\"\"")
_BROKEN_WORD = re.compile(r"(?<=\w)-[ \t]*\n[ \t]*(?=\w)")


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
    """Runs of letters and digits, joined by single inner apostrophes or hyphens.

    >>> words("I don't; well-known, 2 [of] us")
    ['I', "don't", 'well-known', '2', 'of', 'us']
    """
    return WORD.findall(text)


def word_starts(text: str) -> np.ndarray:
    """Offset of each word's first character: (words,) integers, ascending.

    >>> word_starts("to be free")
    array([0, 3, 6])
    """
    return np.array([match.start() for match in WORD.finditer(text)], dtype=np.int64)


def word_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each word in the text, end exclusive."""
    return [match.span() for match in WORD.finditer(text)]
