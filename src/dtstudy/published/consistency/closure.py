"""What raw data could lie behind printed summaries? Every data set on a grid that fits them, counted and drawn from.

A data set is a bag of values: who holds which is not known. Nothing is guessed and tried: a table of how many ways
lead on from each value, built from the last value backwards, gives the count, and a walk along it a fair sample.
In the spirit of SPRITE (Heathers, Anaya, van der Zee & Brown 2018) and CLOSURE (Wilkinson, Alsalti and others).
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor, sqrt
from typing import Literal

import numpy as np
import pandas as pd

from dtstudy.errors import InputError
from dtstudy.published.consistency.bounds import Number
from dtstudy.published.consistency.rounding import Rounding, rounds_to, whole

LARGEST_WORK = 20_000_000  # steps of the count; about half a minute
Sums = tuple[int, int]  # sum of the values, and sum of their squares where a deviation is printed (else 0)
Found = dict[Sums, tuple[int, int, int]]  # number of data sets, their smallest and largest sum of squares
Ways = list[dict[int, Found]]  # for each value: what leads on from it, by the people placed before it


@dataclass(frozen=True)
class Grid:
    """Bins of people on a grid: `bins` has for each its count and its values, in steps of `step`.

    With `attained` somebody holds the smallest value and somebody the largest. `closed` says to which of two
    bins a value on their common edge belongs: `upper`, to the one whose upper edge it is, or `lower`.
    """

    bins: tuple[tuple[int, range], ...]
    step: Fraction
    closed: str
    attained: bool

    @property
    def people(self) -> int:
        """How many people the bins hold."""
        return sum(count for count, _ in self.bins)


@dataclass(frozen=True)
class DataCount:
    """How many data sets the grid holds, and how many of them print as the mean (and deviation) in question.

    `sums` are the sums that do; `sd` is the smallest and largest standard deviation (over n - 1) among those data
    sets, None where there are none.
    """

    total: int
    fitting: int
    sums: tuple[Fraction, ...]
    sd: tuple[float, float] | None

    @property
    def share(self) -> float:
        """Share of the data sets on the grid that fit."""
        return self.fitting / self.total if self.total else 0.0


def grid(
    bins: list[tuple[int, Number, Number]],
    minimum: Number,
    maximum: Number,
    step: Number = 1,
    closed: Literal["upper", "lower"] = "upper",
    attained: bool = True,
) -> Grid:
    """The values that people in bins could have, on a grid of steps.

    Parameters: (count, low, high) per bin, in order, each bin beginning where the one before ends; the smallest
    and largest value, which must lie on the grid; the step; see `Grid` for the others. One bin with all people
    stands for no bins. Raises InputError for bins that do not meet, or hold people but no value of the grid.

    Examples
    --------
    >>> [list(values) for _, values in grid([(2, 0, 3), (1, 3, 5)], minimum=1, maximum=5).bins]
    [[1, 2, 3], [4, 5]]
    """
    width = Fraction(step)
    least, most = Fraction(minimum) / width, Fraction(maximum) / width
    if width <= 0 or least.denominator != 1 or most.denominator != 1 or least > most:
        raise InputError(f"The smallest and largest value, {minimum} and {maximum}, must lie on a grid of step {step}.")
    if closed not in ("upper", "lower"):
        raise InputError(f"closed must be 'upper' or 'lower', not '{closed}'.")
    edges = [(whole(count, "A count", 0), Fraction(low) / width, Fraction(high) / width) for count, low, high in bins]
    if any(one[2] != other[1] for one, other in pairwise(edges)):
        raise InputError("Each bin must begin where the one before it ends.")
    made = []
    for place, (count, low, high) in enumerate(edges):
        first = floor(low) + 1 if closed == "upper" and place > 0 else ceil(low)
        last = ceil(high) - 1 if closed == "lower" and place < len(edges) - 1 else floor(high)
        values = range(max(first, int(least)), min(last, int(most)) + 1)
        if count and not values:
            raise InputError(
                f"{count} people are in the bin {bins[place][1]} to {bins[place][2]}, where the grid has no value."
            )
        made.append((count, values))
    kept = tuple((count, values) for count, values in made if count)
    if not kept:
        raise InputError("All bins are empty: there is no data set to look for.")
    if attained and not (kept[0][1][0] == least and kept[-1][1][-1] == most):
        raise InputError("The smallest and the largest value must lie in the first and the last bin with people.")
    if attained and least != most and sum(count for count, _ in kept) == 1:
        raise InputError("One person cannot be both the smallest and the largest value.")
    return Grid(kept, width, closed, attained)


def count_data(on: Grid, mean: str, sd: str | None = None, rounding: Rounding = "half") -> DataCount:
    """How many data sets on the grid print as this mean, and as this standard deviation where one is printed.

    No data set at all is an answer too: then the numbers cannot stand together on this grid. Raises InputError
    for grids beyond about half a minute: take a wider step.

    Examples
    --------
    >>> count_data(grid([(20, 1, 5)], 1, 5, attained=False), "2.2", sd="1.3").fitting
    71
    """
    every = _ways_on(on, squares=sd is not None)[0][0]
    fitting = _fitting(on, every, mean, sd, rounding)
    squares = [(total, square) for (total, _), found in fitting.items() for square in found[1:]]
    deviations = [sqrt(_variance(on, *pair)) for pair in squares] if on.people > 1 else []
    return DataCount(
        total=sum(number for number, *_ in every.values()),
        fitting=sum(number for number, *_ in fitting.values()),
        sums=tuple(sorted({total * on.step for total, _ in fitting})),
        sd=(min(deviations), max(deviations)) if deviations else None,
    )


def sample_data(
    on: Grid, mean: str, size: int, seed: int, sd: str | None = None, rounding: Rounding = "half"
) -> pd.DataFrame:
    """Some of the data sets that `count_data` counts, each as likely as any other.

    Parameters: how many to draw (with replacement), and the seed they follow from. Raises InputError where no
    data set fits.

    Returns
    -------
    DataFrame, one row per person of a data set
        data_set and person (both from 1, people in the order of their values), value
    """
    ways = _ways_on(on, squares=sd is not None)
    fitting = _fitting(on, ways[0][0], mean, sd, rounding)
    if not fitting:
        raise InputError(
            f"No data set on a grid of step {float(on.step):g} has the mean {mean}; there is none to draw."
        )
    random = np.random.default_rng(seed)
    keys = sorted(fitting)
    rows = []
    for data_set in range(1, size + 1):
        chosen = keys[_draw(random, [fitting[key][0] for key in keys])]
        values = [*_walk(random, on, ways, chosen), *_held(on)]
        rows += [(data_set, person, float(value * on.step)) for person, value in enumerate(sorted(values), 1)]
    return pd.DataFrame(rows, columns=["data_set", "person", "value"])


def _held(on: Grid) -> list[int]:
    """Values that somebody is known to hold: the smallest and the largest, where they are attained."""
    if not on.attained:
        return []
    ends = [on.bins[0][1][0], on.bins[-1][1][-1]]
    return ends[: on.people]


def _values(on: Grid) -> list[tuple[int, int, int]]:
    """Each value with the fewest and the most people placed when it has had its turn, those held left out."""
    free = [count for count, _ in on.bins]
    for end in (0, -1)[: len(_held(on))]:
        free[end] -= 1
    found, before = [], 0
    for (_, values), count in zip(on.bins, free, strict=True):
        found += [(value, before, before + count) for value in values]
        before += count
    return found


def _ways_on(on: Grid, squares: bool) -> Ways:
    """For each value and number of people placed before it: the data sets that complete them, by their sums."""
    held, values, done = _held(on), _values(on), 0
    start = (sum(held), sum(value**2 for value in held) if squares else 0)
    ways: Ways = [{values[-1][2]: {start: (1, *[sum(value**2 for value in held)] * 2)}}]
    for value, fewest, most in reversed(values):
        here: dict[int, Found] = {}
        for placed in range(most, fewest - 1, -1):
            here[placed] = dict(ways[-1].get(placed, {}))
            for (total, square), found in here.get(placed + 1, {}).items():
                key = (total + value, square + value**2 if squares else 0)
                more = (found[0], found[1] + value**2, found[2] + value**2)
                here[placed][key] = _joined(here[placed].get(key), more)
            done += len(here[placed])
            if done > LARGEST_WORK:
                raise InputError(f"Counting the data sets needs more than {LARGEST_WORK:,} steps. Take a wider grid.")
        ways.append(here)
    return ways[::-1]


def _joined(one: tuple[int, int, int] | None, other: tuple[int, int, int]) -> tuple[int, int, int]:
    if one is None:
        return other
    return one[0] + other[0], min(one[1], other[1]), max(one[2], other[2])


def _fitting(on: Grid, every: Found, mean: str, sd: str | None, rounding: Rounding) -> Found:
    """Those of the sums that print as the mean and the deviation."""
    means, deviations = rounds_to(mean, rounding), None if sd is None else rounds_to(sd, rounding)
    if sd is not None and on.people < 2:
        raise InputError("A standard deviation needs at least two people.")
    return {
        (total, square): found
        for (total, square), found in every.items()
        if total * on.step / on.people in means
        and (deviations is None or deviations.holds_root_of(_variance(on, total, square)))
    }


def _variance(on: Grid, total: int, square: int) -> Fraction:
    return (square - Fraction(total**2, on.people)) * on.step**2 / (on.people - 1)


def _walk(random: np.random.Generator, on: Grid, ways: Ways, chosen: Sums) -> list[int]:
    """One data set with these sums: at each value, one more person or on to the next, by what each leads to."""
    left, placed, values = chosen, 0, []
    squares = any(square for _, square in ways[0][0])
    for place, (value, *_) in enumerate(_values(on)):
        while True:
            less = (left[0] - value, left[1] - value**2 if squares else 0)
            stay = ways[place].get(placed + 1, {}).get(less, (0,))[0]
            go = ways[place + 1].get(placed, {}).get(left, (0,))[0]
            if _draw(random, [stay, go]) == 1:
                break
            left, placed = less, placed + 1
            values.append(value)
    return values


def _draw(random: np.random.Generator, weights: list[int]) -> int:
    """A place, each as likely as its whole weight, however large; bits are drawn until they fall below the sum."""
    total = sum(weights)
    bits = total.bit_length()
    while (drawn := int.from_bytes(random.bytes(bits // 8 + 1), "little") >> (8 - bits % 8)) >= total:
        pass
    return next(place for place in range(len(weights)) if drawn < sum(weights[: place + 1]))
