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
