import pandas as pd
import pytest
from hypothesis import given

from dtstudy.measures import participation

from .corpora import tables

TURNS = pd.DataFrame(
    [
        ("G", 1, "F", "facilitator", 0, 10, 0.0),
        ("G", 2, "A", "participant", 10, 70, 4.0),
        ("G", 3, "B", "participant", 70, 90, 90.0),
        ("G", 4, "C", "participant", 90, 100, None),
        ("G", 5, "A", "participant", 100, 110, 100.0),
        ("H", 1, "unknown speaker", "participant", 0, 30, None),
    ],
    columns=["document", "turn", "participant", "role", "word_start", "word_end", "seconds"],
)


def test_shares_are_of_the_participants_words():
    shares = participation.speaking_shares(TURNS).set_index(["document", "participant"])
    assert shares.loc[("G", "A"), ["turns", "words", "share"]].tolist() == [2, 70, 0.7]
    assert shares.loc[("G", "B"), "share"] == pytest.approx(0.2)
    assert pd.isna(shares.loc[("G", "F"), "share"])
    assert shares.loc[[("G", "F"), ("G", "A")], "floor"].tolist() == pytest.approx([10 / 110, 70 / 110])


@given(tables())
def test_shares_of_a_document_sum_to_one(both):
    shares = participation.speaking_shares(both[1])
    sums = shares[shares["role"] != "facilitator"].groupby("document")["share"].sum()
    assert sums.round(9).eq(1).all()


@given(tables())
def test_following_counts_every_change_of_turn_once(both):
    turns = both[1]
    found = participation.following(turns)
    pairs = [
        (a.document, a.participant, b.participant)
        for a, b in zip(turns.itertuples(), list(turns.itertuples())[1:], strict=False)
        if a.document == b.document
    ]
    assert {(r.document, r.before, r.after): r.turns for r in found.itertuples()} == {
        pair: pairs.count(pair) for pair in pairs
    }


def test_what_to_look_at():
    flags = participation.flags(TURNS)
    assert flags[["document", "turn", "flag"]].fillna(0).to_numpy().tolist() == [
        ["G", 3, "silence"],
        ["G", 0, "one voice"],
        ["H", 1, "unlabelled"],
    ]
    assert flags["detail"].tolist()[0] == "about 26 seconds before turn 3"
    assert "A says 70 % of the words" in flags["detail"].tolist()[1]
