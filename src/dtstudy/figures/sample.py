"""The people asked: their experience of the order, and what bins say of its mean."""

from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
import pandas as pd

from dtstudy.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def experience_by_order(table: pd.DataFrame, ax: "Axes | None" = None) -> "Figure":
    """Share of first- and second-order clients in each band of experience, one point each, with its count.

    Parameters: the printed table: experience (with a last row `total`), then one column of counts per order,
    then `total`.
    """
    bands, totals = table.iloc[:-1], table.iloc[-1]
    orders = list(table.columns[1:-1])
    with mpl.rc_context(style.STYLE):
        figure, ax = style.axes(ax, height=2.1)
        rows = np.arange(len(bands))[::-1]
        shares = {order: 100 * bands[order] / totals[order] for order in orders}
        ax.hlines(
            rows,
            np.minimum(*shares.values()),
            np.maximum(*shares.values()),
            color=style.PALE,
            linewidth=2,
            zorder=1,
        )
        for place, order in enumerate(orders):
            ax.scatter(shares[order], rows, s=46, color=style.COLOURS[place], marker=style.MARKERS[place], zorder=3)
            right = shares[order].to_numpy() > shares[orders[1 - place]].to_numpy()
            for row, share, count, outward in zip(rows, shares[order], bands[order], right, strict=True):
                label = f"{count} of {totals[order]}"
                ax.annotate(
                    label,
                    (share, row),
                    (7 if outward else -7, 0),
                    textcoords="offset points",
                    va="center",
                    ha="left" if outward else "right",
                    color=style.ink(place),
                )
        for place, order in enumerate(orders):
            ax.annotate(
                f"{order.replace('_', ' ')}, n = {totals[order]}",
                (shares[order].iloc[0], rows[0]),
                (0, 10),
                textcoords="offset points",
                ha="center",
                weight="bold",
                color=style.ink(place),
            )
        ax.set_yticks(rows, bands.iloc[:, 0])
        ax.spines["left"].set_visible(False)
        ax.set_xlim(-8, 100)
        ax.set_ylim(-0.5, len(bands) - 0.25)
        ax.set_xticks(range(0, 101, 20))
        ax.set_xlabel("% of the clients on that order")
        return figure


def mean_bounds(
    bins: pd.DataFrame, low: float, high: float, mean: float, ax: "Axes | None" = None, unit: str = "months"
) -> "Figure":
    """What counts in bins say of a mean: bins as boxes, bounds as a bracket, the printed mean as a line.

    Parameters: `bins` with columns label, count, low, high in this order; the bounds and the mean in the same
    unit.
    """
    with mpl.rc_context(style.STYLE):
        figure, ax = style.axes(ax, height=2.0)
        for label, count, low_edge, high_edge in bins.itertuples(index=False):
            ax.barh(
                1,
                high_edge - low_edge,
                left=low_edge,
                height=0.62,
                facecolor="#eaf0f6",
                edgecolor=style.DARK,
                linewidth=0.8,
            )
            ax.text(low_edge + 0.12, 1, f"{count} people\n{label}", ha="left", va="center", color="#222222")
        ax.annotate(
            "",
            (low, 0.35),
            (high, 0.35),
            arrowprops={
                "arrowstyle": "|-|,widthA=0.35,widthB=0.35",
                "color": style.GREY,
                "shrinkA": 0,
                "shrinkB": 0,
            },
        )
        ax.text(high + 0.2, 0.35, f"the mean lies between {low:.2f} and {high:.2f}", va="center", color=style.GREY)
        ax.vlines(mean, 0.1, 1.45, color=style.ORANGE, linewidth=2, zorder=4)
        ax.text(mean, 1.5, f"printed mean {mean:g}", ha="center", va="bottom", weight="bold", color=style.ink(1))
        ax.set_ylim(0, 1.75)
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
        ax.set_xlim(min(0, bins["low"].min()), 1.01 * bins["high"].max())
        ax.set_xlabel(f"{unit} of experience")
        return figure


def possible_durations(
    data_sets: pd.DataFrame,
    bins: pd.DataFrame,
    low: float,
    high: float,
    mean: float,
    ax: "Axes | None" = None,
    unit: str = "months",
) -> "Figure":
    """All that can be known of single values behind bins and a mean: a line for each of some possible data sets.

    Everybody's place in the order is on the one axis and their value on the other, so that a bin is a box which every
    line must cross from corner to corner. Parameters: the frame of `consistency.sample_data`; `bins` with columns
    label, count, low, high in this order; the bounds of the mean and the mean, in the same unit.
    """
    people = int(data_sets["person"].max())
    with mpl.rc_context(style.STYLE):
        figure, ax = style.axes(ax, height=3.6)
        before = 0
        for label, count, low_edge, high_edge in bins.itertuples(index=False):
            corner, size = (low_edge, before + 0.5), (high_edge - low_edge, count)
            box = mpl.patches.Rectangle(corner, *size, facecolor="#eaf0f6", edgecolor=style.DARK, linewidth=0.8)
            ax.add_patch(box)
            last = before + count == people
            beside = mean if high_edge <= mean < high_edge + 0.25 * bins["high"].max() else high_edge
            ax.annotate(
                f"{count} people, {label}",
                (high_edge, before + 0.5) if last else (beside, before + 0.5 + count / 2),
                (0, -5) if last else (7, 0),
                textcoords="offset points",
                ha="right" if last else "left",
                va="top" if last else "center",
                color="#222222",
            )
            before += count
        for _, values in data_sets.groupby("data_set")["value"]:
            ax.plot(values, np.arange(1, people + 1), color=style.DARK, alpha=0.25, linewidth=0.7, zorder=3)
        ax.vlines(mean, 0, people + 3.2, color=style.ORANGE, linewidth=2, zorder=4)
        ax.annotate(
            f"printed mean {mean:g}",
            (mean, people + 3.2),
            (0, 3),
            textcoords="offset points",
            ha="center",
            weight="bold",
            color=style.ink(1),
        )
        ends = {"arrowstyle": "|-|,widthA=0.35,widthB=0.35", "color": style.GREY, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", (low, people + 1.9), (high, people + 1.9), arrowprops=ends)
        ax.text(
            high + 0.2, people + 1.9, f"the mean lies between {low:.2f} and {high:.2f}", va="center", color=style.GREY
        )
        ax.set_xlim(min(0, bins["low"].min()), 1.01 * bins["high"].max())
        ax.set_ylim(0, people + 5.5)
        ax.set_yticks([1, *(ticks for ticks in range(10, people, 10)), people])
        ax.set_xlabel(f"{unit} of experience, n = {people}")
        ax.set_ylabel("people, in the order\nof their experience", rotation=0, ha="left", va="top")
        ax.yaxis.set_label_coords(0.01, 1.0)
        return figure
