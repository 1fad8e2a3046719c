"""Exhibits whose every text is hostile, bound into a report, and how a browser shows it."""

import re
import shutil
from dataclasses import replace

import pandas as pd

from dtstudy import exhibits, report
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
LONG_TURN = "and so it went on " * 580_000  # ten megabytes
ENDLESS = "a" * 3_000  # a word that fits no line
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WIDTHS = (1280, 400)  # pixels


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


def looked_at(study, folder):
    """A page of hostile texts in a browser at each width: what is seen, what it asked for, and what it wanted to say.

    Parameters: the settings of a study; a folder for pictures of the page.
    """
    from playwright.sync_api import sync_playwright

    title = f"</title><script>alert(2)</script> {TEXTS['direction']} & so on"
    study = replace(study, about=replace(study.about, title=title, sentence=" ".join(TEXTS.values()), note=ENDLESS))
    (made,) = bound(study, [*TEXTS.values(), ENDLESS, LONG_TURN], ("html",))
    asked, said, seen = [], [], {}
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
        page.goto(made.as_uri())
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 1000})
            seen[width] = page.evaluate(SEEN)
            page.screenshot(path=folder / f"{width}.png")
        browser.close()
    asked = [url for url in asked if not url.startswith("data:")]
    return seen, asked == [made.as_uri()], said, re.sub(r"\s+", " ", f"{title}: a recount")


def refuse_harm(seen, asks_for_nothing, said, title):
    """Refuse a page on which anything ran, was asked for, or stands where it should not."""
    assert asks_for_nothing and said == []
    for width, found in seen.items():
        assert found["over"] <= 0 and found["wide"] == [] and found["overlap"] == 0, (width, found)
        assert found["turned"] == 0 and found["links"] > 5, (width, found)
        shown = re.sub(r"\s+", " ", found["cells"])
        assert all(re.sub(r"\s+", " ", text) in shown for text in TEXTS.values()), shown
        assert found["scripts"] == 0 and found["title"] == title, (width, found)
