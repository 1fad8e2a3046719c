"""An SQLite file from anywhere: opened to read alone, its tables proven to be tables, its answers bounded."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from dtstudy.errors import InputError

LONGEST = 100_000_000  # bytes of one value
ALL = 200_000_000  # bytes of all values that are read: forty million words
SECONDS = 120  # for one query
STEPS = 100_000  # of the database between two looks at the clock


class Database:
    """The tables of an SQLite file.

    Raises InputError for a file that is no database, that another program has open, or in which what should be a table
    is something else.
    """

    def __init__(self, file: Path) -> None:
        self.file, self._read = file, 0
        for suffix in ("-wal", "-journal"):
            beside = file.with_name(file.name + suffix)
            if beside.is_file() and beside.stat().st_size:
                raise InputError(f"{file}: another program has it open ({beside.name}). Close the project there first.")
        try:
            self._connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
            self._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
            self._connection.text_factory = lambda content: content.decode("utf-8", errors="replace")
            self._connection.execute("PRAGMA trusted_schema = OFF")
            self._connection.execute("PRAGMA query_only = ON")
            listed = self._connection.execute("SELECT name, type, sql FROM sqlite_master LIMIT 10000").fetchall()
        except (sqlite3.Error, OSError, ValueError, OverflowError) as error:
            raise InputError(f"{file}: this is no sound SQLite file ({error}). Export the project again.") from None
        self._kinds = {
            str(name).casefold(): (kind, str(sql)) for name, kind, sql in listed if kind in ("table", "view")
        }

    def __enter__(self) -> "Database":
        return self

    def __exit__(self, *error: object) -> None:
        self._connection.close()

    def has(self, table: str) -> bool:
        """Whether the file has a table or view of that name."""
        return table in self._kinds

    def count(self, table: str) -> int:
        """Rows of a table, 0 where there is none."""
        return next(iter(self._ask(f'SELECT count(*) FROM "{self._table(table)}"')))[0] if self.has(table) else 0

    def rows(self, table: str, *columns: str, **optional: Any) -> Iterator[tuple]:
        """Rows of a table in the order they were made: the columns, and the optional ones with what stands for them.

        Raises InputError where the table or one of `columns` is missing.
        """
        own = {name.casefold() for _, name, *_ in self._ask(f'PRAGMA table_info("{self._table(table)}")')}
        missing = [column for column in columns if column.casefold() not in own]
        if missing:
            raise InputError(
                f"{self.file}: the table {table} has no column {missing[0]}; this version is not known."
                " Save the project with the program's newest version."
            )
        wanted = [f'"{name}"' for name in columns]
        wanted += [f'"{name}"' if name.casefold() in own else "NULL" for name in optional]
        empty = [None] * len(columns) + list(optional.values())
        for row in self._ask(f'SELECT {", ".join(wanted)} FROM "{table}" ORDER BY rowid'):
            self._read += sum(len(value) for value in row if isinstance(value, str | bytes))
            if self._read > ALL:
                raise InputError(f"{self.file}: it holds more than {ALL:,} bytes; not read. Export it in parts.")
            yield tuple(other if value is None else value for value, other in zip(row, empty, strict=True))

    def _table(self, name: str) -> str:
        kind, sql = self._kinds.get(name, ("", ""))
        if not kind:
            raise InputError(f"{self.file}: the table {name} is missing; this is no whole project. Export it again.")
        if kind != "table" or "VIRTUAL" in sql.upper().split("(")[0].split() or "GENERATED" in sql.upper():
            raise InputError(f"{self.file}: {name} is no ordinary table; not read. Export the project again.")
        return name

    def _ask(self, query: str) -> Iterator[tuple]:
        until = time.monotonic() + SECONDS
        self._connection.set_progress_handler(lambda: time.monotonic() > until, STEPS)
        try:
            with closing(self._connection.execute(query)) as cursor:
                yield from cursor
        except (sqlite3.Error, OverflowError, ValueError, MemoryError) as error:
            raise InputError(
                f"{self.file}: this is no sound SQLite file ({error}). Export the project again."
            ) from None


def cell(value: object) -> str:
    """A cell as text, whatever the database holds there.

    >>> cell(12), cell(None), cell(b"caf\\xc3\\xa9")
    ('12', '', 'café')
    """
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    return "" if value is None else str(value)
