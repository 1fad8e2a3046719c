"""Which codes meet, on what, and how much more often than their frequencies alone would have it."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from dtstudy.errors import InputError, near
from dtstudy.measures.units import of_coders, spoken, touched

Unit = Literal["turn", "window", "speaker", "document"]
UNITS = ("turn", "window", "speaker", "document")
LEAST_UNITS = 5  # below this number of units with a code, counts stand alone


@dataclass(frozen=True)
class Counts:
    """Units, and units with each pair of codes, by coder; sums over whole documents, so two of them add up.

    `met` is indexed by coder, code_1, code_2 (code_1 <= code_2; equal codes give the units with that code).
    """

    n_units: int
    met: pd.Series

    def __add__(self, other: "Counts") -> "Counts":
        both = pd.concat([self.met, other.met])
        return Counts(self.n_units + other.n_units, both.groupby(level=[0, 1, 2]).sum())


def cooccurrence(
    codings: pd.DataFrame,
    turns: pd.DataFrame,
    unit: Unit = "turn",
    window: int = 1,
    coders: str = "consensus",
    codes: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """On how many units two codes are both given, and the coefficients of that two-by-two table.

    Parameters: `unit` is a turn, a `window` of that many turns either side, everything a speaker says in a
    document, or a document; `coders` a coder's name, `each` or `union`; with the codebook `codes`, a category
    stands wherever one of its concepts does, and pairs of a code and its ancestor are left out, since they
    meet by construction. A co-occurrence is a place to read, not a relationship.

    Returns
    -------
    DataFrame, one row per pair of codes (and coder), sorted
        code_1, code_2, coder, n_units
        n1, n2, n12 : units with the first, the second, both (n12 <= min(n1, n2))
        jaccard (ATLAS.ti's c, 0 to 1), lift (1 = as expected), npmi (-1 to 1), phi (-1 to 1), g2 (0 or more) : NaN
            where a code has fewer than five units, or where a coefficient is not defined
        unit, coders : the definition used

    Raises InputError for an unknown unit or coder.
    References: Church & Hanks (1990), Computational Linguistics 16: 22; Dunning (1993), ibid. 19: 61; Bouma
    (2009), GSCL.
    """
    counts = count(codings, turns, unit=unit, window=window, coders=coders, codes=codes)
    return finish(counts, unit=unit, window=window, coders=coders, codes=codes)


def definition(pairs: pd.DataFrame) -> str:
    """The definition a table of `cooccurrence` was counted by, as a sentence."""
    unit, coders = pairs["unit"].iloc[0], pairs["coders"].iloc[0]
    return f"Unit: {unit}; coders: {coders}. Coefficients where both codes have {LEAST_UNITS} units or more."


def count(
    codings: pd.DataFrame,
    turns: pd.DataFrame,
    unit: Unit = "turn",
    window: int = 1,
    coders: str = "consensus",
    codes: pd.DataFrame | None = None,
) -> Counts:
    """The additive part of `cooccurrence`, over the documents of these tables."""
    if unit not in UNITS:
        raise InputError(f"The unit '{unit}' is unknown; {near(unit, UNITS)}")
    turns = spoken(turns).sort_values(["document", "turn"], ignore_index=True)
    chosen = of_coders(codings, coders, codes)
    rows, at = touched(chosen, turns)
    if unit == "window":
        rows, at = _spread(rows, at, turns, window)
    ids, n_units = _unit_ids(turns, unit)
    met = [_pairs(chosen.iloc[rows[mine]], ids[at[mine]]) for mine in _by_coder(chosen, rows)]
    index = pd.MultiIndex.from_tuples([], names=["coder", "code_1", "code_2"])
    return Counts(n_units, pd.concat(met) if met else pd.Series([], index=index, dtype="int64"))


def finish(
    counts: Counts,
    unit: Unit = "turn",
    window: int = 1,
    coders: str = "consensus",
    codes: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The table of `cooccurrence` from counts, whether of one pass or added up.

    Pairs that never meet have a row too.
    """
    met = counts.met
    alone = met[met.index.get_level_values(1) == met.index.get_level_values(2)].reset_index(name="n")
    alone = alone.drop(columns="code_2").rename(columns={"code_1": "code"})
    pairs = alone.merge(alone, on="coder", suffixes=("_1", "_2")).query("code_1 < code_2")
    pairs = pairs.rename(columns={"n_1": "n1", "n_2": "n2"})
    pairs = pairs.merge(met.rename("n12").reset_index(), on=["coder", "code_1", "code_2"], how="left")
    pairs = pairs.fillna({"n12": 0}).astype({"n12": "int64"}).assign(n_units=counts.n_units)
    if codes is not None:
        pairs = pairs[~_related(pairs, codes)]
    values = coefficients(pairs["n1"], pairs["n2"], pairs["n12"], pairs["n_units"])
    values[(pairs[["n1", "n2"]] < LEAST_UNITS).any(axis="columns")] = np.nan
    label = f"window of {window} turns either side" if unit == "window" else unit
    table = pd.concat([pairs, values], axis="columns").assign(unit=label, coders=coders)
    first = ["code_1", "code_2", "coder", "n_units", "n1", "n2", "n12"]
    columns = [*first, *values.columns, "unit", "coders"]
    return table.sort_values(["coder", "code_1", "code_2"], ignore_index=True)[columns]


def coefficients(n1: pd.Series, n2: pd.Series, n12: pd.Series, n: pd.Series) -> pd.DataFrame:
    """Jaccard, lift, NPMI, phi and G2, from units with each code, units with both, and all units.

    Examples
    --------
    >>> six = coefficients(*(pd.Series([count]) for count in (14, 9, 6, 40)))
    >>> six.round(4).iloc[0].to_dict()
    {'jaccard': 0.3529, 'lift': 1.9048, 'npmi': 0.3397, 'phi': 0.3577, 'g2': 4.9351}
    """
    n1, n2, n12, n = (values.astype("float64") for values in (n1, n2, n12, n))
    with np.errstate(divide="ignore", invalid="ignore"):
        either = n1 + n2 - n12
        lift = (n12 * n / (n1 * n2)).where(n1 * n2 > 0)
        npmi = (
            (np.log2(lift) / -np.log2(n12 / n)).mask((n12 == 0) & (n1 * n2 > 0), -1.0).mask((n12 == n) & (n > 0), 1.0)
        )
        phi = (n12 * n - n1 * n2) / np.sqrt(n1 * n2 * (n - n1) * (n - n2)).where(lambda root: root > 0)
        cells = [
            (n12, n1 * n2),
            (n1 - n12, n1 * (n - n2)),
            (n2 - n12, (n - n1) * n2),
            (n - either, (n - n1) * (n - n2)),
        ]
        g2 = 2 * sum((seen * np.log(seen * n / product)).where(seen > 0, 0.0) for seen, product in cells)
    return pd.DataFrame(
        {
            "jaccard": n12 / either.where(either > 0),
            "lift": lift,
            "npmi": npmi,
            "phi": phi,
            "g2": g2.where(n > 0),
        }
    )


def _unit_ids(turns: pd.DataFrame, unit: Unit) -> tuple[np.ndarray, int]:
    """The unit each turn belongs to, and how many units there are."""
    if unit in ("turn", "window"):
        return np.arange(len(turns)), len(turns)
    columns = ["document", "participant"] if unit == "speaker" else ["document"]
    ids = turns.groupby(columns, sort=False).ngroup().to_numpy()
    return ids, int(ids.max(initial=-1)) + 1


def _spread(rows: np.ndarray, at: np.ndarray, turns: pd.DataFrame, window: int) -> tuple[np.ndarray, np.ndarray]:
    """Each coding met again on the turns up to `window` away in the same document.

    A window is named by its middle turn.
    """
    steps = np.arange(-window, window + 1)
    around = (at[:, None] + steps).ravel()
    codings = np.repeat(rows, len(steps))
    document = pd.factorize(turns["document"])[0]
    inside = (around >= 0) & (around < len(turns))
    inside[inside] = document[around[inside]] == document[np.repeat(at, len(steps))[inside]]
    return codings[inside], around[inside]


def _by_coder(codings: pd.DataFrame, rows: np.ndarray) -> list[np.ndarray]:
    """Positions in `rows` of each coder's codings."""
    coder = pd.factorize(codings["coder"])[0][rows] if len(codings) else rows
    return [np.flatnonzero(coder == number) for number in np.unique(coder)]


def _pairs(codings: pd.DataFrame, units: np.ndarray) -> pd.Series:
    """Units with each pair of codes of one coder: the product of the incidence matrix with itself."""
    from scipy.sparse import coo_array, triu

    code, names = pd.factorize(codings["code"], sort=True)
    incidence = coo_array((np.ones(len(code), np.int64), (units, code)), shape=(units.max() + 1, len(names))).tocsr()
    incidence.data[:] = 1
    together = triu(incidence.T @ incidence).tocoo()
    index = pd.MultiIndex.from_arrays(
        [np.repeat(codings["coder"].iloc[0], together.nnz), names[together.row], names[together.col]],
        names=["coder", "code_1", "code_2"],
    )
    return pd.Series(together.data, index=index, dtype="int64")


def _related(pairs: pd.DataFrame, codes: pd.DataFrame) -> np.ndarray:
    parent = dict(zip(codes["code"], codes["parent"], strict=True))

    def ancestors(code: str) -> set[str]:
        above = parent.get(code)
        return {above, *ancestors(above)} if isinstance(above, str) else set()

    return np.array(
        [b in ancestors(a) or a in ancestors(b) for a, b in zip(pairs["code_1"], pairs["code_2"], strict=True)],
        bool,
    )
