import json
import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from dtstudy import exhibits, settings
from dtstudy.chain import run
from dtstudy.errors import StepError

from .projects import SAVE, project


def small(folder, monkeypatch, **notebooks):
    project(folder, **notebooks)
    monkeypatch.setenv("DTSTUDY_PROJECT", str(folder))
    return settings.load("small")


def test_a_run_puts_exhibits_notebooks_and_provenance_in_place(tmp_path, monkeypatch):
    study = small(tmp_path, monkeypatch, one=SAVE.format(name="one"), two=(SAVE.format(name="two"), ["one"]))
    told = []
    seconds = run.run_chain(study, {"number": "7"}, tell=lambda step, taken: told.append(step))
    assert list(seconds) == told == ["one", "two"]
    assert (study.derived / "tables" / "two.csv").read_text(encoding="utf-8") == "number\n7\n"
    entries = exhibits.load(study.derived)
    assert [(entry.id, entry.notebook) for entry in entries] == [
        ("one", "notebooks/one.ipynb"),
        ("two", "notebooks/two.ipynb"),
    ]
    record = json.loads((study.derived / "provenance.json").read_text(encoding="utf-8"))
    assert record["parameters"]["one"] == {"study": "small", "number": 7}
    assert "data/raw/small/study.toml" in record["inputs"]


def test_a_failing_notebook_names_cell_and_error_and_keeps_the_last_good_outputs(tmp_path, monkeypatch):
    study = small(
        tmp_path,
        monkeypatch,
        good=SAVE.format(name="good"),
        bad=SAVE.format(name="bad") + "\n1 / (number - 8)",
    )
    run.run_chain(study, {})
    with pytest.raises(StepError, match=r"bad.ipynb, cell \d: ZeroDivisionError: division by zero"):
        run.run_chain(study, {"number": "8"})
    assert (study.derived / "tables" / "bad.csv").read_text(encoding="utf-8") == "number\n3\n"
    assert "ZeroDivisionError" in (study.derived / "failed" / "bad.ipynb").read_text(encoding="utf-8")
    run.run_chain(study, {})
    assert not (study.derived / "failed").exists()


def test_a_killed_kernel_is_a_failed_step(tmp_path, monkeypatch):
    study = small(tmp_path, monkeypatch, dead="import os\nos._exit(9)")
    with pytest.raises(StepError, match="dead.ipynb: the kernel died"):
        run.run_chain(study, {})


def test_a_cell_that_takes_too_long_is_a_failed_step(tmp_path, monkeypatch):
    study = small(tmp_path, monkeypatch, slow="import time\ntime.sleep(60)")
    file = tmp_path / "notebooks" / "pipeline.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("timeout = 20", "timeout = 1"), encoding="utf-8")
    with pytest.raises(StepError, match="a cell took longer than 1 seconds"):
        run.run_chain(study, {})


def test_a_step_that_does_not_write_what_it_says_fails(tmp_path, monkeypatch):
    study = small(tmp_path, monkeypatch, one=SAVE.format(name="other"))
    with pytest.raises(StepError, match="one.ipynb did not write one"):
        run.run_chain(study, {})


def test_an_exhibit_that_no_step_writes_any_more_goes_from_the_manifest(tmp_path, monkeypatch):
    study = small(tmp_path, monkeypatch, one=SAVE.format(name="one"))
    run.run_chain(study, {})
    exhibits.save(
        study.derived,
        "orphan",
        exhibits.pd.DataFrame({"n": [1]}),
        title="T",
        caption="C",
        data="published",
        definition="D",
    )
    run.run_chain(study, {})
    assert [entry.id for entry in exhibits.load(study.derived)] == ["one"]


def test_an_executor_of_the_callers_may_run_the_steps(tmp_path, monkeypatch):
    study = small(tmp_path, monkeypatch, one=SAVE.format(name="one"))
    before = dict(os.environ)
    with ThreadPoolExecutor(1) as executor:
        run.run_chain(study, {}, executor=executor)
    os.environ.clear()
    os.environ.update(before)
    assert [entry.id for entry in exhibits.load(study.derived)] == ["one"]
