import re

import pytest

from dtstudy import settings
from dtstudy.errors import InputError


def test_the_project_is_found_from_any_folder_below(orchard, monkeypatch):
    monkeypatch.delenv("DTSTUDY_PROJECT")
    monkeypatch.chdir(orchard / "data" / "raw" / "orchard")
    assert settings.find_project() == orchard.resolve()


def test_an_unknown_study_is_named_with_its_near_match(orchard):
    with pytest.raises(InputError, match="no study 'orchad': did you mean 'orchard'"):
        settings.load("orchad")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            'title = "Shared trees"',
            'titel = "Shared trees"',
            "the key 'titel' is unknown; did you mean 'title'",
        ),
        ('place = "Nowhere"', "", r"study.toml \[about\]: the key 'place' is missing"),
        ("programmes = 2", 'programmes = "two"', "'programmes' must be a whole number"),
        ('title = "Shared trees"', "title = Shared trees", "must be TOML"),
        ('"notes",', '"(",', r"furniture: '\(' is not a pattern"),
        ('themes = ["Keeping order"]', 'themes = "Keeping order"', "'themes' must be a list"),
        ("[about]", "[abuot]", "the key 'abuot' is unknown; did you mean 'about'"),
        (
            "[about]",
            "[parameters]\nunit = ['a']\n\n[about]",
            r"\[parameters\]: 'unit' must be text, a number, true or false",
        ),
    ],
)
def test_a_fault_in_study_toml_is_a_sentence_that_names_it(orchard, old, new, sentence):
    file = orchard / "data" / "raw" / "orchard" / "study.toml"
    content = file.read_text(encoding="utf-8")
    assert old in content
    file.write_text(content.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError, match=sentence):
        settings.load("orchard")


def test_output_goes_to_the_derived_folder_unless_named(orchard, tmp_path, monkeypatch):
    study = settings.load("orchard")
    assert study.output == study.derived == orchard.resolve() / "data" / "derived" / "orchard"
    monkeypatch.setenv("DTSTUDY_OUTPUT", str(tmp_path))
    assert study.output == tmp_path / "orchard"


def test_a_report_without_volume_or_quotations_is_cited_and_proven_by_its_contents():
    paper = settings.load("dtors2009").paper
    assert paper.citation.startswith("Barnard M, Webster S, O'Connor W, Jones A, Donmall M (2009). ")
    assert paper.citation.endswith("Home Office, Research, Development and Statistics Directorate.")
    assert paper.sections == () and len(paper.contents) == 9


@pytest.mark.parametrize(
    ("start", "end", "sentence"),
    [
        ("[[paper.sections]]", r"\Z", "is proven by its sections or its contents; name one of them"),
        ('end = "Discussion"', "\n", "the key 'end' is missing, the heading at which the sections end"),
        ("[paper.speakers]", r"\Z", r"\[paper\].speakers: the key 'inside' is missing"),
    ],
)
def test_a_paper_that_could_not_be_proven_is_refused(orchard, start, end, sentence):
    file = orchard / "data" / "raw" / "orchard" / "study.toml"
    content = re.sub(r"contents = .*\n", "", file.read_text(encoding="utf-8"))
    file.write_text(re.sub(re.escape(start) + rf".*?{end}", "", content, flags=re.DOTALL), encoding="utf-8")
    with pytest.raises(InputError, match=sentence):
        settings.load("orchard")
