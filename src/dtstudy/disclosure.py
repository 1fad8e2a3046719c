"""Would what is shared name anybody? A scan of every file for the names of the roster and the listed places."""

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from dtstudy import names
from dtstudy.settings import Settings

_EMBEDDED = re.compile(r"base64,[A-Za-z0-9+/=\s]+|\b[0-9a-f]{32,}\b")  # pictures and digests hold letters, not names
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")  # of a traceback: a name after one begins no word
_PICTURES = ("image/png", "image/jpeg", "application/pdf")
CONTEXT = 30


@dataclass(frozen=True)
class Leak:
    """A name that survives: the file, where in it, and the surroundings with the name masked."""

    file: str
    place: str
    around: str


def scan(settings: Settings) -> list[Leak]:
    """Every name of the roster and every listed place in what the study shares: its derived folder, the notebooks.

    Read are file names, tables, notebooks with their outputs, figures' text, the report, the provenance and the
    corpus. Empty for a study without transcripts.
    """
    if settings.transcripts is None:
        return []
    known = known_names(settings)
    made = [file for file in settings.derived.rglob("*") if file.is_file() and file.name != "paper.txt"]
    files = sorted([*made, *(settings.project / "notebooks").glob("*.ipynb")])
    return [leak for file in files for leak in _leaks(file, file.relative_to(settings.project).as_posix(), known)]


def scan_contents(settings: Settings, contents: Mapping[str, bytes]) -> list[Leak]:
    """The same of files that are not yet written: each a name, and content that is text or XML in UTF-8."""
    if settings.transcripts is None:
        return []
    known = known_names(settings)
    found = []
    for name, content in contents.items():
        text = content.decode("utf-8", errors="replace")
        text = html.unescape(text) if name.endswith((".qde", ".qdc")) else text  # no name hides behind an entity
        found += _named(name, [("text", text)], known)
    return found


def known_names(settings: Settings) -> names.Names:
    """The names of a study's people and places; none where it has no transcripts."""
    about = settings.transcripts
    if about is None:
        return names.none()
    return names.load(settings.place(about.roster), settings.place(about.places))


def masked_notebook(text: str, known: names.Names) -> str:
    """A notebook, as its file holds it, with every name in sources and outputs replaced."""

    def masked(value: Any) -> Any:
        if isinstance(value, str):
            return known.masked(_COLOURS.sub("", value))
        if isinstance(value, list) and value and all(isinstance(inner, str) for inner in value):
            return masked("".join(value)).splitlines(keepends=True)  # a name may go over two lines of an output
        if isinstance(value, list):
            return [masked(inner) for inner in value]
        if isinstance(value, dict):
            return {key: inner if key in _PICTURES else masked(inner) for key, inner in value.items()}
        return value

    return json.dumps(masked(json.loads(text)), ensure_ascii=False, indent=1) + "\n"


def write_key(settings: Settings) -> Path:
    """Write the key from names to pseudonyms where study.toml says, readable by its owner alone."""
    about = settings.transcripts
    key = settings.place(about.key)
    key.parent.mkdir(parents=True, exist_ok=True)
    content = settings.place(about.roster).read_bytes()
    key.touch(mode=0o600)
    key.chmod(0o600)  # before the names go in
    key.write_bytes(content)
    return key


def _leaks(file: Path, shown: str, known: names.Names) -> Iterator[Leak]:
    yield from _named(shown, _texts(file), known)


def _named(shown: str, texts: Iterable[tuple[str, str]], known: names.Names) -> Iterator[Leak]:
    """Names in the file's name and in its texts, each with the place it has there."""
    for place, text in [("file name", re.sub(r"[_\-.]", " ", Path(shown).name)), *texts]:
        text = _EMBEDDED.sub(lambda match: " " * len(match[0]), text)
        for start, end, new, _ in known.find(text):
            line = f"line {text.count(chr(10), 0, start) + 1}" if place == "text" else place
            around = f"{text[max(0, start - CONTEXT) : start]}[{new}]{text[end : end + CONTEXT]}"
            yield Leak(shown, line, " ".join(around.split()))


def _texts(file: Path) -> Iterator[tuple[str, str]]:
    """The texts in a file, each with the place it has there."""
    if file.suffix == ".parquet":
        yield from _columns(file)
    elif file.suffix == ".ipynb":
        yield from _cells(json.loads(file.read_text(encoding="utf-8")))
    elif file.suffix in (".png", ".pdf", ".docx"):
        yield from _metadata(file)
    else:
        yield "text", file.read_text(encoding="utf-8", errors="replace")


def _columns(file: Path) -> Iterator[tuple[str, str]]:
    import pandas as pd

    table = pd.read_parquet(file)
    for column in table.select_dtypes(["str", "object"]):
        for row, text in enumerate(table[column].dropna().astype("str"), 1):
            yield f"column {column}, row {row}", text


def _cells(notebook: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for number, cell in enumerate(notebook["cells"], 1):
        yield f"cell {number}", "".join(cell["source"])
        for output in cell.get("outputs", []):
            data = {kind: value for kind, value in output.get("data", {}).items() if kind not in _PICTURES}
            yield (
                f"cell {number}, output",
                _COLOURS.sub("", "\n".join(_strings([data, output.get("text", ""), output.get("traceback", "")]))),
            )


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for inner in value.values() for text in _strings(inner))
    elif isinstance(value, list):
        yield (
            "".join(value)
            if all(isinstance(inner, str) for inner in value)
            else "\n".join(text for inner in value for text in _strings(inner))
        )


def _metadata(file: Path) -> Iterator[tuple[str, str]]:
    if file.suffix == ".png":
        from PIL import Image

        with Image.open(BytesIO(file.read_bytes())) as picture:
            yield "metadata", "\n".join(str(value) for value in picture.info.values())
