"""Printed numbers: their digits, and the values that a rounding rule prints as them."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Literal, get_args

from dtstudy.errors import InputError

Rounding = Literal["half", "half-up", "half-even", "trunc", "ceil"]
RULES: tuple[str, ...] = get_args(Rounding)


@dataclass(frozen=True)
class Interval:
    """The values that print as one number: the ends, and whether each end is among them."""

    low: Fraction
    high: Fraction
    with_low: bool
    with_high: bool

    def __contains__(self, value: Fraction) -> bool:
        return (self.low < value or (self.with_low and value == self.low)) and (
            value < self.high or (self.with_high and value == self.high)
        )

    def holds_root_of(self, square: Fraction) -> bool:
        """Whether the positive root of a number lies here; no root is ever taken."""
        low, high = max(self.low, Fraction(0)), max(self.high, Fraction(0))
        above = low**2 < square or (square == low**2 and (self.with_low or self.low < 0))
        return above and (square < high**2 or (self.with_high and square == high**2))


def printed(number: str) -> tuple[Fraction, int]:
    """The value of a printed number and how many digits stand behind its point.

    Raises InputError where it is no text, or no number.

    >>> printed("4.70")
    (Fraction(47, 10), 2)
    """
    if not isinstance(number, str):
        raise InputError(f"Give {number} as text, such as '4.70': the digits printed are part of the evidence.")
    try:
        value = Decimal(number.strip())
        return Fraction(value), max(0, -int(value.as_tuple().exponent))
    except (InvalidOperation, ValueError, OverflowError):
        raise InputError(f"'{number}' is not a number.") from None


def rounds_to(number: str, rounding: Rounding = "half") -> Interval:
    """The values that print as this number under a rounding rule.

    `half` takes both usual rules for halves, since papers do not say which was used. Below zero the rules are
    mirrored, except `ceil`, which goes up. Raises InputError for an unknown rule.

    >>> rounds_to("4.7").low, Fraction("4.75") in rounds_to("4.7"), Fraction("4.75") in rounds_to("4.7", "trunc")
    (Fraction(93, 20), False, True)
    """
    value, digits = printed(number)
    unit = Fraction(1, 10**digits)
    half, even = unit / 2, (value / unit) % 2 == 0
    if rounding == "ceil":
        return Interval(value - unit, value, False, True)
    if rounding == "trunc":
        low, high = (value if value > 0 else value - unit), (value if value < 0 else value + unit)
        return Interval(low, high, value > 0, value < 0)
    if rounding == "half-even":
        return Interval(value - half, value + half, even, even)
    if rounding == "half-up":
        return Interval(value - half, value + half, value > 0, value < 0)
    if rounding == "half":
        return Interval(value - half, value + half, value > 0 or even, value < 0 or even)
    raise InputError(f"The rounding rule '{rounding}' is unknown; use {', '.join(RULES)}.")


def whole(number: int, what: str, least: int = 1) -> int:
    """The number, where it is a whole one from `least`; else an InputError that says what it should be."""
    if isinstance(number, bool) or number != number or number < least or number != int(number):
        raise InputError(f"{what} must be a whole number from {least}, not {number}.")
    return int(number)
