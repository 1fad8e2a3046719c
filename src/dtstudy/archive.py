"""An archive: a corpus too large for one table, as blocks of whole documents, and measures counted block by block.

Each measure is a `count` over whole documents whose results add up, and a `finish` that runs once, so an archive needs
no measure of its own: `map_blocks` counts every block, here or on other machines, and adds.
"""

import inspect
import json
import shutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pandas as pd

from dtstudy import exhibits, schema
from dtstudy.corpus import Corpus, read_table
from dtstudy.errors import InputError, near

CONTENTS = "archive.json"
BY_DOCUMENT = ("documents", "turns", "codings", "reads")
THREADS = 2


def write(corpora: Corpus | Iterable[Corpus], folder: Path, documents: int = 1000) -> int:
    """Write a corpus as blocks of so many whole documents; the number of blocks.

    Parameters: one corpus, or corpora one after the other, each of which begins a block of its own, so that an archive
    larger than memory can be written as it is made. An archive that stands in the folder is written over; it counts as
    an archive again once its last block is there.
    """
    refuse_empty(documents)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CONTENTS).unlink(missing_ok=True)
    for old in folder.glob("block-*"):
        shutil.rmtree(old)
    number = 0
    for corpus in [corpora] if isinstance(corpora, Corpus) else corpora:
        for part in _parts(corpus, documents):
            _write_part(part, place_of(folder, number))
            number += 1
    finish(folder, number)
    return number


def write_block(corpus: Corpus, place: Path) -> None:
    """Write all of a corpus as one block in that folder, which must not be there yet."""
    _write_part(next(_parts(corpus, max(1, len(corpus.documents)))), place)


def place_of(folder: Path, number: int) -> Path:
    """Where a block of an archive lies; blocks are numbered from 0."""
    return folder / f"block-{number:06d}"


def finish(folder: Path, number: int) -> None:
    """Say that so many blocks are all of the archive: from now on it is one."""
    exhibits.write(folder / CONTENTS, (json.dumps({"blocks": number}) + "\n").encode())


def refuse_empty(documents: int) -> None:
    """Raise InputError for blocks of so many documents, if that is none."""
    if documents < 1:
        raise InputError(f"A block of {documents} documents holds nothing; take 1 or more.")


def blocks(folder: Path) -> list[Path]:
    """The blocks of an archive in their order. Raises InputError where it is none, or was not written to its end."""
    found = sorted(folder.glob("block-*"))
    try:
        whole = json.loads((folder / CONTENTS).read_text(encoding="utf-8"))["blocks"] == len(found)
    except (OSError, ValueError, KeyError, TypeError):
        whole = False
    if not whole:
        raise InputError(f"{folder} is no whole archive: {CONTENTS} and its blocks do not agree. Write it again.")
    return found


def read(block: Path, table: str) -> pd.DataFrame:
    """One table of a block, as `Corpus` holds it. Raises InputError where it is missing or damaged."""
    if table not in schema.TABLES:
        raise InputError(f"A block has no table '{table}'; {near(table, schema.TABLES)}")
    return read_table(block / f"{table}.parquet", "Write the archive again.")


def corpus(block: Path) -> Corpus:
    """A block as a corpus of its own, with what is needed to go back to the words."""
    return Corpus(**{name: read(block, name) for name in schema.TABLES})


def map_blocks(folder: Path, count: Callable[..., Any], executor: Executor | None = None, **parameters: Any) -> Any:
    """Count every block of an archive and add up: what a measure's `finish` takes.

    Parameters: `count` is a measure's `count`, or any function whose arguments without a default are named as tables of
    a corpus (`codings`, `turns`, `documents` …) and whose results add up; only these tables are read. `executor` is
    any of `concurrent.futures`, such as that of a Dask client (`client.get_executor()`), whose workers must see the
    folder under the same path; without one, two threads count, and no more than two blocks are in memory at a
    time. `parameters` are handed to `count`: with the codebook `codes`, categories are counted too.

    The sum is taken in the order of the blocks, so that it is the same wherever they are counted. Raises InputError
    where the folder is no archive, a block is damaged, or `count` takes what is no table.
    """
    tables = _tables(count, parameters)
    waiting = deque(blocks(folder))
    if not waiting:
        raise InputError(f"{folder} is an archive without a block, so there is nothing to count.")
    own = ThreadPoolExecutor(THREADS) if executor is None else nullcontext(executor)
    with own as workers:
        return _summed(
            _in_order(workers, waiting, THREADS if executor is None else len(waiting), count, tables, parameters)
        )


def _parts(corpus: Corpus, documents: int) -> Iterator[dict[str, pd.DataFrame]]:
    """The tables of each block: those by document in parts, the codebook and the people of the part."""
    names = corpus.documents["document"]
    place = pd.Series(range(len(names)), index=names) // documents
    cut = {
        name: dict(list(getattr(corpus, name).groupby(getattr(corpus, name)["document"].map(place))))
        for name in BY_DOCUMENT
    }
    for number in range(int(place.max(skipna=True) if len(place) else -1) + 1):
        part = {name: tables.get(number, getattr(corpus, name)[:0]) for name, tables in cut.items()}
        people = corpus.participants[corpus.participants["participant"].isin(part["turns"]["participant"])]
        yield {**part, "participants": people, "codes": corpus.codes}


def _write_part(part: dict[str, pd.DataFrame], place: Path) -> None:
    place.mkdir()
    for name, table in part.items():
        table.to_parquet(place / f"{name}.parquet", index=False)


def _tables(count: Callable[..., Any], parameters: dict[str, Any]) -> list[str]:
    given = inspect.signature(count).parameters.values()
    wanted = [one.name for one in given if one.default is one.empty and one.name not in parameters]
    for name in wanted:
        if name not in schema.TABLES:
            raise InputError(f"The count takes '{name}', which is no table of a block; {near(name, schema.TABLES)}")
    return wanted


def _count(block: Path, count: Callable[..., Any], tables: list[str], parameters: dict[str, Any]) -> Any:
    return count(**{name: read(block, name) for name in tables}, **parameters)


def _in_order(workers: Executor, waiting: "deque[Path]", ahead: int, *task: Any) -> Iterator[Any]:
    """The counts of the blocks in their order, of which no more than so many are under way."""
    under_way: deque[Future] = deque()
    while waiting or under_way:
        while waiting and len(under_way) < ahead:
            under_way.append(workers.submit(_count, waiting.popleft(), *task))
        yield under_way.popleft().result()


def _summed(counts: Iterator[Any]) -> Any:
    """The sum, neighbours first: each count goes into a few large sums, not into one for every block."""
    sums: list[tuple[int, Any]] = []
    for found in counts:
        size = 1
        while sums and sums[-1][0] == size:
            found, size = sums.pop()[1] + found, 2 * size
        sums.append((size, found))
    total = sums.pop()[1]
    while sums:
        total = sums.pop()[1] + total
    return total
