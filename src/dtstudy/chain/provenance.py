"""Provenance: from what, with what and how a run made its exhibits."""

import hashlib
import json
import platform
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any

from dtstudy import exhibits
from dtstudy.chain import fresh
from dtstudy.chain.plan import Step
from dtstudy.settings import Settings

LIBRARIES = ("jupyterlab", "pandas", "matplotlib", "nltk", "papermill", "nbval", "numpy", "scipy")


def write(settings: Settings, record: dict[str, Any]) -> None:
    """Keep the record of a study's steps as provenance.json, untouched where nothing changed."""
    keep(settings.derived / "provenance.json", json.dumps(record, indent=1, ensure_ascii=False) + "\n")


def keep(file: Path, text: str) -> None:
    """Write a text unless the file holds it already."""
    if not file.is_file() or file.read_bytes() != text.encode():
        exhibits.write(file, text.encode())


def record(settings: Settings, steps: tuple[Step, ...], parameters: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Inputs, outputs and their digests, parameters, versions, commit, cost of each step, ready for JSON."""
    ran = {step.name: fresh.record(settings, step.name) or {} for step in steps}
    notebooks = {f"notebooks/{step.notebook}": digest(settings.project / "notebooks" / step.notebook) for step in steps}
    return {
        "study": settings.name,
        "commit": commit(settings.project),
        "python": platform.python_version(),
        "libraries": {name: metadata.version(name) for name in LIBRARIES},
        "lock": digest(settings.project / "requirements.lock"),
        "inputs": inputs(settings),
        "notebooks": notebooks,
        "parameters": parameters,
        "text_supplied": any(own.get("papers") for own in parameters.values()),
        "outputs": {name: value for entry in exhibits.load(settings.derived) for name, value in entry.files.items()},
        "seconds": {name: own.get("seconds") for name, own in ran.items()},
        "memory": {name: own.get("memory") for name, own in ran.items()},
    }


def inputs(settings: Settings) -> dict[str, str]:
    """SHA-256 of every file of the study's raw folder but the paper's text, by its path in the project."""
    own = {"paper.txt", "paper.pdf"}
    files = sorted(file for file in settings.raw.rglob("*") if file.is_file() and file.name not in own)
    return {file.relative_to(settings.project).as_posix(): digest(file) for file in files}


def inputs_line(settings: Settings) -> str:
    """One sentence on the inputs: as in the last run, or which have changed since.

    Empty where there was no run.
    """
    file = settings.derived / "provenance.json"
    if not file.is_file():
        return ""
    then, now = json.loads(file.read_text(encoding="utf-8"))["inputs"], inputs(settings)
    changed = sorted(name for name in {*then, *now} if then.get(name) != now.get(name))
    if changed:
        return f"Changed since the last report: {', '.join(changed)}. Run dtstudy report {settings.name}."
    return f"{len(now)} inputs are as in the last report."


def commit(project: Path) -> dict[str, Any] | None:
    """The commit the project stands on and whether tracked files were changed since.

    None outside a git checkout.
    """

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(project), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout.strip()

    try:
        return {
            "id": git("rev-parse", "HEAD"),
            "clean": not git("status", "--porcelain", "--untracked-files=no"),
        }
    except (OSError, subprocess.SubprocessError):
        return None


def digest(file: Path) -> str | None:
    """SHA-256 of a file; None where there is none."""
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else None
