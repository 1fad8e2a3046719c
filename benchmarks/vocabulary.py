"""Words counted by document, and words that stand together: this package, `re` with Counter, scikit-learn, NLTK.

    python benchmarks/vocabulary.py [MEGABYTES ...]        (default 10 100; collocations up to 20)

Each method runs in a process of its own and must find the same numbers. Prints seconds of processor time, seconds by
the clock, the ratio of processor time to this package, and the process's largest memory after and before counting.
"""

import gc
import multiprocessing
import re
import resource
import string
import sys
import tempfile
import time
from collections import Counter
from math import log10
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from dtstudy import text
from dtstudy.measures import collocation, tally, vocabulary, words

WORD = r"[^\W_]+(?:['’-][^\W_]+)*"  # text.words without fillers and marks, of which the archive has none
KINDS, DOCUMENT, TURN = 50_000, 8_500, 60  # distinct words; words of a document and of a turn
COLLOCATIONS = 20  # megabytes up to which NLTK is waited for


def archive(folder: Path, megabytes: float, seed: int = 5) -> None:
    """Invented talk of five people a document: words by Zipf's law, one kind in six accented, commas, curly quotes."""
    rng = np.random.default_rng(seed)
    letters = np.array(list(string.ascii_lowercase))
    kinds = {"".join(letters[rng.integers(0, 26, rng.integers(2, 11))]) for _ in range(2 * KINDS)} - set(text.FILLERS)
    kinds = rng.permutation(sorted(kinds))[:KINDS]
    kinds = np.array([kind[0] + "é" + kind[1:] if rng.random() < 1 / 6 else kind for kind in kinds])
    share = (1 / np.arange(1, KINDS + 1)).cumsum()
    documents, turns, size = [], [], 0
    while size < megabytes * 1e6:
        said = kinds[np.searchsorted(share, rng.random(DOCUMENT) * share[-1])].tolist()
        name, lines, reached = f"D{len(documents):06d}", [], 0
        for number, begin in enumerate(range(0, DOCUMENT, TURN)):
            own = said[begin : begin + TURN]
            own[0], own[7], own[20 % len(own)] = own[0].capitalize(), f"{own[7]},", f"“{own[20 % len(own)]}”"
            lines.append(f"{number % 5}: {' '.join(own)}.\n")
            turns.append((name, number + 1, f"{name}-{number % 5}", reached + 3, reached + len(lines[-1]) - 1))
            reached += len(lines[-1])
        documents.append((name, "".join(lines)))
        size += len(documents[-1][1].encode())
    pd.DataFrame(documents, columns=["document", "text"]).to_parquet(folder / "documents.parquet")
    columns = ["document", "turn", "participant", "start", "end"]
    pd.DataFrame(turns, columns=columns).assign(role="participant").to_parquet(folder / "turns.parquet")


def load(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    return pd.read_parquet(folder / "turns.parquet"), pd.read_parquet(folder / "documents.parquet")


def talk(folder: Path) -> list[str]:
    """What was said in each document, without the labels of speakers."""
    documents = pd.read_parquet(folder / "documents.parquet")["text"]
    return [re.sub(r"^\d: ", "", one, flags=re.MULTILINE) for one in documents]


def count_dtstudy(given: tuple[pd.DataFrame, pd.DataFrame]) -> vocabulary.Counts:
    return vocabulary.count_texts(*given)


def count_definition(given: list[str]) -> list[Counter]:
    return [Counter(word.lower() for word in text.words(one)) for one in given]


def count_re(given: list[str]) -> list[Counter]:
    pattern = re.compile(WORD)
    return [Counter(pattern.findall(one.lower())) for one in given]


def count_sklearn(given: list[str]) -> object:
    from sklearn.feature_extraction.text import CountVectorizer

    return CountVectorizer(token_pattern=WORD).fit_transform(given)


def together_dtstudy(said: pd.DataFrame) -> pd.DataFrame:
    return collocation.collocations(said, margins="words", least_speakers=1)


def together_nltk(turns: list[list[str]]) -> list[tuple[tuple[str, str], float]]:
    from nltk.collocations import BigramCollocationFinder
    from nltk.metrics.association import BigramAssocMeasures

    finder = BigramCollocationFinder.from_documents(turns)
    finder.apply_freq_filter(collocation.LEAST)
    return finder.score_ngrams(BigramAssocMeasures.likelihood_ratio)


def said(folder: Path) -> pd.DataFrame:
    return words.words(*load(folder))


def said_by_turn(folder: Path) -> list[list[str]]:
    table = said(folder).astype({"word": "str"})
    return [list(own) for _, own in table.groupby(["document", "turn"], observed=True)["word"]]


def numbers(found: object) -> list[float]:
    """What every method must agree on: words, pairs of document and word, squares of counts; or pairs and summed G2."""
    if isinstance(found, pd.DataFrame):
        return [len(found), round(found["g2"].sum(), 3)]
    if isinstance(found, vocabulary.Counts):
        codes = [found.said[name].cat.codes.to_numpy() for name in ("document", "word")]
        order, first = tally.groups(*codes)
        counts = np.add.reduceat(found.said["count"].to_numpy()[order], first)
    elif hasattr(found, "data"):
        counts = found.data
    elif isinstance(found[0], Counter):
        counts = np.concatenate([list(one.values()) for one in found])
    else:
        return [len(found), round(sum(score for _, score in found), 3)]
    return [int(counts.sum()), len(counts), int((counts.astype(np.int64) ** 2).sum())]


COUNTS = {"dtstudy": (load, count_dtstudy), "the definition": (talk, count_definition), "re, Counter": (talk, count_re)}
COUNTS["scikit-learn"] = (talk, count_sklearn)
TOGETHER = {"dtstudy": (said, together_dtstudy), "NLTK": (said_by_turn, together_nltk)}


def few(given: object) -> object:
    """The first document or so of what a method is given."""
    if isinstance(given, tuple):
        return given[0].query("document == 'D000000'"), given[1].head(1)
    return given.head(1000) if isinstance(given, pd.DataFrame) else given[:10]


def largest_memory(forget: bool = False) -> float:
    """The most megabytes this process has held; on Linux since it was last told to forget, elsewhere ever."""
    if not Path("/proc/self/clear_refs").exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if forget:
        Path("/proc/self/clear_refs").write_text("5")
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024


def measure(of: dict, method: str, folder: Path, pipe: "multiprocessing.connection.Connection") -> None:
    read, run = of[method]
    given = read(folder)
    run(few(given))  # the first call imports
    gc.collect()
    pa.default_memory_pool().release_unused()  # what reading the file took and nobody holds
    before = largest_memory(forget=True)
    began, clock = time.process_time(), time.perf_counter()
    found = run(given)
    taken = time.process_time() - began, time.perf_counter() - clock
    pipe.send((*taken, before, largest_memory(), numbers(found)))


def compare(of: dict, folder: Path, megabytes: float) -> dict[str, float]:
    """One line for each method; its processor seconds."""
    base, answer, seconds = None, None, {}
    for method in of:
        here, there = multiprocessing.get_context("spawn").Pipe()
        process = multiprocessing.get_context("spawn").Process(target=measure, args=(of, method, folder, there))
        process.start()
        taken, clock, before, after, found = here.recv()
        process.join()
        base, answer = base or taken, answer or found
        assert np.allclose(found, answer, rtol=1e-9), (method, found, answer)
        seconds[method] = taken
        memory = f"{after:9.0f} ({before:.0f})"
        print(f"{megabytes:6.0f}  {method:<15} {taken:11.3f} {clock:9.3f} {taken / base:8.1f} {memory:>16}", flush=True)
    return seconds


def main() -> None:
    sizes = [float(argument) for argument in sys.argv[1:]] or [10, 100]
    for title, of, most in (("Words by document", COUNTS, np.inf), ("Collocations", TOGETHER, COLLOCATIONS)):
        print(f"{title}\n    MB  method          processor s   clock s    ratio   largest memory (before)")
        before: tuple[float, dict] | None = None
        for megabytes in (size for size in sizes if size <= most):
            with tempfile.TemporaryDirectory() as place:
                archive(Path(place), megabytes)
                seconds = compare(of, Path(place), megabytes)
            if before:
                growth = {m: log10(seconds[m] / before[1][m]) / log10(megabytes / before[0]) for m in seconds}
                print("        growth exponent: " + ", ".join(f"{m} {value:.2f}" for m, value in growth.items()))
            before = (megabytes, seconds)


if __name__ == "__main__":
    main()
