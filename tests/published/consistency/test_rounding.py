from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dtstudy.errors import InputError
from dtstudy.published.consistency import rounds_to

MODES = {"half-up": ROUND_HALF_UP, "half-even": ROUND_HALF_EVEN, "trunc": ROUND_DOWN, "ceil": ROUND_CEILING}


def as_printed(value, digits, rule):
    with localcontext(prec=60):
        number = Decimal(value.numerator) / value.denominator
        return str(number.quantize(Decimal(1).scaleb(-digits), rounding=MODES[rule]))


@given(st.fractions(-5, 5, max_denominator=80), st.integers(0, 2), st.sampled_from(list(MODES)))
def test_every_value_lies_in_the_interval_of_what_it_prints_as(value, digits, rule):
    printed = as_printed(value, digits, rule)
    assert value in rounds_to(printed, rule)
    if rule.startswith("half"):
        assert value in rounds_to(printed, "half")


@given(st.integers(-60, 60), st.integers(1, 40), st.sampled_from(list(MODES)), st.integers(-30, 30))
def test_a_value_that_prints_as_another_number_does_not(total, size, rule, tenths):
    value, printed = Fraction(total, size), f"{tenths / 10:.1f}"
    assert (value in rounds_to(printed, rule)) == (Decimal(as_printed(value, 1, rule)) == Decimal(printed))


@pytest.mark.parametrize(
    ("printed", "value", "rules"),
    [
        ("4.7", "4.65", {"half", "half-up", "ceil"}),
        ("4.6", "4.65", {"half", "half-even", "trunc"}),
        ("4.7", "4.79", {"trunc"}),
        ("4.7", "4.61", {"ceil"}),
        ("-4.7", "-4.65", {"half", "half-up"}),
        ("0", "-0.4", {"half", "half-up", "half-even", "trunc", "ceil"}),
    ],
)
def test_halves_and_signs_by_rule(printed, value, rules):
    every = {"half", *MODES}
    assert {rule for rule in every if Fraction(value) in rounds_to(printed, rule)} == rules


@given(st.fractions(0, 5, max_denominator=60), st.integers(0, 40), st.sampled_from(["half", *MODES]))
def test_a_root_is_found_without_taking_it(value, tenths, rule):
    interval = rounds_to(f"{tenths / 10:.1f}", rule)
    assert interval.holds_root_of(value**2) == (value in interval)


def test_numbers_must_come_as_text_with_a_rule_that_is_known():
    with pytest.raises(InputError, match="as text"):
        rounds_to(4.7)
    with pytest.raises(InputError, match="is not a number"):
        rounds_to("about 4")
    with pytest.raises(InputError, match="rounding rule 'up' is unknown; use half, half-up"):
        rounds_to("4.7", "up")
