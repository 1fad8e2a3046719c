"""Whose words are these? Words that one side says more, and where in the conversations a word is said."""

from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
import pandas as pd

from dtstudy.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SMALL = 7.5


def keyness_plot(keyness: pd.DataFrame, most: int = 12, ax: "Axes | None" = None) -> "Figure":
    """Words that one side says more than the other: log ratio on the axis, G2 as the area of the marker.

    Parameters: the frame of `vocabulary.keyness`; of each side the `most` words with the largest G2 are drawn, ordered
    by log ratio, with how many documents and speakers of that side use each. A hollow marker stands where the other
    side never says the word, so that the log ratio rests on half an occurrence.
    """
    ends = [keyness[keyness["g2"] > 0].nlargest(most, "g2"), keyness[keyness["g2"] < 0].nsmallest(most, "g2")]
    drawn = pd.concat([end.sort_values(["log_ratio", "word"], ascending=[False, True]) for end in ends])
    rows = len(drawn) - 1 - np.arange(len(drawn)) - 0.8 * (drawn["g2"] < 0)  # a gap between the sides
    with mpl.rc_context(style.STYLE):
        figure, ax = style.axes(ax, height=1.25 + 0.2 * len(drawn))
        if drawn.empty:
            ax.text(0.5, 0.5, "no word is said often enough, by enough speakers, to compare", ha="center")
            ax.set_axis_off()
            return figure
        areas = 12 + 150 * drawn["g2"].abs() / drawn["g2"].abs().max()
        for place, side in enumerate(("target", "reference")):
            own = (drawn["g2"] > 0) == (side == "target")
            hollow = drawn["zero"].ne("")
            ax.hlines(rows[own], 0, drawn["log_ratio"][own], color=style.COLOURS[place], linewidth=0.9, zorder=1)
            ax.scatter(
                drawn["log_ratio"][own],
                rows[own],
                s=areas[own],
                marker=style.MARKERS[place],
                facecolor=[("white" if empty else style.COLOURS[place]) for empty in hollow[own]],
                edgecolor=style.COLOURS[place],
                linewidth=1.2,
                zorder=3,
            )
            _users(ax, drawn[own], rows[own], side, place)
        ax.axvline(0, color=style.GREY, linewidth=0.8)
        reach = 1.12 * max(1.0, drawn["log_ratio"].abs().max())
        ax.set_xlim(-reach, reach)
        ax.set_ylim(rows.min() - 0.7, rows.max() + 1.2)
        ax.set_yticks(rows, drawn["word"])
        for label, place in zip(ax.get_yticklabels(), drawn["g2"] < 0, strict=True):
            label.set_color(style.ink(int(place)))
        ax.spines["left"].set_visible(False)
        ax.set_xlabel("log ratio: 1 is twice as often, 2 four times (area: G2; hollow: never said by the other side)")
        return figure


def _users(ax: "Axes", own: pd.DataFrame, rows: pd.Series, side: str, place: int) -> None:
    """At the right, how many documents and speakers of the side use each word; above, whose words these are."""
    if own.empty:
        return
    about = {"transform": ax.get_yaxis_transform(), "va": "center", "size": SMALL, "color": style.GREY}
    row = own.iloc[0]
    for level, word in zip(rows, own.itertuples(), strict=True):
        used = f"{getattr(word, f'documents_{side}')} of {row[f'n_documents_{side}']}"
        ax.text(1.09, level, used, ha="right", **about)
        ax.text(1.22, level, f"{getattr(word, f'speakers_{side}')} of {row[f'n_speakers_{side}']}", ha="right", **about)
    head = {**about, "size": 8.5, "weight": "bold", "color": style.ink(place)}
    ax.text(0, rows.max() + 0.85, f"said more by {row[side]}", ha="left", **head)
    ax.text(1.09, rows.max() + 0.85, "documents", ha="right", **about)
    ax.text(1.22, rows.max() + 0.85, "speakers", ha="right", **about)


def dispersion_strip(
    words: pd.DataFrame, dispersion: pd.DataFrame, by: str | None = "group", ax: "Axes | None" = None
) -> "Figure":
    """Where in the conversations a word is said: a strip per document as long as its words, a tick per occurrence.

    Parameters: the frame of `vocabulary.words`; that of `vocabulary.dispersion` for the words to draw, side by side,
    with DP at the right of each; a column of the words by which documents stand together, in the colours of groups.
    Axes given are parted among the words.
    """
    if by and (words.groupby("document", observed=True)[by].nunique() > 1).any():
        by = None  # an attribute of people parts no documents
    lengths = words.groupby("document", observed=True)["at"].max()
    group = words.drop_duplicates("document").set_index("document")[by] if by else pd.Series("", lengths.index)
    group = group.astype("str")
    order = sorted(lengths.index, key=lambda document: (group[document], document))
    names = sorted(set(group))
    rows = {document: -row - 1.1 * names.index(group[document]) for row, document in enumerate(order)}
    with mpl.rc_context(style.STYLE):
        figure, places = style.panels(ax, [1] * len(dispersion), height=0.9 + 0.19 * (len(rows) + 1.1 * len(names)))
        for panel, spread in zip(places, dispersion.itertuples(), strict=True):
            own = words[words["word"] == spread.word]
            for document, row in rows.items():
                colour = style.COLOURS[names.index(group[document]) % 2]
                said = own.loc[own["document"] == document, "at"]
                panel.barh(row, lengths[document], height=0.62, color="#eeeeee", linewidth=0)
                panel.vlines(said, row - 0.31, row + 0.31, color=colour, linewidth=0.9)
                panel.text(lengths.max() * 1.04, row, str(len(said) or "–"), va="center", color=style.GREY, size=SMALL)
            dp = "not said" if np.isnan(spread.dp) else f"DP {spread.dp:.2f}"
            panel.set_title(spread.word, loc="left", weight="bold", size=8.5)
            panel.set_title(dp, loc="right", size=SMALL, color=style.GREY)
            panel.set_xlim(0, lengths.max() * 1.16)
            panel.spines[["left", "bottom"]].set_visible(False)
            panel.set_xticks([])
        first = places[0]
        for place, name in enumerate(names if by else []):
            own = [rows[document] for document in order if group[document] == name]
            about = {"color": style.ink(place % 2), "size": SMALL, "va": "center"}
            first.text(0, max(own) + 0.8, f"{name}, n = {len(own)}", **about)
        first.set_ylim(min(rows.values()) - 0.6, 1.3 if by else 0.6)
        first.set_yticks(list(rows.values()), list(rows))
        for label, document in zip(first.get_yticklabels(), rows, strict=True):
            label.set_color(style.ink(names.index(group[document]) % 2))
        label = "words of each document in the order they were said; at the right: times said"
        if ax is None:
            figure.supxlabel(label, size=8.5)
        else:
            ax.text(0.5, -0.02, label, transform=ax.transAxes, ha="center", va="top", size=8.5)
        return figure
