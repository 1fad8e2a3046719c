"""What other programs would print for the same codings, so that a reader can match a figure and see why it differs.

Each takes the codings of two coders as they stand and the documents, and knows nothing of who read what: a passage
left uncoded counts as judged by both, and facilitators' turns are text like any other.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from dtstudy.errors import InputError, near
from dtstudy.measures.agreement.coefficients import binary_kappa
from dtstudy.measures.agreement.judgements import CONSENSUS, layers


def as_nvivo(codings: pd.DataFrame, documents: pd.DataFrame, coders: Sequence[str] | None = None) -> pd.DataFrame:
    """NVivo's coding comparison: percentage agreement and kappa of each code on each document, in characters.

    Formula: percent = 100 (both + neither) / characters; kappa = (po - pe) / (1 - pe) of the same characters, as in
    `cohen_kappa`.

    How it differs from `agreement_table(unit="character")`: each document stands alone and nothing is pooled, so a
    mean of its kappas is a mean of documents of any length; every character of the document counts, the
    facilitators' too, read or not; and where the coders agree throughout, if only because neither gave the code,
    kappa is 1 where ours is NaN. Its kappa is otherwise Cohen's. Both are moved by long uncoded stretches.

    Returns
    -------
    DataFrame, one row per code and document
        code, document, characters, both, only_<coder> (twice), neither : characters
        percent : 0 to 100
        kappa : -1 to 1
        coders, unit

    Reference: QSR, NVivo help, Run a Coding Comparison query. Its example: of 1,000 characters 50 coded by both, 150
    by one, 800 by neither give 85 %.

    >>> from dtstudy.measures.example import codings, documents
    >>> table = as_nvivo(codings, documents).query("code == 'food'")
    >>> table[["document", "both", "only_first", "percent", "kappa"]].round(2)
      document  both  only_first  percent  kappa
    0       G1    41           0   100.00    1.0
    1       G2    33           0   100.00    1.0
    2       V1     0          30    41.18    0.0
    3       V2     0           0   100.00    1.0
    """
    first, second = _two(codings, coders)
    runs = _runs(codings, documents, (first, second))
    grid = pd.MultiIndex.from_product(
        [sorted(set(runs["code"])), sorted(documents["document"])], names=["code", "document"]
    )
    size = documents.set_index("document")["text"].str.len()
    table = pd.DataFrame(index=grid).reset_index()
    table["characters"] = table["document"].map(size).astype("int64")
    for column, rows in {
        "both": (runs[0] > 0) & (runs[1] > 0),
        f"only_{first}": (runs[0] > 0) & (runs[1] == 0),
        f"only_{second}": (runs[0] == 0) & (runs[1] > 0),
    }.items():
        covered = runs[rows].groupby(["code", "document"])["size"].sum().reindex(grid, fill_value=0)
        table[column] = covered.to_numpy()
    coded = table[["both", f"only_{first}", f"only_{second}"]].sum(axis="columns")
    table["neither"] = table["characters"] - coded
    alone = table[f"only_{first}"] + table[f"only_{second}"]
    table["percent"] = 100 * (1 - alone / table["characters"])
    kappa = binary_kappa(
        *(
            values.to_numpy()
            for values in (
                table["characters"],
                table["both"] + table[f"only_{first}"],
                table["both"] + table[f"only_{second}"],
                table["both"],
            )
        )
    )
    table["kappa"] = np.where(alone == 0, 1.0, kappa)
    return table.assign(coders=f"{first}, {second}", unit="character of a document")


def as_maxqda(
    codings: pd.DataFrame,
    documents: pd.DataFrame,
    coders: Sequence[str] | None = None,
    level: Literal["document", "segment"] = "segment",
    overlap: float = 0.9,
) -> pd.DataFrame:
    """MAXQDA's intercoder agreement: codes existing in a document, or segments that find their like.

    Formula: percent = 100 agreements / (agreements + disagreements); kappa = (p - c) / (1 - c), with p that share and c
    = 1 / codes (segments) or 1/2 (documents).

    At the level `document` a code agrees where both coders gave it somewhere in the document or neither did; at the
    level `segment` every segment of either coder is looked up at the other, and agrees if one with the same code
    shares at least `overlap` of the characters that the two cover together.

    How it differs from `agreement_table`: what nobody coded is no judgement at the level `segment`, so the figures
    lean on what was coded; one segment found twice counts twice, once from either side; and chance is not taken
    from how often coders use a code but is one over the number of categories, after Brennan & Prediger (1981),
    Educational and Psychological Measurement 41: 687: 1/2 for a code that exists or not, 1/number of codes for
    segments. That is the program's rule for coders who give as many codes; others of its rules are not followed.

    Returns
    -------
    DataFrame, one row per code, and a last row `all codes`
        code, agreements, disagreements (documents or segments)
        percent : 0 to 100
        chance : 0 to 1
        kappa : up to 1; NaN where chance is 1
        coders, unit

    Raises InputError for an unknown level or an overlap outside 0 to 1.
    Reference: VERBI, MAXQDA manual, Intercoder Agreement.

    >>> from dtstudy.measures.example import codings, documents
    >>> as_maxqda(codings, documents)[["code", "agreements", "disagreements", "percent", "kappa"]].round(2)
            code  agreements  disagreements  percent  kappa
    0       food           4              1    80.00   0.70
    1     health           8              2    80.00   0.70
    2    sharing           6              1    85.71   0.79
    3  all codes          18              4    81.82   0.73
    """
    if level not in ("document", "segment"):
        raise InputError(f"The level '{level}' is unknown; {near(level, ('document', 'segment'))}")
    if not 0 < overlap <= 1:
        raise InputError(f"The overlap is a share of characters above 0 and up to 1, not {overlap}.")
    pair = _two(codings, coders)
    chosen = codings[codings["coder"].isin(pair)].reset_index(drop=True)
    names = sorted(set(chosen["code"]))
    if level == "document":
        gave = chosen.drop_duplicates(["code", "document", "coder"]).groupby(["code", "document"]).size()
        against = gave[gave == 1].groupby("code").size().reindex(names, fill_value=0)
        of = pd.Series(len(documents), index=names)
    else:
        found = _finds_its_like(chosen, overlap)
        against = (~found).groupby(chosen["code"]).sum().reindex(names)
        of = chosen.groupby("code").size().reindex(names)
    table = pd.DataFrame({"code": names, "agreements": (of - against).to_numpy(), "disagreements": against.to_numpy()})
    total = pd.DataFrame([{"code": "all codes", **table[["agreements", "disagreements"]].sum()}])
    table = pd.concat([table, total], ignore_index=True).astype({"agreements": "int64", "disagreements": "int64"})
    share = table["agreements"] / (table["agreements"] + table["disagreements"])
    chance = 1 / 2 if level == "document" else 1 / max(1, len(names))
    table = table.assign(percent=100 * share, chance=chance)
    table["kappa"] = (share - chance) / (1 - chance) if chance < 1 else np.nan
    unit = "document" if level == "document" else f"segment, {100 * overlap:g} % overlap"
    return table.assign(coders=", ".join(pair), unit=unit)


def as_qualcoder(codings: pd.DataFrame, documents: pd.DataFrame, coders: Sequence[str] | None = None) -> pd.DataFrame:
    """QualCoder's coder comparison: percentages of characters over all documents, and what it calls Kappa.

    Formula: kappa = (po - pe) / (1 - pe), with e = characters that either coded, po = both / e and pe = (a / e) (b / e)
    ((e - a) / e) ((e - b) / e), a and b the characters that either coder coded.

    How it differs from `agreement_table(unit="character")`: all text counts, read or not, facilitators' too; each
    character is counted up once per segment, so two segments of one coder look like two coders and characters
    under three are lost; and its Kappa is not Cohen's. That takes the characters that somebody coded as all there
    are, and multiplies the two chances that are to be added. It comes out close to the share of coded characters
    that both coded (`coded_only`), and does not depend on how long the text is.

    Returns
    -------
    DataFrame, one row per code
        code, characters
        agree, both, neither, disagree, coded_only : per cent (coded_only: both of those coded once or twice)
        kappa : as the program prints it, before rounding; NaN where nothing was coded
        coders, unit

    Source: the program's report of coder comparisons (reports.py).

    >>> from dtstudy.measures.example import codings, documents
    >>> as_qualcoder(codings, documents)[["code", "agree", "both", "coded_only", "kappa"]].round(2)
          code  agree   both  coded_only  kappa
    0     food  89.93  24.83       71.15   0.71
    1   health  85.23  39.26       72.67   0.73
    2  sharing  92.62  30.87       80.70   0.81
    """
    pair = _two(codings, coders)
    runs = _runs(codings, documents, pair)
    runs["times"] = runs[[0, 1]].sum(axis="columns")
    names = sorted(set(runs["code"]))

    def characters(rows: pd.Series, weight: pd.Series | int = 1) -> pd.Series:
        return (runs["size"] * weight)[rows].groupby(runs["code"]).sum().reindex(names, fill_value=0)

    every = pd.Series(True, runs.index)
    once, twice, all_coded = characters(runs["times"] == 1), characters(runs["times"] == 2), characters(every)
    first, second = (characters(every, runs[place]) for place in (0, 1))
    length = int(documents["text"].str.len().sum())
    neither, either = length - all_coded, first + second - twice
    observed = twice / either
    chance = first / either * second / either * ((either - first) / either) * ((either - second) / either)
    table = pd.DataFrame(
        {
            "characters": length,
            "agree": 100 * (twice + neither) / length,
            "both": 100 * twice / length,
            "neither": 100 * neither / length,
            "disagree": 100 - 100 * (twice + neither) / length,
            "coded_only": 100 * twice / (twice + once),
            "kappa": (observed - chance) / (1 - chance),
        }
    )
    return table.rename_axis("code").reset_index().assign(coders=", ".join(pair), unit="character of all documents")


def _two(codings: pd.DataFrame, coders: Sequence[str] | None) -> tuple[str, str]:
    known = sorted(set(codings["coder"]))
    chosen = [coder for coder in known if coder != CONSENSUS] if coders is None else list(coders)
    for coder in chosen:
        if coder not in known:
            raise InputError(f"No coding is by '{coder}'; {near(coder, known)}")
    if len(chosen) != 2:
        raise InputError(f"The other programs compare two coders, not {len(chosen)} ({', '.join(chosen)}); name two.")
    return chosen[0], chosen[1]


def _runs(codings: pd.DataFrame, documents: pd.DataFrame, pair: tuple[str, str]) -> pd.DataFrame:
    """Runs of characters with each code: document, and how many segments of the first (0) and second coder (1)."""
    chosen = codings[codings["coder"].isin(pair)]
    ends = documents["text"].str.len().cumsum()
    origin = (ends - documents["text"].str.len()).set_axis(documents["document"])
    shift = chosen["document"].map(origin).to_numpy()
    coder = (chosen["coder"] == pair[1]).to_numpy(np.int64)
    runs = layers(chosen["code"].to_numpy(), chosen["start"] + shift, chosen["end"] + shift, coder, 2)
    place = np.searchsorted(ends.to_numpy(), runs["start"], side="right")
    return runs.assign(document=documents["document"].to_numpy()[place])


def _finds_its_like(segments: pd.DataFrame, overlap: float) -> pd.Series:
    """Whether the other coder has a segment with the same code that covers nearly the same characters."""
    found = np.zeros(len(segments), dtype=bool)
    for _, own in segments.groupby(["document", "code"]):
        start, end, coder = (own[column].to_numpy() for column in ("start", "end", "coder"))
        shared = np.minimum(end[:, None], end) - np.maximum(start[:, None], start)
        covered = np.maximum(end[:, None], end) - np.minimum(start[:, None], start)
        like = (shared >= overlap * covered) & (shared > 0) & (coder[:, None] != coder)
        found[own.index] = like.any(axis=1)
    return pd.Series(found, index=segments.index)
