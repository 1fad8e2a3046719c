"""Whose words are these? How often each is said, in what company, and how far it belongs to one side or one voice.

The measures take the frame of `words`, or any frame with its columns, so that a choice of words (those of one speaker,
of one hour, under one code) is a choice of rows. No p-value is given: words of one conversation are not independent.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from dtstudy.errors import InputError, near
from dtstudy.measures import tally
from dtstudy.measures.collocation import collocations
from dtstudy.measures.cooccurrence import coefficients
from dtstudy.measures.evenness import evenness, of_cells
from dtstudy.measures.words import LEAST_SPEAKERS, LEFT_OUT, folded, in_order, kwic, named, read, too_few, words

if TYPE_CHECKING:
    from nltk.text import Text

__all__ = [
    "Counts", "collocations", "count", "count_texts", "definition", "dispersion", "evenness", "finish",
    "finish_keyness", "frequency", "keyness", "kwic", "nltk_text", "sum_counts", "words",
]  # fmt: skip

Formula = Literal["four cells", "two cells"]
FORMULAS = {
    "four cells": "G2 of four cells (Dunning 1993)",
    "two cells": "G2 of two cells (Rayson and Garside 2000)",
}
LEAST = 5  # with fewer occurrences than these, a difference or a pair says little
_VOICE = ["document", "participant", "group"]


@dataclass(frozen=True)
class Counts:
    """How often each person says each word in each document, over whole documents; two of them add up.

    `said` has document, participant, group, word and count, a row for each combination; texts as categories.
    """

    said: pd.DataFrame

    def __add__(self, other: "Counts") -> "Counts":
        return sum_counts([self, other])


def frequency(words: pd.DataFrame, by: str | None = None, least_speakers: int = LEAST_SPEAKERS) -> pd.DataFrame:
    """How often each word is said, by how many, and how evenly over the documents, in all or by an attribute.

    Formula: per_1000 = 1000 count / n_words; dp as in `evenness`.

    Parameters: the frame of `words`; `by` is a column of it; words that fewer than `least_speakers` people use have no
    row, since a rare word can name its speaker, but stay in the denominators (1 for a list that is not passed on).

    Returns
    -------
    DataFrame, one row per group (the column `by`, if given) and word said in it, most frequent first
        word, count, n_words : times said, and all words of the group
        per_1000 : times per 1,000 words
        documents, n_documents, speakers, n_speakers : with the word, and with any word
        dp : deviation of proportions over the group's documents, 0 (even) to 1; see `evenness`
        unit, least_speakers : the definition used

    Raises InputError for an unknown `by`.

    Reference: Gries (2008), International Journal of Corpus Linguistics 13: 403, on dp.

    >>> from dtstudy.measures.example import documents, turns
    >>> said = words(turns, documents)
    >>> frequency(said, least_speakers=3)[["word", "count", "per_1000", "documents", "speakers", "dp"]].head(3).round(2)
        word  count  per_1000  documents  speakers    dp
    0    the      6     96.77          3         4  0.18
    1  beans      5     80.65          3         3  0.28
    2    for      4     64.52          3         3  0.25
    """
    return finish(count(words, by), by, least_speakers)


def keyness(
    words: pd.DataFrame,
    by: str = "group",
    target: str | None = None,
    formula: Formula = "four cells",
    least: int = LEAST,
    least_speakers: int = LEAST_SPEAKERS,
) -> pd.DataFrame:
    """Which words one group says more than the others, how much more, and how many in it say them.

    Formula: g2 = 2 sum of seen ln(seen / expected) over the cells (the word and all others, of both sides; `two cells`:
    the word alone), with the sign of the difference; log_ratio = log2(rate of the target / rate of the reference).

    A word marks a group only where many of its conversations and speakers use it: read `documents_target`,
    `speakers_target` and `dp_target` before the rest. What differs is mostly what people's parts have them talk about.

    Parameters: the frame of `words`; `by` is a column of it; `target` the group of interest (the first in alphabetical
    order unless named), to which everybody else is the reference; `formula` of G2 from the word and all other words of
    both (`four cells`) or from the word alone (`two cells`); words said fewer than `least` times in all, or by fewer
    than `least_speakers` people, have no row but stay in the denominators.

    Returns
    -------
    DataFrame, one row per word, from most of the target to most of the reference
        word, and for _target and _reference: count, n_words, per_1000, documents, n_documents, speakers, n_speakers,
            dp (NaN where the count is 0), as in `frequency`
        log_ratio : binary logarithm of the ratio of both rates; 1 is twice as often. A count of 0 is taken as 0.5
        zero : 'target' or 'reference' where that count is 0, so that the log ratio stands on the 0.5; else empty
        g2 : evidence that the rates differ, signed: above 0 where the target's is higher
        by, target, reference, formula, least, least_speakers : the definition used

    Raises InputError for an unknown column, group or formula, and where there is only one group.
    References: Dunning (1993), Computational Linguistics 19: 61; Rayson and Garside (2000), Workshop on Comparing
    Corpora; Hardie (2014), Log Ratio, CASS.

    >>> from dtstudy.measures.example import documents, turns
    >>> said = words(turns, documents)
    >>> table = keyness(said, least=2, least_speakers=2).head(3).round(2)
    >>> table[["word", "count_target", "count_reference", "log_ratio", "g2"]]
        word  count_target  count_reference  log_ratio    g2
    0     we             3                0       1.82  2.87
    1    and             2                0       1.24  1.89
    2  beans             4                1       1.24  0.74
    """
    return finish_keyness(count(words, by), by, target, formula, least, least_speakers)


def dispersion(
    words: pd.DataFrame,
    chosen: str | Sequence[str],
    parts: str = "document",
    least_speakers: int = LEAST_SPEAKERS,
) -> pd.DataFrame:
    """How evenly words are spread over the parts of a corpus.

    Formula: as in `evenness`.

    Parameters: the frame of `words`; the word or words of interest, in any case; `parts` is a column, such as document
    or participant; a part in which nothing is said is none; `least_speakers` as in `frequency`.

    Returns
    -------
    DataFrame, one row per chosen word
        word, count, n_words, parts_with, n_parts, speakers
        dp, dp_norm, juilland_d : see `evenness`; NaN for a word that is not said
        parts, least_speakers : the definition used

    Raises InputError for an unknown column, and for a word that is said by fewer than `least_speakers`.

    Reference: Gries (2008), International Journal of Corpus Linguistics 13: 403.

    >>> from dtstudy.measures.example import documents, turns
    >>> said = words(turns, documents)
    >>> table = dispersion(said, ["beans", "quiet"], least_speakers=2)
    >>> table[["word", "count", "parts_with", "n_parts", "dp"]].round(2)
        word  count  parts_with  n_parts    dp
    0  beans      5           3        4  0.28
    1  quiet      2           2        4  0.63
    """
    said = count(words, parts).said
    wanted = [folded(word) for word in ([chosen] if isinstance(chosen, str) else chosen)]
    sizes = said.groupby("group", observed=True)["count"].sum()
    own = said[said["word"].isin(wanted)].astype({"word": "str"})
    table = own.groupby(["word", "group"], observed=True)["count"].sum().unstack(fill_value=0)
    table = table.reindex(index=wanted, columns=sizes.index, fill_value=0)
    speakers = own.groupby("word")["participant"].nunique().reindex(wanted, fill_value=0)
    rare = speakers[speakers.between(1, least_speakers - 1)]
    if len(rare):
        raise too_few(rare.index[0], rare.iloc[0], least_speakers)
    about = {
        "word": wanted,
        "count": table.sum(axis="columns").to_numpy(),
        "n_words": sizes.sum(),
        "parts_with": (table > 0).sum(axis="columns").to_numpy(),
        "n_parts": len(sizes),
        "speakers": speakers.to_numpy(),
    }
    even = evenness(table.to_numpy(), sizes.to_numpy())
    return pd.DataFrame({**about, **even, "parts": parts, "least_speakers": least_speakers})


def nltk_text(words: pd.DataFrame) -> "Text":
    """The words as an NLTK Text, for its ways of exploring: similar, common_contexts, vocab, dispersion_plot.

    It is one stream: unlike the measures here, NLTK does not stop at the end of a turn.
    """
    from nltk.text import Text

    return Text(words["word"].astype("str").tolist())


def definition(table: pd.DataFrame) -> str:
    """The definition a table of `frequency`, `keyness` or `dispersion` was counted by, as a sentence."""
    said = "Participants' words, without fillers, marks and pseudonyms"
    if table.empty:
        return f"{said}; none is said often enough, by enough speakers."
    row = table.iloc[0]
    if "log_ratio" in table:
        return (
            f"{said}; said {row['least']} times or more, by {row['least_speakers']} speakers or more. {row['formula']},"
            " signed; log ratio: Hardie 2014, a count of 0 taken as 0.5. Words of one conversation are not independent,"
            " so there is no p."
        )
    parts = f" over {row['parts']}s" if "parts" in table else " over documents"
    return f"{said}, of {row['least_speakers']} speakers or more. DP: deviation of proportions{parts} (Gries 2008)."


def count(words: pd.DataFrame, by: str | None = None) -> Counts:
    """The additive part of `frequency` and `keyness`, over the documents of these words."""
    grouped = words.assign(group="" if by is None else _column(words, by)).dropna(subset="group")
    names = {name: pd.Categorical(grouped[name]) for name in [*_VOICE, "word"]}
    order, first = tally.groups(*(column.codes for column in names.values()))
    return Counts(pd.DataFrame({**tally.at(names, order[first]), "count": np.diff(first, append=len(order))}))


def count_texts(
    turns: pd.DataFrame, documents: pd.DataFrame, by: str | None = None, without: Collection[str] = ()
) -> Counts:
    """The counts that `count` gives of the `words` of these tables, without ever holding the words.

    An archive is read some megabytes at a time; what is kept is a row for each person, document and distinct word.
    """
    own = in_order(turns)
    group = "" if by is None else _column(own, by)
    own = own[["document", "participant", "start", "end"]].assign(group=group).dropna(subset="group", ignore_index=True)
    voices = own[_VOICE].drop_duplicates(ignore_index=True)
    voice = own.groupby(_VOICE, sort=False).ngroup().to_numpy(np.int32)
    names = {name: pd.Categorical(voices[name]) for name in _VOICE}
    vocabulary: dict[str, int] = {}
    parts: dict[str, list[np.ndarray]] = {name: [np.zeros(0, np.uint8)] for name in [*names, "word", "count"]}
    for rows, per_turn, codes in read(own, documents, vocabulary, without):
        speaking = np.repeat(voice[rows], per_turn)[codes != LEFT_OUT]
        codes = codes[codes != LEFT_OUT]
        order, first = tally.groups(speaking - speaking.min(initial=len(voices)), codes)
        one = order[first]
        found = {name: column.codes[speaking[one]] for name, column in names.items()}
        found |= {"word": codes[one], "count": np.diff(first, append=len(order))}
        for name, column in found.items():  # in as few bytes as hold them: there are many rows
            parts[name].append(column.astype(np.min_scalar_type(column.max(initial=0))))
    said = {
        name: pd.Categorical.from_codes(np.concatenate(parts.pop(name)), dtype=column.dtype)
        for name, column in names.items()
    }
    said["word"] = named(np.concatenate(parts.pop("word")), vocabulary)
    said["count"] = np.concatenate(parts.pop("count"))
    return Counts(pd.DataFrame(said, copy=False))


def sum_counts(parts: Sequence[Counts]) -> Counts:
    """Counts of parts of an archive, each of whole documents, as one."""
    return Counts(tally.stacked([part.said for part in parts]))


def finish(counts: Counts, by: str | None = None, least_speakers: int = LEAST_SPEAKERS) -> pd.DataFrame:
    """The table of `frequency` from counts, whether of one pass or added up."""
    said = counts.said
    groups = [_of_group(said[said["group"] == group]).assign(group=group) for group in sorted(said["group"].unique())]
    table = pd.concat(groups) if groups else _of_group(said).assign(group="")
    table = table[_users(said)[table["word"].cat.codes] >= least_speakers].astype({"word": "str"})
    table = table.sort_values(["group", "count", "word"], ascending=[True, False, True], ignore_index=True)
    table = table.assign(unit="word", least_speakers=least_speakers).rename(columns={"group": by or "group"})
    return table[[by, *table.columns.drop(by)]] if by else table.drop(columns="group")


def finish_keyness(
    counts: Counts,
    by: str = "group",
    target: str | None = None,
    formula: Formula = "four cells",
    least: int = LEAST,
    least_speakers: int = LEAST_SPEAKERS,
) -> pd.DataFrame:
    """The table of `keyness` from counts by that column, whether of one pass or added up."""
    if formula not in FORMULAS:
        raise InputError(f"The formula '{formula}' of G2 is unknown; {near(formula, FORMULAS)}")
    groups = sorted(counts.said["group"].astype("str").unique())
    target = groups[0] if target is None and groups else target
    if target not in groups:
        raise InputError(f"Nobody of '{target}' says a word, by the column '{by}'; {near(str(target), groups)}")
    others = [group for group in groups if group != target]
    if not others:
        raise InputError(
            f"All words are of '{target}', by the column '{by}': there is nobody to compare with."
            " Name another column as by."
        )
    own = (counts.said["group"].astype("str") == target).to_numpy()
    table = _beside(_of_group(counts.said[own]), _of_group(counts.said[~own]))
    enough = table["count_target"] + table["count_reference"] >= least
    table = table[enough & (_users(counts.said)[table["word"].cat.codes] >= least_speakers)].astype({"word": "str"})
    counted = ("count_target", "count_reference", "n_words_target", "n_words_reference")
    f1, f2, n1, n2 = (table[name].astype("float64") for name in counted)
    table = table.assign(
        log_ratio=np.log2(f1.where(f1 > 0, 0.5) / n1) - np.log2(f2.where(f2 > 0, 0.5) / n2),
        zero=np.select([f1 == 0, f2 == 0], ["target", "reference"], ""),
        g2=np.sign(f1 * n2 - f2 * n1) * _g2(f1, f2, n1, n2, formula),
        by=by,
        target=target,
        reference=others[0] if len(others) == 1 else "all others",
        formula=FORMULAS[formula],
        least=least,
        least_speakers=least_speakers,
    )
    return table.sort_values(["g2", "word"], ascending=[False, True], ignore_index=True)


def _column(frame: pd.DataFrame, by: str) -> pd.Series:
    if by not in frame:
        raise InputError(f"The words have no column '{by}' to group by; {near(by, frame.columns)}")
    return frame[by]


def _users(said: pd.DataFrame) -> np.ndarray:
    """How many people use each word, in the order of its categories."""
    word, who = (said[name].cat.codes.to_numpy() for name in ("word", "participant"))
    kinds = len(said["word"].cat.categories)
    # who speaks in one document and group says a word in one row, so that only the others' rows need comparing
    several = np.zeros(len(said["participant"].cat.categories), bool)
    for name in ("document", "group"):
        place = said[name].cat.codes.to_numpy()
        one = np.zeros(len(several), place.dtype)
        one[who] = place
        several[who[one[who] != place]] = True
    again = several[who]
    return tally.summed(word[~again], kinds) + tally.distinct(word[again], who[again], kinds)


def _of_group(said: pd.DataFrame) -> pd.DataFrame:
    """Each word of one group: how often, by how many, how evenly."""
    word, document, who = (said[name].cat.codes.to_numpy() for name in ("word", "document", "participant"))
    times, kinds = said["count"].to_numpy(), said["word"].cat.categories
    total = tally.summed(word, len(kinds), times)
    spoken = np.zeros(len(said["document"].cat.categories), bool)
    spoken[document] = True
    parts = np.count_nonzero(spoken)
    part = (np.cumsum(spoken) - 1).astype(np.min_scalar_type(parts))[document]  # documents of the group, from 0
    order, first = tally.groups(word, part)
    one = order[first]
    in_part = np.add.reduceat(times[order], first, dtype=np.int64) if len(first) else times
    even = of_cells(word[one], part[one], in_part, len(kinds), tally.summed(part, parts, times))
    table = pd.DataFrame(
        {
            "word": pd.Categorical(kinds, kinds),
            "count": total,
            "n_words": total.sum(),
            "per_1000": 1000 * total / max(1, total.sum()),
            "documents": tally.summed(word[one], len(kinds)),
            "n_documents": parts,
            "speakers": _users(said),
            "n_speakers": len(np.unique(who)),
            "dp": even["dp"],
        }
    )
    return table[total > 0]


def _beside(target: pd.DataFrame, reference: pd.DataFrame) -> pd.DataFrame:
    """Both sides of a comparison, one row per word of either; what a side does not say is 0 there."""
    table = target.merge(reference, on="word", how="outer", suffixes=("_target", "_reference"))
    for side, own in (("target", target), ("reference", reference)):
        for name in ("count", "documents", "speakers"):
            table[f"{name}_{side}"] = table[f"{name}_{side}"].fillna(0).astype("int64")
        table[f"per_1000_{side}"] = table[f"per_1000_{side}"].fillna(0.0)
        for name in ("n_words", "n_documents", "n_speakers"):
            table[f"{name}_{side}"] = own[name].iloc[0]
    return table


def _g2(f1: pd.Series, f2: pd.Series, n1: pd.Series, n2: pd.Series, formula: Formula) -> pd.Series:
    """G2 of a word said f1 of n1 and f2 of n2 times."""
    if formula == "four cells":
        return coefficients(f1 + f2, n1, f1, n1 + n2)["g2"]
    from scipy.special import xlogy

    expected = (f1 + f2) / (n1 + n2)
    return 2 * (xlogy(f1, f1 / (n1 * expected)) + xlogy(f2, f2 / (n2 * expected)))
