"""Rows counted by their categories: the sorting under the measures of words."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

SLICE = 1 << 24  # rows that are widened at a time


def groups(*codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows in the order of whole numbers from 0, and where each combination of them begins in that order.

    NumPy sorts sixteen bits at a time by radix, many times faster than it compares longer numbers.
    """
    digits = []
    for column in reversed(codes):
        digits.append(column.astype(np.uint16))
        if column.max(initial=0) >= 1 << 16:
            digits.append((column >> 16).astype(np.uint16))
    order = np.lexsort(digits)
    begins = np.zeros(len(order), bool)
    begins[:1] = True
    for column in codes:
        ordered = column[order]
        begins[1:] |= ordered[1:] != ordered[:-1]
    return order, np.flatnonzero(begins)


def summed(key: np.ndarray, size: int, what: np.ndarray | None = None) -> np.ndarray:
    """How many rows each key from 0 to `size` meets, or how much of `what`, in whole numbers.

    A slice at a time: NumPy widens what it counts to eight bytes a row.
    """
    total = np.zeros(size, np.int64)
    for first in range(0, len(key), SLICE):
        part = slice(first, first + SLICE)
        total += np.bincount(key[part], None if what is None else what[part], size).astype(np.int64)
    return total


def distinct(key: np.ndarray, what: np.ndarray, size: int) -> np.ndarray:
    """How many different values each key from 0 to `size` meets."""
    order, first = groups(key, what)
    return np.bincount(key[order[first]], minlength=size)


def at(names: dict[str, pd.Categorical], rows: np.ndarray) -> dict[str, pd.Categorical]:
    """The rows of columns of categories."""
    return {name: column.take(rows) for name, column in names.items()}


def stacked(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Frames below each other, the categories of each column brought together."""
    columns = {}
    for name in frames[0]:
        if isinstance(frames[0][name].dtype, pd.CategoricalDtype):
            columns[name] = pd.api.types.union_categoricals([frame[name] for frame in frames], sort_categories=True)
        else:
            columns[name] = np.concatenate([frame[name] for frame in frames])
    return pd.DataFrame(columns, copy=False)
