import json
import re
import shutil
from io import BytesIO

import pandas as pd
import pytest
from click.testing import CliRunner
from docx import Document
from markupsafe import escape
from pypdf import PdfReader

from dtstudy import cli, exhibits, report, settings
from dtstudy.chain import plan
from dtstudy.errors import InputError

HOSTILE = "<script>alert(1)</script> & =cmd|' /C calc'!A0 \u202eright to left"


def planned(made):
    """The plan for the study whose derived folder this is."""
    return plan.load(made.parents[2] / "notebooks").of(made.parents[1] / "raw" / made.name)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The report of the real study, made once without the paper's text."""
    from .conftest import ROOT

    project = tmp_path_factory.mktemp("made")
    for folder in ("data/raw", "notebooks"):
        shutil.copytree(ROOT / folder, project / folder, ignore=shutil.ignore_patterns("paper.*", ".ipynb_checkpoints"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DTSTUDY_PROJECT", str(project))
        outcome = CliRunner().invoke(cli.main, ["report", "kouimtsidis2007"], catch_exceptions=False)
    assert outcome.exit_code == 0, outcome.output
    return project / "data" / "derived" / "kouimtsidis2007"


def test_one_command_makes_the_exhibits_and_the_page(made):
    steps = planned(made).steps
    written = {name for step in steps for name in step.writes}
    assert {file.stem for file in (made / "tables").iterdir()} == written
    assert {"table-1", "quotations", "theme-frequency", "cooccurrence", "claims"} <= written
    for name in ("quoted-headings", "quoted-concepts", "cooccurrence", "table-1", "durations"):
        assert (made / "figures" / f"{name}.png").is_file() and (made / "figures" / f"{name}.svg").is_file()
    assert {file.name for file in (made / "notebooks").glob("*.ipynb")} == {step.notebook for step in steps}
    assert exhibits.changed(made) == []


def test_table_1_has_the_printed_cells_and_computed_sums(made):
    table = pd.read_csv(made / "tables" / "table-1.csv")
    assert table.columns.tolist() == ["experience", "first_order", "second_order", "total"]
    assert table["experience"].tolist() == ["up to 3 months", "3-6 months", "more than 6 months", "total"]
    assert table.iloc[:, 1:].to_numpy().tolist() == [[5, 8, 13], [8, 1, 9], [6, 1, 7], [19, 10, 29]]


def test_without_the_text_the_quotations_are_not_verified_and_the_page_says_how(made):
    table = pd.read_csv(made / "tables" / "quotations.csv")
    assert len(table) == 23 and table["verified"].isna().all() and "text" not in table
    page = (made / "report.html").read_text(encoding="utf-8")
    assert "dtstudy report --papers DIR" in page


def test_the_page_needs_no_network_and_no_script(made):
    page = (made / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page and "@import" not in page
    assert not re.findall(r"""(?:src|href|action)\s*=\s*["']?(?:https?:)?//""", page)
    assert not re.findall(r"url\(", page)


def test_every_exhibit_stands_once_with_number_kind_caption_and_definition(made):
    page = (made / "report.html").read_text(encoding="utf-8")
    assert [int(number) for number in re.findall(r"<h3>Exhibit (\d+)\.", page)] == list(
        range(1, 1 + len(exhibits.load(made)))
    )
    for entry in exhibits.load(made):
        article = re.search(rf'<article[^>]*id="{entry.id}".*?</article>', page, re.DOTALL).group()
        assert f">{entry.data}<" in article
        assert str(escape(entry.caption)) in article and str(escape(entry.definition)) in article
        assert f'href="tables/{entry.id}.csv"' in article and entry.notebook in article


def test_links_of_the_page_lead_to_files_and_anchors(made):
    page = (made / "report.html").read_text(encoding="utf-8")
    for target in re.findall(r'href="([^"]+)"', page):
        if target.startswith("#"):
            assert f'id="{target[1:]}"' in page
        else:
            assert (made / target).is_file(), target


def test_the_score_on_the_first_screen_is_that_of_the_claims(made):
    claims = pd.read_csv(made / "tables" / "claims.csv", keep_default_na=False)
    page = (made / "report.html").read_text(encoding="utf-8")
    recomputed = (claims["status"] == "recomputed").sum()
    assert f"{len(claims)} claims: {recomputed} recomputed" in page
    assert claims.columns.tolist() == [
        "id",
        "where",
        "statement",
        "published",
        "regenerated",
        "status",
        "note",
    ]


def test_a_second_run_gives_the_same_bytes(made, tmp_path):
    project = made.parents[2]
    told = ("provenance.json", "ro-crate-metadata.json")  # what a run cost, and when
    files = [file for file in made.rglob("*") if file.is_file() and file.name not in told and "steps" not in file.parts]
    kept = {file: file.read_bytes() for file in files}
    assert {"report.html", "report.docx", "report.pdf", "exhibits.json"} <= {file.name for file in kept}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DTSTUDY_PROJECT", str(project))
        again = ["report", "kouimtsidis2007", "--jobs", "1", "--force", "--cold"]
        assert CliRunner().invoke(cli.main, again).exit_code == 0
    for file, content in kept.items():
        assert file.read_bytes() == content, file.name


def test_with_the_text_the_quotations_are_verified_and_shown(papers, kouimtsidis):
    outcome = CliRunner().invoke(
        cli.main, ["report", "kouimtsidis2007", "--papers", str(papers)], catch_exceptions=False
    )
    assert outcome.exit_code == 0, outcome.output
    made = kouimtsidis / "data" / "derived" / "kouimtsidis2007"
    table = pd.read_csv(made / "tables" / "quotations.csv")
    assert len(table) == 23 and table["verified"].all()
    page = (made / "report.html").read_text(encoding="utf-8")
    assert page.count("<blockquote>") == 23
    for name in ("quoted-headings", "quoted-concepts", "quoted-cooccurrence", "table-1"):
        assert (made / "tables" / f"{name}.csv").is_file()
    claims = pd.read_csv(made / "tables" / "claims.csv", keep_default_na=False)
    assert not (claims["status"] == "differs").any()
    verified = CliRunner().invoke(cli.main, ["verify", "kouimtsidis2007"])
    assert verified.exit_code == 0 and "differs" not in verified.output


def test_hostile_text_is_shown_as_text(kouimtsidis):
    study = settings.load("kouimtsidis2007")
    chapters = plan.load(kouimtsidis / "notebooks").chapters
    table = pd.DataFrame({"Code": [HOSTILE]})
    for name in (name for chapter in chapters for name in chapter.exhibits):
        exhibits.save(
            study.derived,
            name,
            table,
            shown=table,
            title=HOSTILE,
            caption=HOSTILE,
            data="published",
            definition=HOSTILE,
        )
    page, word, printed = report.build(study)
    assert "<script" not in page.read_text(encoding="utf-8") and "&lt;script&gt;" in page.read_text(encoding="utf-8")
    assert "<script>alert(1)</script>" in Document(word).tables[0].cell(1, 0).text
    assert "<script>alert(1)</script>" in PdfReader(printed).pages[1].extract_text()


def test_a_missing_exhibit_is_a_sentence(kouimtsidis):
    with pytest.raises(
        InputError, match="The exhibits design, .* were not written yet. Run dtstudy report kouimtsidis2007"
    ):
        report.build(settings.load("kouimtsidis2007"))


def test_provenance_says_what_the_run_was_made_of(made):
    record = json.loads((made / "provenance.json").read_text(encoding="utf-8"))
    assert record["text_supplied"] is False
    assert set(record["seconds"]) == {step.name for step in planned(made).steps}
    assert all(seconds > 0 for seconds in record["seconds"].values())
    assert record["outputs"] == {name: digest for entry in exhibits.load(made) for name, digest in entry.files.items()}


def test_the_word_document_has_numbered_captions_references_and_tables_with_heads(made):
    document = Document(made / "report.docx")
    entries = exhibits.load(made)
    xml = document.element.xml
    assert xml.count("SEQ Exhibit") == xml.count("<w:bookmarkStart") == len(entries)
    drawn = [entry for entry in entries if len(entry.files) > 1]
    assert xml.count(" REF exhibit_") == len(document.inline_shapes) == len(drawn)
    assert xml.count("<w:tblHeader") == len(document.tables) > 5
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    for entry in entries:
        assert entry.caption in text and entry.definition in text
    claims = next(table for table in document.tables if table.cell(0, 1).text == "Claim")
    assert len(claims.rows) == 1 + len(pd.read_csv(made / "tables" / "claims.csv"))


def test_the_figures_of_the_word_document_have_300_dots_an_inch_and_a_text_of_their_own(made):
    from PIL import Image

    for shape in Document(made / "report.docx").inline_shapes:
        assert len(shape._inline.docPr.get("descr")) > 20
    with Image.open(BytesIO((made / "figures" / "durations.png").read_bytes())) as picture:
        assert picture.size[0] > 6 * 300


def test_the_pdf_is_tagged_has_its_fonts_inside_and_holds_every_exhibit(made):
    printed = PdfReader(made / "report.pdf")
    assert printed.trailer["/Root"]["/MarkInfo"]["/Marked"]
    fonts = [font.get_object() for page in printed.pages for font in page["/Resources"]["/Font"].values()]
    for font in fonts:
        inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(inner["/FontDescriptor"])
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in printed.pages))
    for number, _ in enumerate(exhibits.load(made), 1):
        assert f"Exhibit {number}. " in text


def test_the_index_leads_to_every_report(made):
    page = (made.parent / "index.html").read_text(encoding="utf-8")
    assert "<script" not in page
    links = re.findall(r'href="([^"]+)"', page)
    assert links == [f"kouimtsidis2007/report.{suffix}" for suffix in ("html", "docx", "pdf")]
    assert all((made.parent / link).is_file() for link in links)


def test_nothing_changed_makes_nothing_anew(made):
    before = {file: file.stat().st_mtime_ns for file in made.rglob("*") if file.is_file()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DTSTUDY_PROJECT", str(made.parents[2]))
        assert CliRunner().invoke(cli.main, ["report", "kouimtsidis2007"]).exit_code == 0
        told = CliRunner().invoke(cli.main, ["status", "kouimtsidis2007"]).output
    assert {file: file.stat().st_mtime_ns for file in before} == before
    assert ", 0 stale." in told


def test_an_unknown_format_is_a_sentence(orchard):
    outcome = CliRunner().invoke(cli.main, ["report", "orchard", "--formats", "html,doc"])
    assert outcome.exit_code == 2 and "There is no format 'doc'; did you mean 'docx'?" in outcome.output
