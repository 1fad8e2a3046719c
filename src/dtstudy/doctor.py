"""Is this installation sound? What is looked at, what was found, and what to do about it."""

import importlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata

from dtstudy import settings
from dtstudy.errors import DtstudyError

NAMED = ("jupyterlab", "pandas", "matplotlib", "nltk", "papermill", "nbval")
ANEW = "Set it up anew: rm -r .venv, then make .venv/ready (with conda: conda env update -f environment.yml)."
_PIN = re.compile(r"^([a-z0-9._-]+)==(\S+?)(?: ; (.*?))? \\$", re.MULTILINE)


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it is sound, what was found, and what to do where it is not."""

    what: str
    sound: bool
    found: str
    remedy: str = ""


def examine() -> Iterator[Finding]:
    """Look at Python, libraries, the lock, the kernel, the project and its studies, one after another."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("Python", sys.version_info >= (3, 11), version, "dtstudy needs Python 3.11 or later.")
    yield _libraries()
    try:
        project = settings.find_project()
    except DtstudyError as error:
        yield Finding("project", False, str(error), "Change into the project's folder.")
        return
    yield Finding("project", True, project.name)
    lock = project / "requirements.lock"
    other = _other_versions(lock.read_text(encoding="utf-8")) if lock.is_file() else []
    yield Finding(
        "lock",
        not other,
        "installed as locked" if not other else "; ".join(other[:5]) + (" …" if len(other) > 5 else ""),
        f"Results may differ in the last digits. {ANEW}",
    )
    yield _kernel()
    for name in settings.study_names(project):
        yield _study(name)


def _libraries() -> Finding:
    """Whether all that the package needs is installed, and the libraries that do most of the work can be imported."""
    needed = [
        re.split(r"[\s<>=!~;\[]", text)[0] for text in metadata.requires("dtstudy") or () if "extra ==" not in text
    ]
    missing = [name for name in needed if not _is_installed(name)]
    broken = [name for name in NAMED if name not in missing and not _imports(name)]
    told = [f"not installed: {', '.join(missing)}"] if missing else []
    told += [f"cannot import {', '.join(broken)}"] if broken else []
    return Finding("libraries", not told, "; ".join(told) or f"{len(needed)} installed, the chief ones import", ANEW)


def _is_installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _imports(name: str) -> bool:
    try:
        importlib.import_module(name)
    except Exception:  # a broken library may raise anything
        return False
    return True


def _other_versions(lock: str) -> list[str]:
    """Libraries installed in another version than each that the lock allows here."""
    pins: dict[str, set[str]] = {}
    for name, version, _ in _PIN.findall(lock):
        pins.setdefault(name, set()).add(version)
    found = []
    for name, versions in pins.items():
        try:
            installed = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
        if installed not in versions:
            found.append(f"{name} {installed}, locked {' or '.join(sorted(versions))}")
    return found


def _kernel() -> Finding:
    """Start a kernel and ask it for a sum."""
    from jupyter_client.manager import start_new_kernel

    remedy = "Reinstall ipykernel: pip install ipykernel."
    try:
        quiet = ["--IPKernelApp.log_level=50"]
        manager, client = start_new_kernel(kernel_name="python3", startup_timeout=60, extra_arguments=quiet)
        try:
            reply = client.execute_interactive("1 + 1", store_history=False, output_hook=lambda _: None, timeout=30)
            works = reply["content"]["status"] == "ok"
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
    except Exception as error:  # whatever hinders a kernel, the sentence says it
        return Finding(
            "kernel", False, f"{type(error).__name__}: {error}", "Reinstall ipykernel: pip install ipykernel."
        )
    return Finding("kernel", works, "starts and answers", remedy)


def _study(name: str) -> Finding:
    from dtstudy.chain import plan

    try:
        own = settings.load(name)
        steps = plan.load(own.project / "notebooks").of(own.raw).steps
    except DtstudyError as error:
        return Finding(f"study {name}", False, str(error), "Mend the file named.")
    remedy = "Its folder has no files that a notebook reads; see CONTRIBUTING.md."
    return Finding(f"study {name}", bool(steps), f"{len(steps)} notebooks can run", remedy)
