"""Which codes meet."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from dtstudy.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def cooccurrence_heatmap(
    pairs: pd.DataFrame,
    order: Sequence[str] | None = None,
    strong: Collection[str] = (),
    ax: "Axes | None" = None,
) -> "Figure":
    """Lower triangle of a co-occurrence table: units with both codes in the cell, Jaccard as its colour.

    Parameters: the frame of `cooccurrence.cooccurrence` for one coder or pooled coders; the codes in the
    order wanted, as in the codebook's tree; the codes set in bold, such as categories. Cells of pairs that
    never meet are empty; pairs with too few units for a coefficient are white with a count.
    """
    order = list(order) if order is not None else sorted({*pairs["code_1"], *pairs["code_2"]})
    places = {code: place for place, code in enumerate(order)}
    units = pd.concat([pairs.set_index("code_1")["n1"], pairs.set_index("code_2")["n2"]])
    units = units[~units.index.duplicated()]
    shades = mpl.colors.LinearSegmentedColormap.from_list("one hue", ["#f3f7fb", "#a9c4de", "#4f84b5", "#123a63"])
    with mpl.rc_context(style.STYLE):
        figure, ax = style.axes(ax, height=1.1 + 0.27 * len(order))
        for pair in pairs[pairs["code_1"].isin(places) & pairs["code_2"].isin(places)].itertuples():
            column, row = sorted((places[pair.code_1], places[pair.code_2]))
            if not pair.n12:
                continue
            colour = "white" if np.isnan(pair.jaccard) else shades(min(1.0, pair.jaccard))
            ax.add_patch(
                plt.Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor=colour, edgecolor=style.PALE, linewidth=0.6)
            )
            dark = not np.isnan(pair.jaccard) and pair.jaccard > 0.45
            ax.text(column, row, str(pair.n12), ha="center", va="center", color="white" if dark else "#222222")
        for place, code in enumerate(order):
            about = {"va": "center", "color": "#222222", "weight": "bold" if code in strong else "normal"}
            ax.text(place, place, f" {code}", ha="left", **about)
            ax.text(-0.75, place, f"{code}  ({units.get(code, 0)})", ha="right", **about)
            ax.plot([-0.5, place - 0.5], [place - 0.5, place - 0.5], color="#eeeeee", linewidth=0.6, zorder=0)
            ax.plot(
                [place - 0.5, place - 0.5],
                [place - 0.5, len(order) - 0.5],
                color="#eeeeee",
                linewidth=0.6,
                zorder=0,
            )
        ax.set_xlim(-0.5, len(order) + 3.5)
        ax.set_ylim(len(order) - 0.5, -0.5)
        ax.set_axis_off()
        scale = mpl.cm.ScalarMappable(mpl.colors.Normalize(0, 1), shades)
        bar = figure.colorbar(scale, cax=ax.inset_axes((0.72, 0.86, 0.24, 0.03)), orientation="horizontal")
        bar.set_label("Jaccard (0 to 1)")
        bar.outline.set_visible(False)
        return style.done(figure)
