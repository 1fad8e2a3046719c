import pytest

from dtstudy.chain import plan
from dtstudy.errors import InputError

from .projects import project


def test_a_step_follows_those_whose_exhibits_it_reads(tmp_path):
    notebooks = project(tmp_path, last=("1", ["middle"]), middle=("1", ["first"]), first="1") / "notebooks"
    assert [step.name for step in plan.load(notebooks).steps] == ["first", "middle", "last"]


def test_steps_that_wait_for_each_other_are_named(tmp_path):
    notebooks = project(tmp_path, a=("1", ["b"]), b=("1", ["a"])) / "notebooks"
    with pytest.raises(InputError, match="steps wait for each other: . → . → ."):
        plan.load(notebooks)


@pytest.mark.parametrize(
    ("extra", "sentence"),
    [
        (
            '\n[step.x]\nnotebook = "x.ipynb"\nreads = []\nwrites = []',
            r"\[step.x\]: there is no notebook x.ipynb",
        ),
        ('\nread = ["b"]', "the key 'read' is unknown; did you mean 'reads'"),
        (
            '\n[[chapter]]\ntitle = "T"\nquestion = "Q"\nexhibits = ["firts"]',
            "chapter 'T': no step writes 'firts'; did you mean 'first'",
        ),
        ("\n[step", "must be TOML"),
    ],
)
def test_a_fault_in_the_pipeline_is_a_sentence(tmp_path, extra, sentence):
    file = project(tmp_path, first="1") / "notebooks" / "pipeline.toml"
    file.write_text(file.read_text(encoding="utf-8") + extra, encoding="utf-8")
    with pytest.raises(InputError, match=sentence):
        plan.load(file.parent)


def test_parameters_are_read_without_running_and_cast_to_the_defaults(tmp_path):
    notebooks = project(tmp_path, first="1") / "notebooks"
    steps = plan.load(notebooks).steps
    assert plan.parameters(notebooks / "first.ipynb") == {
        "study": "small",
        "papers": "",
        "number": 3,
        "share": 0.5,
        "names": ["a"],
    }
    given = {"number": "4", "share": "1", "names": "['b', 'c']", "study": "12"}
    assert plan.checked(steps, notebooks, given) == {
        "first": {"number": 4, "share": 1.0, "names": ["b", "c"], "study": "12"}
    }


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"nunber": "4"}, "No notebook has a parameter 'nunber'; did you mean 'number'"),
        ({"number": "four"}, "'number' must be of the kind of 3, not 'four'"),
        ({"number": "4.0"}, "'number' must be of the kind of 3"),
        ({"names": "a, b c"}, "'names' must be of the kind of"),
    ],
)
def test_a_misspelt_or_mistyped_parameter_is_an_error(tmp_path, given, sentence):
    notebooks = project(tmp_path, first="1") / "notebooks"
    with pytest.raises(InputError, match=sentence):
        plan.checked(plan.load(notebooks).steps, notebooks, given)


def test_steps_that_need_more_coders_or_groups_than_a_study_has_are_left_out(tmp_path):
    raw = project(tmp_path, one="1", two="1", three="1") / "data" / "raw" / "small"
    pipeline = tmp_path / "notebooks" / "pipeline.toml"
    text = pipeline.read_text(encoding="utf-8")
    text = text.replace('notebook = "two.ipynb"', 'notebook = "two.ipynb"\ncoders = 2')
    pipeline.write_text(
        text.replace('notebook = "three.ipynb"', 'notebook = "three.ipynb"\ngroups = 2'), encoding="utf-8"
    )
    every = plan.load(tmp_path / "notebooks")
    assert every.lacking(raw) == {"two": ["2 coders"], "three": ["2 groups"]}
    (raw / "codings").mkdir()
    for name in ("first", "consensus", "reads"):
        (raw / "codings" / f"{name}.csv").touch()
    (raw / "transcripts").mkdir()
    (raw / "transcripts" / "documents.csv").write_text("document,group,place\nA,x,n\nB,x,s\nC,,n\n", encoding="utf-8")
    assert set(every.lacking(raw)) == {"two", "three"}
    (raw / "codings" / "second.csv").touch()
    with (raw / "study.toml").open("a", encoding="utf-8") as file:
        file.write('\n[parameters]\nby = "place"\n')
    assert not every.lacking(raw)


def test_a_parameter_may_be_of_one_step_alone(tmp_path):
    from dtstudy.chain import plan

    from .projects import SAVE, project

    project(tmp_path, one=SAVE.format(name="one"), two=SAVE.format(name="two"))
    steps = plan.load(tmp_path / "notebooks").steps
    taken = plan.checked(steps, tmp_path / "notebooks", {"number": "4", "two.number": "5"})
    assert taken == {"one": {"number": 4}, "two": {"number": 5}}
    with pytest.raises(InputError, match="No notebook has a parameter 'two.numbr'; did you mean 'two.number'"):
        plan.checked(steps, tmp_path / "notebooks", {"two.numbr": "5"})


def test_what_a_step_may_read_leaves_it_in_where_it_is_not_there(tmp_path):
    folder = project(tmp_path, first=("1", ["needed.csv"]))
    file = folder / "notebooks" / "pipeline.toml"
    file.write_text(file.read_text(encoding="utf-8") + '\nmay_read = ["more.csv"]', encoding="utf-8")
    raw = folder / "data" / "raw" / "small"
    assert plan.load(file.parent).lacking(raw) == {"first": ["needed.csv"]}
    (raw / "needed.csv").touch()
    assert [step.may_read for step in plan.load(file.parent).of(raw).steps] == [("more.csv",)]
