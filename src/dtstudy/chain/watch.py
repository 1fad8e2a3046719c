"""Inside a step's kernel: what it opens of the study's raw folder, and the most memory it holds.

Told after every cell, so that the chain knows whether `reads` in pipeline.toml is the whole truth.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

RAW, INTO = "DTSTUDY_RAW", "DTSTUDY_WATCH"
BEGIN = f"__import__('{__name__}', fromlist=['begin']).begin()"


def begin() -> None:
    """Watch this kernel from here on; does nothing unless the chain named the raw folder and a file to tell."""
    raw, into = os.environ.get(RAW), os.environ.get(INTO)
    if not raw or not into:
        return
    from IPython import get_ipython

    opened: set[str] = set()
    every = f"{Path(raw).parent}{os.sep}"  # other studies' files count too

    def notice(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str | os.PathLike):
            name = os.fspath(arguments[0])
            if isinstance(name, str) and name.startswith(every):
                opened.add(Path(os.path.relpath(name, raw)).as_posix())

    def tell(*_: Any) -> None:
        Path(into).write_text(json.dumps({"reads": sorted(opened), "memory": _memory()}), encoding="utf-8")

    sys.addaudithook(notice)
    get_ipython().events.register("post_execute", tell)


def told(file: Path) -> dict[str, Any]:
    """What a kernel told: `reads`, paths below the raw folder, and `memory`, MiB; empty where it told nothing.

    Raises OSError where it was cut off, as a full disk does.
    """
    if not file.is_file():
        return {"reads": [], "memory": None}
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        raise OSError("what its kernel told was cut off") from None


def _memory() -> int | None:
    """The most memory this process held so far, in MiB; None where the system does not say."""
    try:
        import resource
    except ImportError:
        return None
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, KiB on Linux
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit // 2**20
