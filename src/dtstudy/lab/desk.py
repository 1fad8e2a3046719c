"""What `dtstudy lab` lays out: a copy of the explorer's notebook with the study chosen, and a JupyterLab to open it."""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from dtstudy import exhibits
from dtstudy.errors import InputError
from dtstudy.lab import opening
from dtstudy.settings import Settings, load, study_names

NOTEBOOK = "explore.ipynb"
WORKSPACES = "data/derived/.workspaces"  # of this project alone: no tabs of another come back


def first_study(project: Path) -> str:
    """The first study of the project that has transcripts. Raises InputError where none has."""
    for name in reversed(study_names(project)):
        if load(name, project).transcripts:
            return name
    raise InputError("No study of this project has transcripts to explore. Make one: dtstudy new NAME --from FILE.")


def lay_out(settings: Settings) -> Path:
    """Put a copy of notebooks/explore.ipynb, with this study chosen, into the study's derived folder; its path.

    A copy that is there already is the analyst's, and stays. Raises InputError for a study without transcripts.
    """
    if settings.transcripts is None:
        raise InputError(f"{settings.name} has no transcripts to explore. Name a study that has: dtstudy lab STUDY.")
    place = settings.derived / NOTEBOOK
    if not place.is_file():
        notebook = json.loads((settings.project / "notebooks" / NOTEBOOK).read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            if "parameters" in cell["metadata"].get("tags", []):
                lines = "".join(cell["source"]).splitlines()
                chosen = [f'study = "{settings.name}"' if line.startswith("study = ") else line for line in lines]
                cell["source"] = "\n".join(chosen)
            if cell["cell_type"] == "code":
                cell["outputs"], cell["execution_count"] = [], None
        exhibits.write(place, json.dumps(notebook, ensure_ascii=False, indent=1).encode())
    return place


def command(project: Path, notebook: Path, further: Sequence[str] = ()) -> list[str]:
    """The command that opens JupyterLab on a notebook of the project, its cells run up to the explorer.

    Extensions are not looked up, since that would ask the network. In a container one often is root, whom Jupyter
    would send away; it answers this machine alone.
    """
    place = notebook.relative_to(project).as_posix()
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [
        *(sys.executable, "-m", "jupyterlab"),
        f"--ServerApp.root_dir={project}",
        f"--LabApp.default_url=/lab/tree/{place}",
        "--LabApp.extension_manager=readonly",
        f"--ServerApp.jpserver_extensions={opening.__name__}=True",
        f"--LabApp.workspaces_dir={project / WORKSPACES}",
        "--log-level=WARN",
        *(["--ServerApp.allow_root=True"] if root else []),
        *further,
    ]


def environment(project: Path, notebook: Path) -> dict[str, str]:
    """The environment of JupyterLab: as it is, with the project and the notebook to be run named.

    The settings beside this file come first, with which Jupyter does not offer to fetch news; the user's own stand
    above them.
    """
    configured = [str(Path(__file__).parent / "settings"), *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
    place = notebook.relative_to(project).as_posix()
    named = {"DTSTUDY_PROJECT": str(project), opening.PLACE: place}
    return {**os.environ, **named, "JUPYTER_CONFIG_PATH": os.pathsep.join(configured)}
