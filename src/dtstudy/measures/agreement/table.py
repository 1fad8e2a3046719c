"""How far coders agree, code by code: coefficients on one unit, with intervals over units and over documents."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dtstudy.measures.agreement.judgements import Counts, Unit, count
from dtstudy.measures.agreement.resampling import FEW_DOCUMENTS, draw_documents, draw_units, interval
from dtstudy.measures.agreement.sums import Sums, over, patterns_of_units, sums_by_document

POOLED = "all codes"
_BLOCK = 4_000_000  # replicates times patterns, or documents, held at once


def agreement_table(
    codings: pd.DataFrame,
    reads: pd.DataFrame,
    turns: pd.DataFrame,
    unit: Unit = "turn",
    replicates: int = 1000,
    seed: int = 0,
    codes: pd.DataFrame | None = None,
    coders: Sequence[str] | None = None,
    strata: str | None = None,
) -> pd.DataFrame:
    """How far coders who worked apart agree on where each code is given, by code and pooled.

    Formula: percent = agreeing pairs of coders / pairs, mean over units; kappa = (po - pe) / (1 - pe), pe = pa pb + (1
    - pa)(1 - pb) of the coders' prevalences; alpha = 1 - Do / De; AC1 = (po - pe) / (1 - pe), pe = 2 q (1 - q) with the
    mean prevalence q. `all codes` takes the means of po and of pe over the codes first.

    A unit is judged by a coder who read its document (`reads`); leaving it without the code is a judgement too.
    Facilitators' turns are outside. The consensus is never a coder. With the codebook, all its codes have a row, in
    its order, and a category is given wherever it or a code under it is.

    Parameters: `unit` is a turn, a document, a word or a character; `coders` are those to compare, or all who read;
    `replicates` of the bootstrap (0: none) and their `seed`; `strata`, a column of turns such as group: documents
    are then drawn within it.

    Returns
    -------
    DataFrame, one row per code, and a first row `all codes`
        code, level (of the codebook), coders, unit
        n_documents : that two coders or more read
        n_units, n_pairable : judged by one coder or more, by two or more
        prevalence_<coder> : 0 to 1, share of the pairable units the coder read that have the code
        percent : 0 to 1, pairs of coders that agree, mean over pairable units
        kappa : Cohen's, -1 to 1; NaN for more than two coders
        alpha : Krippendorff's nominal, up to 1
        ac1 : Gwet's with the two categories given and not given, up to 1
        status : empty, or why a coefficient is missing or must not be read alone
        alpha_units_low, alpha_units_high : 95 % bootstrap over units; NaN for words and characters, which are no
            separate judgements
        alpha_documents_low, alpha_documents_high : 95 % bootstrap over documents
        alpha_left_out_low, alpha_left_out_high : least and greatest alpha with one document left out
        low, high, uncertainty : the range to read, and which it is: with fewer than ten documents the range with
            one left out, and the bootstrap over them is descriptive
        replicates, seed

    `no variation`: nobody, or everybody, gave the code throughout; kappa and alpha are NaN and AC1 is 1. `constant
    coder`: one gave it nowhere or everywhere, and kappa is 0 whatever the agreement. `all codes` pools the codes
    that somebody gave and that have none under them, each on every unit: agreement and chance agreement are
    averaged before they are compared, which is not the mean of the coefficients (De Vries et al. 2008, Field
    Methods 20: 272).

    Raises InputError for an unknown unit or coder, for the consensus, and for fewer than two coders.
    References: Cohen (1960); Krippendorff (2011); Gwet (2008); Zapf et al. (2016), BMC Medical Research Methodology
    16: 93, on the bootstrap.

    >>> from dtstudy.measures.example import codings, reads, turns
    >>> agreement_table(codings, reads, turns, replicates=0)[["code", "n_pairable", "percent", "kappa", "ac1"]].round(2)
            code  n_pairable  percent  kappa   ac1
    0  all codes          10     0.87   0.71  0.76
    1       food          10     0.90   0.74  0.84
    2     health          10     0.80   0.62  0.60
    3    sharing          10     0.90   0.78  0.82
    """
    counts = count(codings, reads, turns, unit=unit, codes=codes, coders=coders, strata=strata)
    return finish(counts, unit=unit, replicates=replicates, seed=seed, codes=codes)


def definition(table: pd.DataFrame) -> str:
    """The definition a table of `agreement_table` was counted by, as a sentence."""
    row = table.iloc[0]
    return (
        f"Unit: {row['unit']}, judged by a coder who read its document; coders: {row['coders']}, before discussion. "
        f"Alpha: Krippendorff, nominal, code given or not given. Range: {row['uncertainty']}. A category is given "
        "where a code under it is; all codes: agreement and chance averaged over codes in use."
    )


def finish(
    counts: Counts,
    unit: Unit = "turn",
    replicates: int = 1000,
    seed: int = 0,
    codes: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The table of `agreement_table` from counts, whether of one pass or added up."""
    names = sorted(set(counts.given["code"])) if codes is None else list(codes["code"])
    sums = sums_by_document(counts, names)
    pool = _pool(names, sums, codes)
    once = np.ones((1, sums.paired.sum()))
    varies = (sums.disagreement(once)[1] @ pool.T)[0] > 0
    percent = _in_rows(pool, sums.percent())

    table = pd.DataFrame({"code": [POOLED, *names]})
    table["level"] = None if codes is None else [POOLED, *codes["level"]]
    table = table.assign(coders=", ".join(counts.coders), unit=unit, n_documents=int(sums.paired.sum()))
    table = table.assign(n_units=int(sums.units.sum()), n_pairable=int(sums.units[sums.paired].sum()))
    for coder, shares in zip(counts.coders, sums.prevalence(), strict=True):
        table[f"prevalence_{coder}"] = _in_rows(pool, shares)
    table["percent"] = percent
    table["kappa"] = np.where(varies, _beyond_chance(percent, _in_rows(pool, sums.chance_of_kappa())), np.nan)
    table["alpha"] = _alpha(sums.disagreement(once), pool)[0]
    table["ac1"] = _beyond_chance(percent, _in_rows(pool, sums.chance_of_ac1()))

    draws_of_units = replicates if unit in ("turn", "document") else 0
    ranges = {
        "units": _over_units(counts, names, pool, draws_of_units, seed),
        "documents": _over_documents(sums, pool, replicates, seed),
        "left_out": _one_left_out(sums, pool),
    }
    table["status"] = _status(table, counts.coders, varies, ranges, replicates)
    for name, (low, high) in ranges.items():
        table[f"alpha_{name}_low"], table[f"alpha_{name}_high"] = low, high
    main, uncertainty = _main_range(int(sums.paired.sum()))
    table["low"], table["high"] = ranges[main]
    return table.assign(uncertainty=uncertainty, replicates=replicates, seed=seed)


def _pool(names: list[str], sums: Sums, codes: pd.DataFrame | None) -> np.ndarray:
    """What each row is made of (rows, codes): the mean of codes in use with none under them, then each code."""
    above = [] if codes is None else codes["parent"].dropna().tolist()
    used = (sums.given.sum(axis=(0, 2)) > 0) & ~np.isin(names, above)
    return np.vstack([used / max(1, used.sum()), np.eye(len(names))])


def _in_rows(pool: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Values of codes as those of rows, NaN for a pool of nothing."""
    return np.where(pool.any(axis=1), pool @ values, np.nan)


def _alpha(disagreement: tuple[np.ndarray, np.ndarray], pool: np.ndarray) -> np.ndarray:
    """Alpha of each row (replicates, rows), from disagreement observed and expected (replicates, codes)."""
    observed, expected = (part @ pool.T for part in disagreement)
    return 1 - over(observed, np.where(expected > 0, expected, np.nan))


def _beyond_chance(observed: np.ndarray, chance: np.ndarray) -> np.ndarray:
    return over(observed - chance, 1 - chance)


def _over_units(counts: Counts, names: list[str], pool: np.ndarray, replicates: int, seed: int) -> np.ndarray:
    """Interval of alpha (2, rows) with units drawn again, each with all its codes."""
    if not replicates:
        return _intervals([], len(pool))
    patterns, random = patterns_of_units(counts, names), np.random.default_rng(seed)
    draws = (draw_units(patterns.units, size, random) for size in _blocks(replicates, len(patterns.units)))
    return _intervals([_alpha(patterns.disagreement(drawn), pool) for drawn in draws], len(pool))


def _over_documents(sums: Sums, pool: np.ndarray, replicates: int, seed: int) -> np.ndarray:
    """Interval of alpha (2, rows) with documents drawn again; none for a single document."""
    strata, random = sums.stratum[sums.paired], np.random.default_rng(seed)
    if len(strata) < 2 or not replicates:
        return _intervals([], len(pool))
    draws = (draw_documents(strata, size, random) for size in _blocks(replicates, len(strata)))
    return _intervals([_alpha(sums.disagreement(drawn), pool) for drawn in draws], len(pool))


def _one_left_out(sums: Sums, pool: np.ndarray) -> np.ndarray:
    """Least and greatest alpha (2, rows) with one document left out; NaN where one of them is not defined."""
    if sums.paired.sum() < 2:
        return _intervals([], len(pool))
    alphas = _alpha(sums.disagreement_without_each(), pool)
    return np.array([alphas.min(axis=0), alphas.max(axis=0)])


def _blocks(replicates: int, width: int) -> list[int]:
    """Replicates in portions that fit into memory, given how wide each is."""
    step = max(1, _BLOCK // max(1, width))
    return [min(step, replicates - done) for done in range(0, replicates, step)]


def _intervals(drawn: list[np.ndarray], rows: int) -> np.ndarray:
    return np.array([interval(own) for own in np.vstack(drawn).T]).T if drawn else np.full((2, rows), np.nan)


def _status(
    table: pd.DataFrame, coders: tuple[str, ...], varies: np.ndarray, ranges: dict[str, np.ndarray], replicates: int
) -> list[str]:
    """What a reader must know of a row: empty, or notes joined by semicolons."""
    judged, several = table["n_pairable"].to_numpy() > 0, varies & (table["n_documents"].to_numpy() > 1)
    prevalence = table[[f"prevalence_{coder}" for coder in coders]].to_numpy()
    constant = ((prevalence == 0) | (prevalence == 1)) & varies[:, None]
    one_document = several & np.isnan(ranges["left_out"][0])
    undrawn = several & ~one_document & np.isnan(ranges["documents"][0]) & (replicates > 0)
    notes = [
        (~judged, "not judged by two coders"),
        (judged & ~varies, "no variation"),
        *((constant[:, place], f"constant coder: {coder}") for place, coder in enumerate(coders)),
        (one_document, "varies in one document only"),
        (undrawn, "varies in too few documents to draw them again"),
        (varies & (len(coders) != 2), "kappa is for two coders"),
    ]
    return ["; ".join(note for rows, note in notes if rows[row]) for row in range(len(table))]


def _main_range(n_documents: int) -> tuple[str, str]:
    """Which range is to be read, and what to call it."""
    if n_documents < 2:
        return "left_out", "none over documents, since two coders read fewer than two"
    if n_documents < FEW_DOCUMENTS:
        return "left_out", f"one of {n_documents} documents left out (a bootstrap over so few is descriptive)"
    return "documents", f"95 % bootstrap over {n_documents} documents"
