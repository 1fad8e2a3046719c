"""Can these printed numbers stand together? Exact arithmetic on what any paper prints.

Printed numbers come in as text, because `4.70` says more than `4.7`. All arithmetic is in whole numbers and
fractions. Rounding rules: `half-up`, `half-even`, `half` (either of the two), `trunc` (digits cut off),
`ceil` (rounded up). A check that fails is a question to the authors, not a verdict on them.
"""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cache
from math import ceil, comb, floor, prod
from typing import Literal

import pandas as pd

from dtstudy.errors import InputError

Rounding = Literal["half", "half-up", "half-even", "trunc", "ceil"]
Number = str | int | Fraction
LARGEST_ENUMERATION = 2_000_000


@dataclass(frozen=True)
class Grim:
    """Whether a mean can come from whole numbers: `sums` are the totals that print as it.

    `informative` is False where the sample is so large that every mean passes: then passing says nothing.
    """

    consistent: bool
    sums: tuple[int, ...]
    informative: bool


@dataclass(frozen=True)
class ExactTest:
    """An exact test of association: `p` as a fraction, and the number of `tables` with these margins."""

    p: Fraction
    tables: int

    def __str__(self) -> str:
        return f"exact p = {self.p} = {float(self.p):.4f}, over all {self.tables} tables with these margins"


def grim(mean: str, n: int, items: int = 1, rounding: Rounding = "half") -> Grim:
    """Can this mean be the mean of n whole numbers (of `items` items each)?

    Parameters: the mean as printed; n at least 1. Raises InputError where the mean is no number.
    Reference: Brown & Heathers (2017), Social Psychological and Personality Science 8: 363.

    Examples
    --------
    >>> grim("5.19", 28).consistent
    False
    >>> grim("4.7", 29)
    Grim(consistent=True, sums=(135, 136, 137), informative=False)
    """
    printed, digits = _printed(mean)
    size = _positive(n) * _positive(items)
    step = Fraction(1, 10**digits)
    first, last = floor((printed - step) * size), ceil((printed + step) * size)
    sums = tuple(
        total for total in range(first, last + 1) if _prints_as(Fraction(total, size), printed, digits, rounding)
    )
    return Grim(bool(sums), sums, informative=size < 10**digits)


def denominators(percent: str, count: int, rounding: Rounding = "half") -> tuple[int, ...]:
    """Totals of which `count` is this percentage, as printed (without the sign).

    Raises InputError where the percentage is no number, or so small that no total is too large.

    Examples
    --------
    >>> denominators("46", 29)
    (63,)
    >>> denominators("46", 29, rounding="trunc")
    (62, 63)
    """
    printed, digits = _printed(percent)
    step = Fraction(1, 10**digits)
    least = printed - {"trunc": 0, "ceil": 1}.get(rounding, Fraction(1, 2)) * step
    if least <= 0:
        raise InputError(
            f"{percent} % does not fix a total under the rule '{rounding}': any large enough one would do."
        )
    first, last = floor(100 * count / (printed + step)), ceil(100 * count / least)
    return tuple(
        total
        for total in range(max(first, count, 1), last + 1)
        if _prints_as(Fraction(100 * count, total), printed, digits, rounding)
    )


def mean_bounds(
    bins: list[tuple[int, Number, Number]], minimum: Number | None = None, maximum: Number | None = None
) -> tuple[Fraction, Fraction]:
    """Smallest and largest mean that counts in bins allow, in the unit of the bins.

    Parameters: (count, low, high) per bin; the smallest and largest value where printed (each is then held by
    somebody). Bins that share an edge allow the same bounds whichever bin the edge belongs to. Raises
    InputError where a printed extreme lies outside its bin, or one person would have to be both extremes.

    Examples
    --------
    >>> low, high = mean_bounds([(2, 0, 10), (3, 10, 20)], minimum=1, maximum=19)
    >>> float(low), float(high)
    (8.2, 13.6)
    """
    occupied = sorted((Fraction(low), Fraction(high), int(count)) for count, low, high in bins if count)
    if not occupied:
        raise InputError("All bins are empty: there is no mean to bound.")
    least = occupied[0][0] if minimum is None else Fraction(minimum)
    most = occupied[-1][1] if maximum is None else Fraction(maximum)
    for extreme, (low, high, _) in ((least, occupied[0]), (most, occupied[-1])):
        if not low <= extreme <= high:
            raise InputError(f"The extreme {float(extreme):g} lies outside its bin, {float(low):g} to {float(high):g}.")
    if len(occupied) == 1 and occupied[0][2] == 1 and least != most and None not in (minimum, maximum):
        raise InputError("One person cannot be both the smallest and the largest value.")
    lows = sum(count * max(low, least) for low, _, count in occupied)
    highs = sum(count * min(high, most) for _, high, count in occupied)
    if maximum is not None:
        lows += most - max(occupied[-1][0], least)
    if minimum is not None:
        highs -= min(occupied[0][1], most) - least
    size = sum(count for _, _, count in occupied)
    return Fraction(lows, size), Fraction(highs, size)


def with_totals(cells: pd.DataFrame) -> pd.DataFrame:
    """A table of counts with its row and column sums: the first column names the rows.

    A row and a column `total` are added.
    """
    names, counts = cells.columns[0], cells.set_index(cells.columns[0])
    summed = counts.assign(total=counts.sum(axis="columns"))
    summed.loc["total"] = summed.sum()
    return summed.rename_axis(names).reset_index()


def freeman_halton(table: list[list[int]]) -> ExactTest:
    """Exact test of association in an r x c table, by counting every table with the same margins.

    `p` is the summed probability of all tables no more probable than the one seen. Empty rows and columns are
    dropped; one row or column left gives p = 1. Raises InputError above two million tables. Reference:
    Freeman & Halton (1951), Biometrika 38: 141.

    Examples
    --------
    >>> freeman_halton([[5, 8], [8, 1], [6, 1]])
    ExactTest(p=Fraction(1107, 36685), tables=59)
    """
    rows = [row for row in table if any(row)]
    columns = [column for column in zip(*rows, strict=True) if any(column)]
    if any(cell < 0 or cell != int(cell) for row in table for cell in row):
        raise InputError("The cells of the table must be whole numbers from 0.")
    row_totals, column_totals = tuple(map(sum, zip(*columns, strict=True))), tuple(map(sum, columns))
    if _number_of_tables(row_totals, column_totals) > LARGEST_ENUMERATION:
        raise InputError(f"More than {LARGEST_ENUMERATION:,} tables share these margins: too many to list. Merge rows.")
    weights = _weights(row_totals, column_totals)
    seen = prod(_ways(column) for column in columns)
    total = sum(weight * tables for weight, tables in weights.items())
    extreme = sum(weight * tables for weight, tables in weights.items() if weight <= seen)
    return ExactTest(Fraction(extreme, total), sum(weights.values()))


def months(duration: str) -> Fraction:
    """Months of a printed duration such as '2 weeks'; a month is 30.4375 days.

    >>> round(float(months("2 weeks")), 3)
    0.46
    """
    days = {"day": 1, "week": 7, "month": Fraction("30.4375"), "year": 12 * Fraction("30.4375")}
    try:
        number, unit = duration.split()
        return Fraction(number) * days[unit.removesuffix("s")] / days["month"]
    except (ValueError, KeyError):
        raise InputError(f"'{duration}' is no duration; write it as '2 weeks' or '13 months'.") from None


def _weights(rows: tuple[int, ...], columns: tuple[int, ...]) -> Counter[int]:
    """Number of tables with these margins by weight.

    A table's probability is its weight over the sum of all.
    """
    if len(columns) <= 1:
        return Counter({_ways(rows): 1})
    found: Counter[int] = Counter()
    for column in _splits(rows, columns[0]):
        rest = tuple(total - cell for total, cell in zip(rows, column, strict=True))
        for weight, tables in _weights(rest, columns[1:]).items():
            found[_ways(column) * weight] += tables
    return found


@cache
def _number_of_tables(rows: tuple[int, ...], columns: tuple[int, ...]) -> int:
    if len(columns) <= 1:
        return 1
    rests = (tuple(sorted(t - c for t, c in zip(rows, column, strict=True))) for column in _splits(rows, columns[0]))
    return sum(_number_of_tables(rest, columns[1:]) for rest in rests)


def _splits(rows: tuple[int, ...], total: int) -> list[tuple[int, ...]]:
    """Every column with this total whose cells fit under the row totals."""
    if len(rows) == 1:
        return [(total,)] if total <= rows[0] else []
    return [(cell, *rest) for cell in range(min(rows[0], total) + 1) for rest in _splits(rows[1:], total - cell)]


def _ways(cells: tuple[int, ...]) -> int:
    """In how many ways the people of one column can fill its cells."""
    return prod(comb(sum(cells[: place + 1]), cell) for place, cell in enumerate(cells))


def _printed(number: str) -> tuple[Fraction, int]:
    if not isinstance(number, str):
        raise InputError(f"Give {number} as text, such as '4.70': the digits printed are part of the evidence.")
    try:
        value = Decimal(number.strip())
        return Fraction(value), max(0, -int(value.as_tuple().exponent))
    except (InvalidOperation, ValueError, OverflowError):
        raise InputError(f"'{number}' is not a number.") from None


def _positive(number: int) -> int:
    if number < 1 or number != int(number):
        raise InputError(f"A sample size or number of items must be a whole number from 1, not {number}.")
    return int(number)


def _prints_as(value: Fraction, printed: Fraction, digits: int, rounding: Rounding) -> bool:
    scaled, target = value * 10**digits, printed * 10**digits
    down = floor(scaled)
    results = {
        "half-up": floor(scaled + Fraction(1, 2)),
        "half-even": round(scaled),
        "trunc": down,
        "ceil": ceil(scaled),
    }
    if rounding == "half":
        return target in (results["half-up"], results["half-even"])
    if rounding not in results:
        raise InputError(f"The rounding rule '{rounding}' is unknown; use half, {', '.join(results)}.")
    return target == results[rounding]
