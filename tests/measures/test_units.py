import pandas as pd
import pytest
from hypothesis import given

from dtstudy.errors import InputError
from dtstudy.measures import units

from .corpora import tables


@given(tables())
def test_touched_is_every_meeting_and_no_other(both):
    codings, turns = both
    rows, at = units.touched(codings, turns)
    brute = [
        (i, j)
        for i, coding in enumerate(codings.itertuples())
        for j, turn in enumerate(turns.itertuples())
        if coding.document == turn.document and coding.start < turn.end and turn.start < coding.end
    ]
    assert sorted(zip(rows.tolist(), at.tolist(), strict=True)) == sorted(brute)


@given(tables())
def test_merged_passages_cover_the_same_characters_and_overlap_nowhere(both):
    codings, _ = both

    def covered(frame):
        return {(r.document, r.code, r.coder, place) for r in frame.itertuples() for place in range(r.start, r.end)}

    merged = units.merge_overlapping(codings)
    assert covered(merged) == covered(codings)
    assert len(covered(merged)) == (merged["end"] - merged["start"]).sum()


def test_a_category_is_the_union_of_its_concepts_never_their_sum():
    codes = pd.DataFrame({"code": ["top", "x", "y"], "parent": [None, "top", "top"]})
    codings = pd.DataFrame(
        {"document": "D", "start": [0, 3, 20], "end": [10, 12, 25], "code": ["x", "y", "x"], "coder": "first"}
    )
    found = units.with_ancestors(codings, codes)
    assert found[found["code"] == "top"][["start", "end"]].to_numpy().tolist() == [[0, 12], [20, 25]]
    assert len(found[found["code"] != "top"]) == 3


def test_pooled_coders_count_one_passage_once():
    codings = pd.DataFrame({"document": "D", "start": [0, 4], "end": [6, 9], "code": "x", "coder": ["first", "second"]})
    assert units.of_coders(codings, "union")[["start", "end", "coder"]].to_numpy().tolist() == [[0, 9, "union"]]


def test_an_unknown_coder_is_named_with_the_near_match():
    codings = pd.DataFrame({"document": "D", "start": [0], "end": [6], "code": "x", "coder": "first"})
    with pytest.raises(InputError, match="No coding is by 'frist'; did you mean 'first'"):
        units.of_coders(codings, "frist")


def test_a_category_given_on_a_passage_of_its_concept_is_one_passage():
    codes = pd.DataFrame({"code": ["top", "x"], "parent": [None, "top"]})
    codings = pd.DataFrame(
        {"document": "D", "start": [0, 3, 20], "end": [10, 12, 25], "code": ["x", "top", "top"], "coder": "first"}
    )
    found = units.with_ancestors(codings, codes)
    assert found[found["code"] == "top"][["start", "end"]].to_numpy().tolist() == [[0, 12], [20, 25]]
    assert len(found) == 3


def test_no_codings_have_no_ancestors():
    codes = pd.DataFrame({"code": ["top", "x"], "parent": [None, "top"]})
    none = pd.DataFrame({"document": [], "start": [], "end": [], "code": [], "coder": []})
    assert units.with_ancestors(none, codes).empty
