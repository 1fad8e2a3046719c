"""The first pages of a report: authors, points, contents, keywords, read in a copy of its text.

A report without quotations is proven by the headings of its contents.
"""

import re
from dataclasses import dataclass

from dtstudy.errors import InputError
from dtstudy.settings import Paper
from dtstudy.text import loose

_ENTRY = re.compile(r"(?:(?P<chapter>\d+)\.?\s+)?(?P<heading>.+?)[\s.…]+(?P<page>[ivxlc]+|\d+)")
_POINT = re.compile(r"\s*[-–•·*]\s+\S")
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


@dataclass(frozen=True)
class FrontMatter:
    """What stands on a report's first pages.

    `contents` has a page for each heading of the contents; `chapters` counts the numbered ones; `authors` are those
    of the title before and after the word with; `points` counts the items of lists and `numerals` the numbers in
    figures, both before the contents; `keywords` are those printed under that word.
    """

    contents: dict[str, str]
    chapters: int
    authors: tuple[int, int]
    points: int
    numerals: int
    keywords: tuple[str, ...]


def read(text: str, paper: Paper, where: str) -> FrontMatter:
    """What stands on the first pages, proven by the headings of the contents.

    Raises InputError that names each heading that was not found.
    """
    lines = text.split("\n")
    start = next((row for row, line in enumerate(lines) if loose(line) == "contents"), len(lines))
    entries = [match for line in lines[start + 1 :] if (match := _ENTRY.fullmatch(line.strip()))]
    pages = {loose(match["heading"]): match["page"] for match in reversed(entries)}
    lost = [heading for heading in paper.contents if loose(heading) not in pages]
    if lost:
        raise InputError(
            f"{where}: {len(lost)} of {len(paper.contents)} headings of the contents were not found: {'; '.join(lost)}."
            " The text is of another paper, or is cut or altered there; supply a complete copy."
        )
    known = {loose(heading) for heading in paper.contents}
    before = lines[:start]
    return FrontMatter(
        contents={heading: pages[loose(heading)] for heading in paper.contents},
        chapters=sum(match["chapter"] is not None and loose(match["heading"]) in known for match in entries),
        authors=_authors(before, paper),
        points=sum(bool(_POINT.match(line)) for line in before),
        numerals=len(re.findall(r"\d+", "\n".join(before))),
        keywords=_keywords(lines),
    )


def page_number(page: str) -> tuple[bool, int]:
    """A page's place in the book: pages numbered i, ii … come before 1.

    >>> sorted(["3", "ii", "1", "iv", "i"], key=page_number)
    ['i', 'ii', 'iv', '1', '3']
    """
    if page.isdigit():
        return True, int(page)
    values = [_ROMAN[letter] for letter in page.lower()]
    return False, sum(-value if value < max(values[place:]) else value for place, value in enumerate(values))


def _authors(lines: list[str], paper: Paper) -> tuple[int, int]:
    """Authors named before and after the word with, on the line that names the first of them."""
    names = [loose(author.rpartition(" ")[0] or author) for author in paper.authors]
    line = next((line for line in lines if names and names[0] in loose(line)), "")
    first, _, others = line.partition(" with ")
    return tuple(sum(name in loose(part) for name in names) for part in (first, others))


def _keywords(lines: list[str]) -> tuple[str, ...]:
    """The words under the heading Keywords, up to an empty line; commas and line ends part them."""
    start = next((row for row, line in enumerate(lines) if loose(line) == "keywords"), len(lines))
    below = "\n".join(lines[start + 1 :]).strip("\n").split("\n\n")[0]
    return tuple(word.strip() for word in re.split(r"[,;\n]", below) if word.strip())
