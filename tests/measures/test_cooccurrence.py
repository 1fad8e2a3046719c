from itertools import combinations, permutations, product
from math import nan

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, chi2_contingency, false_discovery_control, hypergeom, norm

import dtstudy
from dtstudy import tables as shown
from dtstudy.errors import InputError
from dtstudy.measures import cooccurrence
from dtstudy.measures.cooccurrence import kernel, relabelling

from .corpora import tables

UNITS = st.sampled_from(["turn", "window", "speaker", "document"])
COEFFICIENTS = ["jaccard", "lift", "npmi", "phi", "g2", "expected", "z", "p", "q"]


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


def passages(codings, turns=None):
    """Code and set of characters of each passage; with turns, characters of participants' turns alone."""
    said = None
    if turns is not None:
        spoken = turns[turns["role"] != "facilitator"]
        said = {(t.document, at) for t in spoken.itertuples() for at in range(t.start, t.end)}
    found = [(c.code, {(c.document, at) for at in range(c.start, c.end)}) for c in codings.itertuples()]
    found = [(code, characters if said is None else characters & said) for code, characters in found]
    return [(code, characters) for code, characters in found if characters], said


def merged(found):
    """Passages of one code that share a character made one."""
    found = list(found)
    for i, j in combinations(range(len(found)), 2):
        if found[i][0] == found[j][0] and found[i][1] & found[j][1]:
            rest = [one for place, one in enumerate(found) if place not in (i, j)]
            return merged([*rest, (found[i][0], found[i][1] | found[j][1])])
    return found


@settings(max_examples=60)
@given(tables(), UNITS, st.integers(1, 6))
def test_counts_equal_their_definition(both, unit, window):
    codings, turns = both
    found = cooccurrence.cooccurrence(codings, turns, unit=unit, window=window, coders="union", replicates=0)
    sets = incidence(codings, turns, unit, window)
    seen = sorted(set().union(*sets)) if sets else []
    assert list(zip(found["code_1"], found["code_2"], strict=True)) == list(combinations(seen, 2))
    for row in found.itertuples():
        n1, n2 = (sum(code in codes for codes in sets) for code in (row.code_1, row.code_2))
        assert (row.n1, row.n2, row.n_units) == (n1, n2, len(sets))
        assert row.n12 == sum({row.code_1, row.code_2} <= codes for codes in sets) <= min(n1, n2)


@settings(max_examples=60)
@given(tables(), st.sampled_from(["first", "second", "union"]))
def test_shared_characters_and_overlapping_pairs_equal_their_definition(both, coder):
    codings, turns = both
    mine = codings if coder == "union" else codings[codings["coder"] == coder]
    pieces, said = passages(mine, turns)
    pieces = merged(pieces) if coder == "union" else pieces
    how = "union" if coder == "union" else "each"
    found = cooccurrence.cooccurrence(codings, turns, unit="overlap", coders=how, replicates=0)
    found = found[found["coder"] == coder]
    seen = sorted({code for code, _ in pieces})
    assert list(zip(found["code_1"], found["code_2"], strict=True)) == list(combinations(seen, 2))
    for row in found.itertuples():
        under = [
            set().union(*(characters for code, characters in pieces if code == one)) for one in (row.code_1, row.code_2)
        ]
        assert (row.n_units, row.n1, row.n2) == (len(said), len(under[0]), len(under[1]))
        assert row.n12 == len(under[0] & under[1]) <= min(row.n1, row.n2)
        assert row.overlapping_pairs == sum(
            bool(a & b) for one, a in pieces for other, b in pieces if (one, other) == (row.code_1, row.code_2)
        )
        assert (row.n12 > 0) == (row.overlapping_pairs > 0)


@settings(max_examples=40)
@given(tables())
def test_pooled_overlapping_pairs_equal_their_definition(both):
    codings, _ = both
    pieces, _ = passages(codings)
    found = cooccurrence.overlapping_pairs(codings, coders="pooled")
    for row in found.itertuples():
        counts = [sum(one == code for one, _ in pieces) for code in (row.code_1, row.code_2)]
        assert [row.segments_1, row.segments_2] == counts
        assert row.overlapping_pairs == sum(
            bool(a & b) for one, a in pieces for other, b in pieces if (one, other) == (row.code_1, row.code_2)
        )


@pytest.mark.parametrize(("coders", "expected"), [(1, 1), (2, 4), (3, 9)])
def test_coders_pooled_count_cross_pairs_as_qualcoder_does_and_a_union_counts_one(coders, expected):
    rows = [("D", 3, 9, code, coder) for code in "AB" for coder in ("first", "second", "third")[:coders]]
    codings = pd.DataFrame(rows, columns=["document", "start", "end", "code", "coder"])
    assert cooccurrence.overlapping_pairs(codings, coders="pooled")["overlapping_pairs"].tolist() == [expected]
    assert cooccurrence.overlapping_pairs(codings, coders="union")["overlapping_pairs"].tolist() == [1]


def test_passages_that_touch_share_no_character():
    codings = pd.DataFrame({"document": "D", "start": [0, 10], "end": [10, 20], "code": ["A", "B"], "coder": "first"})
    assert cooccurrence.overlapping_pairs(codings, coders="first")["overlapping_pairs"].tolist() == [0]


@settings(max_examples=30)
@given(tables(), st.sampled_from(cooccurrence.UNITS), st.booleans())
def test_counting_in_parts_and_adding_is_counting_at_once(both, unit, in_order):
    codings, turns = both
    codes = pd.DataFrame({"code": ["a", "b", "c", "d"], "parent": ["d", "d", None, None]})
    how = {"unit": unit, "coders": "each", "codes": codes}
    again = {"seed": 3, "replicates": 19}
    whole = cooccurrence.cooccurrence(codings, turns, **how, **again)
    names = list(turns["document"].unique())
    first, *rest = [
        cooccurrence.count(codings[codings["document"] == name], turns[turns["document"] == name], **how)
        for name in (names if in_order else names[::-1])
    ]
    added = cooccurrence.finish(sum(rest, start=first), **how, **again)
    pd.testing.assert_frame_equal(added, whole, check_dtype=False)


def test_parts_add_up_to_the_same_z_and_p():
    codings, turns = talk({"a": 6, "b": 9, "c": 12}, documents=3, of=20, seed=1)
    for unit in cooccurrence.UNITS:
        whole = cooccurrence.cooccurrence(codings, turns, unit=unit, replicates=99)
        parts = [
            cooccurrence.count(codings[codings["document"] == name], turns[turns["document"] == name], unit=unit)
            for name in ("D2", "D0", "D1")
        ]
        added = cooccurrence.finish(sum(parts[1:], start=parts[0]), unit=unit, replicates=99)
        pd.testing.assert_frame_equal(added, whole)
        assert unit == "document" or whole["p"].notna().all()


# Coefficients of the two-by-two table


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


# What is expected: closed form against full enumeration


def units_of(sizes, unit, window):
    """Sets of turns, from the definition."""
    n = sum(sizes)
    if unit == "window":
        return [{other for other in range(n) if abs(other - turn) <= window} for turn in range(n)]
    if unit == "turn":
        return [{turn} for turn in range(n)]
    if unit == "document":
        return [set(range(n))]
    ends = np.cumsum(sizes)
    return [set(range(end - size, end)) for size, end in zip(sizes, ends, strict=True)]


def enumerated(sizes, a, b, unit, window=0):
    """Mean and variance of n12 over all choices of a turns for the one code and b for the other."""
    n, units = sum(sizes), units_of(sizes, unit, window)
    carries = [[[bool(unit & set(chosen)) for unit in units] for chosen in combinations(range(n), k)] for k in (a, b)]
    counts = np.array(carries[0], int) @ np.array(carries[1], int).T
    return counts.mean(), counts.var()


@pytest.mark.parametrize(
    ("sizes", "unit", "window"),
    [
        ([7], "turn", 0),
        ([7], "window", 1),
        ([8], "window", 2),
        ([5], "window", 4),
        ([1, 2, 4], "speaker", 0),
        ([3, 3, 1], "speaker", 0),
        ([6], "document", 0),
    ],
)
def test_moments_of_units_equal_full_enumeration(sizes, unit, window):
    n, numbers = sum(sizes), [1, 2, 3, sum(sizes)]
    labels = relabelling.Labels(np.zeros(4, int), np.arange(4), np.array(numbers), 4)
    ground = np.zeros(len(sizes), int), np.array(sizes)
    mean, variance = relabelling.moments_of_units(labels, *ground, unit, window)
    draw = relabelling.drawn_units(*ground, unit, window)
    pairs = np.triu_indices(4, 1)
    drawn = draw(np.random.default_rng(1), 0, np.arange(4), np.array(numbers), *pairs, 4000)
    for i, j, counts in zip(*pairs, drawn, strict=True):
        expected = enumerated(sizes, numbers[i], numbers[j], unit, window)
        assert (mean[i, j], variance[i, j]) == pytest.approx(expected, abs=1e-12)
        assert counts.mean() == pytest.approx(expected[0], abs=4 * np.sqrt(expected[1] / 4000) + 1e-9)
        assert counts.var() == pytest.approx(expected[1], rel=0.15, abs=1e-9)
    assert n == len(units_of(sizes, "turn", 0))


@pytest.mark.filterwarnings("ignore:.*divide")
@settings(max_examples=50)
@given(st.integers(2, 40), st.data())
def test_moments_of_turns_are_hypergeometric(n, data):
    a, b = (data.draw(st.integers(1, n)) for _ in range(2))
    labels = relabelling.Labels(np.zeros(2, int), np.arange(2), np.array([a, b]), 2)
    mean, variance = relabelling.moments_of_units(labels, np.array([0]), np.array([n]), "turn", 0)
    exact = hypergeom(n, a, b)
    assert mean[0, 1] == pytest.approx(exact.mean()) and variance[0, 1] == pytest.approx(exact.var(), abs=1e-9)


@settings(max_examples=40)
@given(st.lists(st.integers(0, 2), min_size=2, max_size=6), st.data())
def test_moments_of_joins_equal_full_enumeration(codes, data):
    n = len(codes)
    joins = [pair for pair in combinations(range(n), 2) if data.draw(st.booleans())]
    first, second = (np.array([pair[side] for pair in joins], int) for side in (0, 1))
    number = np.bincount(codes, minlength=3)
    labels = relabelling.Labels(np.zeros(3, int), np.arange(3), number, 3)
    mean, variance = relabelling.moments_of_joins(labels, np.zeros(len(joins), int), first, second)
    for i, j in combinations(range(3), 2):
        counts = [sum({order[a], order[b]} == {i, j} for a, b in joins) for order in permutations(codes)]
        assert (mean[i, j], variance[i, j]) == pytest.approx((np.mean(counts), np.var(counts)), abs=1e-12)


def test_draws_of_joins_have_their_exact_mean_and_variance():
    first, second = np.array([0, 0, 1, 3, 4]), np.array([1, 2, 2, 4, 5])
    ground, number = np.zeros(5, int), np.array([3, 2, 2])
    labels = relabelling.Labels(np.zeros(3, int), np.arange(3), number, 3)
    mean, variance = relabelling.moments_of_joins(labels, ground, first, second)
    pairs = np.triu_indices(3, 1)
    draw = relabelling.drawn_joins(ground, first, second)
    drawn = draw(np.random.default_rng(1), 0, np.arange(3), number, *pairs, 6000)
    assert drawn.mean(axis=1) == pytest.approx(mean[pairs], abs=4 * np.sqrt(variance[pairs].max() / 6000))
    assert drawn.var(axis=1) == pytest.approx(variance[pairs], rel=0.1)


def talk(numbers, documents=1, of=10, seed=0, speakers=3):
    """Turns of a hundred characters, and each code on so many turns drawn at random in each document."""
    rng = np.random.default_rng(seed)
    names = [f"D{number}" for number in range(documents)]
    turns = pd.DataFrame(list(product(names, range(1, of + 1))), columns=["document", "turn"])
    turns["start"] = 100 * (turns["turn"] - 1)
    turns["end"] = turns["start"] + 99
    turns["participant"] = "P" + (turns["turn"] % speakers).astype("str")
    turns["role"] = "participant"
    rows = []
    for name, (code, number) in product(names, numbers.items()):
        for turn in rng.choice(of, number, replace=False):
            start = 100 * turn + rng.integers(0, 60)
            rows.append((name, start, start + 30, code, "consensus"))
    return pd.DataFrame(rows, columns=["document", "start", "end", "code", "coder"]), turns


@pytest.mark.parametrize(("unit", "window"), [("turn", 0), ("window", 1), ("window", 2), ("speaker", 0)])
def test_expected_and_z_of_the_table_are_sums_of_enumerations_by_document(unit, window):
    codings, turns = talk({"a": 3, "b": 4}, documents=2, of=7, seed=5)
    more, other = talk({"a": 2, "b": 1}, of=5, seed=6)
    codings, turns = pd.concat([codings, more.assign(document="E")]), pd.concat([turns, other.assign(document="E")])
    found = cooccurrence.cooccurrence(codings, turns, unit=unit, window=max(1, window), replicates=0).iloc[0]
    parts = []
    for name, (a, b) in {"D0": (3, 4), "D1": (3, 4), "E": (2, 1)}.items():
        own = turns[turns["document"] == name]
        sizes = own.groupby("participant").size().to_list() if unit == "speaker" else [len(own)]
        parts.append(enumerated(sizes, a, b, unit, window))
    mean, variance = np.sum(parts, axis=0)
    assert found["expected"] == pytest.approx(mean)
    assert found["z"] == pytest.approx((found["n12"] - mean) / np.sqrt(variance))


def test_expected_pairs_of_the_table_are_sums_of_enumerations_by_document():
    spans = {"D": [(0, 9, "a"), (5, 12, "b"), (11, 20, "a"), (15, 22, "b"), (30, 40, "a")]}
    spans["E"] = [(0, 9, "b"), (1, 4, "b"), (3, 12, "a"), (14, 15, "a"), (20, 30, "b"), (29, 31, "a")]
    rows = [(document, *span, "first") for document, own in spans.items() for span in own]
    codings = pd.DataFrame(rows, columns=["document", "start", "end", "code", "coder"])
    turns = pd.DataFrame(
        {"document": ["D", "E"], "turn": 1, "participant": "P", "role": "participant", "start": 0, "end": 50}
    )
    found = cooccurrence.cooccurrence(codings, turns, unit="overlap", coders="first", replicates=0).iloc[0]
    mean = variance = 0
    for own in spans.values():
        meet = [(i, j) for i, j in combinations(range(len(own)), 2) if own[i][0] < own[j][1] and own[j][0] < own[i][1]]
        orders = permutations([code for _, _, code in own])
        counts = [sum(order[i] != order[j] for i, j in meet) for order in orders]
        mean, variance = mean + np.mean(counts), variance + np.var(counts)
    assert found["expected"] == pytest.approx(mean)
    assert found["z"] == pytest.approx((found["overlapping_pairs"] - mean) / np.sqrt(variance))
    assert found["overlapping_pairs"] == 6 and np.isnan(found["g2"])


# p and q


def test_p_by_re_labelling_is_near_the_exact_one():
    codings, turns = talk({"a": 5, "b": 6}, of=30, seed=8)
    found = cooccurrence.cooccurrence(codings, turns, replicates=9999).iloc[0]
    exact, n12 = hypergeom(30, 5, 6), np.arange(7)
    p = exact.pmf(n12)[np.abs(n12 - exact.mean()) >= abs(found["n12"] - exact.mean()) - 1e-9].sum()
    assert found["test"] == "9,999 re-labellings, seed 0"
    low, high = binom(9999, p).ppf([1e-6, 1 - 1e-6])
    assert low + 1 <= found["p"] * 10_000 <= high + 1


def test_p_is_never_nought_and_the_seed_alone_decides_it():
    codings, turns = talk({"a": 5}, documents=2, of=40, seed=2)
    codings = pd.concat([codings, codings.assign(code="b")], ignore_index=True)
    codings = pd.concat([codings, talk({"c": 6, "d": 9, "e": 12}, documents=2, of=40, seed=4)[0]], ignore_index=True)
    tables = [cooccurrence.cooccurrence(codings, turns, seed=seed, replicates=199) for seed in (1, 1, 2)]
    assert tables[0]["p"].min() == 1 / 200
    pd.testing.assert_frame_equal(tables[0], tables[1])
    assert not tables[0]["p"].equals(tables[2]["p"]) and tables[0]["z"].equals(tables[2]["z"])


def test_the_order_of_rows_does_not_matter():
    codings, turns = talk({"a": 6, "b": 7, "c": 9}, documents=3, of=12, seed=4)
    for unit in cooccurrence.UNITS:
        whole = cooccurrence.cooccurrence(codings, turns, unit=unit, replicates=50)
        mixed = cooccurrence.cooccurrence(
            codings.sample(frac=1, random_state=1), turns.sample(frac=1, random_state=2), unit=unit, replicates=50
        )
        pd.testing.assert_frame_equal(mixed, whole)


def test_categorical_columns_give_the_same_table():
    codings, turns = talk({"a": 6, "b": 7, "c": 9}, documents=3, of=12, seed=4)
    categorical = codings.astype(dict.fromkeys(["document", "code", "coder"], "category"))
    spoken = turns.astype(dict.fromkeys(["document", "participant", "role"], "category"))
    for unit in cooccurrence.UNITS:
        whole = cooccurrence.cooccurrence(codings, turns, unit=unit, replicates=9)
        pd.testing.assert_frame_equal(cooccurrence.cooccurrence(categorical, spoken, unit=unit, replicates=9), whole)


@pytest.mark.parametrize("unit", ["turn", "window", "speaker", "overlap"])
def test_counts_alone_are_those_of_the_whole_table(unit):
    corpus = dtstudy.open_study("kouimtsidis2007").corpus()
    how = {"unit": unit, "codes": corpus.codes, "replicates": 0}
    whole = cooccurrence.cooccurrence(corpus.codings, corpus.turns, **how)
    alone = cooccurrence.cooccurrence(corpus.codings, corpus.turns, **how, expected=False)
    counted = [name for name in whole if name not in ("expected", "z", "p", "q", "test")]
    pd.testing.assert_frame_equal(alone[counted], whole[counted])
    assert alone[["expected", "z", "p", "q"]].isna().all(axis=None) and (alone["test"] == "").all()
    assert whole["z"].notna().any()


def test_no_re_labellings_leave_small_pairs_without_p():
    codings, turns = talk({"a": 5, "b": 6, "c": 60, "d": 70}, of=150, seed=8)
    found = cooccurrence.cooccurrence(codings, turns, replicates=0).set_index(["code_1", "code_2"])
    assert found.loc[("a", "b"), "test"] == "" and np.isnan(found.loc[("a", "b"), "p"])
    large = found.loc[("c", "d")]
    assert large["test"] == "normal" and large["p"] == pytest.approx(2 * norm.sf(abs(large["z"])))


def test_q_is_scipys_over_the_pairs_of_each_coder():
    corpus = dtstudy.open_study("dtors2009").corpus()
    found = cooccurrence.cooccurrence(corpus.codings, corpus.turns, coders="each", codes=corpus.codes, replicates=99)
    assert found["coder"].nunique() == 3
    for coder, own in found[found["p"].notna()].groupby("coder"):
        np.testing.assert_allclose(own["q"], false_discovery_control(own["p"]), err_msg=coder)
    assert found.loc[found["p"].isna(), "q"].isna().all()
    assert f"{found.loc[found['coder'] == 'first', 'p'].count()} pairs (first)" in cooccurrence.definition(found)


def simulated(unit, seeds, plant=None):
    """Tables of simulated talk in which codes lie at random, of which `plant` pairs are put together."""
    tables = []
    for seed in seeds:
        numbers = dict(zip("abcdef", (4, 6, 9, 14, 20, 26), strict=True))
        codings, turns = talk(numbers, documents=6, of=60, seed=seed)
        if unit == "overlap":  # passages that overlap by chance, and codes given to them by chance
            codings["start"] = np.random.default_rng(seed).integers(0, 5900, len(codings))
            codings["end"] = codings["start"] + 60
        if plant:
            together = codings[codings["code"] == plant[0]].groupby("document").head(5)
            codings = pd.concat([codings, together.assign(code=plant[1])])
        tables.append(cooccurrence.cooccurrence(codings, turns, unit=unit, replicates=199, seed=seed))
    return pd.concat(tables, ignore_index=True)


@pytest.mark.parametrize("unit", ["turn", "window", "speaker", "overlap"])
def test_without_association_one_p_in_twenty_is_below_a_twentieth(unit):
    found = simulated(unit, range(14))
    found = found[found["p"].notna()]
    rejected, normal = found["p"] <= 0.05, found["test"] == "normal"
    assert len(found) > 100
    assert rejected.sum() <= binom(len(found), 0.05).ppf(0.9999)
    if normal.sum() > 100:  # counts large enough that the level is met from below too
        assert rejected[normal].sum() >= binom(normal.sum(), 0.05).ppf(0.0001)
    assert found["z"].mean() == pytest.approx(0, abs=4 / np.sqrt(len(found)))
    assert found["z"].std() == pytest.approx(1, abs=0.25)


@pytest.mark.parametrize("unit", ["turn", "window", "overlap"])
def test_a_planted_association_is_found(unit):
    found = simulated(unit, range(3), plant=("c", "a"))
    planted = (found["code_1"] == "a") & (found["code_2"] == "c")
    assert planted.sum() == 3 and (found.loc[planted, "q"] < 0.05).all() and (found.loc[planted, "z"] > 2).all()


# The kernel beyond what the tables ask of it


@pytest.mark.parametrize("wide", [1, 2**36])
@settings(max_examples=40)
@given(
    rows=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 12), st.integers(1, 6), st.integers(0, 2)), min_size=1)
)
def test_overlaps_of_fields_too_wide_for_one_key_are_counted_too(wide, rows):
    document, start, length, code = (np.array(column) for column in zip(*rows, strict=True))
    document, start, length = document * min(wide, 2**16), start * wide, length * wide
    end = start + length
    pairs, shared = np.zeros((2, 3, 3), "int64")
    for i, j in combinations(range(len(rows)), 2):
        if document[i] == document[j] and start[i] < end[j] and start[j] < end[i] and code[i] != code[j]:
            pairs[code[i], code[j]] += 1
            pairs[code[j], code[i]] += 1
    cells = [
        {(rows[k][0], at) for k in range(len(rows)) if code[k] == c for at in range(rows[k][1], sum(rows[k][1:3]))}
        for c in range(3)
    ]
    for i, j in product(range(3), repeat=2):
        shared[i, j] = wide * len(cells[i] & cells[j])
    assert kernel.overlaps(document, start, end, code, 3).tolist() == pairs.tolist()
    assert kernel.shared_characters(document, start, end, code, 3).tolist() == shared.tolist()
    every = pairs.sum() // 2 + sum(
        document[i] == document[j] and start[i] < end[j] and start[j] < end[i] and code[i] == code[j]
        for i, j in combinations(range(len(rows)), 2)
    )
    assert len(kernel.joins(document, start, end)[0]) == every


@pytest.mark.parametrize("dense", [0.0, 2.0], ids=["by product", "row against row"])
@pytest.mark.parametrize("block", [1, 7, 1 << 20])
def test_blocks_and_density_change_no_count(monkeypatch, block, dense):
    rng = np.random.default_rng(3)
    unit, code = rng.integers(0, 40, 300), rng.integers(0, 9, 300)
    carries = np.zeros((40, 9), int)
    carries[unit, code] = 1
    monkeypatch.setattr(kernel, "BLOCK", block)
    monkeypatch.setattr(kernel, "DENSE", dense)
    assert kernel.met_on_units(unit, code, 9).tolist() == (carries.T @ carries).tolist()
    document, start = rng.integers(0, 5, 200), rng.integers(0, 400, 200)
    end, what = start + rng.integers(1, 30, 200), rng.integers(0, 9, 200)
    whole = kernel.overlaps(document, start, end, what, 9)
    monkeypatch.undo()
    assert whole.tolist() == kernel.overlaps(document, start, end, what, 9).tolist() and whole.sum() > 0


# Edges


def test_few_units_get_a_count_and_no_coefficient():
    corpus = dtstudy.open_study("kouimtsidis2007").quoted_corpus()
    pairs = cooccurrence.cooccurrence(corpus.codings, corpus.turns, coders="union")
    few = (pairs[["n1", "n2"]] < 5).any(axis="columns")
    assert few.any() and pairs.loc[few, COEFFICIENTS].isna().all(axis=None)
    assert pairs.loc[~few, ["jaccard", "expected", "z", "p", "q"]].notna().all(axis=None)


def test_few_passages_get_characters_and_no_coefficient():
    codings, turns = talk({"a": 4, "b": 5, "c": 6}, of=20)
    pairs = cooccurrence.cooccurrence(codings, turns, unit="overlap", replicates=9)
    assert pairs["jaccard"].isna().tolist() == [True, True, False] and (pairs[["n1", "n2"]] > 100).all(axis=None)


def test_a_code_and_its_category_are_no_pair():
    corpus = dtstudy.open_study("kouimtsidis2007").quoted_corpus()
    pairs = cooccurrence.cooccurrence(corpus.codings, corpus.turns, coders="first", codes=corpus.codes, replicates=0)
    parent = dict(zip(corpus.codes["code"], corpus.codes["parent"], strict=True))
    assert "compulsion" in set(pairs["code_1"])
    assert not any(
        parent.get(a) == b or parent.get(b) == a for a, b in zip(pairs["code_1"], pairs["code_2"], strict=True)
    )


@pytest.mark.parametrize("unit", cooccurrence.UNITS)
def test_a_code_whose_parent_is_coded_on_the_passage_too_counts_once(unit):
    codings, turns = talk({"push": 5, "trust": 6}, of=12, seed=1)
    codes = pd.DataFrame({"code": ["force", "push", "trust"], "parent": [None, "force", None]})
    both = pd.concat([codings, codings[codings["code"] == "push"].assign(code="force")])
    how = {"unit": unit, "codes": codes, "replicates": 9}
    once, twice = (cooccurrence.cooccurrence(one, turns, **how) for one in (codings, both))
    pd.testing.assert_frame_equal(once, twice)
    assert once[["code_1", "code_2"]].to_numpy().tolist() == [["force", "trust"], ["push", "trust"]]


def test_a_grandparent_is_no_pair_and_stands_where_its_grandchild_does():
    codings, turns = talk({"push": 5, "trust": 6}, of=12, seed=1)
    codes = pd.DataFrame({"code": ["law", "force", "push", "trust"], "parent": [None, "law", "force", None]})
    pairs = cooccurrence.cooccurrence(codings, turns, codes=codes, replicates=0)
    assert pairs["code_1"].tolist() == ["force", "law", "push"] and pairs["n1"].nunique() == 1


def test_overlap_compares_codes_of_one_depth_only():
    corpus = dtstudy.open_study("dtors2009").corpus()
    pairs = cooccurrence.cooccurrence(corpus.codings, corpus.turns, unit="overlap", codes=corpus.codes, replicates=0)
    categories = set(corpus.codes["parent"].dropna())
    mixed = pairs["code_1"].isin(categories) != pairs["code_2"].isin(categories)
    assert mixed.any() and pairs.loc[mixed, ["expected", "z", "p"]].isna().all(axis=None)
    assert pairs.loc[~mixed, "expected"].notna().any() and pairs.loc[mixed, "jaccard"].notna().any()


def test_a_code_on_every_turn_does_not_vary():
    codings, turns = talk({"always": 10, "b": 5}, of=10)
    pair = cooccurrence.cooccurrence(codings, turns).iloc[0]
    assert (pair["n12"], pair["expected"]) == (5, 5) and np.isnan(pair["z"]) and np.isnan(pair["p"])
    assert np.isnan(pair["phi"]) and pair["test"] == ""


def test_documents_do_not_vary_when_codes_move_within_them():
    codings, turns = talk({"a": 3, "b": 5}, documents=6, of=10)
    pairs = cooccurrence.cooccurrence(codings, turns, unit="document")
    assert pairs[["n12", "expected"]].to_numpy().tolist() == [[6, 6]] and pairs[["z", "p", "q"]].isna().all(axis=None)
    assert "leaves documents as they are" in cooccurrence.definition(pairs)


def test_a_code_nobody_gave_has_no_row():
    codings, turns = talk({"a": 5, "b": 5}, of=10)
    codes = pd.DataFrame({"code": ["a", "b", "unused", "above"], "parent": [None, None, "above", None]})
    assert len(cooccurrence.cooccurrence(codings, turns, codes=codes, replicates=0)) == 1


def test_a_pair_that_never_meets_has_a_row_with_limits():
    turns = talk({"a": 1}, of=12)[1]
    starts = {"a": range(0, 600, 100), "b": range(600, 1200, 100)}
    rows = [("D0", start, start + 20, code, "consensus") for code, own in starts.items() for start in own]
    codings = pd.DataFrame(rows, columns=["document", "start", "end", "code", "coder"])
    pair = cooccurrence.cooccurrence(codings, turns).iloc[0]
    assert (pair["n12"], pair["jaccard"], pair["lift"], pair["npmi"]) == (0, 0, 0, -1)
    assert pair["z"] < 0 and pair["p"] < 0.01
    overlap = cooccurrence.cooccurrence(codings, turns, unit="overlap").iloc[0]
    assert (overlap["n12"], overlap["overlapping_pairs"], overlap["expected"]) == (0, 0, 0) and np.isnan(overlap["z"])


def test_a_passage_among_the_facilitators_turns_counts_nowhere():
    codings, turns = talk({"a": 5, "b": 5}, of=10)
    turns.loc[turns["turn"] % 2 == 0, "role"] = "facilitator"
    outside = codings["start"] // 100 % 2 == 1
    for unit in cooccurrence.UNITS:
        how = {"unit": unit, "replicates": 0}
        pd.testing.assert_frame_equal(
            cooccurrence.cooccurrence(codings, turns, **how), cooccurrence.cooccurrence(codings[~outside], turns, **how)
        )


def test_each_coder_alone_is_that_coders_table():
    corpus = dtstudy.open_study("dtors2009").corpus()
    every = cooccurrence.cooccurrence(corpus.codings, corpus.turns, coders="each", replicates=19)
    for coder in ("first", "second", "consensus"):
        alone = cooccurrence.cooccurrence(corpus.codings, corpus.turns, coders=coder, replicates=19)
        own = every[every["coder"] == coder].reset_index(drop=True)
        pd.testing.assert_frame_equal(own.drop(columns="coders"), alone.drop(columns="coders"))


@pytest.mark.parametrize("unit", cooccurrence.UNITS)
def test_nothing_coded_is_a_table_without_rows(unit):
    codings, turns = talk({"a": 5, "b": 5}, of=10)
    for coders, some in (("each", codings[:0]), ("union", codings[:0])):
        empty = cooccurrence.cooccurrence(some, turns, unit=unit, coders=coders)
        whole = cooccurrence.cooccurrence(codings, turns, unit=unit)
        assert empty.empty and list(empty) == list(whole)
        assert cooccurrence.definition(empty) == "No two codes were counted."
    alone = cooccurrence.cooccurrence(codings[codings["code"] == "a"], turns, unit=unit)
    assert alone.empty and list(alone) == list(whole)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"unit": "turns"}, "unit 'turns' is unknown; did you mean 'turn'"),
        ({"coders": "frist"}, "No coding is by 'frist'"),
        ({"window": 0, "unit": "window"}, "window is 0; it must be 1 turn or more"),
        ({"seed": -1}, "seed is -1"),
        ({"replicates": -1}, "replicates are -1"),
    ],
)
def test_a_wrong_parameter_is_a_sentence(asked, sentence):
    with pytest.raises(InputError, match=sentence):
        cooccurrence.cooccurrence(*talk({"a": 5, "b": 5}), **asked)


def test_the_definition_names_unit_coders_and_where_p_comes_from():
    codings, turns = talk({"a": 3, "b": 2}, documents=6, of=9)
    said = {
        unit: cooccurrence.definition(cooccurrence.cooccurrence(codings, turns, unit=unit))
        for unit in ("turn", "window", "overlap")
    }
    assert "Unit: window of 1 turn either side; coders: consensus." in said["window"]
    assert "swap their codes" in said["overlap"] and "5 passages" in said["overlap"]
    assert "4,999 re-labellings, seed 0" in said["turn"] and "over 1 pairs" in said["turn"]


def test_the_table_a_reader_sees_has_shares_of_both_codes_and_a_dash_where_nothing_is_known():
    codings, turns = talk({"a": 4, "b": 8, "c": 16, "d": 1}, documents=2, of=20, seed=1)
    pairs = cooccurrence.cooccurrence(codings, turns, replicates=99)
    table = shown.cooccurrence(pairs)
    met = pairs[pairs["n12"] > 0].sort_values("n12", ascending=False)
    assert table["Both"].tolist() == met["n12"].tolist() and "Coder" not in table
    first, counts = table.iloc[0], met.iloc[0]
    assert first["% of first"] == f"{100 * counts['n12'] / counts['n1']:.0f}"
    assert first["% of second"] == f"{100 * counts['n12'] / counts['n2']:.0f}"
    few = table[(table["Code"] == "d") | (table["and code"] == "d")]
    assert len(few) and (few[["Expected", "z", "p", "q", "Jaccard"]] == "–").all(axis=None)
    documents = shown.cooccurrence(cooccurrence.cooccurrence(codings, turns, unit="document"))
    assert not {"z", "p", "q"} & set(documents)
    assert "Pairs of passages" in shown.cooccurrence(cooccurrence.cooccurrence(codings, turns, unit="overlap"))


# Networks


def edges_of(graph):
    rows = [(str(a), str(b), about.get("weight", 1)) for a, b, about in graph.edges(data=True)]
    return pd.DataFrame(rows, columns=["code_1", "code_2", "weight"])


def test_disparity_of_les_miserables():
    edges = edges_of(nx.les_miserables_graph())
    alpha = cooccurrence.disparity(edges)
    assert [int((alpha < level).sum()) for level in (0.01, 0.05, 0.1, 0.2, 0.3)] == [3, 9, 21, 47, 85]
    pair = edges[["code_1", "code_2"]].apply(set, axis=1) == {"Valjean", "Cosette"}
    assert alpha[pair].tolist() == pytest.approx([0.00047877579937226946], abs=1e-9)


def test_a_single_link_does_not_stand_out():
    assert cooccurrence.disparity(pd.DataFrame({"code_1": ["a"], "code_2": ["b"], "weight": [3.0]})).tolist() == [1.0]


def test_communities_of_the_karate_club():
    club = nx.karate_club_graph()
    edges = edges_of(club).assign(weight=1)
    found = cooccurrence.communities(edges)
    plain = nx.Graph(club.edges)
    greedy = nx.community.greedy_modularity_communities(plain)
    assert nx.community.modularity(plain, greedy) == pytest.approx(0.3807, abs=1e-4)
    clubs = [{node for node, about in club.nodes(data=True) if about["club"] == name} for name in ("Mr. Hi", "Officer")]
    assert nx.community.modularity(plain, clubs) == pytest.approx(0.3582, abs=1e-4)
    groups = [{int(code) for code in own["code"]} for _, own in found.groupby("community")]
    assert nx.community.modularity(plain, groups) == pytest.approx(found["modularity_most"].iloc[0], abs=1e-9)
    assert 0.3807 < found["modularity_most"].iloc[0] <= 0.4198 + 1e-4  # the largest there is
    assert found["modularity_least"].iloc[0] < found["modularity_most"].iloc[0]
    assert found["stability"].between(0, 1).all() and found["stability"].min() < 1
    assert found.groupby("community").size().is_monotonic_decreasing


def test_two_cliques_are_two_stable_communities_and_a_code_alone_is_a_third():
    pairs = [*combinations("abcd", 2), *combinations("wxyz", 2), ("d", "w")]
    edges = pd.DataFrame([(*pair, 1.0) for pair in pairs], columns=["code_1", "code_2", "weight"])
    found = cooccurrence.communities(edges, codes=["alone"])
    assert found["community"].tolist() == [1] * 4 + [2] * 4 + [3] and "".join(found["code"][:8]) == "abcdwxyz"
    assert (found["stability"] == 1).all()


def pairs_of(study):
    corpus = dtstudy.open_study(study).corpus()
    return cooccurrence.cooccurrence(corpus.codings, corpus.turns, replicates=0)


def test_the_network_of_a_table():
    pairs = pairs_of("dtors2009")
    nodes, edges = cooccurrence.network(pairs)
    positive = pairs[pairs["npmi"] > 0]
    assert edges["weight"].tolist() == positive["npmi"].tolist()
    assert (edges["kept"] == (edges["alpha"] < 0.2)).all() and 0 < edges["kept"].sum() < len(edges)
    units = pd.concat([pairs.set_index("code_1")["n1"], pairs.set_index("code_2")["n2"]]).groupby(level=0).first()
    assert nodes.set_index("code")["n"].sort_index().tolist() == units.tolist()
    assert np.hypot(nodes["x"], nodes["y"]).to_numpy() == pytest.approx(1, abs=1e-5)
    for _, side in nodes.groupby(nodes["x"] > 0):
        assert side["y"].nunique() == len(side)
    again = cooccurrence.network(pairs.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(again[0], nodes)
    pd.testing.assert_frame_equal(again[1], edges)


def test_a_network_without_links_has_its_codes():
    pairs = pairs_of("dtors2009").assign(npmi=nan)
    nodes, edges = cooccurrence.network(pairs)
    assert edges.empty and nodes["community"].is_unique and nodes["modularity_most"].isna().all()
    assert (shown.network(nodes, edges)["Stands out with"] == "–").all()
    assert "there is no link" in cooccurrence.network_definition(nodes, edges)


def test_the_table_of_a_network_lists_each_link_that_stands_out_at_both_ends():
    nodes, edges = cooccurrence.network(pairs_of("dtors2009"))
    table = shown.network(nodes, edges).set_index("Code")["Stands out with"]
    for link in edges[edges["kept"]].itertuples():
        assert f"{link.code_2} ({link.weight:.2f})" in table[link.code_1]
        assert f"{link.code_1} ({link.weight:.2f})" in table[link.code_2]
    listed = table[table != "–"].str.count(";").sum() + (table != "–").sum()
    assert listed == 2 * edges["kept"].sum()
    assert "alpha of the disparity filter is below 0.2" in cooccurrence.network_definition(nodes, edges)


@pytest.mark.parametrize(
    ("change", "asked", "sentence"),
    [
        ({}, {"weight": "npmy"}, "weight 'npmy' is unknown; did you mean 'npmi'"),
        ({}, {"runs": 0}, "sought 0 times"),
        ({"coder": ["first", "second"]}, {}, "several coders \\(first, second\\)"),
    ],
)
def test_a_wrong_network_is_a_sentence(change, asked, sentence):
    pairs = pairs_of("dtors2009")[:2].assign(**change)
    with pytest.raises(InputError, match=sentence):
        cooccurrence.network(pairs, **asked)
