"""What would be expected of pairs, how far from it they are, and how often chance alone would bring them as far."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from dtstudy.measures.cooccurrence import relabelling
from dtstudy.measures.cooccurrence.counts import Counts, Unit
from dtstudy.measures.multiplicity import benjamini_hochberg

LEAST_EXPECTED = 5  # below this number expected in a cell, p comes from re-labelling


@dataclass(frozen=True)
class _Null:
    """A re-labelling: which codes take part, their labels, mean and variance, a draw, names of random streams."""

    own: np.ndarray
    labels: relabelling.Labels
    moments: tuple[np.ndarray, np.ndarray]
    draw: relabelling.Draw
    streams: list[str]


def tested(
    pairs: pd.DataFrame,
    enough: np.ndarray,
    counts: Counts,
    names: pd.Index,
    depth: np.ndarray,
    unit: Unit,
    window: int,
    seed: int,
    replicates: int,
) -> pd.DataFrame:
    """Expected, z, p, q and where p comes from, for pairs of one coder of which `enough` have units enough.

    Parameters: the pairs with their counts; the names of the codes, and how many codes are above each.
    """
    from scipy.special import ndtr

    coder = pairs["coder"].iloc[0] if len(pairs) else ""
    one, other = (names.get_indexer(pairs[name]) for name in ("code_1", "code_2"))
    drawing = f"{replicates:,} re-labellings, seed {seed}"
    seen = pairs["overlapping_pairs" if unit == "overlap" else "n12"].to_numpy("float64")
    expected, z, p, test = (np.full(len(pairs), empty) for empty in (np.nan, np.nan, np.nan, ""))
    test = test.astype("object")
    for null in _nulls(counts, coder, names, depth, unit, window) if enough.any() else ():
        here = np.flatnonzero(enough & null.own[one] & null.own[other])
        mean, variance = (matrix[one[here], other[here]] for matrix in null.moments)
        expected[here] = mean
        moving = variance > 0
        here, mean, deviation = here[moving], mean[moving], np.sqrt(variance[moving])
        z[here] = (seen[here] - mean) / deviation
        small = _small(mean, pairs.iloc[here])
        p[here[~small]], test[here[~small]] = 2 * ndtr(-np.abs(z[here[~small]])), "normal"
        if replicates and small.any():
            at = here[small]
            far = relabelling.as_far(
                null.labels, null.streams, null.draw, (one[at], other[at]), seen[at], mean[small], replicates, seed
            )
            p[at], test[at] = (far + 1) / (replicates + 1), drawing
    return pd.DataFrame({"expected": expected, "z": z, "p": p, "q": benjamini_hochberg(p), "test": test})


def _small(mean: np.ndarray, pairs: pd.DataFrame) -> np.ndarray:
    """Where a count is expected below `LEAST_EXPECTED`: of pairs, or in a cell of the two-by-two table of units."""
    if "overlapping_pairs" in pairs:
        return mean < LEAST_EXPECTED
    n1, n2, n = (pairs[name].to_numpy() for name in ("n1", "n2", "n_units"))
    return np.min([mean, n1 - mean, n2 - mean, n - n1 - n2 + mean], axis=0) < LEAST_EXPECTED


def _nulls(counts: Counts, coder: str, names: pd.Index, depth: np.ndarray, unit: Unit, window: int) -> Iterator[_Null]:
    """What re-labelling gives: of all codes over the turns, or of the codes of each depth over their passages."""
    labels = _labels_of(counts, coder, names)
    documents = counts.labels.index.levels[1]
    ground = counts.ground
    if unit != "overlap":
        place = documents.get_indexer(ground["document"])
        place, turns = place[place >= 0], ground["turns"].to_numpy()[place >= 0]
        order = np.argsort(place, kind="stable")
        of = (place[order], turns[order])
        moments = relabelling.moments_of_units(labels, *of, unit, window)
        streams = [f"{coder} {document}" for document in documents]
        yield _Null(np.ones(len(depth), bool), labels, moments, relabelling.drawn_units(*of, unit, window), streams)
        return
    ground = ground[ground["coder"] == coder]
    for level in np.unique(depth):
        at = ground[ground["depth"] == level]
        place = documents.get_indexer(at["document"])
        order = np.argsort(place, kind="stable")
        of = (place[order], *(at[name].to_numpy("int64")[order] for name in ("first", "second")))
        mine = depth[labels.code] == level
        kept = replace(labels, document=labels.document[mine], code=labels.code[mine], number=labels.number[mine])
        streams = [f"{coder} {document} {level}" for document in documents]
        moments = relabelling.moments_of_joins(kept, *of)
        yield _Null(depth == level, kept, moments, relabelling.drawn_joins(*of), streams)


def passages_of(counts: Counts, coder: str, names: pd.Index) -> np.ndarray:
    """How many labels (turns, or passages) each of the codes has."""
    labels = _labels_of(counts, coder, names)
    return np.bincount(labels.code, labels.number, minlength=len(names)).astype("int64")


def _labels_of(counts: Counts, coder: str, names: pd.Index) -> relabelling.Labels:
    """The labels of one coder by the numbers of documents and codes."""
    coders, _, codes = counts.labels.index.levels
    of, document, code = (np.asarray(numbers) for numbers in counts.labels.index.codes)
    mine = of == coders.get_loc(coder)
    document, code, number = document[mine], names.get_indexer(codes)[code[mine]], counts.labels.to_numpy()[mine]
    order = np.lexsort((code, document))
    return relabelling.Labels(document[order], code[order], number[order], len(names))
