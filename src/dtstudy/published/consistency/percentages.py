"""Percentages: of how many?"""

from fractions import Fraction
from math import ceil, floor

from dtstudy.errors import InputError
from dtstudy.published.consistency.rounding import Rounding, rounds_to, whole


def denominators(percent: str, count: int, rounding: Rounding = "half") -> tuple[int, ...]:
    """Totals of which `count` is this percentage, as printed (without the sign).

    Nobody is any percentage but nought, and nought is 0 % of any number: a count of 0 fixes no total. Raises
    InputError where the percentage is no number, or so small that no total is too large.

    Examples
    --------
    >>> denominators("46", 29)
    (63,)
    >>> denominators("46", 29, rounding="trunc")
    (62, 63)
    """
    share, count = rounds_to(percent, rounding), whole(count, "A count", least=0)
    if share.high < 0 or (count == 0 and Fraction(0) not in share):
        return ()
    if share.low <= 0:
        raise InputError(
            f"{percent} % does not fix a total under the rule '{rounding}': any large enough one would do."
        )
    first, last = floor(100 * count / share.high), ceil(100 * count / share.low)
    return tuple(total for total in range(max(first, count, 1), last + 1) if Fraction(100 * count, total) in share)
