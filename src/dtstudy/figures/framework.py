"""Which case speaks of which theme, and where there is nothing."""

from collections.abc import Iterable
from textwrap import fill
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
import pandas as pd

from dtstudy.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROW, LABELS = 0.32, 1.5  # inches: the height of a row, the width of the labels beside the rows
LINE = 10.5  # points: a line of type
THEMES_ACROSS = 8  # names of themes are words; more than these do not fit side by side
EMPTY = {"not raised": "_", "not asked": "x", "not coded": "s"}  # a stroke, a cross, a hollow square


def framework_map(table: pd.DataFrame, ax: "Axes | None" = None) -> "Figure":
    """Cases by themes: a disc for the segments of each cell, as large as they are many; a mark where there are none.

    Parameters: the frame of `framework.matrix`. Up to eight themes go across the page and the cases down it; with more
    themes it is the other way round. Cases stand under their first attribute, concepts under their category. A cell
    without a summary has a hollow disc; what an empty cell means is told by its mark. More segments are more to read,
    not more weight.
    """
    head = table.columns[1] if table.columns[1] != "category" else None
    cases = _places(table["case"], table[head] if head else [""] * len(table))
    themes = _places(table["theme"], table["category"].where(table["category"] != table["theme"], ""))
    upright = len(themes) <= THEMES_ACROSS
    down, across = (cases, themes) if upright else (themes, cases)
    own, other = ("case", "theme") if upright else ("theme", "case")
    width = 72 * (style.WIDTH - LABELS) / (across["at"].max() + 1)
    largest = min(0.8 * 72 * ROW, 0.5 * width)
    points = table.assign(
        y=table[own].map(down["at"]),
        x=table[other].map(across["at"]),
        size=largest * np.sqrt(table["n_segments"] / max(1, table["n_segments"].max())),
    )
    with mpl.rc_context(style.STYLE):
        lines = 1 + max(_wrapped(name, width).count("\n") for name in across.index)
        above = lines + (across["head"] != "").any()
        own = ax is None
        figure, ax = style.axes(ax, height=0.4 + ROW * (down["at"].max() + 1) + above * LINE / 72)
        ax.hlines(down["at"], -0.5, across["at"].max() + 0.5, color="#eeeeee", linewidth=0.6, zorder=0)
        _draw_marks(ax, points)
        ax.set_yticks(down["at"], down.index)
        ax.set_xticks(across["at"], [_wrapped(name, width) for name in across.index])
        ax.xaxis.tick_top()
        ax.tick_params(axis="x", length=0, pad=2)
        ax.spines[:].set_visible(False)
        ax.set_xlim(-0.5, across["at"].max() + 0.5)
        ax.set_ylim(down["at"].max() + 0.5, down["at"].min() - 0.5)
        _draw_heads(ax, down, across, lines)
        _draw_key(ax, own, table, largest)
        return figure


def _places(names: Iterable[str], heads: Iterable[str]) -> pd.DataFrame:
    """Where each row or column goes, in the order of the frame, with room before each new head."""
    places = pd.DataFrame({"name": names, "head": heads}).drop_duplicates("name").set_index("name")
    new = (places["head"] != places["head"].shift()) & (places["head"] != "")
    return places.assign(at=np.arange(len(places)) + 0.9 * new.cumsum() - 0.9 * new.any(), new=new)


def _wrapped(name: str, width: float) -> str:
    return fill(name, max(6, int(width / 4.8)), break_long_words=False)


def _draw_marks(ax: "Axes", points: pd.DataFrame) -> None:
    said = points[points["n_segments"] > 0]
    fills = np.where(said["summary"] != "", style.DARK, "white")
    ax.scatter(said["x"], said["y"], s=said["size"] ** 2, color=fills, edgecolor=style.DARK, linewidth=0.9, zorder=3)
    for cell in said.itertuples():
        about = {"textcoords": "offset points", "va": "center", "color": "#222222", "fontsize": 7.5}
        ax.annotate(str(cell.n_segments), (cell.x, cell.y), (cell.size / 2 + 2, 0), **about)
    for state, marker in EMPTY.items():
        empty = points[points["state"] == state]
        ax.scatter(empty["x"], empty["y"], **_empty(marker))


def _empty(marker: str) -> dict[str, object]:
    """How an empty cell's mark is drawn: small and grey, the square hollow."""
    face = {"facecolor": "white", "edgecolor": style.GREY} if marker == "s" else {"color": style.GREY}
    return {"marker": marker, "s": 26, "linewidth": 1.0, "zorder": 3, **face}


def _draw_heads(ax: "Axes", down: pd.DataFrame, across: pd.DataFrame, lines: int) -> None:
    bold = {"weight": "bold", "color": "#222222"}
    for row in down[down["new"]].itertuples():
        about = {"xycoords": ax.get_yaxis_transform(), "textcoords": "offset points", "ha": "right", "va": "center"}
        ax.annotate(row.head, (0, row.at - 0.85), (-4, 0), **about, **bold)
    for head, own in across[across["head"] != ""].groupby("head", sort=False):
        about = {"xycoords": ax.get_xaxis_transform(), "textcoords": "offset points", "ha": "center", "va": "bottom"}
        ax.annotate(head, (own["at"].mean(), 1), (0, 5 + lines * LINE), **about, **bold)


def _draw_key(ax: "Axes", own: bool, table: pd.DataFrame, largest: float) -> None:
    """What the marks mean, those that occur."""
    states = set(table["state"])
    discs = {"summarised": ("summarised", style.DARK), "indexed": ("no summary yet", "white")}
    marks = [
        mpl.lines.Line2D([], [], marker="o", ls="", ms=0.5 * largest, mfc=face, mec=style.DARK, label=label)
        for state, (label, face) in discs.items()
        if state in states
    ]
    marks += [ax.scatter([], [], **_empty(marker), label=state) for state, marker in EMPTY.items() if state in states]
    style.legend(ax, own, marks, "outside upper left", ncols=len(marks), columnspacing=1.4, handletextpad=0.3)
