"""Coefficients of agreement on units that coders judged: Cohen's kappa, Krippendorff's alpha, Gwet's AC1."""

import warnings
from collections.abc import Collection, Iterable, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from dtstudy.errors import InputError, near
from dtstudy.measures.agreement.patterns import collapse, collapse_numbers

Level = Literal["nominal", "ordinal", "interval", "ratio"]
LEVELS = ("nominal", "ordinal", "interval", "ratio")


def percent_agreement(a: Sequence[object], b: Sequence[object]) -> float:
    """Share of units on which two coders gave the same value, 0 to 1; NaN where they share no unit.

    Formula: units with equal values / units that both judged.

    Parameters: a value per unit from each coder, None or NaN where a coder did not judge it; such units are left
    out. What chance alone would yield is not taken off, so a rare code agrees almost everywhere. Raises InputError
    for coders with different numbers of units. Reference: Holsti (1969), Content analysis for the social sciences
    and humanities.

    >>> percent_agreement(["y", "y", "n", "n"], ["y", "n", "n", "n"])
    0.75
    """
    table = _contingency(a, b)
    return float(np.trace(table) / table.sum()) if table.sum() else np.nan


def expected_agreement(a: Sequence[object], b: Sequence[object]) -> float:
    """Share of units two coders would agree on by chance, each with the values' frequencies of their own, 0 to 1.

    Formula: pe = sum over values of p_a p_b, the shares of the value with either coder.

    Reference: Cohen (1960), Educational and Psychological Measurement 20: 37.

    >>> round(expected_agreement(["y", "y", "n", "n"], ["y", "n", "n", "n"]), 3)
    0.5
    """
    shares = _shares(a, b)
    return float(shares.sum(axis=1) @ shares.sum(axis=0))


def cohen_kappa(a: Sequence[object], b: Sequence[object]) -> float:
    """Agreement of two coders beyond chance, as a share of what chance leaves open: 1 at best, 0 as chance has it.

    Formula: (po - pe) / (1 - pe), with po the share of units the coders agree on and pe = sum over values of p_a p_b.

    Parameters as in `percent_agreement`. NaN where neither coder varies (no variation: 0/0). Where one coder gave a
    single value throughout, kappa is 0 whatever the agreement, and a warning says so. `expected_agreement` and
    `kappa_max` belong beside it. Reference: Cohen (1960), Educational and Psychological Measurement 20: 37, from
    whose second example (p. 45) come the counts below.

    >>> counts = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]
    >>> a = [row for row in range(3) for column in range(3) for unit in range(counts[row][column])]
    >>> b = [column for row in range(3) for column in range(3) for unit in range(counts[row][column])]
    >>> round(cohen_kappa(a, b), 3), round(expected_agreement(a, b), 2), round(kappa_max(a, b), 3)
    (0.492, 0.41, 0.831)
    """
    shares = _shares(a, b)
    given = [np.count_nonzero(shares.sum(axis=axis)) for axis in (0, 1)]
    if min(given) == 1 and max(given) > 1:
        warnings.warn("One coder gave a single value throughout: kappa is 0 whatever the agreement.", stacklevel=2)
    return _beyond_chance(np.trace(shares), shares.sum(axis=1) @ shares.sum(axis=0))


def kappa_max(a: Sequence[object], b: Sequence[object]) -> float:
    """The largest kappa that the coders' own frequencies allow; below 1 where they differ in how often they code.

    Formula: (pm - pe) / (1 - pe), with pm = sum over values of min(p_a, p_b) and pe as in `expected_agreement`.

    Reference: Cohen (1960), Educational and Psychological Measurement 20: 37.

    >>> round(kappa_max(["y", "y", "n", "n"], ["y", "n", "n", "n"]), 3)
    0.5
    """
    shares = _shares(a, b)
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    return _beyond_chance(np.minimum(rows, columns).sum(), rows @ columns)


def kappa_by_code(
    first: tuple[np.ndarray, np.ndarray], second: tuple[np.ndarray, np.ndarray], n_units: int
) -> np.ndarray:
    """Cohen's kappa of each of many codes, given or not given on each unit, from what was given alone.

    Formula: as `cohen_kappa` of two values, from n units, a and b with the code and c with both: po = 1 - (a + b - 2c)
    / n, pe = (a / n)(b / n) + (1 - a / n)(1 - b / n).

    Parameters: for each coder the units and the codes given on them, as two arrays of whole numbers from 0; the
    number of units both judged. Returns (codes,) kappas, NaN where a code does not vary. Units without a code are
    never written out, so the work depends on the codings, not on units times codes.

    Reference: Cohen (1960), Educational and Psychological Measurement 20: 37.

    >>> first = np.array([0, 1, 2, 5]), np.array([0, 0, 0, 1])
    >>> second = np.array([0, 1, 3, 5]), np.array([0, 0, 0, 1])
    >>> kappa_by_code(first, second, n_units=10).round(3).tolist()
    [0.524, 1.0]
    """
    codes = 1 + max((int(code.max(initial=-1)) for _, code in (first, second)), default=-1)
    last, met = np.zeros(n_units, dtype=np.int64), np.zeros(n_units, dtype=bool)

    def once(units: np.ndarray) -> np.ndarray:
        places = np.arange(len(units))
        last[units] = places
        return units[last[units] == places]

    counts = np.zeros((3, codes), dtype=np.int64)
    for code, both in enumerate(zip(_by_code(*first, codes), _by_code(*second, codes), strict=True)):
        a, b = (once(units) for units in both)
        met[a] = True
        counts[:, code] = len(a), len(b), np.count_nonzero(met[b])
        met[a] = False
    return binary_kappa(n_units, *counts)


def binary_kappa(n: np.ndarray, a: np.ndarray, b: np.ndarray, both: np.ndarray) -> np.ndarray:
    """Cohen's kappa from units, units with the code by each of two coders, and units with it by both."""
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = (a / n) * (b / n) + (1 - a / n) * (1 - b / n)
        varies = (np.minimum(a, b) < n) & (np.maximum(a, b) > 0)
        return np.where(varies, (1 - (a + b - 2 * both) / n - expected) / (1 - expected), np.nan)


def krippendorff_alpha(reliability_data: Sequence[Sequence[object]], level: Level = "nominal") -> float:
    """Agreement of any number of coders beyond chance: 1 is perfect, 0 what chance yields, below 0 worse than that.

    Formula: 1 - Do / De, where Do is the mean squared distance of two values of one unit (each unit with m values
    counts its pairs by 1 / (m - 1)) and De that of any two of the n values; distance: 0 or 1 (nominal), ranks between
    (ordinal), difference (interval), difference / sum (ratio).

    Parameters: values of coders (rows) by units (columns), NaN or None where a coder did not judge a unit; the
    level of measurement, which says how far two values are apart. Units with fewer than two values are left out.
    NaN where no value differs from another (no variation) or nothing can be paired. Raises InputError for an
    unknown level or for words at a numeric one. References: Hayes & Krippendorff (2007), Communication Methods and
    Measures 1: 77; Krippendorff (2011), Computing Krippendorff's alpha-reliability, whose section C is below.

    >>> nan = float("nan")
    >>> data = [[1, 2, 3, 3, 2, 1, 4, 1, 2, nan, nan, nan], [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, nan, 3],
    ...         [nan, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, nan], [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, nan]]
    >>> [round(krippendorff_alpha(data, level), 3) for level in ("nominal", "interval", "ratio")]
    [0.743, 0.849, 0.797]
    """
    counts, units, values = collapse(reliability_data)
    return float(pattern_alpha(units[None, :], counts, values, level)[0])


def pattern_alpha(units: np.ndarray, counts: np.ndarray, values: np.ndarray, level: Level = "nominal") -> np.ndarray:
    """Krippendorff's alpha of each row of `units` (replicates, patterns); the rest as `patterns.collapse` gives it."""
    if level not in LEVELS:
        raise InputError(f"The level '{level}' is unknown; {near(level, LEVELS)}")
    size = counts.sum(axis=1)
    units, counts, size = units[:, size > 1].astype(float), counts[size > 1].astype(float), size[size > 1]
    if level == "nominal":
        apart = (size**2 - (counts**2).sum(axis=1)) / (size - 1)
        margins = units @ counts
        observed, expected = units @ apart, margins.sum(axis=1) ** 2 - (margins**2).sum(axis=1)
        return _one_minus(observed, expected, margins.sum(axis=1))
    try:
        values = values.astype(float)
    except ValueError:
        raise InputError(f"The values are words, and the level '{level}' needs numbers; use 'nominal'.") from None
    coincidences = [_coincidences(own, counts, size) for own in units]
    return np.array([_alpha_of(seen, _distances(seen.sum(axis=0), values, level)) for seen in coincidences])


def gwet_ac1(reliability_data: Sequence[Sequence[object]], categories: int | Collection[object]) -> float:
    """Gwet's AC1: agreement beyond chance, chance being guesses on units that are hard to judge; up to 1.

    Formula: (po - pe) / (1 - pe), with po the mean share of agreeing pairs and pe = sum over the Q categories of q (1 -
    q) / (Q - 1), q the mean share of the category.

    Parameters: values of coders by units as in `krippendorff_alpha`; the categories of the scheme, or how many they
    are, whether used or not (2 for a code given or not given). Stable where a category is rare, where kappa and
    alpha drop; 1 where nothing varies, so it is never to stand alone. NaN where nothing can be paired. Raises
    InputError for fewer than two categories or a value outside them. Reference: Gwet (2008), British Journal of
    Mathematical and Statistical Psychology 61: 29.

    >>> a, b = [1] * 90 + [0] * 10, [1] * 80 + [0] * 10 + [1] * 5 + [0] * 5
    >>> round(gwet_ac1([a, b], categories=2), 3)
    0.808
    """
    counts, units, values = collapse(reliability_data)
    scheme = categories if isinstance(categories, int) else len(categories)
    if scheme < max(2, len(values)):
        raise InputError(f"The scheme has {scheme} categories; it needs two, and one for each of {len(values)} values.")
    if not isinstance(categories, int) and (strange := set(values.tolist()) - set(categories)):
        raise InputError(
            f"The value '{min(strange, key=str)}' is no category of the scheme."
            " Add it to the categories, or mend the data."
        )
    size = counts.sum(axis=1)
    judged, paired = size > 0, size > 1
    if not paired.any():
        return np.nan
    alike = (counts * (counts - 1)).sum(axis=1)[paired] / (size * (size - 1))[paired]
    shares = (units[judged] @ (counts[judged] / size[judged, None])) / units[judged].sum()
    return _beyond_chance((units[paired] @ alike) / units[paired].sum(), (shares * (1 - shares)).sum() / (scheme - 1))


def masi_distance(one: Iterable[object], other: Iterable[object]) -> float:
    """How far two sets of codes are apart, 0 to 1: one less Jaccard times 1, 2/3, 1/3 or 0.

    Formula: 1 - J M, with J = shared codes / codes of either, and M = 1 (equal), 2/3 (one inside the other), 1/3
    (overlapping), 0.

    The factor is for sets that are equal, one inside the other, overlapping, or disjoint. Two empty sets are alike:
    both coders left the unit uncoded. Reference: Passonneau (2006), Measuring agreement on set-valued items, LREC.

    >>> round(masi_distance({"A"}, {"A", "B"}), 4)
    0.6667
    """
    one, other = set(one), set(other)
    if one == other:
        return 0.0
    overlap = one & other
    weight = 0.0 if not overlap else 2 / 3 if one <= other or other <= one else 1 / 3
    return 1 - weight * len(overlap) / len(one | other)


def alpha_masi(sets: Sequence[Sequence[Iterable[object] | None]]) -> float:
    """Krippendorff's alpha for units that carry any number of codes: near misses count as part of a disagreement.

    Formula: 1 - Do / De with d(A, B) = `masi_distance` of two sets: Do is the mean of d within units, De over all pairs
    of sets.

    Parameters: for each coder (rows) a set of codes per unit (columns), empty where the coder read it and gave none,
    None where the coder did not read it; as `code_sets` gives it. One coefficient for all codes together. NaN where
    all sets are equal or nothing can be paired. Reference: Passonneau (2006), LREC.

    >>> round(alpha_masi([[{"a"}, {"b"}, {"a", "b"}, set()], [{"a"}, {"b"}, {"a"}, set()]]), 3)
    0.781
    """
    if len({len(row) for row in sets}) > 1:
        raise InputError("The coders differ in their number of units; each needs a set, or None, per unit.")
    place: dict[frozenset, int] = {}
    numbers = [[-1 if own is None else place.setdefault(frozenset(own), len(place)) for own in row] for row in sets]
    counts, units = collapse_numbers(np.array(numbers, dtype=np.int64).reshape(len(sets), -1), len(place))
    size = counts.sum(axis=1)
    paired = size > 1
    distances = np.array([[masi_distance(one, other) for other in place] for one in place])
    distances = distances.reshape(len(place), len(place))
    return _alpha_of(_coincidences(units[paired].astype(float), counts[paired], size[paired]), distances)


def _by_code(units: np.ndarray, code: np.ndarray, codes: int) -> list[np.ndarray]:
    """The units of each code."""
    order = np.argsort(code.astype(np.min_scalar_type(codes)), kind="stable")
    return np.split(units[order], np.cumsum(np.bincount(code, minlength=codes))[:-1]) if codes else []


def _contingency(a: Sequence[object], b: Sequence[object]) -> np.ndarray:
    """Units by value of the first coder (rows) and of the second (columns), where both judged."""
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape or a.ndim != 1:
        raise InputError(f"The coders judged {len(a)} and {len(b)} units; both need a value, or None, for each.")
    numbers, values = pd.factorize(np.concatenate([a, b]) if a.dtype.kind == b.dtype.kind else np.array([*a, *b], "O"))
    first, second = numbers[: len(a)], numbers[len(a) :]
    both = (first >= 0) & (second >= 0)
    cells = np.bincount(first[both] * len(values) + second[both], minlength=len(values) ** 2)
    return cells.reshape(len(values), len(values))


def _shares(a: Sequence[object], b: Sequence[object]) -> np.ndarray:
    table = _contingency(a, b)
    return table / table.sum() if table.sum() else np.full((1, 1), np.nan)


def _beyond_chance(observed: float, expected: float) -> float:
    return float((observed - expected) / (1 - expected)) if not np.isclose(expected, 1, atol=1e-15) else np.nan


def _coincidences(units: np.ndarray, counts: np.ndarray, size: np.ndarray) -> np.ndarray:
    """How often each value meets each other within units, each unit counted as many times as it has values."""
    scaled = counts * (units / (size - 1))[:, None]
    return scaled.T @ counts - np.diag(scaled.sum(axis=0))


def _distances(margins: np.ndarray, values: np.ndarray, level: Level) -> np.ndarray:
    """Squared distances of values; ordinal ones depend on how often the values between them occur."""
    if level == "ordinal":
        reached = np.cumsum(margins) - margins / 2
        return (reached[:, None] - reached) ** 2
    apart, together = values[:, None] - values, values[:, None] + values
    if level == "ratio":
        return np.divide(apart, together, out=np.zeros_like(apart), where=together != 0) ** 2
    return apart**2


def _alpha_of(coincidences: np.ndarray, distances: np.ndarray) -> float:
    margins = coincidences.sum(axis=0)
    return float(_one_minus((coincidences * distances).sum(), margins @ distances @ margins, margins.sum()))


def _one_minus(observed: np.ndarray, expected: np.ndarray, n: np.ndarray) -> np.ndarray:
    """One less observed over expected disagreement; NaN where there is nothing to disagree on."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(expected > 0, 1 - (n - 1) * observed / expected, np.nan)
