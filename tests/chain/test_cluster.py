"""The chain on a cluster: notebooks run by the workers, two of them in threads of one process."""

import os
import sys

import dask
import distributed
import pandas as pd
import pytest
from click.testing import CliRunner

import dtstudy
from dtstudy import archive, cli, exhibits, settings
from dtstudy.chain import run

from ..conftest import ROOT
from .projects import SAVE, project


@pytest.fixture(scope="module")
def cluster():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), *sys.path]))
        with distributed.LocalCluster(n_workers=1, threads_per_worker=2, dashboard_address=None) as cluster:
            yield cluster


def configure(monkeypatch, tmp_path, way, address):
    """Dask's configuration with a scheduler's address: in the environment, or in a file."""
    if way == "variable":
        monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", address)
    else:
        (tmp_path / "dask.yaml").write_text(f"scheduler-address: {address}\n", encoding="utf-8")
        monkeypatch.setattr(dask.config, "paths", [str(tmp_path)])


@pytest.mark.parametrize("way", ["option", "variable", "file"])
def test_report_hands_its_notebooks_to_the_workers_of_a_scheduler(cluster, tmp_path, monkeypatch, way):
    studies = {"one": SAVE.format(name="one"), "two": SAVE.format(name="two")}
    monkeypatch.setenv("DTSTUDY_PROJECT", str(project(tmp_path, **studies)))
    called = ["report", "small", "--formats", "html", "-p", "number=5"]
    if way == "option":
        called += ["--scheduler", cluster.scheduler_address]
    else:
        configure(monkeypatch, tmp_path, way, cluster.scheduler_address)
    outcome = CliRunner().invoke(cli.main, called, catch_exceptions=False)
    assert outcome.exit_code == 0, outcome.output
    told = f"Running on the Dask cluster of the environment, {cluster.scheduler_address}."
    assert (told in outcome.output) == (way != "option")
    study = settings.load("small")
    assert [entry.id for entry in exhibits.load(study.derived)] == ["one", "two"]
    assert exhibits.changed(study.derived) == []
    assert not any(run.status(study, {"number": "5"}).values())
    for name in ("one", "two"):
        assert (study.derived / "tables" / f"{name}.csv").read_text(encoding="utf-8") == "number\n5\n"


@pytest.mark.parametrize("way", ["variable", "file"])
def test_a_configured_cluster_that_does_not_answer_is_a_sentence(tmp_path, monkeypatch, way):
    monkeypatch.setenv("DTSTUDY_PROJECT", str(project(tmp_path, one=SAVE.format(name="one"))))
    configure(monkeypatch, tmp_path, way, "tcp://127.0.0.1:9")
    outcome = CliRunner().invoke(cli.main, ["report", "small", "--formats", "html"])
    assert outcome.exit_code == 2
    assert "Dask's configuration names tcp://127.0.0.1:9: no Dask scheduler answers there" in outcome.output


def test_without_dask_a_configured_cluster_is_passed_over_and_told(tmp_path, monkeypatch):
    monkeypatch.setenv("DTSTUDY_PROJECT", str(project(tmp_path, one=SAVE.format(name="one"))))
    monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", "tcp://127.0.0.1:9")
    monkeypatch.setitem(sys.modules, "distributed", None)
    outcome = CliRunner().invoke(cli.main, ["report", "small", "--formats", "html"], catch_exceptions=False)
    assert outcome.exit_code == 0
    assert "DASK_SCHEDULER_ADDRESS names a cluster, but Dask is not installed" in outcome.output


def test_an_archive_is_made_by_the_workers_of_a_scheduler(cluster, kouimtsidis):
    called = ["archive", "kouimtsidis2007", "--documents", "3", "--scheduler", cluster.scheduler_address]
    outcome = CliRunner().invoke(cli.main, called, catch_exceptions=False)
    assert outcome.exit_code == 0, outcome.output
    assert "3 blocks made, 0 kept; 9 documents, 1,047 codings" in outcome.output
    blocks = archive.blocks(kouimtsidis / "data" / "derived" / "kouimtsidis2007" / "archive")
    found = pd.concat([archive.read(block, "codings") for block in blocks], ignore_index=True)
    expected = dtstudy.open_study("kouimtsidis2007").corpus().codings
    assert sorted(map(tuple, found[["document", "start", "end", "code"]].to_numpy())) == sorted(
        map(tuple, expected[["document", "start", "end", "code"]].to_numpy())
    )
    again = CliRunner().invoke(cli.main, called, catch_exceptions=False)
    assert "0 blocks made, 3 kept" in again.output
