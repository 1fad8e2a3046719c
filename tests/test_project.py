"""What holds for the project as a whole: its floors, its lock, its notebooks, and what must not stand in it."""

import ast
import json
import os
import re
import subprocess
import tomllib

import pytest

from .conftest import ROOT

SOURCE = ROOT / "src" / "dtstudy"
FLOORS = [
    "cli doctor reference", "report release export explorer lab", "study gathering archive cluster", "chain", "published", "exhibits", "intake", "transcripts", "corpus", "measures",
    "disclosure suppression", "clean", "names", "read write",
    "tables figures", "settings", "schema", "text", "errors",
]  # fmt: skip
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def tracked():
    try:
        listed = subprocess.run(["git", "-C", str(ROOT), "ls-files"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.splitlines() if (ROOT / name).is_file()]


def contents(files):
    for file in files:
        try:
            yield file, file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def room(name):
    """The floor's number of a dotted module name below dtstudy; None for the package itself."""
    first = name.split(".")[0]
    return next((floor for floor, rooms in enumerate(FLOORS) if first in rooms.split()), None)


def imports(file):
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("dtstudy"):
            inner = node.module.removeprefix("dtstudy").lstrip(".")
            yield from [inner] if inner else [alias.name for alias in node.names]
        elif isinstance(node, ast.Import):
            yield from [
                alias.name.removeprefix("dtstudy.") for alias in node.names if alias.name.startswith("dtstudy.")
            ]


def test_imports_run_down_the_floors_only():
    for file in SOURCE.rglob("*.py"):
        own = file.relative_to(SOURCE).with_suffix("").as_posix().replace("/", ".")
        if own in ("__init__", "__main__"):
            continue
        floor = room(own)
        assert floor is not None, f"{own} is on no floor"
        for name in imports(file):
            below = room(name)
            assert below is None or below >= floor, f"{own} imports {name}, which is above it"


def test_every_module_is_in_a_room_of_the_design():
    assert not list(SOURCE.rglob("*util*")) + list(SOURCE.rglob("*helper*"))


def locked():
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = re.findall(r"^([a-z0-9._-]+)==(\S+?)(?: ; (.*?))? \\$", text, re.MULTILINE)
    return {
        name: version
        for name, version, marker in pins
        if "python_full_version >=" not in marker or "'3.12'" not in marker
    }


def direct():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    every = project["dependencies"] + project["optional-dependencies"]["test"]
    return {re.split(r"[<>=]", requirement)[0].replace("_", "-") for requirement in every}


def test_environment_yml_and_the_lock_name_the_same_direct_dependencies_and_versions():
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^ +- ([a-z0-9_-]+)==?([0-9][^\s#]*)", text, re.MULTILINE))
    listed = {name.replace("_", "-"): version for name, version in listed.items()}
    python = listed.pop("python")
    assert python == "3.11"
    pins = {name.replace("_", "-"): version for name, version in locked().items()}
    assert listed == {name: pins[name] for name in direct()}


def test_what_conda_forge_lacks_or_means_otherwise_comes_from_pip():
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    _, own = text.split("  - pip:\n")
    assert {line.split("==")[0].strip(" -") for line in own.splitlines()} == {
        "typst",
        "webvtt-py",
        "krippendorff",
        "playwright",
    }


def test_binder_adds_the_package_to_the_environment_and_asks_for_nothing_else():
    file = ROOT / "postBuild"
    assert os.access(file, os.X_OK) and file.read_bytes().startswith(b"#!/bin/sh\n")
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert lines == ["set -e", "pip install --no-deps --no-build-isolation -e ."]
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    names = {re.split(r"[<>=]", name)[0].replace("_", "-") for name in needed}
    listed = re.findall(r"^  - ([a-z0-9_-]+)=", (ROOT / "environment.yml").read_text(encoding="utf-8"), re.MULTILINE)
    assert names <= set(listed), "without build isolation the environment must hold what builds the package"
    assert not [
        name for name in ("apt.txt", "requirements.txt", "runtime.txt", "binder", ".binder") if (ROOT / name).exists()
    ]


def test_the_lock_has_hashes_and_names_no_host():
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text and "--index" not in text and "find-links" not in text
    assert len(re.findall(r"^[a-z0-9._-]+==", text, re.MULTILINE)) == len(
        re.findall(r"==\S+.*\\\n    --hash=sha256:", text)
    )


def third_party(file):
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = [node.module] if isinstance(node, ast.ImportFrom) and node.level == 0 else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        yield from (name.split(".")[0] for name in names if name)


def test_every_import_is_declared():
    import sys

    modules = {"python_docx": "docx", "odfpy": "odf", "webvtt_py": "webvtt", "pyahocorasick": "ahocorasick"} | {
        "ipython": "IPython",
        "pillow": "PIL",
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extra = {re.split(r"[<>=]", name)[0] for name in project["optional-dependencies"].get("archive", [])}
    known = (
        extra
        | {modules.get(name.replace("-", "_"), name.replace("-", "_")) for name in direct()}
        | {"dtstudy", "distributed"}  # which is of the extra `archive`
        | set(sys.stdlib_module_names)
    )
    for file in SOURCE.rglob("*.py"):
        assert set(third_party(file)) <= known, file


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.name)
def test_a_notebook_is_thin_told_as_a_story_and_committed_with_its_outputs(file):
    notebook = json.loads(file.read_text(encoding="utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    prose = [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    lines = [line for cell in code for line in "".join(cell["source"]).splitlines() if line.strip()]
    assert 10 <= len(lines) <= 25
    assert not any(re.match(r"\s*(def|class) |.*(\.\./|;$)", line) for line in lines)
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    assert not any(
        output["output_type"] == "error" or output.get("name") == "stderr"
        for cell in code
        for output in cell["outputs"]
    )
    assert notebook["cells"][0]["cell_type"] == "markdown" and notebook["cells"][-1]["cell_type"] == "markdown"
    assert "".join(prose[-1]["source"]).rfind("Written: ") >= 0
    assert ["parameters"] in [cell["metadata"].get("tags") for cell in code]


def test_every_notebook_of_the_folder_is_in_the_plan():
    from dtstudy.chain import plan

    assert {step.notebook for step in plan.load(ROOT / "notebooks").steps} == {file.name for file in NOTEBOOKS} - {
        "explore.ipynb",
        "tutorial.ipynb",
    }


def shingles(text, length=9):
    words = re.findall(r"[a-z0-9]+", text.lower())
    return {" ".join(words[at : at + length]) for at in range(len(words) - length + 1)}


def test_no_sentence_of_the_papers_stands_in_the_project(papers):
    printed = {run for file in papers.glob("*.txt") for run in shingles(file.read_text(encoding="utf-8"))}
    sentences = {
        run for run in printed if sum(word.isdigit() for word in run.split()) < 3
    }  # the cells of a table are facts
    for file, text in contents(tracked()):
        assert not sentences & shingles(text), file


def test_no_path_of_a_machine_stands_in_the_project():
    pattern = re.compile(r"(?<![\w.:])(?:/(?:home|Users|root|tmp|work|mnt)/\w|[A-Z]:\\\\\w)")
    for file, text in contents(tracked()):
        assert not pattern.search(text), f"{file}: {pattern.search(text).group()}"


def test_public_functions_say_what_they_answer():
    for file in SOURCE.rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        assert ast.get_docstring(tree), file
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{file.name}: {node.name}"
