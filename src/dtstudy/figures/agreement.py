"""Do the coders agree?"""

from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
import pandas as pd

from dtstudy.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CONVENTION = (2 / 3, 0.8)  # Krippendorff (2004), Content analysis, p. 241
SMALL = 7.5


def agreement_by_code(table: pd.DataFrame, ax: "Axes | None" = None) -> "Figure":
    """Alpha of each code as a dot with its ranges, and beside it how often each coder gave the code.

    Parameters: the frame of `agreement.agreement_table`. Codes stand in its order, all codes on top; what is no
    concept of the codebook is bold; a code that does not vary is left out. The thick line is the range to read, the
    thin one a bootstrap over documents where that is not the same. Axes given are parted into the two panels.
    """
    shown = table[table["alpha"].notna()].reset_index(drop=True)
    rows = np.arange(len(shown))[::-1] + np.where(shown["code"] == "all codes", 0.35, 0.0)
    about = table.iloc[0]
    with mpl.rc_context(style.STYLE):
        own = ax is None
        figure, (dots, beside) = style.panels(ax, (2.6, 1), height=1.35 + 0.2 * len(shown))
        handles = _ranges(dots, shown, rows, about["uncertainty"])
        _prevalence(beside, shown, rows)
        _convention(dots, shown[["alpha", "low", "alpha_documents_low"]].min().min())
        dots.set_yticks(rows, shown["code"])
        for label, level in zip(dots.get_yticklabels(), shown["level"], strict=True):
            label.set_weight("normal" if level == "concept" or pd.isna(level) else "bold")
        dots.set_ylim(-0.7, max(1, len(shown)) - 0.05)
        units = f"{about['n_pairable']:,} {about['unit']}s of {about['n_documents']} documents"
        dots.set_xlabel(f"Krippendorff's alpha, {units}" + (": no code varies" if shown.empty else ""))
        beside.set_xlabel(f"given, % of {about['unit']}s")
        style.legend(dots if own else ax, own, handles, "outside lower center", ncols=3)
        return figure


def _ranges(ax: "Axes", shown: pd.DataFrame, rows: np.ndarray, uncertainty: str) -> list[mpl.lines.Line2D]:
    """Dots and lines, and what they mean."""
    low, high = shown["alpha_documents_low"], shown["alpha_documents_high"]
    ax.scatter(shown["alpha"], rows, s=26, color=style.DARK, zorder=3)
    handles = [mpl.lines.Line2D([], [], color=style.DARK, linewidth=0, marker="o", markersize=5, label="alpha")]
    if shown["low"].notna().any():
        thick = {"color": style.DARK, "linewidth": 2.6, "alpha": 0.75}
        ax.hlines(rows, shown["low"], shown["high"], **thick)
        handles.append(mpl.lines.Line2D([], [], label=f"range: {uncertainty.split(' (')[0]}", **thick))
    if low.notna().any() and not low.equals(shown["low"]):
        thin = {"color": style.GREY, "linewidth": 0.7}
        ax.hlines(rows, low, high, zorder=1, **thin)
        handles.append(mpl.lines.Line2D([], [], label="bootstrap over documents, descriptive", **thin))
    return handles


def _convention(ax: "Axes", low: float) -> None:
    """Where a convention puts its limits, faint and with its source."""
    for limit in CONVENTION:
        ax.axvline(limit, color=style.PALE, linewidth=0.9, zorder=0)
    about = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points", "va": "bottom"}
    about |= {"size": SMALL, "color": style.GREY}
    ax.annotate("limits of Krippendorff (2004): .667", (CONVENTION[0], 1), (-3, 3), ha="right", **about)
    ax.annotate(".800", (CONVENTION[1], 1), (3, 3), ha="left", **about)
    ax.set_xlim(np.nanmin([low, 0.0]) - 0.03, 1.03)


def _prevalence(ax: "Axes", shown: pd.DataFrame, rows: np.ndarray) -> None:
    """A small bar for each coder, with its number; whose it is stands on top."""
    columns = [column for column in shown if column.startswith("prevalence_")]
    shares, thick = 100 * shown[columns].to_numpy(float), 0.64 / len(columns)
    for place, column in enumerate(columns):
        level = rows + thick * ((len(columns) - 1) / 2 - place)
        about = {"color": style.HUES[place % len(style.HUES)], "label": column.removeprefix("prevalence_")}
        ax.barh(level, shares[:, place], height=thick * 0.9, linewidth=0, **about)
    for row, own in zip(rows, shares, strict=True):
        text = " / ".join("–" if np.isnan(share) else f"{share:.1f}" for share in own)
        ax.annotate(text, (np.nanmax(own), row), (3, 0), textcoords="offset points", va="center", size=SMALL)
    most = np.nanmax(shares, initial=1)
    ax.set_xlim(0, most * (1.35 + 0.22 * len(columns)))
    ax.set_xticks([tick for tick in ax.get_xticks() if tick <= most])
    ax.tick_params(left=False, labelleft=False)
    near = {"handlelength": 0.8, "handletextpad": 0.3, "columnspacing": 0.8, "borderpad": 0, "borderaxespad": 0.2}
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False, fontsize=SMALL, **near)
