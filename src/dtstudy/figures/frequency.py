"""How much is said under each code, by group."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import matplotlib as mpl
import pandas as pd

from dtstudy.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def shares_by_group(
    frequency: pd.DataFrame,
    by: str,
    codes: Sequence[str],
    label: str,
    turn: str = "turn",
    ax: "Axes | None" = None,
) -> "Figure":
    """A dot plot: codes as rows, one point per group and coder, a tick at the mean of the coders.

    Parameters: the frame of `frequency.code_frequency(by=…)`, of which `share` is drawn in per cent; the
    codes in the order wanted, from the top; the label of the axis; what a turn is called.
    """
    groups = list(frequency[by].unique())
    heads = frequency.groupby(by)["n_turns"].first()
    rows = {code: len(codes) - 1 - place for place, code in enumerate(codes)}
    with mpl.rc_context(style.STYLE):
        figure, ax = style.axes(ax, height=0.75 + 0.42 * len(codes))
        for place, group in enumerate(groups):
            chosen = frequency[(frequency[by] == group) & frequency["code"].isin(codes)]
            level = chosen["code"].map(rows) + (0.16 if place == 0 else -0.16)
            mean = 100 * chosen.groupby(level)["share"].mean()
            spread = 100 * chosen.groupby(level)["share"].agg(["min", "max"])
            ax.hlines(spread.index, spread["min"], spread["max"], color=style.COLOURS[place], linewidth=1, alpha=0.6)
            ax.vlines(mean, mean.index - 0.13, mean.index + 0.13, color=style.COLOURS[place], linewidth=1.6)
            ax.scatter(
                100 * chosen["share"],
                level,
                s=26,
                marker=style.MARKERS[place],
                facecolor="white",
                edgecolor=style.COLOURS[place],
                linewidth=1.3,
                zorder=3,
                label=f"{group} ({heads[group]} {turn}s)",
            )
        for row in range(1, len(codes)):
            ax.axhline(row - 0.5, color=style.PALE, linewidth=0.6, zorder=0)
        ax.set_yticks(list(rows.values()), list(rows))
        ax.set_ylim(-0.55, len(codes) - 0.45)
        ax.set_xlim(left=-2)
        ax.set_xlabel(label)
        legend = ax.legend(loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=2, frameon=False, handletextpad=0.2)
        for place, text in enumerate(legend.get_texts()):
            text.set(color=style.ink(place), weight="bold")
        return style.done(figure)
