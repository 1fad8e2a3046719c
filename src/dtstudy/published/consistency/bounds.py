"""Bounds: what counts in bins, and sums of counts, say of the numbers behind them."""

from fractions import Fraction

import pandas as pd

from dtstudy.errors import InputError

Number = str | int | Fraction


def mean_bounds(
    bins: list[tuple[int, Number, Number | None]], minimum: Number | None = None, maximum: Number | None = None
) -> tuple[Fraction, Fraction | None]:
    """Smallest and largest mean that counts in bins allow, in the unit of the bins.

    Parameters: (count, low, high) per bin; the smallest and largest value where printed (each is then held by
    somebody). Bins that share an edge allow the same bounds whichever bin the edge belongs to. The last bin may
    be open (high None): without a maximum the largest mean is then None, for there is no bound. Raises
    InputError where a printed extreme lies outside its bin, or one person would have to be both extremes.

    Examples
    --------
    >>> low, high = mean_bounds([(2, 0, 10), (3, 10, 20)], minimum=1, maximum=19)
    >>> float(low), float(high)
    (8.2, 13.6)
    >>> mean_bounds([(2, 0, 10), (2, 10, None)])
    (Fraction(5, 1), None)
    """
    occupied = sorted(
        ((Fraction(low), None if high is None else Fraction(high), int(count)) for count, low, high in bins if count),
        key=lambda bin_: bin_[0],
    )
    if not occupied:
        raise InputError("All bins are empty: there is no mean to bound.")
    if any(high is None for _, high, _ in occupied[:-1]):
        raise InputError("Only the last bin can be open.")
    least = occupied[0][0] if minimum is None else Fraction(minimum)
    most = occupied[-1][1] if maximum is None else Fraction(maximum)
    for extreme, (low, high, _) in ((least, occupied[0]), (most, occupied[-1])):
        if extreme is not None and not (low <= extreme and (high is None or extreme <= high)):
            edge = "open" if high is None else f"{float(high):g}"
            raise InputError(f"The extreme {float(extreme):g} lies outside its bin, {float(low):g} to {edge}.")
    if len(occupied) == 1 and occupied[0][2] == 1 and least != most and None not in (minimum, maximum):
        raise InputError("One person cannot be both the smallest and the largest value.")
    size = sum(count for _, _, count in occupied)
    lows = sum(count * max(low, least) for low, _, count in occupied)
    if maximum is not None:
        lows += most - max(occupied[-1][0], least)
    if most is None:
        return Fraction(lows, size), None
    highs = sum(count * (most if high is None else min(high, most)) for _, high, count in occupied)
    if minimum is not None:
        highs -= (most if occupied[0][1] is None else min(occupied[0][1], most)) - least
    return Fraction(lows, size), Fraction(highs, size)


def with_totals(cells: pd.DataFrame) -> pd.DataFrame:
    """A table of counts with its row and column sums: the first column names the rows.

    A row and a column `total` are added.
    """
    names, counts = cells.columns[0], cells.set_index(cells.columns[0])
    summed = counts.assign(total=counts.sum(axis="columns"))
    summed.loc["total"] = summed.sum()
    return summed.rename_axis(names).reset_index()


def months(duration: str) -> Fraction:
    """Months of a printed duration such as '2 weeks'; a month is 30.4375 days.

    >>> round(float(months("2 weeks")), 3)
    0.46
    """
    days = {"day": 1, "week": 7, "month": Fraction("30.4375"), "year": 12 * Fraction("30.4375")}
    try:
        number, unit = duration.split()
        return Fraction(number) * days[unit.removesuffix("s")] / days["month"]
    except (ValueError, KeyError, ZeroDivisionError):
        raise InputError(f"'{duration}' is no duration; write it as '2 weeks' or '13 months'.") from None
