"""The explorer in a browser: seconds from a click to what it shows, on studies of 1,000 and of a million codings.

    python benchmarks/explorer.py [CODINGS ...]        (default 1000 1000000; 1,000 codings a transcript)

Constructs each study as raw files in a temporary project, opens it by `dtstudy lab`, and clicks in a headless Chromium. A
view that was counted once is kept, so each is timed the first time and the second. Needs Chromium.
"""

import csv
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from dtstudy.transcripts import seal

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
CODES, TURNS, EACH = 200, 300, 500  # of a transcript; codings by each of two coders
SPEAKERS = ("Abrolt", "Belcor", "Cadwin", "Delvar", "Ennick", "Farrod", "Gellan", "Hostry")  # nobody's names
STUDY = """[about]
title = "Constructed"
sentence = "Constructed transcripts of any number."
place = "Nowhere"
fieldwork = "Never"
method = "Constructed"

[transcripts]
data = "constructed"
folder = "transcripts"
roster = "participants.csv"
places = "places.csv"
key = "../../private/many/key.csv"
frozen = {}
"""


def construct(project: Path, codings: int) -> None:
    """A project with one study of so many codings, half of them by each of two coders."""
    shutil.copytree(Path(__file__).parents[1] / "notebooks", project / "notebooks")
    raw = project / "data" / "raw" / "many"
    for folder in ("transcripts", "codings"):
        (raw / folder).mkdir(parents=True)
    (raw / "study.toml").write_text(STUDY, encoding="utf-8")
    codes = [f"code {number:03d}" for number in range(CODES)]
    people = [(name, "", f"P{number}", "participant") for number, name in enumerate(SPEAKERS, 1)]
    _write(raw / "places.csv", ["word", "kind"], [])
    _write(raw / "codebook.csv", ["code", "parent", "level", "definition"], [(c, "", "concept", "A code.") for c in codes])
    _write(raw / "participants.csv", ["name", "aliases", "participant", "role"], people)
    names = [f"T{number:05d}" for number in range(max(1, codings // (2 * EACH)))]
    groups = [(n, f"{n}.txt", "focus group", ("users", "staff")[i % 2]) for i, n in enumerate(names)]
    _write(raw / "transcripts" / "documents.csv", ["document", "file", "kind", "group"], groups)
    chance = random.Random(1)
    words = ["".join(chance.choices("aeionrst", k=4)) for _ in range(2000)]
    given = {"first": [], "second": []}
    for name in names:
        lines = (f"{chance.choice(SPEAKERS)}: {' '.join(chance.choices(words, k=60))}." for _ in range(TURNS))
        text = "\n\n".join(lines)
        (raw / "transcripts" / f"{name}.txt").write_text(text, encoding="utf-8")
        for coder, rows in given.items():
            for _ in range(EACH):
                start = chance.randrange(len(text) - 300)
                end = start + chance.randint(30, 290)
                rows.append((name, start, end, chance.choice(codes), "", seal(text[start:end])))
    for coder, rows in given.items():
        kept = {tuple(row[:4]): row for row in rows}.values()
        _write(raw / "codings" / f"{coder}.csv", ["document", "start", "end", "code", "memo", "seal"], kept)


def _write(file: Path, head: list[str], rows: object) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows([head, *rows])


def measure(project: Path) -> dict[str, float]:
    """Seconds of each step."""
    from playwright.sync_api import sync_playwright

    options = ["--no-browser", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0"]
    log = project / "lab.log"
    seconds, began = {}, time.monotonic()
    with log.open("w", encoding="utf-8") as told:
        server = subprocess.Popen(
            [sys.executable, "-m", "dtstudy", "lab", "many", *options],
            stderr=told,
            start_new_session=True,
            env={**os.environ, "DTSTUDY_PROJECT": str(project)},
        )
    try:
        address = None
        while not address:
            if server.poll() is not None:
                sys.exit(log.read_text(encoding="utf-8"))
            time.sleep(0.2)
            address = re.search(r"(http://127\.0\.0\.1:\d+/lab/tree/\S+)", log.read_text(encoding="utf-8"))
        seconds["dtstudy lab, until the address"] = time.monotonic() - began
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
            page = browser.new_page(viewport={"width": 1400, "height": 1600})
            page.set_default_timeout(600_000)
            began = time.monotonic()
            page.goto(address.group(1))
            _row(page).first.wait_for()
            seconds["page, until the first table"] = time.monotonic() - began
            page.wait_for_timeout(2000)
            _click_through(page, seconds)
            browser.close()
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait()
    return seconds


def _click_through(page, seconds: dict[str, float]) -> None:
    def timed(what: str, do, until) -> None:
        began = time.monotonic()
        do()
        page.wait_for_function(until)
        seconds[what] = time.monotonic() - began

    blocks = "document.querySelectorAll('.dtstudy-passage').length > 0"
    call = "document.querySelector('.widget-html pre').innerText.includes('{}')"
    silent = "![...document.querySelectorAll('.widget-html-content')].some(one => one.innerText === 'Counting …')"
    heat = "document.querySelectorAll('.dtstudy-heatmap button').length > 0"
    unit = page.get_by_label("Unit", exact=True)
    coder = page.get_by_label("Coder", exact=True)
    timed("a row: its passages", lambda: _row(page).first.click(), blocks)
    for turn in ("first", "again"):
        timed(f"coder union, {turn}", lambda: coder.select_option("union"), f"{call.format('union')} && {silent}")
        timed(f"coder first, {turn}", lambda: coder.select_option("first"), f"{call.format('first')} && {silent}")
    timed("heatmap", lambda: page.get_by_role("tab", name="Co-occurrence").click(), f"{heat} && {silent}")
    timed("unit speaker", lambda: unit.select_option("speaker"), f"{call.format('speaker')} && {silent}")
    timed("unit turn, again", lambda: unit.select_option("turn"), f"{call.format('turn')} && {silent}")
    timed("a cell: its passages", lambda: page.locator(".dtstudy-heatmap button").first.click(), blocks)
    page.get_by_role("tab", name="Search").click()
    field = page.get_by_placeholder("a word, and Enter")
    field.fill(page.locator(".dtstudy-passage p").first.inner_text().split()[-2] if page.locator(".dtstudy-passage").count() else "a")
    timed("a word: where it is said", lambda: field.press("Enter"), f"{call.format('kwic')} && {silent}")
    disagreements = page.get_by_role("tab", name="Disagreements")
    timed("disagreements", disagreements.click, f"{call.format('agreement')} && {silent}")
    timed("a disagreement: side by side", lambda: _row(page).first.click(), "document.querySelector('.dtstudy-coders h4')")


def _row(page):
    return page.locator("table.dataTable tbody tr").locator("visible=true")


def main() -> None:
    if CHROMIUM is None:
        sys.exit("No Chromium is installed, so there is nothing to click in.")
    found = {}
    for size in [int(argument) for argument in sys.argv[1:]] or [1000, 1_000_000]:
        with tempfile.TemporaryDirectory() as place:
            construct(Path(place), size)
            found[size] = measure(Path(place))
    print(f"{'seconds, by codings':34}" + "".join(f"{size:>12,}" for size in found))
    for step in next(iter(found.values())):
        print(f"{step:34}" + "".join(f"{seconds[step]:12.2f}" for seconds in found.values()))


if __name__ == "__main__":
    main()
