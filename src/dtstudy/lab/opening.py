"""JupyterLab opens on a corpus that is loaded: an extension of its server, which runs the notebook up to the explorer.

The kernel and the session are those that the browser then finds for this notebook, so that its widgets are alive.
"""

import asyncio
import os
import sys
import time
from pathlib import Path
from typing import Any

PLACE = "DTSTUDY_EXPLORE"  # names the notebook, relative to the server's folder
SHOWS = "Explorer("
PATIENCE = 20  # seconds of silence


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "dtstudy.lab.opening"}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Run the notebook before the server answers, so that no browser comes in between."""
    place = os.environ.pop(PLACE, "")
    if place:
        server.io_loop.run_sync(lambda: open_session(server, place))


async def open_session(server: Any, place: str) -> None:
    """Start the kernel and the session of a notebook, run its cells up to the explorer, and keep what they show.

    Parameters: the Jupyter server; the notebook's path below its folder. A cell that fails is the last one run, and
    shows its error in the notebook.
    """
    import nbformat
    from nbclient.exceptions import CellExecutionError

    from dtstudy import exhibits

    file = Path(server.root_dir) / place
    notebook = nbformat.read(file, as_version=4)
    _tell(f"Loading the corpus of {file.parent.name} …")
    began = time.monotonic()
    waiting = asyncio.create_task(_tell_waiting(began))
    kernel = await _kernel(server, place, notebook)
    client = _client(kernel, notebook)
    client.kc = kernel.client()
    client.kc.start_channels()
    try:
        await client.kc.wait_for_ready(timeout=120)
        for number, cell in enumerate(notebook.cells):
            if cell.cell_type == "code":
                await client.async_execute_cell(cell, number)
            if cell.cell_type == "code" and SHOWS in cell.source:
                break
        _tell(f"Loaded in {time.monotonic() - began:.0f} s.")
    except CellExecutionError as error:
        _tell(f"It is not loaded: {error.ename}: {error.evalue}. The notebook shows where.")
    except (RuntimeError, TimeoutError) as error:
        _tell(f"It is not loaded: {error}. Run the notebook's cells.")
    finally:
        waiting.cancel()
        client.kc.stop_channels()
    exhibits.write(file, (nbformat.writes(notebook) + "\n").encode())
    server.contents_manager.notary.sign(notebook)  # else the browser would not trust what it shows


async def _tell_waiting(began: float) -> None:
    """Say now and then that work goes on, as it does for minutes on a corpus of a million codings."""
    while True:
        await asyncio.sleep(PATIENCE)
        _tell(f"still loading, {time.monotonic() - began:.0f} s")


def _tell(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


async def _kernel(server: Any, place: str, notebook: Any) -> Any:
    """The kernel of a new session for the notebook."""
    name = notebook.metadata.get("kernelspec", {}).get("name", "python3")
    known = name in server.kernel_spec_manager.find_kernel_specs()
    about = {"path": place, "name": Path(place).name, "type": "notebook"}
    session = await server.session_manager.create_session(**about, kernel_name=name if known else "python3")
    return server.kernel_manager.get_kernel(session["kernel"]["id"])


def _client(kernel: Any, notebook: Any) -> Any:
    from nbclient import NotebookClient

    return NotebookClient(notebook, km=kernel, record_timing=False, store_widget_state=False, timeout=None)
