"""SpanMap, by property: any edits, any passages, both ways."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dtstudy.text import Edit, SpanMap, edited


@st.composite
def edits_of(draw):
    text = draw(st.text("ab cd", min_size=1, max_size=40))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    return text, [Edit(start, end, draw(st.text("XYZ", max_size=5)), "any") for start, end in pairs]


@st.composite
def passages(draw):
    text, edits = draw(edits_of())
    start = draw(st.integers(0, len(text) - 1))
    return text, edits, start, draw(st.integers(start + 1, len(text)))


@given(passages())
def test_what_was_not_edited_inside_a_passage_is_inside_it_still(case):
    text, edits, start, end = case
    clean, spans = edited(text, edits), SpanMap(edits)
    first, last = spans.to_clean(start, end)
    assert 0 <= first <= last <= len(clean)
    own = [edit for edit in edits if edit.start < end and start < edit.end]
    whole_start, whole_end = min([start, *(e.start for e in own)]), max([end, *(e.end for e in own)])
    assert clean[first:last] == edited(
        text[whole_start:whole_end], [Edit(e.start - whole_start, e.end - whole_start, e.new, "") for e in own]
    )


@given(passages())
def test_there_and_back_holds_the_passage(case):
    _, edits, start, end = case
    spans = SpanMap(edits)
    first, last = spans.to_clean(start, end)
    if first == last:
        return  # all of the passage was taken out
    back = spans.to_raw(first, last)
    touched = [e for e in edits if e.start < end and start < e.end]
    if not touched:
        assert back == (start, end)
    kept = [place for place in range(start, end) if not any(e.start <= place < e.end for e in edits)]
    assert all(back[0] <= place < back[1] for place in kept)


@given(edits_of(), st.lists(st.integers(0, 39), min_size=2, max_size=6))
def test_order_is_kept(case, places):
    text, edits = case
    spans = SpanMap(edits)
    places = sorted(place for place in places if place < len(text))
    taken = [spans.to_clean(place, place + 1) for place in places]
    assert taken == sorted(taken)


@given(edits_of())
def test_no_edit_no_change(case):
    text, _ = case
    assert edited(text, []) == text
    assert SpanMap([]).to_clean(0, len(text)) == (0, len(text))


@given(passages(), st.data())
def test_two_maps_one_after_the_other_are_the_map_of_both(case, data):
    text, edits, start, end = case
    between = edited(text, edits)
    cut = data.draw(st.integers(0, len(between)))
    later = [Edit(cut, min(len(between), cut + 2), "Q", "later")]
    first, second = SpanMap(edits), SpanMap(later)
    assert first.then(second).to_clean(start, end) == second.to_clean(*first.to_clean(start, end))
    final = edited(between, later)
    assert first.then(second).to_raw(0, len(final)) == first.to_raw(*second.to_raw(0, len(final)))


@given(edits_of(), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=12), st.booleans())
def test_arrays_of_passages_give_what_single_passages_give(case, places, twice):
    text, edits = case
    spans = SpanMap(edits)
    if twice:
        cut = len(edited(text, edits)) // 2
        spans = spans.then(SpanMap([Edit(cut, cut + 1, "QQ", "later")]))
    starts, ends = (np.array([one[place] for one in places], dtype=np.int64) for place in (0, 1))
    for across in (spans.to_clean, spans.to_raw):
        first, last = across(starts, ends)
        single = [across(int(start), int(end)) for start, end in places]
        assert list(zip(first.tolist(), last.tolist(), strict=True)) == single
