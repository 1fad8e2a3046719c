"""Places and studies the tests share."""

import os
import shutil
from pathlib import Path

import hypothesis
import pytest

hypothesis.settings.register_profile("dtstudy", deadline=None)
hypothesis.settings.load_profile("dtstudy")

ROOT = Path(__file__).parents[1]
ORCHARD = ROOT / "tests" / "projects" / "orchard"


@pytest.fixture(autouse=True)
def _no_outside_settings(monkeypatch):
    for name in ("DTSTUDY_PROJECT", "DTSTUDY_OUTPUT", "DASK_SCHEDULER_ADDRESS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def orchard(tmp_path, monkeypatch):
    """A copy of the invented miniature project, as the project in force."""
    project = tmp_path / "orchard project"
    shutil.copytree(ORCHARD, project)
    monkeypatch.setenv("DTSTUDY_PROJECT", str(project))
    return project


@pytest.fixture(scope="session")
def papers() -> Path:
    """The folder with the papers' text: named by PAPERS, or a folder `papers` beside the checkout or one below its neighbours."""
    named = os.environ.get("PAPERS")
    places = [Path(named)] if named else [ROOT.parent / "papers", *sorted(ROOT.parent.glob("*/papers"))]
    for place in places:
        if (place / "kouimtsidis2007.txt").is_file():
            return place.absolute()
    pytest.skip("the papers' text is not at hand; name its folder with PAPERS=DIR")


def sample_folder() -> Path | None:
    """The folder of projects coded elsewhere: named by SAMPLES, or a folder `samples` beside the checkout or one below its neighbours."""
    named = os.environ.get("SAMPLES")
    places = [Path(named)] if named else [ROOT.parent / "samples", *sorted(ROOT.parent.glob("*/samples"))]
    return next((place.absolute() for place in places if (place / "taguette-bills.sqlite3").is_file()), None)


@pytest.fixture(scope="session")
def samples() -> Path:
    folder = sample_folder()
    if folder is None:
        pytest.skip("the sample projects are not at hand; name their folder with SAMPLES=DIR")
    return folder


@pytest.fixture
def kouimtsidis(tmp_path, monkeypatch):
    """A copy of this project that holds nothing derived, as the project in force."""
    project = tmp_path / "project"
    for folder in ("data/raw", "notebooks"):
        shutil.copytree(ROOT / folder, project / folder, ignore=shutil.ignore_patterns("paper.*", ".ipynb_checkpoints"))
    shutil.copy(ROOT / "requirements.lock", project)
    monkeypatch.setenv("DTSTUDY_PROJECT", str(project))
    return project
