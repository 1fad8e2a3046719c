"""Faults done to a run of the chain, and what became of it: `python -m tests.faults.campaign` prints a table.

Every fault strikes a copy of one finished project. Afterwards no exhibit may be half, the last good outputs must stand
where no new ones do, one sentence must say what happened, no process of the run may be left, and the next run must
succeed. FAULTS=long kills at more moments and fills the disk at more places.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from dtstudy import exhibits, settings
from dtstudy.chain import run

from ..chain.projects import SAVE, project

LONG = os.environ.get("FAULTS") == "long"
GOOD, BAD, AFTER = 3, 9, 7  # values of a parameter: of the run before, of the one struck by faults, of the one after
ONCE = """
import sys
from dtstudy import settings
from dtstudy.chain.run import run_chain
from dtstudy.errors import DtstudyError
try:
    print(len(run_chain([(settings.load("small"), {"number": sys.argv[1]})], jobs=2)), "steps ran")
except DtstudyError as error:
    print(error, file=sys.stderr)
    sys.exit(error.exit_code)
"""
DIES = "import os, signal\nif number == 9:\n    os.kill(os.getpid(), signal.SIGKILL)\n"
STARVES = "import resource\nif number == 9:\n    resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))\n    bytearray(2**33)\n"
HANGS = (
    "import signal, time\nif number == 9:\n    signal.signal(signal.SIGINT, signal.SIG_IGN)\n    while True:\n"
    "        time.sleep(1)\n"
)
FILLS = SAVE.format(name="fills").replace("[number]", "[number] * (1 if number == 3 else 1_000_000)")
STEPS = {
    "dies": DIES + SAVE.format(name="dies"),
    "starves": STARVES + SAVE.format(name="starves"),
    "hangs": HANGS + SAVE.format(name="hangs"),
    "stands": SAVE.format(name="stands"),
}
PATIENCE = 20  # seconds in which processes of a run must be gone


class NotPossibleError(Exception):
    """A fault that cannot be done here, with the reason."""


def finished(folder, **steps):
    """A project whose steps have run."""
    place = project(folder, **(steps or STEPS))
    code, told, _ = ran(place, GOOD)
    assert code == 0, told
    return place


def start(place, number, **more):
    """Begin a run; the process and the token by which its processes are known."""
    token = uuid.uuid4().hex
    environment = {**os.environ, "DTSTUDY_PROJECT": str(place), "DTSTUDY_TOKEN": token, **more.pop("env", {})}
    environment.pop("DTSTUDY_OUTPUT", None)
    command = more.pop("command", [sys.executable, "-c", ONCE, str(number)])
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "encoding": "utf-8"}
    return subprocess.Popen(command, cwd=place, env=environment, **pipes, **more), token


def ended(process, token):
    """Exit code, what a run told, and that none of its processes is left."""
    out, told = process.communicate(timeout=300)
    refuse_left(token)
    return process.returncode, told, out


def ran(place, number, **more):
    return ended(*start(place, number, **more))


def refuse_left(token):
    until = time.monotonic() + PATIENCE
    while left := alive(token):
        assert time.monotonic() < until, f"processes are left: {left}"
        time.sleep(0.1)


def alive(token):
    """Processes with the token in the environment they began with."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if token.encode() in (place / "environ").read_bytes():
                found.append((place / "cmdline").read_bytes().replace(b"\0", b" ").decode()[:100])
        except OSError:
            continue
    return found


def sentence(told):
    """What was told, which must be no traceback."""
    assert "Traceback" not in told and told.strip(), told
    return told.strip()


def study_of(place):
    return settings.load("small", place)


def numbers(place):
    """The number each exhibit stands on, after a look that none is half."""
    derived = study_of(place).derived
    assert exhibits.changed(derived) == []
    tables = {entry.id: pd.read_csv(derived / "tables" / f"{entry.id}.csv") for entry in exhibits.load(derived)}
    assert all(table["number"].nunique() == 1 for table in tables.values())
    return {name: int(table["number"].iloc[0]) for name, table in tables.items()}


def succeeds(place, number=AFTER):
    """The next run succeeds and leaves nothing lying about."""
    code, told, _ = ran(place, number)
    assert code == 0, told
    assert set(numbers(place).values()) == {number}
    derived = study_of(place).derived
    assert not (derived / ".run").exists() and not (derived / "failed").exists()
    assert not list(derived.rglob("*.part"))


@contextmanager
def mounted(place, kilobytes):
    """The derived folder moved to a disk of its own, of this size."""
    derived = place / "data" / "derived"
    kept = derived.rename(derived.with_name("kept"))
    derived.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(derived)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
        raise NotPossibleError("a disk of its own cannot be mounted here (that takes root)")
    try:
        shutil.copytree(kept, derived, dirs_exist_ok=True)
        yield derived
    finally:
        subprocess.run(["umount", "-l", str(derived)], check=True)


def kill(base, place):
    """SIGKILL at random moments of a run."""
    shutil.copytree(base, place)
    began = time.monotonic()
    succeeds(place)
    whole = time.monotonic() - began
    chance, outcomes = random.Random(11), []
    times = 20 if LONG else 2
    for strike in range(times):
        before, number = numbers(place), 100 + strike
        process, token = start(place, number)
        time.sleep(whole * (strike + chance.random()) / times)
        process.kill()
        process.communicate()
        refuse_left(token)
        run.recover(study_of(place))
        now = numbers(place)
        assert set(now) == set(before) and all(now[name] in (before[name], number) for name in now), now
        outcomes.append(sum(value == number for value in now.values()))
    succeeds(place)
    yield f"chain killed at {times} moments", f"{outcomes} steps of {len(STEPS)} kept, the rest as before"


def kernels(base, place):
    """A kernel killed as the system does it, one that asks for more memory than there is, one that never ends."""
    shutil.copytree(base, place)
    plan = place / "notebooks" / "pipeline.toml"
    head, tail = plan.read_text(encoding="utf-8").split("[step.hangs]")
    plan.write_text(f"{head}[step.hangs]{tail.replace('timeout = 20', 'timeout = 3', 1)}", encoding="utf-8")
    code, told, _ = ran(place, BAD)
    told = sentence(told).splitlines()
    assert code == 1 and numbers(place) == {"dies": GOOD, "starves": GOOD, "hangs": GOOD, "stands": BAD}
    faults = {
        "kernel killed for want of memory": "dies.ipynb: the kernel died",
        "kernel without memory": "starves.ipynb, cell 3: MemoryError",
        "notebook that never ends": "hangs.ipynb: a cell took longer than 3 seconds",
    }
    for fault, expected in faults.items():
        (own,) = [line for line in told if line.startswith(expected)]
        yield fault, own
    succeeds(place)


def full(base, place):
    """A disk without room for what a step makes."""
    project_of_one(place)
    for kilobytes in (150, 1000, *range(1976, 2016, 4)) if LONG else (2000,):
        with mounted(place, kilobytes) as derived:
            before = {file: file.read_bytes() for file in derived.rglob("tables/*.csv")}
            code, told, _ = ran(place, BAD)
            assert numbers(place) == {"fills": GOOD if code else BAD}, told
            assert code == 0 or {file: file.read_bytes() for file in before} == before
            yield f"disk of {kilobytes} kB", sentence(told) if code else "has room enough, the run succeeds"
        (place / "data" / "derived").rmdir()
        (place / "data" / "kept").rename(place / "data" / "derived")
    code, told, _ = ran(place, AFTER)
    assert code == 0 and numbers(place) == {"fills": AFTER}


def project_of_one(place):
    """A finished project with one step that makes about two megabytes unless the number is the good one."""
    finished(place, fills=FILLS)


def read_only(base, place):
    """A derived folder that takes no writing."""
    shutil.copytree(base, place)
    derived = place / "data" / "derived"
    before = numbers(place)
    if os.geteuid():
        folders = [derived, *(folder for folder in derived.rglob("*") if folder.is_dir())]
        for folder in folders:
            folder.chmod(0o555)
        try:
            code, told, _ = ran(place, BAD)
        finally:
            for folder in folders:
                folder.chmod(0o755)
        assert numbers(place) == before
    else:
        with mounted(place, 8000):
            subprocess.run(["mount", "-o", "remount,ro", str(derived)], check=True)
            code, told, _ = ran(place, BAD)
            assert numbers(place) == before
    assert code == 1
    yield "derived folder read-only", sentence(told)


def twice(base, place):
    """Two runs at once."""
    shutil.copytree(base, place)
    both = [start(place, AFTER) for _ in range(2)]
    for process, token in both:
        code, told, _ = ended(process, token)
        assert code == 0, told
    assert set(numbers(place).values()) == {AFTER}
    assert not any(run.status(study_of(place), {"number": str(AFTER)}).values())
    yield "two runs at once", "both succeed, nothing is half"


def clocks(base, place):
    """Clocks set back, and files from the past: what is fresh is told by content."""
    shutil.copytree(base, place)
    before = run.status(study_of(place), {"number": str(GOOD)})
    for moment in (4_000_000_000, 86_400):  # the years 2096 and 1970
        for file in place.rglob("*"):
            os.utime(file, (moment, moment))
        assert run.status(study_of(place), {"number": str(GOOD)}) == before
    notebook = place / "notebooks" / "stands.ipynb"
    notebook.write_text(notebook.read_text(encoding="utf-8").replace("[number]", "[number + 1]"), encoding="utf-8")
    os.utime(notebook, (0, 0))
    now = run.status(study_of(place), {"number": str(GOOD)})
    assert {step for step, why in now.items() if why != before[step]} == {"stands"}
    yield "clocks set back", "no step runs that has not changed, and the one that has is found"


def locale(base, place):
    """A locale without UTF-8, with letters outside it in the study and in what is told."""
    shutil.copytree(base, place)
    study = place / "data" / "raw" / "small" / "study.toml"
    study.write_text(study.read_text(encoding="utf-8").replace('"T"', '"Überblick – Zoë"'), encoding="utf-8")
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": ""}
    code, told, _ = ran(place, AFTER, env=plain)
    assert code == 0, told
    assert set(numbers(place).values()) == {AFTER}
    code, told, out = ran(place, AFTER, env=plain, command=[sys.executable, "-m", "dtstudy", "status", "small"])
    assert code == 0 and "stale" in out, told
    yield "locale without UTF-8", "the run succeeds; marks the terminal lacks are shown as ?"


FAULTS = [kill, kernels, full, read_only, twice, clocks, locale]


def main():
    """Do every fault and print the table."""
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        base = finished(folder / "base")
        print(f"{'fault':36}  outcome", flush=True)
        for fault in FAULTS:
            try:
                for name, outcome in fault(base, folder / fault.__name__):
                    print(f"{name:36}  {' '.join(outcome.split())}", flush=True)
            except NotPossibleError as reason:
                print(f"{fault.__doc__[:36]:36}  not done: {reason}", flush=True)
            except AssertionError as error:
                failed = True
                print(f"{fault.__doc__[:36]:36}  FAILED: {error}", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    main()
