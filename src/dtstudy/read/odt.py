"""OpenDocument text: headings and paragraphs in the order of the page."""

from pathlib import Path
from xml.sax import SAXParseException
from zipfile import BadZipFile

from dtstudy.errors import InputError
from dtstudy.read import archive


def text(file: Path) -> str:
    """The text of an .odt file, a line for each paragraph or heading."""
    from odf import teletype
    from odf.opendocument import load

    archive.weigh(str(file), str(file))
    try:
        document = load(str(file))
    except (BadZipFile, KeyError, ValueError, SAXParseException) as error:
        raise InputError(
            f"{file}: this is no whole OpenDocument file ({type(error).__name__}). Save it again."
        ) from None
    kinds = ("text:p", "text:h")
    paragraphs = [node for node in _walk(document.text) if getattr(node, "tagName", "") in kinds]
    return "\n".join(teletype.extractText(node) for node in paragraphs)


def _walk(node: object) -> list[object]:
    """The element and all below it, in order."""
    return [node, *(below for child in getattr(node, "childNodes", []) for below in _walk(child))]
