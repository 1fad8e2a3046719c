"""The full chain of all studies against the papermill command over the same notebooks, one after the other.

    python benchmarks/chain.py

Prints wall and processor seconds and their ratio to papermill, for cold and warm kernels with two workers, and what a
run costs where nothing changed. Everything happens in a copy of the project that is thrown away.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
CHAIN = (
    "import sys; from dtstudy import settings; from dtstudy.chain.run import run_chain; "
    "run_chain([(settings.load(name), {}) for name in settings.study_names(settings.find_project())], "
    "jobs=2, force=True, warm=sys.argv[1] == 'warm')"
)


def timed(*commands: list[str]) -> tuple[float, float]:
    """Wall and processor seconds of commands run one after the other, their children included."""
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    for command in commands:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.monotonic() - began, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Time the chain in a copy of the project and print the table."""
    from dtstudy import settings
    from dtstudy.chain import plan

    with tempfile.TemporaryDirectory() as place:
        project = Path(place) / "project"
        for folder in ("data/raw", "notebooks"):
            shutil.copytree(ROOT / folder, project / folder)
        shutil.copy(ROOT / "requirements.lock", project)
        os.environ |= {"DTSTUDY_PROJECT": str(project), "DTSTUDY_OUTPUT": str(Path(place) / "out"), "MPLBACKEND": "agg"}
        studies = [settings.load(name) for name in settings.study_names(project)]
        steps = [(own, step) for own in studies for step in plan.load(project / "notebooks").of(own.raw).steps]
        papermill = [
            [
                BIN / "papermill",
                project / "notebooks" / step.notebook,
                Path(place) / "ran.ipynb",
                "-p",
                "study",
                own.name,
            ]
            for own, step in steps
        ]
        peer = timed(*papermill)
        del os.environ["DTSTUDY_OUTPUT"]
        rows = [("papermill command, one after the other", peer)]
        rows += [
            (f"chain, {kind}, two workers", timed([sys.executable, "-c", CHAIN, kind])) for kind in ("cold", "warm")
        ]
        timed([BIN / "dtstudy", "report"])
        rows.append(("dtstudy report, nothing changed", timed([BIN / "dtstudy", "report"])))
        print(f"{len(steps)} notebooks of {len(studies)} studies")
        print(f"{'':42}{'wall s':>9}{'ratio':>8}{'cpu s':>9}")
        for name, (wall, cpu) in rows:
            print(f"{name:42}{wall:9.2f}{wall / peer[0]:8.3f}{cpu:9.2f}")


if __name__ == "__main__":
    main()
