import random
import re
import zipfile
from collections import Counter
from io import BytesIO

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from dtstudy.write import guid, plain, qdpx

from .rules import broken
from .studies import EVERY, HARD, STUDIES, hard_tables, tables

SPACE = {"q": qdpx.NAMESPACE}
LETTERS = st.text(
    st.one_of(st.characters(codec="utf-8"), st.sampled_from("\r\n\t\ufeff\x00\x07\ufffe😀a ")), min_size=1, max_size=40
)


def root(contents):
    return etree.fromstring(contents["project.qde"])


def found(element, path):
    return element.findall(f".//q:{path}", SPACE)


def read_back(contents):
    """The tables that a .qdpx file holds, read with nothing but the standard in hand."""
    project = root(contents)
    name = {element.get("guid"): element.get("name") for element in project.iter() if element.get("guid")}
    cases = {case.get("guid") for case in found(project, "Case")}
    texts, codings, turns = {}, [], []
    for source in found(project, "TextSource"):
        file = "sources/" + source.get("plainTextPath").removeprefix("internal://")
        text = texts[source.get("name")] = contents[file].decode()
        for selection in found(source, "PlainTextSelection"):
            span = int(selection.get("startPosition")), int(selection.get("endPosition"))
            memo = selection.findtext("q:Description", "", SPACE)
            for coding in found(selection, "Coding"):
                code = coding.find("q:CodeRef", SPACE).get("targetGUID")
                if code in cases:
                    turns.append((source.get("name"), *span, name[code]))
                    continue
                assert coding.get("creatingUser") == selection.get("creatingUser")
                row = (source.get("name"), *span, name[code], name[coding.get("creatingUser")], memo)
                codings.append((*row, text[slice(*span)]))
    return texts, codings, turns


@pytest.mark.parametrize("study", EVERY)
def test_a_project_keeps_the_rules_of_the_standard(study):
    assert broken(qdpx.project(EVERY[study](), study, "about \x00 it")["project.qde"]) == []


@pytest.mark.parametrize(
    ("was", "becomes", "rule"),
    [
        (b' isCodable="false"', b"", "Code has no isCodable"),
        (b' isCodable="false"', b' isCodable="no"', "Code: isCodable is 'no'"),
        (b'color="#', b'color="rgb', "Code: color is"),
        (b"project:1.0", b"project:0.4", "is no element of the standard"),
        (b'<User guid="', b'<User guid="x', "User: guid is"),
        (b"internal://", b"file:///", "TextSource: plainTextPath is"),
        (b"<Users>", b"<Users><Note/>", "Users holds"),
        (b"</Users>", b"</Users><Sets/>", "Project holds"),
        (b"<Codes>", b"<Codes>text", "Codes holds text"),
        (b'startPosition="', b'startPosition="x', "PlainTextSelection: startPosition is"),
    ],
)
def test_a_file_that_breaks_a_rule_is_found(was, becomes, rule):
    content = qdpx.project(hard_tables(), "hard")["project.qde"]
    assert was in content and any(rule in sentence for sentence in broken(content.replace(was, becomes, 1)))


@pytest.mark.parametrize("study", EVERY)
def test_everything_comes_back(study):
    given_tables = EVERY[study]()
    texts, codings, turns = read_back(qdpx.project(given_tables, study))
    assert texts == {row.document: plain(row.text) for row in given_tables["documents"].itertuples()}
    want = [
        (row.document, row.start, row.end, row.code, row.coder, plain(row.memo) if isinstance(row.memo, str) else "")
        for row in given_tables["codings"].itertuples()
    ]
    assert sorted(codings) == sorted((*row, texts[row[0]][row[1] : row[2]]) for row in want)
    spoken = given_tables["turns"][["document", "start", "end", "participant"]].itertuples(index=False, name=None)
    assert sorted(turns) == sorted(spoken)


@pytest.mark.parametrize("study", STUDIES)
def test_the_words_of_every_coding_are_those_of_the_corpus(study):
    corpus = tables(study)
    words = corpus["documents"].set_index("document")["text"]
    _, codings, _ = read_back(qdpx.project(corpus, study))
    assert all(words[document][start:end] == quoted for document, start, end, *_, quoted in codings)


@pytest.mark.parametrize("study", EVERY)
def test_the_hierarchy_stands_as_in_the_codebook_and_in_its_order(study):
    given_tables = EVERY[study]()
    project = root(qdpx.project(given_tables, study))
    cases = {case.get("guid") for case in found(project, "Case")}
    listed = [code for code in found(project, "Code") if code.get("guid") not in cases]
    parents = {code.get("name"): code.getparent().get("name") for code in listed}
    codes = given_tables["codes"]
    assert parents == {row.code: row.parent if isinstance(row.parent, str) else None for row in codes.itertuples()}
    top = [code for code in parents if parents[code] is None]
    assert top == [code for code in codes["code"] if parents[code] is None]


def test_a_code_that_was_given_is_codable_and_an_unused_category_is_a_folder():
    project = root(qdpx.project(hard_tables(), "hard"))
    codable = {code.get("name"): code.get("isCodable") == "true" for code in found(project, "Code")}
    assert codable == {
        **{"top": False, "mid": False, "=leaf": True, 'core "c"': False},
        **{"coded category": True, "folder in it": True, "deep": True},
        **{"Mo": True, "Ann-1": True, "Silent": True},
    }


def test_what_a_definition_includes_and_excludes_stands_in_the_description_and_a_level_where_it_cannot_be_seen():
    project = root(qdpx.project(hard_tables(), "hard"))
    described = {code.get("name"): code.findtext("q:Description", None, SPACE) for code in found(project, "Code")}
    assert described["top"] == "d\nInclude: inc"
    assert described["mid"] == "has\nline\nExclude: exc"
    assert described["deep"] == "v\nInclude: i\nExclude: e"
    assert described['core "c"'] == "y\nLevel: core category"
    assert described["coded category"] == "z\nLevel: category"


def test_a_branch_has_one_colour_and_neighbours_differ():
    project = root(qdpx.project(hard_tables(), "hard"))
    colour = {code.get("name"): code.get("color") for code in found(project, "Code")}
    assert colour["top"] == colour["mid"] == colour["=leaf"] != colour['core "c"'] != colour["deep"]


@pytest.mark.parametrize("study", EVERY)
def test_a_guid_means_one_thing_but_a_case_and_the_code_of_its_turns_share_theirs(study):
    project = root(qdpx.project(EVERY[study](), study))
    times = Counter(element.get("guid") for element in project.iter() if element.get("guid"))
    twice = {guid for guid, number in times.items() if number > 1}
    assert twice == {case.get("guid") for case in found(project, "Case")}
    for own in twice:
        assert sorted(etree.QName(e).localname for e in project.iter() if e.get("guid") == own) == ["Case", "Code"]


@pytest.mark.parametrize("study", EVERY)
def test_every_reference_leads_to_a_thing_of_its_kind(study):
    project = root(qdpx.project(EVERY[study](), study))
    kinds = {
        "CodeRef": "Code",
        "VariableRef": "Variable",
        "SelectionRef": "PlainTextSelection",
        "MemberSource": "TextSource",
    }
    things = {kind: {element.get("guid") for element in found(project, kind)} for kind in [*kinds.values(), "User"]}
    references = [element for element in project.iter() if element.get("targetGUID")]
    assert references and all(e.get("targetGUID") in things[kinds[etree.QName(e).localname]] for e in references)
    assert {e.get("creatingUser") for e in project.iter() if e.get("creatingUser")} <= things["User"]


@pytest.mark.parametrize("study", EVERY)
def test_selections_lie_in_their_text_and_are_named_by_its_first_hundred_characters(study):
    contents = qdpx.project(EVERY[study](), study)
    for source in found(root(contents), "TextSource"):
        text = contents["sources/" + source.get("plainTextPath").removeprefix("internal://")].decode()
        for selection in found(source, "PlainTextSelection"):
            start, end = int(selection.get("startPosition")), int(selection.get("endPosition"))
            assert 0 <= start < end <= len(text)
            assert selection.get("name") == re.sub(r"\s", " ", text[start:end][:100])


@pytest.mark.parametrize("study", EVERY)
def test_texts_lie_flat_in_sources_by_their_guid_as_utf_8_with_lf_and_without_a_mark(study):
    contents = qdpx.project(EVERY[study](), study)
    listed = {source.get("guid"): source.get("plainTextPath") for source in found(root(contents), "TextSource")}
    assert listed == {own: f"internal://{own}.txt" for own in listed}
    assert list(contents) == ["project.qde", *sorted(f"sources/{own}.txt" for own in listed)]
    assert not any(text.startswith(b"\xef\xbb\xbf") or b"\r" in text for text in contents.values())


@pytest.mark.parametrize("study", EVERY)
def test_no_date_no_place_on_a_disk_and_no_raw_file_is_told(study):
    given_tables = EVERY[study]()
    content = qdpx.project(given_tables, study)["project.qde"].decode()
    project = etree.fromstring(content.encode())
    assert not any(
        "Date" in name or "Path" in name for e in project.iter() for name in e.attrib if name != "plainTextPath"
    )
    assert not any(file in content for file in given_tables["documents"]["source"])
    assert not any(digest in content for digest in given_tables["documents"]["sha256"] if len(digest) == 64)


def test_attributes_are_variables_of_sources_and_cases_and_those_of_one_name_are_told_apart():
    project = root(qdpx.project(hard_tables(), "hard"))
    names = {variable.get("guid"): variable.get("name") for variable in found(project, "Variable")}
    assert list(names.values()) == ["kind", "group", "date", "role", "date of participants"]

    def values(kind):
        return {
            (of.get("name"), names[value[0].get("targetGUID")], value[1].text)
            for of in found(project, kind)
            for value in of.findall("q:VariableValue", SPACE)
        }

    assert values("TextSource") == {
        ("D 1", "kind", "interview"),
        ("D 1", "group", "g & h"),
        ("D 1", "date", "2020-01-01"),
        ("D2 <&>", "kind", "interview"),
        ("D2 <&>", "date", "2020-01-02"),
    }
    assert values("Case") == {
        ("Mo", "role", "facilitator"),
        ("Ann-1", "role", "participant"),
        ("Ann-1", "date of participants", "2001"),
        ("Silent", "role", "participant"),
        ("Silent", "date of participants", "2002"),
    }


def test_groups_of_documents_are_sets():
    contents = qdpx.project(tables("kouimtsidis2007"), "kouimtsidis2007")
    project = root(contents)
    names = {source.get("guid"): source.get("name") for source in found(project, "TextSource")}
    sets = {s.get("name"): [names[member.get("targetGUID")] for member in s] for s in found(project, "Set")}
    assert sets == {"service users": [f"FG{n}" for n in range(1, 7)], "staff": ["FG7", "FG8", "FG9"]}


def test_a_coder_who_read_and_coded_nothing_is_a_user():
    users = [user.get("name") for user in found(root(qdpx.project(hard_tables(), "hard")), "User")]
    assert users == ["A", "B", "C é", "D idle"]


def test_codes_of_one_coder_on_one_passage_share_a_selection_unless_their_memos_differ():
    project = root(qdpx.project(hard_tables(), "hard"))
    start = str(HARD.index("😀"))
    selections = [s for s in found(project, "PlainTextSelection") if s.get("startPosition") == start]
    told = sorted((s.findtext("q:Description", "", SPACE), len(s.findall("q:Coding", SPACE))) for s in selections)
    assert told == [("", 2), ("another", 1), ("note\n=1 \ufffd", 1)]


@pytest.mark.parametrize("study", EVERY)
def test_two_exports_are_the_same_bytes_whatever_the_order_of_rows(study):
    first = EVERY[study]()
    shuffled = {
        name: frame if name == "codes" else frame.sample(frac=1, random_state=1).reset_index(drop=True)
        for name, frame in first.items()
    }
    assert shuffled["codings"].to_numpy().tolist() != first["codings"].to_numpy().tolist()
    one, other = (qdpx.archive(qdpx.project(given_tables, study, "x")) for given_tables in (first, shuffled))
    assert one == other


def test_an_edited_memo_or_definition_leaves_every_guid_as_it_was():
    first, edited = hard_tables(), hard_tables()
    edited["codings"]["memo"] = edited["codings"]["memo"].where(edited["codings"]["memo"].isna(), "edited")
    edited["codes"]["definition"] = "edited"
    one, other = (
        {e.get("guid") for e in root(qdpx.project(given_tables, "hard")).iter()} for given_tables in (first, edited)
    )
    assert other <= one  # two selections may have become one, now that their memos are the same


def test_guids_are_those_of_earlier_exports_and_differ_between_studies():
    assert guid("code", "orchard", "pruning") == "493a13c7-5c59-506d-bb7b-0d6261aa9233"
    one, other = ({e.get("guid") for e in root(qdpx.project(hard_tables(), name)).iter()} for name in ("a", "b"))
    assert one & other == {None}


def test_the_archive_has_the_project_first_and_dates_that_never_change():
    with zipfile.ZipFile(BytesIO(qdpx.archive(qdpx.project(hard_tables(), "hard")))) as packed:
        assert packed.testzip() is None
        assert packed.namelist()[0] == "project.qde"
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not any(entry.filename.startswith(("/", ".")) or ".." in entry.filename for entry in packed.infolist())


@given(LETTERS)
def test_a_text_keeps_its_length_and_every_character_that_programs_agree_on(text):
    written = plain(text)
    assert len(written) == len(text) and plain(written) == written
    etree.fromstring(f"<a>{written.replace('&', '&amp;').replace('<', '&lt;')}</a>")
    odd = {place for place, letter in enumerate(text) if letter == "\r"}
    odd |= {0} if text.startswith("\ufeff") else set()
    for place, (was, now) in enumerate(zip(text, written, strict=True)):
        if place in odd:
            assert now in " \n"
        else:
            assert now == was or (now == "\ufffd" and (was < " " or was >= "\ufffe"))
    assert written.count("\n") == len(re.findall("\r\n|\r|\n", text))


@settings(max_examples=60)
@given(st.lists(LETTERS, min_size=1, max_size=3), st.data())
def test_any_text_any_name_and_any_memo_come_back(texts, data):
    texts = [f"{text}." for text in texts]
    spans, names = [], data.draw(st.lists(LETTERS.filter(str.strip), min_size=2, max_size=2, unique_by=plain))
    for number, text in enumerate(texts):
        start = data.draw(st.integers(0, len(text) - 1))
        memo = data.draw(LETTERS)
        spans.append((f"D{number}", start, data.draw(st.integers(start + 1, len(text))), names[0], names[1], memo))
    frames = {
        "documents": pd.DataFrame({"document": [s[0] for s in spans], "text": texts, "source": "", "sha256": ""}),
        "participants": pd.DataFrame({"participant": ["P"], "role": ["participant"]}),
        "turns": pd.DataFrame([(s[0], 1, "P", s[1], s[2]) for s in spans], columns=["document", "turn", "participant", "start", "end"]),
        "codes": pd.DataFrame({"code": [names[0]], "parent": [None], "level": ["concept"], "definition": ["d"], "include": [None], "exclude": [None]}),
        "codings": pd.DataFrame(spans, columns=["document", "start", "end", "code", "coder", "memo"]),
        "reads": pd.DataFrame([(s[0], s[4]) for s in spans], columns=["document", "coder"]),
    }  # fmt: skip
    order = random.Random(1).sample(range(len(spans)), len(spans))
    frames["codings"] = frames["codings"].iloc[order]
    contents = qdpx.project(frames, "any")
    assert broken(contents["project.qde"]) == []
    back, codings, _ = read_back(contents)
    assert back == {f"D{number}": plain(text) for number, text in enumerate(texts)}
    want = [(s[0], s[1], s[2], *map(plain, s[3:]), plain(texts[number])[s[1] : s[2]]) for number, s in enumerate(spans)]
    assert sorted(codings) == sorted(want)
