"""The quotations of a paper under its headings."""

from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
import pandas as pd

from dtstudy.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def quoted_words(quotations: pd.DataFrame, ax: "Axes | None" = None) -> "Figure":
    """Every quotation as a box as wide as its words, laid end to end under its heading, in the paper's order.

    Parameters: quotations with section, theme, kind and words; a passage inside a sentence is hollow.
    """
    sections = list(quotations["section"].unique())
    themes = quotations[["section", "theme"]].drop_duplicates().reset_index(drop=True)
    with mpl.rc_context(style.STYLE):
        figure, ax = style.axes(ax, height=0.5 + 0.36 * len(themes))
        rows = np.arange(len(themes))[::-1] - 0.45 * themes["section"].map(sections.index).to_numpy()
        for row, section, theme in zip(rows, themes["section"], themes["theme"], strict=True):
            chosen = quotations[(quotations["section"] == section) & (quotations["theme"] == theme)]
            place, start = sections.index(section), 0
            for quotation in chosen.itertuples():
                filled = quotation.kind == "block"
                ax.barh(
                    row,
                    quotation.words,
                    left=start,
                    height=0.56,
                    linewidth=1.0 if filled else 0.9,
                    facecolor=style.COLOURS[place] if filled else "white",
                    edgecolor="white" if filled else style.COLOURS[place],
                )
                start += quotation.words
            ax.text(
                start + 1.5,
                row,
                f"{len(chosen)} quotation{'s' * (len(chosen) != 1)}, {start} words",
                va="center",
                color=style.GREY,
            )
        for place, section in enumerate(sections):
            top = rows[themes["section"] == section].max()
            ax.text(-1, top + 0.52, section, ha="right", va="center", weight="bold", color=style.ink(place))
        ax.set_yticks(rows, themes["theme"])
        ax.set_ylim(rows.min() - 0.5, rows.max() + 0.85)
        ax.set_xlim(0, 1.5 * quotations.groupby(["section", "theme"])["words"].sum().max())
        ax.set_xlabel("words quoted (hollow: quoted inside a sentence)")
        return figure
