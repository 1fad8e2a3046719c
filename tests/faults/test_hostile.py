"""Text that would be markup, a script, a formula, or the other way round: in the report it is text."""

import re
from html.parser import HTMLParser

import pandas as pd
import pytest
from docx import Document
from pypdf import PdfReader

from dtstudy import exhibits, report, settings
from dtstudy.chain import plan

TEXTS = {
    "script": "<script>alert(1)</script>",
    "tag": '"><img src=x onerror=alert(1)>',
    "end": "</td></table></article><h1>mine</h1>",
    "entity": "&lt;b&gt; &amp; &#60;",
    "template": "{{ 7 * 7 }} {% raw %}",
    "typst": '#read("study.toml") $x$ *b* _i_ `c` @ref <label> //c',
    "formula": "=cmd|' /C calc'!A0",
    "direction": "left \u202eright to left\u202c and \u2066back\u2069",
    "emoji": "👩‍👩‍👧 🏳️‍🌈 na\u0308ive \U0001f600",
    "blanks": "a\u00a0b\u200bc\td",
}
TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")  # marks that turn the direction; Word gets none of them
LONG_TURN = "and so it went on " * 58_000  # about a megabyte


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


def bound(study, texts, wanted):
    """The report over exhibits that hold these texts everywhere a text may stand."""
    table = pd.DataFrame({"Words": texts})
    joined = " ".join(text[:200] for text in texts)
    for chapter in plan.load(study.project / "notebooks").chapters:
        for name in chapter.exhibits:
            about = {"title": joined, "caption": joined, "definition": joined, "data": "published"}
            exhibits.save(study.derived, name, table, shown=table, **about)
            table = table[:1]  # once is enough for what is long
    return report.build(study, wanted)


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


def test_a_turn_of_a_megabyte_is_bound_whole_into_the_page(study):
    (page,) = bound(study, [LONG_TURN], ("html",))
    assert LONG_TURN.strip() in page.read_text(encoding="utf-8")
