"""What everything is called in a study: without people's names, each once, and so that files can be called it."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from dtstudy.names import Names
from dtstudy.read.project import Project, unique

NOT_IN_A_NAME = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
LONGEST_STEM = 80  # bytes of a file's name, without its suffix
RESERVED = {"reads", "union", "each", "con", "nul", "aux", "prn"}  # words of the study, and of Windows


@dataclass(frozen=True)
class Called:
    """Names in the study by names in the project, and the people's names that were masked in them."""

    known: Names
    documents: dict[str, str]
    codes: dict[str, str]
    coders: dict[str, str]

    def masked(self, text: str) -> str:
        """A text without people's names."""
        return self.known.masked(text)


def called(taken: Project, people: pd.DataFrame) -> Called:
    """What the documents, codes and coders of a project are called, given the roster of its people."""
    known = Names(people, pd.DataFrame({"word": [], "kind": []}))
    documents, codes = (_without_people(names, known) for names in (taken.sources["source"], taken.codes["code"]))
    return Called(known, documents, codes, _as_files(taken.coders["coder"]))


def file_names(sources: pd.DataFrame, documents: dict[str, str]) -> list[str]:
    """A file's name for each source: its document's in plain letters, with the suffix of the file it is copied from."""
    found: list[str] = []
    taken = {"documents.csv"}
    for source, file in zip(sources["source"], sources["file"], strict=True):
        bare = unicodedata.normalize("NFKD", documents[source]).encode("ascii", "ignore").decode()
        stem = re.sub(r"[^A-Za-z0-9]+", "-", bare).strip("-")[:LONGEST_STEM] or "document"
        suffix = Path(file).suffix.lower() if file else ".txt"
        number, name = 1, f"{stem}{suffix}"
        while name.casefold() in taken:
            number += 1
            name = f"{stem}-{number}{suffix}"
        found.append(name)
        taken.add(name.casefold())
    return found


def _without_people(given: Iterable[str], known: Names) -> dict[str, str]:
    found, taken = {}, set()
    for name in given:
        found[name] = unique(known.masked(name).replace(";", ","), taken)
        taken.add(found[name])
    return found


def _as_files(given: Iterable[str]) -> dict[str, str]:
    """Coders by names that a file can have: the file of a coder is named by the coder."""
    found, taken = {}, set()
    for name in given:
        bare = NOT_IN_A_NAME.sub("-", unicodedata.normalize("NFC", name)).strip(". ") or "coder"
        while len(bare.encode()) > LONGEST_STEM:
            bare = bare[:-1]
        bare = f"coder {bare}" if bare.casefold() in RESERVED else bare
        number, new = 1, bare
        while new.casefold() in taken:
            number += 1
            new = f"{bare} ({number})"
        found[name] = new
        taken.add(new.casefold())
    return found
