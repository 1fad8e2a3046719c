"""Codes counted by group (passages, turns, speakers, documents, words covered): this package, pandas and DuckDB.

    python benchmarks/frequency.py [CODINGS ...]        (default 100000 1000000; 200 codes, a document per 1,000)

Each method runs in a process of its own and must find the same numbers. Prints seconds of processor time, seconds by
the clock, the ratio of processor time to this package, and the process's largest memory after and before counting.
"""

import multiprocessing
import resource
import sys
import time
from math import log10

import numpy as np
import pandas as pd

from dtstudy.measures import frequency

CODES = 200
COUNTED = ["segments", "turns", "speakers", "documents", "words"]
KEY = ["group", "code"]


def archive(codings: int, seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Invented codings and the turns they lie on: 300 turns of 199 characters a document, passages of 20 to 260."""
    rng = np.random.default_rng(seed)
    documents, turns, length = max(2, codings // 1000), 300, 200
    names = np.array([f"D{number:06d}" for number in range(documents)])
    place = np.repeat(np.arange(documents), turns)
    number = np.tile(np.arange(turns), documents)
    table = pd.DataFrame(
        {
            "document": names[place],
            "turn": number + 1,
            "participant": pd.Series(place * 8 + rng.integers(0, 8, len(place))).astype("str"),
            "role": "participant",
            "start": number * length,
            "end": number * length + length - 1,
            "group": np.array(["users", "staff"])[place % 2],
        }
    )
    start = rng.integers(0, turns * length - 300, codings)
    given = pd.DataFrame(
        {
            "document": names[rng.integers(0, documents, codings)],
            "start": start,
            "end": start + rng.integers(20, 261, codings),
            "code": np.array([f"code {code:03d}" for code in range(CODES)])[rng.integers(0, CODES, codings)],
            "coder": "consensus",
        }
    )
    table, given = (frame.assign(word_start=frame["start"], word_end=frame["end"]) for frame in (table, given))
    key = ["document", "start", "end", "code"]  # the order a corpus keeps
    return given.drop_duplicates(key).sort_values(key, ignore_index=True), table


def dtstudy(codings: pd.DataFrame, turns: pd.DataFrame) -> pd.DataFrame:
    return frequency.code_frequency(codings, turns, by="group", unit="word")


def pandas(codings: pd.DataFrame, turns: pd.DataFrame) -> pd.DataFrame:
    """Each passage met with its turns through `merge_asof`, then `groupby`."""
    starts = turns[["document", "turn", "start"]].rename(columns={"start": "at"}).sort_values("at")

    def turn_of(place: pd.Series) -> pd.Series:
        points = codings[["document"]].assign(at=place, row=codings.index).sort_values("at")
        return pd.merge_asof(points, starts, on="at", by="document").set_index("row")["turn"]

    first, last = turn_of(codings["start"]), turn_of(codings["end"] - 1)
    met = codings.assign(segment=codings.index, turn=first).loc[codings.index.repeat((last - first + 1).sort_index())]
    met["turn"] += met.groupby("segment").cumcount()
    met = met.merge(turns, on=["document", "turn"], suffixes=("", "_turn"))
    met["start"] = met[["start", "start_turn"]].max(axis="columns")
    met["end"] = met[["end", "end_turn"]].min(axis="columns")
    met = met[met["end"] > met["start"]].sort_values([*KEY, "document", "start"], ignore_index=True)
    inside = [*KEY, "document"]
    before = met.groupby(inside)["end"].cummax().groupby([met[name] for name in inside]).shift(fill_value=0)
    met["words"] = (met["end"] - met["start"].clip(lower=before)).clip(lower=0)
    met["place"] = met["document"] + "/" + met["turn"].astype("str")
    return met.groupby(KEY).agg(
        segments=("segment", "nunique"),
        turns=("place", "nunique"),
        speakers=("participant", "nunique"),
        documents=("document", "nunique"),
        words=("words", "sum"),
    ).reset_index()  # fmt: skip


def duckdb(codings: pd.DataFrame, turns: pd.DataFrame) -> pd.DataFrame:
    """One query: a join on overlap, distinct counts, and a window for the union of spans."""
    import duckdb

    codings = codings.assign(segment=codings.index)
    return duckdb.sql("""
        WITH met AS (
            SELECT t.group, c.code, c.segment, t.document, t.turn, t.participant,
                   greatest(c.word_start, t.word_start) AS s, least(c.word_end, t.word_end) AS e
            FROM codings c JOIN turns t ON c.document = t.document AND c.start < t.end AND t.start < c.end
        ), ordered AS (
            SELECT *, coalesce(max(e) OVER (PARTITION BY "group", code, document ORDER BY s, e
                               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
            FROM met
        )
        SELECT "group", code, count(DISTINCT segment) AS segments, count(DISTINCT (document, turn)) AS turns,
               count(DISTINCT participant) AS speakers, count(DISTINCT document) AS documents,
               sum(greatest(0, e - greatest(s, before))) AS words
        FROM ordered GROUP BY "group", code
    """).df()


def run(method: str, size: int) -> tuple[float, float, float, float, pd.DataFrame]:
    """Processor and clock seconds, megabytes at most and before counting, and the counts."""
    tables = archive(size)
    globals()[method](*archive(1000))  # imports are nobody's work
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    began, clock = time.process_time(), time.perf_counter()
    found = globals()[method](*tables)
    taken = time.process_time() - began, time.perf_counter() - clock
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return *taken, most, before, found.sort_values(KEY, ignore_index=True)[[*KEY, *COUNTED]].astype({"words": "int64"})


def main() -> None:
    sizes = [int(argument) for argument in sys.argv[1:]] or [100_000, 1_000_000]
    print("codings     method     processor s   clock s   ratio   memory MB   before counting")
    seconds = {}
    for size in sizes:
        expected = None
        for method in ("dtstudy", "pandas", "duckdb"):
            with multiprocessing.get_context("spawn").Pool(1) as process:
                processor, clock, most, before, found = process.apply(run, (method, size))
            expected = found if expected is None else expected
            pd.testing.assert_frame_equal(found, expected, check_dtype=False)
            seconds[method, size] = processor
            ratio = processor / seconds["dtstudy", size]
            print(
                f"{size:<12}{method:<10}{processor:12.2f}{clock:10.2f}{ratio:8.1f}{most:12.0f}{before:18.0f}",
                flush=True,
            )
    if len(sizes) > 1:
        low, high = min(sizes), max(sizes)
        growth = log10(seconds["dtstudy", high] / seconds["dtstudy", low]) / log10(high / low)
        print(f"growth exponent of this package: {growth:.2f}")


if __name__ == "__main__":
    main()
