from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from itertools import combinations_with_replacement
from statistics import stdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dtstudy.errors import InputError
from dtstudy.published.consistency import Grim, debit, grim, grimmer

from .test_rounding import MODES, as_printed


@pytest.mark.parametrize(
    ("mean", "n", "consistent"),
    [("5.19", 28, False), ("4.7", 29, True), ("4.70", 29, False), ("3.45", 20, True)],
)
def test_grim(mean, n, consistent):
    assert grim(mean, n).consistent is consistent


def test_grim_has_no_power_where_every_mean_passes():
    assert grim("4.7", 29) == Grim(True, (135, 136, 137), informative=False)
    assert all(grim(f"{tenths / 10:.1f}", 29).consistent for tenths in range(100))
    assert not all(grim(f"{tenths / 10:.1f}", 9).consistent for tenths in range(100))


@given(st.integers(1, 60), st.integers(-40, 400), st.integers(0, 2), st.sampled_from(list(MODES)))
def test_grim_accepts_every_mean_that_really_arises(n, total, digits, rule):
    assert total in grim(as_printed(Fraction(total, n), digits, rule), n, rounding=rule).sums


def test_items_and_other_units_are_finer_grains():
    assert not grim("3.25", 2).consistent and grim("3.25", 2, items=2).consistent
    assert grim("4.7", 29, items="4.348").sums == (587, 588, 589, 590, 591, 592, 593, 594, 595, 596, 597, 598)
    for items in (0, "many", -2):
        with pytest.raises(InputError, match="number of items"):
            grim("3.25", 2, items=items)


def test_a_size_below_one_is_refused():
    with pytest.raises(InputError, match="A sample size must be a whole number from 1, not 0"):
        grim("4.7", 0)


PRINTED = [  # mean, SD, n and verdict of the R package scrutiny (its data set pigs5 and its example)
    ("7.22", "5.30", 38, False),
    ("4.74", "6.55", 31, True),
    ("5.23", "2.55", 35, False),
    ("2.57", "2.57", 30, True),
    ("6.77", "2.18", 33, False),
    ("2.68", "2.59", 34, True),
    ("7.01", "6.68", 35, False),
    ("7.38", "3.65", 32, True),
    ("3.14", "5.32", 33, False),
    ("6.89", "4.18", 37, True),
    ("5.00", "2.18", 31, True),
    ("0.24", "6.43", 34, True),
    ("7.3", "2.51", 12, False),
]


@pytest.mark.parametrize(("mean", "sd", "n", "consistent"), PRINTED)
def test_grimmer_as_scrutiny(mean, sd, n, consistent):
    assert grimmer(mean, sd, n).consistent is consistent


def test_grimmer_fails_where_grim_fails_and_says_at_which_step():
    assert grimmer("7.22", "5.30", 38).reason == "no whole sum prints as the mean (GRIM)"
    assert grimmer("7.3", "2.54", 12).reason == "no whole sum of squares prints as the standard deviation"
    assert grimmer("5.23", "2.55", 35).reason == "sum of squares 1178 is even, but the sum 183 is odd"


def rounded(number, digits=2):
    with localcontext(prec=60):
        return str(Decimal(number).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))


@given(st.lists(st.integers(-3, 9), min_size=2, max_size=30), st.integers(1, 3), st.integers(1, 3))
def test_grimmer_accepts_every_pair_that_really_arises(values, items, digits):
    with localcontext(prec=60):
        mean = Decimal(sum(values)) / (len(values) * items)
        square = Fraction(sum(value**2 for value in values)) - Fraction(sum(values) ** 2, len(values))
        variance = square / (items**2 * (len(values) - 1))
        sd = (Decimal(variance.numerator) / variance.denominator).sqrt()
    found = grimmer(rounded(mean, digits), rounded(sd, digits), len(values), items, "half-up")
    assert (sum(values), sum(value**2 for value in values)) in found.squares


def test_grimmer_refuses_no_pair_of_five_values_on_a_scale_and_most_others():
    """Every set of five values from 0 to 6: what arises passes, and of what does not, three in four fail."""
    real = {(f"{sum(values) / 5:.1f}", rounded(stdev(values))) for values in combinations_with_replacement(range(7), 5)}
    grid = {(f"{tenths / 10:.1f}", f"{cents / 100:.2f}") for tenths in range(0, 61, 2) for cents in range(0, 330)}
    passed = {pair for pair in grid if grimmer(*pair, 5, rounding="half-up").consistent}
    assert real <= passed
    assert len(passed) < len(grid) / 4


def test_a_deviation_needs_two_people_and_a_size():
    with pytest.raises(InputError, match="whole number from 2, not 1"):
        grimmer("4", "1", 1)
    with pytest.raises(InputError, match="cannot be -1"):
        grimmer("4", "-1", 5)


@settings(max_examples=60)
@given(st.integers(2, 60), st.data())
def test_debit_accepts_every_pair_that_really_arises_and_names_the_ones(n, data):
    ones = data.draw(st.integers(0, n))
    mean, sd = rounded(Decimal(ones) / n), rounded(stdev([1] * ones + [0] * (n - ones)))
    found = debit(mean, sd, n, rounding="half-up")
    by_hand = tuple(
        k for k in range(n + 1) if rounded(Decimal(k) / n) == mean and rounded(stdev([1] * k + [0] * (n - k))) == sd
    )
    assert found.consistent and found.ones == by_hand


@pytest.mark.parametrize(("mean", "sd", "consistent"), [("0.53", "0.50", True), ("0.19", "0.35", False)])
def test_debit_by_the_formula(mean, sd, consistent):
    assert debit(mean, sd, 1683).consistent is consistent
    deviation = (1683 / 1682 * float(mean) * (1 - float(mean))) ** 0.5
    assert (abs(deviation - float(sd)) < 0.01) is consistent


def test_debit_is_for_noughts_and_ones_alone():
    with pytest.raises(InputError, match="not the mean of noughts and ones"):
        debit("4.7", "1.2", 29)
    with pytest.raises(InputError, match="from 2"):
        debit("0.5", "0.5", 1)
