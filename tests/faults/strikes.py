"""Faults done to a run of the chain, and what became of it.

Every fault strikes a copy of one finished project. Afterwards no exhibit may be half, the last good outputs must stand
where no new ones do, one sentence must say what happened, no process of the run may be left, and the next run must
succeed. FAULTS=long begins every run anew, as the command does, and fills the disk at more places.
"""

import atexit
import os
import random
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from functools import cache

import pandas as pd

from dtstudy import exhibits, settings
from dtstudy.chain import run

from ..chain.projects import SAVE, project
from .runs import ALONE, Cold, Mother, NotPossibleError, Warm, memory_group

LONG = os.environ.get("FAULTS") == "long"
GOOD, BAD, AFTER = 3, 9, 7  # values of a parameter: of the run before, of the one struck by faults, of the one after
DIES = """
import os
from pathlib import Path
if number == 9:
    group = Path(os.environ["DTSTUDY_PROJECT"], "group")
    if group.is_file():
        Path(group.read_text()).write_text(str(os.getpid()))
        held = [b"x" * 2**20 for _ in range(4096)]
    os.kill(os.getpid(), 9)
"""
STARVES = "import resource\nif number == 9:\n    resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))\n    bytearray(2**33)\n"
HANGS = (
    "import signal, time\nif number == 9:\n    signal.signal(signal.SIGINT, signal.SIG_IGN)\n    while True:\n"
    "        time.sleep(1)\n"
)
FILLS = SAVE.format(name="fills").replace("[number]", "[number] * (1 if number == 3 else 1_000_000)")
KILLS = 20
STEPS = {
    "dies": DIES + SAVE.format(name="dies"),
    "starves": STARVES + SAVE.format(name="starves"),
    "hangs": HANGS + SAVE.format(name="hangs"),
    "stands": SAVE.format(name="stands"),
}


def finished(folder, **steps):
    """A project whose steps have run."""
    place = project(folder, **(steps or STEPS))
    code, told, _ = ran(place, GOOD)
    assert code == 0, told
    return place


@cache
def mother():
    """What warm runs are forked from, begun when the first one needs it."""
    made = Mother()
    atexit.register(made.end)
    return made


def start(place, number, command=None, **env):
    """Begin a run: in the long campaign, and with an environment or a command of its own, in a new process."""
    if LONG or env or command or sys.platform != "linux":
        return Cold(place, command or [sys.executable, "-c", ALONE, str(number)], env)
    return Warm(mother(), place, number)


def ran(place, number, **more):
    """A whole run: exit code, what it told and printed; none of its processes is left."""
    under_way = start(place, number, **more)
    result = under_way.ended()
    under_way.refuse_left()
    return result


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
    names = ("one", "two", "three")
    finished(place, **{name: SAVE.format(name=name) for name in names})
    succeeds(place, GOOD + 1)  # the first run of a process is longer
    began = time.monotonic()
    succeeds(place)
    whole = time.monotonic() - began
    chance, outcomes = random.Random(11), []
    for strike in range(KILLS):
        before, number = numbers(place), 100 + strike
        under_way = start(place, number)
        time.sleep(whole * (strike + chance.random()) / KILLS)
        under_way.kill()
        under_way.ended()
        under_way.refuse_left()
        run.recover(study_of(place))
        now = numbers(place)
        assert set(now) == set(before) and all(now[name] in (before[name], number) for name in now), now
        outcomes.append(sum(value == number for value in now.values()))
    succeeds(place)
    yield (
        f"chain killed at {KILLS} moments",
        f"{outcomes} of 3 steps done and kept, the others as before; the next run succeeds",
    )


def kernels(base, place):
    """A kernel that the system ends for want of memory, one that asks for more than there is, one that never ends."""
    shutil.copytree(base, place)
    plan = place / "notebooks" / "pipeline.toml"
    head, tail = plan.read_text(encoding="utf-8").split("[step.hangs]")
    plan.write_text(f"{head}[step.hangs]{tail.replace('timeout = 20', 'timeout = 3', 1)}", encoding="utf-8")
    dies = "kernel ended by a memory limit"
    try:
        with memory_group(100) as (group, number_ended):
            (place / "group").write_text(str(group), encoding="utf-8")
            code, told, _ = ran(place, BAD)
            assert number_ended() == 1, "the limit ended no kernel"
    except NotPossibleError as reason:
        (place / "group").unlink(missing_ok=True)
        code, told, _ = ran(place, BAD)
        dies = f"kernel killed ({reason})"
    told = [line for line in sentence(told).splitlines() if not line.startswith("The notebook as far as it came: ")]
    assert code == 1 and len(told) == 3, told
    assert numbers(place) == {"dies": GOOD, "starves": GOOD, "hangs": GOOD, "stands": BAD}
    faults = {
        dies: "dies.ipynb: the kernel died",
        "kernel that asks for too much memory": "starves.ipynb, cell 3: MemoryError: the cell asks for more memory than there is.",
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
    for code, told, _ in [under_way.ended() for under_way in both]:
        assert code == 0, told
    both[1].refuse_left()
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
    code, told, _ = ran(place, AFTER, **plain)
    assert code == 0, told
    assert set(numbers(place).values()) == {AFTER}
    command = [sys.executable, "-m", "dtstudy", "status", "small"]
    code, told, out = ran(place, AFTER, command=command, **plain)
    assert code == 0 and "stale" in out, told
    yield "locale without UTF-8", "the run succeeds; marks the terminal lacks are shown as ?"


FAULTS = [kill, kernels, full, read_only, twice, clocks, locale]
