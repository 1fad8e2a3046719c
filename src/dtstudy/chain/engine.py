"""One notebook through papermill: parameters in, an executed notebook or a named cell out."""

import logging
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from dtstudy.chain import lean, watch  # noqa: F401  lean before papermill
from dtstudy.chain.warm import COLD, STEADY
from dtstudy.errors import NO_ROOM, StepError


def execute(
    notebook: Path,
    into: Path,
    parameters: dict[str, Any],
    timeout: int,
    environment: dict[str, str],
    kernel: str = COLD,
) -> None:
    """Run a notebook with parameters and write it, with outputs and without times or paths, to `into`.

    Parameters: seconds that one cell may take; what the kernel finds in its environment; the name of the kernel. Raises
    StepError where a cell fails, takes too long, or the kernel dies; `into` then holds the notebook as far as it came.
    Raises OSError where the disk has no room for the notebook.
    """
    os.environ.update(STEADY)
    logging.getLogger("papermill").setLevel(logging.CRITICAL)  # a dead kernel and a time-out are told by the error
    into.parent.mkdir(parents=True, exist_ok=True)
    try:
        _through_papermill(notebook, into, parameters, timeout, environment, kernel)
    except (StepError, OSError):
        with suppress(OSError, ValueError):  # a full disk cuts the notebook off; what failed first is what is told
            _normalise(into)
        raise
    _normalise(into)


def _through_papermill(
    notebook: Path, into: Path, parameters: dict[str, Any], timeout: int, environment: dict[str, str], kernel: str
) -> None:
    import nbformat
    import papermill

    with tempfile.TemporaryDirectory() as sockets:
        try:
            papermill.execute_notebook(
                nbformat.read(notebook, as_version=4),
                str(into).replace("{", "{{").replace("}", "}}"),
                parameters=parameters,
                kernel_name=kernel,
                progress_bar=False,
                record_timing=False,
                # no word about its own shutdown; and what it opens is noticed from the start
                extra_arguments=["--IPKernelApp.log_level=50", f"--IPKernelApp.exec_lines={watch.BEGIN}"],
                execution_timeout=timeout,
                kernel_manager_class=_kernel_manager(sockets, environment),
            )
        except papermill.exceptions.PapermillExecutionError as error:
            told = error.evalue or (
                "the cell asks for more memory than there is." if error.ename == "MemoryError" else ""
            )
            what = ": ".join(text for text in (error.ename, told) if text)
            raise StepError(f"{notebook.name}, cell {error.cell_index + 1}: {what}") from None
        except Exception as error:  # a dead kernel and a time-out have classes of their own below nbclient
            if isinstance(error, OSError) and error.errno in NO_ROOM:
                raise
            raise StepError(f"{notebook.name}: {_reason(error, timeout)}") from None


def _normalise(written: Path) -> None:
    import nbformat

    if written.is_file():
        nbformat.write(normalised(nbformat.read(written, as_version=4)), written)


def normalised(notebook: Any) -> Any:
    """The notebook without what differs from run to run.

    Times, paths, versions of the kernel, random ids of cells.
    """
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for place, cell in enumerate(notebook.cells):
        tags = cell.metadata.get("tags", [])
        cell.metadata = {"tags": tags} if tags else {}
        cell.id = f"cell-{place:02d}"
    return notebook


def _kernel_manager(sockets: str, environment: dict[str, str]) -> type:
    """A kernel manager that talks over files where it can: kernels side by side cannot race for ports.

    The environment is the kernel's alone: two steps may run in threads of one process.
    """
    from jupyter_client.manager import AsyncKernelManager

    class StepKernelManager(AsyncKernelManager):
        def __init__(self, **settings: Any) -> None:
            files = {"transport": "ipc", "ip": f"{sockets}/kernel"} if os.name == "posix" else {}
            super().__init__(**settings, **files)

        async def start_kernel(self, **about: Any) -> None:
            parent = {"JPY_PARENT_PID": str(os.getpid())}  # so that a cold kernel ends when this process does
            await super().start_kernel(**about, env={**os.environ, **parent, **environment})

    return StepKernelManager


def _reason(error: Exception, timeout: int) -> str:
    name = type(error).__name__
    if name == "DeadKernelError":
        return "the kernel died, perhaps for want of memory; no result was kept."
    if name == "CellTimeoutError":
        return f"a cell took longer than {timeout} seconds. Raise its timeout in pipeline.toml."
    return f"{name}: {error}"
