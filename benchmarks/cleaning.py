"""Transcripts read, cleaned and pseudonymised: seconds, memory and growth with their number.

    python benchmarks/cleaning.py [TRANSCRIPTS ...]        (default 100 1000 10000, each of about 10 kB)

Constructed in a temporary folder; prints seconds of processor time, seconds by the clock, and the process's largest memory.
"""

import csv
import random
import resource
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
from masking import roster, talk

from dtstudy import transcripts


def construct(folder: Path, number: int) -> None:
    """A folder of that many transcripts of about 10 kB, with a roster of 200 names."""
    names = roster(200)
    chance = random.Random(3)
    sentences = talk(names, 0.3).split("\n")
    (folder / "transcripts").mkdir()
    with (folder / "participants.csv").open("w", encoding="utf-8", newline="") as file:
        rows = [(name, "", f"P{place}", "participant") for place, name in enumerate(names)]
        csv.writer(file).writerows([("name", "aliases", "participant", "role"), *rows])
    with (folder / "transcripts" / "documents.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [("document", "file", "kind"), *((f"T{i}", f"T{i}.txt", "interview") for i in range(number))]
        )
    for place in range(number):
        turns = [f"{chance.choice(names)}: {chance.choice(sentences)[:400]} (laughs)" for _ in range(24)]
        (folder / "transcripts" / f"T{place}.txt").write_text("\n\n".join(turns), encoding="utf-8")


def main() -> None:
    codebook = pd.DataFrame({"code": ["x"], "parent": [""], "level": ["concept"], "definition": ["d"]})
    print("transcripts   processor s   clock s   largest memory MB")
    for number in [int(argument) for argument in sys.argv[1:]] or [100, 1000, 10_000]:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            construct(folder, number)
            began, clock = time.process_time(), time.perf_counter()
            made = transcripts.build(
                folder / "transcripts", folder / "participants.csv", None, codebook, folder / "codings"
            )
            assert len(made.corpus.documents) == number
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(
                f"{number:11d} {time.process_time() - began:13.2f} {time.perf_counter() - clock:9.2f} {memory:19.0f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
