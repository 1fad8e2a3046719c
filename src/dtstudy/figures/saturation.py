"""Have we heard enough? Codes heard with each further document."""

from textwrap import fill
from typing import TYPE_CHECKING

import matplotlib as mpl
import pandas as pd

from dtstudy.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SMALL = 7.5
LETTER = 0.067  # inches that a letter of the small type needs


def accumulation(
    curves: pd.DataFrame, guest: pd.DataFrame, by: str | None = None, ax: "Axes | None" = None
) -> "Figure":
    """Codes heard in so many documents: mean and band over all orders, and the order that was; strata side by side.

    Parameters: the frames of `saturation.accumulation` and `saturation.guest` of one incidence, and the column of its
    strata. The band reaches from the lowest to the highest of all orders, or two standard deviations either side where
    these were not computed. Grounds mark the base, and the run that decides or else the last one. Axes given are parted
    among the strata.
    """
    strata = list(guest[by]) if by else ["all documents"]
    sizes = [2.5 + number for number in guest["n_events"]]
    inches = [style.WIDTH * 0.92 * size / sum(sizes) for size in sizes]
    told = [fill(_verdict(row), int(width / LETTER)) for (_, row), width in zip(guest.iterrows(), inches, strict=True)]
    lines = max(text.count("\n") + 1 for text in told)
    with mpl.rc_context(style.STYLE):
        own_figure = ax is None
        figure, places = style.panels(ax, sizes, height=3.0 + 0.13 * lines)
        for place, (panel, stratum) in enumerate(zip(places, strata, strict=True)):
            verdict, own = guest.iloc[place], curves[curves[by] == stratum] if by else curves
            _grounds(panel, verdict)
            _curves(panel, own, style.COLOURS[place % 2])
            head = {"loc": "left", "weight": "bold", "size": 8.5, "color": style.ink(place % 2)}
            panel.set_title(f"{stratum}, n = {verdict['n_events']}", pad=8 + 10.5 * lines, **head)
            about = {"xycoords": "axes fraction", "textcoords": "offset points", "va": "top", "size": SMALL}
            panel.annotate(told[place], (0, 1), (0, 4 + 10.5 * lines), **about)
            panel.set_xlim(0.4, len(own) + 0.6)
            panel.set_xlabel("documents heard")
            panel.xaxis.set_major_locator(mpl.ticker.MaxNLocator(12, integer=True, min_n_ticks=1))
        places[0].set_ylim(0, 1.15 * curves["n_codes"].max())
        places[0].yaxis.set_major_locator(mpl.ticker.MaxNLocator(6, integer=True))
        places[0].set_ylabel("codes heard")
        known = curves["lowest"].notna().all()
        band = "lowest to highest of all orders" if known else "two standard deviations"
        grey = {"color": style.GREY}
        handles = [
            mpl.lines.Line2D([], [], linewidth=1.6, marker="o", markersize=3.2, label="mean of all orders", **grey),
            mpl.patches.Patch(alpha=0.25, linewidth=0, label=band, **grey),
            mpl.lines.Line2D([], [], color="#222222", linewidth=0.8, label="in the order of the transcripts"),
        ]
        style.legend(places[0] if own_figure else ax, own_figure, handles, "outside lower center", ncols=3)
        return figure


def _grounds(ax: "Axes", verdict: pd.Series) -> None:
    """The base and the run, named at the top."""
    if verdict["verdict"] == "not assessable":
        return
    base, run, events = (int(verdict[name]) for name in ("base", "run", "n_events"))
    first = int(verdict["saturated_at"]) if verdict["saturated"] else events - run
    about = {"transform": ax.get_xaxis_transform(), "ha": "center", "va": "top", "color": style.GREY, "size": SMALL}
    for start, end, name, shade in ((0, base, "base", "#f3f3f3"), (first, first + run, "run", "#e3e3e3")):
        ax.axvspan(start + 0.5, end + 0.5, color=shade, linewidth=0, zorder=0)
        ax.text((max(start, base if name == "run" else 0) + end + 1) / 2, 0.985, name, **about)


def _curves(ax: "Axes", own: pd.DataFrame, colour: str) -> None:
    if own["lowest"].notna().all():
        low, high = own["lowest"].astype("float64"), own["highest"].astype("float64")
    else:
        low, high = own["mean"] - 2 * own["sd"], own["mean"] + 2 * own["sd"]
    ax.fill_between(own["events"], low, high, color=colour, alpha=0.25, linewidth=0)
    ax.plot(own["events"], own["mean"], color=colour, linewidth=1.6, marker="o", markersize=3.2)
    ax.plot(own["events"], own["chronological"], color="#222222", linewidth=0.8)


def _verdict(row: pd.Series) -> str:
    """What Guest's method says, as a sentence."""
    if row["verdict"] == "not assessable":
        return f"Not assessable: {row['reason']}."
    told = f"{row['base_codes']} codes in the base, {row['new_in_run']} more in the run ({100 * row['ratio']:.1f} %):"
    if not row["saturated"]:
        return f"{told} not reached, for that is above {100 * row['threshold']:g} %."
    after = row["later"] - row["new_in_run"]
    return f"{told} reached, {row['label']}" + (f"; {after} more after it." if after else ".")
