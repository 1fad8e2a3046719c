"""The table of pairs: counts, coefficients of the two-by-two table, and what would be expected."""

import numpy as np
import pandas as pd

from dtstudy.errors import InputError
from dtstudy.measures.cooccurrence import coded, kernel
from dtstudy.measures.cooccurrence.counts import Counts, Unit, count
from dtstudy.measures.cooccurrence.expectation import LEAST_EXPECTED, passages_of, tested
from dtstudy.measures.multiplicity import n_tests
from dtstudy.measures.units import EACH

LEAST_UNITS = 5  # below this number of units with a code, counts stand alone
REPLICATES = 4999


def cooccurrence(
    codings: pd.DataFrame,
    turns: pd.DataFrame,
    unit: Unit = "turn",
    window: int = 1,
    coders: str = "consensus",
    codes: pd.DataFrame | None = None,
    seed: int = 0,
    replicates: int = REPLICATES,
    expected: bool = True,
) -> pd.DataFrame:
    """On how many units two codes are both given, how many would be expected, and the coefficients of the pair.

    Formula: with n units: jaccard = n12 / (n1 + n2 - n12); lift = n12 n / (n1 n2); npmi = log2(lift) / -log2(n12 / n);
    phi and g2 as in `coefficients`; expected = mean of n12 under re-labelling, for turns the sum over documents of n1
    n2 / n in each; z = (n12 - expected) / standard deviation.

    Parameters: `unit` is a turn, a `window` of that many turns either side, everything a speaker says in a
    document, a document, or a shared character (`overlap`); `coders` a coder's name, `each` or `union`; with the
    codebook `codes`, a category stands wherever one of its concepts does, and pairs of a code and its ancestor are
    left out, since they meet by construction; `seed` and number of the random re-labellings, of which 0 means none;
    without `expected` counts and coefficients alone, which over an archive takes seconds, not minutes.
    A co-occurrence is a place to read, not a relationship.

    What is expected. Each code keeps its number of turns in each document, and which turns of the participants they
    are is drawn anew, all alike: mean and variance of n12 under that are exact. Turns count alike however long they
    are, and stretches of a code, or a passage over several turns, are drawn turn by turn, so that z is bold where codes
    come in stretches, above all in windows. For `document` nothing can move, so there is no z. For `overlap` the
    passages stay and swap their codes within the document, codes of one depth of the codebook's tree among themselves;
    expected, z and p are then of `overlapping_pairs`, since characters are no independent judgements (for which reason
    there is no g2 either). Where a coder never gives a code twice to one place and there are few codes, that expects a
    little too little. The re-labellings take seconds for a study and minutes for an archive of 100,000 codings.

    Returns
    -------
    DataFrame, one row per pair of codes (and coder), sorted
        code_1, code_2, coder
        n_units : units in all; for overlap characters of participants' turns
        n1, n2, n12 : units with the first, the second, both (n12 <= min(n1, n2))
        overlapping_pairs : only for overlap: pairs of passages, one with each code, that share a character
        jaccard (ATLAS.ti's c, 0 to 1), lift (1 = as by chance in all units), npmi (-1 to 1), phi (-1 to 1), g2 (0 or
            more) : NaN where a code has fewer than five units (for overlap: passages), or where not defined
        expected, z : mean of n12 under re-labelling within documents, and the distance from it in standard deviations
        p : two-sided, 0 to 1: the chance of a count at least as far from the expected one
        q : p adjusted for the number of pairs tested by the coder (Benjamini and Hochberg)
        test : where p comes from: `normal` (from z), or the re-labellings, where a cell is expected below five
        unit, coders : the definition used

    Raises InputError for an unknown unit or coder, or for a window, seed or number of replicates below its least.
    References: Church & Hanks (1990), Computational Linguistics 16: 22; Dunning (1993), ibid. 19: 61; Bouma
    (2009), GSCL; for the null see `relabelling`.

    >>> from dtstudy.measures.example import codings, turns
    >>> cooccurrence(codings, turns, coders="second", replicates=0)[["code_1", "code_2", "n1", "n2", "n12", "n_units"]]
       code_1   code_2  n1  n2  n12  n_units
    0    food   health   2   6    1       10
    1    food  sharing   2   3    1       10
    2  health  sharing   6   3    0       10
    """
    how = {"unit": unit, "window": window, "coders": coders, "codes": codes}
    return finish(count(codings, turns, **how), **how, seed=seed, replicates=replicates, expected=expected)


def overlapping_pairs(
    codings: pd.DataFrame,
    turns: pd.DataFrame | None = None,
    coders: str = "consensus",
    codes: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """How many pairs of passages, one with each code and in one document, share a character.

    Formula: the number of pairs of passages (i with one code, j with the other) with max(starts) < min(ends).

    This is the count of QualCoder's co-occurrence report, which pools the coders: `coders="pooled"` does so, and
    then two coders on one passage count four times. Other `coders`, and `codes`, as in `cooccurrence`. With `turns`
    only characters of participants' turns are shared. A pair of passages is no unit: the number may exceed that of
    either code's passages, so no coefficient is made of it.

    Returns
    -------
    DataFrame, one row per pair of codes (and coder), sorted
        code_1, code_2, coder
        segments_1, segments_2 : passages with each code
        overlapping_pairs
        coders : the definition used

    Source: QualCoder's report of code co-occurrence.

    Examples
    --------
    >>> spans = {"document": "D", "start": [0, 5, 8], "end": [9, 8, 9], "code": ["a", "b", "b"], "coder": "first"}
    >>> overlapping_pairs(pd.DataFrame(spans), coders="first")["overlapping_pairs"].tolist()
    [2]
    """
    said = None if turns is None else coded.talk(turns)
    documents = pd.Index(codings["document"].unique()) if said is None else said.documents
    pooled = coders == "pooled"
    found = coded.coded(
        codings.assign(coder=coders) if pooled else codings, documents, EACH if pooled else coders, codes
    )
    found = found if said is None else coded.among_participants(found, said)
    tables = [pd.DataFrame({name: pd.Series(dtype="str") for name in ("code_1", "code_2", "coder")})]
    for coder, spans in zip(found.coders, coded.passages(found), strict=True):
        n = np.bincount(spans[-1], minlength=len(found.names))
        pairs = kernel.overlaps(*spans, len(found.names))
        one, other = np.nonzero(np.triu(~coded.lines(found.parent) & (np.outer(n, n) > 0)))
        names = {"code_1": found.names[one], "code_2": found.names[other], "coder": coder}
        counts = {"segments_1": n[one], "segments_2": n[other], "overlapping_pairs": pairs[one, other]}
        tables.append(pd.DataFrame({**names, **counts}))
    counts = ["segments_1", "segments_2", "overlapping_pairs"]
    table = pd.concat(tables, ignore_index=True).reindex(columns=["code_1", "code_2", "coder", *counts])
    return table.astype(dict.fromkeys(counts, "int64")).assign(coders=coders)


def definition(pairs: pd.DataFrame) -> str:
    """The definition a table of `cooccurrence` was counted by, in a few sentences."""
    if pairs.empty:
        return "No two codes were counted."
    unit, coders = pairs["unit"].iloc[0], pairs["coders"].iloc[0]
    overlap = "overlapping_pairs" in pairs
    least = f"{LEAST_UNITS} {'passages' if overlap else 'units'} or more"
    said = [f"Unit: {unit}; coders: {coders}.", f"Coefficients where both codes have {least}."]
    tests = {coder: n_tests(own) for coder, own in pairs.groupby("coder")["p"]}
    if any(tests.values()):
        said.append(
            "Expected and z are exact, of the pairs of passages that overlap when passages swap their codes within"
            " their document."
            if overlap
            else "Expected and z are exact, for codes whose turns are drawn anew within their document."
        )
        if unit.startswith("window"):
            said.append("Codes that come in stretches meet in windows more often than that expects.")
        drawn = [test for test in pairs["test"].unique() if test not in ("", "normal")]
        few = f"{'are' if overlap else 'a cell is'} expected below {LEAST_EXPECTED}"
        where = f"by {drawn[0]}, where {'pairs ' * overlap}{few}, else from z" if drawn else "from z"
        family = ", ".join(f"{m} pairs" + f" ({coder})" * (len(tests) > 1) for coder, m in tests.items())
        said.append(f"p is two-sided, {where}; q: Benjamini and Hochberg over {family}.")
    elif unit == "document":
        said.append("No z: a re-labelling within documents leaves documents as they are.")
    return " ".join(said)


def finish(
    counts: Counts,
    unit: Unit = "turn",
    window: int = 1,
    coders: str = "consensus",
    codes: pd.DataFrame | None = None,
    seed: int = 0,
    replicates: int = REPLICATES,
    expected: bool = True,
) -> pd.DataFrame:
    """The table of `cooccurrence` from counts, whether of one pass or added up.

    Pairs that never meet have a row too.
    """
    if seed < 0 or replicates < 0:
        raise InputError(f"The seed is {seed} and the replicates are {replicates}; neither may be below 0.")
    coder_names = counts.met.index.unique(level="coder")
    tables = [_of_coder(counts, coder, unit, window, codes, seed, replicates, expected) for coder in coder_names]
    table = pd.concat(tables, ignore_index=True) if tables else _no_pairs(unit)
    label = f"window of {window} turn{'s' * (window > 1)} either side" if unit == "window" else unit
    return table.assign(unit=label, coders=coders).astype({"test": "str"})


def coefficients(n1: pd.Series, n2: pd.Series, n12: pd.Series, n: pd.Series) -> pd.DataFrame:
    """Jaccard, lift, NPMI, phi and G2, from units with each code, units with both, and all units.

    Formula: jaccard = n12 / (n1 + n2 - n12); lift = n12 n / (n1 n2); npmi = log2(lift) / -log2(n12 / n); phi = (n12 n -
    n1 n2) / sqrt(n1 n2 (n - n1) (n - n2)); g2 = 2 sum of seen ln(seen / expected) over the four cells.

    Reference: Church & Hanks (1990), Computational Linguistics 16: 22; Dunning (1993), ibid. 19: 61; Bouma (2009),
    GSCL.

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


def _of_coder(
    counts: Counts,
    coder: str,
    unit: Unit,
    window: int,
    codes: pd.DataFrame | None,
    seed: int,
    replicates: int,
    expected: bool,
) -> pd.DataFrame:
    """The rows of one coder."""
    met = counts.met.xs(coder, level="coder")
    names = pd.Index(met.index.unique(level="code_1").sort_values())
    one, other = (names.get_indexer(met.index.get_level_values(level)) for level in ("code_1", "code_2"))
    shared = {name: np.zeros((len(names), len(names)), "int64") for name in met}
    for name, matrix in shared.items():
        matrix[one, other] = matrix[other, one] = met[name]
    related, depth = coded.kinship(names, codes)
    one, other = np.nonzero(np.triu(~related))
    units = np.diag(shared["n12"])
    table = pd.DataFrame({"code_1": names[one], "code_2": names[other], "coder": coder, "n_units": counts.n_units})
    table = table.assign(
        n1=units[one], n2=units[other], **{name: matrix[one, other] for name, matrix in shared.items()}
    )
    values = coefficients(*(table[name] for name in ("n1", "n2", "n12", "n_units")))
    if unit == "overlap":
        values["g2"] = np.nan
        units = passages_of(counts, coder, names)
    few = (units[one] < LEAST_UNITS) | (units[other] < LEAST_UNITS)
    values[few] = np.nan
    found = tested(table, ~few & expected, counts, names, depth, unit, window, seed, replicates)
    return pd.concat([table, values, found], axis="columns")


def _no_pairs(unit: Unit) -> pd.DataFrame:
    """A table without rows."""
    names = ("code_1", "code_2", "coder", "test")
    counts = ("n_units", "n1", "n2", "n12", *(("overlapping_pairs",) if unit == "overlap" else ()))
    columns = [*names[:3], *counts, "jaccard", "lift", "npmi", "phi", "g2", "expected", "z", "p", "q", "test"]
    types = dict.fromkeys(names, "str") | dict.fromkeys(counts, "int64")
    return pd.DataFrame({name: pd.Series(dtype=types.get(name, "float64")) for name in columns})
