import warnings
from math import nan

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import masi_distance

from dtstudy.errors import InputError
from dtstudy.measures import agreement

VALUES, CODERS = st.sampled_from([None, 0, 1, 2, 5]), st.integers(2, 5)


@st.composite
def judged(draw, values=VALUES, coders=CODERS):
    """Values of coders by units."""
    units = draw(st.integers(1, 12))
    return [draw(st.lists(values, min_size=units, max_size=units)) for _ in range(draw(coders))]


def expand(table):
    """Two coders' values from a table of counts, rows the first coder."""
    cells = [(row, column) for row, line in enumerate(table) for column, count in enumerate(line) for _ in range(count)]
    return [row for row, _ in cells], [column for _, column in cells]


def from_the_definition(data, level):
    """Alpha from pairs of values inside units and pairs of all values."""
    units = [[value for value in unit if value is not None] for unit in zip(*data, strict=True)]
    units = [unit for unit in units if len(unit) > 1]
    pool = [value for unit in units for value in unit]

    def apart(a, b):
        if level == "nominal":
            return float(a != b)
        if level == "ordinal":
            low, high = min(a, b), max(a, b)
            between = sum(low <= value <= high for value in pool)
            return (between - (pool.count(low) + pool.count(high)) / 2) ** 2 if a != b else 0.0
        return float((a - b) ** 2 if level == "interval" else ((a - b) / (a + b)) ** 2 if a + b else 0)

    observed = sum(
        sum(apart(a, b) for i, a in enumerate(unit) for j, b in enumerate(unit) if i != j) / (len(unit) - 1)
        for unit in units
    )
    expected = sum(apart(a, b) for i, a in enumerate(pool) for j, b in enumerate(pool) if i != j)
    return 1 - (len(pool) - 1) * observed / expected if expected else nan


@given(judged(), st.sampled_from(agreement.LEVELS))
def test_alpha_equals_its_definition(data, level):
    found = agreement.krippendorff_alpha(data, level)
    assert found == pytest.approx(from_the_definition(data, level), abs=1e-9, nan_ok=True)


@given(judged(), st.sampled_from(agreement.LEVELS))
def test_alpha_equals_the_krippendorff_package(data, level):
    array = np.array(data, dtype=float)
    paired = array[:, (~np.isnan(array)).sum(axis=0) > 1]
    assume(len(np.unique(paired[~np.isnan(paired)])) > 1)
    expected = krippendorff.alpha(array, level_of_measurement=level)
    assert agreement.krippendorff_alpha(array, level) == pytest.approx(expected, abs=1e-9)


@given(st.integers(5, 60), st.integers(0, 2**32 - 1), st.sampled_from([3, 60]), st.sampled_from([2, 7, 40]))
def test_collapsing_to_patterns_changes_nothing(units, seed, values, coders):
    data = np.random.default_rng(seed).integers(values, size=(coders, units))
    assert agreement.krippendorff_alpha(data) == pytest.approx(krippendorff.alpha(data, level_of_measurement="nominal"))


HAYES_KRIPPENDORFF = """
    112-2 1101- 2333- -00-0 000-0 000-0 102-1 1-20- 222-2 2111- -100- 0000- 1222- 33223 111-1 111-1 212-2 1233-
    1101- 000-0 0011- 00-00 2333- 0000- 12-22 0111- 00010 1212- 1122- 112-2 110-0 2121- 22-22 3222- 222-2 223-2
    222-2 22-12 2222- 111-1
"""
KRIPPENDORFF_2011 = "11-1 2232 3333 3333 2222 1234 4444 1121 2222 -555 --11 --3-"


def coders_by_units(units):
    return [[None if value == "-" else int(value) for value in own] for own in zip(*units.split(), strict=True)]


@pytest.mark.parametrize(
    ("units", "level", "alpha"),
    [
        (HAYES_KRIPPENDORFF, "nominal", 0.47650956741865835),
        (HAYES_KRIPPENDORFF, "ordinal", 0.7598291891514336),
        (HAYES_KRIPPENDORFF, "interval", 0.757378277153558),
        (KRIPPENDORFF_2011, "nominal", 0.743421052631579),
        (KRIPPENDORFF_2011, "interval", 0.8491071428571428),
        (KRIPPENDORFF_2011, "ratio", 0.7974027747116121),
    ],
)
def test_published_alphas(units, level, alpha):
    assert len(HAYES_KRIPPENDORFF.split()) == 40
    assert agreement.krippendorff_alpha(coders_by_units(units), level) == pytest.approx(alpha, abs=1e-9)


@pytest.mark.parametrize(
    ("table", "percent", "expected", "kappa", "largest"),
    [
        ([[88, 14, 18], [10, 40, 10], [2, 6, 12]], 0.7, 0.41, 0.4915254237288136, 0.8305084745762712),
        ([[40, 9], [6, 45]], 0.85, 0.5008, 0.6995192307692308, 0.9399038461538461),
        ([[80, 10], [5, 5]], 0.85, 0.78, 0.31818181818181823, 0.7727272727272729),
    ],
    ids=["Cohen 1960, example 2", "Feinstein and Cicchetti 1990, balanced", "Feinstein and Cicchetti 1990, skewed"],
)
def test_published_kappas(table, percent, expected, kappa, largest):
    both = expand(table)
    assert agreement.percent_agreement(*both) == pytest.approx(percent, abs=1e-9)
    assert agreement.expected_agreement(*both) == pytest.approx(expected, abs=1e-9)
    assert agreement.cohen_kappa(*both) == pytest.approx(kappa, abs=1e-9)
    assert agreement.kappa_max(*both) == pytest.approx(largest, abs=1e-9)


def test_nvivos_example_of_a_percentage():
    assert agreement.percent_agreement(*expand([[800, 70], [80, 50]])) == pytest.approx(0.85, abs=1e-12)


@pytest.mark.parametrize(
    ("table", "ac1", "alpha"),
    [([[40, 9], [6, 45]], 0.7007481296758108, None), ([[80, 10], [5, 5]], 0.8080000000000002, 0.3177)],
)
def test_published_ac1s(table, ac1, alpha):
    both = expand(table)
    assert agreement.gwet_ac1(both, 2) == pytest.approx(ac1, abs=1e-9)
    assert alpha is None or agreement.krippendorff_alpha(both) == pytest.approx(alpha, abs=1e-4)


def test_ac1_of_four_coders_with_missing_values_equals_irrcac():
    data = coders_by_units(KRIPPENDORFF_2011)
    assert agreement.gwet_ac1(data, categories=5) == pytest.approx(0.77544, abs=1e-5)
    assert agreement.gwet_ac1(data, categories=[1, 2, 3, 4, 5]) == agreement.gwet_ac1(data, 5)


@given(judged(coders=st.just(2), values=st.sampled_from(["x", "y", "z"])))
def test_kappa_equals_nltk(data):
    a, b = data
    task = AnnotationTask([(coder, item, v) for coder, own in enumerate(data) for item, v in enumerate(own)])
    assume(not (len(set(a)) == len(set(b)) == 1 and a[0] == b[0]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert agreement.cohen_kappa(a, b) == pytest.approx(task.kappa(), abs=1e-9)
    assert agreement.percent_agreement(a, b) == pytest.approx(task.avg_Ao(), abs=1e-9)


@given(judged(coders=st.just(2)))
def test_kappa_never_exceeds_the_largest_it_can_be(data):
    a, b = data
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        kappa, largest = agreement.cohen_kappa(a, b), agreement.kappa_max(a, b)
    assert np.isnan(kappa) == np.isnan(largest)
    assert np.isnan(kappa) or kappa <= largest + 1e-9 <= 1 + 2e-9


@given(st.integers(1, 9), st.lists(st.tuples(st.integers(0, 8), st.integers(0, 3), st.booleans()), max_size=30))
def test_kappas_of_many_codes_are_those_of_each(units, given_codes):
    given_codes = [(unit % units, code, coder) for unit, code, coder in given_codes]
    first, second = (
        tuple(np.array([row[place] for row in given_codes if row[2] == coder], dtype=int) for place in (0, 1))
        for coder in (False, True)
    )
    found = agreement.kappa_by_code(first, second, units)
    assert len(found) == 1 + max((code for _, code, _ in given_codes), default=-1)
    for code, kappa in enumerate(found):
        a, b = ([int((unit, code, coder) in given_codes) for unit in range(units)] for coder in (False, True))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert kappa == pytest.approx(agreement.cohen_kappa(a, b), abs=1e-9, nan_ok=True)


SETS = st.sampled_from([frozenset(own) for own in ("a", "b", "ab", "bc", "abc", "c")])


@given(SETS, SETS)
def test_masi_equals_nltk(one, other):
    assert agreement.masi_distance(one, other) == pytest.approx(masi_distance(one, other), abs=1e-12)


@given(judged(values=SETS))
def test_alpha_masi_equals_nltk(data):
    assume(len({own for coder in data for own in coder}) > 1)
    task = AnnotationTask(
        [(coder, item, own) for coder, line in enumerate(data) for item, own in enumerate(line)], distance=masi_distance
    )
    assert agreement.alpha_masi(data) == pytest.approx(task.alpha(), abs=1e-9)


@pytest.mark.parametrize(
    ("one", "other", "distance"), [("A", "AB", 2 / 3), ("A", "B", 1), ("AB", "AB", 0), ("", "", 0), ("", "A", 1)]
)
def test_masi_of_subset_disjoint_equal_and_empty_sets(one, other, distance):
    assert agreement.masi_distance(one, other) == pytest.approx(distance, abs=1e-12)
    assert agreement.masi_distance(other, one) == agreement.masi_distance(one, other)


def test_a_unit_both_left_uncoded_agrees_and_one_not_read_does_not_count():
    sets = [[{"A"}, set(), None, {"B"}], [{"A"}, set(), {"A"}, {"A", "B"}]]
    assert agreement.alpha_masi(sets) == agreement.alpha_masi([[*line[:2], line[3]] for line in sets])
    assert 0 < agreement.alpha_masi(sets) < 1


def test_no_variation_is_nan_for_kappa_and_alpha_and_one_for_ac1():
    same = ["y"] * 10
    assert np.isnan(agreement.cohen_kappa(same, same)) and np.isnan(agreement.krippendorff_alpha([same, same]))
    assert np.isnan(agreement.alpha_masi([[{"y"}], [{"y"}]]))
    assert agreement.percent_agreement(same, same) == agreement.gwet_ac1([same, same], ["y", "n"]) == 1


def test_one_constant_coder_has_kappa_zero_with_a_warning():
    a, b = [1] * 10, [1] * 9 + [0]
    with pytest.warns(UserWarning, match="kappa is 0 whatever the agreement"):
        assert agreement.cohen_kappa(a, b) == 0
    assert agreement.percent_agreement(a, b) == 0.9
    assert agreement.krippendorff_alpha([a, b]) == pytest.approx(0, abs=1e-12)
    assert agreement.gwet_ac1([a, b], 2) == pytest.approx(0.8895, abs=1e-4)


def test_a_unit_with_one_rating_or_none_contributes_nothing_to_alpha():
    a, b = [1, 0, 1, None, None], [1, 0, 0, 1, None]
    assert agreement.krippendorff_alpha([a, b]) == agreement.krippendorff_alpha([a[:3], b[:3]])
    assert agreement.percent_agreement(a, b) == agreement.percent_agreement(a[:3], b[:3])


def test_nothing_to_pair_is_nan():
    assert np.isnan(agreement.krippendorff_alpha([[None, 1], [2, None]]))
    assert np.isnan(agreement.gwet_ac1([[None, 1], [0, None]], 2))
    assert np.isnan(agreement.percent_agreement([], [])) and np.isnan(agreement.cohen_kappa([], []))
    assert np.isnan(agreement.alpha_masi([[None], [{"a"}]]))


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: agreement.cohen_kappa([1, 2], [1]), "judged 2 and 1 units"),
        (lambda: agreement.krippendorff_alpha([1, 2]), "two dimensions; these have 1"),
        (lambda: agreement.krippendorff_alpha([[1, 2], [1]]), "differ in length"),
        (lambda: agreement.krippendorff_alpha([[1], [2]], "nominel"), "did you mean 'nominal'"),
        (lambda: agreement.krippendorff_alpha([["a"], ["b"]], "ordinal"), "values are words"),
        (lambda: agreement.gwet_ac1([[0, 1], [0, 2]], 2), "2 categories; it needs two, and one for each of 3 values"),
        (lambda: agreement.gwet_ac1([["y"], ["n"]], ["y", "no"]), "'n' is no category"),
        (lambda: agreement.alpha_masi([[{"a"}], []]), "differ in their number of units"),
    ],
)
def test_wrong_data_are_sentences(call, sentence):
    with pytest.raises(InputError, match=sentence):
        call()


def test_the_bootstrap_draws_units_and_recomputes_what_is_expected():
    a, b = expand([[300, 40], [30, 130]])
    replicates = agreement.bootstrap_alpha([a, b], replicates=400, seed=5)
    random = np.random.default_rng(1)
    drawn = [random.integers(500, size=500) for _ in range(400)]
    one_by_one = [agreement.krippendorff_alpha(np.array([a, b])[:, units]) for units in drawn]
    assert np.array_equal(replicates, agreement.bootstrap_alpha([a, b], replicates=400, seed=5))
    assert replicates.mean() == pytest.approx(np.mean(one_by_one), abs=0.01)
    assert replicates.std() == pytest.approx(np.std(one_by_one), rel=0.15)


@pytest.mark.parametrize("level", agreement.LEVELS)
def test_the_bootstrap_is_around_alpha_at_every_level(level):
    data = coders_by_units(HAYES_KRIPPENDORFF)
    low, high = agreement.interval(agreement.bootstrap_alpha(data, level, replicates=300))
    assert low < agreement.krippendorff_alpha(data, level) < high


def test_the_interval_covers_the_true_value_about_as_often_as_it_says():
    """Coders who err on one unit in ten, a code on three in ten: alpha is 1 - .18 / .4488 in the long run."""
    random, covered = np.random.default_rng(2), 0
    for study in range(300):
        true = random.random(200) < 0.3
        coders = true ^ (random.random((2, 200)) < 0.1)
        low, high = agreement.interval(agreement.bootstrap_alpha(coders, replicates=300, seed=study))
        covered += low <= 1 - 0.18 / 0.4488 <= high
    assert 0.88 <= covered / 300 <= 0.985  # 0.95, less a little with few units, give or take four standard errors


def test_with_three_documents_the_interval_of_a_mean_is_from_the_least_to_the_greatest():
    times = agreement.draw_documents(["", "", ""], replicates=4000, seed=1)
    means = times @ np.array([5, 6, 7]) / 3
    assert len(np.unique(times, axis=0)) == 10
    assert agreement.interval(means).tolist() == [5, 7]
    exact = {5: 1, 16 / 3: 4, 17 / 3: 10, 6: 17, 19 / 3: 23, 20 / 3: 26, 7: 27}
    for mean, of_27 in exact.items():
        assert (means <= mean + 1e-9).mean() == pytest.approx(of_27 / 27, abs=0.03)


def test_six_documents_have_462_draws_and_strata_keep_their_number():
    assert len(np.unique(agreement.draw_documents([""] * 6, replicates=300_000, seed=0), axis=0)) == 462
    times = agreement.draw_documents(["staff", "users", "staff", "users"], replicates=50, seed=0)
    assert (times[:, [0, 2]].sum(axis=1) == 2).all() and (times.sum(axis=1) == 4).all()


def test_an_interval_needs_replicates_that_are_defined():
    assert np.isnan(agreement.interval(np.array([nan] * 6 + [0.5] * 94))).all()
    assert agreement.interval(np.array([nan] * 4 + [0.5] * 96)).tolist() == [0.5, 0.5]
