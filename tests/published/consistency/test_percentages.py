from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dtstudy.errors import InputError
from dtstudy.published.consistency import denominators


@pytest.mark.parametrize(
    ("rounding", "totals"), [("half", (63,)), ("half-up", (63,)), ("trunc", (62, 63)), ("ceil", (64,))]
)
def test_forty_six_per_cent_fixes_the_denominator(rounding, totals):
    assert denominators("46", 29, rounding=rounding) == totals


@given(st.integers(1, 200), st.integers(1, 100))
def test_denominators_equal_a_search_of_all_totals(count, percent):
    low, high = 100 * count / (percent + 0.5), 100 * count / max(percent - 0.5, 0.5)
    brute = [
        total
        for total in range(max(count, int(low) - 1), int(high) + 2)
        if abs(Fraction(100 * count, total) - percent) < Fraction(1, 2)
        or Fraction(100 * count, total) == Fraction(2 * percent - 1, 2)
        or (Fraction(100 * count, total) == Fraction(2 * percent + 1, 2) and percent % 2 == 0)
    ]
    assert list(denominators(str(percent), count)) == brute


def test_digits_behind_the_point_narrow_the_totals():
    assert denominators("33", 1) == (3,)
    assert denominators("33.4", 1) == ()
    assert set(denominators("33.33", 200)) < set(denominators("33.3", 200)) < set(denominators("33", 200))


def test_a_share_that_fixes_no_total_is_refused_and_an_impossible_one_has_none():
    with pytest.raises(InputError, match="does not fix a total"):
        denominators("0", 3)
    with pytest.raises(InputError, match="does not fix a total"):
        denominators("0", 0)
    assert denominators("12", 0) == ()
    assert denominators("101", 5) == ()
