"""Text that would be markup, a script, a formula, or the other way round: in the report it is text."""

import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser

import pandas as pd
import pytest
from docx import Document
from pypdf import PdfReader

from dtstudy import exhibits, report, settings
from dtstudy.chain import plan
from dtstudy.report import content

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
LONG_TURN = "and so it went on " * 580_000  # ten megabytes
ENDLESS = "a" * 3_000  # a word that fits no line
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


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
    """The report over exhibits that hold these texts everywhere a text may stand; the first one holds them all, whole."""
    table = pd.DataFrame({"Words": texts})
    joined = " ".join(text[:200] for text in texts)
    about = {"title": joined, "caption": joined, "definition": joined, "data": "published"}
    first, *others = [name for chapter in plan.load(study.project / "notebooks").chapters for name in chapter.exhibits]
    for name in others:
        exhibits.save(study.derived, name, table[:1], shown=table[:1].map(lambda text: text[:200]), **about)
    exhibits.save(study.derived, first, table, shown=table, **about)
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


SEEN = """() => {
  const boxes = [...document.querySelectorAll('main > *, article')].map(one => one.getBoundingClientRect());
  const articles = [...document.querySelectorAll('article')].map(one => one.getBoundingClientRect());
  const order = one => {
    const range = document.createRange(), text = [...one.childNodes].find(node => node.nodeType === 3);
    const at = place => { range.setStart(text, place); range.setEnd(text, place + 1); return range.getBoundingClientRect(); };
    const [first, second] = [at(0), at(1)];
    return first.left < second.left || first.top < second.top;
  };
  return {
    title: document.title,
    over: document.documentElement.scrollWidth - window.innerWidth,
    wide: [...document.querySelectorAll('body *')].filter(one => !one.closest('.scroll') && one.getBoundingClientRect().right
      > window.innerWidth + 1 && getComputedStyle(one).display !== 'none').map(one => one.outerHTML.slice(0, 80)),
    overlap: articles.slice(1).filter((box, place) => box.top < articles[place].bottom - 0.5).length,
    turned: [...document.querySelectorAll('a[href^="#"], a[href$=".csv"], .kind, .small')].filter(one => one.getClientRects().length
      && [...one.childNodes].some(node => node.nodeType === 3 && node.length > 2 && node.data.trim()) && !order(one)).length,
    links: document.querySelectorAll('a[href^="#"]').length,
    cells: [...document.querySelectorAll('table')].find(one => one.rows.length > 3).innerText,
    scripts: document.scripts.length,
    images: document.images.length,
  };
}"""


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed; the page cannot be looked at")
def test_hostile_text_in_a_browser_runs_nothing_asks_for_nothing_and_leaves_the_page_as_it_is(study, tmp_path):
    from playwright.sync_api import sync_playwright

    texts = [*TEXTS.values(), ENDLESS, LONG_TURN]
    title = f"</title><script>alert(2)</script> {TEXTS['direction']} & so on"
    study = replace(study, about=replace(study.about, title=title, sentence=" ".join(TEXTS.values()), note=ENDLESS))
    (made,) = bound(study, texts, ("html",))
    asked, dialogs = [], []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        page.goto(made.as_uri())
        for width in (1280, 400):
            page.set_viewport_size({"width": width, "height": 1000})
            seen = page.evaluate(SEEN)
            page.screenshot(path=tmp_path / f"{width}.png")
            assert seen["over"] <= 0 and seen["wide"] == [] and seen["overlap"] == 0, (width, seen)
            assert seen["turned"] == 0 and seen["links"] > 5, (width, seen)
            shown = re.sub(r"\s+", " ", seen["cells"])
            assert all(re.sub(r"\s+", " ", text) in shown for text in TEXTS.values())
            assert seen["scripts"] == 0
        browser.close()
    assert dialogs == [] and [url for url in asked if not url.startswith("data:")] == [made.as_uri()]
    assert seen["title"] == re.sub(r"\s+", " ", f"{title}: a recount")
