"""Running the plan: ready steps side by side, each in a place of its own, put in place only when whole."""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from dtstudy import exhibits
from dtstudy.chain import engine, plan, provenance
from dtstudy.errors import StepError
from dtstudy.settings import Settings


@dataclass(frozen=True)
class Done:
    """A step that ran to its end, the place of its notebook and exhibits, and the seconds it took."""

    step: plan.Step
    folder: Path
    seconds: float


def run_chain(
    settings: Settings,
    parameters: dict[str, str],
    jobs: int | None = None,
    executor: Executor | None = None,
    tell: Callable[[str, float], None] = lambda step, seconds: None,
) -> dict[str, float]:
    """Run every step of the plan for one study and put what it made into the study's derived folder.

    Parameters: values for notebooks' parameters, as text; how many steps at once (default: the cores there
    are); an executor of the caller's instead; `tell` is called with each finished step and its seconds.
    Returns seconds by step, in the plan's order. Raises StepError, after the steps under way have ended,
    where a step fails: results of other steps are kept, and those of earlier runs stay; the failed notebook
    goes to `failed/`.
    """
    notebooks = settings.project / "notebooks"
    every = plan.load(notebooks)
    taken = plan.checked(every.steps, notebooks, {"study": settings.name, **parameters})
    whole = every.of(settings.raw)
    steps = whole.steps
    seconds: dict[str, float] = {}
    with (
        tempfile.TemporaryDirectory(prefix="dtstudy-") as place,
        _workers(executor, jobs, len(steps)) as workers,
    ):
        waiting, running, failures = list(steps), {}, []
        while waiting or running:
            for step in [step for step in waiting if whole.needs(step) <= set(seconds)] if not failures else []:
                waiting.remove(step)
                task = (step, notebooks / step.notebook, Path(place) / step.name, taken[step.name], settings)
                running[workers.submit(_run_step, *task)] = step
            if not running:
                break
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                step = running.pop(future)
                try:
                    done = _result(future, step)
                    seconds[step.name] = done.seconds
                    _put_in_place(done, settings)
                    tell(step.name, done.seconds)
                except StepError as error:
                    kept = _keep_failed(Path(place) / step.name, step, settings)
                    failures.append(StepError(f"{error}{kept}"))
        if failures:
            raise failures[0]
    _arrange(steps, settings)
    ordered = {step.name: seconds[step.name] for step in steps}
    record = provenance.record(settings, steps, {step.name: taken[step.name] for step in steps}, ordered)
    exhibits.write(
        settings.derived / "provenance.json",
        (json.dumps(record, indent=1, ensure_ascii=False) + "\n").encode(),
    )
    return ordered


def _run_step(step: plan.Step, notebook: Path, folder: Path, parameters: dict[str, Any], settings: Settings) -> Done:
    began = time.monotonic()
    environment = {"DTSTUDY_OUTPUT": str(folder), "DTSTUDY_PROJECT": str(settings.project)}
    engine.execute(notebook, folder / "notebooks" / step.notebook, parameters, step.timeout, environment)
    return Done(step, folder, time.monotonic() - began)


@contextmanager
def _workers(executor: Executor | None, jobs: int | None, steps: int) -> Iterator[Executor]:
    if executor is not None:
        yield executor
        return
    size = max(1, min(jobs or os.cpu_count() or 1, steps))
    with ProcessPoolExecutor(size, mp_context=get_context("spawn")) as pool:
        yield pool


def _result(future: "Future[Done]", step: plan.Step) -> Done:
    try:
        return future.result()
    except StepError:
        raise
    except Exception as error:
        raise StepError(f"{step.notebook}: the worker ended ({type(error).__name__}: {error}).") from None


def _put_in_place(done: Done, settings: Settings) -> None:
    """Move a step's files to the derived folder and enter its exhibits, with their notebook, there."""
    made = done.folder / settings.name
    entries = exhibits.load(made)
    missing = set(done.step.writes) - {entry.id for entry in entries}
    if missing:
        raise StepError(f"{done.step.notebook} did not write {', '.join(sorted(missing))}, against pipeline.toml.")
    for entry in entries:
        for name in entry.files:
            exhibits.write(settings.derived / name, (made / name).read_bytes())
    for file in sorted((made / "corpus").glob("*.parquet")):
        exhibits.write(settings.derived / "corpus" / file.name, file.read_bytes())
    notebook = f"notebooks/{done.step.notebook}"
    exhibits.write(settings.derived / notebook, (done.folder / notebook).read_bytes())
    exhibits.collect(settings.derived, [replace(entry, notebook=notebook) for entry in entries])


def _keep_failed(folder: Path, step: plan.Step, settings: Settings) -> str:
    """Keep the notebook as far as it came, and say where in a sentence."""
    notebook, kept = folder / "notebooks" / step.notebook, settings.derived / "failed" / step.notebook
    if not notebook.is_file():
        return ""
    exhibits.write(kept, notebook.read_bytes())
    return f"\nThe notebook as far as it came: {kept.relative_to(settings.project).as_posix()}."


def _arrange(steps: tuple[plan.Step, ...], settings: Settings) -> None:
    """Exhibits in the order of the plan, and none that no step writes any more."""
    known = {entry.id: entry for entry in exhibits.load(settings.derived)}
    wanted = [known[name] for step in steps for name in step.writes if name in known]
    (settings.derived / exhibits.MANIFEST).unlink(missing_ok=True)
    exhibits.collect(settings.derived, wanted)
    shutil.rmtree(settings.derived / "failed", ignore_errors=True)
