"""The shape of a conversation, and who holds the floor."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
import pandas as pd

from dtstudy.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST = 24  # documents that a page holds


def conversation(
    turns: pd.DataFrame, codings: pd.DataFrame, codes: Sequence[str], ax: "Axes | None" = None
) -> "Figure":
    """The shape of each conversation: turns in order as wide as their words, and below them where each code lies.

    Parameters: turns with role and word offsets; codings (of one coder or merged) with the codes to show, at most six,
    usually the categories. Two shades tell one participant's turn from the next; the facilitators' turns are grey.
    """
    documents = list(turns["document"].unique()[:MOST])
    lane, own_figure = 0.1, ax is None
    with mpl.rc_context(style.STYLE):
        figure, ax = style.axes(ax, height=0.9 + 0.62 * len(documents))
        for row, document in enumerate(reversed(documents)):
            own = turns[turns["document"] == document].sort_values("turn")
            widths = (own["word_end"] - own["word_start"]).to_numpy()
            starts = widths.cumsum() - widths
            shades = [
                style.PALE if role == "facilitator" else (style.DARK, "#7fa3c7")[place % 2]
                for place, role in enumerate(own["role"])
            ]
            ax.barh(row, widths, left=starts, height=0.26, color=shades, linewidth=0)
            mine = codings[(codings["document"] == document) & codings["code"].isin(codes)]
            for coding in mine.itertuples():
                inside = np.clip(
                    np.minimum(coding.word_end, own["word_end"]) - np.maximum(coding.word_start, own["word_start"]),
                    0,
                    None,
                ).to_numpy()
                if inside.any():
                    place = int(np.flatnonzero(inside)[0])
                    begin = starts[place] + max(0, coding.word_start - own["word_start"].iloc[place])
                    level = row - 0.18 - lane * list(codes).index(coding.code) * 0.75
                    ax.barh(
                        level,
                        inside.sum(),
                        left=begin,
                        height=lane * 0.62,
                        color=style.HUES[list(codes).index(coding.code)],
                        linewidth=0,
                    )
        ax.set_yticks([row - 0.1 for row in range(len(documents))], list(reversed(documents)))
        ax.set_ylim(-0.75, len(documents) - 0.6)
        ax.set_xlim(left=0)
        ax.set_xlabel("words, in the order they were said (facilitators grey)" + _first_of(turns))
        handles = [mpl.patches.Patch(color=style.HUES[place], label=code) for place, code in enumerate(codes)]
        style.legend(ax, own_figure, handles, "outside upper left", ncols=3, handlelength=1.2)
        return figure


def speaking_shares(shares: pd.DataFrame, ax: "Axes | None" = None) -> "Figure":
    """Share of the floor of each speaker, a point each, transcripts side by side; a tick marks an equal share.

    Parameters: the frame of `participation.speaking_shares`. Facilitators are hollow grey; the tick is what each
    participant would have if all had as much.
    """
    documents = list(shares["document"].unique()[:MOST])
    with mpl.rc_context(style.STYLE):
        figure, ax = style.axes(ax, height=0.6 + 0.3 * len(documents))
        for row, document in enumerate(reversed(documents)):
            both = shares[shares["document"] == document]
            own, lead = both[both["role"] != "facilitator"], both[both["role"] == "facilitator"]
            ax.hlines(row, 100 * own["floor"].min(), 100 * own["floor"].max(), color=style.PALE, linewidth=2, zorder=1)
            ax.scatter(100 * lead["floor"], [row] * len(lead), s=22, facecolor="white", edgecolor=style.GREY, zorder=3)
            ax.scatter(100 * own["floor"], [row] * len(own), s=30, color=style.DARK, zorder=4)
            ax.vlines(100 * own["floor"].mean(), row - 0.28, row + 0.28, color=style.ORANGE, linewidth=2, zorder=2)
        ax.set_yticks(range(len(documents)), list(reversed(documents)))
        ax.set_ylim(-0.6, len(documents) - 0.4)
        ax.set_xlim(left=0)
        label = "% of all words (hollow: facilitators; orange tick: an equal share among participants)"
        ax.set_xlabel(label + _first_of(shares))
        return figure


def _first_of(frame: pd.DataFrame) -> str:
    """A note for the axis where there are more documents than a page holds."""
    number = frame["document"].nunique()
    return f"; the first {MOST} of {number} documents" if number > MOST else ""
