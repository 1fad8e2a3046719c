"""Files made to harm: one sentence, in little time and memory, and nothing is written anywhere."""

import sqlite3
import tracemalloc
import zipfile
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dtstudy.errors import InputError
from dtstudy.read import archive, cells, project
from dtstudy.read.project import Project

from . import projects
from .projects import coded

LAUGHS = '<!DOCTYPE Project [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {new} "{("&" + old + ";") * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


def put(file, content, entry="project.qde", packing=zipfile.ZIP_DEFLATED, **others):
    with zipfile.ZipFile(file, "w", packing) as packed:
        packed.writestr(entry, content)
        for name, data in others.items():
            packed.writestr(name, data)
    return file


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (f'{LAUGHS}]><Project name="&i;"/>', "document type declaration, which no project needs"),
        ('<!DOCTYPE Project SYSTEM "http://example.org/x.dtd"><Project name="a"/>', "document type declaration"),
        (
            '<!DOCTYPE Project [<!ENTITY x SYSTEM "file:///etc/passwd">]><Project>&x;</Project>',
            "document type declaration",
        ),
        ("<?xml version='1.0' encoding='utf-16'?>" + LAUGHS, "this is no XML|document type declaration"),
        ("<Project>&x;</Project>", "this is no sound XML"),
        ("<Project><Users>", "this is no sound XML"),
        ("<Codebook/>", "this is no REFI-QDA project"),
        ("", "this is no XML"),
        ("\0\1\2", "this is no XML"),
        ("<!--" + "-" * 300_000, "this is no XML"),
        ("<Project>" + "<Code>" * 100_000, "this is no sound XML"),
        ("<Project><CodeBook><Codes>" + '<Code guid="a" name="b">' * 1_000_000, "this is no sound XML .*depth"),
    ],
    ids=[
        "laughs",
        "dtd",
        "entity",
        "utf-16",
        "undefined",
        "half",
        "other",
        "empty",
        "bytes",
        "comment",
        "deep",
        "million",
    ],
)
def test_xml_made_to_harm_is_one_sentence(tmp_path, content, sentence):
    content = content.encode("utf-16") if "utf-16" in content else content.encode()
    file = put(tmp_path / "a.qdpx", content, packing=zipfile.ZIP_STORED)
    tracemalloc.start()
    with pytest.raises(InputError, match=sentence):
        project.load([file])
    assert tracemalloc.get_traced_memory()[1] < 150e6
    tracemalloc.stop()
    assert [one.name for one in tmp_path.iterdir()] == ["a.qdpx"]


def test_an_entry_that_unpacks_to_a_thousand_times_its_size_is_not_read(tmp_path):
    file = put(tmp_path / "a.qdpx", b" " * 50_000_000)
    with pytest.raises(InputError, match="unpacks to 50,000,000 bytes from"):
        project.load([file])


def test_an_entry_that_lies_about_its_size_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "LARGEST", 1000)
    with pytest.raises(InputError, match="unpacks to more than 1,000 bytes"):
        project.load([put(tmp_path / "a.qdpx", bytes(range(256)) * 20)])


def test_many_entries_are_bounded_together(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "ALL", 3_000)
    texts = {f"T{number}": bytes(range(65, 91)) * 40 for number in range(5)}
    with pytest.raises(InputError, match="unpacks to more than"):
        project.load([projects.qdpx(tmp_path / "a.qdpx", texts, [])])


def test_entries_that_point_outside_are_never_written(tmp_path):
    inside = tmp_path / "in" / "deep"
    inside.mkdir(parents=True)
    file = put(
        inside / "a.qdpx",
        '<Project><Sources><TextSource guid="T" name="../../b" plainTextPath="internal://../../evil.txt"/></Sources></Project>',
        **{"../../evil.txt": b"evil", "/tmp-evil.txt": b"evil", "sources/../../../evil.txt": b"evil"},
    )
    project.load([file])
    assert sorted(one.relative_to(tmp_path).as_posix() for one in tmp_path.rglob("*")) == [
        "in",
        "in/deep",
        "in/deep/a.qdpx",
    ]


def test_encrypted_and_strange_packings_are_one_sentence(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.qdpx", "w", zipfile.ZIP_LZMA) as packed:
        packed.writestr("project.qde", "<Project/>")
    with pytest.raises(InputError, match="packed in a way that is not read"):
        project.load([tmp_path / "a.qdpx"])


@pytest.mark.parametrize("table", ["highlights", "documents"])
def test_a_view_or_a_virtual_table_in_place_of_a_table_is_not_read(tmp_path, table):
    file = projects.taguette(tmp_path / "a.sqlite3", {1: "<p>We hoped.</p>"}, [(1, 0, 2, "We", [1])])
    with closing(sqlite3.connect(file)) as connection:
        columns = ", ".join(row[1] for row in connection.execute(f"PRAGMA table_info({table})"))
        connection.execute(f"DROP TABLE {table}")
        bomb = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id"
        rest = "".join(f", i AS {column.strip()}" for column in columns.split(",") if column.strip() != "id")
        connection.execute(f"CREATE VIEW {table} AS {bomb}{rest} FROM n")
        connection.commit()
    with pytest.raises(InputError, match=f"{table} is no ordinary table; not read"):
        project.load([file])


def test_values_of_the_wrong_kind_are_listed_and_the_rest_is_read(tmp_path):
    rows = [
        (1, 0, 2, "We", [1]),
        (1, "zero", None, None, [1]),
        (1, 2**62, -(2**62), b"\xff", [1]),
        ("x", 1.5, 2, 7, [1]),
    ]
    found = project.load([projects.taguette(tmp_path / "a.sqlite3", {1: "<p>We hoped.</p>"}, rows)])
    assert len(found.codings) == 1 and len(found.dropped[found.dropped["thing"] == "codings of text"]) == 3


def test_a_long_chain_of_categories_is_one_sentence_in_little_time(tmp_path):
    folder = projects.qualcoder(tmp_path / "a.qda", {1: "We hoped."}, [])
    with closing(sqlite3.connect(folder / "data.qda")) as connection:
        chain = ((number, f"c{number}", number - 1 or None) for number in range(2, 50_000))
        connection.executemany("INSERT INTO code_cat (catid, name, supercatid) VALUES (?, ?, ?)", chain)
        connection.commit()
    with pytest.raises(InputError, match="codes nested 49,999 deep are no codebook"):
        project.load([folder])


def test_more_codes_than_a_person_can_make_are_one_sentence(tmp_path):
    codes = "".join(f'<Code guid="{number}" name="c"/>' for number in range(100_001))
    (tmp_path / "a.qdc").write_text(f"<CodeBook><Codes>{codes}</Codes></CodeBook>", encoding="utf-8")
    with pytest.raises(InputError, match="100,001 codes are no codebook that a person made"):
        project.load([tmp_path / "a.qdc"])


@pytest.mark.parametrize("between", ",;\t")
def test_a_head_of_more_columns_than_a_spreadsheet_has_is_one_sentence_in_little_time(tmp_path, between):
    (file := tmp_path / "one.csv").write_text("text" + f"{between}amp" * 2_000_000 + "\nWe spoke", encoding="utf-8")
    with pytest.raises(InputError, match="one.csv: its head has 2,000,001 columns"):
        project.load([file])
    if between == ",":
        with pytest.raises(InputError, match="one.csv: its head has 2,000,001 columns"):
            next(cells.pieces(file, 100))


def test_many_rows_are_no_wide_head(tmp_path):
    (file := tmp_path / "one.csv").write_text("document,text\n" + "a,\n" * 20_000 + "b,We spoke", encoding="utf-8")
    assert len(cells.table(file)) == 20_001
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r"))  # lines as the first Macintosh ended them
    assert len(cells.table(file)) == 20_001


def test_zero_characters_marks_and_endless_lines_do_no_harm(tmp_path):
    texts = {"T1": "\ufeff\ufeffWe\0 hoped.".encode(), "T2": b"word " * 3_000_000}
    found = project.load([projects.qdpx(tmp_path / "a.qdpx", texts, [("T1", 0, 2, "We", coded())])])
    assert found.sources["text"].tolist() == ["\u200bWe  hoped."]
    assert found.dropped["why"].tolist() == ["it has a line of more than 10,000,000 characters"]


def minis(folder):
    """A small whole project of each format."""
    text = "We hoped for a 😀 day.\nThen we went home."
    refi = [("T1", 0, 8, "We hoped", coded()), ("T1", 23, 36, "Then we went", coded())]
    return [
        projects.qdpx(folder / "a.qdpx", {"T1": text.encode()}, refi),
        projects.taguette(folder / "a.sqlite3", {1: f"<p>{text}</p>"}, [(1, 0, 8, "We hoped", [1])]),
        projects.qualcoder(folder / "a.qda", {1: text}, [(1, 1, "We hoped", 0, 8, "ann", "")]) / "data.qda",
    ]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The bytes of a small project of each format."""
    return {file.suffix: file.read_bytes() for file in minis(tmp_path_factory.mktemp("minis"))}


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([".qdpx", ".sqlite3", ".qda"]), st.data())
def test_a_damaged_file_is_a_project_or_a_sentence_and_never_anything_else(whole, tmp_path_factory, suffix, data):
    content = bytearray(whole[suffix])
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content))) :]
    attempt(tmp_path_factory, suffix, bytes(content))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_damaged_xml_in_a_whole_archive_is_a_project_or_a_sentence(whole, tmp_path_factory, data):
    from io import BytesIO

    with zipfile.ZipFile(BytesIO(whole[".qdpx"])) as packed:
        content, text = packed.read("project.qde").decode(), packed.read("sources/T1.txt")
    for _ in range(data.draw(st.integers(1, 4))):
        first = data.draw(st.integers(0, len(content) - 1))
        last = min(len(content), first + data.draw(st.integers(0, 30)))
        new = data.draw(
            st.sampled_from(
                ["", "x", "-1", "99999999999999999999", content[last : last + 40], 'guid="T1"', "C1", "&#0;"]
            )
        )
        content = content[:first] + new + content[last:]
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        packed.writestr("project.qde", content)
        packed.writestr("sources/T1.txt", text)
    attempt(tmp_path_factory, ".qdpx", stream.getvalue())


@pytest.fixture(scope="module")
def word(tmp_path_factory):
    """The bytes of a Word file."""
    from docx import Document

    document = Document()
    document.add_paragraph("We hoped for more.")
    file = tmp_path_factory.mktemp("word") / "a.docx"
    document.save(file)
    return file.read_bytes()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_word_file_in_a_project_or_a_folder_is_told_and_never_anything_else(word, tmp_path_factory, data):
    content = bytearray(word)
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    inner = '<Sources><TextSource guid="T" name="a" richTextPath="internal://a.docx"/></Sources>'
    folder = tmp_path_factory.mktemp("damaged")
    (folder / "a.docx").write_bytes(content)
    file = projects.archive(tmp_path_factory.mktemp("project") / "a.qdpx", inner, {"sources/a.docx": bytes(content)})
    assert len(project.load([file]).sources) <= 1
    assert len(project.load([folder]).sources) <= 1


def test_a_word_file_that_unpacks_to_a_thousand_times_its_size_is_not_read(tmp_path):
    file = put(tmp_path / "a.docx", b" " * 50_000_000, "word/document.xml")
    found = project.load([tmp_path / "a.docx"])
    assert found.sources.empty and "unpacks to 50,000,000 bytes" in found.dropped["why"][0] and file.is_file()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["document", "code", "start", "end", "quoted", "text", "coder", "participant", "turn"]),
            st.lists(
                st.sampled_from(["G1", "0", "5", "-1", "1e9", "We", "hope", "", "😀", '"', "\n", "9" * 30]), max_size=4
            ),
        ),
        max_size=6,
    ),
    st.sampled_from(",;\t"),
)
def test_any_table_is_a_project_or_a_sentence(tmp_path_factory, columns, between):
    folder = tmp_path_factory.mktemp("tables")
    (folder / "G1.txt").write_text("We hoped for more.", encoding="utf-8")
    rows = [[name for name, _ in columns], *zip(*(cells for _, cells in columns), strict=False)]
    (folder / "a.csv").write_text("\n".join(between.join(row) for row in rows), encoding="utf-8")
    for paths in ([folder], [folder / "G1.txt", folder / "a.csv"]):
        try:
            assert isinstance(project.load(paths), Project)
        except InputError as error:
            assert str(error)


def attempt(tmp_path_factory, suffix, content):
    folder = tmp_path_factory.mktemp("damaged")
    file = folder / f"a{suffix}"
    file.write_bytes(content)
    try:
        found = project.load([file])
    except InputError as error:
        assert str(error)
    else:
        assert found.codings["source"].isin(found.sources["source"]).all()
        texts = found.sources.set_index("source")["text"].str.len()
        assert (found.codings["end"] <= found.codings["source"].map(texts)).all()
    assert [one.name for one in folder.iterdir()] == [file.name]
