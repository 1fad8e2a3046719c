"""The findings of a paper as statements that data could bear out or not, each with its statistic.

A row of `propositions.csv` names a statistic and what it is of. The statistics stand below; with few groups most of
them can show little, and the least p that the design allows stands beside every p. No p means that none is fit.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dtstudy.errors import InputError, near
from dtstudy.measures import cooccurrence, frequency
from dtstudy.measures.units import of_coders, spoken
from dtstudy.read import cells

COLUMNS = ("id", "claim", "statement", "statistic", "code", "other", "who", "by", "margin")
STATED, AGAINST, NEITHER, OPEN = "as stated", "the other way", "neither way", "left open"
DRAWS = 4999
ALPHA = 0.05  # only for the wording of the reading


@dataclass(frozen=True)
class Tables:
    """What a statistic may use: codings of one coder, participants' turns, the codebook."""

    codings: pd.DataFrame
    turns: pd.DataFrame
    codes: pd.DataFrame
    coders: str
    blocks: str | None
    seed: int


@dataclass(frozen=True)
class Finding:
    """What the data at hand say: the value in words, its direction, and p with the least the design allows."""

    value: str
    direction: str
    p: float = np.nan
    least_p: float = np.nan


STATISTICS: dict[str, Callable[[Tables, Any], Finding]] = {}


def statistic(name: str) -> Callable:
    """Make a function usable in propositions.csv under this name."""

    def register(function: Callable[[Tables, Any], Finding]) -> Callable[[Tables, Any], Finding]:
        STATISTICS[name] = function
        return function

    return register


def load(file: Path) -> pd.DataFrame:
    """The propositions: id, claim, statement, statistic, code, other, who, by, margin; all text.

    Raises InputError, with file and row, for a missing column or an unknown statistic.
    """
    table = cells.table(file)
    missing = [column for column in COLUMNS if column not in table]
    if missing:
        raise InputError(f"{file.name}: the columns {', '.join(missing)} are missing. Add them to its head line.")
    for number, name in enumerate(table["statistic"], 2):
        if name not in STATISTICS:
            raise InputError(f"{file.name}, line {number}: the statistic '{name}' is unknown; {near(name, STATISTICS)}")
    return table[list(COLUMNS)]


def weigh(
    propositions: pd.DataFrame,
    codings: pd.DataFrame,
    turns: pd.DataFrame,
    codes: pd.DataFrame,
    coders: str = "consensus",
    blocks: str | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """What these data say of each proposition.

    Returns
    -------
    DataFrame, one row per proposition: id, claim, statement, statistic
        value : what was counted, in words
        direction : as stated, the other way, neither way, or left open (a range that reaches beyond the margin, or
            nothing to count)
        p, least_p : 0 to 1, and the least that the design can give; missing where no test is fit
        reading : the sentence that would follow if the data were the study's
        coders, seed : the definition used

    Raises InputError for a code that is not in the codebook.
    """
    tables = Tables(codings, turns, codes, coders, blocks, seed)
    for row in propositions.itertuples():
        for code in filter(None, (row.code, row.other)):
            if code not in set(codes["code"]):
                raise InputError(f"propositions.csv, {row.id}: no code is '{code}'; {near(code, codes['code'])}")
    findings = [STATISTICS[row.statistic](tables, row) for row in propositions.itertuples()]
    table = propositions[["id", "claim", "statement", "statistic"]].assign(
        value=[found.value for found in findings],
        direction=[found.direction for found in findings],
        p=[found.p for found in findings],
        least_p=[found.least_p for found in findings],
    )
    return table.assign(reading=[_reading(found) for found in findings], coders=coders, seed=seed)


def _reading(found: Finding) -> str:
    heads = {
        STATED: "Were these data the study's, they would point the way the statement says",
        AGAINST: "Were these data the study's, they would point the other way",
        NEITHER: "Were these data the study's, they would point neither way",
        OPEN: "Even if these data were the study's, the question would stay open",
    }
    if np.isnan(found.p):
        return f"{heads[found.direction]}; no test is fit."
    if found.least_p > ALPHA:
        return f"{heads[found.direction]}; the design cannot give a p below {found.least_p:.3f}."
    if found.p > ALPHA:
        return f"{heads[found.direction]}, no further than chance often goes (p = {found.p:.3f})."
    return f"{heads[found.direction]}, with p = {found.p:.3f} (least possible {found.least_p:.4f})."


@statistic("foremost")
def _foremost(tables: Tables, row: Any) -> Finding:
    """Whether a category takes more of each document's words than any other; sign test against the runner-up."""
    from scipy.stats import binomtest

    rates = _category_rates(tables, row.who)
    mean = rates.mean().drop(row.code)
    runner_up = mean.idxmax()
    first = int((rates[row.code] > rates.drop(columns=row.code).max(axis="columns")).sum())
    ahead, behind = (int((sign * (rates[row.code] - rates[runner_up]) > 0).sum()) for sign in (1, -1))
    p = binomtest(ahead, ahead + behind).pvalue if ahead + behind else np.nan
    value = f"first in {first} of {len(rates)} documents; ahead of {runner_up} in {ahead}, behind in {behind}"
    return Finding(value, _direction(ahead - behind), p, min(1.0, 2 * 0.5 ** len(rates)))


@statistic("more")
def _more(tables: Tables, row: Any) -> Finding:
    """Whether one group gives a theme more room than the others; documents re-labelled, inside blocks if there are."""
    compared = frequency.compare_groups(
        tables.codings,
        tables.turns,
        by=row.by,
        blocks=tables.blocks,
        unit="word",
        coders=tables.coders,
        codes=tables.codes,
        first=row.who,
        seed=tables.seed,
    ).set_index("code")
    if row.code not in compared.index:
        return Finding("nobody gave the code", OPEN)
    own = compared.loc[row.code]
    value = f"{100 * own['mean_first']:.1f} % of words against {100 * own['mean_second']:.1f} %"
    return Finding(value, _direction(own["difference"]), own["p_abs"], own["smallest_abs"])


@statistic("present")
def _present(tables: Tables, row: Any) -> Finding:
    """In how many documents, and of how many people, a theme is heard; `margin` is the share of documents stated."""
    documents, people = _heard(tables, row.code, row.who)
    share = float(row.margin or 0.5)
    value = f"in {documents[0]} of {documents[1]} documents, from {people[0]} of {people[1]} people"
    return Finding(value, STATED if documents[0] >= share * documents[1] else AGAINST)


@statistic("both present")
def _both_present(tables: Tables, row: Any) -> Finding:
    """In how many documents two themes are both heard."""
    with_code, with_other = (set(_coded(tables, code, row.who)["document"]) for code in (row.code, row.other))
    total = _own(tables, row.who)["document"].nunique()
    both = len(with_code & with_other)
    return Finding(f"both in {both} of {total} documents", STATED if 2 * both >= total else AGAINST)


@statistic("together")
def _together(tables: Tables, row: Any) -> Finding:
    """Whether two themes meet on turns more often than their frequencies alone would have it."""
    pairs = cooccurrence.cooccurrence(
        tables.codings, tables.turns, unit="turn", coders=tables.coders, codes=tables.codes, seed=tables.seed
    )
    pair = pairs[(pairs["code_1"] == min(row.code, row.other)) & (pairs["code_2"] == max(row.code, row.other))]
    if pair.empty or np.isnan(pair["z"].iloc[0]):
        return Finding("too few turns with both codes", OPEN)
    own = pair.iloc[0]
    value = f"on {own['n12']} turns, {own['expected']:.1f} expected"
    return Finding(value, _direction(own["n12"] - own["expected"]), own["p"], 1 / (DRAWS + 1))


@statistic("grows with")
def _grows_with(tables: Tables, row: Any) -> Finding:
    """Whether a theme takes more of people's words the more of an attribute they have; permuted within documents."""
    turns = _own(tables, row.who)
    people = turns.drop_duplicates(["document", "participant"])[["document", "participant", row.by]]
    known = people.assign(amount=pd.to_numeric(people[row.by], errors="coerce")).dropna(subset="amount")
    if known["document"].nunique() == len(known) or known["amount"].nunique() < 2:
        return Finding(f"no two people of a document differ in {row.by}", OPEN)
    shares = frequency.code_frequency(
        tables.codings, turns, by="participant", unit="word", coders=tables.coders, codes=tables.codes
    )
    own = shares[shares["code"] == row.code].set_index("participant")["share"]
    known = known.assign(share=known["participant"].map(own).fillna(0.0))
    centred = known.groupby("document")[["amount", "share"]].transform(lambda values: values - values.mean())
    amounts, share = centred["amount"].to_numpy(), centred["share"].to_numpy()
    seen = float(amounts @ share)
    generator, drawn = np.random.default_rng(tables.seed), np.zeros(DRAWS)
    for people in known.reset_index(drop=True).groupby("document").indices.values():
        drawn += generator.permuted(np.tile(amounts[people], (DRAWS, 1)), axis=1) @ share[people]
    p = (1 + (np.abs(drawn) >= abs(seen) - 1e-12).sum()) / (DRAWS + 1)
    scale = np.sqrt((amounts**2).sum() * (share**2).sum())
    if not scale:
        return Finding("nobody gave the code", OPEN)
    value = f"correlation within documents {seen / scale:.2f}, {len(known)} people"
    return Finding(value, _direction(seen), p, 1 / (DRAWS + 1))


@statistic("central")
def _central(tables: Tables, row: Any) -> Finding:
    """Whether a category is tied to the others more strongly than any other, and stays so as each document goes."""
    categories = set(tables.codes["parent"].dropna()) - {""}

    def strongest(turns: pd.DataFrame) -> str:
        kept = tables.codings[tables.codings["document"].isin(turns["document"])]
        pairs = cooccurrence.cooccurrence(
            kept, turns, unit="turn", coders=tables.coders, codes=tables.codes, replicates=0
        )
        pairs = pairs[pairs["code_1"].isin(categories) & pairs["code_2"].isin(categories)]
        weights = pairs["npmi"].clip(lower=0).fillna(0.0)
        ends = pd.concat([weights.groupby(pairs["code_1"]).sum(), weights.groupby(pairs["code_2"]).sum()])
        strength = ends.groupby(level=0).sum().sort_index()
        return strength.idxmax() if len(strength) else ""

    documents = sorted(tables.turns["document"].unique())
    whole = strongest(tables.turns)
    left = sum(strongest(tables.turns[tables.turns["document"] != document]) == row.code for document in documents)
    value = f"strongest is {whole}; {row.code} in {left} of {len(documents)} with one document left out"
    return Finding(value, STATED if whole == row.code else AGAINST)


@statistic("no difference")
def _no_difference(tables: Tables, row: Any) -> Finding:
    """Whether two groups lie within a margin of each other; a p that is not small would not show that.

    `margin` is in percentage points of the words. The range is that of the difference as each document is left out,
    or, from ten documents on, the 95 % interval of resampled documents, whichever reaches further.
    """
    turns = tables.turns[tables.turns[row.by].fillna("") != ""]
    codings = tables.codings[tables.codings["document"].isin(turns["document"])]
    compared = frequency.compare_groups(
        codings, turns, by=row.by, unit="word", coders=tables.coders, codes=tables.codes, seed=tables.seed
    ).set_index("code")
    if row.code not in compared.index:
        return Finding("nobody gave the code", OPEN)
    own = compared.loc[row.code]
    ends = [own[name] for name in ("without_one_low", "without_one_high", "interval_low", "interval_high")]
    low, high = 100 * np.nanmin(ends), 100 * np.nanmax(ends)
    margin = float(row.margin)
    value = f"{100 * own['difference']:+.1f} points of words, range {low:+.1f} to {high:+.1f}, margin {margin:g}"
    return Finding(value, STATED if -margin < low and high < margin else OPEN)


def _direction(difference: float) -> str:
    return STATED if difference > 0 else AGAINST if difference < 0 else NEITHER


def _own(tables: Tables, who: str) -> pd.DataFrame:
    """The participants' turns, of everybody or of one group."""
    turns = spoken(tables.turns)
    return turns if not who else turns[turns["group"] == who]


def _category_rates(tables: Tables, who: str) -> pd.DataFrame:
    """Documents by categories: the share of the participants' words."""
    categories = set(tables.codes["parent"].dropna()) - {""}
    shares = frequency.code_frequency(
        tables.codings, _own(tables, who), by="document", unit="word", coders=tables.coders, codes=tables.codes
    )
    table = shares[shares["code"].isin(categories)].pivot(index="document", columns="code", values="share")
    return table.reindex(columns=sorted(categories), fill_value=0.0).fillna(0.0)


def _coded(tables: Tables, code: str, who: str) -> pd.DataFrame:
    """The passages with a code, or with a code under it, in the documents of a group."""
    chosen = of_coders(tables.codings, tables.coders, tables.codes)
    return chosen[(chosen["code"] == code) & chosen["document"].isin(_own(tables, who)["document"])]


def _heard(tables: Tables, code: str, who: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """Documents and people with a code, each with all of them."""
    counted = frequency.code_frequency(
        tables.codings, _own(tables, who), coders=tables.coders, codes=tables.codes
    ).set_index("code")
    own = counted.loc[code] if code in counted.index else None
    totals = counted.iloc[0]
    documents, people = (0, 0) if own is None else (int(own["documents"]), int(own["speakers"]))
    return (documents, int(totals["n_documents"])), (people, int(totals["n_speakers"]))
