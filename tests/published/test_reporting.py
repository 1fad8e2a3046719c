import pandas as pd
import pytest

import dtstudy
from dtstudy.errors import InputError
from dtstudy.published import reporting

CLAIMS = pd.DataFrame({"id": ["A01", "A02"]})


@pytest.fixture
def file(tmp_path):
    """A whole record in which nothing was found."""
    rows = [
        (standard, str(item), "topic", "N", "", "d", "", "")
        for standard, size in reporting.ITEMS.items()
        for item in range(1, size + 1)
    ]
    place = tmp_path / "reporting.csv"
    pd.DataFrame(rows, columns=list(reporting.COLUMNS)).to_csv(place, index=False)
    return place


def changed(file, row, **values):
    table = pd.read_csv(file, dtype="str", keep_default_na=False)
    for column, value in values.items():
        table.loc[row, column] = value
    table.to_csv(file, index=False)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"status": "R"}, "line 6: item 5 is said to be reported, without a place"),
        ({"status": "P", "where": " "}, "line 6: item 5 is said to be reported, without a place"),
        ({"where": "Methods"}, "line 6: item 5 was not found, and yet has a place"),
        ({"status": "yes"}, "line 6: status 'yes' is unknown; use R, P, N, unknown"),
        ({"standard": "CORQE"}, "line 6: standard 'CORQE' is unknown; use COREQ, SRQR"),
        ({"fill": "x"}, "line 6: fill 'x' is unknown"),
        ({"item": "five"}, "line 6: an item needs a whole number and a topic"),
        ({"topic": ""}, "line 6: an item needs a whole number and a topic"),
        ({"item": "6"}, "COREQ must have each of its items 1 to 32 once"),
        ({"evidence": "A01 A09"}, "line 6: there is no claim A09 in published.csv"),
    ],
)
def test_a_fault_names_line_and_item(file, values, sentence):
    changed(file, 4, **values)
    with pytest.raises(InputError, match=sentence):
        reporting.load(file, CLAIMS)


def test_a_lost_column_is_named(file):
    pd.read_csv(file).drop(columns="where").to_csv(file, index=False)
    with pytest.raises(InputError, match="the columns where are missing"):
        reporting.load(file, CLAIMS)


def test_the_score_counts_each_item_once(file):
    changed(file, 0, status="R", where="Methods", evidence="A01 A02")
    changed(file, 40, status="unknown")
    table = reporting.load(file, CLAIMS)
    assert reporting.score(table).to_numpy().tolist() == [
        ["COREQ", "R", 1, 32],
        ["COREQ", "N", 31, 32],
        ["SRQR", "N", 20, 21],
        ["SRQR", "unknown", 1, 21],
    ]
    assert reporting.score_line(table).startswith("COREQ, 32 items: 1 reported, 31 not found; SRQR, 21 items")


@pytest.mark.parametrize(
    ("study", "line"),
    [
        (
            "kouimtsidis2007",
            "COREQ, 32 items: 11 reported, 9 in part, 12 not found; "
            "SRQR, 21 items: 9 reported, 8 in part, 2 not found, 2 not known",
        ),
        (
            "dtors2009",
            "COREQ, 32 items: 2 in part, 30 not found; "
            "SRQR, 21 items: 2 reported, 5 in part, 12 not found, 2 not known",
        ),
    ],
)
def test_both_papers(study, line):
    assert reporting.score_line(dtstudy.open_study(study).reporting()) == line


def test_items_to_be_filled_are_those_of_the_notes():
    fills = dtstudy.open_study("kouimtsidis2007").reporting().query("standard == 'COREQ'")["fill"]
    assert fills.value_counts().to_dict() == {"d": 15, "m": 15, "–": 2}


def test_what_the_data_say_is_counted_and_changes_no_status():
    study = dtstudy.open_study("kouimtsidis2007")
    table = study.reporting().set_index(["standard", "item"])
    bare = reporting.load(study.settings.raw / "reporting.csv", study.published())
    assert table["status"].tolist() == bare["status"].tolist()
    assert table["filled"]["COREQ", 12] == "40 participants (29 service users, 11 staff) in 9 focus groups"
    assert table["filled"]["COREQ", 18] == "0 of 40 speak in more than one document"
    assert table["filled"]["COREQ", 24] == "documents read: consensus 9 of 9, first 9 of 9, second 9 of 9"
    seconds = study.corpus().turns["seconds"].max()
    assert table["filled"]["COREQ", 21].endswith(f"to {seconds / 60:.0f} minutes, in 9 documents")
    edits = study.cleaning.changes["edits"].sum()
    assert table["filled"]["SRQR", 13] == f"{edits:,} edits of transcripts, each recorded by its rule"
    assert table["filled"]["COREQ", 9] == study.settings.about.method
    assert (table["filled"][table["fill"] == "–"] == "").all()


def test_a_study_without_transcripts_has_its_record_alone(orchard, file):
    folder = orchard / "data" / "raw" / "orchard"
    (folder / "reporting.csv").write_bytes(file.read_bytes())
    assert (dtstudy.open_study("orchard").reporting()["filled"] == "").all()
