"""How many tests were made, and what that does to each p."""

import numpy as np
import pandas as pd


def holm(p: pd.Series | np.ndarray | list[float]) -> np.ndarray:
    """P-values adjusted by Holm's step-down rule: the chance of even one false rejection stays below the level.

    Formula: of the k-th smallest of m: the largest of (m - j + 1) p_j over j <= k, at most 1.

    In the order of the input, 0 to 1. A NaN (a code that cannot be tested) stays NaN and is not counted among the
    tests; `n_tests` gives their number.

    References: Holm (1979), Scandinavian Journal of Statistics 6: 65.

    Examples
    --------
    >>> holm([0.01, 0.04, float("nan"), 0.03]).tolist()
    [0.03, 0.06, nan, 0.06]
    """
    return _adjusted(p, lambda ordered, rank, m: np.maximum.accumulate((m - rank + 1) * ordered))


def benjamini_hochberg(p: pd.Series | np.ndarray | list[float]) -> np.ndarray:
    """P-values adjusted by Benjamini and Hochberg's step-up rule: the expected share of false among all rejections.

    Formula: of the k-th smallest of m: the least of (m / j) p_j over j >= k, at most 1.

    In the order of the input, 0 to 1. A NaN stays NaN and is not counted among the tests; `n_tests` gives their
    number.

    References: Benjamini & Hochberg (1995), Journal of the Royal Statistical Society B 57: 289.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, float("nan"), 0.02]).tolist()
    [0.03, 0.04, nan, 0.03]
    """
    return _adjusted(p, lambda ordered, rank, m: np.minimum.accumulate((m / rank * ordered)[::-1])[::-1])


def bonferroni(p: pd.Series | np.ndarray | list[float]) -> np.ndarray:
    """P-values times the number of tests, at most 1; NaN as in `holm`.

    Formula: m p, at most 1, with m tests.

    Reference: Dunn (1961), Journal of the American Statistical Association 56: 52.

    Examples
    --------
    >>> bonferroni([0.01, 0.75, float("nan")]).tolist()
    [0.02, 1.0, nan]
    """
    return _adjusted(p, lambda ordered, rank, m: m * ordered)


def n_tests(p: pd.Series | np.ndarray | list[float]) -> int:
    """The number of tests: p-values that are not NaN.

    >>> n_tests([0.01, float("nan")])
    1
    """
    return int(np.count_nonzero(~np.isnan(np.asarray(p, dtype="float64"))))


def _adjusted(p: pd.Series | np.ndarray | list[float], rule) -> np.ndarray:
    """The rule on the p-values in ascending order, put back in the order of the input."""
    values = np.asarray(p, dtype="float64")
    known = np.flatnonzero(~np.isnan(values))
    order = known[np.argsort(values[known], kind="stable")]
    adjusted = np.full(len(values), np.nan)
    adjusted[order] = np.minimum(rule(values[order], np.arange(1, len(order) + 1), len(order)), 1.0)
    return adjusted
