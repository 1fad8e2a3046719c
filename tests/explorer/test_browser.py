"""JupyterLab in a real browser: open the explorer, click, and see the right passages. Everything stays on loopback."""

import os
import re
import shutil
import subprocess
import sys
import time

import pytest

import dtstudy

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
MINUTE = 60_000


@pytest.fixture
def lab(kouimtsidis):
    """The address of a JupyterLab that `dtstudy lab` opened."""
    options = ["--no-browser", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0", "--ServerApp.allow_root=True"]
    command = [sys.executable, "-m", "dtstudy", "lab", "kouimtsidis2007", *options]
    log = kouimtsidis / "lab.log"
    with (
        log.open("w", encoding="utf-8") as told,
        subprocess.Popen(command, stderr=told, start_new_session=True) as server,
    ):
        try:
            found, end = None, time.monotonic() + 60
            while found is None and server.poll() is None and time.monotonic() < end:
                time.sleep(0.2)
                found = re.search(r"(http://127\.0\.0\.1:\d+/lab/tree/\S+)", log.read_text(encoding="utf-8"))
            assert found, log.read_text(encoding="utf-8")
            yield found.group(1)
        finally:
            os.killpg(server.pid, 15)


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed; JupyterLab cannot be clicked through")
def test_clicks_lead_from_numbers_to_the_words_behind_them(lab):
    from playwright.sync_api import sync_playwright

    corpus = dtstudy.open_study("kouimtsidis2007").corpus()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1400, "height": 1600})
        page.set_default_timeout(4 * MINUTE)
        page.goto(lab)
        page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
        page.get_by_text("(ipykernel) | Idle").wait_for()  # cells sent before the kernel is there are dropped
        page.wait_for_timeout(2000)
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.locator(".lm-Menu-itemLabel", has_text=re.compile("^Run All Cells$")).click()

        row = page.locator("table tbody tr", has=page.get_by_role("cell", name="avoiding prison", exact=True)).first
        row.click()
        first = page.locator(".dtstudy-passage mark").first
        first.wait_for()
        words = corpus.segments(code="avoiding prison", coder="consensus")["words"]
        marked = page.locator(".dtstudy-passage mark").all_inner_texts()
        assert len(marked) == len(words)
        flat = [re.sub(r"\s+", " ", text) for text in words]
        assert all(any(re.sub(r"\s+", " ", mark) in text for text in flat) for mark in marked)

        page.get_by_role("tab", name="Co-occurrence").click()
        pair = page.get_by_role("button", name=re.compile("^own will with reluctance: |^reluctance with own will: "))
        shared = int(pair.inner_text())
        pair.click()
        page.wait_for_function(f"document.querySelectorAll('.dtstudy-passage').length >= {shared}")
        found = corpus.segments(code="own will", with_code="reluctance", coder="consensus")
        assert shared == len(found[["document", "turn"]].drop_duplicates())
        where = {text.split(" ")[0] for text in page.locator(".dtstudy-passage .where").all_inner_texts()}
        assert where == {f"{row.document}:{row.turn}" for row in found.itertuples()}
        browser.close()
