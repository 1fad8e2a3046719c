"""The framework matrix of the two studies: their summaries, and the page a person reads."""

import re

import pandas as pd
import pytest

import dtstudy
from dtstudy import exhibits, settings, tables
from dtstudy.chain import plan
from dtstudy.errors import InputError
from dtstudy.measures import framework, tree
from dtstudy.report import content, page
from dtstudy.text import words

from .conftest import ROOT

STUDIES = ("kouimtsidis2007", "dtors2009")


@pytest.fixture(scope="module", params=STUDIES)
def study(request):
    return dtstudy.open_study(request.param)


def matrix(study, **how):
    corpus = study.corpus()
    how = {"themes": "category", "codes": corpus.codes, "reads": corpus.reads, "attributes": ["group"]} | how
    return framework.matrix(corpus.codings, corpus.turns, study.framework(), **how)


def test_every_cell_with_segments_has_a_summary_and_every_link_holds(study):
    corpus, found = study.corpus(), matrix(study)
    assert set(found["state"]) == {"summarised", "not raised"}
    assert framework.unlinked(found, corpus.codings, corpus.turns, corpus.codes).empty


def test_summaries_are_short_and_name_nobody(study):
    summaries = study.framework()["summary"]
    assert summaries.map(lambda summary: len(words(summary))).between(15, 40).all()
    people = "|".join(map(re.escape, study.corpus().participants["participant"]))
    assert not summaries.str.contains(rf"\b(?:{people})\b").any()
    assert summaries.is_unique


def test_the_words_of_a_cell_are_those_of_its_segments(study):
    corpus = study.corpus()
    parent = dict(zip(corpus.codes["code"], corpus.codes["parent"], strict=True))
    passages = corpus.segments(coder="consensus")
    begin = passages["document"] + ":" + passages["turn"].astype("str")
    ids = begin.groupby([passages["document"], passages["code"].map(parent)]).agg(set)
    for cell in matrix(study).itertuples():
        begun = ids.get((cell.case, cell.theme), set())
        assert begun <= set(cell.segments.split()) and bool(begun) == (cell.state == "summarised")


def test_quotations_are_short_and_stand_in_a_turn_of_their_cell(study):
    corpus = study.corpus()
    texts = corpus.documents.set_index("document")["text"]
    turns = corpus.turns.set_index(corpus.turns["document"] + ":" + corpus.turns["turn"].astype("str"))
    found = framework.quoted(matrix(study), corpus.documents, corpus.turns).query("quotation != ''")
    assert len(found) > 20
    for cell in found.itertuples():
        turn = turns.loc[cell.quotation.rsplit(":", 1)[0]]
        assert cell.words in " ".join(texts[cell.case][turn["start"] : turn["end"]].split())
        assert len(words(cell.words)) <= framework.LONGEST_QUOTATION


@pytest.mark.parametrize("name", STUDIES)
def test_the_readme_says_that_the_summaries_are_constructed(name):
    text = (ROOT / "data" / "raw" / name / "README.md").read_text(encoding="utf-8")
    assert "The summaries in `framework.csv` are constructed" in text


def test_what_is_wrong_with_the_file_is_a_sentence(kouimtsidis):
    file = kouimtsidis / "data" / "raw" / "dtors2009" / "framework.csv"
    study = dtstudy.open_study("dtors2009")
    head = "document,theme,summary,segments"
    for content_, sentence in [
        ("document,theme,summary\n", "the columns segments are missing"),
        (f"{head},quotations\n", "the column 'quotations' is unknown; did you mean 'quotation'?"),
        (f"{head},asked\nS01,needs,,,no\nS02,needs,,,never\n", "line 3: 'asked' is yes, no or empty, not 'never'"),
        (f"{head}\nS01,needs,One, two,S01:2\n", "lines have more cells than the head"),
        (f"{head}\nS01,needs,One,S01:2\nS01,recovery,One, two, three,S01:2\n", "this is no table"),
        ("", "this is no table"),
    ]:
        file.write_text(content_, encoding="utf-8")
        with pytest.raises(InputError, match=re.escape(sentence)):
            study.framework()
    file.unlink()
    with pytest.raises(InputError, match=r"framework.csv is missing"):
        study.framework()


def test_the_table_has_a_row_for_each_case_with_summary_and_ids_or_the_reason_why_not():
    frame = pd.DataFrame(
        [
            ("G1", "staff", "all", "a", "They differ.", "G1:2 G1:10", "summarised", "as if"),
            ("G1", "staff", "all", "b", "", "G1:3", "indexed", ""),
            ("G2", "", "all", "a", "", "", "not asked", ""),
            ("G2", "", "all", "b", "", "", "not raised", ""),
        ],
        columns=["case", "group", "category", "theme", "summary", "segments", "state", "words"],
    )
    shown = tables.framework_matrix(frame)
    assert shown.columns.tolist() == ["Case", "a", "b"]
    assert shown.to_numpy().tolist() == [
        ["G1 [staff]", "They differ. [‘as if’ · G1:2, 10]", "[G1:3]"],
        ["G2", "not asked", "not raised"],
    ]


def test_the_tree_marks_what_is_not_used():
    corpus = dtstudy.open_study("kouimtsidis2007").corpus()
    shown = tables.coding_tree(tree.coding_tree(corpus.codings, corpus.turns, corpus.codes, by="group"), "group")
    assert shown["Code"].tolist()[7:9] == ["compulsion", "· avoiding prison"]
    assert (shown["Example"] == "unused").sum() == 7
    unused = shown[shown["Example"] == "unused"]
    assert (unused.iloc[:, 5:] == "–").all(axis=None)
    assert shown.columns[5] == "service users, n = 6: segments by speakers in documents"


def test_the_page_shows_the_matrix_with_row_heads_and_its_ids_in_a_smaller_face(tmp_path):
    shown = pd.DataFrame({"Case": ["G1 [staff]"], "a": ["They <differ>. [‘as if’ · G1:2, 10]"], "b": ["not raised"]})
    about = {"title": "T", "caption": "C", "definition": "D", "data": "constructed"}
    exhibit = exhibits.save(tmp_path, "framework-matrix", shown, shown=shown, **about)
    chapter = plan.Chapter("The framework matrix", "What?", (exhibit.id,))
    entry = content.Shown(1, exhibit, None, (False, False, False), folded=False, quoted=())
    bound = content.Content(settings.load("kouimtsidis2007"), ((chapter, (entry,)),), {})
    article = re.search(
        r'<article[^>]*id="framework-matrix".*?</article>', page.render(bound).decode(), re.DOTALL
    ).group()
    assert '<table class="matrix">' in article
    assert '<th scope="row"><bdi>G1 </bdi><small dir="auto">staff</small></th>' in article
    assert '<td><bdi>They &lt;differ&gt;. </bdi><small dir="auto">‘as if’ · G1:2, 10</small></td>' in article
    assert '<td class="empty"><bdi>not raised</bdi></td>' in article
