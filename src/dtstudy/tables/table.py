"""How a table is shown: in a notebook through a Styler, elsewhere as text; the same bytes every time."""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from textwrap import wrap
from typing import Any

import pandas as pd

MOST = 60  # rows shown; the file of the exhibit has them all
WIDE = 36  # letters from which on a column of text asks for room
LINE, TEXT_WIDTH, HEAD_WIDTH = 110, 30, 10  # letters in a line of plain text, of a cell, of a head
_NUMBER = re.compile(r"[<+−-]?\d*[.,]?\d[\d,.]*( %| \*)?|–|")
_CLASSES = {"data": "d", "row": "r", "col": "c", "col_heading": "h", "level": "l"}
_LEFT = [("text-align", "left"), ("vertical-align", "top"), ("white-space", "pre-line")]
_RIGHT = [("text-align", "right"), ("font-variant-numeric", "tabular-nums")]
_CAPTION = [("caption-side", "top"), ("text-align", "left"), ("padding-bottom", "0.6em"), ("max-width", "60em")]


@dataclass(frozen=True)
class Told:
    """What stands over a table: the exhibit it is, its title, the kind of data, what is seen, how it was counted."""

    exhibit: str
    title: str
    data: str
    caption: str
    definition: str


class Table(pd.DataFrame):
    """A frame to be read: heads and cells as they are printed, numbers to the right, text to the left and wrapped.

    It is a DataFrame in all else, and what is taken from it by rows or columns is shown in the same way.
    """

    _metadata = ["told"]  # noqa: RUF012  pandas carries it along
    told: Told | None = None

    @property
    def _constructor(self) -> "type[Table]":
        return Table

    def _repr_html_(self) -> str:
        cells, numbers = _cells(self)
        alike = hashlib.sha256(repr((list(cells), numbers)).encode()).hexdigest()[:8]  # tables alike share a style
        styler = cells.style.format(escape="html").format_index(escape="html", axis="columns").hide(axis="index")
        styler.uuid, styler.cell_ids = re.sub(r"\W", "-", self.told.exhibit) if self.told else alike, False
        rules = [{"selector": "caption", "props": _CAPTION}, {"selector": "td, th", "props": _LEFT}]
        for place, number in enumerate(numbers):
            if number:
                rules.append({"selector": f".c{place}", "props": _RIGHT})
            elif cells.iloc[:, place].str.len().max() >= WIDE:
                rules.append({"selector": f".c{place}", "props": [("min-width", "16em")]})
        styler.set_table_styles(rules, css_class_names=_CLASSES)
        if self._over():
            head, *rest = map(_escaped, self._over())
            styler.set_caption("<br>".join([f"<strong>{head}</strong>", *rest]))
        return styler.to_html()

    def __repr__(self) -> str:
        cells, numbers = _cells(self)
        columns = [_column(name, list(cells.iloc[:, place]), numbers[place]) for place, name in enumerate(cells)]
        rows = ["\n".join("  ".join(line).rstrip() for line in _level(row)) for row in zip(*columns, strict=True)]
        rule = "  ".join("-" * len(column[0][0]) for column in columns)
        over = [line for text in self._over() for line in wrap(text, LINE)]
        return "\n".join([*over, *([""] if over else []), *rows[:1], rule, *rows[1:]])

    def _over(self) -> list[str]:
        """The lines over the table: title and kind of data, what is seen, how it was counted, rows left out."""
        told = self.told
        lines = [f"{told.title} (data: {told.data})", told.caption, told.definition] if told else []
        return lines + ([f"The first {MOST} of {len(self)} rows."] if len(self) > MOST else [])


def table(function: Callable[..., pd.DataFrame]) -> Callable[..., Table]:
    """What the function returns, to be shown as a Table."""

    @wraps(function)
    def shown(*given: Any, **named: Any) -> Table:
        return Table(function(*given, **named))

    return shown


def captioned(frame: pd.DataFrame, exhibit: str, **about: str) -> Table:
    """A table under its title, kind of data, caption and definition, as in `Told`."""
    made = Table(frame)
    made.told = Told(exhibit, **about)
    return made


def _cells(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[bool]]:
    """The first rows as text, with the names of rows where they have some; and which columns are of numbers."""
    shown = frame.head(MOST)
    if not isinstance(frame.index, pd.RangeIndex):
        names = shown.index.to_frame(index=False).set_index(shown.index)
        names.columns = ["" if name is None else name for name in shown.index.names]
        shown = pd.concat([names, pd.DataFrame(shown)], axis="columns")
    texts = shown.astype("object").where(shown.notna(), "").map(str)
    numbers = [
        pd.api.types.is_numeric_dtype(shown.iloc[:, place])
        or (texts.iloc[:, place].ne("").any() and all(map(_NUMBER.fullmatch, texts.iloc[:, place])))
        for place in range(texts.shape[1])
    ]
    heads = [", ".join(map(str, head)) if isinstance(head, tuple) else str(head) for head in texts.columns]
    return pd.DataFrame(texts.to_numpy(), columns=heads, dtype="str"), numbers


def _column(head: str, cells: list[str], number: bool) -> list[list[str]]:
    """Head and cells of a column, each as lines of the column's width."""
    broken = [[line for part in cell.split("\n") for line in (wrap(part, TEXT_WIDTH) or [""])] for cell in cells]
    width = max([HEAD_WIDTH, *(len(line) for lines in broken for line in lines)])
    broken = [wrap(head, width, break_long_words=False) or [""], *broken]
    width = max(len(line) for lines in broken for line in lines)
    return [[line.rjust(width) if number else line.ljust(width) for line in lines] for lines in broken]


def _level(row: tuple[list[str], ...]) -> Iterator[list[str]]:
    """The lines of a row, blank where a cell has fewer than the others."""
    for at in range(max(map(len, row))):
        yield [cell[at] if at < len(cell) else " " * len(cell[0]) for cell in row]


def _escaped(text: str) -> str:
    from markupsafe import escape

    return str(escape(text))
