"""Which steps are fresh, and why a stale one is not.

A step's result depends on the code cells of its notebook, the modules of this package these use, its parameters, the
content of what it reads, the lock and the Python that runs it: together, its key. A step is fresh where its key and
its files are what its record says.
"""

import ast
import hashlib
import json
import os
import platform
from functools import cache
from pathlib import Path
from typing import Any

from dtstudy import exhibits
from dtstudy.chain.plan import Plan, Step
from dtstudy.settings import Settings

PACKAGE = Path(__file__).parents[1]
Key = dict[str, dict[str, str]]


def key(settings: Settings, plan: Plan, step: Step, parameters: dict[str, Any]) -> Key:
    """What the result of a step depends on: digests and values by kind of thing and name."""
    notebook = settings.project / "notebooks" / step.notebook
    source = _source(notebook)
    made = {name for other in plan.steps for name in other.writes}
    files = [*(name for name in step.reads if name not in made), *step.may_read]
    lock = settings.project / "requirements.lock"
    return {
        "notebook": {step.notebook: _digest(source.encode())},
        "parameter": {name: json.dumps(value) for name, value in parameters.items() if name != "papers"},
        "input": _inputs(settings, files, parameters.get("papers")),
        "exhibit": _exhibits(settings, [name for name in step.reads if name in made]),
        "module": modules(source),
        "environment": {"python": platform.python_version(), "requirements.lock": digest_of(lock)},
    }


def reasons(settings: Settings, step: Step, now: Key) -> list[str]:
    """Why a step is stale, in a few words each; none where it is fresh."""
    before = record(settings, step.name)
    if before is None:
        return ["it has not run yet"]
    found = []
    for kind, values in now.items():
        old = before["key"].get(kind, {})
        for name in sorted({*old, *values}):
            if old.get(name) != values.get(name):
                how = "is new" if name not in old else "is gone" if name not in values else "changed"
                found.append(f"{kind} {name} {how}")
    lost = [name for name, digest in before["files"].items() if digest_of(settings.derived / name) != digest]
    return found + [f"{name} is missing or was changed by hand" for name in lost]


def record(settings: Settings, step: str) -> dict[str, Any] | None:
    """The record of a step's last run: `key`, `files` with digests, `seconds`, `memory`, `reads`; None without one."""
    try:
        return json.loads((settings.derived / "steps" / f"{step}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def modules(source: str) -> dict[str, str]:
    """The modules of this package that Python code uses, with those they use in turn, and the digests of their files.

    >>> used = modules("from dtstudy.measures import saturation")
    >>> "dtstudy.measures.saturation" in used, "dtstudy.errors" in used, "dtstudy.measures.vocabulary" in used
    (True, True, False)
    """
    found: set[str] = set()
    waiting = set(_imports(source))
    while waiting:
        name = waiting.pop()
        if name not in found and (file := _file(name)) is not None:
            found.add(name)
            waiting |= set(_imported(file)) | {name.rpartition(".")[0]} - {""}
    return {name: digest_of(_file(name)) for name in sorted(found)}


def _imports(source: str) -> list[str]:
    """Dotted names of this package that code imports, at any depth; a folder imported by name stands for all in it."""
    within, taken = [], []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            taken += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            within.append(node.module)
            taken += [f"{node.module}.{alias.name}" for alias in node.names]
    names = [*within, *taken, *(inner for name in taken for inner in _inside(name))]
    return [name for name in names if name.split(".")[0] == PACKAGE.name]


@cache
def _imported(file: Path) -> tuple[str, ...]:
    return tuple(_imports(file.read_text(encoding="utf-8")))


def _inside(name: str) -> list[str]:
    """Modules of a folder of this package: which of them it takes may be settled at run time."""
    folder = PACKAGE.joinpath(*name.split(".")[1:])
    if folder == PACKAGE or name.split(".")[0] != PACKAGE.name or not folder.is_dir():
        return []
    return [f"{name}.{file.stem}" for file in sorted(folder.glob("*.py")) if file.stem != "__init__"]


def _file(name: str) -> Path | None:
    place = PACKAGE.joinpath(*name.split(".")[1:])
    return next((file for file in (place.with_suffix(".py"), place / "__init__.py") if file.is_file()), None)


def _source(notebook: Path) -> str:
    """The code of a notebook, cell after cell."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def _inputs(settings: Settings, names: list[str], papers: str | None) -> dict[str, str]:
    """Digests of the raw files a step reads, folders file by file, study.toml always, and the paper's text if given."""
    places = [settings.raw / name for name in dict.fromkeys(["study.toml", *names])]
    files = [file for place in places for file in ([place] if place.is_file() else sorted(place.rglob("*")))]
    found = {Path(os.path.relpath(file, settings.raw)).as_posix(): digest_of(file) for file in files if file.is_file()}
    return found | ({"the paper's text": digest_of(settings.project / papers)} if papers else {})


def _exhibits(settings: Settings, names: list[str]) -> dict[str, str]:
    known = {entry.id: entry for entry in exhibits.load(settings.derived)} if names else {}
    return {name: json.dumps(known[name].files, sort_keys=True) if name in known else "" for name in names}


def digest_of(file: Path) -> str:
    """SHA-256 of a file, empty where there is none."""
    return _digest(file.read_bytes()) if file.is_file() else ""


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
