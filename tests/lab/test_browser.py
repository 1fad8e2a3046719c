"""JupyterLab in a real browser: open the explorer, click, and see the right passages. Everything stays on loopback."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager

import pandas as pd
import pytest

import dtstudy
from dtstudy import settings
from dtstudy.lab import desk

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
MINUTE = 60_000
OPTIONS = ["--no-browser", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0"]


@contextmanager
def opened(project):
    """The address that `dtstudy lab` gives for a study, and what it tells until then."""
    command = [sys.executable, "-m", "dtstudy", "lab", "kouimtsidis2007", *OPTIONS]
    log = project / "lab.log"
    with (
        log.open("w", encoding="utf-8") as told,
        subprocess.Popen(command, stderr=told, start_new_session=True) as server,
    ):
        try:
            found, end = None, time.monotonic() + 120
            while found is None and server.poll() is None and time.monotonic() < end:
                time.sleep(0.2)
                found = re.search(r"(http://127\.0\.0\.1:\d+/lab/tree/\S+)", log.read_text(encoding="utf-8"))
            assert found, log.read_text(encoding="utf-8")
            yield found.group(1), log.read_text(encoding="utf-8")
        finally:
            os.killpg(server.pid, 15)


def cells(project):
    notebook = project / "data" / "derived" / "kouimtsidis2007" / desk.NOTEBOOK
    return [cell for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]


def test_when_the_address_is_given_the_corpus_is_loaded_and_no_cell_after_the_explorer_has_run(kouimtsidis):
    with opened(kouimtsidis) as (_, told):
        assert (
            told.index("Loading the corpus of kouimtsidis2007")
            < told.index("Loaded in ")
            < told.index("To access the server")
        )
    ran = [cell["execution_count"] for cell in cells(kouimtsidis)]
    assert ran == [1, 2, 3, None]
    assert "9 transcripts, 782 turns" in "".join(cells(kouimtsidis)[1]["outputs"][0]["text"])


def test_a_cell_that_fails_is_told_in_a_line_and_jupyterlab_opens_all_the_same(kouimtsidis):
    notebook = desk.lay_out(settings.load("kouimtsidis2007"))
    content = json.loads(notebook.read_text(encoding="utf-8"))
    for cell in content["cells"]:
        if "parameters" in cell["metadata"].get("tags", []):
            cell["source"] = 'study = "kouimtsidis"\npapers = ""'
    notebook.write_text(json.dumps(content), encoding="utf-8")
    with opened(kouimtsidis) as (_, told):
        line = next(line for line in told.splitlines() if line.startswith("It is not loaded"))
        assert "InputError" in line and "did you mean 'kouimtsidis2007'" in line
    assert [cell["execution_count"] for cell in cells(kouimtsidis)] == [1, 2, None, None]


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed; JupyterLab cannot be clicked through")
def test_clicks_lead_from_numbers_to_the_words_behind_them(kouimtsidis):
    from playwright.sync_api import sync_playwright

    corpus = dtstudy.open_study("kouimtsidis2007").corpus()
    with opened(kouimtsidis) as (address, _), sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1400, "height": 1600})
        page.set_default_timeout(2 * MINUTE)
        outside = []
        page.on("request", lambda request: outside.append(request.url) if is_outside(request.url) else None)
        page.goto(address)
        from_a_row_to_its_passages(page, corpus)
        from_a_cell_to_the_passages_of_both(page, corpus)
        from_a_word_to_where_it_is_said(page, corpus)
        from_a_disagreement_to_a_decision(page)
        assert outside == [] and page.get_by_text("get notified about official Jupyter news").count() == 0
        browser.close()
    last = pd.read_csv(settings.load("kouimtsidis2007").raw / "consensus-log.csv", dtype="str").iloc[-1]
    told = ["document", "turn", "code", "decision", "reason"]
    assert last[told].tolist() == ["FG1", "6", "compulsion", "given", "agreed by both"]


def is_outside(address):
    return not re.match(r"(https?|wss?)://127\.0\.0\.1:|data:|blob:", address)


def shown(page):
    """The turns whose passages stand on the page: document:turn."""
    where = page.locator(".dtstudy-passage .where").all_inner_texts()
    return [text.split(" ")[0] for text in where]


def flat(text):
    return re.sub(r"\s+", " ", text).strip()


def visible_row(page, *texts):
    row = page.locator("table.dataTable tbody tr").locator("visible=true")
    for text in texts:
        row = row.filter(has=page.get_by_role("cell", name=text, exact=True))
    return row.first


def from_a_row_to_its_passages(page, corpus):
    visible_row(page, "avoiding prison").click()
    page.locator(".dtstudy-passage mark").first.wait_for()
    found = corpus.segments(code="avoiding prison", coder="consensus")
    assert shown(page) == [f"{row.document}:{row.turn}" for row in found.itertuples()]
    in_its_turn = page.locator(".dtstudy-passage p:not(.beside) > mark").all_inner_texts()
    assert [flat(words) for words in in_its_turn] == [flat(words.split("\n")[0]) for words in found["words"]]


def from_a_cell_to_the_passages_of_both(page, corpus):
    page.get_by_role("tab", name="Co-occurrence").click()
    page.get_by_role("button", name=re.compile("Jaccard")).first.wait_for()
    unit = page.get_by_label("Unit", exact=True)
    unit.select_option("document")
    page.get_by_role("button", name="own will with compulsion: 8 units").wait_for()
    unit.select_option("turn")
    page.get_by_role("button", name="own will with compulsion: 9 units").wait_for()
    pair = page.get_by_role("button", name=re.compile("^own will with reluctance: |^reluctance with own will: "))
    count = int(pair.inner_text())
    pair.click()
    page.wait_for_function(f"document.querySelectorAll('.dtstudy-passage').length === {count}")
    found = corpus.segments(code="own will", with_code="reluctance", coder="consensus")
    assert shown(page) == [
        f"{row.document}:{row.turn}" for row in found.drop_duplicates(["document", "turn"]).itertuples()
    ]
    assert page.locator(".dtstudy-passage p:not(.beside) > mark.second").count() >= count


def from_a_word_to_where_it_is_said(page, corpus):
    page.get_by_role("tab", name="Search").click()
    page.get_by_placeholder("a word, and Enter").fill("whippet")
    page.keyboard.press("Enter")
    visible_row(page, "whippet").click()
    page.wait_for_function("document.querySelector('.dtstudy-passage mark')?.innerText === 'whippet'")
    said = corpus.turns[corpus.turns["turn"].astype("str").radd(corpus.turns["document"] + ":") == shown(page)[0]].iloc[
        0
    ]
    assert "whippet" in corpus.documents.set_index("document")["text"][said["document"]][said["start"] : said["end"]]


def from_a_disagreement_to_a_decision(page):
    page.get_by_role("tab", name="Disagreements").click()
    visible_row(page, "FG1", "6", "compulsion").click()
    page.locator(".dtstudy-coders h4").first.wait_for()
    assert page.locator(".dtstudy-coders h4").all_inner_texts() == [
        "second gave compulsion",
        "first did not give compulsion",
    ]
    left, right = page.locator(".dtstudy-coders > div").all()
    assert left.locator("mark").all_inner_texts() == ["You took it though."] and right.locator("mark").count() == 0
    page.get_by_placeholder("why").fill("agreed by both")
    page.get_by_role("button", name="Given", exact=True).click()
    page.get_by_text("Noted in consensus-log.csv").wait_for()
