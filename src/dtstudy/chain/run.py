"""Running the plan: stale steps side by side, each in a place of its own, put in place only when whole."""

import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from dtstudy import disclosure, exhibits
from dtstudy.chain import codecheck, crate, fresh, plan, provenance, watch
from dtstudy.errors import NO_ROOM, InputError, StepError
from dtstudy.names import Names
from dtstudy.settings import Settings

WHOLE = "whole.json"  # marks a step's place as complete: from here on it is put in place, whatever happens
Tell = Callable[[str, str, float | None], None]


@dataclass(frozen=True)
class Task:
    """One step for one study: the plan it belongs to, its parameters, and the place it runs in."""

    settings: Settings
    plan: plan.Plan
    step: plan.Step
    parameters: dict[str, Any]
    place: Path

    @property
    def id(self) -> tuple[str, str]:
        """Study and step."""
        return self.settings.name, self.step.name

    @property
    def folder(self) -> Path:
        """Where the step writes while it runs."""
        return self.place / self.step.name

    def needs(self) -> set[tuple[str, str]]:
        """The tasks this one waits for."""
        return {(self.settings.name, name) for name in self.plan.needs(self.step)}


def run_chain(
    runs: Sequence[tuple[Settings, dict[str, str]]],
    jobs: int | None = None,
    executor: Executor | None = None,
    tell: Tell = lambda study, step, seconds: None,
    force: bool = False,
    warm: bool = True,
) -> dict[tuple[str, str], float]:
    """Run every stale step of the plan for each study and put what it made into the study's derived folder.

    Parameters: studies, each with values for notebooks' parameters, as text; how many steps at once (default: the cores
    there are); an executor of the caller's instead; `tell` is called with study, step and seconds of each finished step
    (None for one that was fresh); `force` runs fresh steps too; `warm` forks kernels where that is safe.
    Returns the seconds of the steps that ran, by study and step. A step that fails stops those that need it and no
    others; then StepError is raised, with a sentence for each. What earlier runs made stays, and the failed notebook
    goes to `failed/`. The next run picks up where this one stopped.
    """
    seconds: dict[tuple[str, str], float] = {}
    with ExitStack() as stack:
        tasks = []
        for settings, given in runs:
            try:
                recover(settings)
            except OSError as error:
                raise _not_writable(settings, error) from None
            tasks += _tasks(settings, given, stack.enter_context(_place(settings)))
        workers = _Workers(stack, executor, jobs, warm)
        settled, running, failures = set(), {}, []
        waiting = list(tasks)
        while waiting or running:
            for task in [task for task in waiting if task.needs() <= settled]:
                waiting.remove(task)
                now = fresh.key(task.settings, task.plan, task.step, task.parameters)
                if not force and not fresh.reasons(task.settings, task.step, now):
                    settled.add(task.id)
                    (task.settings.derived / "failed" / task.step.notebook).unlink(missing_ok=True)
                    tell(*task.id, None)
                else:
                    running[workers.submit(_run_step, task, workers.kernel)] = (task, now)
            if running:
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    task, now = running.pop(future)
                    try:
                        seconds[task.id] = _settle(future, task, now)
                        settled.add(task.id)
                        tell(*task.id, seconds[task.id])
                    except StepError as error:
                        known = _names(task.settings)
                        failures.append(f"{known.masked(str(error)) if known else error}{_keep_failed(task, known)}")
            elif not any(task.needs() <= settled for task in waiting):
                break
    for settings, given in runs:
        try:
            _close(settings, given)
        except OSError as error:
            failures.append(str(_not_writable(settings, error)))
    if failures:
        raise StepError("\n".join(failures))
    return seconds


def recover(settings: Settings) -> None:
    """Put in place what an interrupted run had made whole, and clear away the rest of it."""
    from filelock import FileLock, Timeout

    for place in sorted((settings.derived / ".run").glob("*")):
        if place.is_dir():
            try:
                with FileLock(place / "lock", timeout=0):
                    for marker in sorted(place.glob(f"*/{WHOLE}")):
                        _publish(marker.parent, settings)
                    shutil.rmtree(place, ignore_errors=True)
            except Timeout:  # its owner is at work
                continue
    for half in settings.derived.rglob(".*.part"):
        if not _is_at_work(half.name.split(".")[-2]):
            half.unlink(missing_ok=True)


def _is_at_work(process: str) -> bool:
    """Whether the process with this number still runs; taken for granted where that cannot be asked."""
    if os.name != "posix" or not process.isdecimal():
        return True
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def status(settings: Settings, parameters: dict[str, str]) -> dict[str, list[str]]:
    """Why each step of a study is stale, in the plan's order; an empty list where it is fresh."""
    recover(settings)
    found: dict[str, list[str]] = {}
    for task in _tasks(settings, parameters, settings.derived):
        stale = [name for name in sorted(task.plan.needs(task.step)) if found[name]]
        now = fresh.key(settings, task.plan, task.step, task.parameters)
        found[task.step.name] = [f"waits for {name}" for name in stale] or fresh.reasons(settings, task.step, now)
    return found


def _tasks(settings: Settings, given: dict[str, str], place: Path) -> list[Task]:
    notebooks = settings.project / "notebooks"
    every = plan.load(notebooks)
    taken = plan.checked(every.steps, notebooks, {"study": settings.name, **settings.parameters, **given})
    whole = every.of(settings.raw)
    return [Task(settings, whole, step, taken[step.name], place) for step in whole.steps]


@contextmanager
def _place(settings: Settings) -> Iterator[Path]:
    """A place on the derived folder's own disk, so that what is whole can be moved; held while the run lasts."""
    from filelock import FileLock

    try:
        (settings.derived / ".run").mkdir(parents=True, exist_ok=True)
        place = Path(mkdtemp(dir=settings.derived / ".run"))
    except OSError as error:
        raise _not_writable(settings, error) from None
    try:
        with FileLock(place / "lock"):
            yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
        if not any((settings.derived / ".run").iterdir()):
            (settings.derived / ".run").rmdir()


def _not_writable(settings: Settings, error: OSError) -> StepError:
    where = settings.derived.relative_to(settings.project).as_posix()
    return StepError(f"{where} cannot be written to ({error.strerror}). Mend that, then run again.")


class _Workers:
    """The executor, made when the first step needs it: where nothing changed, none is started."""

    def __init__(self, stack: ExitStack, executor: Executor | None, jobs: int | None, warm: bool) -> None:
        from dtstudy.chain import warm as kernels

        self.stack, self.executor, self.jobs = stack, executor, jobs
        # a worker of the caller's may be a process that must not have children of its own to fork from
        self.warm = warm and executor is None and kernels.is_safe()
        self.kernel = kernels.KERNEL if self.warm else kernels.COLD

    def submit(self, *task: Any) -> Future:
        if self.executor is None:
            self.executor = self.stack.enter_context(self._pool())
        return self.executor.submit(*task)

    def _pool(self) -> Executor:
        from dtstudy.chain import warm

        size = max(1, self.jobs or os.cpu_count() or 1)
        os.environ.update(warm.STEADY)
        if self.warm:
            return ProcessPoolExecutor(size, mp_context=warm.context(), initializer=warm.share_server)
        return ProcessPoolExecutor(size, mp_context=get_context("spawn"), initializer=warm.end_with_parent)


def _run_step(task: Task, kernel: str) -> float:
    """Execute the notebook in the task's folder; seconds."""
    from dtstudy.chain import engine

    began = time.monotonic()
    environment = {
        "DTSTUDY_OUTPUT": str(task.folder),
        "DTSTUDY_PROJECT": str(task.settings.project),
        watch.RAW: str(task.settings.raw),
        watch.INTO: str(task.folder / "watch.json"),
    }
    notebook, into = task.settings.project / "notebooks" / task.step.notebook, _executed(task)
    engine.execute(notebook, into, task.parameters, task.step.timeout, environment, kernel)
    return time.monotonic() - began


def _executed(task: Task) -> Path:
    return task.folder / task.settings.name / "notebooks" / task.step.notebook


def _settle(future: "Future[float]", task: Task, key: fresh.Key) -> float:
    """Check what a finished step made, and put it in place; the seconds it took."""
    try:
        seconds = future.result()
    except StepError:
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            raise _not_kept(task, error) from None
        name = type(error).__name__
        raise StepError(
            f"{task.step.notebook}: the worker ended ({name}: {error}). Run it again, with --jobs 1."
        ) from None
    try:
        told = watch.told(task.folder / "watch.json")
        _refuse_undeclared(task, told["reads"])
        _make_whole(task, key, seconds, told)
        _publish(task.folder, task.settings)
    except OSError as error:
        raise _not_kept(task, error) from None
    return seconds


def _not_kept(task: Task, error: OSError) -> StepError:
    where = task.settings.derived.relative_to(task.settings.project).as_posix()
    return StepError(
        f"{task.step.notebook}: its results could not be put into {where} ({error.strerror or error}). "
        "Earlier results are as they were. Make room or leave to write there, and run it again."
    )


def _refuse_undeclared(task: Task, opened: list[str]) -> None:
    declared = ("study.toml", *task.step.reads, *task.step.may_read)
    more = [name for name in opened if not any(name == own or name.startswith(f"{own}/") for own in declared)]
    if more:
        raise StepError(
            f"{task.step.notebook} opened {', '.join(more)} of data/raw/{task.settings.name}, against pipeline.toml. "
            f"Add it to reads of [step.{task.step.name}]."
        )


def _make_whole(task: Task, key: fresh.Key, seconds: float, told: dict[str, Any]) -> None:
    """Write the record of a step beside what it made, last of all."""
    made = task.folder / task.settings.name
    entries = exhibits.load(made)
    missing = set(task.step.writes) - {entry.id for entry in entries}
    if missing:
        lost = ", ".join(sorted(missing))
        raise StepError(f"{task.step.notebook} did not write {lost}, against pipeline.toml. Mend one of the two.")
    files = sorted(file for file in made.rglob("*") if file.is_file() and file.name != exhibits.MANIFEST)
    notebook = f"notebooks/{task.step.notebook}"
    record = {
        "step": task.step.name,
        "key": key,
        "files": {file.relative_to(made).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in files},
        "exhibits": [asdict(replace(entry, notebook=notebook)) for entry in entries],
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 2),
        **told,
    }
    exhibits.write(task.folder / WHOLE, (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode())


def _publish(folder: Path, settings: Settings) -> None:
    """Move a whole step's files to the derived folder, enter its exhibits there, and keep its record.

    All that is to be written is written beside it first, so that a disk that fills up is told before anything moves.
    Then everything is on the same disk already, so this moves and never copies; begun once, it can be begun again.
    """
    from filelock import FileLock

    record = json.loads((folder / WHOLE).read_text(encoding="utf-8"))
    with FileLock(settings.derived / ".lock"):
        entries = [*exhibits.load(settings.derived), *(exhibits.Exhibit(**entry) for entry in record.pop("exhibits"))]
        exhibits.replace_all(folder, list({entry.id: entry for entry in entries}.values()))
        own = f"steps/{record['step']}.json"
        exhibits.write(folder / own, (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode())
        for name in (own, *record["files"]):
            (settings.derived / name).parent.mkdir(parents=True, exist_ok=True)
        for name in record["files"]:
            if (made := folder / settings.name / name).is_file():
                made.replace(settings.derived / name)
        for name in (exhibits.MANIFEST, own):
            (folder / name).replace(settings.derived / name)
        for name in record["files"]:
            (settings.derived / "failed" / Path(name).name).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def _names(settings: Settings) -> Names | None:
    """The names that no message may show; None where the roster cannot be read."""
    try:
        return disclosure.known_names(settings)
    except (InputError, OSError, ValueError):
        return None


def _keep_failed(task: Task, known: Names | None) -> str:
    """Keep the notebook as far as it came, without names, and say where in a sentence."""
    kept = task.settings.derived / "failed" / task.step.notebook
    if not _executed(task).is_file():
        return ""
    if known is None:
        return "\nThe notebook was not kept: the roster cannot be read, so names in it could not be replaced."
    try:
        text = _executed(task).read_text(encoding="utf-8")
        exhibits.write(kept, disclosure.masked_notebook(text, known).encode())
    except (OSError, ValueError):  # no room for it, or it was cut off by that
        return ""
    return f"\nThe notebook as far as it came: {kept.relative_to(task.settings.project).as_posix()}."


def _close(settings: Settings, given: dict[str, str]) -> None:
    """Exhibits in the order of the plan and none that no step writes any more; the provenance of what is there."""
    from filelock import FileLock

    tasks = _tasks(settings, given, settings.derived)
    if not settings.derived.is_dir():
        return
    with FileLock(settings.derived / ".lock"):
        known = {entry.id: entry for entry in exhibits.load(settings.derived)}
        wanted = [known[name] for task in tasks for name in task.step.writes if name in known]
        if wanted != list(known.values()):
            exhibits.replace_all(settings.derived, wanted)
        record = provenance.record(settings, tuple(t.step for t in tasks), {t.step.name: t.parameters for t in tasks})
        provenance.write(settings, record)
        crate.write(settings, tuple(task.step for task in tasks), record)
        codecheck.write(settings)
        failed = settings.derived / "failed"
        if failed.is_dir() and not any(failed.iterdir()):
            failed.rmdir()
