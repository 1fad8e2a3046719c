"""Taguette and QualCoder projects."""

import html
import json
import re
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dtstudy.errors import InputError
from dtstudy.read import project, qualcoder, taguette

from . import projects

HTML = "<p>Zoë said: “We &amp; they <b>hoped</b>.”</p><p>今日は 😀 again</p>\n<ul><li>one</li><li>two</li></ul>"
TEXT = "Zoë said: “We & they hoped.”\n今日は 😀 again\none\ntwo"


def test_taguettes_bytes_of_text_without_tags_are_found(tmp_path):
    bare = html.unescape(re.sub("<[^>]*>", "", HTML))  # what Taguette counts: the breaks between blocks are ours
    rows = []
    for words, snippet in (
        ("they hoped", "they <b>hoped</b>"),
        ("😀 again\none", "<p>😀 again</p>\n<ul><li>one</li></ul>"),
    ):
        start = len(bare[: bare.index(words)].encode())
        rows.append((1, start, start + len(words.encode()), snippet, [1]))
    rows.append((1, 0, 4, "Zoë", []))
    found = taguette.project(projects.taguette(tmp_path / "a.sqlite3", {1: HTML}, rows))
    assert found.sources["text"].tolist() == [TEXT]
    assert [TEXT[row.start : row.end] for row in found.codings.itertuples()] == ["they hoped", "😀 again\none"]
    assert found.coders["coder"].tolist() == ["admin"] and found.sources["source"].tolist() == ["D1"]
    note = found.record.set_index("thing")["note"]["passages of text"]
    assert "1 marked without a code" in note and "UTF-8 bytes" in note and "3 of 3 noted words agree" in note


def test_taguettes_coders_are_those_who_made_the_highlights(tmp_path):
    commands = [
        ("ann", json.dumps({"type": "highlight_add", "highlight_id": 1})),
        ("bea", json.dumps({"type": "highlight_add", "highlight_id": 1})),
        ("bea", json.dumps({"type": "highlight_add", "highlight_id": -2})),
        ("bea", "no JSON"),
        ("bea", "[" * 5000),
    ]
    rows = [(1, 0, 4, "Zoë", [1])]
    found = taguette.project(projects.taguette(tmp_path / "a.sqlite3", {1: HTML}, rows, commands=commands))
    assert found.codings["coder"].tolist() == ["ann"]


def test_tags_stand_under_the_tag_they_begin_with(tmp_path):
    tags = ["care", "care.trust", "care.trust.lost", "careful", "home.work"]
    found = taguette.project(projects.taguette(tmp_path / "a.sqlite3", {1: HTML}, [], tags))
    parents = found.codes.set_index("code")["parent"].fillna("")
    assert parents.to_dict() == {
        "care": "",
        "care.trust": "care",
        "care.trust.lost": "care.trust",
        "careful": "",
        "home.work": "",
    }


def test_two_taguette_files_of_one_project_are_two_coders_on_the_same_documents(tmp_path):
    for name, start in (("ann", 0), ("bea", 5)):
        projects.taguette(
            tmp_path / f"{name}.sqlite3",
            {1: "<p>Zoe said so</p>"},
            [(1, start, start + 4, "Zoe said"[start:][:4], [1])],
        )
    found = project.load([tmp_path / "ann.sqlite3", tmp_path / "bea.sqlite3"])
    assert len(found.sources) == 1 and len(found.codes) == 1
    assert found.codings[["coder", "start"]].to_numpy().tolist() == [["ann", 0], ["bea", 5]]


def test_a_taguette_file_with_several_projects_is_one_sentence(tmp_path):
    file = projects.taguette(tmp_path / "a.sqlite3", {1: HTML}, [])
    with sqlite3.connect(file) as connection:
        connection.execute("INSERT INTO projects VALUES (2, 'Other', '', '')")
    with pytest.raises(InputError, match="it holds 2 projects. Export one from Taguette"):
        taguette.project(file)


@given(st.text(alphabet="ab <>&;/'\"=p#x1é", max_size=60))
def test_html_without_tags_adds_only_line_ends(content):
    text, added = taguette.plain(content)
    assert all(text[place] == "\n" for place in added)
    rest = "".join(letter for place, letter in enumerate(text) if place not in set(added))
    pieces, reached = [], 0
    for tag in taguette.TAG.finditer(content):
        pieces.append(html.unescape(content[reached : tag.start()]))
        reached = tag.end()
    assert rest == "".join([*pieces, html.unescape(content[reached:])])


QC = "Ann: We hoped 😀 for more.\r\nBob: No.\nAnn: Yes."


def coding(words, start=None, owner="ann", memo="", code=1):
    start = QC.index(words) if start is None else start
    return (code, 1, words, start, start + len(words), owner, memo)


@pytest.mark.parametrize("version", [11, 17])
def test_qualcoders_code_points_are_found_in_every_version(tmp_path, version):
    rows = [coding("for more.\r\nBob"), coding("Yes.", owner="bea", memo="sure")]
    found = qualcoder.project(projects.qualcoder(tmp_path / "a.qda", {1: QC}, rows, version))
    text = found.sources["text"][0]
    assert [text[row.start : row.end] for row in found.codings.itertuples()] == ["for more.\nBob", "Yes."]
    assert found.codings[["coder", "memo"]].to_numpy().tolist() == [["ann", ""], ["bea", "sure"]]
    assert found.codes[["code", "parent", "level", "definition", "colour"]].fillna("").to_numpy().tolist() == [
        ["feelings", "", "category", "", ""], ["hope", "feelings", "concept", "Looking forward", "#00ff00"],
    ]  # fmt: skip
    assert found.notes["text"].tolist() == ["A memo of the project"]


def test_a_passage_that_drifted_is_found_by_its_words_and_one_that_is_lost_is_listed(tmp_path):
    rows = [coding("We hoped", 9), coding("Ann", 2), coding("gone for good", 3)]
    found = qualcoder.project(projects.qualcoder(tmp_path / "a.qda", {1: QC}, rows))
    text = found.sources["text"][0]
    assert [text[row.start : row.end] for row in found.codings.itertuples()] == ["We hoped"]
    assert found.dropped["why"].value_counts().to_dict() == {
        "its words stand more than once in its source, and nothing tells which are meant": 2,
        "its words do not stand in its source": 2,
    }
    assert "1 stood elsewhere than their positions say" in found.record.set_index("thing")["note"]["passages of text"]


def test_qualcoders_cases_attributes_annotations_and_media(tmp_path):
    folder = projects.qualcoder(tmp_path / "a.qda", {1: QC, 2: "Another text."}, [])
    with sqlite3.connect(folder / "data.qda") as connection:
        connection.executescript(
            "INSERT INTO cases VALUES (1, 'Ann', '', '', ''); INSERT INTO cases VALUES (2, 'Clinic', 'a memo', '', '');"
            "INSERT INTO case_text VALUES (1, 1, 1, 5, 25); INSERT INTO case_text VALUES (2, 2, 2, 0, 13);"
            "INSERT INTO attribute VALUES (1, 'sex', 'case', 'f', 1); INSERT INTO attribute VALUES (2, 'place', 'file', 'north', 1);"
            "INSERT INTO attribute VALUES (3, 'age', 'case', '', 1); INSERT INTO attribute VALUES (4, 'x', 'journal', 'y', 1);"
            "INSERT INTO annotation VALUES (1, 1, 0, 3, 'who?', 'ann', '');"
            "INSERT INTO code_av VALUES (1, 3, 0, 5, 1);"
            "INSERT INTO source (id, name, mediapath) VALUES (3, 'talk.mp3', '/audio/talk.mp3');"
        )
    connection.close()
    found = qualcoder.project(folder)
    assert found.people.fillna(-1).to_numpy().tolist() == [["Ann", "T1", 5, 25], ["Clinic", "T2", -1, -1]]
    assert found.values.to_numpy().tolist() == [["case", "Ann", "sex", "f"], ["source", "T1", "place", "north"]]
    assert found.notes["text"].tolist() == ["a memo", "A memo of the project", "who?"]
    assert found.dropped[["thing", "piece"]].to_numpy().tolist() == [
        ["media", "talk.mp3"], ["values", "x"], ["codings of recordings and videos", "code 1"],
    ]  # fmt: skip


def test_categories_in_a_circle_are_cut_and_told(tmp_path):
    folder = projects.qualcoder(tmp_path / "a.qda", {1: QC}, [coding("Yes.")])
    with sqlite3.connect(folder / "data.qda") as connection:
        connection.executescript(
            "INSERT INTO code_cat VALUES (2, 'up', '', '', '', 3); INSERT INTO code_cat VALUES (3, 'down', '', '', '', 2);"
            "INSERT INTO code_cat VALUES (4, 'self', '', '', '', 4); INSERT INTO code_cat VALUES (5, 'lost', '', '', '', 99);"
        )
    connection.close()
    found = qualcoder.project(folder)
    assert found.dropped[["piece", "why"]].to_numpy().tolist() == [
        ["lost", "the code it stood under was not read; it is at the top now"],
        ["down", "it stood under itself; it is at the top now"],
        ["self", "it stood under itself; it is at the top now"],
    ]
    assert found.codes.set_index("code")["parent"].fillna("")[["up", "down", "self", "lost"]].tolist() == [
        "down",
        "",
        "",
        "",
    ]


def test_a_project_that_is_open_elsewhere_is_one_sentence(tmp_path):
    folder = projects.qualcoder(tmp_path / "a.qda", {1: QC}, [])
    (folder / "data.qda-wal").write_bytes(b"x")
    with pytest.raises(InputError, match="another program has it open"):
        project.load([folder])
