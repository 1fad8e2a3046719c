"""Files that were cut off, and disks and locales that will not take what is written: one sentence each."""

import errno
import json
import os
import subprocess
import sys
from dataclasses import asdict

import pandas as pd
import pytest
from click.testing import CliRunner

import dtstudy
from dtstudy import cli, exhibits, release
from dtstudy.chain import provenance, run
from dtstudy.corpus import Corpus
from dtstudy.errors import InputError, StepError

from ..chain.projects import SAVE
from ..chain.test_run import small
from ..conftest import ROOT

CUTS = 200 if os.environ.get("FAULTS") == "long" else 12


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """The tables of a corpus as files."""
    folder = tmp_path_factory.mktemp("corpus")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DTSTUDY_PROJECT", str(ROOT))
        dtstudy.open_study("kouimtsidis2007").corpus().save(folder)
    return folder


@pytest.mark.parametrize("table", ["documents", "participants", "turns", "codes", "codings", "reads"])
def test_a_table_cut_anywhere_is_a_sentence_with_its_name(saved, table):
    file = saved / f"{table}.parquet"
    whole = file.read_bytes()
    try:
        for cut in sorted({0, 1, 4, len(whole) - 1, *range(0, len(whole), len(whole) // CUTS)}):
            file.write_bytes(whole[:cut])
            with pytest.raises(InputError, match=f"{table}.parquet cannot be read .*Run dtstudy report"):
                Corpus.load(saved)
    finally:
        file.write_bytes(whole)
    assert len(Corpus.load(saved).documents) == 9


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_disk_that_takes_no_more_is_a_sentence(orchard, monkeypatch, number):
    def write(study):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(release, "write", write)
    outcome = CliRunner().invoke(cli.main, ["release", "orchard"])
    assert outcome.exit_code == 1 and outcome.output.count("\n") == 1
    assert f"a file cannot be written ({os.strerror(number)}). Earlier results are as they were." in outcome.output


def test_another_error_of_a_file_is_no_full_disk(orchard, monkeypatch):
    def write(study):
        raise OSError(errno.EBADF, "closed")

    monkeypatch.setattr(release, "write", write)
    assert isinstance(CliRunner().invoke(cli.main, ["release", "orchard"]).exception, OSError)


def test_a_write_that_breaks_off_leaves_what_was_there(tmp_path, monkeypatch):
    exhibits.write(tmp_path / "table.csv", b"good")

    def half(self, content):
        with self.open("wb") as file:
            file.write(content[:2])
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(type(tmp_path), "write_bytes", half)
    with pytest.raises(OSError, match="full"):
        exhibits.write(tmp_path / "table.csv", b"better")
    assert [file.name for file in tmp_path.iterdir()] == ["table.csv"]
    assert (tmp_path / "table.csv").read_bytes() == b"good"


def test_a_file_name_that_the_locale_has_no_letters_for_is_a_sentence(orchard, monkeypatch):
    def write(study):
        raise UnicodeEncodeError("ascii", "Zoë.txt", 2, 3, "ordinal not in range(128)")

    monkeypatch.setattr(release, "write", write)
    monkeypatch.setattr(sys, "getfilesystemencoding", lambda: "ascii")
    outcome = CliRunner().invoke(cli.main, ["release", "orchard"])
    assert outcome.exit_code == 2 and outcome.output.count("\n") == 1
    assert "this locale (ascii) has no letters for the name of a file. Set PYTHONUTF8=1" in outcome.output
    assert "Zo" not in outcome.output


def test_a_scheduler_needs_dask_and_one_that_answers(kouimtsidis):
    outcome = CliRunner().invoke(cli.main, ["report", "kouimtsidis2007", "--scheduler", "tcp://127.0.0.1:9"])
    assert outcome.exit_code == 2 and "no Dask scheduler answers there" in outcome.output


def test_without_dask_a_scheduler_is_a_sentence(kouimtsidis, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    outcome = CliRunner().invoke(cli.main, ["report", "kouimtsidis2007", "--scheduler", "tcp://127.0.0.1:9"])
    assert outcome.exit_code == 2 and "Install it with: pip install dtstudy[archive]" in outcome.output


def test_what_a_killed_process_left_half_is_cleared_away_and_no_other(tmp_path, monkeypatch):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    study = small(tmp_path, monkeypatch, one=SAVE.format(name="one"))
    left, under_way = (study.derived / "tables" / f".one.csv.{number}.part" for number in (ended.pid, os.getpid()))
    for file in (left, under_way):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"ha")
    run.recover(study)
    assert not left.exists() and under_way.exists()


def test_a_disk_that_fills_up_at_the_very_end_of_a_run_is_a_sentence(tmp_path, monkeypatch):
    study = small(tmp_path, monkeypatch, one=SAVE.format(name="one"))

    def write(settings, record):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    study.derived.mkdir(parents=True)
    monkeypatch.setattr(provenance, "write", write)
    monkeypatch.setattr(run, "_tasks", lambda *_: [])
    with pytest.raises(StepError, match="data/derived/small cannot be written to .No space left on device.. Mend that"):
        run.run_chain([(study, {})])


def test_a_disk_that_fills_up_while_results_are_put_in_place_moves_none_of_them(tmp_path, monkeypatch):
    study = small(tmp_path, monkeypatch, one=SAVE.format(name="one"))
    exhibits.save(
        study.derived, "one", pd.DataFrame({"n": [1]}), title="T", caption="C", data="published", definition="D"
    )
    before = {file: file.read_bytes() for file in study.derived.rglob("*") if file.is_file()}
    folder = study.derived / ".run" / "place" / "one"
    made = exhibits.save(
        folder / "small", "one", pd.DataFrame({"n": [2]}), title="T", caption="C", data="published", definition="D"
    )
    record = {"step": "one", "files": made.files, "exhibits": [asdict(made)]}
    (folder / run.WHOLE).write_text(json.dumps(record), encoding="utf-8")
    write = exhibits.write
    for name in (exhibits.MANIFEST, "one.json"):

        def full(file, content, name=name):
            if file.name == name:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            write(file, content)

        monkeypatch.setattr(exhibits, "write", full)
        with pytest.raises(OSError, match="No space left"):
            run._publish(folder, study)
        assert {file: file.read_bytes() for file in before} == before and exhibits.changed(study.derived) == []
    monkeypatch.setattr(exhibits, "write", write)
    run._publish(folder, study)
    assert exhibits.changed(study.derived) == [] and pd.read_csv(study.derived / "tables" / "one.csv")[
        "n"
    ].tolist() == [2]
