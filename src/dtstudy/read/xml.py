"""XML from anywhere, element by element: no DTD, no entities, no network, no depth without a floor."""

from collections.abc import Iterator
from io import BytesIO
from xml.parsers import expat

from lxml import etree

from dtstudy.errors import InputError

CHUNK = 64  # bytes: a declaration is refused before what follows it is looked at


def elements(content: bytes, where: str) -> Iterator[etree._Element]:
    """Every element when it has ended, children before parents, its own children still in it.

    The caller may `drop` an element that it is done with. Raises InputError for what is no XML, for a DTD, and for
    elements nested more than 256 deep.
    """
    _refuse_dtd(content, where)
    reader = etree.iterparse(
        BytesIO(content),
        events=("end",),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for _, element in reader:
            yield element
    except (etree.XMLSyntaxError, UnicodeDecodeError, ValueError) as error:
        raise InputError(f"{where}: this is no sound XML ({str(error)[:120]}). Export it again.") from None


def local(element: etree._Element) -> str:
    """An element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def drop(element: etree._Element) -> None:
    """Empty an element and forget the one before it, so that memory does not grow with the file."""
    element.clear()
    before = element.getprevious()
    if before is not None and before.tag == element.tag:
        element.getparent().remove(before)


def children(element: etree._Element, *names: str) -> list[etree._Element]:
    """The children of those names, in order."""
    return [child for child in element if local(child) in names]


def child_text(element: etree._Element, name: str) -> str | None:
    """The text of the first child of that name; None where there is none."""
    found = children(element, name)
    return "".join(found[0].itertext()) if found else None


def _refuse_dtd(content: bytes, where: str) -> None:
    """Look at everything before the first element; a DTD there is refused before anything can be made of it."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _DtdMet.raised
    parser.StartElementHandler = _RootMet.raised
    try:
        for start in range(0, len(content), CHUNK):
            parser.Parse(content[start : start + CHUNK], False)
        raise InputError(f"{where}: this is no XML; no element was found in it. Export it again.")
    except _DtdMet:
        raise InputError(
            f"{where}: it has a document type declaration, which no project needs; not read. Export it again."
        ) from None
    except _RootMet:
        return
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise InputError(f"{where}: this is no XML ({str(error)[:120]}). Export it again.") from None


class _RootMet(Exception):  # noqa: N818  no error: the look is over
    @classmethod
    def raised(cls, *_: object) -> None:
        raise cls


class _DtdMet(_RootMet):
    pass
