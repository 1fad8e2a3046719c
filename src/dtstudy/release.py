"""The released exhibits: what a study's tables held when they were released, and what a fresh run says to that."""

import hashlib
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd

from dtstudy import exhibits
from dtstudy.chain import fresh, plan
from dtstudy.errors import InputError
from dtstudy.exhibits import Exhibit
from dtstudy.settings import Settings
from dtstudy.text import unguarded

FILE = "release.json"
TOLERANCE = 1e-6  # relative; numbers are released to seven digits
SHOWN_CELLS = 3
SAME, CLOSE, LINES, OTHER = "same", "within tolerance", "line endings only", "other parameters"
DIFFERS, MISSING = "differs", "not made"


def write(settings: Settings) -> Path:
    """Write release.json: digests, parameters and numbers of every exhibit of the last run; its path.

    Raises InputError where there was no run, or where an exhibit's file is no longer what the run wrote.
    """
    entries = exhibits.load(settings.derived)
    if not entries:
        raise InputError(f"{settings.name} has no exhibits to release. Run dtstudy report {settings.name}.")
    changed = exhibits.changed(settings.derived)
    if changed:
        raise InputError(
            f"{', '.join(changed)} changed since the run. Run dtstudy report {settings.name}, then release."
        )
    steps = _step_by_exhibit(settings)
    content = {entry.id: _released(settings, entry, steps.get(entry.id)) for entry in entries}
    file = settings.derived / FILE
    lines = ",\n".join(
        f" {json.dumps(name)}: {json.dumps(about, ensure_ascii=False)}" for name, about in content.items()
    )
    exhibits.write(file, f"{{\n{lines}\n}}\n".encode())
    return file


def compare(settings: Settings) -> pd.DataFrame:
    """The exhibits of the last run against the released ones.

    Returns
    -------
    DataFrame, one row per released exhibit; empty where nothing was released
        exhibit
        status : same, within tolerance, line endings only, other parameters, differs, not made
        detail : the cells that moved, or the parameters, in a few words
    """
    file = settings.derived / FILE
    rows = []
    if file.is_file():
        try:
            released = json.loads(file.read_text(encoding="utf-8"))
        except ValueError as error:
            raise InputError(
                f"{file.name} of {settings.name} is damaged ({error}). Restore it from version control."
            ) from None
        known = {entry.id: entry for entry in exhibits.load(settings.derived)}
        steps = _step_by_exhibit(settings)
        rows = [
            (name, *_compared(settings, about, known.get(name), steps.get(name))) for name, about in released.items()
        ]
    return pd.DataFrame(rows, columns=["exhibit", "status", "detail"])


def _released(settings: Settings, entry: Exhibit, step: str | None) -> dict[str, Any]:
    table = _table((settings.derived / f"tables/{entry.id}.csv").read_bytes())
    return {
        "files": entry.files,
        "parameters": _parameters(settings, step),
        "rows": len(table),
        "labels": _labels(table),
        "numbers": {column: [_number(value) for value in table[column]] for column in _numeric(table)},
    }


def _compared(settings: Settings, released: dict[str, Any], entry: Exhibit | None, step: str | None) -> tuple[str, str]:
    """Status and detail of one exhibit."""
    if entry is None:
        return MISSING, ""
    files = {name: (settings.derived / name) for name in released["files"]}
    lost = [name for name, file in files.items() if not file.is_file()]
    if lost:
        return MISSING, ", ".join(lost)
    now, then = _parameters(settings, step), released["parameters"]
    if now != then:
        moved = sorted({name for name in {*now, *then} if now.get(name) != then.get(name)})
        return OTHER, ", ".join(f"{name}: {then.get(name, 'none')} → {now.get(name, 'none')}" for name in moved)
    differing = [name for name, file in files.items() if _digest(file.read_bytes()) != released["files"][name]]
    if not differing:
        return SAME, ""
    table = f"tables/{entry.id}.csv"
    content = files[table].read_bytes()
    if _digest(content.replace(b"\r\n", b"\n")) == released["files"][table] and table in differing:
        return LINES, table
    cells = _moved(_table(content), released)
    if cells:
        more = f"; and {len(cells) - SHOWN_CELLS} more cells" if len(cells) > SHOWN_CELLS else ""
        return DIFFERS, "; ".join(cells[:SHOWN_CELLS]) + more
    drawn = ", ".join(differing)
    return CLOSE, f"{drawn}: {'numbers equal' if table in differing else 'drawn otherwise, the table is the same'}"


def _moved(table: pd.DataFrame, released: dict[str, Any]) -> list[str]:
    """The cells whose number is not the released one, or the first label that is another."""
    labels = _labels(table)
    if labels != released["labels"]:
        differing = [
            place for place, pair in enumerate(zip(labels, released["labels"], strict=False)) if len({*pair}) > 1
        ]
        if not differing:
            return [f"{released['rows']} rows → {len(labels)} rows"]
        return [f"row {differing[0] + 1}: {released['labels'][differing[0]]} → {labels[differing[0]]}"]
    numeric = _numeric(table)
    if list(released["numbers"]) != numeric:
        return [f"columns of numbers {', '.join(released['numbers'])} → {', '.join(numeric)}"]
    return [
        f"{label or f'row {row + 1}'}, {column}: {then} → {now}"
        for column, values in released["numbers"].items()
        for row, (label, then, now) in enumerate(zip(labels, values, map(_number, table[column]), strict=True))
        if not _close(then, now)
    ]


def _close(then: float | None, now: float | None) -> bool:
    if then is None or now is None:
        return then is now
    return abs(then - now) <= TOLERANCE * max(abs(then), abs(now))


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(f"{float(value):.7g}")


def _table(content: bytes) -> pd.DataFrame:
    """The table of an exhibit's file, its texts as they were before they were guarded against spreadsheets."""
    table = pd.read_csv(StringIO(content.decode("utf-8"))).rename(columns=unguarded)
    return table.assign(**{name: table[name].map(unguarded, na_action="ignore") for name in _texts(table)})


def _numeric(table: pd.DataFrame) -> list[str]:
    return [column for column in table if pd.api.types.is_numeric_dtype(table[column])]


def _labels(table: pd.DataFrame) -> list[str]:
    """The cells of text of each row, by which a row is called and in which a change of words shows."""
    cells = table[_texts(table)].fillna("").astype("str").to_numpy()
    return [" · ".join(cell for cell in row if cell) for row in cells]


def _texts(table: pd.DataFrame) -> list[str]:
    return [column for column in table if not pd.api.types.is_numeric_dtype(table[column])]


def _step_by_exhibit(settings: Settings) -> dict[str, str]:
    return {name: step.name for step in plan.load(settings.project / "notebooks").steps for name in step.writes}


def _parameters(settings: Settings, step: str | None) -> dict[str, str]:
    """What the step was given beyond the notebook's own settings, and whether it had the paper's text."""
    record = fresh.record(settings, step) if step else None
    if record is None:
        return {}
    given = {name: value for name, value in record["key"]["parameter"].items() if name != "study"}
    return given | ({"papers": "supplied"} if "the paper's text" in record["key"]["input"] else {})


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
