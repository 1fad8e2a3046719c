import pytest

from dtstudy import exhibits, settings
from dtstudy.chain import fresh, run

from .projects import SAVE, project


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A project of two steps, run once; the second reads the first's exhibit and a raw file."""
    project(tmp_path, one=SAVE.format(name="one"), two=(SAVE.format(name="two"), ["one", "words.csv"]))
    (tmp_path / "data" / "raw" / "small" / "words.csv").write_text("word\napple\n", encoding="utf-8")
    (tmp_path / "requirements.lock").write_text("pandas==3.1.1\n", encoding="utf-8")
    monkeypatch.setenv("DTSTUDY_PROJECT", str(tmp_path))
    found = settings.load("small")
    run.run_chain([(found, {})])
    return found


def stale(study, **parameters):
    return {name: why for name, why in run.status(study, parameters).items() if why}


def edit(file, old, new):
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_nothing_changed_runs_nothing(small):
    told = []
    assert stale(small) == {}
    assert run.run_chain([(small, {})], tell=lambda _, step, seconds: told.append((step, seconds))) == {}
    assert told == [("one", None), ("two", None)]


def test_force_runs_all_the_same(small):
    assert list(run.run_chain([(small, {})], force=True)) == [("small", "one"), ("small", "two")]


def test_a_parameter_makes_stale_what_takes_it_and_what_reads_that(small):
    assert stale(small, number="4") == {"one": ["parameter number is new"], "two": ["waits for one"]}


def test_the_code_of_a_notebook_counts_and_its_prose_and_outputs_do_not(small):
    notebook = small.project / "notebooks" / "two.ipynb"
    edit(notebook, '"outputs": []', '"outputs": [{"output_type": "stream", "name": "stdout", "text": ["x"]}]')
    assert stale(small) == {}
    edit(notebook, 'title=\\"T\\"', 'title=\\"U\\"')
    assert stale(small) == {"two": ["notebook two.ipynb changed"]}


def test_an_input_that_changed_is_new_or_gone_is_named(small):
    file = small.raw / "words.csv"
    edit(file, "apple", "pear")
    assert stale(small) == {"two": ["input words.csv changed"]}
    (small.raw / "other.csv").write_text("not read by any step\n", encoding="utf-8")
    assert stale(small) == {"two": ["input words.csv changed"]}


def test_an_output_changed_by_hand_is_named_and_made_again(small):
    table = small.derived / "tables" / "two.csv"
    edit(table, "3", "4")
    assert stale(small) == {"two": ["tables/two.csv is missing or was changed by hand"]}
    assert list(run.run_chain([(small, {})])) == [("small", "two")]
    assert table.read_text(encoding="utf-8") == "number\n3\n" and exhibits.changed(small.derived) == []


def test_the_lock_counts(small):
    edit(small.project / "requirements.lock", "3.1.1", "3.1.2")
    assert stale(small)["one"] == ["environment requirements.lock changed"]


def test_a_module_counts_where_it_is_used(small, monkeypatch):
    known = fresh.digest_of
    monkeypatch.setattr(fresh, "digest_of", lambda file: "new" if file.name == "exhibits.py" else known(file))
    assert stale(small)["one"] == ["module dtstudy.exhibits changed"]
    monkeypatch.setattr(fresh, "digest_of", lambda file: "new" if file.name == "vocabulary.py" else known(file))
    assert stale(small) == {}


def test_a_step_that_failed_is_stale_and_the_others_are_kept(small):
    edit(small.project / "notebooks" / "two.ipynb", "number]", "1 // 0]")
    with pytest.raises(run.StepError, match="two.ipynb, cell 3: ZeroDivisionError"):
        run.run_chain([(small, {})])
    assert list(stale(small)) == ["two"]
    edit(small.project / "notebooks" / "two.ipynb", "1 // 0]", "5]")
    assert list(run.run_chain([(small, {})])) == [("small", "two")]
    assert not (small.derived / "failed").exists()


def test_a_damaged_record_is_as_none(small):
    (small.derived / "steps" / "one.json").write_text("{", encoding="utf-8")
    assert stale(small)["one"] == ["it has not run yet"]


def test_what_a_step_may_read_counts_where_it_is_there(small):
    plan_file = small.project / "notebooks" / "pipeline.toml"
    edit(plan_file, "'words.csv']", "'words.csv']\nmay_read = ['more.csv']")
    assert stale(small) == {}
    (small.raw / "more.csv").write_text("x\n", encoding="utf-8")
    assert stale(small) == {"two": ["input more.csv is new"]}
