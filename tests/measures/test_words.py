import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dtstudy import text
from dtstudy.errors import InputError
from dtstudy.measures import vocabulary, words

from .texts import transcripts

TALK = [
    ("F", "facilitator", "The court?"),
    ("A", "participant", "Er, I like the court order. ⟨laughs⟩ THE COURT, though!"),
    ("B", "participant", "Don’t tell SU-1-1 that."),
]


def talk():
    text, turns = "", []
    for number, (speaker, role, said) in enumerate(TALK, 1):
        text += f"{speaker}: "
        turns.append(("G", number, speaker, len(text), len(text) + len(said), role))
        text += f"{said}\n"
    turns = pd.DataFrame(turns, columns=["document", "turn", "participant", "start", "end", "role"])
    return turns, pd.DataFrame({"document": ["G"], "text": [text]})


def by_definition(turns, documents, without=()):
    """Every word of the participants, one after another, as `text.words` finds it in its turn."""
    texts = dict(zip(documents["document"], documents["text"], strict=True))
    rows = []
    for turn in turns[turns["role"] != "facilitator"].sort_values(["document", "turn"]).itertuples():
        for place, word in enumerate(text.words(texts[turn.document][turn.start : turn.end]), 1):
            word = word.lower().replace("’", "'")
            if word not in without and not re.search(r"[^\W\d_]-[0-9]", word):
                rows.append((turn.document, turn.turn, turn.participant, place, word))
    return rows


@settings(max_examples=120)
@given(transcripts(), st.sampled_from([(), ("the", "Order")]))
def test_the_fast_reading_finds_the_words_of_the_definition(both, without):
    found = words.words(*both, without=without)
    rows = list(found[["document", "turn", "participant", "place", "word"]].itertuples(index=False, name=None))
    assert rows == by_definition(*both, without={word.lower() for word in without})
    assert found["at"].tolist() == found.groupby("document", observed=True).cumcount().add(1).tolist()
    assert list(found["word"].cat.categories) == sorted(found["word"].cat.categories)


@settings(max_examples=60)
@given(st.text(max_size=40))
def test_any_text_at_all_gives_the_words_of_the_definition(anything):
    turns = pd.DataFrame({"document": ["D"], "turn": [1], "participant": ["P"], "start": [0], "end": [len(anything)]})
    documents = pd.DataFrame({"document": ["D"], "text": [anything]})
    assert words.words(turns, documents)["word"].tolist() == [
        word for *_, word in by_definition(turns.assign(role="participant"), documents)
    ]


@settings(max_examples=40)
@given(transcripts())
def test_reading_some_bytes_at_a_time_changes_nothing(both):
    whole = words.words(*both)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(words, "_BLOCK", 0)
        pd.testing.assert_frame_equal(words.words(*both), whole)
        counts = vocabulary.count_texts(*both)
    assert sorted(map(tuple, counts.said.astype("str").to_numpy())) == sorted(
        map(tuple, vocabulary.count_texts(*both).said.astype("str").to_numpy())
    )


def test_what_is_no_word_still_keeps_its_neighbours_apart():
    said = words.words(*talk(), without=["tell"])
    assert said[said["turn"] == 3][["place", "word"]].to_numpy().tolist() == [[1, "don't"], [4, "that"]]
    assert said[said["turn"] == 2]["word"].tolist() == ["i", "like", "the", "court", "order", "the", "court", "though"]


def test_attributes_of_a_turn_are_carried_to_its_words():
    turns, documents = talk()
    said = words.words(turns.assign(group="staff", seconds=3.0), documents)
    assert list(said) == ["document", "turn", "participant", "group", "place", "at", "word"]
    assert set(said["group"]) == {"staff"}


def test_a_turn_of_a_lost_document_is_named():
    turns, documents = talk()
    with pytest.raises(InputError, match="no document 'G' .*; did you mean 'G1'"):
        words.words(turns, documents.assign(document="G1"))


def test_keywords_stand_in_what_was_said_around_them():
    lines = words.kwic(*talk(), "COURT", width=14, least_speakers=1)
    assert lines[["left", "keyword", "right"]].to_numpy().tolist() == [
        ["I like the", "court", "order."],
        ["⟨laughs⟩ THE", "COURT", ", though!"],
    ]
    assert words.kwic(*talk(), "the court", width=99, least_speakers=1)["keyword"].tolist() == [
        "the court",
        "THE COURT",
    ]
    assert words.kwic(*talk(), "court order", width=8, least_speakers=1)["left"].tolist() == ["the"]
    assert words.kwic(*talk(), "(order|do.*)", regex=True, least_speakers=1)["keyword"].tolist() == ["order", "Don’t"]
    assert words.kwic(*talk(), "like court", least_speakers=1).empty and words.kwic(*talk(), "prison").empty


@settings(max_examples=60)
@given(transcripts(), st.sampled_from(["the", "order", "er", "a"]))
def test_lines_are_cut_from_their_turn(both, word):
    turns, documents = both
    said = words.words(turns, documents)
    lines = words.kwic(turns, documents, word, width=6, least_speakers=1) if text.words(word) else said[:0]
    assert len(lines) == (said["word"] == word).sum()
    texts = dict(zip(documents["document"], documents["text"], strict=True))
    for line in lines.merge(turns, on=["document", "turn", "participant"]).itertuples():
        passage = " ".join(texts[line.document][line.start : line.end].split())
        assert line.keyword.lower() == word and line.keyword in passage
        assert line.left in passage and line.right in passage and max(len(line.left), len(line.right)) <= 6


def test_lines_of_a_word_that_few_say_are_not_shown():
    with pytest.raises(InputError, match="'court' is said by 1 of the speakers; what fewer than 3 say is not shown"):
        words.kwic(*talk(), "court")


@pytest.mark.parametrize(
    ("word", "regex", "sentence"), [("(", True, "'\\(' is no pattern"), ("…", False, "holds no word to look for")]
)
def test_what_cannot_be_looked_for_is_a_sentence(word, regex, sentence):
    with pytest.raises(InputError, match=sentence):
        words.kwic(*talk(), word, regex=regex)
