"""Exhibits: numbered tables and figures with caption, definition and kind of data, as files."""

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import pandas as pd

from dtstudy.errors import InputError, near
from dtstudy.write import csv

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Data = Literal["published", "paper text", "constructed", "collected"]
MANIFEST = "exhibits.json"


@dataclass(frozen=True)
class Exhibit:
    """One entry of exhibits.json.

    `title` names it; `caption` says what is seen; `definition` says how it was counted; `data` is the kind of
    data; `files` maps each file, relative to the study's output, to its SHA-256; `shown` is the table as a
    reader sees it: heads and rows of text.
    """

    id: str
    title: str
    caption: str
    data: Data
    definition: str
    files: dict[str, str]
    notebook: str | None = None
    shown: dict[str, list] | None = None


def save(
    output: Path,
    exhibit: str,
    table: pd.DataFrame,
    figure: "Figure | None" = None,
    *,
    title: str,
    caption: str,
    data: Data,
    definition: str,
    shown: pd.DataFrame | None = None,
) -> Exhibit:
    """Write an exhibit's table as CSV, its figure as PNG and SVG, and its entry in exhibits.json.

    The same table and figure give the same bytes on every run. Raises InputError for an unknown kind of data.
    """
    if data not in get_args(Data):
        raise InputError(f"Exhibit '{exhibit}': the kind of data '{data}' is unknown; {near(data, get_args(Data))}")
    contents = {f"tables/{exhibit}.csv": csv.lines(table, end="\n")}
    if figure is not None:
        contents |= {f"figures/{exhibit}.{suffix}": _draw(figure, suffix) for suffix in ("png", "svg")}
    for name, content in contents.items():
        write(output / name, content)
    entry = Exhibit(
        id=exhibit,
        title=title,
        caption=caption,
        data=data,
        definition=definition,
        files={name: hashlib.sha256(content).hexdigest() for name, content in contents.items()},
        shown=None if shown is None else _as_text(shown),
    )
    collect(output, [entry])
    return entry


def load(output: Path) -> list[Exhibit]:
    """The exhibits written so far, in the order of their first writing; none where nothing was written."""
    file = output / MANIFEST
    if not file.is_file():
        return []
    try:
        return [Exhibit(**entry) for entry in json.loads(file.read_text(encoding="utf-8"))]
    except (json.JSONDecodeError, TypeError):
        raise InputError(f"{file} is damaged. Run dtstudy report to write it again.") from None


def collect(output: Path, entries: list[Exhibit]) -> None:
    """Put entries into exhibits.json, each in the place of the one with its id, else at the end."""
    known = {entry.id: entry for entry in load(output)} | {entry.id: entry for entry in entries}
    replace_all(output, list(known.values()))


def replace_all(output: Path, entries: list[Exhibit]) -> None:
    """Make these the entries of exhibits.json, in this order."""
    text = json.dumps([asdict(entry) for entry in entries], ensure_ascii=False, indent=1)
    write(output / MANIFEST, (text + "\n").encode())


def changed(output: Path) -> list[str]:
    """Files of exhibits that are no longer what was written: missing or with another digest."""
    return [
        name
        for entry in load(output)
        for name, digest in entry.files.items()
        if not (output / name).is_file() or hashlib.sha256((output / name).read_bytes()).hexdigest() != digest
    ]


def write(file: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        half.write_bytes(content)
        half.replace(file)
    finally:
        half.unlink(missing_ok=True)


def _draw(figure: "Figure", suffix: str) -> bytes:
    from io import BytesIO

    import matplotlib as mpl

    stream = BytesIO()
    metadata = {"png": {"Software": None}, "svg": {"Date": None, "Creator": None}}[suffix]
    with mpl.rc_context({"svg.hashsalt": "dtstudy", "svg.fonttype": "path"}):
        figure.savefig(stream, format=suffix, dpi=300, metadata=metadata)
    return stream.getvalue()


def _as_text(shown: pd.DataFrame) -> dict[str, list]:
    cells = shown.astype("object").where(shown.notna(), "")
    return {
        "head": [str(column) for column in shown.columns],
        "rows": [[str(cell) for cell in row] for row in cells.to_numpy()],
    }
