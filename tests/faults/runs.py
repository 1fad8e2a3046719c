"""Runs of the chain that can be struck: begun cold, as the command is, or forked from a process that has the libraries.

Either way every process of a run is known by a token in the environment it, or what it was forked from, began with.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

ONCE = """
import sys
from dtstudy import settings
from dtstudy.chain.run import run_chain
from dtstudy.errors import DtstudyError
def once(number):
    try:
        print(len(run_chain([(settings.load("small"), {"number": number})], jobs=2)), "steps ran", flush=True)
        return 0
    except DtstudyError as error:
        print(error, file=sys.stderr, flush=True)
        return error.exit_code
"""
ALONE = ONCE + "sys.exit(once(sys.argv[1]))\n"
# Each line of its input asks for a run, which is answered with its number, or for how a run ended.
MOTHER = (
    ONCE
    + """
import json, os
from multiprocessing import forkserver, resource_tracker
from dtstudy.chain import engine, warm
import papermill
warm.context()
forkserver.ensure_running()
print("ready", flush=True)
for line in sys.stdin:
    about = json.loads(line)
    if "wait" in about:
        print(os.waitstatus_to_exitcode(os.waitpid(about["wait"], 0)[1]), flush=True)
        continue
    forkserver.ensure_running()  # a run that is killed while it asks its server for a process takes the server along
    child = os.fork()
    if not child:
        os.environ["DTSTUDY_PROJECT"] = about["project"]
        os.chdir(about["project"])
        for stream, file in enumerate(about["files"], 1):
            os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT), stream)
        warm.share_server()
        os._exit(once(about["number"]))
    print(child, forkserver._forkserver._forkserver_pid, resource_tracker._resource_tracker._pid, flush=True)
"""
)


class NotPossibleError(Exception):
    """A fault that cannot be done here, with the reason."""


PATIENCE = 30  # seconds in which processes of a run must be gone
LONGEST = 300  # seconds that a run may take


class Cold:
    """A run in a process of its own, as the command is."""

    def __init__(self, place: Path, command: list[str], env: dict[str, str]) -> None:
        self.token = uuid.uuid4().hex
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "encoding": "utf-8"}
        self.process = subprocess.Popen(command, cwd=place, env=_environment(self.token, place) | env, **pipes)

    def kill(self) -> None:
        """End the run at once, as nothing can prevent."""
        self.process.kill()

    def ended(self) -> tuple[int, str, str]:
        """Exit code, what was told, and what was printed."""
        out, told = self.process.communicate(timeout=LONGEST)
        return self.process.returncode, told, out

    def refuse_left(self) -> None:
        """Refuse processes of the run that are left."""
        refuse_left(self.token)


class Warm:
    """A run forked from a `Mother`."""

    def __init__(self, mother: "Mother", place: Path, number: int) -> None:
        self.mother = mother
        self.files = [mother.folder / f"{uuid.uuid4().hex}.{stream}" for stream in ("out", "err")]
        self.number = mother.fork(project=str(place), number=str(number), files=[str(file) for file in self.files])

    def kill(self) -> None:
        """End the run at once, as nothing can prevent."""
        os.kill(self.number, signal.SIGKILL)

    def ended(self) -> tuple[int, str, str]:
        """Exit code, what was told, and what was printed."""
        code = self.mother.wait(self.number)
        out, told = (file.read_text(encoding="utf-8") for file in self.files)
        return code, told, out

    def refuse_left(self) -> None:
        """Refuse processes of the run that are left; other runs must have ended."""
        refuse_left(self.mother.token, self.mother.own)


class Mother:
    """A process that has the libraries, with a fork server that has them, too; runs are forked from both."""

    def __init__(self) -> None:
        self.token, self.folder = uuid.uuid4().hex, Path(tempfile.mkdtemp(prefix="runs-"))
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "encoding": "utf-8"}
        with (self.folder / "mother.err").open(
            "wb"
        ) as told:  # of what killed runs leave, its tracker of resources tells
            pipes["stderr"] = told
            self.process = subprocess.Popen([sys.executable, "-c", MOTHER], env=_environment(self.token), **pipes)
        self.process.stdout.readline()
        self.own: set[int] = set()

    def fork(self, **about: object) -> int:
        """Have a run forked; its number."""
        number, *own = self._ask(about)
        self.own = {self.process.pid, *own}
        return number

    def wait(self, number: int) -> int:
        """Have a run waited for; its exit code."""
        return self._ask({"wait": number})[0]

    def _ask(self, about: dict[str, object]) -> list[int]:
        self.process.stdin.write(json.dumps(about) + "\n")
        self.process.stdin.flush()
        return [int(word) for word in self.process.stdout.readline().split()]

    def end(self) -> None:
        """End the process; its fork server ends with it."""
        self.process.stdin.close()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
        refuse_left(self.token)


def _environment(token: str, place: Path | None = None) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if name not in ("DTSTUDY_OUTPUT", "DTSTUDY_PROJECT")}
    return {**own, "DTSTUDY_TOKEN": token, **({"DTSTUDY_PROJECT": str(place)} if place else {})}


def refuse_left(token: str, own: Collection[int] = ()) -> None:
    """Refuse processes with this token, but for those that are to be there."""
    until = time.monotonic() + PATIENCE
    while left := {number: told for number, told in alive(token).items() if number not in own}:
        assert time.monotonic() < until, f"processes are left: {left}"
        time.sleep(0.05)


def alive(token: str) -> dict[int, str]:
    """Processes with the token in the environment they began with, and their commands."""
    found = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if token.encode() in (place / "environ").read_bytes():
                command = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                found[int(place.name)] = command[:100]
        except OSError:
            continue
    return found


@contextmanager
def memory_group(megabytes: int) -> Iterator[tuple[Path, Callable[[], int]]]:
    """A group of processes that the system ends when they take more memory than this.

    Yields the file that takes the numbers of its processes, and a function that tells how many were ended. Raises
    NotPossibleError where the system has no such groups, or lets nobody make one here.
    """
    name, first, second = f"dtstudy-{uuid.uuid4().hex[:12]}", Path("/sys/fs/cgroup/memory"), Path("/sys/fs/cgroup")
    group = (first if first.is_dir() else second) / name
    try:
        if group.parent == second and "memory" not in (second / "cgroup.controllers").read_text(encoding="utf-8"):
            raise NotPossibleError("no memory group can be made here")
        group.mkdir()
        try:
            old = group.parent == first
            (group / ("memory.limit_in_bytes" if old else "memory.max")).write_text(f"{megabytes}M", encoding="utf-8")
            tally = group / ("memory.oom_control" if old else "memory.events")
            yield group / "cgroup.procs", lambda: _tally(tally)
        finally:
            group.rmdir()
    except OSError as error:
        raise NotPossibleError(f"no memory group can be made here ({error.strerror})") from None


def _tally(file: Path) -> int:
    lines = file.read_text(encoding="utf-8").splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), 0)
