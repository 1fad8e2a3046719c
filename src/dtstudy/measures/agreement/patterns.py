"""Units that coders answered in the same way, collapsed: coefficients need only how many units show each pattern."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dtstudy.errors import InputError


def collapse(reliability_data: Sequence[Sequence[object]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Patterns of values over coders, from data of coders (rows) by units (columns), NaN or None where not judged.

    Returns `counts` (patterns, values), how many coders gave each value; `units` (patterns,), how many units show
    the pattern; `values` (values,), ascending. Which coder gave which value does not matter. Raises InputError for
    data that are no table.
    """
    try:
        data = np.asarray(reliability_data)
    except ValueError:
        raise InputError(
            "The rows of the reliability data differ in length; each coder needs a place per unit."
        ) from None
    if data.ndim != 2:
        raise InputError(f"Reliability data are coders by units, two dimensions; these have {data.ndim}.")
    numbers, values = _numbered(data)
    counts, units = collapse_numbers(numbers, len(values))
    seen = counts.any(axis=0)
    return counts[:, seen], units, values[seen]


def collapse_numbers(numbers: np.ndarray, n_values: int) -> tuple[np.ndarray, np.ndarray]:
    """The patterns of (coders, units) whole numbers below `n_values`, -1 for missing: counts and units."""
    base = n_values + 1
    coders = len(numbers)
    if base**coders >= 2**62:
        answers, units = np.unique(np.sort(numbers, axis=0), axis=1, return_counts=True)
        return _counts(answers.T, n_values), units
    key = np.zeros(numbers.shape[1], np.int64 if base**coders > 2**31 else np.int32)
    for own in numbers:
        key *= base
        key += own
        key += 1
    if base**coders <= max(2**16, numbers.shape[1]):
        units = np.bincount(key)
        keys = np.flatnonzero(units)
        units = units[keys]
    else:
        keys, units = np.unique(key, return_counts=True)
    places = np.array([base**coder for coder in range(coders)], dtype=np.int64)
    answers = np.sort(keys[:, None] // places % base, axis=1)  # who gave which answer no longer matters
    _, first, same = np.unique(answers @ places, return_index=True, return_inverse=True)
    return _counts(answers[first] - 1, n_values), np.bincount(same, weights=units).astype(np.int64)


def _numbered(data: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Values as their place among ascending values, -1 for a missing one, and those values, seen or not."""
    if data.dtype.kind == "f" and data.size:
        with np.errstate(invalid="ignore"):  # what NaN is cast to is overwritten
            whole, missing = data.astype(np.int8), np.isnan(data)
        if ((whole == data) | missing).all():  # small whole numbers are as good as places: nothing to look up
            whole[missing] = 0
            low = int(whole.min())
            places = whole.astype(np.int16) - low
            places[missing] = -1
            return places, np.arange(low, int(whole.max()) + 1, dtype=float)
    numbers, values = pd.factorize(data.ravel(), sort=True)
    return numbers.reshape(data.shape), np.asarray(values)


def _counts(answers: np.ndarray, n_values: int) -> np.ndarray:
    """How many coders gave each value, from (patterns, coders) values."""
    rows = np.repeat(np.arange(len(answers)), answers.shape[1])
    given = answers.ravel() >= 0
    cells = rows[given] * n_values + answers.ravel()[given]
    return np.bincount(cells, minlength=len(answers) * n_values).reshape(len(answers), n_values)
