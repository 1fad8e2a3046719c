"""The look that all figures share: colours, type, the width of a journal's page, axes and their end."""

from typing import TYPE_CHECKING

import matplotlib.pyplot as plt

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DARK, ORANGE, GREY, PALE = "#1f4e79", "#e69f00", "#595959", "#d9d9d9"
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
    return figure, ax


def done(figure: "Figure") -> "Figure":
    """Closed for pyplot, so that a notebook shows it once, as the value of its cell."""
    plt.close(figure)
    return figure


def ink(place: int) -> str:
    """A group's colour dark enough for type."""
    return (DARK, "#8a5a00")[place]
