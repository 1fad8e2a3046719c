from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dtstudy
from dtstudy import tables as shown
from dtstudy.errors import InputError
from dtstudy.measures import saturation

from .corpora import tables


def heard(rows, strata=None):
    """An incidence from rows of 0 and 1."""
    documents = pd.Index([f"D{place}" for place in range(1, len(rows) + 1)], name="document")
    index = documents if strata is None else pd.MultiIndex.from_arrays([strata, documents], names=["group", "document"])
    return pd.DataFrame(rows, index, columns=[f"c{place}" for place in range(len(rows[0]))])


INCIDENCES = st.integers(1, 5).flatmap(
    lambda codes: st.lists(st.lists(st.integers(0, 1), min_size=codes, max_size=codes), min_size=1, max_size=5)
)
NINE = heard(
    [
        [1, 1, 1, 0, 0, 0, 0, 0, 0, 0],
        [1, 0, 1, 1, 0, 0, 0, 0, 0, 0],
        [1, 1, 0, 1, 1, 0, 0, 0, 0, 0],
        [0, 1, 1, 1, 0, 1, 0, 0, 0, 0],
        [1, 1, 1, 0, 0, 0, 0, 0, 0, 0],
        [1, 0, 1, 1, 1, 0, 0, 0, 0, 0],
        [1, 1, 0, 0, 0, 0, 1, 1, 0, 0],
        [0, 1, 1, 0, 0, 0, 1, 0, 1, 0],
        [1, 0, 1, 0, 0, 0, 1, 1, 0, 1],
    ],
    ["SU"] * 6 + ["ST"] * 3,
)


def test_nine_groups_over_all_362880_orders():
    found = saturation.accumulation(NINE.droplevel(0))
    assert found["mean"].tolist() == pytest.approx(
        [34 / 9, 17 / 3, 6.7976190476190474, 7.619047619047619, 8.277777777777779, 8.821428571428571, 9.277777777777779]
        + [9.666666666666666, 10],
        abs=1e-9,
    )
    assert found["sd"].tolist() == pytest.approx(
        [0.6285393610554532, 1.1055415967837858, 1.183012316331798, 1.097306535412961, 0.9565056184759042]
        + [0.8041664463697092, 0.6502611061487614, 0.47140452078994693, 0],
        abs=1e-9,
    )
    assert found["lowest"].tolist() == [3, 3, 4, 5, 5, 6, 8, 9, 10]
    assert found["highest"].tolist() == [5, 8, 9, 10, 10, 10, 10, 10, 10]
    assert found["chronological"].tolist() == [3, 4, 5, 6, 6, 6, 8, 9, 10]


@given(INCIDENCES)
def test_curves_equal_the_enumeration_of_every_order(rows):
    found = saturation.accumulation(heard(rows))
    curves = np.array([np.maximum.accumulate(np.array(order)).sum(axis=1) for order in permutations(rows)])
    assert found["mean"].tolist() == pytest.approx(curves.mean(axis=0).tolist(), abs=1e-9)
    assert found["sd"].tolist() == pytest.approx(curves.std(axis=0).tolist(), abs=1e-6)
    assert found["lowest"].tolist() == curves.min(axis=0).tolist()
    assert found["highest"].tolist() == curves.max(axis=0).tolist()
    assert found["chronological"].tolist() == curves[0].tolist() == found["new"].cumsum().tolist()


def test_more_than_sixty_four_codes_are_bounded_too():
    rows = np.eye(3, 200, dtype=int) + np.eye(3, 200, 150, dtype=int)
    found = saturation.accumulation(heard(rows.tolist()))
    assert found["lowest"].tolist() == found["highest"].tolist() == [2, 4, 6]


def test_beyond_twenty_events_lowest_and_highest_are_missing_and_say_why():
    found = saturation.accumulation(heard(np.eye(21, 4, dtype=int).tolist()))
    assert found[["lowest", "highest"]].isna().all(axis=None)
    assert set(found["bounds"]) == {"not computed for more than 20 events"}
    assert found["mean"].iloc[[0, -1]].tolist() == pytest.approx([4 / 21, 4])


def test_strata_are_judged_apart():
    both = saturation.accumulation(NINE)
    for group, own in both.groupby("group"):
        alone = saturation.accumulation(NINE.loc[group])
        pd.testing.assert_frame_equal(own.drop(columns="group").reset_index(drop=True), alone)
    assert saturation.guest(NINE)["verdict"].tolist() == ["reached", "not assessable"]
    assert saturation.chao2(NINE)["s_obs"].tolist() == [6, 7]


GUEST_2020 = [15, 10, 7, 5, 4, 3, 1, 0, 0]  # 37 and 7 are the paper's illustration; the rest is made up


def test_runs_slide_by_one_event_and_are_measured_by_the_base():
    found = saturation.runs(GUEST_2020)
    assert found[["first_event", "last_event", "new_in_run", "base_codes"]].to_numpy().tolist() == [
        [5, 6, 7, 37],
        [6, 7, 4, 37],
        [7, 8, 1, 37],
        [8, 9, 0, 37],
    ]
    assert found["ratio"].tolist() == pytest.approx([7 / 37, 4 / 37, 1 / 37, 0])


def test_saturation_is_reached_at_the_event_before_the_run():
    row = saturation.guest(GUEST_2020).iloc[0]
    assert row[["saturated_at", "label", "verdict", "new_in_run", "later"]].tolist() == [6, "6+2", "reached", 1, 1]
    assert row["saturated"] is np.True_ or row["saturated"] is True
    assert saturation.guest(GUEST_2020, threshold=0).iloc[0]["label"] == "7+2"
    assert saturation.guest(GUEST_2020, run=3)["label"].tolist() == ["6+3"]
    assert saturation.guest(GUEST_2020[:6])["verdict"].tolist() == ["not reached"]
    assert saturation.guest(GUEST_2020[:6])["saturated"].tolist() == [False]


@given(st.lists(st.integers(0, 4), max_size=9), st.integers(1, 4), st.integers(1, 3), st.sampled_from([0, 0.05, 0.5]))
def test_guest_equals_its_definition(new, base, run, threshold):
    row = saturation.guest(new, base, run, threshold).iloc[0]
    if len(new) < base + run or not sum(new[:base]):
        assert pd.isna(row["saturated"]) and row["verdict"] == "not assessable" and row["reason"]
        return
    met = [e for e in range(base, len(new) - run + 1) if sum(new[e : e + run]) <= threshold * sum(new[:base])]
    assert row["saturated"] == bool(met)
    assert row["label"] == (f"{met[0]}+{run}" if met else "")


def test_too_few_events_are_not_assessable_and_no_no():
    row = saturation.guest(NINE.loc["ST"]).iloc[0]
    assert row["saturated"] is pd.NA and row["saturated_at"] is pd.NA
    assert row["verdict"] == "not assessable"
    assert row["reason"] == "3 events; a base of 4 and a run of 2 need 6"


def test_without_a_code_in_the_base_the_ratio_is_undefined():
    row = saturation.guest([0, 0, 0, 0, 3, 1]).iloc[0]
    assert row["verdict"] == "not assessable" and "no code in the base" in row["reason"] and pd.isna(row["ratio"])
    assert saturation.runs([0, 0, 0, 0, 3, 1])["ratio"].isna().all()


def frequencies(events, documents):
    """An incidence in which code i stands in documents[i] of the events."""
    return heard([[int(place < number) for number in documents] for place in range(events)])


def test_chao2_of_the_dune_meadow_as_vegan_prints_it():
    dune = frequencies(20, [1] * 3 + [2] * 2 + [5] * 25)  # 30 species on 20 meadows, three on one and two on two
    row = saturation.chao2(dune).iloc[0]
    assert row[["s_obs", "q1", "q2"]].tolist() == [30, 3, 2]
    assert row["estimate"] == pytest.approx(32.1375)
    assert row["formula"] == "Chao2: S_obs + (T-1)/T Q1^2 / (2 Q2)"


def test_without_a_code_heard_twice_the_bias_corrected_form_stands_in_and_is_named():
    row = saturation.chao2(frequencies(4, [1, 1, 1, 4])).iloc[0]
    assert row["estimate"] == pytest.approx(4 + 3 / 4 * 3 * 2 / 2)
    assert row["formula"].startswith("Chao2, bias-corrected")
    assert row["coverage"] == pytest.approx(1 - 3 / 7 * (3 * 2) / (3 * 2 + 2))


@given(st.integers(2, 8), st.lists(st.integers(0, 8), min_size=1, max_size=9))
def test_estimate_and_coverage_equal_the_form_of_inext(events, documents):
    documents = [min(number, events) for number in documents]
    row = saturation.chao2(frequencies(events, documents)).iloc[0]
    q1, q2, uses = documents.count(1), documents.count(2), sum(documents)
    unheard = (events - 1) / events * (q1**2 / 2 / q2 if q2 else q1 * (q1 - 1) / 2)
    assert row["estimate"] == pytest.approx(sum(number > 0 for number in documents) + unheard)
    if uses:
        factor = events * unheard / (events * unheard + q1) if q1 else 1
        assert row["coverage"] == pytest.approx(1 - q1 / uses * factor)
    else:
        assert pd.isna(row["coverage"])


def test_one_event_says_nothing_of_codes_unheard():
    row = saturation.chao2(heard([[1, 1, 0]])).iloc[0]
    assert row["s_obs"] == 2 and row[["estimate", "unheard", "coverage"]].isna().all()
    assert row["formula"] == "not defined for one event"


@settings(max_examples=50)
@given(tables(), st.sampled_from(["first", "second", "union"]), st.sampled_from([None, "group"]))
def test_incidence_equals_its_definition(both, coders, by):
    codings, turns = both
    if coders != "union" and coders not in set(codings["coder"]):
        with pytest.raises(InputError, match="No coding is by"):
            saturation.incidence(codings, turns, coders)
        return
    found = saturation.incidence(codings, turns, coders, by=by)
    own = codings if coders == "union" else codings[codings["coder"] == coders]
    said = turns[turns["role"] != "facilitator"]
    expected = {
        (c.document, c.code)
        for c in own.itertuples()
        for t in said.itertuples()
        if c.document == t.document and c.start < t.end and t.start < c.end
    }
    flat = found.droplevel(0) if by else found
    assert {(d, code) for d in flat.index for code in flat.columns if flat.loc[d, code]} == expected
    assert sorted(flat.index) == sorted(set(turns["document"]))  # a document without a code is an event
    if by:
        assert list(found.index) == sorted(
            zip(flat.index.map(turns.set_index("document")["group"].to_dict()), flat.index, strict=True)
        )


@settings(max_examples=25)
@given(tables())
def test_incidence_in_parts_and_below_each_other_is_incidence_at_once(both):
    codings, turns = both
    codes = pd.DataFrame({"code": ["c", "a", "b", "z"], "parent": None, "level": "concept"})
    whole = saturation.incidence(codings, turns, "union", codes)
    parts = [
        saturation.incidence(codings[codings["document"] == name], turns[turns["document"] == name], "union", codes)
        for name in turns["document"].unique()
    ]
    pd.testing.assert_frame_equal(pd.concat(parts), whole)
    assert list(whole) == ["c", "a", "b", "z"] and pd.concat(parts).attrs == whole.attrs


def test_codes_of_a_framework_count_from_their_first_use():
    codes = pd.DataFrame({"code": ["x", "y", "never"], "parent": None, "level": "concept"})
    turns = pd.DataFrame({"document": ["A", "B"], "turn": 1, "participant": "P", "start": 0, "end": 9})
    codings = pd.DataFrame({"document": ["A", "B"], "start": 1, "end": 3, "code": ["x", "y"], "coder": "consensus"})
    found = saturation.accumulation(saturation.incidence(codings, turns, codes=codes))
    assert found["new"].tolist() == [1, 1] and found["n_codes"].tolist() == [2, 2]
    assert found[["coders", "level", "unit"]].drop_duplicates().to_numpy().tolist() == [
        ["consensus", "concept", "document"]
    ]


def test_documents_stand_in_the_order_of_a_date_and_unread_ones_are_no_events():
    turns = pd.DataFrame({"document": ["A", "B", "C"], "turn": 1, "participant": "P", "start": 0, "end": 9})
    turns["date"] = ["2004-06", "2004-03", "2004-05"]
    codings = pd.DataFrame({"document": ["A"], "start": [1], "end": [3], "code": "x", "coder": "first"})
    reads = pd.DataFrame({"document": ["A", "B", "C"], "coder": ["first", "first", "second"]})
    assert list(saturation.incidence(codings, turns, "first", order="date").index) == ["B", "C", "A"]
    assert list(saturation.incidence(codings, turns, "first", reads=reads).index) == ["A", "B"]
    assert list(saturation.incidence(codings, turns, "union", reads=reads).index) == ["A", "B", "C"]


def test_a_category_is_heard_where_one_of_its_concepts_is():
    corpus = dtstudy.open_study("kouimtsidis2007").corpus()
    concepts = saturation.incidence(corpus.codings, corpus.turns, codes=corpus.codes)
    categories = saturation.incidence(corpus.codings, corpus.turns, codes=corpus.codes, level="category")
    parent = dict(zip(corpus.codes["code"], corpus.codes["parent"], strict=True))
    for category in set(parent.values()) & set(categories):
        own = concepts[[code for code in concepts if parent[code] == category]]
        assert own.max(axis="columns").tolist() == categories[category].tolist()


@pytest.mark.parametrize(
    ("about", "sentence"),
    [
        ({"coders": "each"}, "Saturation is that of one reading"),
        ({"by": "grup"}, "no column 'grup'; did you mean 'group'"),
        ({"by": "sex"}, "column 'sex' differs within document 'FG1'"),
        ({"level": "concepts"}, "no code of the level 'concepts'; did you mean 'concept'"),
    ],
)
def test_unknown_options_are_sentences(about, sentence):
    corpus = dtstudy.open_study("kouimtsidis2007").corpus()
    with pytest.raises(InputError, match=sentence):
        saturation.incidence(corpus.codings, corpus.turns, codes=corpus.codes, **about)


@pytest.mark.parametrize("about", [{"base": 0}, {"run": 0}, {"threshold": 5}])
def test_a_setting_that_cannot_be_is_a_sentence(about):
    with pytest.raises(InputError, match=r"cannot be|is no share"):
        saturation.guest(GUEST_2020, **about)


def test_the_table_says_in_words_what_cannot_be_assessed():
    found = saturation.guest(NINE).merge(saturation.chao2(NINE))
    table = shown.saturation(found, by="group")
    assert table["Saturation"].tolist() == [
        "reached at 4+2",
        "not assessable: 3 events; a base of 4 and a run of 2 need 6",
    ]
    assert table["New in the run of 2 (at most 5 %)"].tolist() == ["0 (0.0 %)", "–"]
    assert "level: not stated; coders: not stated" in saturation.definition(found)
