"""A folder of transcripts to an archive: here, by two threads and by two processes; seconds, memory, growth.

    python benchmarks/gathering.py [TRANSCRIPTS ...]        (default 1000 4000; of about 10 kB and 20 codings each)

Each way runs in a process of its own on the same constructed study. Prints transcripts a second, the largest memory of
the process that was asked and of its workers, the exponent by which seconds grow, a restart in which nothing changed,
and whether the archive is the same to the byte.
"""

import csv
import hashlib
import json
import math
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cleaning
import pandas as pd

from dtstudy import gathering
from dtstudy.transcripts import seal

CODINGS, CODES = 20, 50  # of a transcript; of the codebook
WAYS = ("here", "threads", "processes", "again")


def construct(folder: Path, number: int) -> None:
    """The transcripts of benchmarks/cleaning.py, with codings by two coders."""
    cleaning.construct(folder, number)
    (folder / "codings").mkdir()
    chance = random.Random(5)
    files = [(folder / "codings" / f"{coder}.csv").open("w", encoding="utf-8", newline="") for coder in ("first", "second")]
    writers = [csv.writer(file) for file in files]
    for writer in writers:
        writer.writerow(["document", "start", "end", "code", "memo", "seal"])
    for place in range(number):
        text = (folder / "transcripts" / f"T{place}.txt").read_text(encoding="utf-8")
        for row in range(CODINGS):
            start = chance.randrange(len(text) - 200)
            end = start + chance.randrange(20, 200)
            passage = [f"T{place}", start, end, f"code {chance.randrange(CODES)}", "", seal(text[start:end])]
            writers[row % 2].writerow(passage)
    for file in files:
        file.close()


def source(folder: Path) -> gathering.Source:
    """Where that study lies."""
    codes = [f"code {number}" for number in range(CODES)]
    codebook = pd.DataFrame({"code": codes, "parent": "", "level": "concept", "definition": "d"})
    return gathering.Source(folder / "transcripts", folder / "participants.csv", None, codebook, folder / "codings", {})


def run(way: str, folder: Path) -> None:
    """One way, and what it took, as a line of JSON."""
    place = folder / ("processes" if way == "again" else way)
    began = time.perf_counter()
    if way == "threads":
        with ThreadPoolExecutor(2) as executor:
            made = gathering.gather(source(folder), place, executor=executor)
    else:
        made = gathering.gather(source(folder), place, workers=1 if way == "here" else 2)
    taken = time.perf_counter() - began
    assert (made.kept if way == "again" else made.made) == math.ceil(made.documents / gathering.DOCUMENTS)
    digest = hashlib.sha256()
    for file in sorted(place.rglob("*.parquet")):
        digest.update(file.read_bytes())
    own, workers = (resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(json.dumps({"seconds": taken, "own": own, "workers": workers, "digest": digest.hexdigest()}))


def main() -> None:
    """The table; each way is a call of this file."""
    if sys.argv[1:2] and sys.argv[1] in WAYS:
        return run(sys.argv[1], Path(sys.argv[2]))
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; blocks of {gathering.DOCUMENTS} documents")
    print("transcripts  way          seconds  a second  memory MB  of a worker  growth  same bytes")
    before: dict[str, tuple[int, float]] = {}
    for number in [int(argument) for argument in sys.argv[1:]] or [1000, 4000]:
        with tempfile.TemporaryDirectory() as place:
            construct(Path(place), number)
            first = None
            for way in WAYS:
                done = subprocess.run([sys.executable, __file__, way, place], capture_output=True, text=True, check=True)
                told = json.loads(done.stdout.splitlines()[-1])
                first, seconds = first or told, told["seconds"]
                growth = "     -"
                if way in before:
                    size, then = before[way]
                    growth = f"{math.log(seconds / then) / math.log(number / size):6.2f}"
                before[way] = (number, seconds)
                same = "yes" if told["digest"] == first["digest"] else "NO"
                print(
                    f"{number:11,d}  {way:<10}{seconds:10.1f}{number / seconds:10.0f}{told['own']:11.0f}"
                    f"{told['workers']:13.0f}  {growth}  {same}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
