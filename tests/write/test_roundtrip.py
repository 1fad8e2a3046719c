"""What is written is read back by the package's own readers, table by table."""

import pandas as pd
import pytest
from click.testing import CliRunner

import dtstudy
from dtstudy import cli
from dtstudy.read import project as projects
from dtstudy.write import csv, plain, qdc, qdpx

from .studies import EVERY, corpus
from .studies import STUDIES as CONSTRUCTED

CODE = ["code", "parent", "level", "definition", "include", "exclude"]


def text(value):
    return plain(value) if isinstance(value, str) else ""


def rows(frame, columns):
    return sorted(
        tuple(text(cell) if not isinstance(cell, int) else cell for cell in row)
        for row in frame[columns].to_numpy(object)
    )


def attributes(tables):
    """of, name, attribute, value: every filled cell beyond the schema's own columns."""
    found = []
    for of, table, own in (
        ("source", "documents", ["document", "text", "source", "sha256"]),
        ("case", "participants", ["participant"]),
    ):
        for row in tables[table].to_dict("records"):
            filled = {column: str(value) for column, value in row.items() if column not in own and text(value)}
            found += [(of, row[own[0]], column, value) for column, value in filled.items()]
    return sorted(found)


def as_project(study, tmp_path):
    file = tmp_path / "study.qdpx"
    file.write_bytes(qdpx.archive(qdpx.project(EVERY[study](), study)))
    return projects.load([file])


def as_folder(study, tmp_path):
    for name, content in csv.tidy(EVERY[study]()).items():
        (tmp_path / name).write_bytes(content)
    return projects.load([tmp_path])


WAYS = pytest.mark.parametrize(  # a reader of tables makes CR LF one character, as a corpus has it from the start
    ("way", "study"), [*((as_project, study) for study in EVERY), *((as_folder, study) for study in CONSTRUCTED)]
)
STUDIES = pytest.mark.parametrize("study", EVERY)


@WAYS
def test_nothing_is_dropped_on_the_way_back(way, study, tmp_path):
    back = way(study, tmp_path)
    assert back.dropped.to_numpy().tolist() == []


@WAYS
def test_documents_come_back_letter_by_letter(way, study, tmp_path):
    tables, back = EVERY[study](), way(study, tmp_path)
    assert rows(back.sources, ["source", "text"]) == rows(tables["documents"], ["document", "text"])


@WAYS
def test_codings_come_back_on_the_same_words_by_the_same_coders_with_their_memos(way, study, tmp_path):
    tables, back = EVERY[study](), way(study, tmp_path)
    codings = back.codings.astype({"start": int, "end": int})
    own = ["start", "end", "code", "coder", "memo"]
    assert rows(codings, ["source", *own]) == rows(tables["codings"], ["document", *own])


@WAYS
def test_coders_come_back_and_those_who_coded_nothing_too(way, study, tmp_path):
    assert set(way(study, tmp_path).coders["coder"]) == set(EVERY[study]()["reads"]["coder"])


@WAYS
def test_the_codebook_comes_back_in_its_order(way, study, tmp_path):
    tables, back = EVERY[study](), way(study, tmp_path)
    assert back.codes[CODE].map(text).to_numpy().tolist() == tables["codes"][CODE].map(text).to_numpy().tolist()


@STUDIES
def test_a_codebook_alone_comes_back_in_its_order(study, tmp_path):
    tables, file = EVERY[study](), tmp_path / "codes.qdc"
    file.write_bytes(qdc.codebook(tables["codes"], study, set(tables["codings"]["code"])))
    back = projects.load([file])
    assert back.codes[CODE].map(text).to_numpy().tolist() == tables["codes"][CODE].map(text).to_numpy().tolist()


@WAYS
def test_turns_come_back_as_passages_of_cases_and_those_who_are_silent_too(way, study, tmp_path):
    tables, back = EVERY[study](), way(study, tmp_path)
    spoken = back.people.dropna(subset="start").astype({"start": int, "end": int})
    assert rows(spoken, ["case", "source", "start", "end"]) == rows(
        tables["turns"], ["participant", "document", "start", "end"]
    )
    assert set(back.people["case"]) == set(tables["participants"]["participant"])


@WAYS
def test_attributes_of_documents_and_participants_come_back(way, study, tmp_path):
    tables, back = EVERY[study](), way(study, tmp_path)
    values = back.values.assign(attribute=back.values["attribute"].str.removesuffix(" of participants"))
    assert rows(values, ["of", "name", "attribute", "value"]) == attributes(tables)


def test_groups_come_back_as_sets(tmp_path):
    back = as_project("kouimtsidis2007", tmp_path)
    documents = EVERY["kouimtsidis2007"]()["documents"]
    want = pd.DataFrame({"set": documents["group"], "of": "sources", "member": documents["document"]})
    assert rows(back.sets, ["set", "of", "member"]) == rows(want, ["set", "of", "member"])


@STUDIES
def test_positions_are_proven_to_be_code_points_with_an_end_after_the_last(study, tmp_path):
    record = as_project(study, tmp_path).record.set_index("thing")
    assert (
        "code points from 0, CRLF as one, byte order mark not counted, end: the character after"
        in (record.loc["passages of text", "note"])
    )


TABLES = {  # what a study made from an export holds again; times and the digest of the raw file are not among it
    "documents": ["document", "text", "kind", "group"],
    "participants": ["participant", "role", "sex"],
    "turns": ["document", "turn", "participant", "start", "end"],
    "codes": CODE,
    "codings": ["document", "start", "end", "code", "coder", "memo"],
    "reads": ["document", "coder"],
}


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """An empty project, in force."""
    (tmp_path / "elsewhere" / "data" / "raw").mkdir(parents=True)
    monkeypatch.setenv("DTSTUDY_PROJECT", str(tmp_path / "elsewhere"))
    return tmp_path / "elsewhere"


def call(*arguments):
    outcome = CliRunner().invoke(cli.main, list(map(str, arguments)), catch_exceptions=False)
    assert outcome.exit_code == 0, outcome.output


@pytest.mark.parametrize("place", ["handed-on.qdpx", "handed-on"])
@pytest.mark.parametrize("study", CONSTRUCTED)
def test_a_study_made_from_an_export_has_the_same_tables_and_is_exported_as_the_same_bytes(
    study, place, tmp_path, elsewhere, monkeypatch
):
    monkeypatch.delenv("DTSTUDY_PROJECT")
    first = corpus(study)
    call("export", study, tmp_path / place)
    monkeypatch.setenv("DTSTUDY_PROJECT", str(elsewhere))
    call("new", study, "--from", tmp_path / place)
    second = dtstudy.open_study(study).corpus()
    for name, columns in TABLES.items():
        was, now = (getattr(one, name)[columns].map(as_text).to_numpy().tolist() for one in (first, second))
        assert now == was, name
    again = {name: frame[list(getattr(first, name))] for name, frame in vars(second).items()}  # in the order of columns
    assert qdpx.project(again, study) == qdpx.project(vars(first), study)


def as_text(cell):
    return "" if pd.isna(cell) else str(cell)
