"""`python -m dtstudy.chain.refresh`.

Run the notebooks with their defaults and keep them, with outputs, as committed.
"""

import tempfile
from pathlib import Path

from dtstudy import settings
from dtstudy.chain import engine, plan

BESIDE = ("tutorial.ipynb",)  # in no plan, since it makes a study of its own


def refresh(project: Path) -> list[Path]:
    """Execute each notebook of the plan in place, in order, and the tutorial; exhibits go to a place thrown away."""
    notebooks = project / "notebooks"
    done = []
    with tempfile.TemporaryDirectory() as place:
        environment = {"DTSTUDY_OUTPUT": place, "DTSTUDY_PROJECT": str(project)}
        limits = {step.notebook: step.timeout for step in plan.load(notebooks).steps} | dict.fromkeys(BESIDE, 300)
        for name, timeout in limits.items():
            ran = Path(place) / name
            engine.execute(notebooks / name, ran, {}, timeout, environment)
            (notebooks / name).write_bytes(ran.read_bytes())
            done.append(notebooks / name)
    return done


if __name__ == "__main__":
    for file in refresh(settings.find_project()):
        print(f"refreshed {file.name}")
