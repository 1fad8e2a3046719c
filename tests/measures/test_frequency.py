import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dtstudy
from dtstudy.errors import InputError
from dtstudy.measures import frequency

from .corpora import tables


@given(tables(), st.sampled_from(["each", "union"]), st.sampled_from([None, "group", "participant"]))
def test_every_count_equals_its_definition(both, coders, by):
    codings, turns = both
    found = frequency.code_frequency(codings, turns, by=by, coders=coders)
    said = turns[turns["role"] != "facilitator"]
    for row in found.itertuples():
        mine = codings[(codings["code"] == row.code) & ((codings["coder"] == row.coder) | (coders == "union"))]
        group = said if by is None else said[said[by] == getattr(row, by)]
        inside = {(t.document, t.turn, t.participant): set(range(t.start, t.end)) for t in group.itertuples()}
        coded = {
            d: set().union(*(range(c.start, c.end) for c in mine[mine["document"] == d].itertuples()))
            for d in set(mine["document"])
        }
        met = {key: places & coded.get(key[0], set()) for key, places in inside.items()}
        met = {key: places for key, places in met.items() if places}
        assert row.turns == len(met)
        assert row.speakers == len({key[2] for key in met})
        assert row.documents == len({key[0] for key in met})
        assert row.words == row.characters == sum(map(len, met.values()))
        assert (row.n_turns, row.n_speakers, row.n_documents) == (
            len(group),
            group["participant"].nunique(),
            group["document"].nunique(),
        )
        assert row.n_words == sum(map(len, inside.values()))
        if coders == "each":
            spans = [(c.document, set(range(c.start, c.end))) for c in mine.itertuples()]
            assert row.segments == sum(
                any(key[0] == d and places & span for key, places in inside.items()) for d, span in spans
            )
            own = codings[codings["coder"] == row.coder]
            passages = {(c.document, c.start, c.end) for c in own.itertuples()}
            assert row.n_segments == sum(
                any(key[0] == d and places & set(range(start, end)) for key, places in inside.items())
                for d, start, end in passages
            )


@settings(max_examples=40)
@given(tables(), st.sampled_from(["each", "union"]))
def test_counting_in_parts_and_adding_is_counting_at_once(both, coders):
    codings, turns = both
    whole = frequency.code_frequency(codings, turns, by="group", coders=coders)
    parts = [
        frequency.count(
            codings[codings["document"] == name], turns[turns["document"] == name], by="group", coders=coders
        )
        for name in turns["document"].unique()
    ]
    added = frequency.finish(frequency.sum_counts(parts), by="group", coders=coders)
    pd.testing.assert_frame_equal(added, whole, check_dtype=False)


def test_a_part_in_which_the_coder_coded_nothing_adds_nothing():
    spans = {"start": [0, 0], "end": [6, 6], "word_start": [0, 0], "word_end": [2, 2]}
    codings = pd.DataFrame({"document": ["D1", "D2"], **spans, "code": "x", "coder": ["first", "second"]})
    turns = pd.DataFrame({"document": ["D1", "D2"], "turn": 1, "participant": "P", **spans})
    parts = [
        frequency.count(codings[codings["document"] == name], turns[turns["document"] == name], coders="first")
        for name in ("D1", "D2")
    ]
    added = frequency.finish(frequency.sum_counts(parts), coders="first")
    pd.testing.assert_frame_equal(added, frequency.code_frequency(codings, turns, coders="first"), check_dtype=False)
    assert added[["documents", "n_documents", "words", "n_words"]].to_numpy().tolist() == [[1, 2, 2, 4]]


def test_a_category_counts_the_union_of_its_concepts_and_adds_no_passage():
    codes = pd.DataFrame(
        {"code": ["top", "x", "y"], "parent": [None, "top", "top"], "level": ["category", "concept", "concept"]}
    )
    codings = pd.DataFrame({"document": "D", "start": [0, 3], "end": [6, 9], "code": ["y", "x"], "coder": "consensus"})
    turns = pd.DataFrame({"document": ["D"], "turn": [1], "participant": ["P"], "start": [0], "end": [12]})
    codings, turns = (frame.assign(word_start=frame["start"], word_end=frame["end"]) for frame in (codings, turns))
    found = frequency.code_frequency(codings, turns, codes=codes)
    assert found[["code", "segments", "n_segments", "words", "n_words"]].to_numpy().tolist() == [
        ["top", 1, 2, 9, 12],
        ["x", 1, 2, 6, 12],
        ["y", 1, 2, 6, 12],
    ]
    assert found["share"].tolist() == [0.5, 0.5, 0.5] and "union of its concepts" in frequency.definition(found)


def test_segments_are_the_unit_unless_another_is_named():
    codings = pd.DataFrame(
        {"document": "D", "start": [0, 0, 8], "end": [6, 6, 9], "code": ["x", "y", "x"], "coder": "first"}
    )
    turns = pd.DataFrame({"document": ["D"], "turn": [1], "participant": ["P"], "start": [0], "end": [9]})
    found = frequency.code_frequency(codings, turns, coders="first")
    assert found[["unit", "share"]].to_numpy().tolist() == [["segment", 1.0], ["segment", 0.5]]
    assert frequency.definition(found) == "Share: segments with the code, of all passages coded; coders: first."


def test_turns_without_the_attribute_are_left_out():
    codings = pd.DataFrame({"document": "D", "start": [0], "end": [9], "code": "x", "coder": "consensus"})
    turns = pd.DataFrame({"document": "D", "turn": [1, 2], "participant": "P", "start": [0, 5], "end": [5, 9]})
    found = frequency.code_frequency(codings, turns.assign(sex=["f", None]), by="sex")
    assert found[["sex", "turns", "characters"]].to_numpy().tolist() == [["f", 1, 5]]


def test_the_papers_headings_are_counted_as_printed():
    corpus = dtstudy.open_study("kouimtsidis2007").quoted_corpus()
    found = frequency.code_frequency(corpus.codings, corpus.turns, coders="authors", unit="word", codes=corpus.codes)
    assert dict(zip(found["code"], zip(found["segments"], found["words"], strict=True), strict=True)) == {
        "Different expectations": (4, 66),
        "Forced treatment and motivation": (3, 101),
        "Clear communication between agencies": (2, 40),
        "Forced treatment": (3, 70),
        "Improvement with time": (1, 3),
        "Inter-agency communication": (8, 129),
        "Clear communication with clients": (2, 26),
    }
    assert found["words"].sum() == found["n_words"].iloc[0] == 435


def test_arguments_are_not_changed_and_rows_without_a_code_are_zero():
    corpus = dtstudy.open_study("kouimtsidis2007").quoted_corpus()
    before = corpus.codings.copy(), corpus.turns.copy()
    found = frequency.code_frequency(corpus.codings, corpus.turns, by="group", coders="authors")
    assert corpus.codings.equals(before[0]) and corpus.turns.equals(before[1])
    none = found[(found["group"] == "staff") & (found["code"] == "Different expectations")]
    assert none[["segments", "turns", "words"]].to_numpy().tolist() == [[0, 0, 0]]


def test_without_word_offsets_words_are_absent_and_never_zero():
    codings = pd.DataFrame({"document": ["D"], "start": [0], "end": [6], "code": "x", "coder": "consensus"})
    turns = pd.DataFrame({"document": ["D"], "turn": [1], "participant": ["P"], "start": [0], "end": [9]})
    found = frequency.code_frequency(codings, turns)
    assert found["words"].isna().all() and found["per_1000_words"].isna().all()
    assert found[["segments", "characters"]].to_numpy().tolist() == [[1, 6]]


@pytest.mark.parametrize(
    ("about", "sentence"),
    [
        ({"by": "grup"}, "no column 'grup' to group by; did you mean 'group'"),
        ({"unit": "turns"}, "unit 'turns' is unknown; did you mean 'turn'"),
        ({"coders": "author"}, "No coding is by 'author'; did you mean 'authors'"),
    ],
)
def test_unknown_options_are_sentences(about, sentence):
    corpus = dtstudy.open_study("kouimtsidis2007").quoted_corpus()
    with pytest.raises(InputError, match=sentence):
        frequency.code_frequency(corpus.codings, corpus.turns, **{"coders": "authors"} | about)
