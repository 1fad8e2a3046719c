"""Words of quantity as claims: how many people, or groups, stand behind 'some' and 'most' in the data at hand."""

from pathlib import Path

import numpy as np
import pandas as pd

from dtstudy.errors import InputError, near
from dtstudy.measures import frequency
from dtstudy.read import cells

COLUMNS = ("id", "claim", "word", "statement", "who", "code", "unit", "low", "high")
UNITS = {"speaker": ("speakers", "n_speakers"), "document": ("documents", "n_documents")}


def load(file: Path) -> pd.DataFrame:
    """The table of quantifiers: id, claim (of the ledger), word, statement, who, code, unit, low, high.

    `who` is a value of the attribute people are told apart by, empty for everybody; `unit` is speaker or document; the
    band from `low` to `high`, shares of 0 to 1, is the user's. Raises InputError, with file and row, for a missing
    column, an unknown unit, or a band that is none.
    """
    table = cells.table(file)
    missing = [column for column in COLUMNS if column not in table]
    if missing:
        raise InputError(f"{file.name}: the columns {', '.join(missing)} are missing. Add them to its head line.")
    bands = table[["low", "high"]].apply(pd.to_numeric, errors="coerce")
    for number, row in enumerate(table.itertuples(), 2):
        if row.unit not in UNITS:
            raise InputError(f"{file.name}, line {number}: the unit '{row.unit}' is unknown; {near(row.unit, UNITS)}")
        low, high = bands.loc[row.Index]
        if not 0 <= low <= high <= 1:
            raise InputError(f"{file.name}, line {number}: low and high must be shares, 0 to 1, low before high.")
    return table[list(COLUMNS)].assign(low=bands["low"], high=bands["high"])


def weigh(
    quantifiers: pd.DataFrame,
    codings: pd.DataFrame,
    turns: pd.DataFrame,
    codes: pd.DataFrame,
    by: str = "group",
    coders: str = "consensus",
) -> pd.DataFrame:
    """Of how many people, or groups, each quantifier can be said in these data, and whether that lies in its band.

    A person counts where they, and a group where anybody in it, said something under the code. That they said it does
    not mean that they agreed.

    Returns
    -------
    DataFrame, one row per quantifier: id, claim, word, statement, who, code, unit
        n, total : units with the code, and all units
        share : 0 to 1
        low, high : the band
        reading : within the band, below it, above it, or 'no code carries it' (n, total and share are then missing)
        coders : the definition used

    Raises InputError for a code or a value of `who` that is not there.
    """
    parts = [
        frequency.code_frequency(codings, turns, coders=coders, codes=codes).assign(who=""),
        frequency.code_frequency(codings, turns, by=by, coders=coders, codes=codes).rename(columns={by: "who"}),
    ]
    counts = pd.concat(parts).set_index(["who", "code"])
    for row in quantifiers.itertuples():
        if row.who not in {"", *turns[by]}:
            raise InputError(f"quantifiers.csv, {row.id}: nobody is '{row.who}'; {near(row.who, set(turns[by]))}")
        if row.code and row.code not in set(codes["code"]):
            raise InputError(f"quantifiers.csv, {row.id}: no code is '{row.code}'; {near(row.code, codes['code'])}")
    found = [_counted(counts, row) for row in quantifiers.itertuples()]
    table = quantifiers.assign(n=[n for n, _ in found], total=[total for _, total in found])
    table = table.astype({"n": "Int64", "total": "Int64"})
    table["share"] = (table["n"] / table["total"]).astype("Float64")
    below, above = table["share"] < table["low"], table["share"] > table["high"]
    table["reading"] = np.select(
        [table["share"].isna(), below.fillna(False), above.fillna(False)],
        ["no code carries it", "below the band", "above the band"],
        "within the band",
    )
    about = ["id", "claim", "word", "statement", "who", "code", "unit"]
    return table.assign(coders=coders)[[*about, "n", "total", "share", "low", "high", "reading", "coders"]]


def _counted(counts: pd.DataFrame, row: object) -> tuple[int | None, int | None]:
    """Units with the code and all units; a code nobody gave has none of them."""
    if not row.code:
        return None, None
    column, of = UNITS[row.unit]
    total = int(counts.loc[row.who, of].iloc[0])
    return (int(counts.loc[(row.who, row.code), column]) if (row.who, row.code) in counts.index else 0), total
