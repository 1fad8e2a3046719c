import time
from fractions import Fraction
from itertools import product
from math import comb, inf, isnan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact, hypergeom
from scipy.stats.contingency import odds_ratio as scipy_odds_ratio

from dtstudy.errors import InputError
from dtstudy.published import consistency as c

TABLE_1 = [[5, 8], [8, 1], [6, 1]]
JOB_SATISFACTION = [[1, 3, 10, 6], [2, 3, 10, 7], [1, 6, 14, 12], [0, 1, 9, 11]]  # Agresti (2002), p. 57
COUNTS = st.integers(0, 6)
TWO_BY_TWO = st.tuples(COUNTS, COUNTS, COUNTS, COUNTS).filter(
    lambda cells: all((cells[0] + cells[1], cells[2] + cells[3], cells[0] + cells[2], cells[1] + cells[3]))
)


def test_table_1_of_the_paper():
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


def test_ninety_million_tables_are_counted_without_listing_them():
    found = c.freeman_halton(JOB_SATISFACTION)
    assert float(found.p) == pytest.approx(0.7826849389656, abs=1e-6)
    assert found.tables == 90_208_550


@given(TWO_BY_TWO)
def test_two_by_two_equals_fisher(cells):
    table = [list(cells[:2]), list(cells[2:])]
    assert float(c.freeman_halton(table).p) == pytest.approx(fisher_exact(table).pvalue, abs=1e-9)


@settings(max_examples=40)
@given(
    st.integers(2, 3).flatmap(
        lambda width: st.lists(st.lists(st.integers(0, 3), min_size=width, max_size=width), min_size=2, max_size=4)
    )
)
def test_larger_tables_equal_a_walk_through_all_tables(table):
    rows, columns = [sum(row) for row in table], [sum(column) for column in zip(*table, strict=True)]
    if not 0 < sum(rows) <= 14:
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


@settings(max_examples=30)
@given(st.lists(st.lists(st.integers(0, 5), min_size=3, max_size=3), min_size=3, max_size=3), st.permutations(range(3)))
def test_order_and_turning_of_the_table_do_not_matter(table, order):
    if not any(map(any, table)):
        return
    moved = [[table[row][column] for row in range(3)] for column in order]
    assert c.freeman_halton(moved) == c.freeman_halton(table)


def test_an_empty_row_is_dropped_and_one_row_gives_p_1():
    assert c.freeman_halton([[5, 8], [0, 0], [8, 1]]).p == c.freeman_halton([[5, 8], [8, 1]]).p
    assert c.freeman_halton([[5, 8], [0, 0]]) == c.ExactTest(Fraction(1), 1)


def test_tables_beyond_reach_are_refused_at_once_with_a_remedy():
    began = time.monotonic()
    with pytest.raises(InputError, match="too many. Merge rows"):
        c.freeman_halton([[10] * 8 for _ in range(8)])
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ([[1, -1], [2, 2]], "whole numbers from 0"),
        ([[1, 0.5], [2, 2]], "whole numbers from 0"),
        ([[1, 2], [2]], "same number of cells"),
        ([[0, 0], [0, 0]], "nothing to test"),
    ],
)
def test_cells_that_are_no_counts_are_refused(table, sentence):
    with pytest.raises(InputError, match=sentence):
        c.freeman_halton(table)


def test_a_long_fraction_is_not_printed():
    assert str(c.freeman_halton(TABLE_1)) == "exact p = 1107/36685 = 0.0302, over all 59 tables with these margins"
    long = str(c.freeman_halton([[20, 31, 9], [17, 22, 30]]))
    assert "/" not in long and long.startswith("exact p = 0.00")


ODDS = [
    ([[5, 8], [14, 2]], 0.08928571428571429, 0.09877380451435602, 0.007693546193506913, 0.7175404995159901),
    ([[5, 8], [8, 1]], 0.078125, 0.0884722977248457, 0.001569591855234235, 0.995946388806792),
    ([[5, 8], [6, 1]], 0.10416666666666667, 0.11718538820724955, 0.0020186473641232027, 1.4150250658267107),
]


@pytest.mark.parametrize(("table", "sample", "conditional", "low", "high"), ODDS)
def test_odds_ratios_of_table_1_by_exact_roots(table, sample, conditional, low, high):
    found = c.odds_ratio(table)
    assert (found.sample, found.conditional, found.low, found.high) == pytest.approx(
        (sample, conditional, low, high), rel=1e-10
    )


@given(TWO_BY_TWO)
def test_odds_ratios_equal_scipy(cells):
    table = [list(cells[:2]), list(cells[2:])]
    found, theirs = c.odds_ratio(table), scipy_odds_ratio(table)
    limits = theirs.confidence_interval(0.95)
    expected = (theirs.statistic, limits.low, limits.high)
    assert (found.conditional, found.low, found.high) == pytest.approx(expected, rel=1e-5, nan_ok=True)


def test_an_empty_cell_gives_an_open_interval_and_a_mended_ratio_beside():
    found = c.odds_ratio([[0, 5], [7, 3]])
    assert (found.sample, found.conditional, found.low) == (0, 0, 0) and 0 < found.high < 1
    assert found.haldane == pytest.approx(0.5 * 3.5 / (5.5 * 7.5))
    turned = c.odds_ratio([[5, 0], [3, 7]])
    assert (turned.sample, turned.conditional, turned.high) == (inf, inf, inf) and turned.low > 1


def test_an_empty_margin_gives_no_ratio():
    found = c.odds_ratio([[0, 0], [2, 3]])
    assert isnan(found.sample) and isnan(found.conditional) and (found.low, found.high) == (0, inf)


def test_an_odds_ratio_of_another_shape_or_level_is_refused():
    with pytest.raises(InputError, match="two rows and two columns"):
        c.odds_ratio(TABLE_1)
    with pytest.raises(InputError, match="between 0 and 1; 95"):
        c.odds_ratio([[5, 8], [8, 1]], level=95)


def test_chi_square_of_table_1_and_why_not_to_use_it():
    found = c.association(TABLE_1)
    assert (found.chi2, found.chi2_p, found.df) == pytest.approx((7.652078915236811, 0.021795767975031202, 2), abs=1e-9)
    assert (found.g2, found.g2_p) == pytest.approx((8.01892938701597, 0.018143104759547033), abs=1e-9)
    assert (found.v, found.least_expected) == pytest.approx((0.513677710418293, 2.413793103448276), abs=1e-9)
    assert found.below_five == 4
    assert isnan(c.association([[5, 8], [0, 0]]).chi2)


def test_exact_trend_of_table_1():
    found = c.trend(TABLE_1)
    assert found.score == 13
    assert float(found.low) == pytest.approx(0.014142928535732135, abs=1e-12)
    assert float(found.high) == pytest.approx(0.9971014492753624, abs=1e-12)


@given(TWO_BY_TWO)
def test_the_trend_of_two_rows_is_the_hypergeometric_tail(cells):
    (a, b), (d, e) = cells[:2], cells[2:]
    found = c.trend([[a, b], [d, e]])
    assert float(found.high) == pytest.approx(hypergeom.sf(e - 1, a + b + d + e, b + e, d + e), abs=1e-12)
    assert float(found.low) == pytest.approx(hypergeom.cdf(e, a + b + d + e, b + e, d + e), abs=1e-12)


def test_scores_belong_to_rows():
    assert c.trend(TABLE_1, [1, 2, 3]) == c.trend(TABLE_1)
    assert c.trend(TABLE_1, ["0", "1/2", "1"]).low == c.trend(TABLE_1).low
    with pytest.raises(InputError, match="2 scores were given for 3 rows"):
        c.trend(TABLE_1, [1, 2])
    with pytest.raises(InputError, match="two columns"):
        c.trend([[1, 2, 3], [1, 2, 3]])
