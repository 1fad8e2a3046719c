from itertools import combinations
from math import nan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

import dtstudy
from dtstudy.errors import InputError
from dtstudy.measures import cooccurrence

from .corpora import tables

UNITS = st.sampled_from(["turn", "window", "speaker", "document"])


def incidence(codings, turns, unit, window=1):
    """Sets of codes by unit, from the definition."""
    turns = turns[turns["role"] != "facilitator"].sort_values(["document", "turn"])
    on_turn = {
        (t.document, t.turn): {
            c.code for c in codings.itertuples() if c.document == t.document and c.start < t.end and t.start < c.end
        }
        for t in turns.itertuples()
    }
    if unit == "turn":
        return list(on_turn.values())
    keys = [(t.document, t.participant) if unit == "speaker" else t.document for t in turns.itertuples()]
    if unit in ("speaker", "document"):
        return [
            set().union(*(codes for key, codes in zip(keys, on_turn.values(), strict=True) if key == one))
            for one in dict.fromkeys(keys)
        ]
    places = list(on_turn)
    return [
        set().union(
            *(on_turn[other] for j, other in enumerate(places) if other[0] == place[0] and abs(i - j) <= window)
        )
        for i, place in enumerate(places)
    ]


@given(tables(), UNITS)
def test_counts_equal_their_definition(both, unit):
    codings, turns = both
    found = cooccurrence.cooccurrence(codings, turns, unit=unit, coders="union")
    sets = incidence(codings, turns, unit)
    seen = sorted(set().union(*sets)) if sets else []
    assert list(zip(found["code_1"], found["code_2"], strict=True)) == list(combinations(seen, 2))
    for row in found.itertuples():
        n1, n2 = (sum(code in codes for codes in sets) for code in (row.code_1, row.code_2))
        assert (row.n1, row.n2, row.n_units) == (n1, n2, len(sets))
        assert row.n12 == sum({row.code_1, row.code_2} <= codes for codes in sets) <= min(n1, n2)


@settings(max_examples=40)
@given(tables(), UNITS)
def test_counting_in_parts_and_adding_is_counting_at_once(both, unit):
    codings, turns = both
    whole = cooccurrence.cooccurrence(codings, turns, unit=unit, coders="each")
    first, *rest = [
        cooccurrence.count(
            codings[codings["document"] == name], turns[turns["document"] == name], unit=unit, coders="each"
        )
        for name in turns["document"].unique()
    ]
    added = cooccurrence.finish(sum(rest, start=first), unit=unit, coders="each")
    pd.testing.assert_frame_equal(added, whole, check_dtype=False)


def one(n1, n2, n12, n):
    return cooccurrence.coefficients(*(pd.Series([count]) for count in (n1, n2, n12, n))).iloc[0]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((100, 10, 5, 1000), {"jaccard": 0.047619047619047616}),
        (
            (1105, 44, 8, 15_000_000),
            {
                "jaccard": 0.007011393514,
                "lift": 2468.1201151789,
                "npmi": 0.5407883952850,
                "phi": 0.0362679615390,
            },
        ),
        ((10, 10, 1, 100), {"lift": 1.0, "npmi": 0.0, "phi": 0.0, "g2": 0.0}),
        (
            (14, 9, 6, 40),
            {
                "jaccard": 0.352941176,
                "lift": 1.904761905,
                "npmi": 0.33965011,
                "phi": 0.357727278,
                "g2": 4.935068015,
            },
        ),
        ((5, 5, 0, 20), {"jaccard": 0.0, "lift": 0.0, "npmi": -1.0}),
        ((9, 9, 9, 9), {"jaccard": 1.0, "npmi": 1.0, "phi": nan}),
        ((0, 0, 0, 9), {"jaccard": nan, "lift": nan, "npmi": nan, "phi": nan}),
    ],
    ids=[
        "ATLAS.ti manual",
        "Church and Hanks 1990",
        "independent, Bouma 2009",
        "forty segments",
        "never",
        "always",
        "neither",
    ],
)
def test_published_and_limiting_examples(counts, expected):
    found = one(*counts)
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, abs=1e-6, nan_ok=True)


@given(st.integers(1, 30), st.integers(1, 30), st.integers(0, 30), st.integers(1, 40))
def test_g2_and_phi_equal_scipy(a, b, both, neither):
    found = one(a + both, b + both, both, a + b + both + neither)
    table = np.array([[both, a], [b, neither]])
    assert found["g2"] == pytest.approx(
        chi2_contingency(table, correction=False, lambda_="log-likelihood").statistic, abs=1e-8
    )
    assert abs(found["phi"]) == pytest.approx(
        np.sqrt(chi2_contingency(table, correction=False).statistic / table.sum()), abs=1e-9
    )


def test_few_units_get_a_count_and_no_coefficient():
    corpus = dtstudy.open_study("kouimtsidis2007").quoted_corpus()
    pairs = cooccurrence.cooccurrence(corpus.codings, corpus.turns, coders="union")
    few = (pairs[["n1", "n2"]] < 5).any(axis="columns")
    assert few.any() and pairs.loc[few, ["jaccard", "lift", "npmi", "phi", "g2"]].isna().all(axis=None)


def test_a_code_and_its_category_are_no_pair():
    corpus = dtstudy.open_study("kouimtsidis2007").quoted_corpus()
    pairs = cooccurrence.cooccurrence(corpus.codings, corpus.turns, coders="first", codes=corpus.codes)
    parent = dict(zip(corpus.codes["code"], corpus.codes["parent"], strict=True))
    assert "compulsion" in set(pairs["code_1"])
    assert not any(
        parent.get(a) == b or parent.get(b) == a for a, b in zip(pairs["code_1"], pairs["code_2"], strict=True)
    )


def test_an_unknown_unit_is_a_sentence():
    corpus = dtstudy.open_study("kouimtsidis2007").quoted_corpus()
    with pytest.raises(InputError, match="unit 'turns' is unknown; did you mean 'turn'"):
        cooccurrence.cooccurrence(corpus.codings, corpus.turns, unit="turns")
