"""Which codes meet: this package beside joins in pandas, DuckDB and Polars, interval lists and CountVectorizer.

    python benchmarks/cooccurrence.py [LARGEST]        (codings; default 100000, about a minute; 1e6, 1e7: minutes)

Tables: overlapping pairs of passages; codes on one turn, in one window, in one document; and what is expected. Each
method runs in a process of its own, on one thread where it lets itself be told so: seconds of processor time (the
median of three where short) with the ratio to this package, the growth exponent between its two largest sizes, and
peak memory in MB with how much of it is data and imports. Methods of one question must give the same table. A method
that would take minutes is left out of the larger sizes. `1000 permutations` are five, times 200.
"""

import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path

import numpy as np

CODES, SIZES = 200, (1_000, 100_000, 1_000_000, 10_000_000)
TURNS, PERMUTED = 100, 5  # turns of a document; permutations run
MOST = {  # largest size a method is run at
    "overlap/duckdb": 1e6,
    "overlap/polars": 1e6,
    "overlap/pandas merge": 1e5,
    "overlap/ncls": 1e6,
    "overlap, rows by document/ncls": 1e6,
    "overlap, rows by document/duckdb": 1e6,
    "overlap, rows by document/polars": 1e6,
    "overlap/frames, words": 1e6,
    "overlap/frames, categories": 1e6,
    "turn/pandas merge": 1e6,
    "turn/CountVectorizer": 1e6,
    "turn/frames, words": 1e6,
    "turn/frames, categories": 1e6,
    "window/duckdb": 1e6,
    "window/polars": 1e6,
    "window/pandas merge": 1e5,
    "document/duckdb": 1e6,
    "document/polars": 1e6,
    "document/CountVectorizer": 1e6,
    "expected on turns/1000 permutations": 1e6,
    "expected pairs/1000 permutations": 1e6,
}


def archive(size: int, seed: int = 1) -> dict[str, np.ndarray]:
    """Invented codings, in mixed order: passages with one to four codes each, about a hundred codings a document."""
    rng = np.random.default_rng(seed)
    documents, passages = max(1, size // 100), size // 2 + 8
    document = np.sort(rng.integers(0, documents, passages))
    start = rng.integers(0, 59_000, passages)
    many = rng.choice([1, 2, 3, 4], passages, p=[0.3, 0.4, 0.2, 0.1])
    row = np.repeat(np.arange(passages), many)[:size]
    common = 1 / np.arange(1, CODES + 1)
    columns = {
        "document": document[row],
        "start": start[row],
        "end": (start + rng.integers(40, 900, passages))[row],
        "code": rng.choice(CODES, len(row), p=common / common.sum()),
    }
    columns["turn"] = columns["document"] * TURNS + columns["start"] // (60_000 // TURNS)
    mixed = rng.permutation(len(row))
    return {name: values[mixed].astype("int32") for name, values in columns.items()}


# Each question is a dictionary of methods: columns of the archive to a matrix or its like. Imports are not timed.


def sort_only(document, start, end, code, **_):
    places, lengths = int(end.max()).bit_length(), int((end - start).max()).bit_length()
    keys = document.astype("uint64")
    for values, bits in ((start, places), (end - start, lengths), (code, 8)):
        keys = (keys << np.uint64(bits)) | values.astype("uint64")
    keys.sort()
    return None


def overlap_ours(document, start, end, code, **_):
    from dtstudy.measures.cooccurrence import kernel

    return kernel.overlaps(document, start, end, code, CODES)


def overlap_ncls(document, start, end, code, **_):
    from ncls import NCLS

    base = document.astype("int64") * 100_000
    first, last, row = base + start, base + end, np.arange(len(code))
    one, other = NCLS(first, last, row).all_overlaps_both(first, last, row)
    later = (other > one) & (code[one] != code[other])
    pairs = np.bincount(code[one[later]] * CODES + code[other[later]], minlength=CODES**2).reshape(CODES, CODES)
    return pairs + pairs.T


def _half(one, other, n):
    """A matrix from rows with code < code."""
    pairs = np.zeros((CODES, CODES), "int64")
    pairs[np.asarray(one, "int64"), np.asarray(other, "int64")] = np.asarray(n)
    return pairs + pairs.T


def overlap_duckdb(document, start, end, code, **_):
    rows = _relation(document=document, start=start, stop=end, code=code, row=np.arange(len(code)))
    found = rows.query(
        "a",
        "select least(a.code, b.code), greatest(a.code, b.code), count(*) from a, a b where a.document = b.document"
        " and a.row < b.row and a.start < b.stop and b.start < a.stop and a.code <> b.code group by 1, 2",
    ).fetchnumpy()
    return _half(*found.values())


def overlap_polars(document, start, end, code, **_):
    import polars as pl

    a = pl.LazyFrame({"document": document, "start": start, "end": end, "code": code, "row": np.arange(len(code))})
    met = a.join(a, on="document", suffix="_b").filter(
        (pl.col("row") < pl.col("row_b"))
        & (pl.col("start") < pl.col("end_b"))
        & (pl.col("start_b") < pl.col("end"))
        & (pl.col("code") != pl.col("code_b"))
    )
    one, other = pl.min_horizontal("code", "code_b").alias("one"), pl.max_horizontal("code", "code_b").alias("other")
    found = met.select(one, other).group_by("one", "other").len().collect()
    return _half(*(found[name].to_numpy() for name in found.columns))


def overlap_pandas(document, start, end, code, **_):
    import pandas as pd

    a = pd.DataFrame({"document": document, "start": start, "end": end, "code": code, "row": np.arange(len(code))})
    both = a.merge(a, on="document", suffixes=("", "_b"))
    met = both[(both["row"] < both["row_b"]) & (both["start"] < both["end_b"]) & (both["start_b"] < both["end"])]
    met = met[met["code"] != met["code_b"]]
    found = met.groupby([met[["code", "code_b"]].min(axis=1), met[["code", "code_b"]].max(axis=1)]).size()
    return _half(found.index.get_level_values(0), found.index.get_level_values(1), found)


def by_document(method):
    """The method on the same rows in the order of documents, which spares joins and lists of intervals much."""

    def ordered(**columns):
        order = np.lexsort((columns["start"], columns["document"]))
        columns = {name: values[order] for name, values in columns.items()}
        return lambda: method(**columns)

    return ordered


def on_units(unit):
    """This package on the column of that unit."""

    def ours(code, **columns):
        from dtstudy.measures.cooccurrence import kernel

        return kernel.met_on_units(columns[unit], code, CODES)

    return ours


def window_ours(turn, document, code, **_):
    from dtstudy.measures.cooccurrence import kernel

    of = np.arange((int(document.max()) + 1) * TURNS) // TURNS
    return kernel.met(kernel.spread(kernel.incidence(turn, code, CODES), of, 1, CODES), CODES)


def _relation(**columns):
    import duckdb
    import pyarrow as pa

    return duckdb.connect().from_arrow(pa.table(columns))


UNITS = {
    "turn": "select distinct turn as unit, code from a",
    "document": "select distinct document as unit, code from a",
    "window": f"select distinct turn + step as unit, code from a, range(-1, 2) steps(step)"
    f" where (turn + step) // {TURNS} = document and turn + step >= 0",
}


def units_duckdb(unit):
    def duckdb_join(turn, document, code, **_):
        distinct = _relation(turn=turn, document=document, code=code)
        found = distinct.query(
            "a",
            f"with u as materialized ({UNITS[unit]}) select a.code, b.code, count(*) from u a, u b"
            " where a.unit = b.unit and a.code <= b.code group by 1, 2",
        ).fetchnumpy()
        return _with_diagonal(*found.values())

    return duckdb_join


def units_polars(unit):
    def polars_join(turn, document, code, **_):
        import polars as pl

        a = pl.LazyFrame({"turn": turn, "document": document, "code": code})
        if unit == "window":
            a = a.join(pl.LazyFrame({"step": np.arange(-1, 2, dtype="int32")}), how="cross")
            a = a.with_columns(unit=pl.col("turn") + pl.col("step"))
            a = a.filter((pl.col("unit") // TURNS == pl.col("document")) & (pl.col("unit") >= 0))
        u = a.with_columns(unit=pl.col("unit" if unit == "window" else unit)).select("unit", "code").unique()
        met = u.join(u, on="unit", suffix="_b").filter(pl.col("code") <= pl.col("code_b"))
        found = met.group_by("code", "code_b").len().collect()
        return _with_diagonal(*(found[name].to_numpy() for name in found.columns))

    return polars_join


def units_pandas(unit):
    def pandas_merge(turn, document, code, **_):
        import pandas as pd

        a = pd.DataFrame({"turn": turn, "document": document, "code": code})
        if unit == "window":
            a = pd.concat([a.assign(turn=a["turn"] + step) for step in (-1, 0, 1)])
            a = a[(a["turn"] // TURNS == a["document"]) & (a["turn"] >= 0)]
        u = a[["document" if unit == "document" else "turn", "code"]].drop_duplicates()
        met = u.merge(u, on=u.columns[0], suffixes=("", "_b"))
        found = met[met["code"] <= met["code_b"]].groupby(["code", "code_b"]).size()
        return _with_diagonal(found.index.get_level_values(0), found.index.get_level_values(1), found)

    return pandas_merge


def units_vectorised(unit):
    def vectoriser(code, **columns):
        import pandas as pd
        from sklearn.feature_extraction.text import CountVectorizer

        words = np.array([f"c{one:03d}" for one in range(CODES)])
        lines = pd.Series(words[code]).groupby(columns[unit]).agg(" ".join)
        carries = CountVectorizer(binary=True, vocabulary=words, token_pattern=r"\S+").fit_transform(lines)
        return (carries.T @ carries).toarray().astype("int64")

    return vectoriser


def _with_diagonal(one, other, n):
    pairs = np.zeros((CODES, CODES), "int64")
    pairs[np.asarray(one, "int64"), np.asarray(other, "int64")] = np.asarray(n)
    return pairs + np.triu(pairs, 1).T


def whole(unit, kind):
    """The public function on tables with words or categories in them, which are made before the clock starts."""

    def frames(**columns):
        import pandas as pd

        from dtstudy.measures import cooccurrence

        words = {
            "document": (pd.Index([f"document {n:06d}" for n in range(int(columns["document"].max()) + 1)])),
            "code": pd.Index([f"code {n:03d}" for n in range(CODES)]),
        }
        codings = pd.DataFrame({name: words[name][columns[name]] for name in words})
        codings = codings.assign(start=columns["start"], end=columns["end"], coder="first").astype(
            {"start": "int64", "end": "int64"}
        )
        number = np.arange(len(words["document"]) * TURNS)
        turns = pd.DataFrame({"document": words["document"][number // TURNS], "turn": number % TURNS + 1})
        turns["participant"], turns["role"] = "P" + (turns["turn"] % 8).astype("str"), "participant"
        turns["start"] = (number % TURNS) * (60_000 // TURNS)
        turns["end"] = turns["start"] + 60_000 // TURNS
        if kind == "categories":
            codings = codings.astype(dict.fromkeys(["document", "code", "coder"], "category"))
            turns = turns.astype(dict.fromkeys(["document", "participant", "role"], "category"))
        return lambda: cooccurrence.cooccurrence(codings, turns, unit=unit, coders="first", replicates=0)

    return frames


def labels_of(unit, code, n_codes=CODES):
    from dtstudy.measures.cooccurrence.relabelling import Labels

    keys, number = np.unique(unit.astype("int64") * n_codes + code, return_counts=True)
    return Labels(keys // n_codes, keys % n_codes, number, n_codes)


def expected_on_turns(turn, document, code, **_):
    from dtstudy.measures.cooccurrence import kernel, relabelling

    turn, code = kernel.unpacked(kernel.incidence(turn, code, CODES), CODES)
    labels, documents = labels_of(turn // TURNS, code), np.unique(document)
    return lambda: relabelling.moments_of_units(labels, documents, np.full(len(documents), TURNS), "turn", 0)


def permuted_turns(turn, document, code, **_):
    from dtstudy.measures.cooccurrence import kernel

    turn, code = kernel.unpacked(kernel.incidence(turn, code, CODES), CODES)
    base, rng = turn // TURNS * TURNS, np.random.default_rng(1)

    def permutations():
        """Turns drawn again where a code has one twice, all codes and documents at once."""
        for _ in range(PERMUTED):
            missing = np.arange(len(code))
            drawn = np.empty(len(code), "int64")
            while len(missing):
                drawn[missing] = (base[missing] + rng.integers(0, TURNS, len(missing))) * CODES + code[missing]
                keys, first = np.unique(drawn, return_index=True)
                missing = np.setdiff1d(np.arange(len(code)), first, assume_unique=True)
            kernel.met_on_units(keys // CODES, keys % CODES, CODES)

    return permutations


def expected_pairs(document, start, end, code, **_):
    from dtstudy.measures.cooccurrence import kernel, relabelling

    joins, labels = kernel.joins(document, start, end), labels_of(document, code)
    return lambda: relabelling.moments_of_joins(labels, *joins)


def permuted_pairs(document, start, end, code, **_):
    from dtstudy.measures.cooccurrence import kernel

    of, first, second = kernel.joins(document, start, end)
    order, rng = np.argsort(document, kind="stable"), np.random.default_rng(1)
    document, code = document[order], code[order]
    begin = np.searchsorted(document, np.arange(int(document.max()) + 1))
    one, other = begin[of] + first, begin[of] + second

    def permutations():
        for _ in range(PERMUTED):
            labels = code[np.argsort(document + rng.random(len(code)))]
            np.bincount(labels[one].astype("int64") * CODES + labels[other], minlength=CODES**2)

    return permutations


QUESTIONS = {
    "overlap": {
        "this package": overlap_ours,
        "sorting alone": sort_only,
        "ncls": overlap_ncls,
        "duckdb": overlap_duckdb,
        "polars": overlap_polars,
        "pandas merge": overlap_pandas,
        "frames, words": whole("overlap", "words"),
        "frames, categories": whole("overlap", "categories"),
    },
    "overlap, rows by document": {
        "this package": by_document(overlap_ours),
        "ncls": by_document(overlap_ncls),
        "duckdb": by_document(overlap_duckdb),
        "polars": by_document(overlap_polars),
    },
    "turn": {
        "this package": on_units("turn"),
        "duckdb": units_duckdb("turn"),
        "polars": units_polars("turn"),
        "pandas merge": units_pandas("turn"),
        "CountVectorizer": units_vectorised("turn"),
        "frames, words": whole("turn", "words"),
        "frames, categories": whole("turn", "categories"),
    },
    "window": {
        "this package": window_ours,
        "duckdb": units_duckdb("window"),
        "polars": units_polars("window"),
        "pandas merge": units_pandas("window"),
    },
    "document": {
        "this package": on_units("document"),
        "duckdb": units_duckdb("document"),
        "polars": units_polars("document"),
        "CountVectorizer": units_vectorised("document"),
    },
    "expected on turns": {"this package": expected_on_turns, "1000 permutations": permuted_turns},
    "expected pairs": {"this package": expected_pairs, "1000 permutations": permuted_pairs},
}
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}


def run(question: str, method: str, folder: str) -> dict:
    """One method in this process: seconds, memory, and a digest of its answer."""
    columns = {file.stem: np.load(file) for file in Path(folder).glob("*.npy")}
    work = QUESTIONS[question][method]
    prepared = question.startswith(("expected", "overlap, ")) or method.startswith("frames")
    few = {name: values[:50] for name, values in columns.items()}
    call = work(**columns) if prepared else lambda: work(**columns)
    if not prepared:
        work(**few)  # imports and first calls are not timed
    before = _peak()
    taken, answer = [], None
    while len(taken) < 3 and sum(taken) < 4:
        began = time.process_time()
        answer = call()
        taken.append(time.process_time() - began)
    seconds = float(np.median(taken)) * (1000 / PERMUTED if method == "1000 permutations" else 1)
    digest = zlib.crc32(np.ascontiguousarray(answer, "int64").tobytes()) if isinstance(answer, np.ndarray) else None
    return {"seconds": seconds, "peak": _peak(), "before": before, "digest": digest}


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(largest: float) -> None:
    sizes = [size for size in SIZES if size <= largest]
    with tempfile.TemporaryDirectory() as place:
        for size in sizes:
            (Path(place) / str(size)).mkdir()
            for name, values in archive(size).items():
                np.save(Path(place) / str(size) / f"{name}.npy", values)
        for question, methods in QUESTIONS.items():
            print(f"\n{question}: processor seconds (ratio to this package), by number of codings")
            print(f"{'':<22}" + "".join(f"{size:>20,}" for size in sizes) + f"{'growth':>9}{'peak MB (before)':>20}")
            ours, digests = {}, {}
            for method in methods:
                compare(question, method, place, sizes, ours, digests)


def compare(question: str, method: str, place: str, sizes: list[int], ours: dict, digests: dict) -> None:
    """One line of a table."""
    found, cells = {}, []
    for size in sizes:
        if size > MOST.get(f"{question}/{method}", math.inf):
            cells.append("–")
            continue
        call = [sys.executable, __file__, "--one", question, method, f"{place}/{size}"]
        ran = subprocess.run(call, check=True, stdout=subprocess.PIPE, text=True, env=os.environ | ONE_THREAD)
        found[size] = json.loads(ran.stdout)
        seconds, digest = found[size]["seconds"], found[size]["digest"]
        cells.append(f"{seconds:.4f} ({seconds / ours.setdefault(size, seconds):,.1f})")
        if digest is not None and digests.setdefault(size, digest) != digest:
            raise SystemExit(f"{method} counts otherwise at {size:,} codings")
    growth = "–"
    if len(found) > 1:
        small, large = list(found)[-2:]
        growth = f"{math.log(found[large]['seconds'] / found[small]['seconds'], large / small):.2f}"
    memory = f"{found[max(found)]['peak']:,.0f} ({found[max(found)]['before']:,.0f})"
    print(f"{method:<22}" + "".join(f"{cell:>20}" for cell in cells) + f"{growth:>9}{memory:>20}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(run(*sys.argv[2:])))
    else:
        main(float(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
