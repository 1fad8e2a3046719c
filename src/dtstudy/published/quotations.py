"""The quotations of a paper, kept stand-off.

Found in a copy of its text, proven by digest, never stored as words.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pandas as pd

from dtstudy import read
from dtstudy.errors import InputError
from dtstudy.published import frontmatter
from dtstudy.read import cells
from dtstudy.settings import Paper, Section, Speakers
from dtstudy.text import digest, join_broken_words, loose, normalise

COLUMNS = ("quotation", "section", "theme", "ordinal", "kind", "role", "words", "sha256", "sha256_loose")
_QUOTED = re.compile(r"(?<!\w)[‘'](.+?)[’'](?![A-Za-z])", re.DOTALL)
_BEFORE_BLOCK = re.compile(r"(^|[.:’'\]])\s*$")
_BRACKET_AFTER = re.compile(r"\s*\[([a-z ]+)\]")
_REPORTED_WITHIN = 260  # characters before an inline quotation in which the reporting words are looked for


@dataclass(frozen=True)
class Quotation:
    """A quotation as it stands in the text: where, how set, whose, and its words."""

    section: str
    theme: str
    kind: str
    role: str
    text: str


@dataclass(frozen=True)
class PaperText:
    """What a copy of the paper's text gave: the proven quotations, and what was counted in it.

    `quotations` is the frame of `prove`; `headings` are (section, theme) in order; `quoted` counts the
    passages between quotation marks in the results, whether or not the record knows them; `cited` counts
    works cited as years in brackets; `documents` has the clean text of each results section; `front` is what its
    first pages say, where the paper has contents.
    """

    quotations: pd.DataFrame
    headings: tuple[tuple[str, str], ...]
    quoted: int
    cited: int
    documents: dict[str, str]
    front: frontmatter.FrontMatter | None = None


def none() -> pd.DataFrame:
    """The record of a paper that quotes nobody."""
    return pd.DataFrame(columns=list(COLUMNS), dtype="str").astype(
        {"quotation": "int64", "ordinal": "int64", "words": "int64"}
    )


def load(file: Path) -> pd.DataFrame:
    """The stand-off record of a paper's quotations: one row each, no words.

    Returns
    -------
    DataFrame, one row per quotation
        quotation (from 1), section, theme, ordinal (within its theme), kind (block or inline), role, words
        (count), sha256 and sha256_loose (digests of the normalised text, and of its letters and digits alone)
    """
    record = cells.table(file)
    missing = [column for column in COLUMNS if column not in record]
    if missing:
        raise InputError(f"{file.name}: the columns {', '.join(missing)} are missing.")
    return record.astype({"quotation": "int64", "ordinal": "int64", "words": "int64"})[list(COLUMNS)]


def find_text(papers: Path, study: str) -> Path:
    """The file with the paper's text: `papers` itself, or STUDY or paper .txt or .pdf in that folder."""
    if papers.is_file():
        return papers
    candidates = [papers / f"{stem}{suffix}" for stem in (study, "paper") for suffix in (".txt", ".pdf")]
    for file in candidates:
        if file.is_file():
            return file
    looked = ", ".join(file.name for file in candidates)
    place = "is no folder" if not papers.exists() else f"holds none of {looked}"
    raise InputError(f"{papers} {place}. Name the folder or the file that holds the paper's text.")


def read_paper(file: Path, paper: Paper, record: pd.DataFrame) -> PaperText:
    """Read a copy of the paper, .txt or .pdf, and prove it.

    Raises InputError as `read.text` and `prove` do.
    """
    text = read.text(file)
    quotations = prove(text, paper, record, str(file))
    sections = [read_section(text, paper, section) for section in paper.sections]
    brackets = re.findall(r"\(([^()]*)\)", text)
    return PaperText(
        quotations=quotations,
        headings=tuple(theme for theme, _ in theme_texts(text, paper)),
        quoted=sum(len(section) for section in sections),
        cited=sum(len(re.findall(r"\b(?:19|20)\d\d\b", bracket)) for bracket in brackets),
        documents={section.document: clean_section(text, paper, section) for section in paper.sections},
        front=frontmatter.read(text, paper, str(file)) if paper.contents else None,
    )


def prove(text: str, paper: Paper, record: pd.DataFrame, where: str) -> pd.DataFrame:
    """The record with each quotation found in the text.

    Returns
    -------
    DataFrame, the record's rows in order, with
        verified (True), match (`exact`, or `loose` where only spacing or marks differ), text, found_kind and
        found_role (as read in this copy)

    Raises InputError that names each quotation that was not found.
    """
    quotations = [quotation for section in paper.sections for quotation in read_section(text, paper, section)]
    exact = {digest(quotation.text): quotation for quotation in quotations}
    near = {digest(loose(quotation.text)): quotation for quotation in quotations}
    found = [exact.get(row.sha256) or near.get(row.sha256_loose) for row in record.itertuples()]
    lost = record[[quotation is None for quotation in found]]
    if not lost.empty:
        themes = lost.astype({"quotation": "str"}).groupby(["section", "theme"], sort=False)["quotation"]
        names = "; ".join(
            f"{section}, {theme}: {numbers}" for (section, theme), numbers in themes.agg(", ".join).items()
        )
        raise InputError(
            f"{where}: {len(lost)} of {len(record)} quotations were not found: {names}."
            " The text is of another paper, or is cut or altered there; supply a complete copy."
        )
    return record.assign(
        verified=True,
        match=["exact" if row.sha256 in exact else "loose" for row in record.itertuples()],
        text=[quotation.text for quotation in found],
        found_kind=[quotation.kind for quotation in found],
        found_role=[quotation.role for quotation in found],
    )


def read_section(text: str, paper: Paper, section: Section) -> list[Quotation]:
    """The quotations of one results section in the order of the text; none where the section is not found."""
    return [
        quotation
        for theme, passage in theme_texts(text, paper)
        if theme in {(section.name, name) for name in section.themes}
        for quotation in _quotations(passage, *theme, paper.speakers)
    ]


def theme_texts(text: str, paper: Paper) -> list[tuple[tuple[str, str], str]]:
    """Section and heading of each results theme found, with the text below it, clear of page furniture.

    Headings are whole lines, compared by letters alone, each looked for below the one before it.
    """
    lines = [line for line in text.split("\n") if not _is_furniture(line, paper)]
    keys = [loose(line) for line in lines]
    starts: list[tuple[tuple[str, str], int]] = []
    for section in paper.sections:
        for theme in section.themes:
            below = starts[-1][1] + 1 if starts else 0
            if loose(theme) in keys[below:]:
                starts.append(((section.name, theme), keys.index(loose(theme), below)))
    if not starts:
        return []
    end = next((row for row in range(starts[-1][1], len(keys)) if keys[row] == loose(paper.end)), len(keys))
    names = {loose(section.name) for section in paper.sections}
    return [
        (theme, "\n".join(line for line in lines[first + 1 : last] if loose(line) not in names))
        for (theme, first), (_, last) in pairwise([*starts, (("", ""), end)])
    ]


def clean_section(text: str, paper: Paper, section: Section) -> str:
    """A section's text as one document.

    Headings and furniture out, broken words whole, single spaces, plain marks.
    """
    passages = [passage for (name, _), passage in theme_texts(text, paper) if name == section.name]
    return normalise(join_broken_words("\n".join(passages)))


def _is_furniture(line: str, paper: Paper) -> bool:
    return any(re.fullmatch(pattern, line.strip()) for pattern in paper.furniture)


def _quotations(passage: str, section: str, theme: str, speakers: Speakers) -> list[Quotation]:
    found = []
    for match in _QUOTED.finditer(passage):
        before, quoted = passage[: match.start()], normalise(match.group(1))
        kind = "block" if _is_block(before) else "inline"
        after = _BRACKET_AFTER.match(passage, match.end())
        role = after.group(1) if after else _role(quoted, before if kind == "inline" else "", speakers)
        found.append(Quotation(section, theme, kind, role or speakers.unstated[section], quoted))
    return found


def _is_block(before: str) -> bool:
    """Set apart: it begins a line, and what stands before it has come to an end."""
    line = before.rsplit("\n", 1)[-1]
    return not line.strip() and bool(_BEFORE_BLOCK.search(before))


def _role(quoted: str, before: str, speakers: Speakers) -> str | None:
    for word, role in speakers.inside.items():
        if f"[{word}]" in quoted:
            return role
    for word, role in speakers.after_pronoun.items():
        if re.search(rf"\b(I|We) \[{re.escape(word)}\]", quoted):
            return role
    reported = normalise(before)[-_REPORTED_WITHIN:].casefold()
    return next((role for word, role in speakers.reporting.items() if word in reported), None)
