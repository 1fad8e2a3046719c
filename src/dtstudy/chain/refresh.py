"""`python -m dtstudy.chain.refresh`.

Run the notebooks with their defaults and keep them, with outputs, as committed.
"""

import tempfile
from pathlib import Path

from dtstudy import settings
from dtstudy.chain import engine, plan


def refresh(project: Path) -> list[Path]:
    """Execute each notebook of the plan in place, in order; exhibits go to a place that is thrown away."""
    notebooks = project / "notebooks"
    done = []
    with tempfile.TemporaryDirectory() as place:
        environment = {"DTSTUDY_OUTPUT": place, "DTSTUDY_PROJECT": str(project)}
        for step in plan.load(notebooks).steps:
            ran = Path(place) / step.notebook
            engine.execute(notebooks / step.notebook, ran, {}, step.timeout, environment)
            (notebooks / step.notebook).write_bytes(ran.read_bytes())
            done.append(notebooks / step.notebook)
    return done


if __name__ == "__main__":
    for file in refresh(settings.find_project()):
        print(f"refreshed {file.name}")
