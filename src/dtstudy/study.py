"""A study: what an analyst holds."""

import sys
import warnings
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from dtstudy import exhibits, gathering, read, settings, tables, transcripts
from dtstudy.corpus import Corpus
from dtstudy.errors import InputError, near
from dtstudy.published import corpus as quoted
from dtstudy.published import ledger, propositions, quantifiers, quotations, reporting
from dtstudy.read import cells
from dtstudy.settings import Settings

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MANY_TRANSCRIPTS = 100  # from here on reading them takes long enough to be told
SUMMARY_COLUMNS = ("document", "theme", "summary", "segments")
OPTIONAL_SUMMARY_COLUMNS = ("quotation", "asked")


def open_study(name: str, papers: str | Path = "") -> "Study":
    """Open a study of this project by the name of its folder in data/raw.

    Parameters: `papers` is a folder or file with the paper's text, relative to the project or absolute; empty
    means without. Raises InputError where the study or the text is not there, or where the text is not the
    paper's.
    """
    found = settings.load(name)
    study = Study(found, quotations.find_text(found.project / papers, name) if papers else None)
    if papers:
        study.text  # noqa: B018  a wrong text is told at once, not at the first count
    return study


def supply_text(found: Settings, papers: Path | None) -> str:
    """Bring the paper's text, proven, into the derived folder; return its path there, empty without a text.

    The text is the one named, or a paper.txt or paper.pdf in the study's raw folder. Raises InputError where
    the one named is not there, or where quotations are not found in it.
    """
    given = None if found.paper is None else _given_text(found, papers)
    if given is None:
        return ""
    Study(found, given).text  # noqa: B018  a wrong text stops here, before anything runs
    exhibits.write(found.derived / "paper.txt", read.text(given).encode())
    return (found.derived / "paper.txt").relative_to(found.project).as_posix()


def supplied_text(found: Settings, papers: Path | None) -> str:
    """The paper's text that is at hand.

    The one named, the one in the raw folder, or the one the last report was given.
    """
    if found.paper is None:
        return ""
    given = _given_text(found, papers) or found.derived / "paper.txt"
    return str(given.absolute()) if given.is_file() else ""


def supplied_path(found: Settings, papers: Path | None) -> str:
    """Where a run would find the paper's text, relative to the project; empty where no text is at hand."""
    given = None if found.paper is None else _given_text(found, papers)
    return "" if given is None else (found.derived / "paper.txt").relative_to(found.project).as_posix()


def _tell_progress(done: int, of: int) -> None:
    """Count transcripts on a terminal, where there are many."""
    if of >= MANY_TRANSCRIPTS and sys.stderr.isatty():
        print(f"\r{done:,} of {of:,} transcripts cleaned", end="\n" if done == of else "", file=sys.stderr, flush=True)


def _given_text(found: Settings, papers: Path | None) -> Path | None:
    if papers is not None:
        return quotations.find_text(papers, found.name)
    own = [found.raw / name for name in ("paper.txt", "paper.pdf")]
    return next((file for file in own if file.is_file()), None)


@dataclass(frozen=True)
class Study:
    """The settings of one study, its published record, its corpus, and the place its exhibits go."""

    settings: Settings
    paper_file: Path | None = None

    @property
    def name(self) -> str:
        """Name of the study's folder."""
        return self.settings.name

    @cached_property
    def record(self) -> pd.DataFrame:
        """The stand-off record of the paper's quotations, empty where it has no sections that could hold any.

        See `published.quotations.load`.
        """
        if self.settings.paper is not None and not self.settings.paper.sections:
            return quotations.none()
        return quotations.load(self._raw("quotations.csv"))

    @cached_property
    def text(self) -> quotations.PaperText | None:
        """The paper's text, read and proven; None where it was not supplied."""
        if self.paper_file is None or self.settings.paper is None:
            return None
        return quotations.read_paper(self.paper_file, self.settings.paper, self.record)

    def quotations(self) -> pd.DataFrame:
        """The quotations, one row each, with `text` where the paper was supplied.

        Columns quotation, section, theme, ordinal, kind, role, words, verified. `verified` is True where the
        quotation was found in the text and met its digest, and missing where there was no text.
        """
        columns = ["quotation", "section", "theme", "ordinal", "kind", "role", "words", "verified"]
        if self.text is None:
            return self.record.assign(verified=pd.array([None] * len(self.record), "boolean"))[columns]
        return self.text.quotations[[*columns, "match", "text"]]

    def published(self) -> pd.DataFrame:
        """The ledger: every printed number and claim, as in `published.csv`."""
        return ledger.load(self._raw("published.csv"))

    def claims(self) -> pd.DataFrame:
        """The ledger with a verdict on every claim; see `published.ledger.judge`."""
        return ledger.judge(self.published(), self.text)

    def quantifiers(self) -> pd.DataFrame:
        """The paper's words of quantity as claims, with the analyst's bands; see `published.quantifiers.load`."""
        return quantifiers.load(self._raw("quantifiers.csv"))

    def propositions(self) -> pd.DataFrame:
        """The paper's findings as statements with a statistic each; see `published.propositions.load`."""
        return propositions.load(self._raw("propositions.csv"))

    def themes(self) -> pd.DataFrame:
        """Which codes of which study stand for a shared theme: theme, study, code."""
        return cells.table(self._raw("themes.csv"))

    def findings(self) -> pd.DataFrame:
        """Which codes a finding of the paper speaks of: claim, statement (as in the ledger), code.

        Raises InputError for a claim that the ledger has not.
        """
        table = cells.table(self._raw("findings.csv"))
        statements = self.published().set_index("id")["statement"]
        lost = table.loc[~table["claim"].isin(statements.index), "claim"]
        if not lost.empty:
            where = f"data/raw/{self.name}/findings.csv, line {lost.index[0] + 2}"
            raise InputError(
                f"{where}: there is no claim {lost.iloc[0]} in published.csv. Mend the id, or add the claim."
            )
        return table.assign(statement=table["claim"].map(statements))[["claim", "statement", "code"]]

    def reporting(self) -> pd.DataFrame:
        """What the paper reports of its own making, by COREQ and SRQR, and what the data at hand say to it.

        Columns as in `published.reporting.load`, and filled.
        """
        table = reporting.load(self._raw("reporting.csv"), self.published())
        if self.settings.transcripts is None:
            return table.assign(filled="")
        edits = int(self.cleaning.changes["edits"].sum())
        return reporting.filled(table, self.corpus(), edits, self.settings.about)

    def table(self, number: int) -> pd.DataFrame:
        """A table as the paper prints it: the first column names the rows, the others are whole numbers."""
        name = f"table-{number}.csv"
        printed = cells.table(self._raw(name))
        try:
            return printed.astype(dict.fromkeys(printed.columns[1:], "int64"))
        except ValueError as error:
            raise InputError(f"data/raw/{self.name}/{name}: {error}. Every cell must be a whole number.") from None

    def design(self) -> pd.DataFrame:
        """How many groups of each kind of people: as published, or, without a [design], as the transcripts are listed.

        Columns: by (programme, or the second attribute of the transcripts), part (its value; programmes are letters),
        kind (of people), unit (focus group, interview …), groups.
        """
        columns = ["by", "part", "kind", "unit", "groups"]
        about = self.settings.design
        if about is None:
            listed = self._listed()
            counted = listed.groupby(columns[:-1], sort=False).size().reset_index(name="groups")
            return counted[columns]
        kinds = {
            "service users": about.service_user_groups_per_programme,
            "staff": about.staff_groups_per_programme,
        }
        letters = [chr(ord("A") + number) for number in range(about.programmes)]
        rows = [("programme", part, kind, "focus group", groups) for kind, groups in kinds.items() for part in letters]
        return pd.DataFrame(rows, columns=columns)

    def codebook(self) -> pd.DataFrame:
        """The codebook: code, parent, level, definition, include, exclude, in its author's order."""
        return cells.table(self._raw("codebook.csv"))

    def framework(self) -> pd.DataFrame:
        """The analyst's summaries as in framework.csv: what each document says under each theme, one row each.

        Columns document, theme (a code), summary, segments (ids as document:turn, separated by blanks); quotation
        (document:turn:first-end, words of a turn from 0, end exclusive) and asked (`no` where the theme was not put to
        that case) may be left out and are added empty. `framework.matrix` proves the ids. Raises InputError for a
        missing file, a missing or unknown column, or another word under asked.
        """
        where = f"data/raw/{self.name}/framework.csv"
        table = cells.table(self._raw("framework.csv"))
        known = (*SUMMARY_COLUMNS, *OPTIONAL_SUMMARY_COLUMNS)
        missing = [column for column in SUMMARY_COLUMNS if column not in table]
        if missing:
            raise InputError(f"{where}: the columns {', '.join(missing)} are missing; it needs {', '.join(known[:4])}.")
        for column in table.columns:
            if column not in known:
                raise InputError(f"{where}: the column '{column}' is unknown; {near(column, known)}")
        table = table.reindex(columns=known, fill_value="")
        wrong = ~table["asked"].isin(["", "yes", "no"])
        if wrong.any():
            row = wrong.idxmax()
            raise InputError(f"{where}, line {row + 2}: 'asked' is yes, no or empty, not '{table['asked'][row]}'.")
        return table

    def import_record(self) -> pd.DataFrame:
        """What came in when this study was made from a project coded elsewhere, what was read, and what was not.

        Columns file, thing, came_in, read, dropped, note; one row per file and kind of thing, and none for a study that
        was not made by `dtstudy new`.
        """
        file = self.settings.raw / "import.csv"
        if not file.is_file():
            return pd.DataFrame(columns=["file", "thing", "came_in", "read", "dropped", "note"])
        table = cells.table(file)
        try:
            return table.astype(dict.fromkeys(("came_in", "read", "dropped"), "int64"))
        except (ValueError, KeyError) as error:
            raise InputError(f"data/raw/{self.name}/import.csv: {error}. Restore the file that was made.") from None

    @cached_property
    def cleaning(self) -> transcripts.Cleaning:
        """The transcripts read and cleaned, with a record of the edits; see `transcripts.build`."""
        made = transcripts.build(*self._material(), _tell_progress)
        for sentence in made.warnings:
            warnings.warn(sentence, stacklevel=2)
        return made

    @property
    def data(self) -> str:
        """The kind of data the transcripts are: constructed, unless study.toml says otherwise."""
        return self.settings.transcripts.data if self.settings.transcripts else "published"

    def corpus(self) -> Corpus:
        """The corpus of this study: its transcripts, cleaned and pseudonymised, with their codings."""
        return self.cleaning.corpus

    def save_corpus(self) -> None:
        """Write the corpus to the folder `corpus` of the study's output, a parquet file for each table."""
        self.corpus().save(self.settings.output / "corpus")

    def save_archive(self, **how: Any) -> gathering.Gathered:
        """Write the corpus to the folder `archive` of the derived folder, block by block; see `gathering.gather`."""
        return gathering.gather(gathering.Source(*self._material()), self.settings.derived / "archive", **how)

    def quoted_corpus(self) -> Corpus:
        """The quotations of the study's paper as a corpus, coded.

        Without the paper's text its documents are outlines, one stand-in a word; counts in words are the
        same either way.
        """
        if self.settings.paper is None:
            raise InputError(
                f"data/raw/{self.name}/study.toml has no [paper], so there is nothing to build a corpus from."
                " Add the table."
            )
        codings = quoted.load_codings(self.settings.raw / "quotation-codings")
        return quoted.build(self.record, self.settings.paper, self.codebook(), codings, self.text)

    def save_exhibit(
        self,
        exhibit: str,
        table: pd.DataFrame,
        figure: "Figure | None" = None,
        shown: pd.DataFrame | None = None,
        **about: Any,
    ) -> "Figure | pd.DataFrame | None":
        """Write a table and its figure with title, caption, data and definition; see `exhibits.save`.

        Returns what the cell of a notebook should show: the figure, or else the table as a reader sees it, under its
        title and caption.
        """
        exhibits.save(self.settings.output, exhibit, table, figure, shown=shown, **about)
        return tables.captioned(shown, exhibit, **about) if figure is None and shown is not None else figure

    def exhibits(self) -> list[exhibits.Exhibit]:
        """The exhibits the last run wrote."""
        return exhibits.load(self.settings.derived)

    def _material(self) -> tuple:
        """Where the raw material of the corpus lies, and the codebook, as `transcripts.build` takes them."""
        about, place = self.settings.transcripts, self.settings.place
        if about is None:
            raise InputError(
                f"data/raw/{self.name}/study.toml has no [transcripts], so there is no corpus to build. Add the table."
            )
        files = (place(about.folder), place(about.roster), place(about.places))
        return *files, self.codebook(), self.settings.raw / "codings", about.frozen

    def _listed(self) -> pd.DataFrame:
        """The transcripts as documents.csv lists them: kind of document, and the first two attributes there are."""
        about = self.settings.transcripts
        if about is None:
            raise InputError(
                f"data/raw/{self.name}/study.toml has neither [design] nor [transcripts]. Add one of these tables."
            )
        file = self.settings.place(about.folder) / "documents.csv"
        listed = cells.table(file)
        names = [name for name in listed if name not in (*transcripts.DOCUMENT_COLUMNS, transcripts.SPEAKER)]
        kind = listed[names[0]] if names else "people"
        by, part = (names[1], listed[names[1]]) if len(names) > 1 else ("study", self.name)
        return pd.DataFrame({"by": by, "part": part, "kind": kind, "unit": listed["kind"]}).replace("", "none")

    def _raw(self, name: str) -> Path:
        file = self.settings.raw / name
        if not file.is_file():
            raise InputError(
                f"data/raw/{self.name}/{name} is missing. Restore it, or add it as CONTRIBUTING.md describes."
            )
        return file
