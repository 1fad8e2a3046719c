"""Tables of text (.csv): every cell as it stands, and a sentence where rows and head do not fit together."""

import csv
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dtstudy.errors import InputError
from dtstudy.read import txt
from dtstudy.text import unguarded

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = 16_384  # what a spreadsheet can hold; a line of text taken for a head may have millions, and takes minutes


def table(file: Path) -> "pd.DataFrame":
    """A table of a study; no cell is missing, an empty one is empty text.

    Raises InputError, with the file's name, where it cannot be read, is no text, or is no table.
    """
    try:
        content = txt.decoded(file.read_bytes(), file.name)
    except OSError as error:
        raise InputError(
            f"{file.name} cannot be read ({error.strerror}). Check the name and the permissions."
        ) from None
    return parsed(content, file.name)


def parsed(content: str, where: object, between: str = ",") -> "pd.DataFrame":
    """The table in a text, its cells parted by commas, or by what stands `between` them; see `dtstudy.text.guarded`.

    Raises InputError where there is no head, or one of more than 16,384 columns, a quotation mark is never closed, or
    a row has more cells than the head: read on, such a row would lose a cell, or move all of them.
    """
    with _sentences(where):
        _refuse_wide(StringIO(content, newline=""), where, between)
        return _plain(_read(StringIO(content), sep=between), "'" in content)


def pieces(file: Path, rows: int) -> "Iterator[pd.DataFrame]":
    """A table in UTF-8 as `table` gives it, so many rows at a time: for one that is larger than memory should hold."""
    with _sentences(file.name):
        with file.open(encoding="utf-8-sig", newline="") as lines:
            _refuse_wide(lines, file.name)
        reader = _read(file, chunksize=rows, encoding="utf-8-sig")
    with reader:
        while True:
            with _sentences(file.name):
                piece = next(reader, None)
            if piece is None:
                return
            yield _plain(piece, True)


def _refuse_wide(lines: Iterable[str], where: object, between: str = ",") -> None:
    """Refuse a head, the first line that is not blank, of which pandas would not be done in minutes."""
    rows = csv.reader(lines, delimiter=between)
    columns = len(next((row for row in rows if len(row) > 1 or "".join(row).strip()), []))
    if columns > COLUMNS:
        raise InputError(f"{where}: its head has {columns:,} columns. That is no table; save it as CSV again.")


def _read(source: object, **how: object) -> "Any":
    import pandas as pd

    return pd.read_csv(source, dtype="str", keep_default_na=False, index_col=False, **how)


def _plain(table: "pd.DataFrame", guarded: bool) -> "pd.DataFrame":
    table = table.fillna("")
    return table.rename(columns=unguarded).map(unguarded) if guarded else table


@contextmanager
def _sentences(where: object) -> "Iterator[None]":
    """What pandas says of a table, as a sentence."""
    import pandas as pd

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            yield
    except pd.errors.ParserWarning:
        raise InputError(
            f"{where}: lines have more cells than the head. Put texts with commas in quotation marks."
        ) from None
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError, csv.Error) as error:
        told = str(error).strip().removeprefix("Error tokenizing data. C error: ")[:100]
        raise InputError(f"{where}: this is no table ({told}). Save it as CSV with a head line.") from None
