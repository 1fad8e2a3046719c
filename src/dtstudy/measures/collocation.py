"""Which words stand together, within turns, more often than their frequencies alone would have it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from dtstudy.errors import InputError, near
from dtstudy.measures import tally
from dtstudy.measures.cooccurrence import coefficients
from dtstudy.measures.words import LEAST_SPEAKERS

Margins = Literal["pairs", "words"]
MARGINS = ("pairs", "words")
LEAST = 5  # a pair met fewer times says little
_SIEVE = (1 << 19) - 1


@dataclass(frozen=True)
class Counts:
    """Pairs of words said near each other, and words, over whole documents; two of them add up.

    `met` has a row for each meeting: word_1, word_2, document, participant; `said` has word and count.
    """

    met: pd.DataFrame
    said: pd.DataFrame

    def __add__(self, other: "Counts") -> "Counts":
        said = tally.stacked([self.said, other.said]).groupby("word", observed=True)["count"].sum().reset_index()
        return Counts(tally.stacked([self.met, other.met]), said)


def collocations(
    words: pd.DataFrame,
    window: int = 2,
    margins: Margins = "pairs",
    least: int = LEAST,
    least_speakers: int = LEAST_SPEAKERS,
    also: Sequence[str] = (),
) -> pd.DataFrame:
    """Which words stand together, within turns, more often than their frequencies alone would have it.

    Formula: pmi = log2(n12 n / (n1 n2)); g2 = 2 sum of seen ln(seen / expected) over the four cells of the pair's
    table.

    Parameters: the frame of `words`; a `window` of 2 takes neighbours, of 3 also words with one between them;
    `margins` says what a word's own frequency and the total are counted of: 'pairs', as a two-by-two table needs, or
    'words', as NLTK's BigramCollocationFinder does; pairs with fewer than `least` occurrences or `least_speakers` have
    no row; `also` names further measures of NLTK's BigramAssocMeasures, each of which becomes a column.

    Returns
    -------
    DataFrame, one row per pair, strongest G2 first
        word_1, word_2 : in the order they are said
        count : times together; n1, n2 : of the first word (on the left), of the second (on the right); n : total
        documents, speakers : with the pair
        pmi : pointwise mutual information in bits, 0 as expected; g2 : 0 or more
        window, margins, least, least_speakers : the definition used

    Raises InputError for unknown margins or measures, and for a window below 2.
    References: Church and Hanks (1990), Computational Linguistics 16: 22; Dunning (1993), ibid. 19: 61.

    >>> from dtstudy.measures.example import documents, turns
    >>> from dtstudy.measures.words import words
    >>> table = collocations(words(turns, documents), least=2, least_speakers=2)
    >>> table[["word_1", "word_2", "count", "pmi", "g2"]].round(2)
      word_1 word_2  count   pmi    g2
    0    for    the      2  2.38  4.93
    1    the  beans      2  2.12  4.11
    """
    return finish(count(words, window), window, margins, least, least_speakers, also)


def definition(table: pd.DataFrame) -> str:
    """The definition a table of `collocations` was counted by, as a sentence."""
    if table.empty:
        return "No pair of words is met often enough, by enough speakers."
    row = table.iloc[0]
    near_by = "Neighbours" if row["window"] == 2 else f"Words with at most {row['window'] - 2} between them"
    return (
        f"{near_by} inside a turn (fillers are skipped, pseudonyms are not); margins and total of {row['margins']}."
        f" Pairs met {row['least']} times or more, by {row['least_speakers']} speakers or more. G2: Dunning 1993."
    )


def count(words: pd.DataFrame, window: int = 2) -> Counts:
    """The additive part of `collocations`, over the documents of these words, which must be in order."""
    if window < 2:
        raise InputError(f"A window of {window} holds no pair; 2 takes neighbours.")
    names = {name: pd.Categorical(words[name]) for name in ("word", "document", "participant")}
    document, turn, place = names["document"].codes, words["turn"].to_numpy(), words["place"].to_numpy()
    firsts, seconds = [], []
    for step in range(1, window):
        same = (document[step:] == document[:-step]) & (turn[step:] == turn[:-step])
        firsts.append(np.flatnonzero(same & (place[step:] - place[:-step] < window)))
        seconds.append(firsts[-1] + step)
    first, second = np.concatenate(firsts), np.concatenate(seconds)
    word = names.pop("word")
    kinds = word.categories
    met = {"word_1": word.take(first), "word_2": word.take(second), **tally.at(names, first)}
    said = {"word": pd.Categorical(kinds, kinds), "count": np.bincount(word.codes, minlength=len(kinds))}
    return Counts(pd.DataFrame(met), pd.DataFrame(said))


def finish(
    counts: Counts,
    window: int = 2,
    margins: Margins = "pairs",
    least: int = LEAST,
    least_speakers: int = LEAST_SPEAKERS,
    also: Sequence[str] = (),
) -> pd.DataFrame:
    """The table of `collocations` from counts, whether of one pass or added up."""
    if margins not in MARGINS:
        raise InputError(f"The margins '{margins}' are unknown; {near(margins, MARGINS)}")
    met, kinds = counts.met, counts.met["word_1"].cat.categories
    left, right, document, participant = (met[name].cat.codes.to_numpy() for name in met)
    likely = _likely(left, right, least)
    order, first = tally.groups(left[likely], right[likely])
    times = np.diff(first, append=len(order))
    enough = times >= least
    one, rows = likely[order[first[enough]]], likely[order[np.repeat(enough, times)]]
    times = times[enough]
    pair = np.repeat(np.arange(len(times)), times)
    fresh = np.flatnonzero(np.diff(pair, prepend=-1) | np.diff(document[rows], prepend=-1))  # documents lie together
    if margins == "pairs":
        n12, n, of_left, of_right = times, len(met), np.bincount(left), np.bincount(right)
    else:
        said = np.bincount(counts.said["word"].cat.set_categories(kinds).cat.codes, counts.said["count"])
        n12, n, of_left, of_right = times / (window - 1), said.sum(), said, said
    about = {
        "word_1": pd.Series(kinds[left[one]], dtype="str"),
        "word_2": pd.Series(kinds[right[one]], dtype="str"),
        "count": times,
        "n1": of_left[left[one]],
        "n2": of_right[right[one]],
        "n": n,
        "documents": np.bincount(pair[fresh], minlength=len(times)),
        "speakers": tally.distinct(pair, participant[rows], len(times)),
    }
    table = pd.DataFrame(about)
    found = coefficients(table["n1"], table["n2"], pd.Series(n12), table["n"])
    possible = table["n1"] + table["n2"] - n12 <= n  # of words, not pairs, the margins may not fit one table
    table = table.assign(pmi=np.log2(found["lift"]), g2=found["g2"].where(possible))
    for name in also:
        table[name] = _by_nltk(name, n12, table["n1"], table["n2"], n)
    table = table.assign(window=window, margins=margins, least=least, least_speakers=least_speakers)
    table = table[table["speakers"] >= least_speakers]
    return table.sort_values("g2", ascending=False, kind="stable", ignore_index=True)  # equals stay alphabetical


def _likely(left: np.ndarray, right: np.ndarray, least: int) -> np.ndarray:
    """Meetings of pairs that may be met `least` times.

    Pairs are thrown on half a million places; those of a place with fewer meetings need not be sorted.
    """
    place = (left.astype(np.uint32) * np.uint32(40_503) + right.astype(np.uint32)) & np.uint32(_SIEVE)
    return np.flatnonzero(np.bincount(place)[place] >= least)


def _by_nltk(name: str, n12: np.ndarray, n1: pd.Series, n2: pd.Series, n: int) -> list[float]:
    """One of NLTK's association measures of each pair; NaN where it divides by nothing."""
    from nltk.metrics.association import BigramAssocMeasures

    known = [one for one in dir(BigramAssocMeasures) if one[0] != "_"]
    if name not in known:
        raise InputError(f"NLTK has no association measure '{name}'; {near(name, known)}")

    def measure(*marginals: float) -> float:
        try:
            return getattr(BigramAssocMeasures, name)(marginals[0], marginals[1:3], n)
        except (ZeroDivisionError, ValueError):
            return float("nan")

    return [measure(*marginals) for marginals in zip(n12.tolist(), n1.tolist(), n2.tolist(), strict=True)]
