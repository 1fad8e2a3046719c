import pandas as pd
import pytest
from lxml import etree

from dtstudy.errors import InputError
from dtstudy.write import qdc, qdpx

from .rules import broken
from .studies import EVERY

SPACE = {"q": qdc.NAMESPACE}


def written(study):
    given_tables = EVERY[study]()
    return qdc.codebook(given_tables["codes"], study, set(given_tables["codings"]["code"]))


@pytest.mark.parametrize("study", EVERY)
def test_a_codebook_keeps_the_rules_of_the_standard_and_is_the_same_twice(study):
    assert broken(written(study)) == []
    assert written(study) == written(study)


@pytest.mark.parametrize("study", EVERY)
def test_codebook_and_project_agree_on_every_code(study):
    given_tables = EVERY[study]()
    project = etree.fromstring(qdpx.project(given_tables, study)["project.qde"])
    inside = {code.get("guid"): dict(code.attrib) for code in project.iter(f"{{{qdpx.NAMESPACE}}}Code")}
    alone = {code.get("guid"): dict(code.attrib) for code in etree.fromstring(written(study)).iter("{*}Code")}
    assert len(alone) == len(given_tables["codes"])
    assert all(inside[own] == code for own, code in alone.items())


@pytest.mark.parametrize("study", EVERY)
def test_every_code_comes_back_under_its_parent_with_its_definition(study):
    codes = EVERY[study]()["codes"]
    back = {
        code.get("name"): (code.getparent().get("name"), code.findtext("q:Description", None, SPACE))
        for code in etree.fromstring(written(study)).iter("{*}Code")
    }
    for code in codes.itertuples():
        parent, description = back[code.code]
        assert parent == (code.parent if isinstance(code.parent, str) else None)
        assert description.startswith(code.definition)
        for head, text in (("Include", code.include), ("Exclude", code.exclude)):
            assert (f"\n{head}: {text}" in description) == isinstance(text, str)


def test_a_child_may_stand_before_its_parent():
    codes = pd.DataFrame({"code": ["b", "a"], "parent": ["a", None], "level": ["concept", "category"]})
    codes = codes.assign(definition="d", include=None, exclude=None)
    top = etree.fromstring(qdc.codebook(codes, "s")).find("q:Codes", SPACE)
    assert [code.get("name") for code in top] == ["a"] and top[0].find("q:Code", SPACE).get("name") == "b"


def test_an_empty_codebook_is_refused_since_the_standard_knows_none():
    codes = EVERY["hard"]()["codes"].iloc[:0]
    with pytest.raises(InputError, match="codebook is empty"):
        qdc.codebook(codes, "s")
