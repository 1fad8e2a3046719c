from fractions import Fraction
from itertools import product

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dtstudy.errors import InputError
from dtstudy.published.consistency import mean_bounds, months, with_totals


def test_mean_bounds_of_the_paper():
    low, high = mean_bounds([(13, 0, 3), (9, 3, 6), (7, 6, 13)], months("2 weeks"), months("13 months"))
    assert float(low) == pytest.approx(2.8268781420378106, abs=1e-9)
    assert float(high) == pytest.approx(6.257239963180627, abs=1e-9)
    assert low <= Fraction("4.7") <= high


def test_mean_bounds_of_a_toy_worked_by_hand():
    assert tuple(map(float, mean_bounds([(2, 0, 10), (3, 10, 20)], 1, 19))) == (8.2, 13.6)


@given(st.lists(st.integers(0, 20), min_size=2, max_size=7))
def test_the_true_mean_lies_within_the_bounds(values):
    edges = [(0, 5), (5, 10), (10, 20)]
    counts = [sum(low <= value < high or value == high == 20 for value in values) for low, high in edges]
    bins = [(count, *edge) for count, edge in zip(counts, edges, strict=True)]
    low, high = mean_bounds(bins, min(values), max(values))
    assert low <= Fraction(sum(values), len(values)) <= high
    assert mean_bounds(bins)[0] <= low and high <= mean_bounds(bins)[1]


@given(st.lists(st.integers(0, 4), min_size=2, max_size=5))
def test_the_bounds_are_attained(values):
    """Over all data on a grid with these bins and extremes, the smallest and largest mean are the bounds."""
    edges = [(0, 2), (2, 4)]
    counts = [sum(value < 2 for value in values), sum(value >= 2 for value in values)]
    bins = [(count, *edge) for count, edge in zip(counts, edges, strict=True)]
    low, high = mean_bounds(bins, min(values), max(values))
    inside = [range(edge[0], edge[1] + 1) for count, edge in zip(counts, edges, strict=True) for _ in range(count)]
    means = [
        Fraction(sum(data), len(data))
        for data in product(*inside)
        if min(data) == min(values) and max(data) == max(values)
    ]
    assert (low, high) == (min(means), max(means))


def test_an_open_last_bin_has_no_upper_bound_without_a_maximum():
    assert mean_bounds([(2, 0, 10), (2, 10, None)]) == (5, None)
    assert mean_bounds([(2, 0, 10), (2, 10, None)], maximum=30) == mean_bounds([(2, 0, 10), (2, 10, 30)], maximum=30)
    with pytest.raises(InputError, match="Only the last bin can be open"):
        mean_bounds([(2, 0, None), (2, 10, 20)])


def test_an_edge_in_two_bins_gives_the_same_bounds_either_way():
    assert (
        mean_bounds([(1, 0, 3), (2, 3, 6)], 1, 6)
        == mean_bounds([(2, 3, 6), (1, 0, 3)], 1, 6)
        == (Fraction(10, 3), Fraction(13, 3))
    )


def test_one_person_cannot_be_both_extremes_unless_they_are_one():
    with pytest.raises(InputError, match="One person cannot be both"):
        mean_bounds([(1, 0, 3)], 1, 2)
    assert mean_bounds([(1, 0, 3)], 2, 2) == (2, 2)


def test_an_extreme_outside_its_bin_is_refused():
    with pytest.raises(InputError, match="outside its bin"):
        mean_bounds([(2, 0, 3), (2, 3, 6)], minimum=4)
    with pytest.raises(InputError, match="All bins are empty"):
        mean_bounds([(0, 0, 3)])


def test_sums_are_made_anew():
    cells = pd.DataFrame({"band": ["a", "b"], "x": [5, 8], "y": [8, 1]})
    assert with_totals(cells).to_numpy().tolist() == [["a", 5, 8, 13], ["b", 8, 1, 9], ["total", 13, 9, 22]]


def test_a_duration_is_a_number_and_a_unit():
    assert months("1 year") == 12 and months("30.4375 days") == 1
    with pytest.raises(InputError, match="is no duration"):
        months("a while")
