"""An archive counted in one piece, block by block in two threads, and by two workers of a Dask cluster held to 1 GiB.

    python benchmarks/archive.py [CODINGS ...]        (default 100000 1000000; 1,000 codings and 100 kB of text a document)
    python benchmarks/archive.py write FOLDER CODINGS        (an archive of any size, and nothing measured)

Codes by group, pairs of codes on one turn, and words by group are counted over a constructed archive. Each way runs in a
process of its own; prints seconds, the processor time of the process itself (with a cluster: of the one that adds up and
finishes) and of the workers, the largest memory of one process, and whether the tables are the same to the byte; in the
last row a worker is killed in the middle. With two sizes and more, growth is printed too, and what a larger archive would
take on more workers, with the sum that says so. The cluster needs `distributed`, from the extra `archive`.
"""

import hashlib
import json
import math
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd

from dtstudy import archive, schema
from dtstudy.corpus import Corpus
from dtstudy.measures import cooccurrence, frequency, vocabulary

CODES, CODINGS, TURNS, WORDS = 200, 1000, 300, 67  # of a document; a word is four letters and a blank
BLOCK = 100  # documents, 10 MB of text


def constructed(codings: int, seed: int = 1):
    """Corpora of one block each, made as they are asked for."""
    documents = max(2, codings // CODINGS)
    for first in range(0, documents, BLOCK):
        yield _block(first, min(BLOCK, documents - first), np.random.default_rng([seed, first]))


def _block(first: int, size: int, rng: np.random.Generator) -> Corpus:
    names = np.array([f"D{number:06d}" for number in range(first, first + size)])
    length = WORDS * 5
    vocabulary = np.array(["".join(word) for word in rng.choice(list("aeionrst"), (2000, 4))])
    texts = [" ".join(one) + " " for one in vocabulary[rng.integers(0, 2000, (size, TURNS * WORDS))]]
    place, turn = np.divmod(np.arange(size * TURNS), TURNS)
    speaker = np.char.add(np.char.add(names[place], "-"), rng.integers(1, 9, len(place)).astype("str"))
    turns = pd.DataFrame(
        {
            "document": names[place],
            "turn": turn + 1,
            "participant": speaker,
            "start": turn * length,
            "end": turn * length + length - 1,
            "word_start": turn * WORDS,
            "word_end": (turn + 1) * WORDS,
            "role": "participant",
            "group": np.array(["users", "staff"])[(first + place) % 2],
        }
    )
    on = rng.integers(0, size, size * CODINGS)
    begin = rng.integers(0, TURNS * WORDS - 60, len(on))
    words = rng.integers(4, 53, len(on))
    codings = pd.DataFrame(
        {
            "document": names[on],
            "start": begin * 5,
            "end": (begin + words) * 5 - 1,
            "code": np.array([f"code {number:03d}" for number in range(CODES)])[rng.integers(0, CODES, len(on))],
            "coder": "consensus",
            "memo": "",
            "word_start": begin,
            "word_end": begin + words,
        }
    )
    key = list(schema.TABLES["codings"].key)
    return Corpus(
        documents=pd.DataFrame({"document": names, "text": texts, "source": "", "sha256": "", "kind": "focus group"}),
        participants=pd.DataFrame({"participant": np.unique(speaker), "role": "participant"}),
        turns=turns,
        codes=pd.DataFrame(
            {"code": [f"code {number:03d}" for number in range(CODES)], "parent": None, "level": "concept"}
        ),
        codings=codings.drop_duplicates(key).sort_values(key, ignore_index=True),
        reads=pd.DataFrame({"document": names, "coder": "consensus"}),
    )


def write(folder: Path, codings: int) -> None:
    """The archive, and a line that describes it."""
    began = time.perf_counter()
    blocks = archive.write(constructed(codings), folder, documents=BLOCK)
    taken = time.perf_counter() - began
    size = sum(file.stat().st_size for file in folder.rglob("*.parquet")) / 1e6
    text = codings // CODINGS * TURNS * WORDS * 5 / 1e6
    print(f"{codings:,} codings, {text:,.0f} MB of text; {blocks} blocks, {size:,.0f} MB, written in {taken:.0f} s")


def in_one_piece(folder: Path) -> list[pd.DataFrame]:
    """All blocks as one table."""
    blocks = archive.blocks(folder)
    codings, turns, documents = (
        pd.concat([archive.read(block, name) for block in blocks], ignore_index=True)
        for name in ("codings", "turns", "documents")
    )
    counted = frequency.count(codings, turns, by="group"), cooccurrence.count(codings, turns)
    return _finished(*counted, vocabulary.count_texts(turns, documents, by="group"))


def two_threads(folder: Path, executor=None) -> list[pd.DataFrame]:
    """Blocks as they come."""
    counted = archive.map_blocks(folder, frequency.count, executor, by="group")
    pairs = archive.map_blocks(folder, cooccurrence.count, executor)
    return _finished(counted, pairs, archive.map_blocks(folder, vocabulary.count_texts, executor, by="group"))


def cluster(folder: Path, killed: bool = False) -> list[pd.DataFrame]:
    """Blocks on two workers of a cluster on this machine."""
    from distributed import Client, LocalCluster

    held = {"n_workers": 2, "threads_per_worker": 1, "memory_limit": "1GiB", "dashboard_address": None}
    with LocalCluster(**held) as workers, Client(workers) as client:
        if killed:
            victim = next(iter(client.run(os.getpid).values()))
            threading.Timer(2, os.kill, (victim, signal.SIGKILL)).start()
        found = two_threads(folder, client.get_executor())
        if killed:
            print("killed", victim not in client.run(os.getpid).values(), file=sys.stderr)
        most = client.run(lambda: __import__("resource").getrusage(0).ru_maxrss / 1024)
        told = {"largest": max(most.values()), "workers": sum(client.run(time.process_time).values())}
        print("told of workers", json.dumps(told), file=sys.stderr)
        return found


def cluster_killed(folder: Path) -> list[pd.DataFrame]:
    """The same, with one of the workers killed after two seconds."""
    return cluster(folder, killed=True)


def _finished(coded, pairs, said) -> list[pd.DataFrame]:
    return [frequency.finish(coded, by="group"), cooccurrence.finish(pairs), vocabulary.finish(said, by="group")]


def run(way: str, folder: Path) -> None:
    """One way, and what it took, as a line of JSON."""
    began = time.perf_counter()
    tables = globals()[way](folder)
    taken = time.perf_counter() - began
    own = time.process_time()
    digest = hashlib.sha256(b"".join(table.to_csv(index=False).encode() for table in tables)).hexdigest()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": taken, "own": own, "memory": most, "digest": digest}))


WAYS = ("in_one_piece", "two_threads", "cluster", "cluster_killed")


def measure(size: int) -> dict[str, dict[str, object]]:
    """Each way over one archive of so many codings, printed as it is done."""
    found: dict[str, dict[str, object]] = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "archive"
        subprocess.run([sys.executable, __file__, "write", str(folder), str(size)], check=True)
        heads = "way              seconds   ratio   own processor s   workers' processor s"
        print(f"{heads}   memory MB   largest worker MB   same bytes")
        for way in WAYS:
            done = subprocess.run([sys.executable, __file__, way, str(folder)], capture_output=True, text=True)
            if done.returncode:
                print(f"{way:<16}not run: {done.stderr.strip().splitlines()[-1]}", flush=True)
                continue
            told = found[way] = json.loads(done.stdout.splitlines()[-1])
            first = next(iter(found.values()))
            if "told of workers " in done.stderr:
                told |= json.loads(done.stderr.split("told of workers ")[1].splitlines()[0])
            busy, worker = (f"{told[what]:.0f}" if what in told else "-" for what in ("workers", "largest"))
            same = "yes" if told["digest"] == first["digest"] else "NO"
            same += "" if "killed False" not in done.stderr else "; it had ended before"
            seconds, ratio = told["seconds"], told["seconds"] / first["seconds"]
            taken = f"{way:<15}{seconds:9.1f}{ratio:8.2f}{told['own']:18.1f}{busy:>23}"
            print(f"{taken}{told['memory']:12.0f}{worker:>20}   {same}", flush=True)
    return found


def grown(found: dict[int, dict[str, dict[str, object]]]) -> None:
    """Growth of seconds and memory from the smallest to the largest archive, as exponents."""
    small, large = min(found), max(found)
    print(f"growth from {small:,} to {large:,} codings, as exponents")
    for way in WAYS:
        if way in found[small] and way in found[large]:
            exponents = [
                math.log(found[large][way][what] / found[small][way][what]) / math.log(large / small)
                for what in ("seconds", "memory")
            ]
            print(f"{way:<15}{exponents[0]:9.2f} seconds{exponents[1]:9.2f} memory", flush=True)


def estimated(found: dict[int, dict[str, dict[str, object]]]) -> None:
    """On paper: 1e8 codings and 1e9 words on 10 and on 100 workers, from the processor time of both sides."""
    large = max(found)
    if "cluster" not in found[large]:
        return
    told = found[large]["cluster"]
    blocks = math.ceil(large / CODINGS / BLOCK)
    each, own = told["workers"] / (3 * blocks), told["own"] / blocks  # three counts of each block
    wanted = 100_000_000 // CODINGS // BLOCK
    print(f"a count of a block of {BLOCK} documents takes {each:.2f} s of a worker's processor (measured, cluster);")
    print(f"the client takes {own:.2f} s of its own for the three of a block: received, added up, finished")
    for workers in (10, 100):
        rounds = math.ceil(3 * wanted / workers)
        counted, finished = rounds * each, wanted * own
        print(
            f"1e8 codings on {workers} workers: {3 * wanted:,} counts = {rounds} rounds of {each:.2f} s ="
            f" {counted:.0f} s; the client {wanted:,} x {own:.2f} s = {finished:.0f} s: from"
            f" {max(counted, finished):.0f} s, if it keeps up with them, to {counted + finished:.0f} s, if it only begins"
            " when they end"
        )


def main() -> None:
    """Measure each size; a process of its own is called with what it is to do."""
    if sys.argv[1:2] == ["write"]:
        return write(Path(sys.argv[2]), int(sys.argv[3]))
    if sys.argv[1:2] and sys.argv[1] in WAYS:
        return run(sys.argv[1], Path(sys.argv[2]))
    found = {}
    for size in [int(argument) for argument in sys.argv[1:]] or [100_000, 1_000_000]:
        found[size] = measure(size)
    if len(found) > 1:
        grown(found)
    estimated(found)


if __name__ == "__main__":
    main()
