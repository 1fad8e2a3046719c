"""How much is said under each code, by group."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import matplotlib as mpl
import pandas as pd

from dtstudy.figures import style
from dtstudy.tables import p_value, signed

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
        return figure


def themes_by_group(rates: pd.DataFrame, comparison: pd.DataFrame, ax: "Axes | None" = None) -> "Figure":
    """A dot plot: codes as rows, every document as a point, the mean of each group as a tick, the effect at the right.

    Parameters: the frames of `frequency.document_rates` and of `frequency.compare_groups`, for one coder or pooled
    coders; codes stand in their order, those above concepts in bold. Shares are drawn in per cent.
    """
    statistic = rates["statistic"].iloc[0]
    scale = 100 if statistic.startswith("share") else 1
    rows = {code: len(comparison) - 1 - place for place, code in enumerate(comparison["code"])}
    end = scale * rates["rate"].max() or 1
    with mpl.rc_context(style.STYLE):
        figure, ax = style.axes(ax, height=0.95 + 0.235 * len(rows))
        for place, side in enumerate(("first", "second")):
            chosen = rates[(rates["group"] == comparison["first"].iloc[0]) == (side == "first")]
            shift = 0.18 - 0.36 * place
            means, middle = scale * comparison[f"mean_{side}"], comparison["code"].map(rows) + shift
            ax.vlines(means, middle - 0.17, middle + 0.17, color=style.COLOURS[place], linewidth=2, zorder=4)
            ax.scatter(
                scale * chosen["rate"],
                chosen["code"].map(rows) + shift,
                s=13,
                marker=style.MARKERS[place],
                facecolor="white",
                edgecolor=style.COLOURS[place],
                linewidth=0.9,
                zorder=3,
                label=f"{comparison[side].iloc[0]} (n = {comparison[f'documents_{side}'].iloc[0]})",
            )
        _effects(ax, comparison, rows, scale)
        for row in range(1, len(rows)):
            ax.axhline(row - 0.5, color=style.PALE, linewidth=0.5, zorder=0)
        ax.set_yticks(list(rows.values()), list(rows))
        for label, level in zip(ax.get_yticklabels(), comparison.get("level", ["concept"] * len(rows)), strict=True):
            label.set_weight("normal" if level == "concept" else "bold")
        ax.set_ylim(-0.6, len(rows) + 0.35)
        ax.set_xlim(-0.02 * end, end / 0.6)  # the right is left to the effects
        ax.spines["bottom"].set_bounds(0, end)
        ax.set_xticks([tick for tick in ax.get_xticks() if 0 <= tick <= end])
        ax.set_xlabel(f"{statistic.replace('share of', '% of')} with the code in each document; tick: mean", x=0.3)
        legend = ax.legend(loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=2, frameon=False, handletextpad=0.2)
        for place, text in enumerate(legend.get_texts()):
            text.set(color=style.ink(place), weight="bold")
        return figure


def _effects(ax: "Axes", comparison: pd.DataFrame, rows: dict[str, int], scale: float) -> None:
    """Differences with their range, and p under the least one that the design can give, in columns at the right."""
    about = {"transform": ax.get_yaxis_transform(), "va": "center", "color": style.GREY, "size": 7.5}
    rule, heads = comparison["two_sided"].iloc[0], len(rows) - 0.05
    least = p_value(comparison[f"smallest_{rule}"].iloc[0])
    ax.text(0.73, heads, "difference", ha="right", **about)
    ax.text(0.75, heads, "(range)", ha="left", **about)
    ax.text(1, heads, f"p (least {least})", ha="right", **about)
    reach = (scale * comparison[["difference", "without_one_low", "without_one_high"]]).map(signed).to_numpy()
    for code, (difference, low, high), p in zip(comparison["code"], reach, comparison[f"p_{rule}"], strict=True):
        ax.text(0.73, rows[code], difference, ha="right", **about)
        ax.text(0.75, rows[code], f"({low} to {high})" if low != "–" else "", ha="left", **about)
        ax.text(1, rows[code], p_value(p), ha="right", **about)
