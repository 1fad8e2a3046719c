"""Word: paragraphs and tables in the order of the page; a bold beginning of a paragraph is a speaker's name."""

from pathlib import Path
from typing import Any, BinaryIO

from dtstudy.errors import InputError
from dtstudy.read import Label, Transcript, archive

LONGEST_NAME = 40


def transcript(file: Path) -> Transcript:
    """The text of a .docx file, a line for each paragraph, cells of a table's row joined by a colon and a blank."""
    return read(str(file), str(file))


def read(content: str | BinaryIO, file: str) -> Transcript:
    """The text of a Word file at a path or in a stream. Raises InputError where it is damaged."""
    from docx import Document
    from docx.table import Table

    archive.weigh(content, file)
    try:
        blocks = list(Document(content).iter_inner_content())
    except MemoryError:
        raise
    except Exception as error:  # python-docx meets damage with errors of many kinds, and all mean the same
        raise InputError(
            f"{file}: this is no whole Word file ({type(error).__name__}). Save it again as .docx."
        ) from None
    lines, labels, place = [], [], 0
    for block in blocks:
        rows = _rows(block) if isinstance(block, Table) else [(block.text, _bold_beginning(block))]
        for line, name in rows:
            line = line.replace("\r", "\n")
            if name:
                labels.append(Label(place, place + len(name), name.strip(" :–-")))
            lines.append(line)
            place += len(line) + 1
    return Transcript("\n".join(lines), tuple(labels))


def _rows(table: Any) -> list[tuple[str, str]]:
    """Rows of a table as lines; in a table of two columns the first names the speaker."""
    rows = [[cell.text.strip() for cell in row.cells] for row in table.rows]
    return [(": ".join(cell for cell in row if cell), "") for row in rows]


def _bold_beginning(paragraph: Any) -> str:
    """The bold text a paragraph begins with, if it is short and plain text follows."""
    bold = ""
    for run in paragraph.runs:
        if not run.bold and run.text.strip():
            return bold if bold.strip() and len(bold) <= LONGEST_NAME else ""
        bold += run.text
    return ""
