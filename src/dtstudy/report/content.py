"""What a report holds, whatever its format: chapters, numbered exhibits, provenance. Every number is an exhibit's."""

import base64
import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dtstudy import exhibits
from dtstudy.chain import plan
from dtstudy.chain.plan import Chapter
from dtstudy.errors import InputError
from dtstudy.exhibits import Exhibit
from dtstudy.settings import Settings

PRINTED_ROWS = 30  # a table beneath a figure is printed up to this length
LONGEST = 10_000  # characters of a cell or a sentence that is shown: four pages; what is longer is in the table's file
OPEN_ROWS = 8  # a table beneath a figure stands open up to this length, and is folded beyond
NUMBER = re.compile(r"[<≤]?-?\d[\d.,]*( ?%)?|–|(?P<of>\d+ of \d+)")
TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
KINDS = {
    "published": "numbers and structure as the paper prints them",
    "paper text": "the paper's quotations, found in a copy of its text or counted by their stored places",
    "constructed": "transcripts and codings invented for this package; never a finding of the study",
    "collected": "transcripts and codings of the study itself, as its researchers handed them over",
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


@dataclass(frozen=True)
class Content:
    """What every format of a study's report is made of: chapters with their exhibits, and where these come from."""

    settings: Settings
    chapters: tuple[tuple[Chapter, tuple[Shown, ...]], ...]
    run: dict[str, Any]

    @property
    def shown(self) -> list[Shown]:
        """The exhibits in order."""
        return [shown for _, exhibits in self.chapters for shown in exhibits]

    @property
    def score(self) -> str:
        """The score of the verdicts as a sentence; empty for a study without a published record."""
        return next((shown.exhibit.caption for shown in self.shown if shown.exhibit.id == "score"), "")

    @property
    def title(self) -> str:
        """The title of the page."""
        return f"{self.settings.about.title}: {'a recount' if self.settings.paper else f'{self.data} data'}"

    @property
    def data(self) -> str:
        """The kind of the study's transcripts; without any, that of its exhibits."""
        if self.settings.transcripts:
            return self.settings.transcripts.data
        return next(reversed(self.kinds), "published")

    @property
    def kinds(self) -> dict[str, str]:
        """The kinds of data in the report, each with its meaning."""
        present = {shown.exhibit.data for shown in self.shown}
        return {kind: meaning for kind, meaning in KINDS.items() if kind in present}


def gather(settings: Settings) -> Content:
    """The content of a study's report, from the exhibits of the last run.

    Raises InputError where an exhibit of a chapter was never written.
    """
    chapters = plan.load(settings.project / "notebooks").of(settings.raw).chapters
    known = {exhibit.id: exhibit for exhibit in exhibits.load(settings.derived)}
    names = [name for chapter in chapters for name in chapter.exhibits]
    missing = [name for name in names if name not in known]
    if missing:
        raise InputError(f"The exhibits {', '.join(missing)} were not written yet. Run dtstudy report {settings.name}.")
    shown = {name: _shown(number, known[name], settings.derived) for number, name in enumerate(names, 1)}
    bound = tuple((chapter, tuple(shown[name] for name in chapter.exhibits)) for chapter in chapters)
    return Content(settings, bound, _run(settings))


def fits_a_page(shown: Shown) -> bool:
    """Whether a table is printed: on paper nothing unfolds, so a long one beneath its figure stays a file."""
    return shown.figure is None or len(shown.exhibit.shown["rows"]) <= PRINTED_ROWS


def cut(text: str, exhibit: str) -> str:
    """A text as it is shown: one that is too long breaks off, and says how much is left out and where it stands.

    >>> cut("a" * 10_003, "table-1")[9_998:]
    'aa … (3 more characters are in tables/table-1.csv)'
    """
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]} … ({len(text) - LONGEST:,} more characters are in tables/{exhibit}.csv)"


def without_turns(text: str) -> str:
    """A text without the marks that turn the direction of what follows: print has no element to keep them in.

    >>> without_turns("left \u202eright\u202c")
    'left right'
    """
    return TURNS.sub("", text)


def _cut(exhibit: Exhibit) -> Exhibit:
    """The exhibit with each of its texts as it is shown."""
    told = {name: cut(getattr(exhibit, name), exhibit.id) for name in ("title", "caption", "definition")}
    rows = [[cut(cell, exhibit.id) for cell in row] for row in exhibit.shown["rows"]] if exhibit.shown else []
    return replace(exhibit, **told, shown={**exhibit.shown, "rows": rows} if exhibit.shown else None)


def _shown(number: int, exhibit: Exhibit, folder: Path) -> Shown:
    exhibit = _cut(exhibit)
    figures = [name for name in exhibit.files if name.endswith(".svg")]
    figure = base64.b64encode((folder / figures[0]).read_bytes()).decode() if figures else None
    rows = exhibit.shown["rows"] if exhibit.shown else []
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(exhibit.shown["head"] if exhibit.shown else ())
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
