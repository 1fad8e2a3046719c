from math import isnan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.collocations import BigramCollocationFinder
from nltk.metrics.association import BigramAssocMeasures

from dtstudy.errors import InputError
from dtstudy.measures import collocation, tally, words

from .texts import PLAIN, transcripts

EVERY = {"least": 1, "least_speakers": 1}


def stream(tokens, turns=None, speakers=None):
    """A frame of words that are all in one document, said in one turn by one person unless told otherwise."""
    turns = turns or [1] * len(tokens)
    frame = pd.DataFrame({"document": "D", "turn": turns, "participant": speakers or "P", "word": tokens})
    return frame.assign(place=frame.groupby("turn").cumcount() + 1)


TREATMENT = ["the", "order", "is", "a", "treatment", "order", "and", "the", "court", "order", "is", "not", "the"]
TREATMENT += ["treatment", "the", "court", "order", "is", "a", "court", "order"]


def pair(table, first, second):
    return table[(table["word_1"] == first) & (table["word_2"] == second)].iloc[0]


@pytest.mark.parametrize(
    ("words_", "count", "pmi", "g2", "t"),
    [
        (("court", "order"), 3, 2.070389327891398, 10.494768698020618, 1.319657758147716),
        (("the", "court"), 2, 1.8073549220576046, 4.073293337395272, 1.0101525445522106),
        (("treatment", "order"), 1, 1.0703893278913985, 0.7233151398306682, 0.5238095238095238),
        (("order", "is"), 3, 2.070389327891398, 10.494768698020618, 1.319657758147716),
    ],
)
def test_of_the_words_the_values_are_those_of_nltk(words_, count, pmi, g2, t):
    row = pair(collocation.collocations(stream(TREATMENT), margins="words", also=["student_t"], **EVERY), *words_)
    assert (row["count"], row["n"]) == (count, 21)
    assert [row["pmi"], row["g2"], row["student_t"]] == pytest.approx([pmi, g2, t], abs=1e-9)


def test_of_the_words_in_a_wider_window_the_values_are_those_of_nltk():
    table = collocation.collocations(stream(TREATMENT), window=3, margins="words", **EVERY)
    assert pair(table, "court", "order")[["count", "pmi"]].tolist() == pytest.approx([3, 1.070389327891398])
    assert pair(table, "the", "order")[["count", "pmi"]].tolist() == pytest.approx([3, 0.6553518286125541])


def test_of_the_pairs_the_margins_make_one_table():
    row = pair(collocation.collocations(stream(TREATMENT), **EVERY), "court", "order")
    assert row[["count", "n1", "n2", "n"]].tolist() == [3, 3, 5, 20]  # nothing follows the last "order"
    assert row["g2"] == pytest.approx(BigramAssocMeasures.likelihood_ratio(3, (3, 5), 20), abs=1e-9)


@settings(max_examples=60)
@given(transcripts(scraps=PLAIN), st.integers(2, 4))
def test_every_pair_and_value_equals_nltks_finder_on_the_turns(both, window):
    said = words.words(*both)
    # what was left out stays as itself, so that NLTK does not bring its neighbours together
    turns = []
    for _, turn in said.groupby(["document", "turn"], observed=True):
        places = dict(zip(turn["place"], turn["word"], strict=True))
        turns.append([places.get(place, "…") for place in range(1, max(places) + 1)])
    finder = BigramCollocationFinder.from_words([word for turn in turns for word in [*turn, *["…"] * window]], window)
    expected = {two: count for two, count in finder.ngram_fd.items() if "…" not in two}
    table = collocation.collocations(said, window=window, margins="words", **EVERY)
    assert dict(zip(zip(table["word_1"], table["word_2"], strict=True), table["count"], strict=True)) == expected
    for row in table.itertuples():
        margins = (expected[row.word_1, row.word_2] / (window - 1), (row.n1, row.n2), len(said))
        assert (row.n1, row.n2, row.n) == (finder.word_fd[row.word_1], finder.word_fd[row.word_2], len(said))
        assert row.pmi == pytest.approx(BigramAssocMeasures.pmi(*margins), abs=1e-9)
        if isnan(row.g2):
            assert row.n1 + row.n2 - margins[0] > row.n
        else:
            assert row.g2 == pytest.approx(BigramAssocMeasures.likelihood_ratio(*margins), abs=1e-8)


@settings(max_examples=60)
@given(transcripts(scraps=PLAIN), st.integers(1, 3), st.integers(1, 3))
def test_pairs_with_their_documents_and_speakers_equal_their_definition(both, least, least_speakers):
    said = words.words(*both).astype({name: "str" for name in ("document", "participant", "word")})
    met = [
        (a.word, b.word, a.document, a.participant)
        for a in said.itertuples()
        for b in said.itertuples()
        if (a.document, a.turn, a.place + 1) == (b.document, b.turn, b.place)
    ]
    expected = {}
    for two in {(a, b) for a, b, *_ in met}:
        own = [one for one in met if one[:2] == two]
        of = (len(own), len({document for *_, document, _ in own}), len({speaker for *_, speaker in own}))
        if of[0] >= least and of[2] >= least_speakers:
            expected[two] = (*of, sum(one[0] == two[0] for one in met), sum(one[1] == two[1] for one in met), len(met))
    table = collocation.collocations(said, least=least, least_speakers=least_speakers)
    columns = ["count", "documents", "speakers", "n1", "n2", "n"]
    assert {(row.word_1, row.word_2): tuple(getattr(row, c) for c in columns) for row in table.itertuples()} == expected
    assert table["g2"].is_monotonic_decreasing and table["pmi"].notna().all()


@settings(max_examples=40)
@given(transcripts(scraps=PLAIN), st.sampled_from(["pairs", "words"]))
def test_counting_in_parts_and_adding_is_counting_at_once(both, margins):
    said = words.words(*both)
    whole = collocation.collocations(said, margins=margins, **EVERY)
    parts = [collocation.count(said[said["document"] == name]) for name in both[1]["document"]]
    added = collocation.finish(sum(parts[1:], start=parts[0]), margins=margins, **EVERY)
    pd.testing.assert_frame_equal(added, whole)


def test_no_pair_stands_across_the_end_of_a_turn():
    table = collocation.collocations(stream(["the", "court", "order"], turns=[1, 1, 2]), **EVERY)
    assert table[["word_1", "word_2"]].to_numpy().tolist() == [["the", "court"]]


def test_a_pair_of_one_talkative_speaker_is_left_out():
    said = stream(["thank", "you"] * 9, turns=[1 + place // 2 for place in range(18)])
    assert collocation.collocations(said).empty
    assert collocation.collocations(said, least_speakers=1)[["count", "speakers"]].to_numpy().tolist() == [[9, 1]]


def test_names_of_measures_and_margins_are_looked_after():
    with pytest.raises(InputError, match="no association measure 'student'; did you mean 'student_t'"):
        collocation.collocations(stream(TREATMENT), also=["student"], **EVERY)
    with pytest.raises(InputError, match="margins 'pair' are unknown; did you mean 'pairs'"):
        collocation.collocations(stream(TREATMENT), margins="pair")
    with pytest.raises(InputError, match="window of 1 holds no pair"):
        collocation.collocations(stream(TREATMENT), window=1)


def test_a_measure_that_divides_by_nothing_is_not_a_number():
    table = collocation.collocations(stream(["a", "b"]), also=["phi_sq"], **EVERY)
    assert table["phi_sq"].isna().all()


@given(st.lists(st.tuples(st.integers(0, 70_000), st.integers(0, 3)), max_size=30))
def test_rows_are_grouped_by_the_whole_number_however_large(rows):
    codes = np.array(rows, np.int32).reshape(-1, 2).T
    order, first = tally.groups(*codes)
    assert [tuple(codes[:, row]) for row in order] == sorted(map(tuple, rows))
    assert [tuple(codes[:, row]) for row in order[first]] == sorted(set(rows))
