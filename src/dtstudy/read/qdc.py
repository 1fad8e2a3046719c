"""REFI-QDA codebooks (.qdc), and the codes in REFI-QDA projects.

REFI-QDA Codebook 1.0, 18 March 2019 (www.qdasoftware.org). Namespaces differ between programs and are not looked at.
"""

from pathlib import Path

from lxml import etree

from dtstudy.errors import InputError
from dtstudy.read import xml
from dtstudy.read.assembly import assembled
from dtstudy.read.project import Code, Draft, Project
from dtstudy.read.record import Record

LARGEST = 300_000_000  # bytes


def knows(path: Path) -> bool:
    """Whether this is a REFI-QDA codebook: by its suffix, for any XML may lie in it."""
    return path.is_file() and path.suffix.lower() == ".qdc"


def project(path: Path, counted: str = "", known: Project | None = None) -> Project:
    """The codes of a codebook as a project without sources.

    Raises InputError for a file that is no codebook.
    """
    if path.stat().st_size > LARGEST:
        raise InputError(
            f"{path}: a codebook of {path.stat().st_size:,} bytes is not read. Export the codebook alone, as .qdc."
        )
    draft = Draft(Record(path.name), name=path.stem)
    top = None
    for element in xml.elements(path.read_bytes(), str(path)):
        top = element
    if top is None or xml.local(top) != "CodeBook":
        raise InputError(f"{path}: this is no REFI-QDA codebook. Export the codebook again, as .qdc.")
    draft.origin = top.get("origin") or ""
    codes(top, draft)
    for listed in xml.children(top, "Sets"):
        draft.record.came("sets", len(listed))
        for each in listed:
            draft.record.drop("sets", each.get("name") or "unnamed", "sets of a codebook are not kept")
    return assembled(draft, counted)


def codes(book: etree._Element, draft: Draft) -> None:
    """Enter the codes of an element CodeBook into a draft, parents before children, in their order."""
    ours = is_ours(draft.origin)
    for element in book.iter("{*}Code"):
        own, name = guid(element.get("guid")), element.get("name") or ""
        draft.record.came("codes")
        if not own or own in draft.codes:
            draft.record.drop("codes", name, "its id stands twice" if own else "it has no id")
            continue
        above = element.getparent()
        parent = guid(above.get("guid")) if above is not None and xml.local(above) == "Code" else ""
        folder = (element.get("isCodable") or "").strip().lower() in ("false", "0")
        level = {True: "category", False: "concept"}[folder] if ours else ""
        about = xml.child_text(element, "Description") or ""
        draft.codes[own] = Code(name, parent, about, element.get("color") or "", folder, level=level)


def is_ours(origin: str) -> bool:
    """Whether this package wrote the file."""
    return origin.casefold().startswith("dtstudy")


def guid(given: str | None) -> str:
    """An id as it is compared: programs differ in case and braces."""
    return (given or "").strip().strip("{}").casefold()
