from math import nan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from dtstudy.measures import multiplicity

THROMBOLYSIS = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
]  # fmt: skip
P = st.lists(st.floats(0, 1), min_size=1, max_size=12)


def test_the_example_of_benjamini_and_hochberg_1995():
    found = {rule: getattr(multiplicity, rule)(THROMBOLYSIS) for rule in ("holm", "benjamini_hochberg", "bonferroni")}
    assert {rule: int((p <= 0.05).sum()) for rule, p in found.items()} == {
        "holm": 3,
        "benjamini_hochberg": 4,
        "bonferroni": 3,
    }
    np.testing.assert_allclose(
        found["benjamini_hochberg"],
        [
            0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.06385714285714, 0.06385714285714, 0.0645, 0.0765, 0.486,
            0.5811818181818, 0.714875, 0.7532307692308, 0.8132142857143, 1,
        ],
        atol=1e-9,
    )  # fmt: skip
    np.testing.assert_allclose(
        found["holm"], [0.0015, 0.0056, 0.0247, 0.114, 0.2211, 0.278, 0.278, 0.278, 0.3213, *[1] * 6], atol=1e-9
    )
    np.testing.assert_allclose(
        found["bonferroni"], [0.0015, 0.006, 0.0285, 0.1425, 0.3015, 0.417, 0.447, 0.516, 0.6885, *[1] * 6], atol=1e-9
    )


def test_five_of_ten_codes_at_the_floor_of_84_arrangements():
    p = [1 / 84] * 5 + [10 / 84] * 5
    np.testing.assert_allclose(multiplicity.holm(p), [10 / 84] * 5 + [50 / 84] * 5, atol=1e-12)
    np.testing.assert_allclose(multiplicity.benjamini_hochberg(p), [2 / 84] * 5 + [10 / 84] * 5, atol=1e-12)


def test_under_holm_at_most_four_codes_at_the_floor_of_84_arrangements_can_be_tested():
    assert [(multiplicity.holm([1 / 84] * codes) <= 0.05).all() for codes in (4, 5)] == [True, False]
    assert [(multiplicity.holm([2 / 84] * codes) <= 0.05).all() for codes in (2, 3)] == [True, False]


@given(P)
def test_benjamini_hochberg_equals_scipy(p):
    np.testing.assert_allclose(multiplicity.benjamini_hochberg(p), false_discovery_control(p), atol=1e-12)


@given(P)
def test_holm_equals_its_definition(p):
    found = multiplicity.holm(p)
    order = sorted(range(len(p)), key=p.__getitem__)
    for place, number in enumerate(order):
        steps = [(len(p) - before) * p[order[before]] for before in range(place + 1)]
        assert found[number] == pytest.approx(min(1, max(steps)))


@given(P, st.integers(0, 12), st.sampled_from(["holm", "benjamini_hochberg", "bonferroni"]))
def test_a_code_without_a_p_stays_so_and_changes_nothing_for_the_others(p, place, rule):
    adjust = getattr(multiplicity, rule)
    holed = p[:place] + [nan] + p[place:]
    found = adjust(holed)
    np.testing.assert_array_equal(found[~np.isnan(holed)], adjust(p))
    assert np.isnan(found[np.isnan(holed)]).all()
    assert multiplicity.n_tests(holed) == len(p)


def test_no_test_at_all():
    assert multiplicity.holm([]).tolist() == [] and multiplicity.n_tests([nan]) == 0
    assert np.isnan(multiplicity.benjamini_hochberg(pd.Series([nan, nan]))).all()
