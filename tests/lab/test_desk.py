import json
import os
from pathlib import Path

import pytest

from dtstudy import settings
from dtstudy.errors import InputError
from dtstudy.lab import desk, opening


def test_a_copy_with_the_study_chosen_is_laid_out_once(kouimtsidis):
    assert desk.first_study(kouimtsidis) == "kouimtsidis2007"
    place = desk.lay_out(settings.load("dtors2009"))
    assert 'study = \\"dtors2009\\"' in place.read_text(encoding="utf-8")
    place.write_text("{}", encoding="utf-8")
    assert desk.lay_out(settings.load("dtors2009")).read_text(encoding="utf-8") == "{}"
    with pytest.raises(InputError, match="synthesis has no transcripts to explore"):
        desk.lay_out(settings.load("synthesis"))


def test_jupyterlab_is_told_the_notebook_and_offers_no_news_from_the_network(kouimtsidis, monkeypatch):
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "mine")
    notebook = desk.lay_out(settings.load("dtors2009"))
    command = desk.command(kouimtsidis, notebook, ["--port=0"])
    assert (
        command[-1] == "--port=0" and "--LabApp.default_url=/lab/tree/data/derived/dtors2009/explore.ipynb" in command
    )
    environment = desk.environment(kouimtsidis, notebook)
    assert environment[opening.PLACE] == "data/derived/dtors2009/explore.ipynb"
    own, mine = environment["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    told = json.loads((Path(own) / "labconfig" / "default_setting_overrides.json").read_text(encoding="utf-8"))
    assert told["@jupyterlab/apputils-extension:notification"] == {"fetchNews": "false", "checkForUpdates": False}
    assert mine == "mine"
