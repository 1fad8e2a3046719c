"""The report as one page of HTML that needs no network and no script."""

from pathlib import Path
from typing import Any

from dtstudy.report.content import Content

TEMPLATES = Path(__file__).parent / "templates"


def render(content: Content) -> bytes:
    """The page, whole: style, figures and tables are inside it."""
    return (
        _template("report.html.jinja")
        .render(
            name=content.settings.name,
            title=content.title,
            about=content.settings.about,
            paper=content.settings.paper,
            data=content.data,
            score=content.score,
            chapters=content.chapters,
            kinds=content.kinds,
            run=content.run,
            style=(TEMPLATES / "report.css").read_text(encoding="utf-8"),
        )
        .encode()
    )


def render_index(contents: list[Content], formats: dict[str, list[str]]) -> bytes:
    """A page over all studies: title, sentence, score, and links to each format there is."""
    return (
        _template("index.html.jinja")
        .render(studies=contents, formats=formats, style=(TEMPLATES / "report.css").read_text(encoding="utf-8"))
        .encode()
    )


def _template(name: str) -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("dtstudy.report", "templates")
    return Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    ).get_template(name)
