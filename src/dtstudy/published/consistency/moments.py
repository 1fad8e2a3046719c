"""Means and standard deviations of whole numbers: can they be what is printed? (GRIM, GRIMMER, DEBIT)"""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from dtstudy.errors import InputError
from dtstudy.published.consistency.rounding import Interval, Rounding, printed, rounds_to, whole


@dataclass(frozen=True)
class Grim:
    """Whether a mean can come from whole numbers: `sums` are the totals that print as it.

    `informative` is False where the sample is so large that every mean passes: then passing says nothing.
    """

    consistent: bool
    sums: tuple[int, ...]
    informative: bool


@dataclass(frozen=True)
class Grimmer:
    """Whether a mean and a standard deviation can come from the same whole numbers.

    `reason` says which step failed, empty where none did; `squares` are the pairs (sum, sum of squares) that
    print as both.
    """

    consistent: bool
    reason: str
    squares: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Debit:
    """Whether a mean and a standard deviation can come from the same noughts and ones.

    `ones` are the numbers of ones that print as both.
    """

    consistent: bool
    ones: tuple[int, ...]


def grim(mean: str, n: int, items: int | str | Fraction = 1, rounding: Rounding = "half") -> Grim:
    """Can this mean be the mean of n whole numbers?

    Parameters: the mean as printed; n at least 1; `items`, how many units make one of the printed scale: the
    items a score is averaged over, or 2 for half months, '4.348' for weeks in months. Units that were not
    recorded whole are outside the reach of the test. Raises InputError where the mean is no number. Reference:
    Brown & Heathers (2017), Social Psychological and Personality Science 8: 363.

    Examples
    --------
    >>> grim("5.19", 28).consistent
    False
    >>> grim("4.7", 29)
    Grim(consistent=True, sums=(135, 136, 137), informative=False)
    """
    values = rounds_to(mean, rounding)
    size = whole(n, "A sample size") * _units(items)
    sums = _whole_in(values, size)
    return Grim(bool(sums), sums, informative=size < 10 ** printed(mean)[1])


def grimmer(mean: str, sd: str, n: int, items: int = 1, rounding: Rounding = "half") -> Grimmer:
    """Can this mean and this standard deviation (over n - 1) come from the same n whole numbers?

    The sum must print as the mean (GRIM); a whole sum of squares must print as the deviation; and both must be
    even, or both odd, since a number and its square are. What passes all three may still be impossible on a
    scale with ends: see `count_data`. Parameters: as for `grim`; `items` is a whole number. Raises InputError
    for n below 2 or a deviation below 0. References: Anaya (2016), PeerJ Preprints 4: e2400v1; Allard (2018).

    Examples
    --------
    >>> grimmer("7.3", "2.51", 12)  # an example of the R package scrutiny
    Grimmer(consistent=False, reason='sum of squares 700 is even, but the sum 87 is odd', squares=())
    """
    n, items = whole(n, "A sample size for a standard deviation", least=2), whole(items, "A number of items")
    if printed(sd)[0] < 0:
        raise InputError(f"A standard deviation cannot be {sd}.")
    deviations, sums = rounds_to(sd, rounding), grim(mean, n, items, rounding).sums
    if not sums:
        return Grimmer(False, "no whole sum prints as the mean (GRIM)", ())
    pairs = [(total, square) for total in sums for square in _sums_of_squares(total, deviations, n, items)]
    if not pairs:
        return Grimmer(False, "no whole sum of squares prints as the standard deviation", ())
    alike = tuple((total, square) for total, square in pairs if total % 2 == square % 2)
    if not alike:
        total, square = pairs[0]
        parity = ("even", "odd")
        return Grimmer(
            False, f"sum of squares {square} is {parity[square % 2]}, but the sum {total} is {parity[total % 2]}", ()
        )
    return Grimmer(True, "", alike)


def debit(mean: str, sd: str, n: int, rounding: Rounding = "half") -> Debit:
    """Can this mean and this standard deviation (over n - 1) come from the same n noughts and ones?

    Every number of ones that prints as the mean is tried. Raises InputError for n below 2, and for a mean
    outside 0 to 1, which no such variable has. Reference: Heathers & Brown (2019), DEBIT.

    Examples
    --------
    >>> debit("0.19", "0.35", 1683).consistent  # the deviation could only be 0.39
    False
    """
    n = whole(n, "A sample size for a standard deviation", least=2)
    if not 0 <= printed(mean)[0] <= 1:
        raise InputError(f"A mean of {mean} is not the mean of noughts and ones; DEBIT is for these alone.")
    deviations = rounds_to(sd, rounding)
    candidates = [ones for ones in _whole_in(rounds_to(mean, rounding), Fraction(n)) if 0 <= ones <= n]
    ones = tuple(one for one in candidates if deviations.holds_root_of(Fraction(one * (n - one), n * (n - 1))))
    return Debit(bool(ones), ones)


def _units(items: int | str | Fraction) -> Fraction:
    try:
        units = Fraction(items)
    except (ValueError, TypeError, ZeroDivisionError):
        raise InputError(f"A number of items must be a number above 0, not {items}.") from None
    if units <= 0:
        raise InputError(f"A number of items must be a number above 0, not {items}.")
    return units


def _whole_in(values: Interval, size: Fraction) -> tuple[int, ...]:
    """Whole sums whose mean over `size` units lies in the interval."""
    candidates = range(floor(values.low * size), ceil(values.high * size) + 1)
    return tuple(total for total in candidates if Fraction(total) / size in values)


def _sums_of_squares(total: int, deviations: Interval, n: int, items: int) -> list[int]:
    """Whole sums of squares that print as the deviation, with this sum; in units of one item."""
    low, high = (max(end, Fraction(0)) ** 2 for end in (deviations.low, deviations.high))
    first, last = (items**2 * (n - 1) * variance + Fraction(total**2, n) for variance in (low, high))
    return [
        square
        for square in range(floor(first), ceil(last) + 1)
        if n * square >= total**2 and deviations.holds_root_of((square - Fraction(total**2, n)) / (items**2 * (n - 1)))
    ]
