"""Positions written in every way of counting come back to the same words, or it is said that they cannot."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dtstudy.errors import InputError
from dtstudy.read import offsets
from dtstudy.read.offsets import Convention, Text

WORDS = [
    "we",
    "came",
    "home",
    "naïve",
    "Straße",
    "今日は",
    "😀",
    "🏳️‍🌈",
    "then",
    "I",
    "don’t",
    "(laughs)",
    "hope,",
    "end.",
]
TALK = st.lists(st.lists(st.sampled_from(WORDS), min_size=3, max_size=9), min_size=6, max_size=25)


def units(text, unit):
    """What a piece of text counts in a unit, without numpy."""
    return {"code-points": len(text), "utf-16": len(text.encode("utf-16-le")) // 2, "utf-8": len(text.encode())}[unit]


def position(raw, place, way):
    """The position of a place in the raw text (a character's number), as a program with that way would write it."""
    before = raw[:place]
    if raw.startswith(offsets.MARK) and not way.mark:
        before = before.removeprefix(offsets.MARK)
    if way.crlf == 1:
        before = before.replace("\r\n", "\n")
    return units(before, way.unit) + way.first


def written(raw, start, end, way):
    """A passage as a program writes it: start and end, the end inclusive or not."""
    last = end - 1 if way.inclusive else end
    return position(raw, start, way), position(raw, last, way)


def passages_of(raw, spoken, chance, number):
    """Passages from the beginning of a word to the end of one, as places in the raw text."""
    starts, ends, place = [], [], raw.startswith(offsets.MARK)
    for line in spoken:
        for word in line:
            starts.append(place)
            ends.append(place + len(word))
            place += len(word) + 1
        place += raw.count("\r\n") > 0
    picked = []
    for _ in range(number):
        first = chance.randrange(len(starts))
        last = min(first + chance.randrange(6), len(ends) - 1)
        picked.append((starts[first], ends[last]))
    return picked


@settings(max_examples=60)
@given(
    TALK,
    st.booleans(),
    st.booleans(),
    st.sampled_from(offsets.REFI),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_passages_written_in_any_way_come_back_to_the_same_words(spoken, crlf, mark, way, noted, chance):
    raw = ("\ufeff" if mark else "") + ("\r\n" if crlf else "\n").join(" ".join(line) for line in spoken)
    places = passages_of(raw, spoken, chance, 40)
    rows = [("a", *written(raw, start, end, way), raw[start:end][:80] if noted else None) for start, end in places]
    frame = pd.DataFrame(rows, columns=["source", "start", "end", "quoted"])
    text = Text(raw)
    wanted = [raw[start:end].replace("\r\n", "\n") for start, end in places]
    assume(len({tuple(words) for words in places}) > 12)
    try:
        proof = offsets.prove({"a": text}, frame)
    except InputError as error:
        assert "cannot be told" in str(error) and not noted
        return
    found = [text.plain[start:end] for start, end in zip(proof.starts, proof.ends, strict=True)]
    assert [offsets.words(one) for one in found] == [offsets.words(one) for one in wanted]
    if noted:
        assert found == wanted and proof.agrees.all()


@given(st.text(alphabet="ab é今😀\n\r", max_size=60), st.sampled_from(offsets.TABLE), st.booleans(), st.data())
def test_a_position_of_any_way_means_the_character_it_was_written_for(body, way, mark, data):
    raw = ("\ufeff" if mark else "") + body.replace("\r\n", "\n").replace("\n", "\r\n")
    text = Text(raw)
    assert text.plain == raw.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    assume(text.plain)
    start = data.draw(st.integers(0, len(text.plain) - 1))
    end = data.draw(st.integers(start + 1, len(text.plain)))
    letters = split(raw.removeprefix("\ufeff"))
    places = [mark + sum(map(len, letters[:place])) for place in (start, end - 1 if way.inclusive else end)]
    one, other = (position(raw, place, way) for place in places)
    reading = text.passages(np.array([one]), np.array([other]), way, text.edges(way.unit, way.crlf))
    assert (int(reading[0][0]), int(reading[1][0])) == (start, end)
    assert reading[2][0] == offsets.FITS


def split(body):
    """Characters of the plain text, each as it stood in the raw one."""
    import re

    return re.findall(r"\r\n|.", body, re.DOTALL)


def frame_of(*rows):
    return pd.DataFrame([("a", *row) for row in rows], columns=["source", "start", "end", "quoted"])


EMOJI = "😀 We came home. Then we hoped for more, and went."


def test_two_ways_that_give_other_words_and_fit_alike_are_told_and_stop():
    with pytest.raises(InputError, match=r"It cannot be told how positions were counted: as .*--offsets"):
        offsets.prove({"a": Text(EMOJI * 2)}, frame_of((3, 12, None)))


def test_a_user_can_say_how_positions_were_counted():
    text = Text(EMOJI * 2)
    way = offsets.prove({"a": text}, frame_of((3, 12, None)), offsets.chosen("utf-16", offsets.REFI))
    assert text.plain[way.starts[0] : way.ends[0]] == "We came h"
    with pytest.raises(InputError, match="--offsets: 'utf16' is no way of counting; did you mean 'utf-16'"):
        offsets.chosen("utf16", offsets.REFI)
    with pytest.raises(InputError, match="exclude each other"):
        offsets.prove({"a": text}, frame_of((3, 12, None)), offsets.chosen("utf-16,utf-8", offsets.REFI))


def test_what_a_program_is_known_for_decides_where_nothing_else_does():
    text = Text(EMOJI * 2)
    for unit, words in (("utf-16", "We came h"), ("code-points", "e came ho")):
        proof = offsets.prove({"a": text}, frame_of((3, 12, None)), practice={"unit": unit})
        assert text.plain[proof.starts[0] : proof.ends[0]] == words


def test_clear_evidence_beats_what_a_program_is_known_for():
    line = "We came home again.\r\n"
    rows = [(number * 21 + 3, number * 21 + 12, "came home") for number in range(8)]
    proof = offsets.prove({"a": Text(line * 8)}, frame_of(*rows), practice={"crlf": 1})
    assert proof.convention.crlf == 2 and proof.agrees.all()


def test_ways_that_differ_in_blanks_alone_do_not_stop_the_import():
    text = Text("😀 We came home.")
    proof = offsets.prove({"a": text}, frame_of((2, 17, None)))
    assert offsets.words(text.plain[proof.starts[0] : proof.ends[0]]) == ["We", "came", "home"]


def test_noted_words_cut_short_or_with_blanks_for_line_ends_still_prove():
    raw = "😀 " + "word upon word\r\n" * 12 + "The end of it."
    start = position(raw, raw.index("word upon", 80), Convention("utf-16", 2))
    end = position(raw, len(raw) - 14, Convention("utf-16", 2))
    text = Text(raw)
    proof = offsets.prove({"a": text}, frame_of((start, end, "word upon word  word u…")))
    assert proof.convention.crlf == 2 and proof.agrees.all()
    assert text.plain[proof.starts[0] : proof.ends[0]].split() == raw[raw.index("word upon", 80) : -14].split()


def test_passages_past_the_end_or_backwards_are_outside():
    proof = offsets.prove(
        {"a": Text("We came home.")}, frame_of((0, 7, None), (3, 99, None), (9, 4, None), (10**18, 10**18, None))
    )
    assert proof.fits.tolist() == [offsets.FITS, offsets.OUTSIDE, offsets.OUTSIDE, offsets.OUTSIDE]


def test_line_ends_of_a_text_inside_xml_may_have_been_two():
    body = "We came home\nand then\nwe hoped\nfor more"
    rows = [
        (body.index(word) + body[: body.index(word)].count("\n"), 0, word) for word in ("then", "hoped", "for", "more")
    ]
    rows = [(start, start + len(word), word) for start, _, word in rows]
    proof = offsets.prove({"a": Text(body, inline=True)}, frame_of(*rows))
    assert proof.convention.crlf == 2 and proof.agrees.all()


def test_characters_added_between_blocks_are_counted_by_nobody():
    text = Text("ab\ncd", added=(2,))
    edges = text.edges("utf-8", 1)
    start, end, fits = text.passages(np.array([0, 2, 1]), np.array([2, 4, 3]), Convention("utf-8"), edges)
    assert [text.plain[a:b] for a, b in zip(start, end, strict=True)] == ["ab", "cd", "b\nc"]
    assert fits.tolist() == [1, 1, 1]


def test_a_second_mark_is_not_taken_for_the_first_by_a_later_reader():
    assert Text("\ufeff\ufeffab").plain == "\u200bab"
