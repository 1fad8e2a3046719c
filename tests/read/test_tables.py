"""Tables of codings, and folders of transcripts."""

import pytest

from dtstudy.errors import InputError
from dtstudy.read import project

TALK = "Ann: We hoped for more.\nBob: We hoped, too.\nAnn: Then we went home."


@pytest.fixture
def talk(tmp_path):
    """A folder with one transcript."""
    folder = tmp_path / "talk"
    folder.mkdir()
    (folder / "G1.txt").write_text(TALK, encoding="utf-8")
    return folder


def words(found):
    texts = found.sources.set_index("source")["text"]
    return [texts[row.source][row.start : row.end] for row in found.codings.itertuples()]


def test_codings_with_positions_are_proven_in_texts_named_beside_them(talk, tmp_path):
    rows = "".join(
        f"G1.txt;{TALK.index(one) + 1};{TALK.index(one) + len(one)};hope;ann;{one}\n"
        for one in ("for more", "went home")
    )
    (tmp_path / "codings.csv").write_text(f"Document;Start;End;Code;Coder;Quoted text\n{rows}", encoding="utf-8")
    found = project.load([tmp_path / "codings.csv", talk])
    assert words(found) == ["for more", "went home"] and found.codings["coder"].tolist() == ["ann", "ann"]
    notes = found.record.set_index(["file", "thing"])["note"]
    assert (
        "code points from 1, CRLF as one, byte order mark not counted, end: the last character"
        in notes["codings.csv", "passages of text"]
    )


def test_codings_without_positions_are_found_by_their_words_or_told(talk, tmp_path):
    (tmp_path / "ann.csv").write_text(
        'document,tag,content\nG1,hope,"for more.\nBob:"\nG1,hope,We hoped\nG1,hope,nowhere\nG9,hope,We\nG1,,home\nG1,hope,\n',
        encoding="utf-8",
    )
    found = project.load([talk, tmp_path / "ann.csv"])
    assert words(found) == ["for more.\nBob:"] and found.codings["coder"].tolist() == ["ann"]
    why = found.dropped[found.dropped["thing"] == "codings of text"]["why"].tolist()
    assert why == [
        "its words stand more than once in its source, and nothing tells which are meant",
        "its words do not stand in its source",
        "its source is not in the file",
        "its code is not in the file",
        "it has neither positions nor words",
    ]


def test_curly_marks_and_blanks_do_not_hide_words(talk, tmp_path):
    (talk / "G1.txt").write_text("She said: “It’s  fine,\nreally.”", encoding="utf-8")
    (tmp_path / "a.csv").write_text('document,code,quote\nG1,calm,"It\'s fine, really."\n', encoding="utf-8")
    assert words(project.load([talk, tmp_path / "a.csv"])) == ["It’s  fine,\nreally."]


def test_a_table_of_codings_alone_asks_for_the_texts(tmp_path):
    (tmp_path / "a.csv").write_text("document,code,quote\nG1,calm,fine\n", encoding="utf-8")
    with pytest.raises(InputError, match="Name their folder too, with a --from of its own"):
        project.load([tmp_path / "a.csv"])


def test_a_folder_with_all_tables_is_read_as_one_project(talk):
    (talk / "codebook.csv").write_text(
        "code,parent,definition\nfeelings,,All of them\nhope,feelings,Looking forward\n", encoding="utf-8"
    )
    (talk / "attributes.csv").write_text("document,region\nG1.txt,north\n", encoding="utf-8")
    (talk / "people.csv").write_text("participant,role,sex\nAnn,participant,f\n", encoding="utf-8")
    (talk / "codings").mkdir()
    for coder, passage in (("bea", "for more"), ("cy", "went home")):
        start = TALK.index(passage)
        (talk / "codings" / f"{coder}.csv").write_text(
            f"document,start,end,code\nG1,{start},{start + len(passage)},hope\n", encoding="utf-8"
        )
    (talk / "codings" / "reads.csv").write_text("document,coder\nG1,bea\nG1,dan\n", encoding="utf-8")
    (talk / "notes.rtf").write_text("x", encoding="utf-8")
    (talk / "old").mkdir()
    found = project.load([talk])
    assert sorted(zip(found.codings["coder"], words(found), strict=True)) == [("bea", "for more"), ("cy", "went home")]
    assert found.codes["parent"].fillna("").tolist() == ["", "feelings"]
    assert found.values[["of", "attribute", "value"]].to_numpy().tolist() == [
        ["case", "role", "participant"], ["case", "sex", "f"], ["source", "region", "north"],
    ]  # fmt: skip
    assert found.reads.to_numpy().tolist() == [["G1", "bea"], ["G1", "dan"]]
    assert found.dropped[["thing", "piece"]].to_numpy().tolist() == [["files", "notes.rtf"], ["folders", "old"]]


def test_texts_in_a_table_keep_their_line_ends_and_attributes(tmp_path):
    (tmp_path / "documents.csv").write_text(
        'document,text,kind,group\nG1,"Ann: One.\nBob: Two.",interview,a\n', encoding="utf-8"
    )
    found = project.load([tmp_path / "documents.csv"])
    assert found.sources["text"].tolist() == ["Ann: One.\nBob: Two."]
    assert found.values[["attribute", "value"]].to_numpy().tolist() == [["kind", "interview"], ["group", "a"]]


def test_a_file_that_cannot_be_read_is_listed_and_the_others_are_read(talk):
    (talk / "G2.txt").write_bytes(b"PK\x03\x04\x00\x00\x00")
    (talk / "G3.docx").write_bytes(b"no zip")
    found = project.load([talk])
    assert found.sources["source"].tolist() == ["G1"] and found.dropped["piece"].tolist() == ["G2.txt", "G3.docx"]


def test_a_folder_without_transcripts_is_one_sentence(tmp_path):
    with pytest.raises(InputError, match="no transcript was found; read are .csv, .docx, .odt, .pdf, .srt, .txt, .vtt"):
        project.load([tmp_path])


def test_a_file_of_no_known_kind_is_one_sentence(tmp_path):
    (tmp_path / "a.xyz").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="this is no project that is known"):
        project.load([tmp_path / "a.xyz"])


def test_two_texts_of_one_name_are_two_sources_and_one_text_twice_is_one(tmp_path):
    for name, text in (("a", TALK), ("b", TALK), ("c", "Other words.")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "G1.txt").write_text(text, encoding="utf-8")
        (tmp_path / name / "about.csv").write_text(f"document,from\nG1,{name}\n", encoding="utf-8")
    found = project.load([tmp_path / name for name in "abc"])
    assert found.sources["source"].tolist() == ["G1", "G1 (2)"]
    assert found.values[found.values["name"] == "G1 (2)"]["value"].tolist() == ["c"]
