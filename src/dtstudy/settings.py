"""Where a project and its studies lie, and what `study.toml` says of one."""

import atexit
import dataclasses
import os
import re
import shutil
import tomllib
from collections.abc import Iterable
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, TypeVar, get_origin

from dtstudy.errors import InputError, near

T = TypeVar("T")


@dataclass(frozen=True)
class About:
    """Who asked whom, where, when and how: the words a reader meets first."""

    title: str
    sentence: str
    place: str
    fieldwork: str
    method: str
    note: str = ""


@dataclass(frozen=True)
class Design:
    """The groups as published: programmes, and groups of each kind in one programme."""

    programmes: int
    service_user_groups_per_programme: int
    staff_groups_per_programme: int


@dataclass(frozen=True)
class Section:
    """A results section of the paper: one document, one group of speakers, its headings in order."""

    name: str
    document: str
    group: str
    themes: tuple[str, ...]


@dataclass(frozen=True)
class Speakers:
    """How a quotation shows who speaks.

    `inside` maps a bracketed word inside a quotation to a role; `after_pronoun` does so only where the
    bracket follows I or We; `reporting` maps words shortly before an inline quotation; a bracket after the
    closing mark names the role itself.
    """

    inside: dict[str, str]
    after_pronoun: dict[str, str]
    reporting: dict[str, str]
    unstated: dict[str, str]


@dataclass(frozen=True)
class Paper:
    """The publication: its citation, and how its text is laid out.

    A copy of the text is proven by its quotations, found in `sections` (which end at the heading `end`), or by the
    headings of its table of contents, `contents`. `volume` and `page` are empty where a report has none.
    """

    authors: tuple[str, ...]
    year: int
    title: str
    journal: str
    licence: str
    volume: str = ""
    page: str = ""
    contents: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    end: str = ""
    furniture: tuple[str, ...] = ()
    speakers: Speakers = Speakers({}, {}, {}, {})

    @property
    def citation(self) -> str:
        """Author-year citation in one line."""
        title = self.title if self.title.endswith("…") else f"{self.title}."
        place = f"{self.journal} {self.volume}: {self.page}" if self.volume else self.journal
        return f"{', '.join(self.authors)} ({self.year}). {title} {place}."


@dataclass(frozen=True)
class Transcripts:
    """Where the transcripts of a study lie, and what protects the people in them.

    Places are in the study's raw folder, or anywhere else if they begin with / or ~: the material of a real study
    belongs outside the repository. `key` is where the key from names to pseudonyms is written; `frozen` has the SHA-256
    of the coders' files from before discussion. `blocks` is the attribute of documents inside which the design put
    groups side by side, such as a programme; empty where it did not.
    """

    data: str
    folder: str
    roster: str
    places: str
    key: str
    frozen: dict[str, str]
    blocks: str = ""


@dataclass(frozen=True)
class Settings:
    """One study: its name, its folders and the contents of its `study.toml`.

    `parameters` are values that notebooks' parameters have for this study, as text, in place of their defaults.
    """

    name: str
    project: Path
    about: About
    design: Design | None
    paper: Paper | None
    transcripts: Transcripts | None = None
    parameters: dict[str, str] = dataclasses.field(default_factory=dict)

    @property
    def raw(self) -> Path:
        """Files as received; nothing writes here."""
        return self.project / "data" / "raw" / self.name

    @property
    def derived(self) -> Path:
        """What the chain made; disposable."""
        return self.project / "data" / "derived" / self.name

    def place(self, where: str) -> Path:
        """A place named in study.toml: in the raw folder, or outside it if it begins with / or ~."""
        return self.raw / Path(where).expanduser()

    @property
    def output(self) -> Path:
        """Where exhibits are written: the derived folder, unless DTSTUDY_OUTPUT names another place."""
        place = os.environ.get("DTSTUDY_OUTPUT")
        return Path(place) / self.name if place else self.derived


def find_project() -> Path:
    """The folder that holds `data/raw`: named by DTSTUDY_PROJECT, here or above, or this checkout.

    Raises InputError where there is none.
    """
    named = os.environ.get("DTSTUDY_PROJECT")
    here = [Path(named)] if named else [Path.cwd(), *Path.cwd().parents, Path(__file__).parents[2]]
    for folder in here:
        if (folder / "data" / "raw").is_dir():
            return folder.resolve()
    raise InputError(
        "No folder data/raw was found here or above: change into the project, or set DTSTUDY_PROJECT to it."
    )


def empty_project(folder: str | Path = "") -> Path:
    """Make a folder a project without studies, with the notebooks of the project in force, and put it in force.

    What is tried out there changes nothing here. Notebooks that the folder has already stay. Without a folder it is one
    that is removed when Python ends.
    """
    if not folder:
        folder = mkdtemp(prefix="dtstudy-", dir=os.environ.get("DTSTUDY_OUTPUT"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    folder = Path(folder).expanduser().resolve()
    (folder / "data" / "raw").mkdir(parents=True, exist_ok=True)
    if not (folder / "notebooks").is_dir():
        shutil.copytree(find_project() / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".*"))
    os.environ["DTSTUDY_PROJECT"] = str(folder)
    return folder


def study_names(project: Path) -> list[str]:
    """Names of the studies of a project: the folders of data/raw that hold a study.toml."""
    return sorted(file.parent.name for file in (project / "data" / "raw").glob("*/study.toml"))


def load(name: str, project: Path | None = None) -> Settings:
    """Settings of the study of that name. Raises InputError for an unknown name or a faulty study.toml."""
    project = project or find_project()
    file = project / "data" / "raw" / name / "study.toml"
    if name not in study_names(project):
        raise InputError(f"There is no study '{name}': {near(name, study_names(project))}")
    where = f"data/raw/{name}/study.toml"
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{where}: {error}. Mend the file; it must be TOML in UTF-8.") from None
    refuse_unknown(content, ("about", "design", "paper", "transcripts", "parameters"), where)
    if "about" not in content:
        raise InputError(f"{where}: the table [about] is missing; it needs title, sentence, place, fieldwork, method.")
    return Settings(
        name=name,
        project=project,
        about=fill(About, content["about"], f"{where} [about]"),
        design=fill(Design, content["design"], f"{where} [design]") if "design" in content else None,
        paper=_paper(content["paper"], f"{where} [paper]") if "paper" in content else None,
        transcripts=fill(Transcripts, content["transcripts"], f"{where} [transcripts]")
        if "transcripts" in content
        else None,
        parameters=_parameters(content.get("parameters", {}), f"{where} [parameters]"),
    )


def _parameters(table: dict[str, Any], where: str) -> dict[str, str]:
    for name, value in table.items():
        if not isinstance(value, str | int | float):
            raise InputError(f"{where}: '{name}' must be text, a number, true or false.")
    return {name: str(value) for name, value in table.items()}


def _paper(table: dict[str, Any], where: str) -> Paper:
    sections = tuple(
        fill(Section, section, f"{where}.sections, entry {number}")
        for number, section in enumerate(table.get("sections", []), 1)
    )
    for pattern in table.get("furniture", []):
        try:
            re.compile(pattern)
        except re.error as error:
            raise InputError(f"{where} furniture: '{pattern}' is not a pattern ({error}). Mend it.") from None
    if not sections and not table.get("contents"):
        raise InputError(f"{where}: a copy of the text is proven by its sections or its contents; name one of them.")
    if sections and "end" not in table:
        raise InputError(f"{where}: the key 'end' is missing, the heading at which the sections end.")
    if sections:
        table = table | {"speakers": fill(Speakers, table.get("speakers", {}), f"{where}.speakers")}
    return fill(Paper, {**table, "sections": sections}, where)


def fill(kind: type[T], table: dict[str, Any], where: str) -> T:
    """A settings object from a TOML table.

    An unknown, missing or wrongly typed key is an InputError that names it.
    """
    known = {field.name: field for field in fields(kind)}
    refuse_unknown(table, known, where)
    values = {}
    for name, field in known.items():
        if name not in table:
            if field.default is MISSING:
                raise InputError(f"{where}: the key '{name}' is missing. Add it.")
            continue
        value = table[name]
        if field.type in (str, int) and (not isinstance(value, field.type) or isinstance(value, bool)):
            raise InputError(f"{where}: '{name}' must be {'a whole number' if field.type is int else 'text'}.")
        if get_origin(field.type) is tuple and not isinstance(value, list | tuple):
            raise InputError(f"{where}: '{name}' must be a list, as in ['one', 'two'].")
        values[name] = tuple(value) if isinstance(value, list) else value
    return kind(**values)


def refuse_unknown(table: Iterable[str], known: Iterable[str], where: str) -> None:
    """Raise InputError for the first key that is not known, with its near match."""
    for key in table:
        if key not in set(known):
            raise InputError(f"{where}: the key '{key}' is unknown; {near(key, known)}")
