"""PDF: its text layer, page after page, line by line."""

import logging
from pathlib import Path

from dtstudy.errors import InputError


def text(file: Path) -> str:
    """The text layer of a .pdf file; pages follow each other on a new line."""
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it mends in a file is nothing a user can mend
    try:
        reader = PdfReader(file)
        if reader.is_encrypted:
            raise InputError(f"{file}: the PDF is protected by a password. Supply one that opens without.")
        return "\n".join(page.extract_text() for page in reader.pages)
    except (InputError, MemoryError):
        raise
    except Exception as error:  # pypdf meets damage with errors of many kinds, and all mean the same
        raise InputError(f"{file}: this PDF cannot be read ({error}). Save its text as .txt and supply that.") from None
