"""A study handed on and taken in again is the same study, whichever way it went."""

import pandas as pd
import pytest

import dtstudy
from dtstudy import export, intake
from dtstudy.write import qdpx

from .conftest import ROOT

OWN = {"documents": ["source", "sha256"], "turns": ["seconds"]}  # what stays with the raw files; see docs/importing.md


def tables(study):
    """The tables of a study's corpus, without what only its raw files have."""
    corpus = study.corpus()
    names = ("documents", "participants", "turns", "codes", "codings", "reads")
    return {table: getattr(corpus, table).drop(columns=OWN.get(table, [])).fillna("") for table in names}


def assert_same(one, other):
    for name, frame in one.items():
        again = other[name]
        assert sorted(again.columns) == sorted(frame.columns)
        order = list(frame.columns)
        if name != "codes":  # the order of a codebook is its author's
            frame, again = (table.sort_values(order, ignore_index=True) for table in (frame, again[order]))
        pd.testing.assert_frame_equal(again[order], frame, check_dtype=False)


def there_and_back(study, folder, monkeypatch, project, suffix):
    opened = dtstudy.open_study(study)
    before, place = tables(opened), folder / f"{study}{suffix}"
    export.export(opened, place)
    (folder / "other" / "data" / "raw").mkdir(parents=True)
    monkeypatch.setenv("DTSTUDY_PROJECT", str(folder / "other"))
    intake.new("again", [place])
    assert_same(before, tables(dtstudy.open_study("again")))
    assert not (project / "data" / "raw" / "again").exists()


@pytest.mark.parametrize("suffix", [".qdpx", ""], ids=["qdpx", "csv"])
@pytest.mark.parametrize("study", ["dtors2009", "kouimtsidis2007"])
def test_the_constructed_studies_come_back_as_they_went(tmp_path, monkeypatch, study, suffix):
    monkeypatch.setenv("DTSTUDY_PROJECT", str(ROOT))
    there_and_back(study, tmp_path, monkeypatch, ROOT, suffix)


@pytest.mark.parametrize("suffix", [".qdpx", ""], ids=["qdpx", "csv"])
@pytest.mark.parametrize(
    "sample",
    [
        "atlasti-8-mac-testproject.qdpx",
        "qualilab-stress-test-synthetic.qdpx",
        "taguette-bills.sqlite3",
        "hitsave-goodboy-galaxy.vtt",
    ],
)
def test_projects_of_other_programs_come_back_as_they_went(tmp_path, monkeypatch, samples, sample, suffix):
    project = tmp_path / "project"
    (project / "data" / "raw").mkdir(parents=True)
    monkeypatch.setenv("DTSTUDY_PROJECT", str(project))
    intake.new("sample", [samples / sample])
    there_and_back("sample", tmp_path, monkeypatch, project, suffix)


def test_what_came_back_goes_out_again_as_the_same_bytes(tmp_path, monkeypatch):
    monkeypatch.setenv("DTSTUDY_PROJECT", str(ROOT))
    study = dtstudy.open_study("dtors2009")
    export.export(study, tmp_path / "first.qdpx")
    went = qdpx.project(vars(study.corpus()), "dtors2009")
    (tmp_path / "other" / "data" / "raw").mkdir(parents=True)
    monkeypatch.setenv("DTSTUDY_PROJECT", str(tmp_path / "other"))
    intake.new("dtors2009", [tmp_path / "first.qdpx"])
    assert qdpx.project(vars(dtstudy.open_study("dtors2009").corpus()), "dtors2009") == went
