"""OpenDocument text: headings and paragraphs in the order of the page."""

from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from dtstudy.errors import InputError
from dtstudy.read import archive, xml


def text(file: Path) -> str:
    """The text of an .odt file, a line for each paragraph or heading."""
    from odf import teletype
    from odf.opendocument import load

    archive.weigh(str(file), str(file))
    _refuse_half(file)
    try:
        with redirect_stdout(StringIO()):  # odfpy prints what it cannot parse, and goes on
            document = load(str(file))
        body = document.text
    except MemoryError:
        raise
    except Exception as error:  # odfpy meets damage with errors of many kinds, and all mean the same
        raise InputError(
            f"{file}: this is no whole OpenDocument file ({type(error).__name__}). Save it again."
        ) from None
    kinds = ("text:p", "text:h")
    paragraphs = [node for node in _walk(body) if getattr(node, "tagName", "") in kinds]
    return "\n".join(teletype.extractText(node) for node in paragraphs)


def _refuse_half(file: Path) -> None:
    """Refuse a file whose text is no sound XML: odfpy would take the part before the damage for the whole."""
    try:
        with archive.Archive(file) as packed:
            for _ in xml.elements(packed.bytes("content.xml"), "content.xml"):
                pass
    except (InputError, KeyError) as error:
        told = str(error).removeprefix(f"{file}: ")
        raise InputError(f"{file}: this is no whole OpenDocument file; {told}") from None


def _walk(node: object) -> list[object]:
    """The element and all below it, in order."""
    return [node, *(below for child in getattr(node, "childNodes", []) for below in _walk(child))]
