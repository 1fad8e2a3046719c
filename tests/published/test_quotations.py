import hashlib

import pytest

from dtstudy import read, settings
from dtstudy.errors import InputError
from dtstudy.published import quotations


@pytest.fixture
def study(orchard):
    return settings.load("orchard")


@pytest.fixture
def record(study):
    return quotations.load(study.raw / "quotations.csv")


@pytest.fixture
def text(orchard):
    return read.text(orchard / "papers" / "orchard.txt")


def test_every_quotation_is_found_with_its_place_form_and_speaker(study, record, text):
    found = quotations.prove(text, study.paper, record, "orchard.txt")
    assert found["verified"].all() and (found["match"] == "exact").all()
    assert found["found_kind"].tolist() == ["inline", "block", "block", "block", "inline", "block", "block"]
    assert found["found_role"].tolist() == ["volunteer"] * 4 + ["senior warden", "ranger", "clerk"]


def test_page_furniture_and_broken_words_inside_a_quotation_are_mended(study, record, text):
    found = quotations.prove(text, study.paper, record, "orchard.txt").set_index("quotation")["text"]
    assert found[6] == "I [ranger] cannot say no to the council, and they do not come and look."
    assert "After the winter I knew" in found[2]
    assert hashlib.sha256(found[6].encode()).hexdigest() == record.set_index("quotation")["sha256"][6]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("‘", "'").replace("’", "'"),
        lambda text: text.replace("\n\n", "\n"),
        lambda text: text.replace("Tools andladders", "TOOLS  AND LADDERS "),
        lambda text: "Page one\n" + text.replace("do not\nQuince", "do not\n\n\n12\nQuince"),
    ],
    ids=["straight marks", "no empty lines", "heading set otherwise", "another page break"],
)
def test_other_layouts_of_the_text_give_the_same_quotations(study, record, text, change):
    changed = change(text)
    assert changed != text
    found = quotations.prove(changed, study.paper, record, "x")
    assert found["verified"].all()
    assert found["found_kind"].tolist() == record["kind"].tolist()


def test_lost_spaces_still_match_loosely_and_say_so(study, record, text):
    found = quotations.prove(text.replace("three saws between", "three sawsbetween"), study.paper, record, "x")
    assert found["match"].tolist() == ["exact", "exact", "exact", "loose", "exact", "exact", "exact"]


def test_a_changed_word_is_told_by_number_and_heading(study, record, text):
    with pytest.raises(
        InputError,
        match="x: 1 of 7 quotations were not found: Volunteers, Tools and ladders: 4.",
    ):
        quotations.prove(text.replace("three saws", "four saws"), study.paper, record, "x")


def test_a_truncated_text_names_what_is_lost(study, record, text):
    with pytest.raises(InputError, match="3 of 7 quotations were not found: Wardens, Keeping order: 5, 6, 7."):
        quotations.prove(text[: text.index("Keeping order")], study.paper, record, "x")


def test_the_text_of_another_paper_has_none_of_them(study, record):
    with pytest.raises(InputError, match="7 of 7 quotations were not found"):
        quotations.prove("Something else altogether.\n‘Quite so.’\n", study.paper, record, "x")


def test_a_pdf_gives_what_the_text_gives(study, record, orchard, tmp_path):
    write_pdf(orchard / "papers" / "orchard.txt", tmp_path / "orchard.pdf")
    found = quotations.read_paper(quotations.find_text(tmp_path, "orchard"), study.paper, record)
    assert found.quotations["verified"].all()
    assert found.quotations["found_role"].tolist() == record["role"].tolist()
    assert (found.quoted, found.cited, len(found.headings)) == (7, 3, 3)


def test_where_the_text_is_looked_for(orchard, tmp_path):
    folder = orchard / "papers"
    assert quotations.find_text(folder, "orchard") == folder / "orchard.txt"
    assert quotations.find_text(folder / "orchard.txt", "any") == folder / "orchard.txt"
    with pytest.raises(InputError, match="holds none of other.txt, other.pdf, paper.txt, paper.pdf"):
        quotations.find_text(folder, "other")
    with pytest.raises(InputError, match="is no folder"):
        quotations.find_text(tmp_path / "nowhere", "orchard")


def test_the_paper_itself(papers):
    study = settings.load("kouimtsidis2007")
    record = quotations.load(study.raw / "quotations.csv")
    found = quotations.read_paper(papers / "kouimtsidis2007.txt", study.paper, record)
    assert (found.quotations["match"] == "exact").all()
    assert found.quotations["found_kind"].value_counts().to_dict() == {"block": 19, "inline": 4}
    assert (found.quotations["found_kind"] == record["kind"]).all()
    assert (found.quotations["found_role"] == record["role"]).all()
    assert (found.quoted, found.cited, len(found.headings)) == (23, 7, 7)


def test_the_paper_itself_as_pdf(papers, tmp_path):
    study = settings.load("kouimtsidis2007")
    write_pdf(papers / "kouimtsidis2007.txt", tmp_path / "paper.pdf")
    record = quotations.load(study.raw / "quotations.csv")
    found = quotations.read_paper(tmp_path / "paper.pdf", study.paper, record)
    assert found.quotations["verified"].all() and found.quoted == 23
    assert (found.quotations["found_kind"] == record["kind"]).all()


def write_pdf(text, pdf):
    """A PDF of a text, line for line."""
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(pdf))
    for page in [text.read_text(encoding="utf-8").split("\n")[at : at + 60] for at in range(0, 700, 60)]:
        lines = canvas.beginText(60, 780)
        lines.setFont("Times-Roman", 9)
        for line in page:
            lines.textLine(line)
        canvas.drawText(lines)
        canvas.showPage()
    canvas.save()
