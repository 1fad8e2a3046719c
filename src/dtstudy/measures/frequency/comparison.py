"""Which of two groups of documents gives a code more room: rates of documents, differences, re-labelling p-values."""

from typing import Literal

import numpy as np
import pandas as pd

from dtstudy.errors import InputError, near
from dtstudy.measures import multiplicity
from dtstudy.measures.frequency.counts import TOTALS, Counts, Unit, check, count, finish
from dtstudy.measures.frequency.relabelling import SLACK, relabel
from dtstudy.measures.units import EACH, UNION, spoken

TwoSided = Literal["abs", "doubled"]
RULES = {
    "abs": "the share of them with a difference at least as large, whichever its sign",
    "doubled": "twice the smaller tail",
}
FEW_DOCUMENTS = 10  # below, resampling documents says little: of three there are ten distinct resamples
RESAMPLES = 1_999
DEFINED = ["statistic", "by", "blocks", "unit", "coders"]
_RATES = {unit: (f"{unit}s", total, f"share of {unit}s") for unit, total in TOTALS.items()} | {
    "segment": ("segments", "n_words", "segments per 1,000 words")
}


def compare_groups(
    codings: pd.DataFrame,
    turns: pd.DataFrame,
    by: str = "group",
    blocks: str | None = None,
    unit: Unit = "word",
    coders: str = "consensus",
    codes: pd.DataFrame | None = None,
    reads: pd.DataFrame | None = None,
    first: str | None = None,
    two_sided: TwoSided = "abs",
    seed: int = 0,
) -> pd.DataFrame:
    """How far two groups lie apart on each code, and what re-labelling their documents says of it.

    Formula: difference = mean of the rates of `first` minus mean of those of `second`; ratio of summed counts over
    summed totals; p_abs = share of re-labellings with |difference| at least as large; p_doubled = twice the smaller
    one-sided share.

    The document (a focus group, an interview) is the unit: people in one conversation answer each other, so neither
    they nor their passages are independent, and tests on pooled passages are not offered. A p says how often the
    labels, dealt out again over the same documents, would part the rates as far; it reads as if the labels were
    exchangeable, though nobody drew them by lot. Frequency is not importance, and two groups may not have been
    asked the same.

    Parameters: `by` and `blocks` are attributes of documents, as columns of `turns`; with `blocks`, labels change
    places inside a block only. `unit`, `coders`, `codes` and `reads` as in `document_rates`. The difference is taken
    from the group `first`, by default the first in alphabetical order; where there are more than two groups, name it,
    and it is compared with all others. `two_sided` names the rule whose p is adjusted over the codes; `seed` serves
    the draws where there are any.

    Returns
    -------
    DataFrame, one row per coder and code, codes in the order of the codebook
        code, coder, level (with the codebook)
        first, second : the groups; every difference is first minus second
        documents, mean, min, max, each as `_first` and `_second` : of the documents' rates
        difference : of the means
        without_one_low, without_one_high : range of the difference as each document is left out in turn
        interval_low, interval_high : 95 % percentile interval, documents resampled within groups; NaN where there
            are fewer than ten, and too narrow for some time after (of eighteen, it holds the truth nine times in ten)
        ratio, log2_ratio : of the rates of each group's documents taken together; NaN where one is 0
        p_abs, p_doubled : two-sided p by the rule of that name, 0 to 1
        smallest_abs, smallest_doubled : the least p that the design can give
        p_holm, tests : p by `two_sided` adjusted over the codes of one coder, and their number
        arrangements, relabelling : re-labellings looked at; `exact` where these are all, else how they were drawn
        status : tested; no variation (all rates equal, p is 1); not used (all rates 0) and not testable (the design
            can give no p below 1), where p is NaN and not among the tests
        statistic, by, blocks, unit, coders, two_sided : the definition used

    Raises InputError for an unknown `by`, `blocks`, unit, coder, group or rule; where an attribute is missing from a
    document or differs inside one; where there is one group only, or more than two and no `first`.
    References: Fisher (1935), The Design of Experiments; Holm (1979), Scandinavian Journal of Statistics 6: 65;
    Phipson & Smyth (2010), Statistical Applications in Genetics and Molecular Biology 9: 39.

    >>> from dtstudy.measures.example import codings, turns
    >>> table = compare_groups(codings, turns, unit="turn", coders="first")
    >>> table[["code", "mean_first", "mean_second", "difference", "p_abs", "smallest_abs"]].round(2)
          code  mean_first  mean_second  difference  p_abs  smallest_abs
    0     food        0.33         0.25        0.08   1.00          0.33
    1   health        0.33         0.50       -0.17   0.33          0.33
    2  sharing        0.50         0.25        0.25   0.67          0.33
    """
    rates = document_rates(codings, turns, by, blocks, unit, coders, codes, reads)
    return compare(rates, first=first, two_sided=two_sided, seed=seed)


def document_rates(
    codings: pd.DataFrame,
    turns: pd.DataFrame,
    by: str = "group",
    blocks: str | None = None,
    unit: Unit = "word",
    coders: str = "consensus",
    codes: pd.DataFrame | None = None,
    reads: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """How much room each document gives each code: the points a comparison of groups stands on.

    Formula: rate = count / total in the document; for segments 1000 segments / words.

    Parameters: `by` and `blocks` as in `compare_groups`, `coders` and `codes` as in `code_frequency`. `unit` is
    what a rate counts: the share of the participants' words, turns or speakers with the code (0 to 1), `segment` for
    segments per 1,000 words, `document` for 1 where the code is given at all. With `reads`, a coder's documents
    are those the coder has read; without, all, and what was not read counts as not coded.

    Returns
    -------
    DataFrame, one row per coder, code (that any of these coders gives) and document
        coder, code, level (with the codebook), document, group, block (with `blocks`)
        count, total, rate : NaN where the total is 0
        statistic, by, blocks, unit, coders : the definition used

    Raises InputError as `compare_groups` does.

    Reference: none; the rates that `compare_groups` compares.

    >>> from dtstudy.measures.example import codings, turns
    >>> table = document_rates(codings, turns, unit="turn", coders="first")
    >>> table.query("code == 'sharing'")[["document", "group", "count", "total", "rate"]].round(2)
       document      group  count  total  rate
    8        G1  gardeners      2      3  0.67
    9        G2  gardeners      1      3  0.33
    10       V1   visitors      1      2  0.50
    11       V2   visitors      0      2  0.00
    """
    check(codings, unit, coders)
    design = design_of(turns, by, blocks)
    counts = count(codings, turns, by="document", coders=coders, codes=codes)
    return finish_rates(counts, design, unit=unit, coders=coders, codes=codes, reads=reads)


def design_of(turns: pd.DataFrame, by: str = "group", blocks: str | None = None) -> pd.DataFrame:
    """Group and block of each document in which a participant speaks: document, group, block, by, blocks."""
    said = spoken(turns)
    design = pd.DataFrame({"document": sorted(said["document"].unique())})
    for name, attribute in {"group": by, **({"block": blocks} if blocks else {})}.items():
        if attribute not in said:
            raise InputError(f"The turns have no column '{attribute}'; {near(attribute, turns.columns)}")
        values = said[attribute].astype("str").where(said[attribute].notna(), "").groupby(said["document"])
        for document, found in values.unique().items():
            if len(found) > 1 or not found[0]:
                raise InputError(
                    f"Document '{document}' has {'no' if len(found) == 1 else 'more than one'} '{attribute}'."
                    " Documents are compared, so it must be an attribute of documents; leave out those without it."
                )
        design[name] = design["document"].map(values.first())
    return design.assign(by=by, blocks=blocks or "none")


def finish_rates(
    counts: Counts,
    design: pd.DataFrame,
    unit: Unit = "word",
    coders: str = "consensus",
    codes: pd.DataFrame | None = None,
    reads: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The table of `document_rates` from counts by document, whether of one pass or added up, and their design."""
    counted, total, statistic = _RATES[unit]
    if total == "n_words" and counts.said["n_words"].isna().any():
        raise InputError(
            f"The turns have no offsets in words, so there is no rate by {unit}; take 'turn' or 'speaker'."
        )
    table = finish(counts, by="document", unit=unit, coders=coders, codes=codes)
    given = set(table["code"])
    if not given:
        raise InputError(
            "Nothing is coded in these documents by the coders taken, so there is no rate to compare. Take others."
        )
    order = sorted(given) if codes is None else [code for code in codes["code"] if code in given]
    names = reads["coder"] if coders == EACH and reads is not None else table["coder"]
    rows = pd.MultiIndex.from_product(
        [sorted(set(names)), order, design["document"]], names=["coder", "code", "document"]
    )
    rates = table.set_index(rows.names)[[counted]].reindex(rows, fill_value=0).reset_index()
    rates = rates.merge(design, on="document").rename(columns={counted: "count"})
    rates["total"] = rates["document"].map(table.groupby("document")[total].first())
    if reads is not None:
        reads = reads.assign(coder=UNION).drop_duplicates() if coders == UNION else reads
        rates = rates.merge(reads[["document", "coder"]])
    if rates.empty:
        raise InputError(
            f"None of these documents was read by '{coders}', so there is no rate to compare. Take others."
        )
    rates["rate"] = (1000 if unit == "segment" else 1) * rates["count"] / rates["total"].where(rates["total"] > 0)
    if codes is not None:
        rates["level"] = rates["code"].map(codes.set_index("code")["level"])
    about = ["coder", "code", *(["level"] if codes is not None else []), *design.columns.drop(["by", "blocks"])]
    return rates.assign(statistic=statistic, unit=unit, coders=coders)[[*about, "count", "total", "rate", *DEFINED]]


def compare(rates: pd.DataFrame, first: str | None = None, two_sided: TwoSided = "abs", seed: int = 0) -> pd.DataFrame:
    """The table of `compare_groups` from the frame of `document_rates`."""
    if two_sided not in RULES:
        raise InputError(f"The two-sided rule '{two_sided}' is unknown; {near(two_sided, RULES)}")
    first, second = _sides(rates, first)
    tables = []
    for _, own in rates.groupby("coder", sort=False):
        table = _of_one_coder(own, first, second, seed)
        p = table[f"p_{two_sided}"]
        tables.append(table.assign(p_holm=multiplicity.holm(p), tests=multiplicity.n_tests(p)))
    table = pd.concat(tables, ignore_index=True).assign(**rates.iloc[0][DEFINED], two_sided=two_sided)
    last = ["p_holm", "tests", "arrangements", "relabelling", "status", *DEFINED, "two_sided"]
    return table[[*table.columns.drop(last), *last]]


def definition(table: pd.DataFrame) -> str:
    """The definition a table of `compare_groups` was counted by, as a sentence."""
    row = table.iloc[0]
    exact = row["relabelling"] == "exact"
    dealt = f"{row['arrangements']:,} re-labellings of the documents"
    dealt += "" if row["blocks"] == "none" else f" inside each {row['blocks']}"
    dealt = f"of the {dealt}" if exact else f"of {dealt}, {row['relabelling']}"
    least = min(1, row["tests"] * row[f"smallest_{row['two_sided']}"])
    holm = f"Holm: over {row['tests']} codes, so that none can fall below {least:.2g}." if row["tests"] else ""
    return (
        f"Rate of a document: {row['statistic']}, participants only; coders: {row['coders']}. Difference: mean of"
        f" {row['first']} minus mean of {row['second']}, and its range with each document left out in turn; groups:"
        f" mean and range of their documents. p: {dealt}, {RULES[row['two_sided']]}; it reads as if the labels were"
        f" exchangeable. {holm or 'No code can be tested.'}"
    )


def _sides(rates: pd.DataFrame, first: str | None) -> tuple[str, str]:
    by, groups = rates["by"].iloc[0], sorted(rates["group"].unique())
    if len(groups) == 1:
        raise InputError(
            f"All documents have the {by} '{groups[0]}': there is nothing to compare them with. Name another by."
        )
    if first is not None and first not in groups:
        raise InputError(f"No document has the {by} '{first}'; {near(first, groups)}")
    if len(groups) > 2 and first is None:
        raise InputError(
            f"The documents have {len(groups)} values of '{by}' ({', '.join(groups)}), and a comparison has two sides."
            f" Name one, as in first='{groups[0]}', to compare it with all others, or leave documents out."
        )
    first = first or groups[0]
    return first, next(group for group in groups if group != first) if len(groups) == 2 else "others"


def _of_one_coder(rates: pd.DataFrame, first: str, second: str, seed: int) -> pd.DataFrame:
    """Effects, tests and status, one row per code."""
    codes = rates["code"].unique()
    by_document = rates.pivot(index="document", columns="code", values=["rate", "count", "total"])
    by_document = by_document.dropna()  # where no participant says a word there is no rate
    rate, counted, total = (by_document[value][codes] for value in ("rate", "count", "total"))
    design = rates.drop_duplicates("document").set_index("document").loc[rate.index]
    of_first = (design["group"] == first).to_numpy()
    about = ["code", "coder", *(["level"] if "level" in rates else [])]
    table = rates.drop_duplicates("code")[about].assign(first=first, second=second).reset_index(drop=True)
    pooled = []
    for side, chosen in (("first", of_first), ("second", ~of_first)):
        table[f"documents_{side}"] = chosen.sum()
        for rule in ("mean", "min", "max"):
            table[f"{rule}_{side}"] = rate[chosen].agg(rule).to_numpy()
        pooled.append((counted[chosen].sum() / total[chosen].sum()).to_numpy())
    table["difference"] = table["mean_first"] - table["mean_second"]
    table[["without_one_low", "without_one_high"]] = _without_one(rate.to_numpy(), of_first)
    table[["interval_low", "interval_high"]] = _resampled(rate.to_numpy(), of_first, seed)
    both = (pooled[0] > 0) & (pooled[1] > 0)
    table["ratio"] = np.divide(*pooled, where=both, out=np.full(len(codes), np.nan))
    table["log2_ratio"] = np.log2(table["ratio"])
    table = table.join(_tests(rate.to_numpy(), of_first, design, seed))
    varied = (rate.max() - rate.min() > SLACK * rate.max()).to_numpy()
    reasons = {
        "not testable": table["smallest_abs"] == 1,
        "not used": ~(rate > 0).any().to_numpy(),
        "no variation": ~varied,
    }
    table["status"] = np.select(list(reasons.values()), list(reasons), "tested")
    table.loc[table["status"].isin(["not testable", "not used"]), ["p_abs", "p_doubled"]] = np.nan
    return table


def _tests(rates: np.ndarray, of_first: np.ndarray, design: pd.DataFrame, seed: int) -> pd.DataFrame:
    columns = ["p_abs", "smallest_abs", "p_doubled", "smallest_doubled", "arrangements", "relabelling"]
    if of_first.all() or not of_first.any():  # this coder has read documents of one group only
        return pd.DataFrame([[np.nan, 1.0, np.nan, 1.0, 1, "exact"]] * rates.shape[1], columns=columns)
    return relabel(rates, of_first, design.get("block"), seed)[columns]


def _without_one(rates: np.ndarray, of_first: np.ndarray) -> np.ndarray:
    """Lowest and highest difference with one document left out, by code; NaN where a group has one document only."""
    if min(of_first.sum(), (~of_first).sum()) < 2:
        return np.full((rates.shape[1], 2), np.nan)
    kept = ~np.eye(len(rates), dtype=bool)
    first, second = ((kept & side) @ rates / (kept & side).sum(axis=1)[:, None] for side in (of_first, ~of_first))
    return np.column_stack([(first - second).min(axis=0), (first - second).max(axis=0)])


def _resampled(rates: np.ndarray, of_first: np.ndarray, seed: int) -> np.ndarray:
    """95 % percentile interval of the difference, documents drawn with replacement within groups, by code."""
    if len(rates) < FEW_DOCUMENTS or min(of_first.sum(), (~of_first).sum()) < 2:
        return np.full((rates.shape[1], 2), np.nan)
    rng = np.random.default_rng(seed)
    means = []
    for side in (rates[of_first], rates[~of_first]):
        drawn = rng.multinomial(len(side), np.full(len(side), 1 / len(side)), RESAMPLES)
        means.append(drawn @ side / len(side))
    return np.quantile(means[0] - means[1], [0.025, 0.975], axis=0).T
