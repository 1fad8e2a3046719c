"""The look that all figures share: colours, type, the width of a journal's page, axes and their end."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DARK, ORANGE, GREY, PALE = "#1f4e79", "#e69f00", "#595959", "#d9d9d9"
GAP = 0.04  # between panels inside given axes, as a share of their width
COLOURS, MARKERS = (DARK, ORANGE), ("o", "s")
HUES = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00")  # Okabe and Ito
WIDTH = 170 / 25.4  # a journal's full column in inches
STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 8.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "axes.edgecolor": GREY,
    "axes.labelcolor": "#222222",
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": "#222222",
    "ytick.labelcolor": "#222222",
    "ytick.major.size": 0,
    "figure.dpi": 100,
    "savefig.facecolor": "white",
    "axes.axisbelow": True,
}


def axes(ax: "Axes | None", height: float) -> tuple["Figure", "Axes"]:
    """The axes to draw on: those given, or new ones of a figure as wide as the page."""
    if ax is not None:
        return ax.figure, ax
    figure, ax = plt.subplots(figsize=(WIDTH, height), layout="constrained")
    return _closed(figure), ax


def panels(ax: "Axes | None", widths: Sequence[float], height: float) -> tuple["Figure", list["Axes"]]:
    """Axes side by side with one y axis, so wide to each other: inside those given, or of a figure of their own."""
    if ax is None:
        about = {"figsize": (WIDTH, height), "layout": "constrained", "width_ratios": widths}
        figure, places = plt.subplots(1, len(widths), sharey=True, squeeze=False, **about)
        return _closed(figure), list(places[0])
    ax.set_axis_off()
    shares = (1 - GAP * (len(widths) - 1)) * np.array(widths) / sum(widths)
    lefts = np.cumsum(shares + GAP) - shares - GAP
    first = ax.inset_axes((lefts[0], 0, shares[0], 1))
    further = [
        ax.inset_axes((left, 0, share, 1), sharey=first) for left, share in zip(lefts[1:], shares[1:], strict=True)
    ]
    for panel in further:
        panel.tick_params(labelleft=False)
    return ax.figure, [first, *further]


def legend(ax: "Axes", own: bool, handles: list, place: str, **about: Any) -> None:
    """The key, outside the axes at a place of a figure of our `own`; of a figure that is not, under its axes."""
    if own:
        ax.figure.legend(handles=handles, loc=place, frameon=False, **about)
    else:
        under = {"loc": "upper left", "bbox_to_anchor": (0, 0), "borderaxespad": 5}
        ax.legend(handles=handles, frameon=False, **under, **about)


def _closed(figure: "Figure") -> "Figure":
    """Closed for pyplot, so that a notebook shows it once, as the value of its cell."""
    plt.close(figure)
    return figure


def ink(place: int) -> str:
    """A group's colour dark enough for type."""
    return (DARK, "#8a5a00")[place]
