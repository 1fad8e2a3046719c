"""Transcripts in the formats people have them in."""

from pathlib import Path

import pytest

from dtstudy import read
from dtstudy.errors import InputError
from dtstudy.read import Label

SAMPLES = next(iter(sorted(Path(__file__).parents[3].glob("*/samples"))), None)


def test_word_gives_bold_names_as_labels_and_tables_as_lines(tmp_path):
    from docx import Document

    document = Document()
    document.add_paragraph("Focus group 1")
    for name, words in (("Al", " I came."), ("Zoë:", " So did I.")):
        paragraph = document.add_paragraph()
        paragraph.add_run(name).bold = True
        paragraph.add_run(words)
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Al", "Again."
    document.add_paragraph().add_run("All of this is bold").bold = True
    document.save(tmp_path / "a.docx")
    found = read.transcript(tmp_path / "a.docx")
    assert found.text == "Focus group 1\nAl I came.\nZoë: So did I.\nAl: Again.\nAll of this is bold"
    assert found.labels == (Label(14, 16, "Al"), Label(25, 29, "Zoë"))


def test_opendocument_gives_a_line_for_each_paragraph(tmp_path):
    from odf import teletype
    from odf.opendocument import OpenDocumentText
    from odf.text import H, P

    document = OpenDocumentText()
    document.text.addElement(H(outlinelevel=1, text="Group"))
    for line in ("Al: I  came.", "", "Zoë: So did I."):
        paragraph = P()
        teletype.addTextToElement(paragraph, line)
        document.text.addElement(paragraph)
    document.save(str(tmp_path / "a.odt"))
    assert read.text(tmp_path / "a.odt") == "Group\nAl: I  came.\n\nZoë: So did I."


VTT = """WEBVTT

NOTE made for a test

00:01.000 --> 00:02.500
<v Al>I came.

00:00:03.000 --> 00:00:05.000
<v.loud Zoë Hart>So <i>did</i> I</v>
and stayed.

01:00:00.000 --> 01:00:02.000
Nobody named.
"""
SRT = "1\n00:00:01,000 --> 00:00:02,500\nI came.\n\n2\n00:00:03,000 --> 00:00:05,000\nSo did I.\n"


def test_webvtt_gives_voices_and_seconds(tmp_path):
    (tmp_path / "a.vtt").write_bytes(VTT.replace("\n", "\r\n").encode("utf-8-sig"))
    found = read.transcript(tmp_path / "a.vtt")
    assert found.text == "I came.\nSo did I\nand stayed.\nNobody named."
    assert [label.name for label in found.labels] == ["Al", "Zoë Hart"]
    assert [seconds for _, seconds in found.times] == [1.0, 3.0, 3600.0]


def test_subrip_gives_seconds(tmp_path):
    (tmp_path / "a.srt").write_text(SRT, encoding="utf-8")
    found = read.transcript(tmp_path / "a.srt")
    assert (found.text, found.labels, found.times) == ("I came.\nSo did I.", (), ((0, 1.0), (8, 3.0)))


def test_a_table_gives_speakers_and_seconds(tmp_path):
    (tmp_path / "a.csv").write_text(
        'Speaker,Text,Seconds\nAl,"I came, then",5\n,"[pause]",\nZoë,No.,9.5\n', encoding="utf-8"
    )
    found = read.transcript(tmp_path / "a.csv")
    assert found.text == "I came, then\n[pause]\nNo."
    assert [label.name for label in found.labels] == ["Al", "Zoë"]
    assert [seconds for _, seconds in found.times] == [5.0, 9.5]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.docx", b"PK\x03\x04 half a file", "no whole Word file"),
        ("a.docx", b"plain text in a wrong suffix", "no whole Word file"),
        ("a.odt", b"plain text in a wrong suffix", "no whole OpenDocument file"),
        ("a.vtt", b"no captions here", "the captions cannot be read"),
        ("a.srt", b"no captions here", "the captions cannot be read"),
        ("a.csv", b"who,said\nAl,x\n", "a column 'text' is missing"),
        ("a.csv", b"\n\n", "it holds no text|this is no table"),
    ],
)
def test_broken_files_are_one_sentence(tmp_path, name, content, sentence):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=sentence):
        read.transcript(tmp_path / name)


@pytest.mark.parametrize(
    ("stem", "cues", "words"), [("hitsave-goodboy-galaxy", 753, 6189), ("hitsave-keitai-update", 762, 14492)]
)
@pytest.mark.parametrize("suffix", ["vtt", "srt"])
def test_real_captions_are_read_whole(stem, cues, words, suffix):
    if SAMPLES is None or not (SAMPLES / f"{stem}.{suffix}").is_file():
        pytest.skip("the sample captions are not at hand")
    found = read.transcript(SAMPLES / f"{stem}.{suffix}")
    assert (len(found.times), len(found.text.split())) == (cues, words)
