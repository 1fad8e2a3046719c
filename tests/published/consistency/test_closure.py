from collections import Counter
from fractions import Fraction
from itertools import combinations_with_replacement
from statistics import stdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dtstudy.errors import InputError
from dtstudy.published.consistency import count_data, grid, rounds_to, sample_data

BINS = [(13, 0, 3), (9, 3, 6), (7, 6, 13)]


@pytest.mark.parametrize(
    ("closed", "total", "fitting", "sd"),
    [
        ("upper", 336_121_417_632, 47_520_313_563, (2.2603075338951673, 5.089409945765728)),
        ("lower", 141_227_486_400, 10_708_719_684, (2.5498720145608083, 5.095697499354343)),
    ],
)
def test_durations_of_the_paper_in_half_months(closed, total, fitting, sd):
    found = count_data(grid(BINS, "0.5", 13, "1/2", closed), "4.7")
    assert (found.total, found.fitting) == (total, fitting)
    assert found.share == pytest.approx(fitting / total, abs=1e-12)
    assert [float(value) for value in found.sums] == [135, 135.5, 136, 136.5, 137, 137.5]
    assert found.sd == pytest.approx(sd, abs=1e-9)


def test_seventy_one_tables_of_twenty_ratings():
    on = grid([(20, 1, 5)], 1, 5, attained=False)
    assert count_data(on, "2.2", sd="1.3").fitting == 71
    drawn = sample_data(on, "2.2", 400, seed=3, sd="1.3")
    tables = {
        tuple(values.value_counts().reindex([1, 2, 3, 4, 5], fill_value=0))
        for _, values in drawn.groupby("data_set")["value"]
    }
    assert 60 < len(tables) <= 71 and all(sum(table) == 20 for table in tables)


def every(on):
    """All data sets of a grid by listing them, one bin after another."""
    sets = [()]
    for count, values in on.bins:
        sets = [(*known, *more) for known in sets for more in combinations_with_replacement(values, count)]
    if on.attained:
        ends = (on.bins[0][1][0], on.bins[-1][1][-1])
        sets = [data for data in sets if min(data) == ends[0] and max(data) == ends[1]]
    return [tuple(value * on.step for value in data) for data in sets]


@settings(max_examples=40)
@given(
    st.lists(st.integers(1, 3), min_size=3, max_size=3),
    st.sampled_from(["upper", "lower"]),
    st.booleans(),
    st.sampled_from([1, "1/2"]),
    st.integers(20, 50),
    st.booleans(),
)
def test_counts_equal_a_list_of_all_data_sets(counts, closed, attained, step, tenths, with_sd):
    edges = [(0, 2), (2, 4), (4, 6)]
    bins = [(count, *edge) for count, edge in zip(counts, edges, strict=True)]
    on = grid(bins, "1", "6", step, closed, attained)
    listed, mean = every(on), f"{tenths / 10:.1f}"
    sd = f"{stdev(map(float, listed[len(listed) // 2])):.1f}" if with_sd else None
    fits = [data for data in listed if sum(data) / len(data) in rounds_to(mean)]
    if with_sd:
        fits = [data for data in fits if rounds_to(sd).holds_root_of(variance(data))]
    found = count_data(on, mean, sd)
    assert (found.total, found.fitting) == (len(listed), len(fits))
    assert found.sums == tuple(sorted({sum(data) for data in fits}))
    if fits:
        deviations = [float(variance(data)) ** 0.5 for data in fits]
        assert found.sd == pytest.approx((min(deviations), max(deviations)), abs=1e-12)


def variance(data):
    mean = sum(data) / len(data)
    return sum((value - mean) ** 2 for value in data) / (len(data) - 1)


def test_every_drawn_data_set_fits_and_each_is_as_likely_as_any_other():
    on = grid([(3, 0, 2), (2, 2, 4)], 0, 4)
    fits = [data for data in every(on) if sum(data) / 5 in rounds_to("1.8")]
    drawn = sample_data(on, "1.8", 3000, seed=11)
    seen = Counter(tuple(map(Fraction, values)) for _, values in drawn.groupby("data_set")["value"])
    assert set(seen) == set(fits) and len(fits) > 2
    expected = 3000 / len(fits)
    assert sum((number - expected) ** 2 / expected for number in seen.values()) < 4 * len(fits)


def test_a_draw_follows_from_its_seed():
    on = grid(BINS, "0.5", 13, "1/2")
    assert sample_data(on, "4.7", 5, seed=1).equals(sample_data(on, "4.7", 5, seed=1))
    assert not sample_data(on, "4.7", 5, seed=1).equals(sample_data(on, "4.7", 5, seed=2))
    drawn = sample_data(on, "4.7", 20, seed=1)
    assert drawn.groupby("data_set")["value"].agg(["min", "max", "size"]).drop_duplicates().to_numpy().tolist() == [
        [0.5, 13, 29]
    ]
    assert all((values <= 3).sum() == 13 for _, values in drawn.groupby("data_set")["value"])


def test_no_data_set_is_an_answer_and_none_can_be_drawn():
    on = grid(BINS, "0.5", 13, "1/2")
    found = count_data(on, "2.9")
    assert (found.fitting, found.sums, found.sd, found.share) == (0, (), None, 0)
    with pytest.raises(InputError, match="grid of step 0.5 has the mean 2.9"):
        sample_data(on, "2.9", 5, seed=1)


def test_one_person_is_both_extremes_or_neither():
    assert count_data(grid([(1, 0, 3)], 2, 2), "2").fitting == 1
    with pytest.raises(InputError, match="One person cannot be both"):
        grid([(1, 0, 3)], 1, 2)
    with pytest.raises(InputError, match="at least two people"):
        count_data(grid([(1, 0, 3)], 2, 2), "2", sd="1")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (([(2, 0, 3), (2, 4, 6)], 1, 6), "Each bin must begin where the one before it ends"),
        (([(2, 0, 3)], "0.25", 3), "must lie on a grid of step 1"),
        (([(2, 0, 3), (2, 3, 6)], 4, 6), "2 people are in the bin 0 to 3, where the grid has no value"),
        (([(2, 0, 3), (2, 3, 6)], 1, 6, 1, "both"), "closed must be 'upper' or 'lower'"),
        (([(2, 0, 3), (0, 3, 6)], 1, 6), "must lie in the first and the last bin with people"),
        (([(0, 0, 3)], 1, 3), "All bins are empty"),
    ],
)
def test_bins_that_cannot_be_are_refused(arguments, sentence):
    with pytest.raises(InputError, match=sentence):
        grid(*arguments)


def test_a_grid_too_fine_is_refused_with_a_remedy(monkeypatch):
    monkeypatch.setattr("dtstudy.published.consistency.closure.LARGEST_WORK", 1000)
    with pytest.raises(InputError, match="Take a wider grid"):
        count_data(grid(BINS, "0.5", 13, "1/2"), "4.7")
