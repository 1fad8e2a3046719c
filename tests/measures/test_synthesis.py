import pandas as pd
import pytest

from dtstudy.errors import InputError
from dtstudy.measures import synthesis

CODES = pd.DataFrame(
    {
        "code": ["work", "meetings", "trust"],
        "parent": [None, "work", None],
        "level": ["category", "concept", "category"],
    }
)


def talk(given, groups):
    """Documents of three turns of ten characters; `given` lists document, first and last turn, code."""
    turns = [(d, t, f"{d}-{t % 2}", 10 * t - 10, 10 * t, group) for d, group in groups.items() for t in (1, 2, 3)]
    turns = pd.DataFrame(turns, columns=["document", "turn", "participant", "start", "end", "group"])
    codings = [(d, 10 * first - 10, 10 * last, code, "consensus") for d, first, last, code in given]
    return pd.DataFrame(codings, columns=["document", "start", "end", "code", "coder"]), turns, CODES


CORPORA = {
    "one": talk(
        [("A1", 1, 1, "meetings"), ("A2", 2, 3, "meetings"), ("A2", 2, 2, "trust"), ("B1", 3, 3, "trust")],
        {"A1": "users", "A2": "users", "B1": "staff"},
    ),
    "two": talk([("C1", 1, 1, "trust")], {"C1": "seekers"}),
}
THEMES = pd.DataFrame(
    [
        ("agencies", "one", "work"),
        ("trusting", "one", "trust"),
        ("trusting", "two", "trust"),
        ("both", "one", "meetings"),
        ("both", "one", "trust"),
    ],
    columns=["theme", "study", "code"],
)


def cell(theme, study, group):
    table = synthesis.side_by_side(THEMES, CORPORA)
    return table[(table["theme"] == theme) & (table["study"] == study) & (table["group"] == group)].iloc[0]


def test_a_theme_is_counted_by_cases_with_the_union_of_its_codes():
    users = cell("both", "one", "users")
    assert (users["documents"], users["n_documents"], users["share"]) == (2, 2, 1.0)
    assert users["segments"] == 2  # the passage with both codes is one
    assert users["codes"] == "meetings; trust"


def test_a_category_takes_its_concepts_and_evidence_is_the_first_segment_of_the_case_that_says_most():
    agencies = cell("agencies", "one", "users")
    assert (agencies["documents"], agencies["evidence"], agencies["state"]) == (2, "A2:2", "heard")


def test_silence_and_a_missing_code_are_told_apart():
    assert (
        cell("agencies", "one", "staff")["state"] == "not raised" and cell("agencies", "one", "staff")["documents"] == 0
    )
    missing = cell("agencies", "two", "seekers")
    assert missing["state"] == "no code" and pd.isna(missing["documents"]) and missing["evidence"] == ""


def test_rows_stand_in_the_order_of_themes_then_studies():
    table = synthesis.side_by_side(THEMES, CORPORA)
    assert list(dict.fromkeys(table["theme"])) == ["agencies", "trusting", "both"]
    assert table["study"].tolist() == ["one", "one", "two"] * 3


@pytest.mark.parametrize(
    ("study", "code", "sentence"),
    [
        ("three", "trust", "of the study 'three'; known are one, two"),
        ("one", "trusts", "one has no code 'trusts'; did you mean 'trust'"),
    ],
)
def test_an_unknown_study_or_code_is_a_sentence(study, code, sentence):
    with pytest.raises(InputError, match=sentence):
        synthesis.side_by_side(pd.DataFrame([("t", study, code)], columns=THEMES.columns), CORPORA)
