"""The report: exhibits bound into one document in three formats, and an index over all studies."""

import hashlib
import json
from importlib import import_module
from pathlib import Path

from dtstudy import exhibits
from dtstudy.chain import fresh
from dtstudy.errors import InputError, near
from dtstudy.settings import Settings, load, study_names

RENDERERS = {"html": "page", "docx": "word", "pdf": "print"}


def formats(text: str) -> tuple[str, ...]:
    """The formats named in a list with commas. Raises InputError for one there is not.

    >>> formats("html, docx")
    ('html', 'docx')
    """
    wanted = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    for name in wanted:
        if name not in RENDERERS:
            raise InputError(f"There is no format '{name}'; {near(name, RENDERERS)}")
    return wanted or tuple(RENDERERS)


def build(settings: Settings, wanted: tuple[str, ...] = tuple(RENDERERS)) -> list[Path]:
    """Write the report in the formats wanted from the exhibits of the last run; the paths.

    Raises InputError where an exhibit of a chapter was never written.
    """
    from dtstudy.report import content

    gathered = content.gather(settings)
    for name, file in zip(wanted, files(settings, wanted), strict=True):
        exhibits.write(file, import_module(f"dtstudy.report.{RENDERERS[name]}").render(gathered))
    return files(settings, wanted)


def files(settings: Settings, wanted: tuple[str, ...]) -> list[Path]:
    """Where the report lies in each format."""
    return [settings.derived / f"report.{name}" for name in wanted]


def is_fresh(settings: Settings, wanted: tuple[str, ...]) -> bool:
    """Whether the report, and the scan for names behind it, stands on what is there now."""
    record = _record(settings)
    return record.is_file() and record.read_text(encoding="utf-8") == _digest(settings, wanted)


def pass_as_fresh(settings: Settings, wanted: tuple[str, ...]) -> None:
    """Note that the report is written and free of names."""
    exhibits.write(_record(settings), _digest(settings, wanted).encode())


def build_index(project: Path) -> Path:
    """Write data/derived/index.html over all studies that have a report."""
    from dtstudy.report import content, page

    found = [load(name, project) for name in study_names(project)]
    have = {own.name: [file.name for file in files(own, tuple(RENDERERS)) if file.is_file()] for own in found}
    reported = [content.gather(own) for own in found if have[own.name] and _gathers(own)]
    file = project / "data" / "derived" / "index.html"
    rendered = page.render_index(reported, have)
    if not file.is_file() or file.read_bytes() != rendered:
        exhibits.write(file, rendered)
    return file


def _gathers(settings: Settings) -> bool:
    from dtstudy.report import content

    try:
        return bool(content.gather(settings))
    except InputError:
        return False


def _record(settings: Settings) -> Path:
    return settings.derived / "steps" / "report"


def _digest(settings: Settings, wanted: tuple[str, ...]) -> str:
    return hashlib.sha256(json.dumps(_key(settings, wanted)).encode()).hexdigest()


def _key(settings: Settings, wanted: tuple[str, ...]) -> dict[str, object]:
    """Digests of what the report is made of and of all that would be shared with it."""
    templates = sorted((Path(__file__).parent / "templates").iterdir())
    raw = sorted(file for file in settings.raw.glob("*.*") if file.is_file())
    notebooks = sorted((settings.project / "notebooks").glob("*.*"))
    shared = [file for file in sorted(settings.derived.rglob("*")) if file.is_file() and file != _record(settings)]
    return {
        "formats": list(wanted),
        "files": {str(file): fresh.digest_of(file) for file in [*templates, *raw, *notebooks, *shared]},
        "modules": fresh.modules("from dtstudy import report, disclosure"),
    }
