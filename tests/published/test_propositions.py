import pandas as pd
import pytest

from dtstudy.errors import InputError
from dtstudy.published import propositions, quantifiers

CODES = pd.DataFrame(
    {
        "code": ["work", "meetings", "people", "trust", "unused"],
        "parent": [None, "work", None, "people", "people"],
        "level": ["category", "concept", "category", "concept", "concept"],
    }
)
GROUPS = {"D1": "users", "D2": "users", "D3": "users", "D4": "staff", "D5": "staff", "D6": "staff"}


def corpus(given):
    """Six documents of four turns of ten words, two speakers each; `given` maps a document to the codes of its turns."""
    turns = [
        (document, turn, f"{document}-{turn % 2}", 10 * (turn - 1), 10 * turn, group, f"{turn % 2}")
        for document, group in GROUPS.items()
        for turn in range(1, 5)
    ]
    turns = pd.DataFrame(turns, columns=["document", "turn", "participant", "start", "end", "group", "months"])
    codings = [
        (document, 10 * place, 10 * place + 10, code, "consensus")
        for document, codes in given.items()
        for place, own in enumerate(codes)
        for code in own.split()
    ]
    codings = pd.DataFrame(codings, columns=["document", "start", "end", "code", "coder"])
    return [frame.assign(word_start=frame["start"], word_end=frame["end"]) for frame in (codings, turns)]


TALK = {
    "D1": ["trust", "trust", "", ""],
    "D2": ["trust", "trust", "meetings", ""],
    "D3": ["", "trust", "trust", ""],
    "D4": ["meetings trust", "meetings", "", "meetings"],
    "D5": ["meetings", "meetings", "meetings", ""],
    "D6": ["meetings", "", "meetings", "meetings"],
}


def weigh(statistic, code, other="", who="", by="", margin=""):
    row = pd.DataFrame([("P1", "K1", "S", statistic, code, other, who, by, margin)], columns=propositions.COLUMNS)
    return propositions.weigh(row, *corpus(TALK), CODES).iloc[0]


def test_foremost_counts_documents_and_tests_against_the_runner_up():
    found = weigh("foremost", "work")
    assert found["value"] == "first in 3 of 6 documents; ahead of people in 3, behind in 3"
    assert (found["direction"], found["p"], found["least_p"]) == ("neither way", 1.0, 2 / 64)
    staff = weigh("foremost", "work", who="staff")
    assert staff["direction"] == "as stated" and (staff["p"], staff["least_p"]) == (0.25, 0.25)
    assert staff["reading"].endswith("the design cannot give a p below 0.250.")


def test_more_is_the_exact_relabelling_of_the_documents():
    found = weigh("more", "work", who="staff", by="group")
    assert found["value"] == "75.0 % of words against 8.3 %" and found["direction"] == "as stated"
    assert found["p"] == found["least_p"] == 2 / 20
    assert weigh("more", "work", who="users", by="group")["direction"] == "the other way"


def test_present_counts_documents_and_people():
    found = weigh("present", "trust", margin="0.5")
    assert found["value"] == "in 4 of 6 documents, from 7 of 12 people" and found["direction"] == "as stated"
    assert weigh("present", "trust", who="staff", margin="0.5")["direction"] == "the other way"
    assert weigh("present", "unused")["value"] == "in 0 of 6 documents, from 0 of 12 people"


def test_both_present_and_together():
    assert weigh("both present", "trust", "meetings")["value"] == "both in 2 of 6 documents"
    found = weigh("together", "trust", "meetings")
    assert found["value"].startswith("on 1 turns, ") and found["p"] > 0.05
    assert "no further than chance often goes" in found["reading"]


def test_no_difference_is_a_question_of_margin_never_of_a_large_p():
    wide = weigh("no difference", "trust", by="group", margin="99")
    assert (wide["direction"], pd.isna(wide["p"])) == ("as stated", True)
    narrow = weigh("no difference", "trust", by="group", margin="5")
    assert narrow["direction"] == "left open" and "margin 5" in narrow["value"]
    assert narrow["reading"].startswith("Even if these data were the study's, the question would stay open")


def test_grows_with_permutes_people_within_documents():
    found = weigh("grows with", "meetings", who="staff", by="months")
    assert found["value"].endswith("6 people") and 0 < found["p"] <= 1
    assert weigh("grows with", "unused", by="months")["value"] == "nobody gave the code"


def test_central_names_the_strongest_and_its_stability():
    assert weigh("central", "work")["value"].startswith("strongest is ")


def test_an_unknown_statistic_or_code_is_a_sentence(tmp_path):
    file = tmp_path / "propositions.csv"
    file.write_text(",".join(propositions.COLUMNS) + "\nP1,K1,S,formost,work,,,,\n", encoding="utf-8")
    with pytest.raises(
        InputError, match="propositions.csv, line 2: the statistic 'formost' .* did you mean 'foremost'"
    ):
        propositions.load(file)
    with pytest.raises(InputError, match="P1: no code is 'wrk'; did you mean 'work'"):
        weigh("present", "wrk")


def quantified(word="some", who="users", code="trust", unit="speaker", low=0.1, high=0.6):
    row = pd.DataFrame([("Q1", "K1", word, "S", who, code, unit, low, high)], columns=quantifiers.COLUMNS)
    return quantifiers.weigh(row, *corpus(TALK), CODES).iloc[0]


def test_a_quantifier_is_n_of_all_in_its_band_below_or_above():
    found = quantified()
    assert (found["n"], found["total"], found["reading"]) == (6, 6, "above the band")
    assert quantified(unit="document", who="staff")["reading"] == "within the band"
    assert quantified(who="staff", low=0.5, high=1.0)["reading"] == "below the band"
    assert quantified(code="unused", low=0.0)["n"] == 0


def test_what_no_code_carries_is_said_and_not_counted():
    found = quantified(code="")
    assert found["reading"] == "no code carries it" and pd.isna(found["n"]) and pd.isna(found["share"])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("Q1,K1,some,S,users,trust,person,0,1", "line 2: the unit 'person' is unknown"),
        ("Q1,K1,some,S,users,trust,speaker,0.6,0.1", "line 2: low and high must be shares"),
        ("Q1,K1,some,S,users,trust,speaker,few,0.1", "line 2: low and high must be shares"),
    ],
)
def test_a_faulty_row_of_quantifiers_is_a_sentence(tmp_path, change, sentence):
    file = tmp_path / "quantifiers.csv"
    file.write_text(",".join(quantifiers.COLUMNS) + f"\n{change}\n", encoding="utf-8")
    with pytest.raises(InputError, match=sentence):
        quantifiers.load(file)


def test_an_unknown_group_is_a_sentence():
    with pytest.raises(InputError, match="Q1: nobody is 'user'; did you mean 'users'"):
        quantified(who="user")
