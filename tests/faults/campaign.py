"""Every fault, and what became of it: `python -m tests.faults.campaign` prints a table.

FAULTS=long takes its time; see `strikes` and `fuzz`.
"""

import shutil
import signal
import sys
import tempfile
from pathlib import Path

import pytest

from dtstudy import settings
from dtstudy.corpus import Corpus
from dtstudy.errors import InputError

from ..conftest import ROOT
from ..write.studies import hard_tables
from . import fuzz, hostile, strikes
from .runs import NotPossibleError
from .test_names import NAMES, OPENS, SHOWS, with_roster


def parquet(folder):
    """A table of the corpus cut in half."""
    corpus = Corpus.build(**hard_tables())
    told = []
    for table in vars(corpus):
        corpus.save(folder / "corpus")
        file = folder / "corpus" / f"{table}.parquet"
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
        with pytest.raises(InputError, match=f"{table}.parquet cannot be read .*Run dtstudy report") as error:
            Corpus.load(folder / "corpus")
        told.append(str(error.value))
    corpus.save(folder / "corpus")
    assert len(Corpus.load(folder / "corpus").codings) == len(corpus.codings)
    yield "parquet file cut in half", f"{told[0]} So with each of {len(told)} tables; written again, they open"


def privacy(folder):
    """Names of the roster in what fails."""
    cases = {
        "names in a failed notebook": (SHOWS, "Al: I met Zoë\nHart and Nadia of Marlbury.\n"),
        "names in a sentence": (OPENS, "Al: One.\n\nNadai: Two.\n"),
    }
    for number, (fault, (code, said)) in enumerate(cases.items()):
        place = with_roster(folder / str(number), code, said)
        command = [sys.executable, "-m", "dtstudy", "report", "small"]
        ended, told, printed = strikes.ran(place, strikes.BAD, command=command)
        assert ended == 1, told
        derived = settings.load("small", place).derived
        files = [file for file in derived.rglob("*") if file.is_file()]
        texts = {
            "the log": told + printed,
            **{file.name: file.read_text(encoding="utf-8", errors="replace") for file in files},
        }
        assert "one.ipynb" in texts
        shown = [name for name, text in texts.items() if NAMES.search(text)]
        assert not shown, f"a name stands in {shown}"
        yield fault, f"none in the log nor in {len(files)} files: {strikes.sentence(told).splitlines()[0]}"


def text(folder):
    """Hostile text in the report."""
    for part in ("data/raw", "notebooks"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("paper.*", ".ipynb_checkpoints"))
    study = settings.load("kouimtsidis2007", folder)
    made = hostile.bound(study, [*hostile.TEXTS.values(), hostile.LONG_TURN], ("html", "docx", "pdf"))
    sizes = ", ".join(f"{file.suffix[1:]} {file.stat().st_size // 1000:,} kB" for file in made)
    yield (
        "hostile text and a turn of 10 MB",
        f"text in every format ({sizes}); the long turn breaks off and says where it is",
    )
    if hostile.CHROMIUM is None:
        raise NotPossibleError("no Chromium is installed; the page was not looked at")
    hostile.refuse_harm(*hostile.looked_at(study, folder))
    widths = " and ".join(map(str, hostile.WIDTHS))
    yield "hostile text in a browser", f"no script, no request, nothing overlaps or runs over at {widths} pixels"


def files(folder):
    """Mutated files for importers and readers."""
    verdicts = list(fuzz.judged(fuzz.names(fuzz.SAMPLES)))
    found = [f"{one.sample}: {one.outcome}: {one.told}" for one in verdicts if one.is_finding]
    assert not found, "; ".join(found)
    yield "mutated files", fuzz.summary(verdicts)


def main():
    """Do every fault and print the table."""
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        base = strikes.finished(folder / "base")
        print(f"{'fault':36}  outcome", flush=True)
        faults = [(fault, (base, folder / fault.__name__)) for fault in strikes.FAULTS]
        for fault, places in faults + [
            (fault, (folder / fault.__name__,)) for fault in (parquet, privacy, text, files)
        ]:
            try:
                for name, outcome in fault(*places):
                    print(f"{name:36}  {' '.join(outcome.split())}", flush=True)
            except NotPossibleError as reason:
                print(f"{fault.__doc__[:36]:36}  not done: {reason}", flush=True)
            except (AssertionError, pytest.fail.Exception) as error:
                failed = True
                print(f"{fault.__doc__[:36]:36}  FAILED: {error}", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    main()
