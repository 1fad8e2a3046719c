"""Mutated files given to `dtstudy new`, and mutated raw folders opened: `python -m tests.faults.fuzz [SAMPLE ...]`.

Each either becomes a study, or opens, or is refused with one sentence. Anything else is a finding: another error, a sentence that is
none, a sample that takes too long or too much memory, a file that is written or read where it has no business, half a
study. A sample is named by its specimen and a number, from which it is made again: `python -m tests.faults.fuzz refi:12`
does it once more and keeps its files.
"""

import os
import resource
import shutil
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from random import Random

from . import specimens
from .damage import SECRET
from .mutation import mutated

SAMPLES = 10_000 if os.environ.get("FAULTS") == "long" else 200
SECONDS = 120  # that one sample may take; a whole file takes one at most
MEMORY = 2**30  # bytes that one sample may take beyond what the package itself does
LONGEST = 1_500  # characters of a sentence
READ, REFUSED = "read", "refused"


@dataclass(frozen=True)
class Verdict:
    """What became of a sample: read, refused, or what was found; the sentence or the traceback; how long it took."""

    sample: str
    outcome: str
    told: str
    seconds: float

    @property
    def is_finding(self) -> bool:
        return self.outcome not in (READ, REFUSED)


def names(number: int) -> list[str]:
    """That many samples, specimen after specimen; the slow ones more seldom."""
    every = specimens.every()
    turn = [name for name in every if name not in specimens.SLOW] * 12 + [
        name for name in every if name in specimens.SLOW
    ]
    counted: Counter[str] = Counter()
    found = []
    for place in range(number):
        name = turn[place % len(turn)]
        found.append(f"{name}:{counted[name]}")
        counted[name] += 1
    return found


def made(sample: str) -> specimens.Specimen:
    """The sample of that name."""
    return mutated(specimens.every()[sample.rpartition(":")[0]], Random(sample))


def judged(samples: list[str], workers: int = 2) -> Iterator[Verdict]:
    """A verdict on each sample, by worker processes that are replaced when one of them hangs or dies."""
    waiting: SimpleQueue[str] = SimpleQueue()
    for sample in samples:
        waiting.put(sample)
    verdicts: SimpleQueue[Verdict] = SimpleQueue()

    def work() -> None:
        with _Worker() as worker:
            while not waiting.empty():
                verdicts.put(worker.judge(waiting.get()))

    with ThreadPoolExecutor(1 if workers == 1 else workers) as threads:
        running = [threads.submit(work) for _ in range(workers)]
        for _ in samples:
            while verdicts.empty() and not all(one.done() for one in running):
                time.sleep(0.01)
            if verdicts.empty():
                [one.result() for one in running]
            yield verdicts.get()


class _Worker:
    """A process that judges samples, one after the other."""

    def __enter__(self) -> "_Worker":
        self._start()
        return self

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.join()
        shutil.rmtree(self.folder, ignore_errors=True)

    def judge(self, sample: str) -> Verdict:
        began = time.monotonic()
        self.here.send(sample)
        try:
            if self.here.poll(SECONDS):
                return Verdict(sample, *self.here.recv(), time.monotonic() - began)
            outcome, told = "hangs", f"it takes more than {SECONDS} seconds"
        except (EOFError, OSError):
            self.process.join()
            outcome, told = "dies", f"the process ended with {self.process.exitcode}"
        self.__exit__()
        self._start()
        return Verdict(sample, outcome, told, time.monotonic() - began)

    def _start(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
        context = get_context("spawn")
        self.here, there = context.Pipe()
        self.process = context.Process(target=_work, args=(there, self.folder), daemon=True)
        self.process.start()
        there.close()
        self.here.recv()  # it is ready


def _work(pipe: Connection, folder: Path) -> None:
    """Judge samples as they come, each in a scratch folder of its own."""
    (folder / "tmp").mkdir()
    os.environ["TMPDIR"], tempfile.tempdir, sys.dont_write_bytecode = str(folder / "tmp"), str(folder / "tmp"), True
    watch = _Watch(folder)
    judge(specimens.every()["folder"], folder / "warm", watch)  # so that all that is imported is there
    judge(specimens.every()["refi"], folder / "warm too", watch)
    bound = _address_space() + MEMORY
    pipe.send("ready")
    while True:
        try:
            sample = pipe.recv()
        except (EOFError, OSError):
            return
        pipe.send(judge(made(sample), folder / "sample", watch, bound))


def judge(specimen: specimens.Specimen, folder: Path, watch: "_Watch", bound: int = 0) -> tuple[str, str]:
    """What becomes of a specimen, and the words to it: the sentence, or the traceback."""
    from dtstudy.errors import DtstudyError

    project, came = folder / "project", folder / "came"
    (project / "data" / "raw").mkdir(parents=True)
    (project / "notebooks").mkdir()
    came.mkdir()
    into = came if specimen.given else project / "data" / "raw" / "study"
    for name, content in specimen.files.items():
        (into / name).parent.mkdir(parents=True, exist_ok=True)
        (into / name).write_bytes(content)
    for place in (folder, came, project):
        (place / SECRET).write_text("secret", encoding="utf-8")
    os.chdir(came)
    before = _tree(folder)
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (bound or soft, hard))
    try:
        with watch, _Said(folder.parent / "said.txt") as said:
            told = _taken_in(project, [came / name for name in specimen.given]) if specimen.given else _opened(project)
        outcome = READ
    except DtstudyError as error:
        outcome, told = REFUSED, str(error)
    except BaseException:  # whatever it is, it is found
        outcome, told = "traceback", traceback.format_exc(limit=-25)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
        os.chdir(folder.parent)
    found = [
        *_told_amiss(outcome, told),
        *said.found,
        *watch.seen,
        *_left_amiss(before, _tree(folder), outcome == READ and bool(specimen.given)),
    ]
    shutil.rmtree(folder)
    return ("amiss", "; ".join([*found, told])) if found and outcome != "traceback" else (outcome, told)


def _taken_in(project: Path, paths: list[Path]) -> str:
    """As `dtstudy new` does it."""
    from dtstudy import intake

    return intake.page(intake.new("study", paths, at=project))


def _opened(project: Path) -> str:
    """As every command does that needs the corpus of a study."""
    from dtstudy import settings
    from dtstudy.study import Study

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # what a person should look at; notebooks show it
        corpus = Study(settings.load("study", project)).corpus()
    return f"{len(corpus.documents)} documents, {len(corpus.codings)} codings"


class _Said:
    """What is written to the terminal meanwhile, which is to be nothing: the command alone prints."""

    def __init__(self, file: Path) -> None:
        self.file, self.found = file, []

    def __enter__(self) -> "_Said":
        self.streams = [(stream, os.dup(stream)) for stream in (1, 2)]
        into = os.open(self.file, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        for stream, _ in self.streams:
            os.dup2(into, stream)
        os.close(into)
        self.files = sys.stdout, sys.stderr
        sys.stdout = sys.stderr = self.file.open("a", encoding="utf-8")
        return self

    def __exit__(self, *error: object) -> None:
        sys.stdout.close()
        sys.stdout, sys.stderr = self.files
        for stream, kept in self.streams:
            os.dup2(kept, stream)
            os.close(kept)
        said = self.file.read_text(encoding="utf-8", errors="replace")
        self.found = [f"says {said[:200]!r}"] if said else []


class _Watch:
    """What the process does outside of its folder while it is watched: files written, commands, connections."""

    CHANGES = ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.chmod", "os.truncate")
    NEVER = ("socket.connect", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "ctypes.dlopen")

    def __init__(self, folder: Path) -> None:
        self.folder, self.watched, self.seen = str(folder), False, []
        sys.addaudithook(self._see)

    def __enter__(self) -> None:
        self.watched, self.seen = True, []

    def __exit__(self, *error: object) -> None:
        self.watched = False

    def _see(self, event: str, about: tuple) -> None:
        if not self.watched:
            return
        if event in self.NEVER:
            self.seen.append(f"{event} {about[0]!r:.100}")
        elif event == "open" and not isinstance(about[0], int):
            path, mode, flags = os.fsdecode(about[0]), about[1] or "", about[2] or 0
            writes = bool(set(mode) & set("wxa+")) or bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
            if path.endswith(SECRET) or (writes and self._is_outside(path)):
                self.seen.append(f"{'writes' if writes else 'reads'} {path!r:.100}")
        elif event in self.CHANGES and not isinstance(about[0], int) and self._is_outside(os.fsdecode(about[0])):
            self.seen.append(f"{event} {about[0]!r:.100}")

    def _is_outside(self, path: str) -> bool:
        return path != os.devnull and not os.path.realpath(path).startswith(os.path.realpath(self.folder))


def _tree(folder: Path) -> dict[str, bytes | None]:
    """Everything in a folder: path to content, None for a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def _left_amiss(before: dict, after: dict, read: bool) -> list[str]:
    """What is changed in the folder, besides the new study where there is one."""
    own = "project/data/raw/study"
    more = {name for name in after.keys() - before.keys() if not (read and (name == own or name.startswith(f"{own}/")))}
    changed = {name for name in before if name not in after or before[name] != after[name]}
    return [f"left {name!r:.100}" for name in sorted(more)] + [f"changed {name!r:.100}" for name in sorted(changed)]


def _told_amiss(outcome: str, told: str) -> list[str]:
    """What is wrong with a sentence."""
    if outcome != REFUSED:
        return []
    faults = {
        "no words": not told.strip(),
        "several lines": "\n" in told.strip(),
        "no end": not told.rstrip().endswith((".", "?", "!", "…")),
        "too long": len(told) > LONGEST,
        "characters that do something": any(not letter.isprintable() for letter in told),
    }
    return [name for name, found in faults.items() if found]


def _address_space() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[0]) * resource.getpagesize()


def summary(verdicts: list[Verdict]) -> str:
    """What became of the samples, in a line."""
    outcomes = Counter(one.outcome for one in verdicts)
    kinds = len({one.sample.rpartition(":")[0] for one in verdicts})
    slowest = max(verdicts, key=lambda one: one.seconds)
    found = sum(one.is_finding for one in verdicts)
    return (
        f"{len(verdicts):,} samples of {kinds} kinds: {outcomes[REFUSED]:,} refused with a sentence,"
        f" {outcomes[READ]:,} read, {found or 'nothing'} else; the slowest took {slowest.seconds:.1f} s ({slowest.sample})"
    )


def main() -> None:
    """Judge the samples named, or as many as there are to be, and tell what was found."""
    named = sys.argv[1:]
    for sample in named:
        for name, content in made(sample).files.items():
            kept = Path(tempfile.gettempdir()) / "samples" / sample.replace(":", "-") / name
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(content)
            print(kept)
    verdicts = []
    for verdict in judged(named or names(SAMPLES)):
        verdicts.append(verdict)
        if verdict.is_finding or named or verdict.seconds > 5:
            print(f"{verdict.sample}: {verdict.outcome} ({verdict.seconds:.1f} s)\n{verdict.told}\n", flush=True)
    print(summary(verdicts))
    sys.exit(any(one.is_finding for one in verdicts))


if __name__ == "__main__":
    main()
