"""Which counts of people may be shown, and what an outsider could still work out of the rest.

References: Hundepool et al. (2012), Statistical Disclosure Control; Sweeney (2002), k-anonymity, IJUFKS 10: 557.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from dtstudy.errors import InputError, near

LEAST_PEOPLE = 3  # in an open report; 10 is usual in a strict data service
DOMINANT = 0.75  # of a cell's segments, from which it is one person's cell
_EXACT_CELLS = 16  # up to this many cells the fewest further ones are found, not approached


def suppress(table: pd.DataFrame, least: int = LEAST_PEOPLE) -> pd.DataFrame:
    """Which cells to hide so that no count under `least` can be worked out from the printed sums.

    Counts from 1 to `least` - 1 are hidden first; then the fewest, and among these the smallest, further cells until an
    outsider who knows the row and column sums, and the rule, learns nothing beyond the rule: each small count could
    be any from 1 to `least` - 1.

    Returns
    -------
    DataFrame of the table's shape: 'shown', 'small' (a count under `least`) or 'with it' (hidden to protect another)

    Raises InputError where no choice of cells protects the small ones; rows or columns must then be merged.

    >>> table = pd.DataFrame({"first": [5, 8, 6], "second": [8, 1, 1]})
    >>> suppress(table).to_numpy().tolist()
    [['shown', 'shown'], ['with it', 'small'], ['with it', 'small']]
    """
    counts = table.to_numpy()
    small = (counts > 0) & (counts < least)
    for more in _choices(counts, small):
        hidden = small.copy()
        hidden[tuple(zip(*more, strict=True)) if more else ([], [])] = True
        intervals = feasible(table, pd.DataFrame(hidden, table.index, table.columns))
        unclear = (intervals["low"] <= 1) & (intervals["high"] >= least - 1)
        if unclear[small[hidden]].all():
            names = np.where(small, "small", np.where(hidden, "with it", "shown"))
            return pd.DataFrame(names, table.index, table.columns)
    raise InputError(
        "No choice of cells hides the small counts while the sums are shown. "
        "Merge rows or columns, or leave out the sums."
    )


def feasible(table: pd.DataFrame, hidden: pd.DataFrame) -> pd.DataFrame:
    """The range an outsider can work out for each hidden cell from the cells shown and the row and column sums.

    The bounds are those of a linear programme over a transport polytope, whose corners are whole numbers, so that they
    are attained.

    Returns
    -------
    DataFrame, one row per hidden cell: row, column (labels), low, high
    """
    from scipy.optimize import linprog

    counts, places = table.to_numpy(), np.argwhere(hidden.to_numpy())
    values = counts[hidden.to_numpy()]
    lines = [places[:, axis] == number for axis in (0, 1) for number in np.unique(places[:, axis])]
    known = {"A_eq": np.array(lines, "float64"), "b_eq": [values[line].sum() for line in lines], "bounds": (0, None)}
    rows = []
    for (row, column), goal in zip(places, np.eye(len(places)), strict=True):
        low, high = (sign * linprog(sign * goal, **known).fun for sign in (1, -1))
        rows.append((table.index[row], table.columns[column], round(low), round(high)))
    return pd.DataFrame(rows, columns=["row", "column", "low", "high"])


def possible_tables(table: pd.DataFrame, hidden: pd.DataFrame) -> int:
    """How many tables of whole numbers fit what is shown and the sums."""
    places = [tuple(place) for place in np.argwhere(hidden.to_numpy())]
    counts = np.where(hidden.to_numpy(), 0, table.to_numpy())
    rows = table.to_numpy().sum(axis=1) - counts.sum(axis=1)
    columns = table.to_numpy().sum(axis=0) - counts.sum(axis=0)

    def fill(number: int, rows: tuple[int, ...], columns: tuple[int, ...]) -> int:
        if number == len(places):
            return int(not any(rows) and not any(columns))
        row, column = places[number]
        found = 0
        for value in range(min(rows[row], columns[column]) + 1):
            left = tuple(rest - value * (place == row) for place, rest in enumerate(rows))
            below = tuple(rest - value * (place == column) for place, rest in enumerate(columns))
            found += fill(number + 1, left, below)
        return found

    return fill(0, tuple(map(int, rows)), tuple(map(int, columns)))


def class_sizes(people: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """How many people share each combination of what is told of them; the smallest is the table's k.

    Returns
    -------
    DataFrame, one row per combination that occurs, smallest first: the columns of `by`, people

    Raises InputError for an unknown column.
    """
    unknown = [name for name in by if name not in people]
    if unknown:
        raise InputError(
            f"There is no column '{unknown[0]}' to tell people apart by; {near(unknown[0], people.columns)}"
        )
    sizes = people.groupby(list(by), observed=True).size().rename("people").reset_index()
    return sizes.sort_values(["people", *by], ignore_index=True)


def merge_small(values: pd.Series, least: int = LEAST_PEOPLE, into: str = "other") -> pd.Series:
    """The values, with those that fewer than `least` people share as one.

    Where these are still too few, the next smallest joins them; where everybody together is under `least`, all are
    `into`.

    >>> roles = pd.Series(["counsellor"] * 8 + ["probation"] * 2 + ["psychiatrist"])
    >>> merge_small(roles, into="other professional").value_counts().to_dict()
    {'counsellor': 8, 'other professional': 3}
    """
    counts = values.value_counts().sort_index().sort_values(kind="stable")
    small = list(counts[counts < least].index)
    while small and counts[small].sum() < least and len(small) < len(counts):
        small.append(counts.drop(small).index[0])
    return values.mask(values.isin(small), into)


def single_voices(
    segments: pd.DataFrame, by: Sequence[str], least: int = LEAST_PEOPLE, dominant: float = DOMINANT
) -> pd.DataFrame:
    """Cells of a count of segments that are one person's, or a few people's: not to be shown as the talk of a group.

    Parameters: `segments` with participant and the columns of `by`, one row per segment.

    Returns
    -------
    DataFrame, one row per cell, in the order of `by`
        the columns of `by`, segments, speakers
        largest : share of the most frequent speaker, 0 to 1
        flag : 'fewer than N speakers', 'one speaker leads', or empty
    """
    voices = segments.groupby([*by, "participant"], observed=True).size()
    cells = voices.groupby(level=list(range(len(by)))).agg(["sum", "size", "max"])
    cells = cells.rename(columns={"sum": "segments", "size": "speakers"})
    cells["largest"] = cells.pop("max") / cells["segments"]
    few, led = cells["speakers"] < least, cells["largest"] > dominant
    flags = np.select([few, led], [f"fewer than {least} speakers", "one speaker leads"], "")
    return cells.assign(flag=flags).reset_index()


def _choices(counts: np.ndarray, small: np.ndarray) -> Iterator[tuple[tuple[int, int], ...]]:
    """Further cells to hide, fewest first and smallest first: all choices for a small table, one after another else."""
    rest = sorted((tuple(place) for place in np.argwhere(~small & (counts > 0))), key=lambda place: counts[place])
    if counts.size <= _EXACT_CELLS:
        for number in range(len(rest) + 1):
            yield from sorted(combinations(rest, number), key=lambda cells: sum(counts[cell] for cell in cells))
    else:
        beside = {
            place for place in rest for row, column in np.argwhere(small) if place[0] == row or place[1] == column
        }
        order = sorted(rest, key=lambda place: (place not in beside, counts[place]))
        yield from (tuple(order[:number]) for number in range(len(order) + 1))
