"""Importers and readers over mutated files; see `fuzz`. What was found once is kept below as a case of its own."""

import sys
import zipfile
from pathlib import Path

import pytest

from dtstudy import intake
from dtstudy.errors import InputError
from dtstudy.read import archive, cells, project, text
from dtstudy.read.assembly import assembled
from dtstudy.read.project import Draft, Source
from dtstudy.read.record import Record

from . import fuzz, specimens

TALK = "Ann: We hoped.\nTom: Yes.\nAnn: Home.\nTom: Home.\n"


@pytest.fixture(scope="module")
def watch(tmp_path_factory):
    return fuzz._Watch(tmp_path_factory.mktemp("watched"))


@pytest.fixture
def judge(watch, tmp_path, monkeypatch):
    """A verdict on a specimen, in this process."""
    monkeypatch.chdir(tmp_path)
    watch.folder = str(tmp_path)
    return lambda specimen: fuzz.judge(specimen, tmp_path / "scratch", watch)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded as Linux does it")
def test_a_mutated_file_becomes_a_study_or_one_sentence_and_nothing_else():
    verdicts = list(fuzz.judged(fuzz.names(fuzz.SAMPLES)))
    found = [f"{one.sample}: {one.outcome}\n{one.told}" for one in verdicts if one.is_finding]
    assert not found, "\n".join(found)
    outcomes = [one.outcome for one in verdicts]
    assert min(outcomes.count(fuzz.READ), outcomes.count(fuzz.REFUSED)) > fuzz.SAMPLES / 10, fuzz.summary(verdicts)


@pytest.mark.parametrize("name", specimens.every())
def test_a_whole_file_is_read(name, judge):
    outcome, told = judge(specimens.every()[name])
    assert outcome == fuzz.READ, told


def test_a_sample_is_the_same_whenever_it_is_made():
    for name in ("refi:3", "taguette:8", "odt:5", "own tables:2"):
        assert fuzz.made(name) == fuzz.made(name)
    assert len({str(fuzz.made(f"txt:{number}").files) for number in range(40)}) > 30


@pytest.mark.parametrize(
    ("does", "found"),
    [
        (lambda place: 1 / 0, "ZeroDivisionError"),
        (lambda place: (place.parents[3] / "outside.txt").write_text("x"), "writes"),
        (lambda place: (place.parents[1] / "raw" / "half").mkdir(), "left"),
        (lambda place: (place / fuzz.SECRET).read_text(), "reads"),
        (lambda place: print("a word"), "says"),
        (lambda place: (_ for _ in ()).throw(InputError("")), "no words"),
        (lambda place: (_ for _ in ()).throw(InputError("It is broken")), "no end"),
        (lambda place: __import__("os").system("true"), "os.system"),
    ],
)
def test_what_is_amiss_is_found(does, found, judge, monkeypatch):
    def new(name, paths, at):
        does(at)
        raise InputError("It is broken.")

    monkeypatch.setattr(intake, "new", new)
    outcome, told = judge(specimens.every()["txt"])
    Path("outside.txt").unlink(missing_ok=True)
    assert outcome in ("amiss", "traceback") and found in told


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded as Linux does it")
def test_a_worker_that_dies_or_hangs_is_found_and_replaced(monkeypatch):
    monkeypatch.setattr(fuzz, "SECONDS", 0.0)
    hangs, *_ = fuzz.judged(["txt:1"], workers=1)
    assert hangs.outcome == "hangs" and hangs.is_finding
    monkeypatch.setattr(fuzz, "SECONDS", 60)
    dies, well = fuzz.judged(["no such specimen:1", "txt:1"], workers=1)
    assert dies.outcome == "dies" and not well.is_finding


# what was found


def test_a_row_with_more_cells_than_the_head_is_told_and_loses_none(tmp_path):
    (tmp_path / "a.csv").write_text("speaker,text\nAnn,We hoped,for more\n", encoding="utf-8")
    for read in (text, cells.table, lambda file: project.load([file])):
        with pytest.raises(InputError, match=r"a\.csv: lines have more cells than the head"):
            read(tmp_path / "a.csv")


def test_a_table_of_a_study_that_is_none_is_a_sentence(tmp_path):
    faults = {"a,b\n1,2\n1,2,3\n": "Expected 2 fields in line 3, saw 3", "": "No columns", 'a\n"b': "EOF inside string"}
    for content, sentence in faults.items():
        (tmp_path / "a.csv").write_text(content, encoding="utf-8")
        with pytest.raises(InputError, match=rf"a\.csv: this is no table \({sentence}.*\)\. Save it as CSV"):
            cells.table(tmp_path / "a.csv")
    with pytest.raises(InputError, match=r"b\.csv cannot be read \(No such file"):
        cells.table(tmp_path / "b.csv")
    (tmp_path / "a.csv").write_bytes("name\nZoë\n".encode("cp1252"))
    assert cells.table(tmp_path / "a.csv")["name"].tolist() == ["Zoë"]


def test_a_file_whose_name_is_not_in_utf_8_is_told_and_the_others_are_read(tmp_path):
    (tmp_path / "a.txt").write_text(TALK, encoding="utf-8")
    try:
        (tmp_path / "Zo\udceb.txt").write_text(TALK, encoding="utf-8")
    except OSError:
        pytest.skip("this disk takes no such name")
    found = project.load([tmp_path])
    assert found.sources["source"].tolist() == ["a"] and "not in UTF-8" in found.dropped["why"][0]
    with pytest.raises(InputError, match="not in UTF-8. Give it another one") as error:
        project.load([tmp_path / "Zo\udceb.txt"])
    assert str(error.value).isprintable()


def test_a_sentence_holds_no_character_that_a_terminal_would_act_on():
    assert str(InputError("a\x1b[2J\u202eb\r\nc\tñ\u00a0d")) == "a�[2J�b c�ñ d"


def damaged(tmp_path, name, entry, change):
    """An OpenDocument file with another entry in it."""
    file = tmp_path / name
    file.write_bytes(specimens.every()["odt"].files["a.odt"])
    with zipfile.ZipFile(file) as packed:
        entries = {own: packed.read(own) for own in packed.namelist()}
    entries[entry] = change(entries[entry])
    with zipfile.ZipFile(file, "w") as packed:
        for own, content in entries.items():
            packed.writestr(own, content)
    return file


def test_an_open_document_that_is_damaged_halfway_is_not_taken_for_whole_nor_printed(tmp_path, capsys):
    file = damaged(tmp_path, "a.odt", "content.xml", lambda content: content[: len(content) * 2 // 3])
    with pytest.raises(InputError, match="no whole OpenDocument file; content.xml: this is no sound XML"):
        text(file)
    other = damaged(tmp_path, "b.odt", "mimetype", lambda content: content.replace(b"text", b"chart"))
    with pytest.raises(InputError, match="no whole OpenDocument file"):
        text(other)
    assert capsys.readouterr().out == ""


def test_an_entry_without_a_name_does_no_harm(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.qdpx", "w") as packed:
        packed.writestr("x", b"x")
        packed.filelist[0].filename = ""
        packed.writestr("project.qde", "<Project/>")
    with archive.Archive(tmp_path / "a.qdpx") as found:
        assert found.has("project.qde")


def test_many_small_entries_that_unpack_to_a_thousand_times_their_size_are_not_read(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.qdpx", "w", zipfile.ZIP_DEFLATED) as packed:
        for number in range(5):
            packed.writestr(f"{number}.txt", b"a\n" * 450_000)
    with archive.Archive(tmp_path / "a.qdpx") as found, pytest.raises(InputError, match="unpacks to 900,000 bytes"):
        for name in found.names:
            found.bytes(name)


def test_more_lines_than_people_can_say_are_no_transcript(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"a\n" * 500_000)
    with pytest.raises(InputError, match="it has 500,001 lines, so it is no transcript"):
        text(tmp_path / "a.txt")


def test_texts_known_by_their_passages_alone_take_no_more_room_than_one_text(tmp_path):
    draft = Draft(Record("a.qdpx"), outlines=True)
    for number in range(50):
        draft.sources[str(number)] = Source(f"S{number}", "text", None, "it did not come")
        draft.selections.append((str(number), "8999994", "9000000", "hoped!"))
    found = assembled(draft)
    assert found.sources["text"].str.len().tolist() == [9_000_000, 9_000_000]


def test_memory_that_is_not_enough_is_a_sentence(tmp_path, monkeypatch):
    def load(paths, counted):
        raise MemoryError

    monkeypatch.setattr(intake.folder.project, "load", load)
    (tmp_path / "data" / "raw").mkdir(parents=True)
    with pytest.raises(InputError, match=r"a\.txt: the memory is not enough to take it in"):
        intake.new("study", [tmp_path / "a.txt"], at=tmp_path)
