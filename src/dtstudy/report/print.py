"""The report as a tagged PDF, set by typst from the same content; fonts embedded, the same bytes on every run."""

import json
from pathlib import Path
from typing import Any

from dtstudy.report.content import Content, Shown, fits_a_page, without_turns

PROSE = 24  # characters, from which a cell is prose and may be broken
TEMPLATE = Path(__file__).parent / "templates" / "report.typ"


def render(content: Content) -> bytes:
    """The PDF. Figures are read from the study's derived folder, which is as far as the compiler may look."""
    import matplotlib
    import typst

    return typst.compile(
        TEMPLATE.read_bytes(),
        root=content.settings.derived,
        font_paths=[Path(matplotlib.get_data_path()) / "fonts" / "ttf"],
        ignore_system_fonts=True,
        sys_inputs={"report": without_turns(json.dumps(_about(content), ensure_ascii=False))},
        pdf_standards="ua-1",
        timestamp=0,
    )


def _about(content: Content) -> dict[str, Any]:
    """The content as plain values, for the template to set."""
    about, paper = content.settings.about, content.settings.paper
    return {
        "title": about.title,
        "over": "A recount of a published study" if paper else f"A study on {content.data} data",
        "sentence": about.sentence,
        "note": about.note,
        "score": content.score,
        "kinds": content.kinds,
        "facts": _facts(content),
        "chapters": [
            {"title": chapter.title, "question": chapter.question, "exhibits": [_exhibit(shown) for shown in exhibits]}
            for chapter, exhibits in content.chapters
        ],
    }


def _facts(content: Content) -> dict[str, str]:
    """What the box on the first page says: study, paper, and from what and with what the report was made."""
    about, paper, run = content.settings.about, content.settings.paper, content.run
    facts = {"Study": f"{about.place}, {about.fieldwork}. {about.method}."}
    if paper:
        facts["Paper"] = f"{paper.citation} {paper.licence}."
    if run:
        commit = run["commit"]
        state = "clean tree" if commit and commit["clean"] else "with changes not committed"
        facts["Code"] = f"commit {commit['id'][:12]}, {state}" if commit else "not a git checkout"
        facts["Inputs"] = f"{len(run['inputs'])} files, {len(run['notebooks'])} notebooks; digests in provenance.json"
        facts["Environment"] = f"Python {run['python']}; lock {(run['lock'] or 'none')[:12]}"
    return facts


def _exhibit(shown: Shown) -> dict[str, Any]:
    exhibit = shown.exhibit
    table = exhibit.shown if exhibit.shown and fits_a_page(shown) else None
    return {
        "id": exhibit.id,
        "number": shown.number,
        "title": exhibit.title,
        "caption": exhibit.caption,
        "data": exhibit.data,
        "definition": exhibit.definition,
        "figure": f"/figures/{exhibit.id}.svg" if shown.figure else None,
        "head": table["head"] if table else None,
        "rows": table["rows"] if table else [],
        "numeric": list(shown.numeric),
        "widths": _widths(table) if table else [],
        "elsewhere": f"tables/{exhibit.id}.csv" if exhibit.shown and not table else None,
        "length": len(exhibit.shown["rows"]) if exhibit.shown else 0,
    }


def _widths(table: dict[str, list]) -> list[int]:
    """Shares of the page for columns of prose; 0 for a column as wide as what it holds."""
    longest = [max(len(cell) for cell in column) for column in zip(table["head"], *table["rows"], strict=True)]
    return [round(length**0.5) if length > PROSE else 0 for length in longest]
