import pandas as pd
import pytest

from dtstudy import schema
from dtstudy.corpus import Corpus
from dtstudy.errors import InputError


def tables():
    return {
        "documents": pd.DataFrame(
            {
                "document": ["B", "A"],
                "text": ["one two three", "to be free"],
                "source": "x.txt",
                "sha256": "0",
                "kind": "focus group",
                "group": ["staff", "users"],
            }
        ),
        "participants": pd.DataFrame({"participant": ["P1", "F1"], "role": ["participant", "facilitator"]}),
        "turns": pd.DataFrame(
            {
                "document": ["A", "B", "B"],
                "turn": [1, 1, 2],
                "participant": ["P1", "F1", "P1"],
                "start": [0, 0, 4],
                "end": [10, 3, 13],
            }
        ),
        "codes": pd.DataFrame(
            {
                "code": ["will", "whole"],
                "parent": ["whole", ""],
                "level": ["concept", "category"],
                "definition": "d",
            }
        ),
        "codings": pd.DataFrame(
            {"document": ["A", "B"], "start": [3, 4], "end": [10, 7], "code": "will", "coder": "first"}
        ),
        "reads": pd.DataFrame({"document": ["A", "B"], "coder": "first"}),
    }


def test_a_sound_corpus_is_sorted_by_key_and_gets_word_offsets_and_attributes():
    corpus = Corpus.build(**tables())
    assert corpus.documents["document"].tolist() == ["A", "B"]
    assert corpus.codings[["word_start", "word_end"]].to_numpy().tolist() == [[1, 3], [1, 2]]
    assert corpus.turns["group"].tolist() == ["users", "staff", "staff"]
    assert corpus.turns["role"].tolist() == ["participant", "facilitator", "participant"]


def test_segments_lead_back_to_the_words():
    segments = Corpus.build(**tables()).segments(code="will", group="users")
    assert segments["words"].tolist() == ["be free"]
    assert segments["participant"].tolist() == ["P1"]


@pytest.mark.parametrize(
    ("table", "change", "sentence"),
    [
        ("turns", {"speaker": "x"}, "Table turns: the column 'speaker' is unknown"),
        ("codings", {"code": ""}, "Table codings, row 1: 'code' is empty"),
        ("codings", {"start": "x"}, "Table codings, row 1: 'start' must be a whole number, not 'x'"),
        ("codings", {"start": 1.5}, "'start' must be a whole number, not '1.5'"),
        (
            "codings",
            {"end": 99},
            "characters 3 to 99 of document 'A' are no passage of it; its text has 10 characters",
        ),
        ("codings", {"end": 2}, "characters 3 to 2"),
        ("codings", {"code": "wil"}, "code 'wil' is not among the codes; did you mean 'will'"),
        ("turns", {"participant": "P2"}, "participant 'P2' is not among the participants"),
        ("codes", {"parent": "will"}, "'will' is its own ancestor"),
        ("codes", {"parent": "hole"}, "the parent 'hole' of 'will' is no code; did you mean 'whole'"),
        ("reads", {"coder": "second"}, "coder 'first' coded document 'A' without a row in reads"),
        ("participants", {"participant": "P1"}, "Table participants: two rows for participant P1"),
        ("turns", {"start": [0, 0, 2]}, "turn 2 of document 'B' begins before the last one ends"),
    ],
)
def test_a_faulty_table_is_a_sentence_that_names_table_and_place(table, change, sentence):
    faulty = tables()
    faulty[table] = faulty[table].assign(**change)
    with pytest.raises(InputError, match=sentence):
        schema.validate(faulty)


def test_a_missing_column_or_table_is_named():
    faulty = tables()
    faulty["turns"] = faulty["turns"].drop(columns="turn")
    with pytest.raises(InputError, match="the column 'turn' .* is missing"):
        schema.validate(faulty)
    del faulty["turns"]
    with pytest.raises(InputError, match="The table turns is missing"):
        schema.validate(faulty)


def test_the_data_dictionary_has_every_column_with_a_meaning():
    dictionary = schema.dictionary()
    assert len(dictionary) == sum(len(table.columns) for table in schema.TABLES.values())
    assert (dictionary["meaning"].str.len() > 5).all()


def test_the_page_of_the_data_dictionary_is_up_to_date():
    from .conftest import ROOT

    assert (ROOT / "docs" / "data-dictionary.md").read_text(encoding="utf-8") == schema.dictionary_page()
