import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dtstudy import names
from dtstudy.errors import InputError

PEOPLE = pd.DataFrame(
    [
        ("Al Tindall", "Alan", "P1", "participant"),
        ("Ann Ashby", "", "P2", "participant"),
        ("Zoë Hart", "", "P3", "participant"),
    ],
    columns=["name", "aliases", "participant", "role"],
)
KNOWN = names.Names(PEOPLE, pd.DataFrame({"word": ["Marlbury"], "kind": ["town"]}))
FORMS = [
    "Al",
    "Alan",
    "Al Tindall",
    "Alan Tindall",
    "Tindall",
    "Ann",
    "Ashby",
    "Ann Ashby",
    "Zoë",
    "Zoe",
    "Hart",
    "Zoë Hart",
    "Zoe Hart",
    "Marlbury",
]


@given(
    st.lists(
        st.sampled_from(
            [*FORMS, *(form.upper() for form in FORMS), "al", "Alfred", "dental", " ", "'s", ".", "-", "ash", "x"]
        ),
        max_size=25,
    )
)
def test_what_is_found_is_what_one_alternation_finds(pieces):
    text = "".join(pieces)
    forms = sorted({form for each in FORMS for form in (each, each.upper())}, key=len, reverse=True)
    letter = r"[^\W\d_]"
    alternation = re.compile(rf"(?<!{letter})(?:{'|'.join(map(re.escape, forms))})(?!{letter})")
    assert [text[start:end] for start, end, *_ in KNOWN.find(text)] == [
        match[0] for match in alternation.finditer(text)
    ]


def test_a_name_two_people_bear_names_no_speaker():
    twice = pd.concat(
        [PEOPLE, pd.DataFrame({"name": ["Al Moss"], "aliases": "", "participant": "P9", "role": "participant"})]
    )
    known = names.Names(twice, pd.DataFrame({"word": [], "kind": []}))
    assert known.speaker("Al") is None and known.speaker("Al Moss") == "P9"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("name,participant\n", "participants.csv: the columns aliases, role are missing"),
        (
            "name,aliases,participant,role\nA B,,P1,participant\nC D,,P1,participant\n",
            "the pseudonym 'P1' stands twice",
        ),
    ],
)
def test_a_faulty_roster_is_a_sentence(tmp_path, content, sentence):
    (tmp_path / "participants.csv").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=sentence):
        names.load(tmp_path / "participants.csv")


def test_labels_name_a_speaker_where_a_turn_begins_and_are_looked_for_nowhere_else():
    people = PEOPLE.assign(labels=["A1; Chair", "", ""], speaks_in="")
    more = [("", "", "R", "G1", "P4", "participant"), ("", "", "R", "G2; G3", "P5", "participant")]
    columns = ["name", "aliases", "labels", "speaks_in", "participant", "role"]
    known = names.Names(
        pd.concat([people, pd.DataFrame(more, columns=columns)]), pd.DataFrame({"word": [], "kind": []})
    )
    assert [known.speaker(label) for label in ("a1", "CHAIR", "Al", "R")] == ["P1", "P1", "P1", None]
    assert [known.within(document).speaker("R") for document in ("G1", "G2", "G3", "G4")] == ["P4", "P5", "P5", None]
    assert known.find("R said that the Chair and A1 went") == []
    assert known.within("G1").resembles("chairr")


def test_a_list_of_places_without_its_columns_is_a_sentence(tmp_path):
    (tmp_path / "participants.csv").write_text("name,aliases,participant,role\n", encoding="utf-8")
    (tmp_path / "places.csv").write_text("place\nMarlbury\n", encoding="utf-8")
    with pytest.raises(InputError, match="places.csv: the columns word, kind are missing. Add them to its head line"):
        names.load(tmp_path / "participants.csv", tmp_path / "places.csv")
