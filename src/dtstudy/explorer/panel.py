"""The explorer: choose codes, coder, group and unit; every number leads to its passages, every view to its code."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from typing import Any

import ipywidgets as widgets
import pandas as pd
from itables.widget import ITable

from dtstudy import exhibits
from dtstudy.errors import InputError
from dtstudy.explorer.decisions import GIVEN, NOT_GIVEN, decide, decided
from dtstudy.explorer.heatmap import Heatmap
from dtstudy.explorer.passages import in_context, side_by_side
from dtstudy.explorer.views import Choice, View, Views
from dtstudy.measures.frequency.counts import TOTALS
from dtstudy.measures.units import SHARED, UNION
from dtstudy.study import Study
from dtstudy.write import csv

EVERYBODY = "everybody"
UNITS = {"Frequency": tuple(TOTALS), "Co-occurrence": SHARED, "Search": ("turn",), "Disagreements": ("turn",)}
LAYOUT = {"width": "auto", "max_width": "72rem"}
NARROW = {"width": "15rem"}  # for each widget a layout of its own, since one of them is hidden at times
PAGE = {"max_height": "34rem", "overflow": "auto"}
DIGITS = 3
KWIC = ["document", "turn", "participant", "left", "keyword", "right"]
TOWARDS_THE_WORD = [{"className": "dt-right", "targets": 3}, {"className": "dt-center", "targets": 4}]
LONGEST = 90  # characters of a text shown in a table; the passage below has them all
MOST_GROUPS = 50  # an attribute with more values names cases, and makes no groups
ROWS = 1000  # of a table that go to the browser; the rest is in `view` and in what is kept


class Explorer(widgets.VBox):
    """A study's corpus to click through; shown as the last value of a notebook's cell.

    `view` is the frame last shown, `code` the plain calls that give it; `passages` is the page of words beneath. The
    controls are `codes`, `coder`, `by`, `group`, `unit` and `window`; views are Frequency, Co-occurrence, Search,
    Disagreements.
    """

    def __init__(self, study: Study) -> None:
        self.study, self.views = study, Views(study)
        self.corpus = self.views.corpus
        self.view, self.code, self._rows = pd.DataFrame(), "", pd.DataFrame()
        self._settling = False  # whether a control is changed on behalf of another, which counts once at the end
        self._make_controls()
        self.frequency, self.search, self.disagreements = (_table() for _ in range(3))
        self.heatmap, self.passages, self.shown_code = Heatmap(), widgets.HTML(layout=PAGE), widgets.HTML()
        self.word = widgets.Text(placeholder="a word, and Enter", description="Word", continuous_update=False)
        self.reason = widgets.Text(placeholder="why", description="Reason")
        self.given, self.not_given = (widgets.Button(description=word.capitalize()) for word in (GIVEN, NOT_GIVEN))
        self.name = widgets.Text(placeholder="name of the table", description="Keep as")
        self.to_csv, self.to_exhibit = widgets.Button(description="CSV"), widgets.Button(description="Exhibit")
        self.said = widgets.HTML()
        decisions = widgets.HBox([widgets.HTML("Should the code be given?"), self.given, self.not_given, self.reason])
        pages = {
            "Frequency": self.frequency,
            "Co-occurrence": self.heatmap,
            "Search": widgets.VBox([self.word, self.search]),
            "Disagreements": widgets.VBox([self.disagreements, decisions]),
        }
        self.tabs = widgets.Tab(list(pages.values()), titles=list(pages), layout=LAYOUT)
        keep = widgets.HBox([self.name, self.to_csv, self.to_exhibit, self.said])
        super().__init__([self.controls, self.tabs, self.passages, self.shown_code, keep], layout=LAYOUT)
        self._listen()
        self.refresh()

    @property
    def choice(self) -> Choice:
        """What the controls say."""
        group = None if self.group.value in (None, EVERYBODY) else self.group.value
        return Choice(self.coder.value, self.by.value, group, self.unit.value, self.window.value)

    def refresh(self, *_: Any) -> None:
        """Count again for the choice made, and show the view that is open."""
        if self._settling:
            return
        show = (self._show_frequency, self._show_pairs, self._show_search, self._show_disagreements)
        self.passages.value, self.said.value = "", "Counting …"
        try:
            show[self.tabs.selected_index or 0]()
            self.said.value = ""
        except InputError as error:
            self.said.value = escape(str(error))

    def _make_controls(self) -> None:
        corpus = self.corpus
        coders = sorted(set(corpus.codings["coder"]), key=lambda coder: (coder != "consensus", coder))
        named = [*corpus.documents.columns[5:], *corpus.participants.columns[2:]]
        attributes = [name for name in named if 1 < corpus.turns[name].nunique() <= MOST_GROUPS]
        self.coder = widgets.Dropdown(options=[*coders, UNION], description="Coder", layout=NARROW)
        self.by = widgets.Dropdown(options=attributes or ["document"], description="By", layout=NARROW)
        self.group = widgets.Dropdown(description="Group", layout=NARROW)
        self.unit = widgets.Dropdown(options=UNITS["Frequency"], value="turn", description="Unit", layout=NARROW)
        self.window = widgets.BoundedIntText(1, min=1, max=99, description="± turns", layout=NARROW)
        used = set(corpus.codings["code"]) | set(corpus.codes["parent"].dropna())
        self.codes = widgets.SelectMultiple(
            options=[code for code in corpus.codes["code"] if code in used],
            description="Codes",
            rows=6,
            tooltip="none chosen: all; Ctrl+click for several, or to let one go",
        )
        self._offer_groups()
        self.window.layout.display = "none"
        right = [widgets.VBox([self.coder, self.unit, self.window]), widgets.VBox([self.by, self.group])]
        self.controls = widgets.HBox([self.codes, *right])

    def _offer_groups(self) -> None:
        self.group.options = [EVERYBODY, *sorted(set(self.corpus.turns[self.by.value].dropna()) - {""})]
        self.group.value = EVERYBODY

    def _offer_units(self) -> None:
        """The units of the view that is open; the one chosen stays where the view has it."""
        offered = list(UNITS.values())[self.tabs.selected_index or 0]
        chosen = self.unit.value
        if tuple(self.unit.options) != offered:
            self.unit.options = offered
            self.unit.value = chosen if chosen in offered else "turn"
        self.unit.disabled = len(offered) < 2

    @contextmanager
    def _settled(self) -> Iterator[None]:
        """Let controls be changed without a count for each, and count once."""
        self._settling = True
        try:
            yield
        finally:
            self._settling = False
        self.refresh()

    def _listen(self) -> None:
        self.by.observe(self._changed_by, "value")
        self.unit.observe(self._offer_window, "value")
        for control in (self.coder, self.group, self.unit, self.window, self.codes, self.word):
            control.observe(self.refresh, "value")
        self.tabs.observe(self._opened_tab, "selected_index")
        for table, open_row in (
            (self.frequency, self._open_code),
            (self.search, self._open_row),
            (self.disagreements, self._open_disagreement),
        ):
            table.observe(lambda change, open_row=open_row: self._opened_row(change, open_row), "selected_rows")
        self.heatmap.observe(self._open_pair, "chosen")
        self.given.on_click(lambda _: self._decide(GIVEN))
        self.not_given.on_click(lambda _: self._decide(NOT_GIVEN))
        self.to_csv.on_click(lambda _: self._keep_csv())
        self.to_exhibit.on_click(lambda _: self._keep_exhibit())

    def _offer_window(self, change: Any) -> None:
        self.window.layout.display = None if change["new"] == "window" else "none"

    def _changed_by(self, *_: Any) -> None:
        with self._settled():
            self._offer_groups()

    def _opened_tab(self, *_: Any) -> None:
        with self._settled():
            self._offer_units()

    def _only_chosen(self, frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
        """The rows of the codes chosen; of pairs both, or where one is chosen, its pairs with any."""
        chosen = set(self.codes.value)
        if not chosen:
            return frame
        found = frame[list(columns)].isin(chosen)
        kept = found.any(axis="columns") if len(chosen) == 1 else found.all(axis="columns")
        return frame[kept].reset_index(drop=True)

    def _show_frequency(self) -> None:
        view = self.views.frequency(self.choice)
        total = TOTALS[self.unit.value]
        counted = ["segments", "turns", "speakers", "documents", "words", total, "share"]
        self._put(self.frequency, view, ["code", *dict.fromkeys(counted)])

    def _show_pairs(self) -> None:
        view = self.views.pairs(self.choice)
        pairs = self._only_chosen(view.frame, "code_1", "code_2")
        self.heatmap.show(pairs, list(self.corpus.codes["code"]))
        self._note(View(pairs, view.code))

    def _show_search(self) -> None:
        word = self.word.value.strip()
        if word:
            self._put(self.search, self.views.search(self.choice, word), KWIC, columnDefs=TOWARDS_THE_WORD)
        else:
            self._put(self.search, View(pd.DataFrame(columns=KWIC), ""), KWIC, columnDefs=TOWARDS_THE_WORD)

    def _show_disagreements(self) -> None:
        columns = ["document", "turn", "participant", "code", "given_by", "not_given_by", "instead", "words"]
        self._put(self.disagreements, self.views.disagreements(self.choice), columns)

    def _put(self, table: ITable, view: View, columns: list[str], **look: Any) -> None:
        """Show the rows of the codes chosen, as many as a browser takes well."""
        frame = self._only_chosen(view.frame, "code") if "code" in view.frame else view.frame
        self._note(View(frame, view.code))
        self._rows = frame.head(ROWS)
        columns = [name for name in columns if name in frame]
        left_out = f"The first {ROWS:,} of {len(frame):,} rows; CSV keeps them all." if len(frame) > ROWS else ""
        with table.hold_trait_notifications():
            table.selected_rows = []
            table.update(df=_shown(self._rows[columns]), caption=left_out, maxBytes=0, **look)

    def _note(self, view: View) -> None:
        """Keep the view and the plain calls that give it."""
        self.view, self.code = view.frame, view.code
        self.shown_code.value = (
            f"<details open><summary>The same as code</summary><pre>{escape(view.code)}</pre></details>"
        )

    def _opened_row(self, change: Any, open_row: Callable[[pd.Series], str]) -> None:
        if change["new"]:
            self.passages.value = open_row(self._rows.iloc[change["new"][0]])

    def _open_code(self, row: pd.Series) -> str:
        return in_context(self.corpus, self.views.behind_code(self.choice, row["code"]))

    def _open_row(self, row: pd.Series) -> str:
        return in_context(self.corpus, row.to_frame().T)

    def _open_disagreement(self, row: pd.Series) -> str:
        self.said.value = escape(decided(self.study.settings.raw, row))
        return side_by_side(self.corpus, row)

    def _open_pair(self, change: Any) -> None:
        if change["new"]:
            self.passages.value = in_context(self.corpus, *self.views.behind_pair(self.choice, *change["new"]))

    def _decide(self, decision: str) -> None:
        if not self.disagreements.selected_rows:
            self.said.value = "Choose a row first."
            return
        row = self._rows.iloc[self.disagreements.selected_rows[0]]
        file = decide(self.study.settings.raw, row, decision, self.reason.value)
        where = f"{row['document']}:{row['turn']}, {row['code']}"
        self.said.value = escape(f"{where}: {decision}. Noted in {file.name}.")

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
        self.said.value = f"Kept as exhibit {escape(self._named())}, until the next report is made."

    def _named(self) -> str:
        letters = "".join(letter if letter.isalnum() else "-" for letter in self.name.value.strip().lower())
        return letters.strip("-") or "view"


def _table() -> ITable:
    """A table whose rows can be clicked; its words are wrapped, so that none lies outside it."""
    pages = {"pageLength": 12, "lengthMenu": [12, 50, 200]}
    return ITable(pd.DataFrame(), select="single", showIndex=False, classes="display compact", **pages)


def _shown(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame for reading: few digits, and of long texts the beginning."""
    texts = {
        name: frame[name].fillna("").map(lambda text: text if len(text) <= LONGEST else f"{text[:LONGEST]} …")
        for name in frame.select_dtypes("str")
    }
    return frame.assign(**texts).round(DIGITS)
