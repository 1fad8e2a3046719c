"""A study's archive from its raw folder, block by block: as many transcripts as there are, in bounded memory.

Each block is a corpus of its own (`transcripts.part`), put in place whole, with a record of what it was made from. A
block whose record still holds is kept, so a run that broke off goes on where it stopped.
"""

import hashlib
import json
import os
import shutil
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Any
from uuid import uuid4

import pandas as pd

from dtstudy import __version__, archive, names, schema, transcripts
from dtstudy.chain import fresh
from dtstudy.errors import InputError, StepError

RECORD = "block.json"
CODINGS = ".codings"
HALF = ".half-"
DOCUMENTS, WORKERS = 250, 2


@dataclass(frozen=True)
class Source:
    """Where the raw material of a study lies; the fields are parameters of `transcripts.build`."""

    folder: Path
    roster: Path
    places: Path | None
    codebook: pd.DataFrame
    codings: Path
    frozen: dict[str, str]


@dataclass(frozen=True)
class Gathered:
    """Blocks made and kept, documents and codings of an archive, and sentences that a person should look at."""

    made: int
    kept: int
    documents: int
    codings: int
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class _Block:
    """A block to be made: its number, its rows of documents.csv and of the reads, and the digest of what all share."""

    folder: Path
    number: int
    source: Source
    listed: pd.DataFrame
    reads: pd.DataFrame
    shared: str


def gather(
    source: Source,
    folder: Path,
    documents: int = DOCUMENTS,
    executor: Executor | None = None,
    workers: int = WORKERS,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> Gathered:
    """Read, clean and pseudonymise a study's transcripts into an archive, block by block.

    Parameters: blocks have so many `documents` in the order of a corpus, by id, so that the archive is the one that
    `archive.write` makes of the whole corpus, to the byte. `executor` is any of `concurrent.futures` with so many
    `workers`, which must see raw folder and archive under the same paths; without one, that many processes are
    started (in a script, call this below `if __name__ == "__main__":`). At most `workers` + 1 blocks are under way.
    `tell` is called with documents done and in all.

    A block is made again where its transcripts, its codings, or what all blocks share (roster, places, codebook, frozen
    files, this package) are no longer what it was made from, or where its files are damaged. Raises InputError as
    `transcripts.build` does, and where another run is at the same archive; StepError where a worker was killed. Blocks
    that were made by then are kept.
    """
    archive.refuse_empty(documents)
    known = names.load(source.roster, source.places)
    listed = transcripts.documents(source.folder, known)
    listed = listed.sort_values("document", kind="stable", ignore_index=True)
    of_block = pd.Series(range(len(listed)), index=listed["document"]) // documents
    with _alone(folder):
        _check(source, listed, reads := _split(source, folder, known, of_block[~of_block.index.duplicated()]))
        number = int(of_block.iloc[-1]) + 1
        _clear(folder, number)
        tell(0, len(listed))
        blocks = _blocks(folder, source, listed, reads, documents)
        told: dict[int, dict[str, Any]] = {}
        with closing(_made(blocks, number, executor, workers)) as records:
            for record in records:
                told[record["number"]] = record
                tell(sum(one["documents"] for one in told.values()), len(listed))
        archive.finish(folder, number)
    return _summed([told[number] for number in sorted(told)])


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the archive's folder; nothing of the codings set aside in it is left behind."""
    from filelock import FileLock, Timeout

    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / ".lock", timeout=0):
            try:
                yield
            finally:
                shutil.rmtree(folder / CODINGS, ignore_errors=True)
    except Timeout:
        raise InputError(f"Another run is making the archive {folder}. Wait for its end.") from None


def _split(source: Source, folder: Path, known: names.Names, of_block: pd.Series) -> pd.DataFrame:
    """Set the codings of each block aside in a folder of its own; returns who read what.

    The coders' files are read once, a piece at a time: all codings of an archive need not fit into memory. Notes are
    set aside without names.
    """
    shutil.rmtree(folder / CODINGS, ignore_errors=True)
    coders: dict[str, None] = {}
    for place, piece in enumerate(transcripts.pieces(source.codings, source.frozen, known, of_block.index)):
        coders |= dict.fromkeys(piece["coder"].unique())
        for number, rows in piece.groupby(piece["document"].map(of_block)):
            own = folder / CODINGS / f"{number:06d}"
            own.mkdir(parents=True, exist_ok=True)
            rows.to_parquet(own / f"{place:06d}.parquet", index=False)
    return transcripts.reads(source.codings, coders, of_block.index)


def _check(source: Source, listed: pd.DataFrame, reads: pd.DataFrame) -> None:
    """Check as one whole what no block alone can tell: repeated ids, reads of no document, the codebook."""
    nothing = {
        name: pd.DataFrame(columns=list(table.columns))
        for name, table in schema.TABLES.items()
        if name in ("turns", "codings")
    }
    schema.validate(
        {
            **nothing,
            "documents": transcripts.described(listed, texts="-", digests="-"),
            "participants": transcripts.people(source.roster),
            "codes": transcripts.codes(source.codebook),
            "reads": reads,
        }
    )


def _clear(folder: Path, number: int) -> None:
    """From here on the folder is no whole archive: what a run that broke off left, and blocks beyond the last, go."""
    (folder / archive.CONTENTS).unlink(missing_ok=True)
    for half in folder.glob(f"{HALF}*"):
        shutil.rmtree(half)
    for old in folder.glob("block-*"):
        if old >= archive.place_of(folder, number):
            shutil.rmtree(old)


def _blocks(
    folder: Path, source: Source, listed: pd.DataFrame, reads: pd.DataFrame, documents: int
) -> Iterator[_Block]:
    shared = _digest(
        __version__,
        fresh.modules("from dtstudy import archive, transcripts"),
        [file and _digest_of(file) for file in (source.roster, source.places)],
        source.codebook.to_csv(index=False),
        source.frozen,
    )
    read = reads.groupby("document", sort=False).indices
    for number, first in enumerate(range(0, len(listed), documents)):
        own = listed[first : first + documents]
        rows = [row for document in own["document"] for row in read.get(document, ())]
        yield _Block(folder, number, source, own, reads.iloc[rows], shared)


def _made(blocks: Iterator[_Block], number: int, executor: Executor | None, workers: int) -> Iterator[dict[str, Any]]:
    """The record of each block once it is in place, by the workers; here where there is but one to do or to work."""
    if executor is None and min(workers, number) == 1:
        yield from map(_make, blocks)
        return
    # Cleaning is Python from end to end and holds the interpreter's lock: two threads are no faster than none, two
    # processes are (benchmarks/gathering.py). They are spawned, since a fork of a notebook's threads may hang.
    own = executor is None and ProcessPoolExecutor(workers, get_context("spawn"), initializer=_begin)
    with own or nullcontext(executor) as pool:
        yield from _as_done(pool, blocks, workers + 1)


def _as_done(pool: Executor, blocks: Iterator[_Block], most: int) -> Iterator[dict[str, Any]]:
    """Records as blocks are done, of which no more than so many are under way."""
    under_way: set[Future] = set()
    try:
        while True:
            under_way |= {pool.submit(_make, block) for block in islice(blocks, most - len(under_way))}
            if not under_way:
                return
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            yield from [future.result() for future in done]
    except BrokenExecutor:
        raise StepError(
            "A process that made a block was ended from outside, perhaps for want of memory. Blocks made so far are"
            " kept: run it again, with fewer documents in a block."
        ) from None
    finally:
        for future in under_way:
            future.cancel()


def _begin() -> None:
    """Let a worker end with the process that started it, and leave Ctrl+C to that process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent_process().join()
    os._exit(1)  # it was killed; its worker would wait for work for ever


def _make(block: _Block) -> dict[str, Any]:
    """Make a block and put it in place, unless what stands there was made from the same; its record."""
    codings = _codings(block)
    made_from = _made_from(block, codings)
    place = archive.place_of(block.folder, block.number)
    record = _standing(place, made_from)
    if record:
        return {**record, "number": block.number, "kept": 1}
    source = block.source
    found = transcripts.part(
        block.listed,
        source.folder,
        _known(source.roster, source.places, block.shared),
        transcripts.people(source.roster),
        source.codebook,
        codings,
        block.reads,
    )
    half = block.folder / f"{HALF}{block.number:06d}-{uuid4().hex}"  # a cluster may have a block made twice
    archive.write_block(found.corpus, half)
    record = {
        "made_from": made_from,
        "files": _digests(half),
        "documents": len(found.corpus.documents),
        "codings": len(found.corpus.codings),
        "doubts": found.doubts,
        "lost": found.lost,
    }
    (half / RECORD).write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    shutil.rmtree(place, ignore_errors=True)
    half.rename(place)
    return {**record, "number": block.number, "kept": 0}


@lru_cache(maxsize=1)
def _known(roster: Path, places: Path | None, shared: str) -> names.Names:
    """The names of the study, loaded once in each worker; `shared` changes with their files."""
    return names.load(roster, places)


def _codings(block: _Block) -> pd.DataFrame:
    """The codings set aside for a block, in the order of the coders' files."""
    files = sorted((block.folder / CODINGS / f"{block.number:06d}").glob("*.parquet"))
    found = [pd.read_parquet(file) for file in files]
    return pd.concat(found, ignore_index=True) if found else transcripts.no_codings()


def _made_from(block: _Block, codings: pd.DataFrame) -> str:
    """The digest of all that a block is made from; where a line stands in a coder's file is no part of it."""
    rows = pd.util.hash_pandas_object(codings.drop(columns="line"), index=False)
    files = [_digest_of(block.source.folder / file) for file in block.listed["file"]]
    tables = [table.to_csv(index=False) for table in (block.listed, block.reads)]
    return _digest(block.shared, *tables, files, hashlib.sha256(rows.to_numpy().tobytes()).hexdigest())


def _standing(place: Path, made_from: str) -> dict[str, Any] | None:
    """The record of the block that stands there, if it was made from the same and is whole."""
    try:
        record = json.loads((place / RECORD).read_text(encoding="utf-8"))
        return record if record["made_from"] == made_from and record["files"] == _digests(place) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _digests(place: Path) -> dict[str, str | None]:
    return {name: _digest_of(place / f"{name}.parquet") for name in schema.TABLES}


def _digest_of(file: Path) -> str | None:
    """SHA-256 of a file; None where it cannot be read, which whoever reads it for its words tells."""
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        return None


def _digest(*parts: Any) -> str:
    """SHA-256 of values that JSON can hold."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _summed(records: Iterable[dict[str, Any]]) -> Gathered:
    records = list(records)
    lost = sum((Counter(record["lost"]) for record in records), Counter())
    kept = sum(record["kept"] for record in records)
    return Gathered(
        made=len(records) - kept,
        kept=kept,
        documents=sum(record["documents"] for record in records),
        codings=sum(record["codings"] for record in records),
        warnings=(
            *(sentence for record in records for sentence in record["doubts"]),
            *transcripts.lost_sentences(lost),
        ),
    )
