from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from itertools import product
from math import comb

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from dtstudy.errors import InputError
from dtstudy.published import consistency as c

TABLE_1 = [[5, 8], [8, 1], [6, 1]]
COUNTS = st.integers(0, 6)


def test_table_1_of_the_paper_by_full_enumeration():
    assert c.freeman_halton(TABLE_1) == c.ExactTest(Fraction(1107, 36685), 59)


@pytest.mark.parametrize(
    ("table", "p"),
    [
        ([[5, 8], [14, 2]], 0.01612051117298),
        ([[5, 8], [8, 1]], 0.03060592658116),
        ([[5, 8], [6, 1]], 0.0702786377709),
    ],
)
def test_merged_and_paired_rows_of_table_1(table, p):
    assert float(c.freeman_halton(table).p) == pytest.approx(p, abs=1e-6)


@given(
    st.tuples(COUNTS, COUNTS, COUNTS, COUNTS).filter(
        lambda cells: all((cells[0] + cells[1], cells[2] + cells[3], cells[0] + cells[2], cells[1] + cells[3]))
    )
)
def test_two_by_two_equals_fisher(cells):
    table = [list(cells[:2]), list(cells[2:])]
    assert float(c.freeman_halton(table).p) == pytest.approx(fisher_exact(table).pvalue, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=2, max_size=3))
def test_larger_tables_equal_a_walk_through_all_tables(table):
    rows, columns = [sum(row) for row in table], [sum(column) for column in zip(*table, strict=True)]
    if not sum(rows):
        return

    def ways(cells):
        weight = Fraction(1)
        for total, column in zip(columns, zip(*cells, strict=True), strict=True):
            for cell in column:
                weight *= comb(total, cell)
                total -= cell
        return weight

    def columns_of(total):
        return [cells for cells in product(*(range(row + 1) for row in rows)) if sum(cells) == total]

    every = [
        list(zip(*choice, strict=True))
        for choice in product(*(columns_of(total) for total in columns))
        if [sum(row) for row in zip(*choice, strict=True)] == rows
    ]
    extreme = sum(ways(other) for other in every if ways(other) <= ways(table))
    found = c.freeman_halton(table)
    assert found.p == extreme / sum(ways(other) for other in every)
    assert found.tables == len(every)


def test_an_empty_row_is_dropped_and_one_row_gives_p_1():
    assert c.freeman_halton([[5, 8], [0, 0], [8, 1]]).p == c.freeman_halton([[5, 8], [8, 1]]).p
    assert c.freeman_halton([[5, 8], [0, 0]]) == c.ExactTest(Fraction(1), 1)


def test_too_many_tables_are_refused_with_a_remedy():
    with pytest.raises(InputError, match="Merge rows"):
        c.freeman_halton([[1, 3, 10, 6], [2, 3, 10, 7], [1, 6, 14, 12], [0, 1, 9, 11]])


@pytest.mark.parametrize(
    ("mean", "n", "consistent"),
    [("5.19", 28, False), ("4.7", 29, True), ("4.70", 29, False), ("3.45", 20, True)],
)
def test_grim(mean, n, consistent):
    assert c.grim(mean, n).consistent is consistent


def test_grim_has_no_power_where_every_mean_passes():
    assert c.grim("4.7", 29) == c.Grim(True, (135, 136, 137), informative=False)
    assert all(c.grim(f"{tenths / 10:.1f}", 29).consistent for tenths in range(100))
    assert not all(c.grim(f"{tenths / 10:.1f}", 9).consistent for tenths in range(100))


@given(
    st.integers(1, 60),
    st.integers(0, 400),
    st.integers(0, 2),
    st.sampled_from(["half-up", "half-even", "trunc", "ceil"]),
)
def test_grim_accepts_every_mean_that_really_arises(n, total, digits, rule):
    modes = {
        "half-up": ROUND_HALF_UP,
        "half-even": ROUND_HALF_EVEN,
        "trunc": ROUND_DOWN,
        "ceil": ROUND_CEILING,
    }
    with localcontext(prec=60):
        printed = str((Decimal(total) / n).quantize(Decimal(1).scaleb(-digits), rounding=modes[rule]))
    assert total in c.grim(printed, n, rounding=rule).sums


def test_numbers_must_come_as_text():
    with pytest.raises(InputError, match="as text"):
        c.grim(4.7, 29)
    with pytest.raises(InputError, match="is not a number"):
        c.grim("about 4", 29)


@pytest.mark.parametrize(
    ("rounding", "totals"), [("half", (63,)), ("half-up", (63,)), ("trunc", (62, 63)), ("ceil", (64,))]
)
def test_forty_six_per_cent_fixes_the_denominator(rounding, totals):
    assert c.denominators("46", 29, rounding=rounding) == totals


@given(st.integers(1, 200), st.integers(1, 200))
def test_denominators_equal_a_search_of_all_totals(count, percent):
    if percent > 100:
        return
    found = c.denominators(str(percent), count)
    low, high = 100 * count / (percent + 0.5), 100 * count / max(percent - 0.5, 0.5)
    brute = [
        total
        for total in range(max(count, int(low) - 1), int(high) + 2)
        if abs(Fraction(100 * count, total) - percent) < Fraction(1, 2)
        or Fraction(100 * count, total) == Fraction(2 * percent - 1, 2)
        or (Fraction(100 * count, total) == Fraction(2 * percent + 1, 2) and percent % 2 == 0)
    ]
    assert list(found) == brute


def test_mean_bounds_of_the_paper():
    low, high = c.mean_bounds([(13, 0, 3), (9, 3, 6), (7, 6, 13)], c.months("2 weeks"), c.months("13 months"))
    assert float(low) == pytest.approx(2.8268781420378106, abs=1e-9)
    assert float(high) == pytest.approx(6.257239963180627, abs=1e-9)


@given(st.lists(st.integers(0, 20), min_size=2, max_size=7))
def test_the_true_mean_lies_within_the_bounds(values):
    edges = [(0, 5), (5, 10), (10, 20)]
    counts = [sum(low <= value < high or value == high == 20 for value in values) for low, high in edges]
    bins = [(count, *edge) for count, edge in zip(counts, edges, strict=True)]
    low, high = c.mean_bounds(bins, min(values), max(values))
    assert low <= Fraction(sum(values), len(values)) <= high
    assert c.mean_bounds(bins)[0] <= low and high <= c.mean_bounds(bins)[1]


@given(st.lists(st.integers(0, 4), min_size=2, max_size=5))
def test_the_bounds_are_attained(values):
    """Over all data on a grid with these bins and extremes, the smallest and largest mean are the bounds."""
    edges = [(0, 2), (2, 4)]
    counts = [sum(value < 2 for value in values), sum(value >= 2 for value in values)]
    bins = [(count, *edge) for count, edge in zip(counts, edges, strict=True)]
    low, high = c.mean_bounds(bins, min(values), max(values))
    inside = [range(edge[0], edge[1] + 1) for count, edge in zip(counts, edges, strict=True) for _ in range(count)]
    means = [
        Fraction(sum(data), len(data))
        for data in product(*inside)
        if min(data) == min(values) and max(data) == max(values)
    ]
    assert (low, high) == (min(means), max(means))


def test_an_extreme_outside_its_bin_is_refused():
    with pytest.raises(InputError, match="outside its bin"):
        c.mean_bounds([(2, 0, 3), (2, 3, 6)], minimum=4)


def test_sums_are_made_anew():
    cells = pd.DataFrame({"band": ["a", "b"], "x": [5, 8], "y": [8, 1]})
    assert c.with_totals(cells).to_numpy().tolist() == [["a", 5, 8, 13], ["b", 8, 1, 9], ["total", 13, 9, 22]]
