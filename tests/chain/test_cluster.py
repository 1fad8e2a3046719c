"""The chain on a cluster: notebooks run by the workers, two of them in threads of one process."""

import os
import sys

import pytest
from click.testing import CliRunner

from dtstudy import cli, exhibits, settings
from dtstudy.chain import run

from ..conftest import ROOT
from .projects import SAVE, project

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def cluster():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), *sys.path]))
        with distributed.LocalCluster(n_workers=1, threads_per_worker=2, dashboard_address=None) as cluster:
            yield cluster


def test_report_hands_its_notebooks_to_the_workers_of_a_scheduler(cluster, tmp_path, monkeypatch):
    studies = {"one": SAVE.format(name="one"), "two": SAVE.format(name="two")}
    monkeypatch.setenv("DTSTUDY_PROJECT", str(project(tmp_path, **studies)))
    called = ["report", "small", "--formats", "html", "--scheduler", cluster.scheduler_address, "-p", "number=5"]
    outcome = CliRunner().invoke(cli.main, called, catch_exceptions=False)
    assert outcome.exit_code == 0, outcome.output
    study = settings.load("small")
    assert [entry.id for entry in exhibits.load(study.derived)] == ["one", "two"]
    assert exhibits.changed(study.derived) == []
    assert not any(run.status(study, {"number": "5"}).values())
    for name in ("one", "two"):
        assert (study.derived / "tables" / f"{name}.csv").read_text(encoding="utf-8") == "number\n5\n"
