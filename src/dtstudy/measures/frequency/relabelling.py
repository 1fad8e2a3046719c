"""How often a re-labelling of the documents parts their rates as far as the labels they have."""

from collections.abc import Iterator
from itertools import chain, combinations, islice, product
from math import comb, prod

import numpy as np
import pandas as pd

from dtstudy.errors import InputError

MOST_ARRANGEMENTS = 200_000  # up to here every re-labelling is looked at; above, some are drawn
DRAWN = 9_999
SLACK = 1e-9  # of the largest rate: differences closer than that are ties
_BATCH = 5_000


def relabel(rates: np.ndarray, first: np.ndarray, blocks: np.ndarray | None = None, seed: int = 0) -> pd.DataFrame:
    """P-values of a difference of means over all re-labellings of the documents, within blocks where given.

    Formula: p = arrangements as far or farther / arrangements, the one at hand among them; drawn: (b + 1) / (B + 1).

    Parameters: rates, documents by codes; which documents are in the first group; the block of each document. All
    arrangements are looked at up to 200,000; above, 9,999 are drawn, and p is (b + 1) / (B + 1). The arrangement
    at hand is always among them, and rates that differ by rounding alone are ties.

    Returns
    -------
    DataFrame, one row per code
        difference : mean of the first group minus mean of the second
        p_greater, p_less : one-sided
        p_abs : share of the arrangements whose difference is at least as large, whichever its sign
        p_doubled : twice the smaller one-sided p, at most 1
        smallest_abs, smallest_doubled : the least the design can give; ties among rates can make it larger
        arrangements, relabelling : how many were looked at; `exact` where these are all, else how they were drawn

    Raises InputError where one of the groups has no document.
    References: Fisher (1935), The Design of Experiments; Phipson & Smyth (2010), Statistical Applications in
    Genetics and Molecular Biology 9: 39.

    Examples
    --------
    Six groups of service users and three of staff, the staff higher throughout:

    >>> rates = np.array([1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 5.0, 6.0, 7.0])
    >>> found = relabel(rates[:, None], np.arange(9) < 6).iloc[0]
    >>> found[["difference", "arrangements", "p_less", "p_abs", "p_doubled"]].map("{:.4g}".format).to_dict()
    {'difference': '-3.75', 'arrangements': '84', 'p_less': '0.0119', 'p_abs': '0.0119', 'p_doubled': '0.02381'}
    """
    rates, first = np.asarray(rates, dtype="float64"), np.asarray(first, dtype=bool)
    if first.all() or not first.any():
        raise InputError("Both groups need a document, or there is no difference to re-label.")
    blocks = np.zeros(len(first), np.int64) if blocks is None else pd.factorize(np.asarray(blocks))[0]
    size, labelled = np.bincount(blocks), np.bincount(blocks, weights=first).astype(int)
    exact = prod(comb(*both) for both in zip(size.tolist(), labelled.tolist(), strict=True)) <= MOST_ARRANGEMENTS
    observed = _differences(first[None], rates)[0]
    slack = SLACK * np.abs(rates).max(axis=0)
    looked = own = 0 if exact else 1  # the arrangement at hand is one of all, and joins those drawn
    greater, less, far = (np.full(rates.shape[1], own) for _ in range(3))
    for labels in _all(first, blocks) if exact else _drawn(first, blocks, seed):
        found = _differences(labels, rates)
        greater += (found >= observed - slack).sum(axis=0)
        less += (found <= observed + slack).sum(axis=0)
        far += (np.abs(found) >= np.abs(observed) - slack).sum(axis=0)
        looked += len(labels)
    mirrored = exact and bool((2 * labelled == size).all())  # each arrangement has one with the opposite difference
    return pd.DataFrame(
        {
            "difference": observed,
            "p_greater": greater / looked,
            "p_less": less / looked,
            "p_abs": far / looked,
            "p_doubled": np.minimum(1, 2 * np.minimum(greater, less) / looked),
            "smallest_abs": min(1, (1 + mirrored) / looked),
            "smallest_doubled": min(1, 2 / looked),
            "arrangements": looked,
            "relabelling": "exact" if exact else f"drawn with seed {seed}",
        }
    )


def _differences(labels: np.ndarray, rates: np.ndarray) -> np.ndarray:
    """Mean of the first group minus mean of the second: arrangements by codes."""
    size = labels.sum(axis=1, keepdims=True)
    sums = labels.astype("float64") @ rates
    return sums / size - (rates.sum(axis=0) - sums) / (labels.shape[1] - size)


def _all(first: np.ndarray, blocks: np.ndarray) -> Iterator[np.ndarray]:
    """Every re-labelling within blocks, in batches: arrangements by documents."""
    places = [np.flatnonzero(blocks == block) for block in np.unique(blocks)]
    every = product(*(list(combinations(place.tolist(), int(first[place].sum()))) for place in places))
    while batch := [list(chain(*parts)) for parts in islice(every, _BATCH)]:
        labels = np.zeros((len(batch), len(first)), bool)
        np.put_along_axis(labels, np.array(batch), True, axis=1)
        yield labels


def _drawn(first: np.ndarray, blocks: np.ndarray, seed: int) -> Iterator[np.ndarray]:
    """Re-labellings within blocks drawn at random, in batches."""
    rng = np.random.default_rng(seed)
    in_order = first[np.argsort(blocks, kind="stable")]
    for begin in range(0, DRAWN, _BATCH):
        chance = rng.random((min(_BATCH, DRAWN - begin), len(first)))
        labels = np.empty(chance.shape, bool)
        np.put_along_axis(labels, np.argsort(blocks + chance, axis=1), np.broadcast_to(in_order, chance.shape), axis=1)
        yield labels
