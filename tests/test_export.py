import re
import zipfile
from collections import Counter

import pandas as pd
import pytest
from click.testing import CliRunner

import dtstudy
from dtstudy import cli, exhibits
from dtstudy import export as out

from .conftest import ROOT
from .write.rules import broken

PLACES = ("study.qdpx", "study.qdc", "study")


def call(*arguments):
    return CliRunner().invoke(cli.main, ["export", *map(str, arguments)], catch_exceptions=False)


def contents(place):
    """Name to content of all that was written."""
    if place.is_dir():
        return {file.relative_to(place).as_posix(): file.read_bytes() for file in place.rglob("*") if file.is_file()}
    if place.suffix == ".qdpx":
        with zipfile.ZipFile(place) as packed:
            return {name: packed.read(name) for name in packed.namelist()}
    return {place.name: place.read_bytes()}


@pytest.mark.parametrize("name", ["kouimtsidis2007", "dtors2009"])
@pytest.mark.parametrize("place", PLACES)
def test_an_export_is_the_same_bytes_twice_and_holds_no_name_of_the_roster(name, place, tmp_path):
    one, other = (tmp_path / run / place for run in ("one", "other"))
    assert [call(name, one).exit_code, call(name, other).exit_code] == [0, 0]
    assert contents(one) and contents(one) == contents(other)
    people = pd.read_csv(ROOT / "data" / "raw" / name / "participants.csv", keep_default_na=False)
    places = pd.read_csv(ROOT / "data" / "raw" / name / "places.csv", keep_default_na=False)
    listed = [*people["name"], *people["aliases"], *places["word"]]
    forms = {form.strip() for names in listed for form in re.split(";", names)} - {""}
    forms |= {form for full in people["name"] for form in (full.split()[0], full.split()[-1])}
    raw = re.compile(rf"(?<![^\W\d_])(?:{'|'.join(map(re.escape, sorted(forms, key=len, reverse=True)))})(?![^\W\d_])")
    assert len(forms) > 30 and raw.search(people["name"].iloc[0])
    for content in contents(one).values():
        assert not raw.search(content.decode())


def test_files_are_told_by_their_suffix_in_either_case(tmp_path):
    assert call("dtors2009", tmp_path / "A.QDPX").exit_code == 0
    with zipfile.ZipFile(tmp_path / "A.QDPX") as packed:
        assert broken(packed.read("project.qde")) == []
    assert call("dtors2009", tmp_path / "a.qdc").exit_code == 0
    assert broken((tmp_path / "a.qdc").read_bytes()) == []


def test_one_line_says_what_was_written_and_what_was_left_out(tmp_path):
    told = call("kouimtsidis2007", tmp_path / "k.qdpx").output
    assert told == (
        f"kouimtsidis2007: {tmp_path / 'k.qdpx'} holds 9 documents, 42 cases, 34 codes and 1,047 codings by 3 coders; the"
        " data are constructed. Left out: seconds of turns, who read what without coding it, names and digests of the raw"
        " files, raw texts, names and their key.\n"
    )
    assert (
        "holds 34 codes; the data are constructed. Left out: all but"
        in call("kouimtsidis2007", tmp_path / "k.qdc").output
    )
    assert (
        "6 tidy tables, 6 tables for a spreadsheet, the codebook for Taguette; the"
        in call("kouimtsidis2007", tmp_path / "k").output
    )


def test_characters_that_not_every_program_can_take_are_told(monkeypatch):
    study = dtstudy.open_study("dtors2009")
    assert "characters" not in out.project(study).lacks
    texts = study.corpus().documents
    monkeypatch.setitem(texts, "text", texts["text"].where(texts.index != 0, texts["text"].str.replace("\n", "\r")))
    assert (
        "characters that not every program can take (replaced one by one, in 1 documents)" in out.project(study).lacks
    )


def test_a_folder_holds_tables_codebook_and_sheets_and_says_what_they_are(tmp_path):
    assert call("kouimtsidis2007", tmp_path / "k").exit_code == 0
    made = contents(tmp_path / "k")
    assert sorted(made) == sorted(
        ["README.md", "taguette-codebook.csv"]
        + [f"{name}.csv" for name in ("codes", "codings", "documents", "participants", "reads", "turns")]
        + [f"spreadsheet/codes-by-{by}.csv" for by in ("coder", "document", "group", "participant", "programme")]
        + ["spreadsheet/passages.csv"]
    )
    readme = made["README.md"].decode()
    assert "The data are constructed." in readme
    assert all(name.split("/")[-1] in readme for name in made if "codes-by" not in name and name != "README.md")


@pytest.mark.parametrize("place", PLACES)
def test_what_is_there_is_written_over_only_by_force(place, tmp_path):
    place = tmp_path / place
    assert call("dtors2009", place).exit_code == 0
    own = place / "notes.txt" if place.is_dir() else place
    own.write_text("my own", encoding="utf-8")
    refused = call("dtors2009", place)
    assert refused.exit_code == 2 and "exists. Choose another name, or write over it with --force." in refused.output
    assert own.read_text(encoding="utf-8") == "my own"
    assert call("dtors2009", place, "--force").exit_code == 0
    assert (own.read_text(encoding="utf-8") == "my own") if place.is_dir() else own.read_bytes() != b"my own"


def test_an_empty_folder_may_be_filled(tmp_path):
    (tmp_path / "empty").mkdir()
    assert call("dtors2009", tmp_path / "empty").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["dtors2009", "study.docx"], "a study is not exported as '.docx'; name FILE.qdpx, FILE.qdc or a folder."),
        (["dtors2008", "study.qdpx"], "did you mean 'dtors2009'?"),
        (["dtors2009", "file/study.qdpx"], "Choose another place."),
    ],
)
def test_a_wrong_call_is_one_sentence_and_exit_2(arguments, sentence, tmp_path, monkeypatch):
    monkeypatch.setenv("DTSTUDY_PROJECT", str(ROOT))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    outcome = call(*arguments)
    assert outcome.exit_code == 2 and sentence in outcome.output and "Traceback" not in outcome.output
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("place", PLACES)
def test_a_name_that_survives_stops_the_export_and_nothing_is_written(place, tmp_path, kouimtsidis):
    codebook = kouimtsidis / "data" / "raw" / "kouimtsidis2007" / "codebook.csv"
    text = codebook.read_text(encoding="utf-8")
    assert ",concept,The order seen" in text
    codebook.write_text(text.replace(",concept,The order seen", ",concept,As Dale Rudge said: seen"), encoding="utf-8")
    outcome = call("kouimtsidis2007", tmp_path / place)
    assert outcome.exit_code == 2
    assert "Names of the roster or listed places would go out (" in outcome.output
    assert (
        "As [SU-1-1] said" in outcome.output
        and "Dale" not in outcome.output
        and "Nothing was written" in outcome.output
    )
    assert not (tmp_path / place).exists()


def test_a_name_is_found_behind_an_entity_of_xml(kouimtsidis, tmp_path):
    places = kouimtsidis / "data" / "raw" / "kouimtsidis2007" / "places.csv"
    places.write_text(places.read_text(encoding="utf-8") + "Mott & Sons,service\n", encoding="utf-8")
    codebook = kouimtsidis / "data" / "raw" / "kouimtsidis2007" / "codebook.csv"
    text = codebook.read_text(encoding="utf-8")
    codebook.write_text(text.replace(",concept,The order seen", ",concept,At Mott & Sons: seen"), encoding="utf-8")
    outcome = call("kouimtsidis2007", tmp_path / "k.qdc")
    assert outcome.exit_code == 2 and "Mott" not in outcome.output


@pytest.mark.parametrize("place", PLACES)
def test_an_export_that_fails_half_way_leaves_nothing(place, tmp_path, monkeypatch):
    real, done = exhibits.write, Counter()

    def fails(file, content):
        done["writes"] += 1
        if place != "study" or done["writes"] == 4:
            raise OSError(28, "No space left on device")
        real(file, content)

    monkeypatch.setattr(out.exhibits, "write", fails)
    outcome = call("dtors2009", tmp_path / "in" / place)
    assert outcome.exit_code == 2 and "No space left on device. Choose another place." in outcome.output
    assert not [file for file in tmp_path.rglob("*") if file.is_file()]


def test_a_study_without_codings_is_exported_without_sheets(kouimtsidis, tmp_path):
    raw = kouimtsidis / "data" / "raw" / "dtors2009"
    for file in (raw / "codings").iterdir():
        file.unlink()
    about = (raw / "study.toml").read_text(encoding="utf-8")
    (raw / "study.toml").write_text(about.split("[transcripts.frozen]")[0] + "frozen = {}\n", encoding="utf-8")
    assert "holds 6 tidy tables, the codebook for Taguette; the data" in call("dtors2009", tmp_path / "d").output
    assert not (tmp_path / "d" / "spreadsheet").exists()
    assert call("dtors2009", tmp_path / "d.qdpx").exit_code == 0
    assert broken(contents(tmp_path / "d.qdpx")["project.qde"]) == []


def test_attributes_may_be_called_as_columns_of_the_counts_are(kouimtsidis, tmp_path):
    listed = kouimtsidis / "data" / "raw" / "dtors2009" / "transcripts" / "documents.csv"
    head, _, rows = listed.read_text(encoding="utf-8").partition("\n")
    listed.write_text(head.replace("route", "words/unit") + "\n" + rows, encoding="utf-8")
    people = kouimtsidis / "data" / "raw" / "dtors2009" / "participants.csv"
    head, _, rows = people.read_text(encoding="utf-8").partition("\n")
    people.write_text(head.replace("referral", "segments") + "\n" + rows, encoding="utf-8")
    assert call("dtors2009", tmp_path / "d").exit_code == 0
    assert (tmp_path / "d" / "spreadsheet" / "codes-by-words-unit.csv").is_file()


def test_a_code_too_long_for_taguette_keeps_its_codebook_back_and_nothing_else(kouimtsidis, tmp_path):
    codebook = kouimtsidis / "data" / "raw" / "dtors2009" / "codebook.csv"
    text = codebook.read_text(encoding="utf-8")
    codebook.write_text(text + f"{'long ' * 50},outcomes,concept,d,,\n", encoding="utf-8")
    told = call("dtors2009", tmp_path / "d").output
    assert "the codebook for Taguette (The code 'long long" in told and "Taguette takes 200" in told
    assert not (tmp_path / "d" / "taguette-codebook.csv").exists() and (tmp_path / "d" / "codes.csv").exists()
