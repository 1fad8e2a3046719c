import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dtstudy import exhibits, settings
from dtstudy.chain import engine, run, watch
from dtstudy.errors import StepError

from .projects import SAVE, project


def small(folder, monkeypatch, **notebooks):
    project(folder, **notebooks)
    monkeypatch.setenv("DTSTUDY_PROJECT", str(folder))
    return settings.load("small")


def contents(study):
    """What a run made, by name, without what tells of the run itself: times and the records that hold them."""
    told = ("steps/", "provenance.json", "ro-crate-metadata.json", ".lock")
    files = {file.relative_to(study.derived).as_posix(): file for file in study.derived.rglob("*") if file.is_file()}
    return {name: file.read_bytes() for name, file in files.items() if not name.startswith(told)}


def test_a_run_puts_exhibits_notebooks_and_provenance_in_place(tmp_path, monkeypatch):
    study = small(tmp_path, monkeypatch, one=SAVE.format(name="one"), two=(SAVE.format(name="two"), ["one"]))
    told = []
    seconds = run.run_chain([(study, {"number": "7"})], tell=lambda _, step, seconds: told.append(step))
    assert [step for _, step in seconds] == told == ["one", "two"]
    assert (study.derived / "tables" / "two.csv").read_text(encoding="utf-8") == "number\n7\n"
    entries = exhibits.load(study.derived)
    assert [(entry.id, entry.notebook) for entry in entries] == [
        ("one", "notebooks/one.ipynb"),
        ("two", "notebooks/two.ipynb"),
    ]
    record = json.loads((study.derived / "provenance.json").read_text(encoding="utf-8"))
    assert record["parameters"]["one"] == {"study": "small", "number": 7}
    assert "data/raw/small/study.toml" in record["inputs"]


def test_a_study_has_values_of_its_own_for_parameters_and_the_call_goes_first(tmp_path, monkeypatch):
    study = small(tmp_path, monkeypatch, one=SAVE.format(name="one"))
    with (study.raw / "study.toml").open("a", encoding="utf-8") as file:
        file.write("\n[parameters]\nnumber = 5\n")
    study = settings.load("small")
    for given, number in (({}, 5), ({"number": "7"}, 7)):
        run.run_chain([(study, given)])
        assert (study.derived / "tables" / "one.csv").read_text(encoding="utf-8") == f"number\n{number}\n"


def test_a_failing_notebook_names_cell_and_error_and_keeps_the_last_good_outputs(tmp_path, monkeypatch):
    study = small(
        tmp_path,
        monkeypatch,
        good=SAVE.format(name="good"),
        bad=SAVE.format(name="bad") + "\n1 / (number - 8)",
    )
    run.run_chain([(study, {})])
    with pytest.raises(StepError, match=r"bad.ipynb, cell \d: ZeroDivisionError: division by zero"):
        run.run_chain([(study, {"number": "8"})])
    assert (study.derived / "tables" / "bad.csv").read_text(encoding="utf-8") == "number\n3\n"
    assert "ZeroDivisionError" in (study.derived / "failed" / "bad.ipynb").read_text(encoding="utf-8")
    run.run_chain([(study, {})])
    assert not (study.derived / "failed").exists()


def test_a_killed_kernel_is_a_failed_step(tmp_path, monkeypatch):
    study = small(tmp_path, monkeypatch, dead="import os\nos._exit(9)")
    with pytest.raises(StepError, match="dead.ipynb: the kernel died"):
        run.run_chain([(study, {})])


def test_a_cell_that_takes_too_long_is_a_failed_step(tmp_path, monkeypatch):
    study = small(tmp_path, monkeypatch, slow="import time\ntime.sleep(60)")
    file = tmp_path / "notebooks" / "pipeline.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("timeout = 20", "timeout = 1"), encoding="utf-8")
    with pytest.raises(StepError, match="a cell took longer than 1 seconds"):
        run.run_chain([(study, {})])


def test_a_step_that_does_not_write_what_it_says_fails(tmp_path, monkeypatch):
    study = small(tmp_path, monkeypatch, one=SAVE.format(name="other"))
    with pytest.raises(StepError, match="one.ipynb did not write one"):
        run.run_chain([(study, {})])


def test_an_exhibit_that_no_step_writes_any_more_goes_from_the_manifest(tmp_path, monkeypatch):
    study = small(tmp_path, monkeypatch, one=SAVE.format(name="one"))
    run.run_chain([(study, {})])
    exhibits.save(
        study.derived,
        "orphan",
        exhibits.pd.DataFrame({"n": [1]}),
        title="T",
        caption="C",
        data="published",
        definition="D",
    )
    run.run_chain([(study, {})])
    assert [entry.id for entry in exhibits.load(study.derived)] == ["one"]


def test_an_executor_of_the_callers_may_run_the_steps(tmp_path, monkeypatch):
    study = small(tmp_path, monkeypatch, one=SAVE.format(name="one"))
    before = dict(os.environ)
    with ThreadPoolExecutor(1) as executor:
        run.run_chain([(study, {})], executor=executor)
    os.environ.clear()
    os.environ.update(before)
    assert [entry.id for entry in exhibits.load(study.derived)] == ["one"]


FIGURE = """
import dtstudy, matplotlib.pyplot as plt, pandas as pd
figure, ax = plt.subplots()
ax.plot([1, number], [2, 3])
print({"b", "a", "c", "d"}, hash("words"))
print(pd.DataFrame({f"a column with a long name {place}": [place] for place in range(12)}))
dtstudy.open_study(study).save_exhibit("drawn", pd.DataFrame({"n": [number]}), figure, title="T", caption="C",
    data="published", definition="D")
"""


def test_the_libraries_leave_no_thread_behind_so_that_kernels_are_forks(tmp_path, monkeypatch):
    named = "import sys\nassert 'papermill' in sys.modules and 'ipykernel_launcher' not in sys.modules\n"
    study = small(tmp_path, monkeypatch, one=named + SAVE.format(name="one"))
    run.run_chain([(study, {})])
    with pytest.raises(StepError, match="AssertionError"):
        run.run_chain([(study, {})], warm=False, force=True)


def test_warm_or_cold_one_worker_or_two_the_bytes_are_the_same(tmp_path, monkeypatch):
    study = small(tmp_path, monkeypatch, drawn=FIGURE, one=SAVE.format(name="one"))
    seen = []
    for warm, jobs in ((True, 2), (True, 1), (False, 2)):
        run.run_chain([(study, {})], warm=warm, jobs=jobs, force=True)
        seen.append(contents(study))
    assert len(seen[0]) == 8 and seen[0] == seen[1] == seen[2]


def test_a_step_that_opens_a_raw_file_it_does_not_declare_fails_with_its_name(tmp_path, monkeypatch):
    reading = "import dtstudy\n(dtstudy.open_study(study).settings.raw / 'secret.csv').read_text()\n" + SAVE.format(
        name="one"
    )
    study = small(tmp_path, monkeypatch, one=reading)
    (study.raw / "secret.csv").write_text("x\n", encoding="utf-8")
    with pytest.raises(
        StepError, match=r"one.ipynb opened secret.csv of data/raw/small, against pipeline.toml. Add it"
    ):
        run.run_chain([(study, {})])
    assert not (study.derived / "tables").exists()


def test_a_step_opens_what_it_may_read(tmp_path, monkeypatch):
    reading = "import dtstudy\n(dtstudy.open_study(study).settings.raw / 'secret.csv').read_text()\n" + SAVE.format(
        name="one"
    )
    study = small(tmp_path, monkeypatch, one=reading)
    (study.raw / "secret.csv").write_text("x\n", encoding="utf-8")
    file = tmp_path / "notebooks" / "pipeline.toml"
    file.write_text(file.read_text(encoding="utf-8") + "\nmay_read = ['secret.csv']", encoding="utf-8")
    assert list(run.run_chain([(study, {})])) == [("small", "one")]


def test_a_failed_step_stops_what_needs_it_and_no_other(tmp_path, monkeypatch):
    study = small(
        tmp_path,
        monkeypatch,
        bad="1 / 0",
        after=(SAVE.format(name="after"), ["bad"]),
        other=SAVE.format(name="other"),
    )
    with pytest.raises(StepError, match="ZeroDivisionError"):
        run.run_chain([(study, {})], jobs=1)
    assert [entry.id for entry in exhibits.load(study.derived)] == ["other"]


def test_what_an_interrupted_run_had_made_whole_is_put_in_place_and_the_rest_cleared_away(tmp_path, monkeypatch):
    study = small(tmp_path, monkeypatch, one=SAVE.format(name="one"), two=SAVE.format(name="two"))
    monkeypatch.setattr(run, "_publish", lambda folder, settings: (_ for _ in ()).throw(KeyboardInterrupt))
    monkeypatch.setattr(run.shutil, "rmtree", lambda *_, **__: None)
    with pytest.raises(KeyboardInterrupt):
        run.run_chain([(study, {})], jobs=1)
    monkeypatch.undo()
    monkeypatch.setenv("DTSTUDY_PROJECT", str(tmp_path))
    assert exhibits.load(study.derived) == [] and list((study.derived / ".run").glob(f"*/*/{run.WHOLE}"))
    run.recover(study)
    assert [entry.id for entry in exhibits.load(study.derived)] == ["one"] and exhibits.changed(study.derived) == []
    assert list(run.status(study, {}).values()) == [[], ["it has not run yet"]]
    assert not list((study.derived / ".run").iterdir())


def test_two_runs_at_once_do_each_other_no_harm(tmp_path, monkeypatch):
    study = small(tmp_path, monkeypatch, one=SAVE.format(name="one"), two=SAVE.format(name="two"))
    with ThreadPoolExecutor(2) as both:
        runs = [both.submit(run.run_chain, [(study, {})], jobs=1) for _ in range(2)]
        for ran in runs:
            ran.result()
    assert [entry.id for entry in exhibits.load(study.derived)] == ["one", "two"]
    assert exhibits.changed(study.derived) == [] and not any(run.status(study, {}).values())


def test_studies_run_in_one_chain(tmp_path, monkeypatch):
    study = small(tmp_path, monkeypatch, one=SAVE.format(name="one"))
    second = tmp_path / "data" / "raw" / "second"
    second.mkdir()
    (second / "study.toml").write_bytes((study.raw / "study.toml").read_bytes())
    other = settings.load("second")
    assert set(run.run_chain([(study, {}), (other, {})])) == {("small", "one"), ("second", "one")}
    assert exhibits.load(other.derived)[0].id == "one"


def test_the_crate_is_one_that_its_library_reads_with_inputs_outputs_and_parameters(tmp_path, monkeypatch):
    from rocrate.rocrate import ROCrate

    study = small(tmp_path, monkeypatch, one=SAVE.format(name="one"))
    run.run_chain([(study, {"number": "7"})])
    crate = ROCrate(str(study.derived))
    (action,) = [entity for entity in crate.get_entities() if entity.type == "CreateAction"]
    assert {entity.id for entity in action["result"]} == {"tables/one.csv", "notebooks/one.ipynb"}
    values = {entity["name"]: entity["value"] for entity in action["object"] if entity.type == "PropertyValue"}
    assert values == {"study": "small", "number": "7"}
    assert "#data/raw/small/study.toml" in [entity.id for entity in action["object"]]
    for part in crate.root_dataset["hasPart"]:
        assert (study.derived / part.id).is_file() and len(part["sha256"]) == 64


def test_the_codecheck_list_names_files_that_are_there(tmp_path, monkeypatch):
    study = small(tmp_path, monkeypatch, drawn=FIGURE)
    run.run_chain([(study, {})])
    text = (study.derived / "codecheck.yml").read_text(encoding="utf-8")
    assert text.startswith("---\n") and "FIXME" not in text
    files = [line.split('"')[1] for line in text.splitlines() if line.startswith("  - file:")]
    assert files == ["tables/drawn.csv", "figures/drawn.png", "figures/drawn.svg"]
    assert all((study.derived / name).is_file() for name in files)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(28, "No space left on device"), "could not be put into data/derived/small .No space left on device"),
        (ConnectionResetError(104, "Connection reset by peer"), "the worker ended .ConnectionResetError"),
    ],
)
def test_a_full_disk_is_told_from_a_lost_worker(tmp_path, monkeypatch, error, sentence):
    def breaks(*_):
        raise error

    monkeypatch.setattr(engine, "execute", breaks)
    study = small(tmp_path, monkeypatch, one="1 + 1")
    with ThreadPoolExecutor(1) as executor, pytest.raises(StepError, match=sentence):
        run.run_chain([(study, {})], executor=executor)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_disk_that_is_full_is_told_as_such_by_the_notebook_and_by_what_its_kernel_tells(tmp_path):
    place = project(tmp_path / "project", one="1 + 1")
    (into := tmp_path / "one.ipynb").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        engine.execute(place / "notebooks" / "one.ipynb", into, {"number": 3}, 20, {})
    (cut := tmp_path / "watch.json").write_text('{"reads": ["a', encoding="utf-8")
    with pytest.raises(OSError, match="was cut off"):
        watch.told(cut)


def test_a_notebook_that_a_full_disk_cut_off_does_not_hide_why_its_step_failed(tmp_path):
    into = tmp_path / "into" / "one.ipynb"
    cuts = f"open({str(into)!r}, 'w').write('{{'); import os; os.kill(os.getpid(), 9)"
    place = project(tmp_path / "project", one=cuts)
    with pytest.raises(StepError, match="one.ipynb: the kernel died") as error:
        engine.execute(place / "notebooks" / "one.ipynb", into, {"number": 3}, 20, {})
    assert "NotJSON" not in str(error.value)
