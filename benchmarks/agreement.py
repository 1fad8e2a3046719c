"""Agreement of coders: this package beside krippendorff, NLTK and scikit-learn.

    python benchmarks/agreement.py [UNITS ...]        (default 10000 100000 1000000, about two minutes)

Alpha of three coders (ten values, a fifth missing), alone, with 1,000 bootstrap replicates, and on sets of codes with
MASI; kappa of 200 codes given by two coders; and the whole table from codings and turns. Each method runs in a process
of its own, on one thread: seconds of processor time (the median of three where short) with the ratio to this package,
the growth exponent between the two largest sizes, and peak memory in MB with how much of it is data and imports.
Methods of one question must give the same value. NLTK runs up to 30,000 units. scikit-learn is run on 10 of the 200
codes, its seconds times 20, on vectors of the kind pandas makes of given or not (bool), of int64 and of bytes. Beside
the bootstrap, krippendorff is one call without a replicate.
"""

import multiprocessing
import os
import resource
import sys
import time
from math import log10

import numpy as np

os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # before the processes start

CODES, SOME_CODES, TURNS = 200, 10, 300
UP_TO = {"NLTK": 30_000}


def values(units: int) -> np.ndarray:
    """Three coders who see the same of ten values six times in ten, and one unit in five not at all."""
    random = np.random.default_rng(1)
    true = random.integers(10, size=units)
    data = np.where(random.random((3, units)) < 0.6, true, random.integers(10, size=(3, units))).astype(float)
    data[random.random(data.shape) < 0.2] = np.nan
    return data


def sets(units: int) -> list[list[frozenset]]:
    """One or two of eight codes from each of three coders."""
    random = np.random.default_rng(2)
    true = random.integers(8, size=(units, 2))
    coders = [np.where(random.random(true.shape) < 0.7, true, random.integers(8, size=true.shape)) for _ in range(3)]
    return [[frozenset(own) for own in coder.tolist()] for coder in coders]


def codes_given(units: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """What two coders gave: units and codes, about three codes on two units, of which they share two in three."""
    random = np.random.default_rng(3)
    common = 1 / np.arange(1, CODES + 1)
    unit, code = random.integers(units, size=2 * units), random.choice(CODES, 2 * units, p=common / common.sum())
    return [(unit[mine], code[mine]) for mine in (random.random(2 * units) < 0.8, random.random(2 * units) < 0.8)]


def corpus(units: int) -> dict:
    """The same as tables: a turn is a unit, 300 to a document."""
    import pandas as pd

    turn = np.arange(units)
    turns = pd.DataFrame({"document": pd.Series(turn // TURNS).astype("str"), "turn": turn % TURNS + 1})
    turns = turns.assign(participant="P", role="participant", start=turns["turn"] * 100, end=turns["turn"] * 100 + 99)
    parts = []
    for coder, (unit, code) in zip(("first", "second"), codes_given(units), strict=True):
        own = (
            turns[["document", "start", "end"]].iloc[unit].assign(code=pd.Series(code, dtype="str").array, coder=coder)
        )
        parts.append(own)
    reads = turns[["document"]].drop_duplicates().merge(pd.DataFrame({"coder": ["first", "second"]}), how="cross")
    codings = pd.concat(parts).drop_duplicates(ignore_index=True)
    return {"codings": codings, "reads": reads, "turns": turns}


def alpha(data):
    from dtstudy.measures.agreement import krippendorff_alpha

    return krippendorff_alpha(data)


def alpha_krippendorff(data):
    import krippendorff

    return krippendorff.alpha(data, level_of_measurement="nominal")


def alpha_nltk(data):
    from nltk.metrics.agreement import AnnotationTask

    return AnnotationTask(
        [(coder, unit, value) for coder, own in enumerate(data) for unit, value in enumerate(own) if value == value]
    ).alpha()


def bootstrap(data):
    from dtstudy.measures.agreement import bootstrap_alpha

    return round(float(np.median(bootstrap_alpha(data))), 1)


def one_call(data):
    return round(alpha_krippendorff(data), 1)


def masi(data):
    from dtstudy.measures.agreement import alpha_masi

    return alpha_masi(data)


def masi_nltk(data):
    from nltk.metrics.agreement import AnnotationTask
    from nltk.metrics.distance import masi_distance

    rows = [(coder, unit, own) for coder, line in enumerate(data) for unit, own in enumerate(line)]
    return AnnotationTask(rows, distance=masi_distance).alpha()


def kappas(data):
    from dtstudy.measures.agreement import kappa_by_code

    first, second = data
    return kappa_by_code(first, second, 1 + max(first[0].max(), second[0].max()))[:SOME_CODES].sum()


def kappas_sklearn(kind):
    def loop(data):
        from sklearn.metrics import cohen_kappa_score

        units, total = 1 + max(unit.max() for unit, _ in data), 0.0
        for code in range(SOME_CODES):
            given = np.zeros((2, units), dtype=kind)
            for own, (unit, codes) in zip(given, data, strict=True):
                own[unit[codes == code]] = 1
            total += cohen_kappa_score(*given)
        return total

    return loop


def table(data):
    from dtstudy.measures.agreement import agreement_table

    return agreement_table(**data, replicates=0)["alpha"].iloc[0]


def table_with_documents(data):
    from dtstudy.measures.agreement import agreement_table

    return agreement_table(**data, unit="character")["alpha"].iloc[0]


QUESTIONS = {
    "nominal alpha": (values, {"this package": alpha, "krippendorff": alpha_krippendorff, "NLTK": alpha_nltk}),
    "nominal alpha, 1000 replicates": (values, {"this package": bootstrap, "krippendorff, one call": one_call}),
    "alpha of sets, MASI": (sets, {"this package": masi, "NLTK": masi_nltk}),
    "kappa of 200 codes": (
        codes_given,
        {
            "this package": kappas,
            "scikit-learn, bool": kappas_sklearn(bool),
            "scikit-learn, int64": kappas_sklearn(np.int64),
            "scikit-learn, int8": kappas_sklearn(np.int8),
        },
    ),
    "table on turns": (corpus, {"this package": table}),
    "table on characters, 1000 replicates": (corpus, {"this package": table_with_documents}),
}


def measure(question: str, method: str, units: int) -> tuple[float, float, float, float]:
    """One method in this process: seconds, peak memory and memory before in MB, and its value."""
    made, methods = QUESTIONS[question]
    data, work = made(units), methods[method]
    work(made(300))  # imports and first calls are not timed
    before, taken, value = _peak(), [], None
    while len(taken) < 3 and sum(taken) < 4:
        began = time.process_time()
        value = work(data)
        taken.append(time.process_time() - began)
    return float(np.median(taken)) * (CODES / SOME_CODES if "scikit" in method else 1), _peak(), before, float(value)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    sizes = [int(argument) for argument in sys.argv[1:]] or [10_000, 100_000, 1_000_000]
    if any(size > UP_TO["NLTK"] for size in sizes):
        sizes = sorted({*sizes, UP_TO["NLTK"]})
    processes = multiprocessing.get_context("spawn")
    for question, (_, methods) in QUESTIONS.items():
        print(f"\n{question}: processor seconds (ratio to this package), by units")
        print(f"{'':<24}" + "".join(f"{size:>20,}" for size in sizes) + f"{'growth':>9}{'peak MB (before)':>20}")
        ours, answers = {}, {}
        for method in methods:
            found, cells = {}, []
            for size in sizes:
                if size > UP_TO.get(method, size):
                    cells.append("–")
                    continue
                with processes.Pool(1) as pool:
                    seconds, peak, before, value = pool.apply(measure, (question, method, size))
                found[size] = seconds
                cells.append(f"{seconds:.4f} ({seconds / ours.setdefault(size, seconds):,.1f})")
                if abs(answers.setdefault(size, value) - value) > 1e-6:
                    raise SystemExit(f"{method} finds {value} at {size:,} units, not {answers[size]}")
            small, large = list(found)[-2:] if len(found) > 1 else (1, 1)
            growth = log10(found[large] / found[small]) / log10(large / small) if large > small else float("nan")
            print(
                f"{method:<24}" + "".join(f"{cell:>20}" for cell in cells) + f"{growth:9.2f}"
                f"{f'{peak:.0f} ({before:.0f})':>20}",
                flush=True,
            )


if __name__ == "__main__":
    main()
