import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dtstudy import text


def test_words_with_accents_apostrophes_and_hyphens_are_one_word_each():
    assert text.words("Zoë’s well-known “don't” -- 3.5") == ["Zoë’s", "well-known", "don't", "3", "5"]


def test_normalise_joins_broken_words_and_plain_marks():
    assert text.normalise("‘mo-\n  ti’ \u00a0 “x”") == "'moti' \"x\""


def test_a_hyphen_inside_a_line_stays():
    assert text.normalise("multi-agency") == "multi-agency"


@given(st.text())
def test_normalise_is_stable(raw):
    once = text.normalise(raw)
    assert text.normalise(once) == once


@given(st.text())
def test_word_starts_are_the_starts_of_the_words(raw):
    starts = text.word_starts(raw)
    assert [raw[start:].startswith(word) for start, word in zip(starts, text.words(raw), strict=True)] == [True] * len(
        starts
    )
    assert np.all(np.diff(starts) > 0)
