"""A project coded elsewhere becomes a study that opens at once, on the words that were coded."""

import re
import sqlite3

import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

import dtstudy
from dtstudy import cli, intake, settings
from dtstudy.errors import InputError
from dtstudy.read import cells

from .read import projects
from .read.projects import coded

GROUP = """Focus group, 3 May

Moderator: Welcome. Maria, would you begin?
Maria: I hoped for a 😀 day, and my mother Maria Rosa did, too.
TOM: [laughs] So did I, Maria.
Maria: And then, naïve me, we went home. (00:12:03) Home it was.
TOM: Home, yes.
R3: I listen.
Moderator: Thank you.
"""
LETTER = "Dear friends,\n\nWe hoped for more: much more.\n\nYours, M.\n"


@pytest.fixture
def place(tmp_path, monkeypatch):
    """An empty project in force."""
    (tmp_path / "project" / "data" / "raw").mkdir(parents=True)
    monkeypatch.setenv("DTSTUDY_PROJECT", str(tmp_path / "project"))
    return tmp_path / "project"


def selection(source, text, words, inner=None):
    start = text.index(words)
    return (source, start, start + len(words), words, coded() if inner is None else inner)


def mixed(folder):
    """A REFI-QDA project with a focus group and a letter."""
    return projects.qdpx(
        folder / "mixed.qdpx",
        {"Talk with Maria": GROUP.encode(), "Letter": LETTER.encode()},
        [
            selection("Talk with Maria", GROUP, "I hoped for a 😀 day, and my mother Maria Rosa did"),
            selection("Talk with Maria", GROUP, "So did I, Maria.\nMaria: And then"),
            selection("Talk with Maria", GROUP, "(00:12:03)"),
            selection("Letter", LETTER, "We hoped for more"),
        ],
    )


def test_speakers_are_found_named_people_masked_and_passages_keep_their_words(place, tmp_path):
    intake.new("mixed", [mixed(tmp_path)])
    with pytest.warns(UserWarning, match="cleaning leaves no character of them"):
        corpus = dtstudy.open_study("mixed").corpus()
    turns = corpus.turns[corpus.turns["document"] == "Talk with P01"]
    assert turns["participant"].tolist() == ["Moderator", "P01", "P02", "P01", "P02", "R3", "Moderator"]
    assert corpus.participants.set_index("participant")["role"].to_dict() == {
        "Moderator": "facilitator", "P01": "participant", "P02": "participant", "R3": "participant", "Letter": "participant",
    }  # fmt: skip
    assert corpus.documents.set_index("document")["kind"].to_dict() == {
        "Talk with P01": "focus group",
        "Letter": "text",
    }
    words = corpus.segments().sort_values("document")["words"].tolist()
    assert words[0] == "We hoped for more"
    assert words[1:] == ["I hoped for a 😀 day, and my mother P01 Rosa did", "So did I, P01.\nP01: And then"]
    assert not re.search("Maria|Tom|TOM", corpus.documents.to_csv())


def test_a_text_in_which_nobody_is_labelled_is_one_voice_in_paragraphs(place, tmp_path):
    intake.new("mixed", [mixed(tmp_path)])
    with pytest.warns(UserWarning):
        turns = dtstudy.open_study("mixed").corpus().turns
    assert turns[turns["document"] == "Letter"]["participant"].tolist() == ["Letter"] * 3


def test_lines_broken_to_a_width_are_one_paragraph_and_lines_alone_are_one_each(place, tmp_path):
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "wrapped.txt").write_text("One line\nand the next.\n\n   \nAnother\nparagraph.", encoding="utf-8")
    (folder / "lines.txt").write_text("One line.\nThe next.\n\n" + "A long line. " * 20, encoding="utf-8")
    intake.new("texts", [folder])
    turns = dtstudy.open_study("texts").corpus().turns
    assert turns.groupby("document").size().to_dict() == {"lines": 3, "wrapped": 2}


def test_labels_that_are_no_names_are_somebody_else_in_every_text(place, tmp_path):
    folder = tmp_path / "texts"
    folder.mkdir()
    for number in (1, 2):
        (folder / f"I{number}.txt").write_text(
            "I: Why?\nR: I went.\nI: And then?\nR: I stayed.\nR2: Me, too.\n", encoding="utf-8"
        )
    intake.new("texts", [folder])
    corpus = dtstudy.open_study("texts").corpus()
    assert corpus.turns.groupby("document")["participant"].unique().map(list).to_dict() == {
        "I1": ["I", "R-01", "R2-01"], "I2": ["I", "R-02", "R2-02"],
    }  # fmt: skip
    assert "I went." in corpus.documents["text"][0]
    assert corpus.documents["kind"].tolist() == ["focus group", "focus group"]
    assert set(corpus.turns.loc[corpus.turns["role"] == "facilitator", "participant"]) == {"I"}


def test_a_list_of_headings_is_no_conversation(place, tmp_path):
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "a.txt").write_text(
        "Aim: to know.\nMethod: to ask.\n" + "We asked. And then we asked again.\n" * 20, encoding="utf-8"
    )
    intake.new("texts", [folder])
    assert set(dtstudy.open_study("texts").corpus().turns["participant"]) == {"a"}


def test_files_are_copied_as_they_are_and_texts_of_a_project_written_as_text(place, tmp_path):
    folder = tmp_path / "talk"
    folder.mkdir()
    (folder / "Übung 1.vtt").write_bytes(
        b"WEBVTT\r\n\r\n00:01.000 --> 00:02.000\r\n<v Ann>We came.\r\n\r\n00:03.000 --> 00:04.000\r\n<v Bo>Yes.\r\n"
    )
    made = intake.new("talk", [folder])
    copied = made.folder / "transcripts" / "Ubung-1.vtt"
    assert copied.read_bytes() == (folder / "Übung 1.vtt").read_bytes()
    turns = dtstudy.open_study("talk").corpus().turns
    assert turns["seconds"].tolist() == [1.0, 3.0] and turns["participant"].tolist() == ["P01", "Bo"]


def test_cases_become_attributes_of_documents_or_of_participants(place, tmp_path):
    folder = projects.qualcoder(
        tmp_path / "a.qda",
        {1: GROUP, 2: LETTER},
        [(1, 2, "We hoped", LETTER.index("We hoped"), LETTER.index("We hoped") + 8, "ann", "")],
    )
    start = GROUP.index("I hoped")
    with sqlite3.connect(folder / "data.qda") as connection:
        connection.executescript(
            "INSERT INTO cases VALUES (1, 'Maria', '', '', ''); INSERT INTO cases VALUES (2, 'North', '', '', '');"
            "INSERT INTO cases VALUES (3, 'Nobody', '', '', '');"
            f"INSERT INTO case_text VALUES (1, 1, 1, {start}, {start + 20}); INSERT INTO case_text VALUES (2, 2, 2, 0, {len(LETTER)});"
            "INSERT INTO attribute VALUES (1, 'age', 'case', '40', 1); INSERT INTO attribute VALUES (2, 'Group', 'case', 'letters', 2);"
            "INSERT INTO attribute VALUES (3, 'turn', 'file', 'x', 1); INSERT INTO attribute VALUES (4, 'role', 'case', 'facilitator', 1);"
        )
    connection.close()
    intake.new("cases", [folder])
    corpus = dtstudy.open_study("cases").corpus()
    assert corpus.documents.set_index("document")[["group", "turn (given)"]].fillna("").to_dict("index") == {
        "T1": {"group": "", "turn (given)": "x"}, "T2": {"group": "letters", "turn (given)": ""},
    }  # fmt: skip
    people = corpus.participants.set_index("participant")
    assert people.loc["P01", ["age", "role"]].tolist() == ["40", "facilitator"]
    assert "Nobody" not in people.index and len(people) == 6  # the case Nobody has a pseudonym, and no turn


def test_a_table_of_attributes_joins_documents_or_participants_and_tells_strangers(place, tmp_path):
    more = tmp_path / "more.csv"
    more.write_text("document,group,kind\nLetter.txt,written,diary\n", encoding="utf-8")
    intake.new("mixed", [mixed(tmp_path)], more)
    documents = pd.read_csv(place / "data" / "raw" / "mixed" / "transcripts" / "documents.csv", keep_default_na=False)
    assert documents.set_index("document").loc["Letter", ["group", "kind"]].tolist() == ["written", "diary"]
    for content, sentence in (
        ("document,group\nLettre,x\n", "line 2: there is no document 'Lettre'; did you mean 'Letter'"),
        ("file,group\na,x\n", "a column 'document' or 'participant' is missing"),
        ("document,group\nLetter,x\nLetter,y\n", "two rows for document 'Letter'"),
    ):
        more.write_text(content, encoding="utf-8")
        with pytest.raises(InputError, match=sentence):
            intake.new("second", [mixed(tmp_path)], more)


def test_coders_are_named_so_that_a_file_can_be(place, tmp_path):
    names = ["Ann/Bo", "ann-bo", "reads", "union", "é" * 90, "..", "Cy"]
    users = "".join(f'<User guid="V{number}" name="{name}"/>' for number, name in enumerate(names))
    given = "".join(
        f'<Coding guid="K{number}" creatingUser="V{number}"><CodeRef targetGUID="C1"/></Coding>'
        for number in range(len(names))
    )
    inner = f'<Users>{users}</Users><CodeBook><Codes>{projects.CODES}</Codes></CodeBook><Sources><TextSource guid="T" name="a">'
    inner += f'<PlainTextContent>We hoped.</PlainTextContent><PlainTextSelection guid="S" startPosition="0" endPosition="8">{given}</PlainTextSelection></TextSource></Sources>'
    intake.new("coders", [projects.archive(tmp_path / "a.qdpx", inner)])
    corpus = dtstudy.open_study("coders").corpus()
    assert set(corpus.codings["coder"]) == {
        "Ann-Bo",
        "ann-bo (2)",
        "coder reads",
        "coder union",
        "é" * 40,
        "coder",
        "Cy",
    }
    assert len(corpus.reads) == 7


def test_what_no_table_holds_stays_in_the_raw_folder(place, tmp_path):
    more = (
        '<Notes><Note guid="N" name="Memo"><PlainTextContent>=SUM(1)</PlainTextContent></Note></Notes>'
        '<Sets><Set guid="Z" name="pilot"><MemberSource targetGUID="T1"/></Set></Sets>'
    )
    file = projects.qdpx(tmp_path / "a.qdpx", {"T1": b"We hoped."}, [("T1", 0, 8, "We hoped", coded())], more=more)
    folder = intake.new("small", [file]).folder
    assert cells.table(folder / "notes.csv")["text"].tolist() == ["=SUM(1)"]
    assert "'=SUM(1)" in (folder / "notes.csv").read_text(encoding="utf-8")  # no spreadsheet runs it
    assert pd.read_csv(folder / "sets.csv").to_numpy().tolist() == [["pilot", "documents", "T1"]]
    assert pd.read_csv(folder / "codebook.csv")["colour"].tolist() == ["#ff0000"]
    assert (folder / ".gitignore").read_text(encoding="utf-8") == "*\n"


def test_the_record_of_the_import_is_kept_with_the_study(place, tmp_path):
    made = intake.new("mixed", [mixed(tmp_path)])
    record = dtstudy.open_study("mixed").import_record()
    pd.testing.assert_frame_equal(record, made.record, check_dtype=False)
    assert record.set_index("thing").loc["codings of text", ["came_in", "read", "dropped"]].tolist() == [4, 4, 0]
    (made.folder / "import.csv").unlink()
    assert dtstudy.open_study("mixed").import_record().empty


def test_a_new_study_has_settings_that_print_and_pools_its_coders(place, tmp_path):
    intake.new("mixed", [mixed(tmp_path)])
    made = settings.load("mixed")
    assert made.about.sentence == "2 documents, 1 code and 4 codings by 1 coder."
    assert made.about.method == "Taken in from mixed.qdpx" and made.transcripts.data == "collected"
    assert made.parameters == {"coders": "union"}
    assert dtstudy.open_study("mixed").data == "collected"


def test_names_in_titles_files_and_codes_are_masked_so_that_the_report_may_be_shared(place, tmp_path):
    file = mixed(tmp_path).rename(tmp_path / "Maria and Tom.qdpx")
    folder = intake.new("mixed", [file]).folder
    shared = [folder / name for name in ("study.toml", "import.csv", "codebook.csv", "transcripts/documents.csv")]
    assert not [file for file in shared if re.search("Maria|Tom", file.read_text(encoding="utf-8"))]


def test_a_name_that_is_taken_or_no_name_is_refused_and_nothing_is_left_behind(place, tmp_path):
    file = mixed(tmp_path)
    intake.new("mixed", [file])
    before = sorted(place.rglob("*"))
    for name, paths, sentence in (
        ("mixed", [file], "There is a study 'mixed' already"),
        ("../evil", [file], "is no name for a study"),
        ("other", [tmp_path / "none.qdpx"], "there is no such file or folder"),
        ("other", [projects.archive(tmp_path / "empty.qdpx", "")], "no text came in"),
    ):
        with pytest.raises(InputError, match=sentence):
            intake.new(name, paths)
    assert sorted(place.rglob("*")) == before


def test_a_study_that_would_not_open_is_never_put_in_place(place, tmp_path, monkeypatch):
    def fail(*_, **__):
        raise InputError("no")

    monkeypatch.setattr(intake.folder.transcripts, "build", fail)
    with pytest.raises(InputError, match="no"):
        intake.new("mixed", [mixed(tmp_path)])
    assert [one.name for one in (place / "data").rglob("*")] == ["raw"]


def test_the_command_prints_the_record_and_leaves_with_2_where_it_cannot(place, tmp_path):
    def call(*arguments):
        return CliRunner().invoke(cli.main, arguments, catch_exceptions=False)

    outcome = call("new", "mixed", "--from", str(mixed(tmp_path)))
    assert outcome.exit_code == 0
    assert re.search(r"codings of text +4 +4\n", outcome.output) and "then dtstudy report mixed" in outcome.output
    again = call("new", "mixed", "--from", str(tmp_path / "mixed.qdpx"))
    assert again.exit_code == 2 and again.output.startswith("dtstudy: There is a study 'mixed' already")
    text = "😀 We came home. Then we hoped for more, and went." * 2
    doubtful = projects.qdpx(tmp_path / "b.qdpx", {"T1": text.encode()}, [("T1", 3, 12, None, coded())])
    assert "--offsets" in call("new", "b", "--from", str(doubtful)).output
    assert call("new", "b", "--from", str(doubtful), "--offsets", "utf-16").exit_code == 0


TURNS = st.lists(st.text(alphabet="ab é😀,.’?", min_size=1, max_size=30).filter(str.strip), min_size=4, max_size=12)


@hypothesis_settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TURNS, st.data())
def test_every_passage_of_any_talk_keeps_its_words(place, tmp_path_factory, said, data):
    text = "\n".join(f"{'AB'[number % 2]}: {words}" for number, words in enumerate(said))
    spans = data.draw(st.lists(st.tuples(st.integers(0, len(text) - 1), st.integers(1, 25)), min_size=1, max_size=8))
    spans = sorted({(start, min(start + size, len(text))) for start, size in spans})
    rows = [("T1", start, end, text[start:end], coded()) for start, end in spans]
    folder = tmp_path_factory.mktemp("talk")
    file = projects.qdpx(folder / "a.qdpx", {"T1": text.encode()}, rows, "dtstudy")
    name = folder.name
    intake.new(name, [file])
    corpus = dtstudy.open_study(name).corpus()
    found = [" ".join(words.split()) for words in corpus.segments()["words"]]
    wanted = [" ".join(text[start:end].split()) for start, end in spans]
    assert all(any(one in other for other in found) for one in wanted if one)


def test_each_sample_becomes_a_study_that_opens(place, samples):
    expected = {
        "atlasti-8-mac-testproject.qdpx": (5, 14, 9, 1),
        "qualilab-stress-test-synthetic.qdpx": (16, 90, 2_332, 6),
        "taguette-bills.sqlite3": (45, 48, 277, 1),
        "hitsave-goodboy-galaxy.vtt": (1, 0, 0, 0),
        "hitsave-keitai-update.srt": (1, 0, 0, 0),
    }
    for name, counts in expected.items():
        study = name.split(".")[0]
        assert not intake.new(study, [samples / name]).warnings
        corpus = dtstudy.open_study(study).corpus()
        assert (
            len(corpus.documents),
            len(corpus.codes),
            len(corpus.codings),
            corpus.codings["coder"].nunique(),
        ) == counts
    assert len(dtstudy.open_study("hitsave-goodboy-galaxy").corpus().turns) == 753
