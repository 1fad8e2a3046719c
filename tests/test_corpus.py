import pandas as pd
import pytest

import dtstudy
from dtstudy.corpus import Corpus
from dtstudy.errors import InputError
from dtstudy.measures import cooccurrence


@pytest.fixture(scope="module", params=["kouimtsidis2007", "dtors2009"])
def corpus(request):
    return dtstudy.open_study(request.param).corpus()


def small():
    """One document of three turns, the middle one the facilitator's."""
    text = "I came to stay. And you? They told me to."
    codes = ["push", "will", "way", "trust"]
    codings = [(0, 6, "push", "first"), (2, 14, "way", "first"), (25, 34, "push", "first"), (35, 41, "way", "first")]
    codings += [(25, 29, "way", "second"), (7, 34, "trust", "second")]
    return Corpus.build(
        documents=pd.DataFrame({"document": ["D"], "text": [text], "source": "d", "sha256": "0", "kind": "interview"}),
        participants=pd.DataFrame(
            {"participant": ["P", "F"], "role": ["participant", "facilitator"], "sex": ["f", ""]}
        ),
        turns=pd.DataFrame(
            {
                "document": "D",
                "turn": [1, 2, 3],
                "participant": ["P", "F", "P"],
                "start": [0, 16, 25],
                "end": [15, 24, 41],
            }
        ),
        codes=pd.DataFrame(
            {"code": codes, "parent": [None, None, "will", None], "level": "concept", "definition": codes}
        ),
        codings=pd.DataFrame(codings, columns=["start", "end", "code", "coder"]).assign(document="D"),
        reads=pd.DataFrame({"document": "D", "coder": ["first", "second"]}),
    )


def test_passages_that_share_a_turn_with_another_code():
    found = small().segments(code="push", with_code="way", coder="first")
    assert found["words"].tolist() == ["I came", "They told"]
    assert found["turn"].tolist() == [1, 3]


def test_passages_that_share_a_character_with_another_code():
    assert small().segments(code="push", with_code="way", coder="first", unit="overlap")["words"].tolist() == ["I came"]


def test_a_category_stands_for_its_concepts():
    assert small().segments(code="will", coder="first")["words"].tolist() == ["came to stay", "me to."]
    assert small().segments(code="push", with_code="will", coder="first")["turn"].tolist() == [1, 3]


def test_the_other_code_must_be_the_same_coders_unless_they_are_pooled():
    assert small().segments(code="trust", with_code="push").empty
    found = small().segments(code="trust", with_code="push", coder="union")
    assert found[["turn", "coder"]].to_numpy().tolist() == [[1, "union"], [3, "union"]]


def test_a_turn_of_the_facilitator_is_no_shared_turn():
    found = small().segments(code="trust", with_code="way", coder="second")
    assert found["turn"].tolist() == [3] and found["words"].tolist() == ["to stay. And you? They told"]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"code": "pushed"}, "No code of the codebook is 'pushed'; did you mean 'push'"),
        ({"code": "push", "with_code": "ways"}, "No code of the codebook is 'ways'; did you mean 'way'"),
        ({"coder": "frist"}, "No coder is called 'frist'; did you mean 'first'"),
        ({"gruop": "users"}, "The turns have no column 'gruop' to choose by"),
        ({"unit": "turns"}, "The unit 'turns' is unknown; did you mean 'turn'"),
    ],
)
def test_an_unknown_word_is_a_sentence(asked, sentence):
    with pytest.raises(InputError, match=sentence):
        small().segments(**asked)


@pytest.mark.parametrize("coder", ["consensus", "first", "union"])
def test_from_every_cell_of_a_table_to_the_words_behind_it_is_one_call(corpus, coder):
    pairs = cooccurrence.cooccurrence(corpus.codings, corpus.turns, coders=coder, codes=corpus.codes, replicates=0)
    met = pairs[pairs["n12"] > 0]
    for pair in met.sample(10, random_state=1).itertuples():
        found = corpus.segments(code=pair.code_1, with_code=pair.code_2, coder=coder)
        assert len(found[["document", "turn"]].drop_duplicates()) == pair.n12
        back = corpus.segments(code=pair.code_2, with_code=pair.code_1, coder=coder)
        assert set(zip(back["document"], back["turn"], strict=True)) == set(
            zip(found["document"], found["turn"], strict=True)
        )


def test_the_words_behind_a_cell_of_one_group(corpus):
    group = corpus.documents["group"].iloc[0]
    mine = corpus.turns["group"] == group
    pairs = cooccurrence.cooccurrence(corpus.codings, corpus.turns[mine], codes=corpus.codes, replicates=0)
    most = pairs.loc[pairs["n12"].idxmax()]
    found = corpus.segments(most["code_1"], with_code=most["code_2"], coder="consensus", group=group)
    assert len(found[["document", "turn"]].drop_duplicates()) == most["n12"]


UNIT_OF_TURN = {"turn": ["document", "turn"], "speaker": ["document", "participant"], "document": ["document"]}


@pytest.mark.parametrize("unit", ["turn", "speaker", "document"])
def test_the_words_behind_a_cell_lie_on_as_many_units_as_it_counts(corpus, unit):
    pairs = cooccurrence.cooccurrence(corpus.codings, corpus.turns, unit=unit, codes=corpus.codes, replicates=0)
    for pair in pairs.iloc[::17].itertuples():
        found = corpus.segments(code=pair.code_1, with_code=pair.code_2, coder="consensus", unit=unit)
        assert len(found[UNIT_OF_TURN[unit]].drop_duplicates()) == pair.n12


@pytest.mark.parametrize("window", [1, 3])
def test_the_words_behind_a_window_are_those_near_enough_to_the_other_code(corpus, window):
    how = {"unit": "window", "window": window}
    pairs = cooccurrence.cooccurrence(corpus.codings, corpus.turns, codes=corpus.codes, replicates=0, **how)
    said = corpus.turns[corpus.turns["role"] != "facilitator"].sort_values(["document", "turn"])
    rank = {(row.document, row.turn): place for place, row in enumerate(said.itertuples())}

    def standing(code):
        below = {code, *corpus.codes.loc[corpus.codes["parent"] == code, "code"]}
        mine = corpus.codings[corpus.codings["code"].isin(below) & (corpus.codings["coder"] == "consensus")]
        both = mine.merge(said, on="document", suffixes=("", "_turn"))
        both = both[(both["start"] < both["end_turn"]) & (both["start_turn"] < both["end"])]
        return set(zip(both["document"], both["turn"], strict=True))

    for pair in pairs.iloc[::29].itertuples():
        found = corpus.segments(code=pair.code_1, with_code=pair.code_2, coder="consensus", **how)
        here, there = standing(pair.code_1), standing(pair.code_2)
        near = {a for a in here if any(a[0] == b[0] and abs(rank[a] - rank[b]) <= 2 * window for b in there)}
        assert set(zip(found["document"], found["turn"], strict=True)) == near
        assert found.empty == (pair.n12 == 0)


def test_people_left_out_do_not_stand_between_two_turns_of_a_window(corpus):
    attribute = next(name for name in corpus.participants.columns[2:] if corpus.turns[name].nunique() > 1)
    value = corpus.turns.loc[corpus.turns["role"] != "facilitator", attribute].mode()[0]
    turns = corpus.turns[corpus.turns[attribute] == value]
    how = {"unit": "window", "window": 1}
    pairs = cooccurrence.cooccurrence(corpus.codings, turns, codes=corpus.codes, replicates=0, **how)
    for pair in pairs.iloc[::29].itertuples():
        about = {"coder": "consensus", attribute: value, **how}
        assert corpus.segments(code=pair.code_1, with_code=pair.code_2, **about).empty == (pair.n12 == 0)


def test_a_window_of_no_turn_is_a_sentence():
    with pytest.raises(InputError, match="The window is 0; it must be 1 turn or more either side"):
        small().segments(code="push", with_code="way", unit="window", window=0)


def test_passages_that_share_characters_are_those_of_the_table(corpus):
    pairs = cooccurrence.cooccurrence(corpus.codings, corpus.turns, unit="overlap", replicates=0)
    for pair in pairs.iloc[::12].itertuples():
        found = corpus.segments(code=pair.code_1, with_code=pair.code_2, coder="consensus", unit="overlap")
        assert found.empty == (pair.n12 == 0)
