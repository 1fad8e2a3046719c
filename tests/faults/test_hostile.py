"""Text that would be markup, a script, a formula, or the other way round: in the report it is text."""

import re
from html.parser import HTMLParser

import pandas as pd
import pytest
from docx import Document
from pypdf import PdfReader

from dtstudy import settings
from dtstudy.chain import plan
from dtstudy.report import content

from .hostile import CHROMIUM, LONG_TURN, TEXTS, TURNS, bound, looked_at, refuse_harm


class Page(HTMLParser):
    """Tags and texts of a page as a browser takes them."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [name for name, _ in attributes]

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture
def study(kouimtsidis):
    return settings.load("kouimtsidis2007")


def test_hostile_text_is_text_in_every_format(study):
    page, word, printed = bound(study, list(TEXTS.values()), ("html", "docx", "pdf"))
    read = Page()
    read.feed(page.read_text(encoding="utf-8"))
    shown = "".join(read.text)
    assert all(text in shown for text in TEXTS.values())
    assert "script" not in read.tags and not [name for name in read.attributes if name.startswith("on")]
    assert read.tags.count("h1") == 1 and "mine" not in re.findall(r"<h1[^>]*>(.*?)</h1>", page.read_text("utf-8"))
    cells = [row.cells[0].text for row in Document(word).tables[0].rows]
    assert cells[1:] == [TURNS.sub("", text) for text in TEXTS.values()]
    text = re.sub(r"\s+", "", "".join(one.extract_text() for one in PdfReader(printed).pages[:4]))
    for name in ("script", "template", "formula", "typst"):
        assert re.sub(r"\s+", "", TEXTS[name])[:12] in text, name
    assert "49" not in re.sub(r"\s+", "", TEXTS["template"]) and "[about]" not in text


def test_a_turn_of_ten_megabytes_breaks_off_in_every_format_and_is_whole_in_the_table(study):
    page, word, printed = bound(study, [LONG_TURN], ("html", "docx", "pdf"))
    left = f"({len(LONG_TURN) - content.LONGEST:,} more characters are in tables/"
    html = page.read_text(encoding="utf-8")
    assert LONG_TURN[: content.LONGEST] in html and left in html and page.stat().st_size < 5_000_000
    assert left in Document(word).tables[0].rows[1].cells[0].text
    text = " ".join(" ".join(one.extract_text().split()) for one in PdfReader(printed).pages)
    assert re.sub(r"\s", "", left) in re.sub(r"\s", "", text)
    first = plan.load(study.project / "notebooks").chapters[0].exhibits[0]
    table = pd.read_csv(study.derived / "tables" / f"{first}.csv")
    assert table["Words"][0] == LONG_TURN


def test_a_text_at_the_limit_is_shown_whole():
    assert content.cut("a" * content.LONGEST, "x") == "a" * content.LONGEST
    assert content.cut("a" * (content.LONGEST + 1), "x").endswith("a … (1 more characters are in tables/x.csv)")


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed; the page cannot be looked at")
def test_hostile_text_in_a_browser_runs_nothing_asks_for_nothing_and_leaves_the_page_as_it_is(study, tmp_path):
    refuse_harm(*looked_at(study, tmp_path))
