"""Figures: each draws the frame of one measure, counts nothing, and returns a matplotlib figure.

Two group colours that differ in lightness, shapes that differ as well, labels at the data, no frame on top
and right.
"""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

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


def experience_by_order(table: pd.DataFrame, ax: "Axes | None" = None) -> "Figure":
    """Share of first- and second-order clients in each band of experience, one point each, with its count.

    Parameters: the printed table: experience (with a last row `total`), then one column of counts per order,
    then `total`.
    """
    bands, totals = table.iloc[:-1], table.iloc[-1]
    orders = list(table.columns[1:-1])
    with mpl.rc_context(STYLE):
        figure, ax = _axes(ax, height=2.1)
        rows = np.arange(len(bands))[::-1]
        shares = {order: 100 * bands[order] / totals[order] for order in orders}
        ax.hlines(
            rows,
            np.minimum(*shares.values()),
            np.maximum(*shares.values()),
            color=PALE,
            linewidth=2,
            zorder=1,
        )
        for place, order in enumerate(orders):
            ax.scatter(shares[order], rows, s=46, color=COLOURS[place], marker=MARKERS[place], zorder=3)
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
                    color=_ink(place),
                )
        for place, order in enumerate(orders):
            ax.annotate(
                f"{order.replace('_', ' ')}, n = {totals[order]}",
                (shares[order].iloc[0], rows[0]),
                (0, 10),
                textcoords="offset points",
                ha="center",
                weight="bold",
                color=_ink(place),
            )
        ax.set_yticks(rows, bands.iloc[:, 0])
        ax.spines["left"].set_visible(False)
        ax.set_xlim(-8, 100)
        ax.set_ylim(-0.5, len(bands) - 0.25)
        ax.set_xticks(range(0, 101, 20))
        ax.set_xlabel("% of the clients on that order")
        return _done(figure)


def mean_bounds(
    bins: pd.DataFrame, low: float, high: float, mean: float, ax: "Axes | None" = None, unit: str = "months"
) -> "Figure":
    """What counts in bins say of a mean: bins as boxes, bounds as a bracket, the printed mean as a line.

    Parameters: `bins` with columns label, count, low, high in this order; the bounds and the mean in the same
    unit.
    """
    with mpl.rc_context(STYLE):
        figure, ax = _axes(ax, height=2.0)
        for label, count, low_edge, high_edge in bins.itertuples(index=False):
            ax.barh(
                1,
                high_edge - low_edge,
                left=low_edge,
                height=0.62,
                facecolor="#eaf0f6",
                edgecolor=DARK,
                linewidth=0.8,
            )
            ax.text(low_edge + 0.12, 1, f"{count} people\n{label}", ha="left", va="center", color="#222222")
        ax.annotate(
            "",
            (low, 0.35),
            (high, 0.35),
            arrowprops={
                "arrowstyle": "|-|,widthA=0.35,widthB=0.35",
                "color": GREY,
                "shrinkA": 0,
                "shrinkB": 0,
            },
        )
        ax.text(high + 0.2, 0.35, f"the mean lies between {low:.2f} and {high:.2f}", va="center", color=GREY)
        ax.vlines(mean, 0.1, 1.45, color=ORANGE, linewidth=2, zorder=4)
        ax.text(mean, 1.5, f"printed mean {mean:g}", ha="center", va="bottom", weight="bold", color=_ink(1))
        ax.set_ylim(0, 1.75)
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
        ax.set_xlim(min(0, bins["low"].min()), 1.01 * bins["high"].max())
        ax.set_xlabel(f"{unit} of experience")
        return _done(figure)


def quoted_words(quotations: pd.DataFrame, ax: "Axes | None" = None) -> "Figure":
    """Every quotation as a box as wide as its words, laid end to end under its heading, in the paper's order.

    Parameters: quotations with section, theme, kind and words; a passage inside a sentence is hollow.
    """
    sections = list(quotations["section"].unique())
    themes = quotations[["section", "theme"]].drop_duplicates().reset_index(drop=True)
    with mpl.rc_context(STYLE):
        figure, ax = _axes(ax, height=0.5 + 0.36 * len(themes))
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
                    facecolor=COLOURS[place] if filled else "white",
                    edgecolor="white" if filled else COLOURS[place],
                )
                start += quotation.words
            ax.text(
                start + 1.5,
                row,
                f"{len(chosen)} quotation{'s' * (len(chosen) != 1)}, {start} words",
                va="center",
                color=GREY,
            )
        for place, section in enumerate(sections):
            top = rows[themes["section"] == section].max()
            ax.text(-1, top + 0.52, section, ha="right", va="center", weight="bold", color=_ink(place))
        ax.set_yticks(rows, themes["theme"])
        ax.set_ylim(rows.min() - 0.5, rows.max() + 0.85)
        ax.set_xlim(0, 1.5 * quotations.groupby(["section", "theme"])["words"].sum().max())
        ax.set_xlabel("words quoted (hollow: quoted inside a sentence)")
        return _done(figure)


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
    with mpl.rc_context(STYLE):
        figure, ax = _axes(ax, height=0.75 + 0.42 * len(codes))
        for place, group in enumerate(groups):
            chosen = frequency[(frequency[by] == group) & frequency["code"].isin(codes)]
            level = chosen["code"].map(rows) + (0.16 if place == 0 else -0.16)
            mean = 100 * chosen.groupby(level)["share"].mean()
            spread = 100 * chosen.groupby(level)["share"].agg(["min", "max"])
            ax.hlines(spread.index, spread["min"], spread["max"], color=COLOURS[place], linewidth=1, alpha=0.6)
            ax.vlines(mean, mean.index - 0.13, mean.index + 0.13, color=COLOURS[place], linewidth=1.6)
            ax.scatter(
                100 * chosen["share"],
                level,
                s=26,
                marker=MARKERS[place],
                facecolor="white",
                edgecolor=COLOURS[place],
                linewidth=1.3,
                zorder=3,
                label=f"{group} ({heads[group]} {turn}s)",
            )
        for row in range(1, len(codes)):
            ax.axhline(row - 0.5, color=PALE, linewidth=0.6, zorder=0)
        ax.set_yticks(list(rows.values()), list(rows))
        ax.set_ylim(-0.55, len(codes) - 0.45)
        ax.set_xlim(left=-2)
        ax.set_xlabel(label)
        legend = ax.legend(loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=2, frameon=False, handletextpad=0.2)
        for place, text in enumerate(legend.get_texts()):
            text.set(color=_ink(place), weight="bold")
        return _done(figure)


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
    with mpl.rc_context(STYLE):
        figure, ax = _axes(ax, height=1.1 + 0.27 * len(order))
        for pair in pairs[pairs["code_1"].isin(places) & pairs["code_2"].isin(places)].itertuples():
            column, row = sorted((places[pair.code_1], places[pair.code_2]))
            if not pair.n12:
                continue
            colour = "white" if np.isnan(pair.jaccard) else shades(min(1.0, pair.jaccard))
            ax.add_patch(
                plt.Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor=colour, edgecolor=PALE, linewidth=0.6)
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
        return _done(figure)


def conversation(
    turns: pd.DataFrame, codings: pd.DataFrame, codes: Sequence[str], ax: "Axes | None" = None
) -> "Figure":
    """The shape of each conversation: turns in order as wide as their words, and below them where each code lies.

    Parameters: turns with role and word offsets; codings (of one coder or merged) with the codes to show, at most six,
    usually the categories. Two shades tell one participant's turn from the next; the facilitators' turns are grey.
    """
    documents = list(turns["document"].unique())
    lane = 0.1
    with mpl.rc_context(STYLE):
        figure, ax = _axes(ax, height=0.9 + 0.62 * len(documents))
        for row, document in enumerate(reversed(documents)):
            own = turns[turns["document"] == document].sort_values("turn")
            widths = (own["word_end"] - own["word_start"]).to_numpy()
            starts = widths.cumsum() - widths
            shades = [
                PALE if role == "facilitator" else (DARK, "#7fa3c7")[place % 2]
                for place, role in enumerate(own["role"])
            ]
            ax.barh(row, widths, left=starts, height=0.26, color=shades, linewidth=0)
            mine = codings[(codings["document"] == document) & codings["code"].isin(codes)]
            for coding in mine.itertuples():
                inside = np.clip(
                    np.minimum(coding.word_end, own["word_end"]) - np.maximum(coding.word_start, own["word_start"]),
                    0,
                    None,
                ).to_numpy()
                if inside.any():
                    place = int(np.flatnonzero(inside)[0])
                    begin = starts[place] + max(0, coding.word_start - own["word_start"].iloc[place])
                    level = row - 0.18 - lane * list(codes).index(coding.code) * 0.75
                    ax.barh(
                        level,
                        inside.sum(),
                        left=begin,
                        height=lane * 0.62,
                        color=HUES[list(codes).index(coding.code)],
                        linewidth=0,
                    )
        ax.set_yticks([row - 0.1 for row in range(len(documents))], list(reversed(documents)))
        ax.set_ylim(-0.75, len(documents) - 0.6)
        ax.set_xlim(left=0)
        ax.set_xlabel("words, in the order they were said (facilitators grey)")
        handles = [mpl.patches.Patch(color=HUES[place], label=code) for place, code in enumerate(codes)]
        figure.legend(handles=handles, loc="outside upper left", ncols=3, frameon=False, handlelength=1.2)
        return _done(figure)


def speaking_shares(shares: pd.DataFrame, ax: "Axes | None" = None) -> "Figure":
    """Share of the floor of each speaker, a point each, transcripts side by side; a tick marks an equal share.

    Parameters: the frame of `participation.speaking_shares`. Facilitators are hollow grey; the tick is what each
    participant would have if all had as much.
    """
    documents = list(shares["document"].unique())
    with mpl.rc_context(STYLE):
        figure, ax = _axes(ax, height=0.6 + 0.3 * len(documents))
        for row, document in enumerate(reversed(documents)):
            both = shares[shares["document"] == document]
            own, lead = both[both["role"] != "facilitator"], both[both["role"] == "facilitator"]
            ax.hlines(row, 100 * own["floor"].min(), 100 * own["floor"].max(), color=PALE, linewidth=2, zorder=1)
            ax.scatter(100 * lead["floor"], [row] * len(lead), s=22, facecolor="white", edgecolor=GREY, zorder=3)
            ax.scatter(100 * own["floor"], [row] * len(own), s=30, color=DARK, zorder=4)
            ax.vlines(100 * own["floor"].mean(), row - 0.28, row + 0.28, color=ORANGE, linewidth=2, zorder=2)
        ax.set_yticks(range(len(documents)), list(reversed(documents)))
        ax.set_ylim(-0.6, len(documents) - 0.4)
        ax.set_xlim(left=0)
        ax.set_xlabel("% of all words (hollow: facilitators; orange tick: an equal share among participants)")
        return _done(figure)


def _axes(ax: "Axes | None", height: float) -> tuple["Figure", "Axes"]:
    if ax is not None:
        return ax.figure, ax
    figure, ax = plt.subplots(figsize=(WIDTH, height), layout="constrained")
    return figure, ax


def _done(figure: "Figure") -> "Figure":
    """Closed for pyplot, so that a notebook shows it once, as the value of its cell."""
    plt.close(figure)
    return figure


def _ink(place: int) -> str:
    """A group's colour dark enough for type."""
    return (DARK, "#8a5a00")[place]
