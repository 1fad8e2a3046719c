import pytest

import dtstudy
from dtstudy import tables
from dtstudy.errors import InputError


def test_a_published_design_is_counted_from_study_toml(orchard):
    design = dtstudy.open_study("orchard").design()
    assert design.to_numpy().tolist() == [
        ["programme", "A", "service users", "focus group", 1],
        ["programme", "B", "service users", "focus group", 1],
        ["programme", "A", "staff", "focus group", 1],
        ["programme", "B", "staff", "focus group", 1],
    ]


def test_without_a_published_design_the_transcripts_are_counted():
    study = dtstudy.open_study("dtors2009")
    shown = tables.design(study.design())
    assert shown.columns.tolist() == ["Route", "Interviews of treatment seekers", "Interviews of providers", "All"]
    assert shown.to_numpy().tolist() == [
        ["CJS", 6, 0, 6],
        ["other", 6, 0, 6],
        ["none", 0, 6, 6],
        ["total", 12, 6, 18],
    ]
    documents = study.corpus().documents
    assert study.design()["groups"].sum() == len(documents)


def test_the_published_design_and_the_constructed_transcripts_agree():
    study = dtstudy.open_study("kouimtsidis2007")
    counted = study.corpus().documents.groupby(["programme", "group"]).size()
    published = study.design().set_index(["part", "kind"])["groups"]
    assert published.to_dict() == counted.to_dict()


def test_a_study_with_neither_design_nor_transcripts_says_so(orchard):
    file = orchard / "data" / "raw" / "orchard" / "study.toml"
    content = file.read_text(encoding="utf-8")
    start, end = content.index("[design]"), content.index("[paper]")
    file.write_text(content[:start] + content[end:], encoding="utf-8")
    with pytest.raises(InputError, match=r"has neither \[design\] nor \[transcripts\]"):
        dtstudy.open_study("orchard").design()
