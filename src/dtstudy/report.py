"""The report: exhibits bound into one page that needs no network and no script."""

import base64
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dtstudy import exhibits
from dtstudy.chain import plan
from dtstudy.errors import InputError
from dtstudy.exhibits import Exhibit
from dtstudy.settings import Settings

OPEN_ROWS = 8  # a table beneath a figure stands open up to this length, and is folded beyond
NUMBER = re.compile(r"[<≤]?-?\d[\d.,]*( ?%)?|–|(?P<of>\d+ of \d+)")
KINDS = {
    "published": "numbers and structure as the paper prints them",
    "paper text": "the paper's quotations, found in a copy of its text or counted by their stored places",
    "constructed": "transcripts and codings invented for this package; never a finding of the study",
}


@dataclass(frozen=True)
class Shown:
    """An exhibit as the page shows it.

    Its number, its figure as SVG in base64, and which columns hold numbers.
    """

    number: int
    exhibit: Exhibit
    figure: str | None
    numeric: tuple[bool, ...]
    folded: bool
    quoted: tuple[tuple[str, str, tuple[dict[str, str], ...]], ...]


def build(settings: Settings) -> Path:
    """Write report.html from the exhibits of the last run and return its path.

    Raises InputError where an exhibit of a chapter was never written.
    """
    chapters = plan.load(settings.project / "notebooks").of(settings.raw).chapters
    known = {exhibit.id: exhibit for exhibit in exhibits.load(settings.derived)}
    missing = [name for chapter in chapters for name in chapter.exhibits if name not in known]
    if missing:
        raise InputError(f"The exhibits {', '.join(missing)} were not written yet. Run dtstudy report {settings.name}.")
    names = [name for chapter in chapters for name in chapter.exhibits]
    shown = {name: _shown(number, known[name], settings.derived) for number, name in enumerate(names, 1)}
    page = _template("report.html.jinja").render(
        name=settings.name,
        about=settings.about,
        paper=settings.paper,
        score=known["score"].caption if "score" in known else "",
        chapters=[(chapter, [shown[name] for name in chapter.exhibits]) for chapter in chapters],
        kinds={kind: meaning for kind, meaning in KINDS.items() if any(known[name].data == kind for name in names)},
        run=_run(settings),
        style=(Path(__file__).parent / "templates" / "report.css").read_text(encoding="utf-8"),
    )
    file = settings.derived / "report.html"
    exhibits.write(file, page.encode())
    return file


def _template(name: str) -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("dtstudy", "templates")
    return Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    ).get_template(name)


def _shown(number: int, exhibit: Exhibit, folder: Path) -> Shown:
    figures = [name for name in exhibit.files if name.endswith(".svg")]
    figure = base64.b64encode((folder / figures[0]).read_bytes()).decode() if figures else None
    rows = exhibit.shown["rows"] if exhibit.shown else []
    columns = list(zip(*rows, strict=True))
    numeric = tuple(any(column) and all(NUMBER.fullmatch(cell) for cell in column if cell) for column in columns)
    quoted = _quoted(exhibit)
    return Shown(number, exhibit, figure, numeric, bool(figure or quoted) and len(rows) > OPEN_ROWS, quoted)


def _quoted(exhibit: Exhibit) -> tuple[tuple[str, str, tuple[dict[str, str], ...]], ...]:
    """Quotations by section and theme, where the exhibit holds their words."""
    if exhibit.shown is None or "Quotation" not in exhibit.shown["head"]:
        return ()
    rows = [dict(zip(exhibit.shown["head"], row, strict=True)) for row in exhibit.shown["rows"]]
    themes = dict.fromkeys((row["Section"], row["Theme"]) for row in rows)
    return tuple((*theme, tuple(row for row in rows if (row["Section"], row["Theme"]) == theme)) for theme in themes)


def _run(settings: Settings) -> dict[str, Any]:
    """What the reproducibility box says, from provenance.json."""
    file = settings.derived / "provenance.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
