"""What speaks for a way of counting: words noted beside a passage that it holds, and edges that do not cut a word.

Evidence is in nats: natural logarithms of how many times likelier one way is than another.
"""

import math
from collections.abc import Collection

import numpy as np

LETTERS = 10  # nats for noted words that a passage begins with, one a letter, at most
WHOLE = 3.0  # nats where the noted words and the passage also end together
CUT = 60  # programs cut the words they note; longer ones need only begin like the passage
BLANKS = 6  # times the length of noted words that a passage with blanks and line ends among them may have
SAMPLE = 1_000  # places of the texts that are looked at to learn how often any place is an edge

Cue = tuple[str, bool]  # noted words with single blanks, and whether they were cut


def noted(quoted: str | None) -> Cue | None:
    """Noted words as they are compared; None where nothing was noted."""
    if not isinstance(quoted, str):
        return None
    bare = " ".join(quoted.split())
    short = bare.removesuffix("...").removesuffix("…").rstrip()
    return (short, short != bare or len(bare) >= CUT) if short else None


def agreement(passage: str, cue: Cue | None) -> float:
    """Nats for noted words that the passage begins with, more where they end with it; 0 where it does not.

    >>> agreement("We came\\nhome", noted("We came home")), agreement("We came home", noted("We ca…"))
    (13.0, 5.0)
    """
    if cue is None:
        return 0.0
    words, cut = cue
    begins = " ".join(passage[: BLANKS * len(words)].split())
    if not (begins.startswith(words) if cut else begins == words and len(passage) <= BLANKS * len(words)):
        return 0.0
    return min(len(words), LETTERS) + (0.0 if cut else WHOLE)


def is_start(text: str, place: int) -> bool:
    """Whether a passage that begins here begins with something, and not inside a word."""
    if place >= len(text) or text[place].isspace():
        return False
    return place == 0 or not (text[place - 1].isalnum() and text[place].isalnum())


def is_end(text: str, place: int) -> bool:
    """Whether a passage that ends here ends with something, and not inside a word."""
    if place <= 0 or text[place - 1].isspace():
        return False
    return place >= len(text) or not (text[place - 1].isalnum() and text[place].isalnum())


def base_rates(texts: Collection[str]) -> list[float]:
    """How often any place at all could begin a passage, and how often end one."""
    each = max(2, SAMPLE // len(texts))
    looked = [(text, int(place)) for text in texts for place in np.linspace(0, len(text), each).astype(np.int64)]
    rates = [sum(is_edge(*place) for place in looked) / len(looked) for is_edge in (is_start, is_end)]
    return [min(max(rate, 0.05), 0.9) for rate in rates]


def better_than_chance(good: int, of: int, chance: float) -> float:
    """Log likelihood ratio of the observed share to chance, in nats; 0 where it is no better."""
    share = good / of if of else 0.0
    if share <= chance:
        return 0.0
    rest = (1 - share) * math.log((1 - share) / (1 - chance)) if share < 1 else 0.0
    return of * (share * math.log(share / chance) + rest)
