import pytest

import dtstudy
from dtstudy import read, settings
from dtstudy.errors import InputError
from dtstudy.published import frontmatter


@pytest.fixture
def paper(orchard):
    return settings.load("orchard").paper


@pytest.fixture
def text(orchard):
    return read.text(orchard / "papers" / "orchard.txt")


def test_what_the_first_pages_say(paper, text):
    assert frontmatter.read(text, paper, "x") == frontmatter.FrontMatter(
        contents={"Preface": "ii", "Methods": "1", "Results": "3", "References": "9"},
        chapters=2,
        authors=(1, 1),
        points=2,
        numerals=0,
        keywords=("orchards", "ladders", "shared tools"),
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(" ....... ", "\t"),
        lambda text: text.replace("Contents", "CONTENTS ").replace("2. Results", "2 RESULTS"),
        lambda text: text.replace("- Trees", "• Trees").replace("- Ladders", "– Ladders"),
        lambda text: text.replace("orchards, ladders\n", "orchards\nladders,\n"),
    ],
    ids=["tabs", "capitals", "bullets", "a word a line"],
)
def test_other_layouts_say_the_same(paper, text, change):
    assert change(text) != text
    assert frontmatter.read(change(text), paper, "x") == frontmatter.read(text, paper, "x")


def test_a_number_before_the_contents_is_counted(paper, text):
    assert frontmatter.read(text.replace("friends.", "12 friends in 2013."), paper, "x").numerals == 2


def test_a_lost_heading_is_named(paper, text):
    with pytest.raises(InputError, match="x: 1 of 4 headings of the contents were not found: Results. The text is of"):
        frontmatter.read(text.replace("2. Results .......", "2. Findings ......."), paper, "x")
    with pytest.raises(InputError, match="4 of 4 headings"):
        frontmatter.read("Something else altogether.\n", paper, "x")


def test_the_report_without_quotations_is_proven_by_its_contents(papers, tmp_path):
    study = dtstudy.open_study("dtors2009", papers=papers)
    assert study.text.front.chapters == 6 and study.quotations().empty and study.record.empty
    other = tmp_path / "dtors2009.txt"
    other.write_text((papers / "kouimtsidis2007.txt").read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(InputError, match="9 of 9 headings of the contents were not found"):
        dtstudy.open_study("dtors2009", papers=tmp_path)
