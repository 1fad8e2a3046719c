"""Which codes meet, and how they hang together."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, Literal

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from dtstudy.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FAR = 4  # standard deviations, from which on z is drawn in the full colour
WEIGHTS = {"npmi": "NPMI", "jaccard": "Jaccard", "lift": "lift", "phi": "phi", "z": "z", "n12": "units with both"}
SHAPES = {"o": 0.785, "s": 1.0, "D": 1.0, "P": 0.556, "h": 0.65, "X": 0.5}  # and the share of its square each fills


def cooccurrence_heatmap(
    pairs: pd.DataFrame,
    order: Sequence[str] | None = None,
    strong: Collection[str] = (),
    colour: Literal["jaccard", "z"] = "jaccard",
    ax: "Axes | None" = None,
) -> "Figure":
    """Lower triangle of a co-occurrence table: units with both codes in the cell, a coefficient as its colour.

    Parameters: the frame of `cooccurrence.cooccurrence` for one coder or pooled coders; the codes in the order wanted,
    as in the codebook's tree, so that blocks show; the codes set in bold, such as categories; the coefficient. The
    colour of z is blue above what is expected, orange below, and cells with q below .05 have a frame. A cell without a
    number is of a pair that never meets; a pair with too few units for a coefficient is white. For overlap the number
    is of pairs of passages.
    """
    order = list(order) if order is not None else sorted({*pairs["code_1"], *pairs["code_2"]})
    places = {code: place for place, code in enumerate(order)}
    units = pd.concat([pairs.set_index("code_1")["n1"], pairs.set_index("code_2")["n2"]])
    units = units[~units.index.duplicated()]
    scale = _scale(pairs, colour)
    count = "overlapping_pairs" if "overlapping_pairs" in pairs else "n12"
    with mpl.rc_context(style.STYLE):
        figure, ax = style.axes(ax, height=1.1 + 0.27 * len(order))
        drawn = pairs[pairs["code_1"].isin(places) & pairs["code_2"].isin(places)]
        for pair in drawn[(drawn[count] > 0) | (colour == "z") & drawn["z"].notna()].to_dict("records"):
            column, row = sorted((places[pair["code_1"]], places[pair["code_2"]]))
            value = pair[colour]
            fill = "white" if np.isnan(value) else scale.to_rgba(value)
            ax.add_patch(
                plt.Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor=fill, edgecolor=style.PALE, linewidth=0.6)
            )
            if colour == "z" and pair["q"] < 0.05:
                ax.add_patch(plt.Rectangle((column - 0.44, row - 0.44), 0.88, 0.88, fill=False, linewidth=1.2))
            if pair[count]:
                about = {"ha": "center", "va": "center", "color": _readable(fill)}
                ax.text(column, row, f"{pair[count]}", fontsize=8 if pair[count] < 100 else 6.5, **about)
        for place, code in enumerate(order):
            about = {"va": "center", "color": "#222222", "weight": "bold" if code in strong else "normal"}
            ax.text(place, place, f" {code}", ha="left", **about)
            ax.text(-0.75, place, f"{code}  ({units.get(code, 0):,})", ha="right", **about)
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
        bar = figure.colorbar(scale, cax=ax.inset_axes((0.72, 0.86, 0.24, 0.03)), orientation="horizontal")
        if colour == "z":
            bar.set_ticks([-FAR, 0, FAR], labels=[f"≤ −{FAR}", "0", f"≥ {FAR}"])
        bar.set_label({"jaccard": "Jaccard (0 to 1)", "z": "z (frame: q below .05)"}[colour])
        bar.outline.set_visible(False)
        return figure


def cooccurrence_network(nodes: pd.DataFrame, edges: pd.DataFrame, ax: "Axes | None" = None) -> "Figure":
    """The links that stand out between codes on a circle: shapes as large as a code has units, lines as thick as the
    weight.

    Parameters: the frames of `cooccurrence.network`. Codes of a community stand side by side and share a number, a
    colour and a shape; where on the circle they stand, and how far apart, means nothing.
    """
    kept = edges[edges["kept"]]
    places = nodes.set_index("code")[["x", "y"]]
    largest, heaviest = nodes["n"].max(), kept["weight"].max()
    alone = nodes.groupby("community")["code"].transform("size") == 1
    with mpl.rc_context(style.STYLE):
        figure, ax = style.axes(ax, height=max(2.4, 0.7 + 0.33 * ((len(nodes) + 1) // 2)))
        for link in kept.sort_values("weight").itertuples():
            _draw_link(ax, places.loc[link.code_1], places.loc[link.code_2], 4 * link.weight / heaviest)
        for node, single in zip(nodes.itertuples(), alone, strict=True):
            _draw_node(ax, node, 260 * node.n / largest, single)
        ax.set_xlim(-2.1, 2.1)
        ax.set_ylim(-1.05, 1.05)
        ax.set_axis_off()
        if len(kept):
            weight = WEIGHTS.get(kept["weighted_by"].iloc[0], "weight")
            said = f"thickest line: {weight} {heaviest:.3g}; in brackets, and as area: units with the code"
        else:
            said = "no link stands out; in brackets, and as area: units with the code"
        ax.text(0.5, -0.04, said, transform=ax.transAxes, ha="center", va="top", color=style.GREY)
        return figure


def _draw_link(ax: "Axes", one: pd.Series, other: pd.Series, width: float) -> None:
    """A line that bows towards the middle, the more so the farther apart its ends are."""
    middle, apart = (one + other) / 2, np.hypot(*(one - other))
    path = mpl.path.Path([one, middle * max(0, 0.65 - 0.5 * apart), other], [1, 3, 3])
    about = {"linewidth": max(0.5, width), "edgecolor": "#8c8c8c", "capstyle": "round"}
    ax.add_patch(mpl.patches.PathPatch(path, facecolor="none", zorder=1, **about))


def _draw_node(ax: "Axes", node: Any, area: float, single: bool) -> None:
    """A shape of so many square points, the number of its community in it, its name outside the circle."""
    place = (node.community - 1) % len(SHAPES)
    shape, share = ("o", SHAPES["o"]) if single else list(SHAPES.items())[place]
    fill, edge = ("white", style.GREY) if single else (style.HUES[place], "white")
    ax.scatter(node.x, node.y, s=area / share, marker=shape, facecolor=fill, edgecolor=edge, linewidth=0.8, zorder=2)
    if area >= 50 and not single:
        about = {"ha": "center", "va": "center", "fontsize": 6.5, "color": _readable(fill), "zorder": 3}
        ax.text(node.x, node.y, str(node.community), **about)
    side = 1 if node.x >= 0 else -1
    ax.annotate(
        f"{node.code} ({node.n:,})",
        (node.x, node.y),
        (side * (4 + np.sqrt(area / share) / 2), 0),
        textcoords="offset points",
        ha="left" if side > 0 else "right",
        va="center",
    )


def _scale(pairs: pd.DataFrame, colour: str) -> "mpl.cm.ScalarMappable":
    """Shades of one hue for Jaccard; for z two hues around an almost white middle."""
    if colour == "jaccard":
        shades = mpl.colors.LinearSegmentedColormap.from_list("one hue", ["#f3f7fb", "#a9c4de", "#4f84b5", "#123a63"])
        return mpl.cm.ScalarMappable(mpl.colors.Normalize(0, 1), shades)
    shades = ["#8f4b00", "#c97a00", "#eebb66", "#faf1e2", "#f8f8f8", "#e6eef5", "#a9c4de", "#4f84b5", "#123a63"]
    shades = mpl.colors.LinearSegmentedColormap.from_list("two hues", shades)
    return mpl.cm.ScalarMappable(mpl.colors.Normalize(-FAR, FAR), shades)


def _readable(fill: "str | tuple[float, ...]") -> str:
    """Ink that stands out from a fill."""
    red, green, blue = mpl.colors.to_rgb(fill)
    return "white" if 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.5 else "#222222"
