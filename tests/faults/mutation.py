"""Harm done to a whole file: to its bytes, and to what its format makes of them."""

from dataclasses import replace
from pathlib import Path
from random import Random

from .containers import PDF, SQLITE, ZIP
from .damage import BYTES, TABLE, TEXT, XML, Change
from .specimens import Specimen


def mutated(specimen: Specimen, chance: Random) -> Specimen:
    """The specimen with one to four harms done to one of its files, or with another name for it."""
    name = chance.choice(sorted(specimen.files))
    content = specimen.files[name]
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        content = chance.choice(_changes(name, content))(content, chance)
    files = {**specimen.files, name: content}
    if "/" in name and name.rpartition("/")[0] in specimen.given and chance.random() < 0.1:
        files[_named(name, chance)] = files.pop(name)
    return replace(specimen, files=files)


def _changes(name: str, content: bytes) -> list[Change]:
    """The harms that suit a file; those of its format twice as often as those of its bytes."""
    own: list[Change] = []
    if content.startswith(b"PK"):
        own = [*ZIP, *ZIP]
    elif content.startswith(b"SQLite"):
        own = SQLITE * 4
    elif content.startswith(b"%PDF"):
        own = PDF * 4
    elif name.endswith(".qdc"):
        own = XML * 2
    elif name.endswith(".csv"):
        own = TABLE * 2
    return [*own, *(TEXT if not content.startswith((b"PK", b"SQLite", b"%PDF")) else []), *BYTES]


def _named(name: str, chance: Random) -> str:
    """Another name for a file of a folder, of letters that a disk takes."""
    folder, _, own = name.rpartition("/")
    suffix = chance.choice([Path(own).suffix] * 3 + [".txt", ".csv", ".docx", ".pdf", ".odt", ".vtt", ".XYZ", ""])
    stem = chance.choice(
        ["=1", "-rf", "a\nb", "\udcff\udcfe", "‮gnp", "a" * 240, "~$a", "con", "Maria Rosa", "a;b,c", "\x1b[31m"]
    )
    return f"{folder}/{stem}{suffix}"
