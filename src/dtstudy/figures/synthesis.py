"""Themes of several studies, side by side."""

from typing import TYPE_CHECKING

import matplotlib as mpl
import pandas as pd

from dtstudy.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LARGEST = 420  # points squared: the area of a share of one


def themes_side_by_side(table: pd.DataFrame, ax: "Axes | None" = None) -> "Figure":
    """Themes as rows, kinds of people of each study as columns; a disc's area is the share of cases, with its count.

    Parameters: the frame of `synthesis.side_by_side`. Beside the disc stands where to read; a dash marks a theme that
    was not raised, empty brackets one the study's codebook has no code for.
    """
    themes = list(dict.fromkeys(table["theme"]))
    columns = list(table[["study", "group"]].drop_duplicates().itertuples(index=False, name=None))
    studies = list(dict.fromkeys(table["study"]))
    with mpl.rc_context(style.STYLE):
        figure, ax = style.axes(ax, height=1.1 + 0.42 * len(themes))
        for cell in table.itertuples():
            row, place = len(themes) - 1 - themes.index(cell.theme), columns.index((cell.study, cell.group))
            colour = style.COLOURS[studies.index(cell.study) % len(style.COLOURS)]
            if cell.state == "heard":
                ax.scatter(place - 0.22, row, s=LARGEST * cell.share, color=colour, linewidth=0, zorder=3)
                ax.text(
                    place + 0.02, row + 0.13, f"{cell.documents} of {cell.n_documents}", va="center", color="#222222"
                )
                ax.text(place + 0.02, row - 0.19, cell.evidence, va="center", color=style.GREY, fontsize=7)
            else:
                sign = "–" if cell.state == "not raised" else "[ ]"
                ax.text(place - 0.22, row, sign, ha="center", va="center", color=style.GREY)
        for place, (study, group) in enumerate(columns):
            ink = style.ink(studies.index(study) % len(style.COLOURS))
            ax.text(place - 0.3, len(themes) - 0.15, f"{study}\n{group}", va="bottom", color=ink, weight="bold")
        for row in range(1, len(themes)):
            ax.axhline(row - 0.5, color=style.PALE, linewidth=0.6, zorder=0)
        ax.set_yticks(range(len(themes)), reversed(themes))
        ax.set_xticks([])
        ax.set_xlim(-0.5, len(columns) - 0.45)
        ax.set_ylim(-0.6, len(themes) + 0.55)
        for side in ("left", "bottom"):
            ax.spines[side].set_visible(False)
        return figure
