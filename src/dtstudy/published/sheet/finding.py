"""What one check of a typed table found, and how its cells are read."""

import re
from dataclasses import dataclass
from typing import Literal

from dtstudy.errors import InputError

NOTHING = {"", "-", "–", "—", "na", "n/a", "nan"}


@dataclass(frozen=True)
class Finding:
    """Which row, which check, the verdict as a word, and a sentence."""

    row: str
    check: str
    verdict: Literal["agrees", "question", "no power", "told"]
    sentence: str


def number(cell: str, where: str) -> str:
    """The number in a cell as it is printed: without a sign of per cent or commas between thousands."""
    plain = re.sub(r"(?<=\d),(?=\d{3}\b)", "", cell.removesuffix("%").strip()).replace("−", "-")
    if not re.fullmatch(r"-?(\d+\.?\d*|\.\d+)", plain):
        raise InputError(f"{where}: '{cell}' is not a number. Mend it, or leave the cell empty.")
    return plain


def whole(cell: str, where: str) -> int:
    """The whole number from 0 in a cell."""
    plain = number(cell, where)
    if not plain.isdigit():
        raise InputError(f"{where}: '{cell}' is not a whole number from 0.")
    return int(plain)
