"""The report as a Word document: tables with header rows, numbered captions, cross references, figures at 300 dpi."""

import re
import zipfile
from datetime import datetime
from io import BytesIO
from typing import Any

from dtstudy.report.content import Content, Shown, fits_a_page, without_turns

STAMP = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can hold: the same content is the same bytes
FIGURE_WIDTH, SMALL, SOFT, MARK = 16.0, 8.0, "5A5A5A", "8A5A00"

_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]"
)  # XML has no place for these


def render(content: Content) -> bytes:
    """The document. Fields are filled already; Word renews the numbers when asked to (Ctrl+A, F9)."""
    from docx import Document

    document = Document()
    _set_up(document, content)
    _opening(document, content)
    for chapter, exhibits in content.chapters:
        document.add_heading(chapter.title, level=1)
        document.add_paragraph().add_run(chapter.question).italic = True
        for shown in exhibits:
            _exhibit(document, content, shown)
    stream = BytesIO()
    document.save(stream)
    return _steady(stream.getvalue())


def _set_up(document: Any, content: Content) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    about = document.core_properties
    about.title, about.author, about.comments, about.language = content.title, "", "", "en-GB"
    about.created = about.modified = datetime(*STAMP)
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm((21 - FIGURE_WIDTH) / 2)
    for name, size in (("Normal", 10.5), ("Title", 24), ("Heading 1", 15), ("Heading 2", 11), ("Caption", 9.5)):
        style = document.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = "Georgia", Pt(size), RGBColor(0x1B, 0x1B, 0x1B)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(script), None)


def _opening(document: Any, content: Content) -> None:
    about, paper = content.settings.about, content.settings.paper
    document.add_heading(about.title, level=0)
    document.add_paragraph(about.sentence)
    if content.score:
        document.add_paragraph().add_run(content.score).bold = True
    document.add_paragraph(about.note)
    for kind, meaning in content.kinds.items():
        paragraph = document.add_paragraph()
        _small(paragraph, kind.upper(), MARK)
        _small(paragraph, f"  {meaning}", SOFT)
    _small(document.add_paragraph(), f"{about.place}, {about.fieldwork}. {about.method}.", SOFT)
    if paper:
        _small(document.add_paragraph(), f"{paper.citation} {paper.licence}.", SOFT)
    document.add_paragraph("In short:")
    for shown in content.shown:
        if shown.figure:
            paragraph = document.add_paragraph(f"{shown.exhibit.caption} ", style="List Bullet")
            _field(paragraph, f"REF {_bookmark(shown)} \\h", f"Exhibit {shown.number}")


def _exhibit(document: Any, content: Content, shown: Shown) -> None:
    from docx.shared import Cm

    exhibit = shown.exhibit
    caption = document.add_paragraph(style="Caption")
    caption.paragraph_format.keep_with_next = True
    _marked(caption, shown)
    caption.add_run(f". {exhibit.title}. ")
    _small(caption, exhibit.data.upper(), MARK)
    document.add_paragraph(exhibit.caption).paragraph_format.keep_with_next = True
    if shown.figure:
        picture = content.settings.derived / "figures" / f"{exhibit.id}.png"
        drawn = document.add_picture(str(picture), width=Cm(FIGURE_WIDTH))
        drawn._inline.docPr.set("descr", f"{exhibit.title}. {exhibit.caption}")
    if exhibit.shown and fits_a_page(shown):
        _table(document, exhibit.shown, shown.numeric)
    elif exhibit.shown:
        rows = len(exhibit.shown["rows"])
        _small(
            document.add_paragraph(), f"The table, {rows} rows, is tables/{exhibit.id}.csv beside this report.", SOFT
        )
    _small(document.add_paragraph(), exhibit.definition, SOFT)


def _table(document: Any, table: dict[str, list], numeric: tuple[bool, ...]) -> None:
    """A table with rules above, below the head and at the end; the head is repeated on every page."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.shared import Pt

    made = document.add_table(rows=0, cols=len(table["head"]))
    size = 6.5 if len(table["head"]) > 6 else SMALL
    for number, row in enumerate([table["head"], *table["rows"]]):
        cells = made.add_row().cells
        for place, (cell, text) in enumerate(zip(cells, row, strict=True)):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(1)
            run = paragraph.add_run(_printable(text))
            run.font.size, run.font.name, run.bold = Pt(size), "Arial", number == 0
            if numeric and numeric[place]:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    head = made.rows[0]._tr.get_or_add_trPr()
    head.append(OxmlElement("w:tblHeader"))
    for row in made.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom"):
        borders.append(_rule(side, 8))
    made._tbl.tblPr.append(borders)
    for cell in made.rows[0].cells:
        edge = OxmlElement("w:tcBorders")
        edge.append(_rule("bottom", 4))
        cell._tc.get_or_add_tcPr().append(edge)


def _rule(side: str, eighths: int) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    rule = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", str(eighths)), ("space", "0"), ("color", "1B1B1B")):
        rule.set(qn(f"w:{name}"), value)
    return rule


def _bookmark(shown: Shown) -> str:
    return f"exhibit_{shown.number}"


def _marked(paragraph: Any, shown: Shown) -> None:
    """'Exhibit N' as a numbered caption inside a bookmark that references point to."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for mark in (start, end):
        mark.set(qn("w:id"), str(shown.number))
    start.set(qn("w:name"), _bookmark(shown))
    paragraph._p.append(start)
    paragraph.add_run("Exhibit ")
    _field(paragraph, "SEQ Exhibit \\* ARABIC", str(shown.number))
    paragraph._p.append(end)


def _field(paragraph: Any, instruction: str, text: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), f" {instruction} ")
    run = paragraph.add_run(text)
    field.append(run._r)
    paragraph._p.append(field)


def _small(paragraph: Any, text: str, colour: str) -> None:
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(_printable(text))
    run.font.size, run.font.name, run.font.color.rgb = Pt(SMALL), "Arial", RGBColor.from_string(colour)


def _printable(text: str) -> str:
    """The text without characters that XML cannot hold."""
    return _UNPRINTABLE.sub("", without_turns(text))


def _steady(document: bytes) -> bytes:
    """The same document with the times of its parts set to one moment."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(document)) as made, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as steady:
        for name in made.namelist():
            part = zipfile.ZipInfo(name, STAMP)
            part.compress_type, part.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            steady.writestr(part, made.read(name))
    return stream.getvalue()
