from itertools import chain, combinations, product
from math import comb

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import permutation_test

import dtstudy
from dtstudy.errors import InputError
from dtstudy.measures import frequency, multiplicity
from dtstudy.measures.frequency import relabelling

from .corpora import tables
from .simulated import corpus

USERS_AND_STAFF = np.arange(9) < 6
P_VALUES = ["p_greater", "p_less", "p_abs", "p_doubled"]


@pytest.mark.parametrize(
    ("rates", "expected"),
    [
        ([1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 5.0, 6.0, 7.0], (-3.75, 1.0, 1 / 84, 1 / 84, 2 / 84)),
        ([4.1, 2.2, 6.3, 3.8, 1.9, 5.0, 7.5, 4.9, 8.8], (-3.1833333333333345, 82 / 84, 3 / 84, 5 / 84, 6 / 84)),
    ],
    ids=["apart", "overlapping"],
)
def test_six_groups_of_users_and_three_of_staff(rates, expected):
    found = frequency.relabel(np.array(rates)[:, None], USERS_AND_STAFF).iloc[0]
    np.testing.assert_allclose(found[["difference", *P_VALUES]].astype(float), expected, atol=1e-12)
    assert found["arrangements"] == 84 and found["relabelling"] == "exact"
    np.testing.assert_allclose([found["smallest_abs"], found["smallest_doubled"]], [1 / 84, 2 / 84], atol=1e-12)


def test_two_groups_of_users_and_one_of_staff_in_each_programme():
    rates = np.array([1.0, 2.0, 5.0, 1.5, 3.0, 6.0, 2.5, 3.5, 7.0])
    staff = np.tile([False, False, True], 3)
    found = frequency.relabel(rates[:, None], staff, np.repeat(["A", "B", "C"], 3)).iloc[0]
    assert (found["difference"], found["arrangements"]) == (3.75, 27)
    expected = [1 / 27, 1.0, 1 / 27, 2 / 27, 1 / 27, 2 / 27]
    np.testing.assert_allclose(
        found[[*P_VALUES, "smallest_abs", "smallest_doubled"]].astype(float), expected, atol=1e-12
    )


def brute(rates, first, blocks):
    """Differences under every re-labelling within blocks, from the definition."""
    places = [[place for place in range(len(rates)) if blocks[place] == block] for block in sorted(set(blocks))]
    dealt = product(*(combinations(place, sum(first[one] for one in place)) for place in places))
    for chosen in (set(chain(*parts)) for parts in dealt):
        one = [rate for place, rate in enumerate(rates) if place in chosen]
        other = [rate for place, rate in enumerate(rates) if place not in chosen]
        yield sum(one) / len(one) - sum(other) / len(other)


@st.composite
def designs(draw):
    size = draw(st.integers(2, 8))
    rates = draw(st.lists(st.sampled_from([0, 1, 2, 3, 5, 8, 13]), min_size=size, max_size=size))
    first = draw(
        st.lists(st.booleans(), min_size=size, max_size=size).filter(lambda marks: 0 < sum(marks) < len(marks))
    )
    return rates, first, draw(st.lists(st.sampled_from("AB"), min_size=size, max_size=size))


@settings(max_examples=60)
@given(designs(), st.booleans())
def test_relabelling_equals_full_enumeration(design, blocked):
    rates, first, blocks = design
    found = frequency.relabel(np.array([rates]).T, first, blocks if blocked else None).iloc[0]
    every = list(brute(rates, first, blocks if blocked else "A" * len(rates)))
    here = np.mean([r for r, mark in zip(rates, first, strict=True) if mark])
    here = here - np.mean([r for r, mark in zip(rates, first, strict=True) if not mark])
    greater, less = (sum(sign * d >= sign * here - 1e-7 for d in every) / len(every) for sign in (1, -1))
    assert found["arrangements"] == len(every)
    assert found["p_greater"] == pytest.approx(greater) and found["p_less"] == pytest.approx(less)
    assert found["p_abs"] == pytest.approx(sum(abs(d) >= abs(here) - 1e-7 for d in every) / len(every))
    assert found["p_doubled"] == pytest.approx(min(1, 2 * greater, 2 * less))
    assert found["smallest_abs"] <= found["p_abs"] + 1e-12
    assert found["smallest_doubled"] <= found["p_doubled"] + 1e-12


@settings(max_examples=20)
@given(designs())
def test_relabelling_equals_scipy(design):
    rates, first = np.array(design[0], float), np.array(design[1])
    assume(min(first.sum(), (~first).sum()) > 1)  # scipy wants two of each
    found = frequency.relabel(rates[:, None], first).iloc[0]
    for p, alternative in (("p_greater", "greater"), ("p_less", "less"), ("p_doubled", "two-sided")):
        scipy = permutation_test(
            (rates[first], rates[~first]),
            lambda a, b, axis: a.mean(axis=axis) - b.mean(axis=axis),
            vectorized=True,
            n_resamples=np.inf,
            alternative=alternative,
        )
        assert found[p] == pytest.approx(scipy.pvalue)


@pytest.mark.parametrize(
    ("first", "blocks"),
    [("110", "AAA"), ("1100", "AAAA"), ("1010", "AABB"), ("110100", "AAABBB"), ("1000", "AAAA"), ("10111", "AABCC")],
)
def test_the_smallest_p_of_a_design_is_one_that_rates_can_reach_and_none_goes_below(first, blocks):
    first = [mark == "1" for mark in first]
    every = np.array(list(product([0, 1, 2.5, 4.1, 7], repeat=min(5, len(first)))))
    every = np.column_stack([every, *[np.full(len(every), 3.0)] * (len(first) - 5)]) if len(first) > 5 else every
    found = frequency.relabel(every.T, first, list(blocks))
    assert found["p_abs"].min() == pytest.approx(found["smallest_abs"].iloc[0])
    assert found["p_doubled"].min() == pytest.approx(found["smallest_doubled"].iloc[0])


def test_eighteen_interviews_are_few_enough_to_look_at_every_arrangement():
    rates = np.random.default_rng(0).random((18, 2))
    found = frequency.relabel(rates, np.arange(18) < 12)
    assert found["arrangements"].tolist() == [comb(18, 6)] * 2 == [18_564] * 2
    assert set(found["relabelling"]) == {"exact"}


def test_above_the_bound_arrangements_are_drawn_counted_with_the_one_at_hand_and_said_so(monkeypatch):
    rates = np.random.default_rng(1).random((12, 3))
    rates[:6, 0] += 1
    first, blocks = np.arange(12) < 6, np.tile([0, 1], 6)
    exact = frequency.relabel(rates, first, blocks)
    monkeypatch.setattr(relabelling, "MOST_ARRANGEMENTS", 100)
    drawn = frequency.relabel(rates, first, blocks, seed=3)
    assert set(drawn["relabelling"]) == {"drawn with seed 3"} and set(drawn["arrangements"]) == {10_000}
    np.testing.assert_allclose(drawn[P_VALUES], exact[P_VALUES], atol=0.02)
    whole = drawn[["p_greater", "p_less", "p_abs"]] * 10_000
    np.testing.assert_allclose(whole, whole.round(), atol=1e-6)
    assert (drawn["smallest_abs"] == 1 / 10_000).all() and (whole >= 1 - 1e-6).all(axis=None)
    pd.testing.assert_frame_equal(drawn, frequency.relabel(rates, first, blocks, seed=3))
    assert not drawn.equals(frequency.relabel(rates, first, blocks, seed=4))


def test_the_definition_says_that_arrangements_were_drawn(monkeypatch):
    monkeypatch.setattr(relabelling, "MOST_ARRANGEMENTS", 50)
    said = frequency.comparison.definition(frequency.compare_groups(*corpus(PREVALENCE), seed=2))
    assert "p: of 10,000 re-labellings of the documents, drawn with seed 2, the share" in said


def test_drawn_labels_stay_inside_their_block():
    first, blocks = np.array([True, False, True, False, False, False]), np.array([0, 0, 1, 1, 1, 1])
    labels = np.concatenate(list(relabelling._drawn(first, blocks, 0)))
    assert len(labels) == relabelling.DRAWN
    assert (labels[:, :2].sum(axis=1) == 1).all() and (labels[:, 2:].sum(axis=1) == 1).all()
    np.testing.assert_allclose(labels.mean(axis=0), [0.5, 0.5, 0.25, 0.25, 0.25, 0.25], atol=0.02)


def test_one_empty_group_has_no_difference():
    with pytest.raises(InputError, match="Both groups need a document"):
        frequency.relabel(np.ones((3, 1)), [True, True, True])


# rates of documents


@settings(max_examples=25)
@given(
    tables(), st.sampled_from(["word", "segment", "turn", "speaker", "document"]), st.sampled_from(["each", "union"])
)
def test_every_rate_equals_its_definition(both, unit, coders):
    codings, turns = both
    said = turns[turns["role"] != "facilitator"]
    try:
        found = frequency.document_rates(codings, turns, unit=unit, coders=coders)
    except InputError as error:
        assert "Nothing is coded" in str(error)
        assert not any(
            c.document == t.document and c.start < t.end and t.start < c.end
            for c in codings.itertuples()
            for t in said.itertuples()
        )
        return
    for row in found.itertuples():
        mine = codings[(codings["code"] == row.code) & ((codings["coder"] == row.coder) | (coders == "union"))]
        spans = [set(range(c.start, c.end)) for c in mine[mine["document"] == row.document].itertuples()]
        own = said[said["document"] == row.document]
        inside = {(t.turn, t.participant): set(range(t.start, t.end)) for t in own.itertuples()}
        coded = set().union(*spans)
        met = {key: places & coded for key, places in inside.items() if places & coded}
        words = sum(map(len, inside.values()))
        expected = {
            "word": (sum(map(len, met.values())), words),
            "turn": (len(met), len(inside)),
            "speaker": (len({key[1] for key in met}), len({key[1] for key in inside})),
            "document": (int(bool(met)), 1),
            "segment": (sum(any(span & places for places in inside.values()) for span in spans), words),
        }[unit]
        if unit == "segment" and coders == "union":
            continue  # passages of two coders that overlap are one; see test_units
        assert (row.count, row.total) == expected
        assert row.rate == pytest.approx((1000 if unit == "segment" else 1) * expected[0] / expected[1])
        assert row.group == own["group"].iloc[0]
    size = found.groupby(["coder", "code"]).size()
    assert (size == said["document"].nunique()).all()


@settings(max_examples=20)
@given(tables(), st.sampled_from(["word", "speaker"]))
def test_counting_documents_in_parts_and_adding_gives_the_same_rates(both, unit):
    codings, turns = both
    counts, designs = [], []
    for name in turns.loc[turns["role"] != "facilitator", "document"].unique():
        mine = codings[codings["document"] == name], turns[turns["document"] == name]
        counts.append(frequency.count(*mine, by="document", coders="each"))
        designs.append(frequency.comparison.design_of(mine[1]))
    try:
        whole = frequency.document_rates(codings, turns, unit=unit, coders="each")
    except InputError:
        return
    added = frequency.comparison.finish_rates(
        frequency.sum_counts(counts), pd.concat(designs, ignore_index=True), unit=unit, coders="each"
    )
    pd.testing.assert_frame_equal(added, whole, check_dtype=False)


# comparisons

PREVALENCE = {"even": 0.2, "uneven": {"users": 0.1, "staff": 0.4}}


def rates_of(*rates, groups=None, blocks=None, coder="consensus"):
    """A frame of rates, one code after another, documents in the order given."""
    groups = groups or ["users"] * 6 + ["staff"] * 3
    frames = [
        pd.DataFrame(
            {
                "coder": coder,
                "code": code,
                "document": [f"D{place}" for place in range(len(values))],
                "group": groups,
                **({"block": blocks} if blocks else {}),
                "count": values,
                "total": 100,
                "rate": [value / 100 for value in values],
                "statistic": "share of words",
                "by": "group",
                "blocks": "programme" if blocks else "none",
                "unit": "word",
                "coders": coder,
            }
        )
        for code, values in zip("abcdef", rates, strict=False)
    ]
    return pd.concat(frames, ignore_index=True)


def test_the_difference_says_which_minus_which_and_the_ratio_is_of_sums():
    found = frequency.comparison.compare(rates_of([10, 20, 30, 40, 50, 60, 5, 10, 15])).iloc[0]
    assert (found["first"], found["second"], found["documents_first"], found["documents_second"]) == (
        "staff",
        "users",
        3,
        6,
    )
    assert found["difference"] == pytest.approx(0.10 - 0.35)
    assert found["ratio"] == pytest.approx(30 / 300 / (210 / 600))
    assert found["log2_ratio"] == pytest.approx(np.log2(found["ratio"]))
    assert found[["mean_first", "min_first", "max_first"]].tolist() == pytest.approx([0.10, 0.05, 0.15])
    other = frequency.comparison.compare(rates_of([10, 20, 30, 40, 50, 60, 5, 10, 15]), first="users").iloc[0]
    assert (other["first"], other["difference"], other["p_abs"]) == ("users", -found["difference"], found["p_abs"])


def test_the_range_without_one_document_equals_leaving_each_out():
    values = [10, 20, 30, 40, 50, 60, 5, 10, 15]
    found = frequency.comparison.compare(rates_of(values), first="users").iloc[0]
    users, staff = values[:6], values[6:]
    differences = [np.mean(users[:i] + users[i + 1 :]) - np.mean(staff) for i in range(6)]
    differences += [np.mean(users) - np.mean(staff[:i] + staff[i + 1 :]) for i in range(3)]
    assert found[["without_one_low", "without_one_high"]].tolist() == pytest.approx(
        [min(differences) / 100, max(differences) / 100]
    )


def test_an_interval_of_resampled_documents_is_given_from_ten_documents_on():
    few = frequency.comparison.compare(rates_of([1, 2, 3, 4, 5, 6, 7, 8, 9])).iloc[0]
    assert np.isnan([few["interval_low"], few["interval_high"]]).all()
    many = rates_of(list(range(18)), groups=["users"] * 12 + ["staff"] * 6)
    found = frequency.comparison.compare(many, first="staff")
    low, high = found[["interval_low", "interval_high"]].iloc[0]
    assert low < found["difference"].iloc[0] < high
    staff, users = np.arange(12, 18) / 100, np.arange(12) / 100
    spread = np.sqrt(staff.var() / 6 + users.var() / 12)
    assert (low, high) == pytest.approx((0.09 - 1.96 * spread, 0.09 + 1.96 * spread), abs=0.3 * spread)


def test_three_clusters_resampled_reach_from_the_lowest_to_the_highest():
    rates = np.column_stack([[5.0, 6, 7] + [0.0] * 7])
    low, high = frequency.comparison._resampled(rates, np.arange(10) < 3, seed=0)[0]
    assert (low, high) == (5.0, 7.0)


def test_all_rates_equal_is_no_variation_and_p_is_1():
    found = frequency.comparison.compare(rates_of([20] * 9, [1, 2, 3, 4, 5, 6, 7, 8, 9])).iloc[0]
    assert (found["status"], found["p_abs"], found["p_doubled"], found["tests"]) == ("no variation", 1, 1, 2)


def test_a_code_that_is_never_used_has_no_p_and_is_not_among_the_tests():
    found = frequency.comparison.compare(rates_of([0] * 9, [1, 2, 3, 4, 5, 6, 7, 8, 9], [9, 8, 7, 6, 5, 4, 3, 2, 1]))
    assert found["status"].tolist() == ["not used", "tested", "tested"]
    assert found["p_abs"].isna().tolist() == found["p_holm"].isna().tolist() == [True, False, False]
    assert set(found["tests"]) == {2} and found["p_holm"].tolist()[1:] == [4 / 84, 4 / 84]


def test_one_document_in_each_block_cannot_be_tested():
    blocks = [f"programme {place}" for place in range(9)]
    found = frequency.comparison.compare(rates_of([1, 2, 3, 4, 5, 6, 7, 8, 9], blocks=blocks)).iloc[0]
    assert (found["status"], found["arrangements"], found["smallest_abs"], found["tests"]) == ("not testable", 1, 1, 0)
    assert np.isnan([found["p_abs"], found["p_doubled"], found["p_holm"]]).all()
    assert found["difference"] == pytest.approx(0.08 - 0.035)


def test_one_document_against_one_cannot_be_tested():
    found = frequency.comparison.compare(rates_of([1, 9], groups=["users", "staff"])).iloc[0]
    assert (found["status"], found["arrangements"], found["smallest_abs"]) == ("not testable", 2, 1)
    assert np.isnan([found["p_abs"], found["without_one_low"], found["interval_low"]]).all()


def test_the_rule_that_is_adjusted_is_named():
    rates = rates_of([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 5, 2, 9, 4, 6, 8, 3, 7])
    for rule in ("abs", "doubled"):
        found = frequency.comparison.compare(rates, two_sided=rule)
        assert set(found["two_sided"]) == {rule}
        assert found["p_holm"].tolist() == multiplicity.holm(found[f"p_{rule}"]).tolist()
    with pytest.raises(InputError, match="rule 'double' is unknown; did you mean 'doubled'"):
        frequency.comparison.compare(rates, two_sided="double")


def test_more_than_two_groups_are_refused_or_one_is_compared_with_all_others():
    groups = ["users"] * 4 + ["staff"] * 3 + ["carers"] * 2
    rates = rates_of([1, 2, 3, 4, 5, 6, 7, 8, 9], groups=groups)
    with pytest.raises(InputError, match=r"3 values of 'group' \(carers, staff, users\).*first='carers'"):
        frequency.comparison.compare(rates)
    found = frequency.comparison.compare(rates, first="staff").iloc[0]
    assert (found["second"], found["documents_second"], found["arrangements"]) == ("others", 6, comb(9, 3))
    assert found["difference"] == pytest.approx(0.06 - (1 + 2 + 3 + 4 + 8 + 9) / 600)


def test_an_unknown_group_is_named_with_the_near_match():
    with pytest.raises(InputError, match="No document has the group 'stafff'; did you mean 'staff'"):
        frequency.comparison.compare(rates_of([1] * 9), first="stafff")


def test_one_group_alone_is_refused():
    with pytest.raises(InputError, match="All documents have the group 'users'"):
        frequency.comparison.compare(rates_of([1, 2, 3], groups=["users"] * 3))


def test_a_single_document_is_refused():
    codings, turns = corpus(PREVALENCE, groups={"users": 1})
    with pytest.raises(InputError, match="All documents have the group 'users'"):
        frequency.compare_groups(codings, turns)


def test_a_comparison_of_a_corpus_is_the_comparison_of_its_rates_and_keeps_the_books_order():
    codings, turns = corpus(PREVALENCE, seed=5)
    codes = pd.DataFrame(
        {
            "code": ["all", "uneven", "even", "never"],
            "parent": [None, "all", "all", "all"],
            "level": ["category", "concept", "concept", "concept"],
        }
    )
    rates = frequency.document_rates(codings, turns, codes=codes)
    found = frequency.compare_groups(codings, turns, codes=codes)
    assert found["code"].tolist() == ["all", "uneven", "even"] and found["level"].tolist()[0] == "category"
    pd.testing.assert_frame_equal(found, frequency.comparison.compare(rates))
    uneven = found[found["code"] == "uneven"].iloc[0]
    own = rates[(rates["code"] == "uneven") & (rates["group"] == "staff")]["rate"]
    assert (uneven["first"], uneven["mean_first"]) == ("staff", pytest.approx(own.mean()))
    assert uneven["smallest_abs"] <= uneven["p_abs"] <= uneven["p_holm"]
    shuffled = frequency.compare_groups(
        codings.sample(frac=1, random_state=1), turns.sample(frac=1, random_state=1), codes=codes
    )
    pd.testing.assert_frame_equal(shuffled, found)


def test_a_coder_who_codes_nothing_has_codes_that_are_not_used():
    codings, turns = corpus(PREVALENCE)
    codings = codings[codings["coder"] == "first"]
    reads = pd.DataFrame(
        [(document, coder) for document in turns["document"].unique() for coder in ("first", "second")],
        columns=["document", "coder"],
    )
    found = frequency.compare_groups(codings, turns, coders="each", reads=reads)
    assert found["coder"].tolist() == ["first", "first", "second", "second"]
    assert found["status"].tolist() == ["tested", "tested", "not used", "not used"]
    assert found["tests"].tolist() == [2, 2, 0, 0]


def test_what_a_coder_has_not_read_is_not_judged():
    codings, turns = corpus(PREVALENCE)
    documents = turns["document"].unique()
    reads = pd.DataFrame({"document": documents[:8], "coder": "consensus"})
    found = frequency.compare_groups(codings, turns, reads=reads).iloc[0]
    assert (found["documents_first"], found["documents_second"], found["arrangements"]) == (2, 6, comb(8, 2))
    users = reads[reads["document"] < "D06"].assign(coder="second")
    both = frequency.compare_groups(
        codings, turns, coders="each", reads=pd.concat([reads.assign(coder="first"), users])
    ).set_index("coder")
    assert set(both.loc["first", "status"]) == {"tested"} and set(both.loc["second", "status"]) == {"not testable"}
    assert both.loc["second", ["mean_first", "difference", "p_abs", "p_holm"]].isna().all(axis=None)
    with pytest.raises(InputError, match="All documents have the group 'users'"):
        frequency.compare_groups(codings, turns, coders="second", reads=users)


def test_documents_that_no_coder_taken_has_read_have_no_rate():
    codings, turns = corpus(PREVALENCE)
    reads = pd.DataFrame({"document": turns["document"].unique(), "coder": "second"})
    with pytest.raises(InputError, match="None of these documents was read by 'first'"):
        frequency.document_rates(codings, turns, coders="first", reads=reads)


def test_facilitators_and_documents_without_a_participant_are_outside():
    codings, turns = corpus(PREVALENCE)
    extra = turns[turns["document"] == "D00"].assign(document="D99", role="facilitator", group="users")
    more = pd.concat([codings, codings[codings["document"] == "D00"].assign(document="D99")])
    found = frequency.compare_groups(more, pd.concat([turns, extra]))
    pd.testing.assert_frame_equal(found, frequency.compare_groups(codings, turns))


def test_an_attribute_that_differs_inside_a_document_is_refused():
    codings, turns = corpus(PREVALENCE)
    turns["sex"] = np.where(turns["turn"] % 2, "f", "m")
    with pytest.raises(InputError, match="Document 'D00' has more than one 'sex'"):
        frequency.compare_groups(codings, turns, by="sex")


def test_a_document_without_the_attribute_is_named():
    codings, turns = corpus(PREVALENCE)
    turns["route"] = turns["group"].where(turns["document"] != "D03", "")
    with pytest.raises(InputError, match="Document 'D03' has no 'route'"):
        frequency.compare_groups(codings, turns, blocks="route")


@pytest.mark.parametrize(
    ("about", "sentence"),
    [
        ({"by": "grup"}, "no column 'grup'; did you mean 'group'"),
        ({"blocks": "programe"}, "no column 'programe'"),
        ({"unit": "words"}, "unit 'words' is unknown; did you mean 'word'"),
        ({"coders": "frist"}, "No coding is by 'frist'"),
    ],
)
def test_unknown_options_are_sentences(about, sentence):
    codings, turns = corpus(PREVALENCE)
    with pytest.raises(InputError, match=sentence):
        frequency.compare_groups(codings, turns, **about)


def test_without_offsets_in_words_a_rate_of_words_is_refused():
    codings, turns = corpus(PREVALENCE)
    codings, turns = (frame.drop(columns=["word_start", "word_end"]) for frame in (codings, turns))
    with pytest.raises(InputError, match="no offsets in words"):
        frequency.compare_groups(codings, turns)
    assert frequency.compare_groups(codings, turns, unit="turn")["difference"].notna().all()


def test_arguments_are_not_changed():
    codings, turns = corpus(PREVALENCE)
    before = codings.copy(), turns.copy()
    frequency.compare_groups(codings, turns)
    pd.testing.assert_frame_equal(codings, before[0])
    pd.testing.assert_frame_equal(turns, before[1])


def test_the_definition_names_the_rule_the_design_and_how_a_p_reads():
    codings, turns = corpus(PREVALENCE)
    turns["programme"] = turns["document"].map(dict(zip(sorted(turns["document"].unique()), "AABBCCABC", strict=True)))
    said = frequency.comparison.definition(frequency.compare_groups(codings, turns, blocks="programme", unit="turn"))
    for part in ("share of turns", "staff minus mean of users", "27 re-labellings", "each programme", "exchangeable"):
        assert part in said
    assert "none can fall below 0.074" in said and "signific" not in said
    apart = frequency.compare_groups(codings, turns, blocks="document")
    assert "No code can be tested." in frequency.comparison.definition(apart)


def test_the_constructed_focus_groups_are_compared_inside_their_programmes():
    study = dtstudy.open_study("kouimtsidis2007")
    corpus = study.corpus()
    how = {"blocks": study.settings.transcripts.blocks, "codes": corpus.codes, "reads": corpus.reads}
    found = frequency.compare_groups(corpus.codings, corpus.turns, **how)
    assert set(found["arrangements"]) == {27} and set(found["smallest_abs"]) == {1 / 27}
    assert (found["p_holm"].dropna() == 1).all()  # too many codes for so few arrangements
    free = frequency.compare_groups(corpus.codings, corpus.turns, **how | {"blocks": None})
    assert set(free["arrangements"]) == {84} and free["difference"].equals(found["difference"])
