"""Raw files to text and to coded projects: one module per format.

A module that reads a transcript has a function `transcript` or `text` and is named by the suffix; one that reads a
project has `knows` and `project` (see `dtstudy.read.project`).
"""

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

from dtstudy.errors import InputError

LONGEST_LINE = 10_000_000  # characters; nobody speaks that long in one breath
MOST_LINES = 500_000  # nor that often: it is two hundred hours of talk


@dataclass(frozen=True)
class Label:
    """Where a format itself says who speaks: the label's place in the text (empty if it is not in it) and the name."""

    start: int
    end: int
    name: str


@dataclass(frozen=True)
class Transcript:
    """A raw transcript: its text with LF line ends, and what its format says beyond the text.

    `labels` in the order of the text; `times` are (offset, seconds from the start of the recording).
    """

    text: str
    labels: tuple[Label, ...] = ()
    times: tuple[tuple[int, float], ...] = ()


def suffixes() -> list[str]:
    """Suffixes that can be read as a transcript, each the name of a module here that has `transcript` or `text`."""
    return sorted(f".{module.name}" for module in iter_modules(__path__) if _reader(module.name))


@cache
def _reader(name: str) -> ModuleType | None:
    """The module of that name if it reads transcripts; no other is loaded, for some of them are heavy."""
    if name not in {module.name for module in iter_modules(__path__)}:
        return None
    module = import_module(f"{__name__}.{name}")
    own = {name for name, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__}
    return module if own & {"transcript", "text"} else None


def text(file: Path) -> str:
    """The text of a file, whatever its format. Raises InputError where it has none or cannot be read."""
    return transcript(file).text


def transcript(file: Path) -> Transcript:
    """A file as a transcript, whatever its format. Raises InputError where it holds no text or cannot be read."""
    module = _reader(file.suffix[1:].lower())
    if module is None:
        raise InputError(f"{file}: files of type '{file.suffix}' are not read; use one of {', '.join(suffixes())}.")
    try:
        found = module.transcript(file) if hasattr(module, "transcript") else Transcript(module.text(file))
    except OSError as error:
        raise InputError(f"{file}: {error.strerror or error}. Check the name and the permissions.") from None
    if not found.text.strip():
        raise InputError(f"{file}: it holds no text. Supply a file with a text layer.")
    if why := no_speech(found.text):
        raise InputError(f"{file}: {why}, so it is no transcript. Check how the file was exported.")
    return found


def no_speech(text: str) -> str:
    """Why a text cannot be what people said; empty where it can."""
    lines = text.count("\n") + 1
    if lines > MOST_LINES:
        return f"it has {lines:,} lines"
    longest = max(map(len, text.split("\n"))) if len(text) > LONGEST_LINE else 0
    return f"it has a line of more than {LONGEST_LINE:,} characters" if longest > LONGEST_LINE else ""


def joined(pieces: list[tuple[str, str | None, float | None]]) -> Transcript:
    """Pieces of speech, each (text, speaker, seconds), as one transcript with a line for each."""
    lines, labels, times, place = [], [], [], 0
    for words, speaker, seconds in pieces:
        if speaker:
            labels.append(Label(place, place, speaker))
        if seconds is not None:
            times.append((place, seconds))
        lines.append(words)
        place += len(words) + 1
    return Transcript("\n".join(lines), tuple(labels), tuple(times))
