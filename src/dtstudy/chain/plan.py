"""The plan: steps of `notebooks/pipeline.toml`, what each reads and writes, and the order that follows."""

import ast
import csv
import tomllib
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from dtstudy.errors import InputError, near
from dtstudy.settings import fill, refuse_unknown

PIPELINE = "pipeline.toml"


@dataclass(frozen=True)
class Step:
    """One notebook of the chain: what it reads and writes, and how many seconds a cell of it may take.

    Without what it `reads` a study has no such step, nor without as many `coders` (a consensus is none) and `groups` of
    documents as it needs; what it `may_read` is read where the study has it.
    """

    name: str
    notebook: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    may_read: tuple[str, ...] = ()
    timeout: int = 300
    coders: int = 0
    groups: int = 0


@dataclass(frozen=True)
class Chapter:
    """One chapter of the report: the question it answers, and its exhibits in order."""

    title: str
    question: str
    exhibits: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """The steps, each after those whose exhibits it reads, and the report's chapters."""

    steps: tuple[Step, ...]
    chapters: tuple[Chapter, ...]

    def of(self, raw: Path) -> "Plan":
        """The plan for one study: the steps whose raw files it has, and the chapters with what these write."""
        lacking = self.lacking(raw)
        steps = tuple(step for step in self.steps if step.name not in lacking)
        written = {exhibit for step in steps for exhibit in step.writes}
        kept = [(chapter, tuple(name for name in chapter.exhibits if name in written)) for chapter in self.chapters]
        return Plan(steps, tuple(replace(chapter, exhibits=names) for chapter, names in kept if names))

    def lacking(self, raw: Path) -> dict[str, list[str]]:
        """Steps left out for a study, each with what the study has not: raw files, coders, groups."""
        made = {exhibit for step in self.steps for exhibit in step.writes}
        missing = {
            step.name: [item for item in step.reads if item not in made and not (raw / item).exists()]
            for step in self.steps
        }
        for step in self.steps:
            if step.coders > len(coders(raw)):
                missing[step.name].append(f"{step.coders} coders")
            if step.groups > len(groups(raw)):
                missing[step.name].append(f"{step.groups} groups")
        return {name: items for name, items in missing.items() if items}

    def needs(self, step: Step) -> set[str]:
        """Names of the steps that write what this one reads."""
        maker = {exhibit: other.name for other in self.steps for exhibit in other.writes}
        return {maker[item] for item in step.reads if item in maker}


def coders(raw: Path) -> list[str]:
    """The coders of a study, without the consensus."""
    return sorted({file.stem for file in (raw / "codings").glob("*.csv")} - {"reads", "consensus"})


def groups(raw: Path) -> list[str]:
    """The groups of documents of a study: the values of the attribute `by` of its study.toml, or else `group`."""
    try:
        told = tomllib.loads((raw / "study.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    folder = raw / Path(told.get("transcripts", {}).get("folder", "transcripts")).expanduser()
    by = told.get("parameters", {}).get("by", "group")
    try:
        with (folder / "documents.csv").open(encoding="utf-8", newline="") as file:
            return sorted({row.get(by) or "" for row in csv.DictReader(file)} - {""})
    except (OSError, ValueError, csv.Error):
        return []


def load(notebooks: Path) -> Plan:
    """The plan of a folder of notebooks. Raises InputError for a faulty pipeline.toml."""
    file = notebooks / PIPELINE
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(
            f"{file} is missing: it says which notebooks are run. Restore it from the project's copy."
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{file}: {error}. Mend the file; it must be TOML.") from None
    refuse_unknown(content, ("step", "chapter"), PIPELINE)
    steps = tuple(
        fill(Step, {"name": name, **table}, f"{PIPELINE} [step.{name}]")
        for name, table in content.get("step", {}).items()
    )
    chapters = tuple(
        fill(Chapter, table, f"{PIPELINE}, chapter {number}")
        for number, table in enumerate(content.get("chapter", []), 1)
    )
    _refuse_unmade(steps, chapters, notebooks)
    unordered = Plan(steps, chapters)
    try:
        order = list(TopologicalSorter({step.name: unordered.needs(step) for step in steps}).static_order())
    except CycleError as error:
        raise InputError(
            f"{PIPELINE}: steps wait for each other: {' → '.join(error.args[1])}. Take one of their reads out."
        ) from None
    return Plan(tuple(sorted(steps, key=lambda step: order.index(step.name))), chapters)


def parameters(notebook: Path) -> dict[str, Any]:
    """Names and defaults of the notebook's cell tagged `parameters`, read without running it.

    Raises InputError where there is no such cell or a default is not a plain value.
    """
    import nbformat

    cells = [
        cell for cell in nbformat.read(notebook, as_version=4).cells if "parameters" in cell.metadata.get("tags", [])
    ]
    if len(cells) != 1:
        raise InputError(f"{notebook.name}: one cell must have the tag 'parameters'; {len(cells)} have.")
    found = {}
    for line in ast.parse(cells[0].source).body:
        target = (
            line.target
            if isinstance(line, ast.AnnAssign)
            else line.targets[0]
            if isinstance(line, ast.Assign)
            else None
        )
        if not isinstance(target, ast.Name) or line.value is None:
            raise InputError(f"{notebook.name}: the parameters cell may only hold lines such as name = value.")
        try:
            found[target.id] = ast.literal_eval(line.value)
        except ValueError:
            raise InputError(f"{notebook.name}: the default of '{target.id}' must be a plain value.") from None
    return found


def checked(steps: tuple[Step, ...], notebooks: Path, given: dict[str, str]) -> dict[str, dict[str, Any]]:
    """The parameters each step takes of those given as text, cast to the type of the default.

    A name such as `theme-frequency.unit` is of that step alone, and goes before a plain `unit`. Raises InputError for a
    name that no step has, with its near match, or a value of the wrong type.
    """
    defaults = {step.name: parameters(notebooks / step.notebook) for step in steps}
    known = {name for own in defaults.values() for name in own}
    own_names = {f"{step}.{name}" for step, own in defaults.items() for name in own}
    for name in given:
        if name not in known | own_names:
            raise InputError(f"No notebook has a parameter '{name}'; {near(name, own_names if '.' in name else known)}")
    return {
        step: {
            name: _cast(name, given.get(f"{step}.{name}", given.get(name)), default)
            for name, default in own.items()
            if name in given or f"{step}.{name}" in given
        }
        for step, own in defaults.items()
    }


def _cast(name: str, value: str, default: Any) -> Any:
    if isinstance(default, str):
        return value
    try:
        cast = ast.literal_eval(value)
    except (ValueError, SyntaxError):
        cast = value
    if isinstance(default, float) and type(cast) is int:
        cast = float(cast)
    if type(cast) is not type(default):
        raise InputError(f"The parameter '{name}' must be of the kind of {default!r}, not '{value}'.")
    return cast


def _refuse_unmade(steps: tuple[Step, ...], chapters: tuple[Chapter, ...], notebooks: Path) -> None:
    for step in steps:
        if not (notebooks / step.notebook).is_file():
            raise InputError(
                f"{PIPELINE} [step.{step.name}]: there is no notebook {step.notebook}. Add it, or mend its name."
            )
    made = {exhibit for step in steps for exhibit in step.writes}
    for chapter in chapters:
        for exhibit in chapter.exhibits:
            if exhibit not in made:
                raise InputError(
                    f"{PIPELINE}, chapter '{chapter.title}': no step writes '{exhibit}'; {near(exhibit, made)}"
                )
