"""The explorer: choose codes, coder, group and unit; every number leads to its passages, every view to its code."""

from typing import Any

import ipywidgets as widgets
import pandas as pd
from itables.widget import ITable

from dtstudy import exhibits
from dtstudy.errors import InputError
from dtstudy.explorer.decisions import GIVEN, NOT_GIVEN, decide
from dtstudy.explorer.heatmap import Heatmap
from dtstudy.explorer.passages import in_context
from dtstudy.measures import agreement, cooccurrence, frequency, vocabulary
from dtstudy.study import Study
from dtstudy.write import csv

EVERYBODY = "everybody"
UNITS = ("turn", "window", "speaker", "document")
LAYOUT = widgets.Layout(width="auto", max_width="72rem")
DIGITS = 3


class Explorer(widgets.VBox):
    """A study's corpus to click through; shown as the last value of a notebook's cell.

    `view` is the frame last shown, `code` the plain call that gives it; `passages` is the page of words beneath. The
    controls are `codes`, `coder`, `by`, `group` and `unit`; views are Frequency, Co-occurrence, Search, Disagreements.
    """

    def __init__(self, study: Study) -> None:
        self.study, self.corpus = study, study.corpus()
        self.view, self.code = pd.DataFrame(), ""
        self._make_controls()
        self.frequency, self.search, self.disagreements = (_table() for _ in range(3))
        self.heatmap, self.passages, self.shown_code = Heatmap(), widgets.HTML(), widgets.HTML()
        self.word = widgets.Text(placeholder="a word, and Enter", description="Word", continuous_update=False)
        self.reason = widgets.Text(placeholder="why", description="Reason")
        self.given, self.not_given = (widgets.Button(description=word.capitalize()) for word in (GIVEN, NOT_GIVEN))
        self.name = widgets.Text(placeholder="name of the table", description="Keep as")
        self.to_csv, self.to_exhibit = widgets.Button(description="CSV"), widgets.Button(description="Exhibit")
        self.said = widgets.HTML()
        decisions = widgets.HBox([self.given, self.not_given, self.reason])
        views = {
            "Frequency": self.frequency,
            "Co-occurrence": self.heatmap,
            "Search": widgets.VBox([self.word, self.search]),
            "Disagreements": widgets.VBox([self.disagreements, decisions]),
        }
        self.tabs = widgets.Tab(list(views.values()), titles=list(views), layout=LAYOUT)
        keep = widgets.HBox([self.name, self.to_csv, self.to_exhibit, self.said])
        super().__init__([self.controls, self.tabs, self.passages, self.shown_code, keep], layout=LAYOUT)
        self._listen()
        self.refresh()

    def refresh(self, *_: Any) -> None:
        """Count again for the choice made, and show the view that is open."""
        views = (self._show_frequency, self._show_pairs, self._show_search, self._show_disagreements)
        self.passages.value = self.said.value = ""
        try:
            views[self.tabs.selected_index or 0]()
        except InputError as error:
            self.said.value = _escaped(str(error))

    def _make_controls(self) -> None:
        corpus = self.corpus
        coders = sorted(set(corpus.codings["coder"]), key=lambda coder: (coder != "consensus", coder))
        attributes = [name for name in corpus.documents.columns[5:] if corpus.documents[name].nunique() > 1]
        self.coder = widgets.Dropdown(options=[*coders, "union"], description="Coder")
        self.by = widgets.Dropdown(options=attributes or ["document"], description="By")
        self.group = widgets.Dropdown(description="Group")
        self.unit = widgets.Dropdown(options=UNITS, description="Unit")
        used = set(corpus.codings["code"]) | set(corpus.codes["parent"].dropna())
        self.codes = widgets.SelectMultiple(
            options=[code for code in corpus.codes["code"] if code in used],
            description="Codes",
            rows=6,
            tooltip="none chosen: all",
        )
        self._offer_groups()
        self.controls = widgets.HBox(
            [self.codes, widgets.VBox([self.coder, self.unit]), widgets.VBox([self.by, self.group])]
        )

    def _offer_groups(self, *_: Any) -> None:
        self.group.options = [EVERYBODY, *sorted(set(self.corpus.turns[self.by.value]))]
        self.group.value = EVERYBODY

    def _listen(self) -> None:
        self.by.observe(self._offer_groups, "value")
        for control in (self.coder, self.by, self.group, self.unit, self.codes, self.word):
            control.observe(self.refresh, "value")
        self.tabs.observe(self.refresh, "selected_index")
        for table, open_row in (
            (self.frequency, self._open_code),
            (self.search, self._open_row),
            (self.disagreements, self._open_row),
        ):
            table.observe(lambda change, open_row=open_row: self._opened(change, open_row), "selected_rows")
        self.heatmap.observe(self._open_pair, "chosen")
        self.given.on_click(lambda _: self._decide(GIVEN))
        self.not_given.on_click(lambda _: self._decide(NOT_GIVEN))
        self.to_csv.on_click(lambda _: self._keep_csv())
        self.to_exhibit.on_click(lambda _: self._keep_exhibit())

    def _talk(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The codings and turns of the group chosen."""
        codings, turns = self.corpus.codings, self.corpus.turns
        if self._where():
            turns = turns[turns[self.by.value] == self.group.value]
            codings = codings[codings["document"].isin(turns["document"])]
        return codings, turns

    def _only_chosen(self, frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
        chosen = set(self.codes.value)
        return frame if not chosen else frame[frame[list(columns)].isin(chosen).all(axis="columns")]

    def _show_frequency(self) -> None:
        codings, turns = self._talk()
        counts = frequency.code_frequency(codings, turns, unit="turn", coders=self.coder.value, codes=self.corpus.codes)
        shown = ["code", "segments", "turns", "speakers", "documents", "words", "share"]
        view = self._only_chosen(counts, "code")[shown].round(DIGITS).reset_index(drop=True)
        call = f'frequency.code_frequency(codings, turns, unit="turn", coders="{self.coder.value}", codes=corpus.codes)'
        self._put(self.frequency, view, "frequency", call)

    def _show_pairs(self) -> None:
        codings, turns = self._talk()
        how = {"unit": self.unit.value, "coders": self.coder.value, "codes": self.corpus.codes, "replicates": 0}
        pairs = self._only_chosen(cooccurrence.cooccurrence(codings, turns, **how), "code_1", "code_2")
        self.heatmap.show(pairs, list(self.corpus.codes["code"]))
        call = (
            f'cooccurrence.cooccurrence(codings, turns, unit="{self.unit.value}", coders="{self.coder.value}", '
            "codes=corpus.codes)"
        )
        self._note(pairs, "cooccurrence", call)

    def _show_search(self) -> None:
        if not self.word.value.strip():
            return
        _, turns = self._talk()
        found = vocabulary.kwic(turns, self.corpus.documents, self.word.value.strip(), least_speakers=1)
        call = f'vocabulary.kwic(turns, corpus.documents, "{self.word.value.strip()}", least_speakers=1)'
        self._put(self.search, found.reset_index(drop=True), "vocabulary", call)

    def _show_disagreements(self) -> None:
        codings, turns = self._talk()
        reads = self.corpus.reads[self.corpus.reads["document"].isin(turns["document"])]
        judging = sorted(set(reads["coder"]) - {"consensus"})
        if len(judging) < 2:
            self.said.value = "One coder has read these documents, so there is nobody to differ."
            return
        found = agreement.disagreements(codings, reads, turns, self.corpus.documents, codes=self.corpus.codes)
        call = "agreement.disagreements(codings, reads, turns, corpus.documents, codes=corpus.codes)"
        self._put(self.disagreements, self._only_chosen(found, "code").reset_index(drop=True), "agreement", call)

    def _put(self, table: ITable, view: pd.DataFrame, module: str, call: str) -> None:
        with table.hold_trait_notifications():
            table.selected_rows = []
            table.update(df=view)
        self._note(view, module, call)

    def _note(self, view: pd.DataFrame, module: str, call: str) -> None:
        """Keep the view and the plain calls that give it."""
        lines = [
            f"from dtstudy.measures import {module}",
            "",
            f'study = dtstudy.open_study("{self.study.name}")',
            "corpus = study.corpus()",
            "codings, turns = corpus.codings, corpus.turns",
        ]
        if module == "agreement":
            lines.append("reads = corpus.reads")
        if self._where():
            lines += [
                f'turns = turns[turns["{self.by.value}"] == "{self.group.value}"]',
                'codings = codings[codings["document"].isin(turns["document"])]',
            ]
            if module == "agreement":
                lines.append('reads = reads[reads["document"].isin(turns["document"])]')
        self.view, self.code = view, "\n".join(["import dtstudy", *lines, call])
        self.shown_code.value = (
            f"<details><summary>The same as code</summary><pre>{_escaped(self.code)}</pre></details>"
        )

    def _opened(self, change: Any, open_row: Any) -> None:
        if change["new"]:
            open_row(self.view.iloc[change["new"][0]])

    def _open_code(self, row: pd.Series) -> None:
        self._read(self.corpus.segments(code=row["code"], coder=self.coder.value, **self._where()))

    def _open_pair(self, change: Any) -> None:
        if change["new"]:
            code, other = change["new"]
            how = {"coder": self.coder.value, **self._where()}
            self._read(self.corpus.segments(code=code, with_code=other, **how))

    def _open_row(self, row: pd.Series) -> None:
        self._read(row.to_frame().T)

    def _where(self) -> dict[str, str]:
        return {} if self.group.value in (None, EVERYBODY) else {self.by.value: self.group.value}

    def _read(self, segments: pd.DataFrame) -> None:
        self.passages.value = in_context(self.corpus, segments)

    def _decide(self, decision: str) -> None:
        if not self.disagreements.selected_rows:
            self.said.value = "Choose a row first."
            return
        row = self.view.iloc[self.disagreements.selected_rows[0]]
        file = decide(self.study.settings.raw, row, decision, self.reason.value)
        self.said.value = f"{row['document']}:{row['turn']}, {_escaped(row['code'])}: {decision}. Noted in {file.name}."

    def _keep_csv(self) -> None:
        file = self.study.settings.output / "views" / f"{self._named()}.csv"
        exhibits.write(file, csv.lines(self.view, end="\n"))
        self.said.value = f"Written: views/{file.name} of the study's output."

    def _keep_exhibit(self) -> None:
        about = {
            "title": self._named(),
            "caption": f"{len(self.view):,} rows.",
            "definition": self.code.splitlines()[-1],
        }
        self.study.save_exhibit(self._named(), self.view, shown=self.view.head(100), data=self.study.data, **about)
        self.said.value = f"Kept as exhibit {_escaped(self._named())}, until the next report is made."

    def _named(self) -> str:
        letters = "".join(letter if letter.isalnum() else "-" for letter in self.name.value.strip().lower())
        return letters.strip("-") or "view"


def _table() -> ITable:
    return ITable(pd.DataFrame(), select="single", showIndex=False, pageLength=12, lengthMenu=[12, 50, 200])


def _escaped(text: str) -> str:
    from html import escape

    return escape(text)
