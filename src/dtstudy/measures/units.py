"""What is counted over: which codings are taken, and which turns they touch."""

import numpy as np
import pandas as pd

from dtstudy.errors import InputError, near

UNION = "union"
EACH = "each"


def of_coders(codings: pd.DataFrame, coders: str, codes: pd.DataFrame | None = None) -> pd.DataFrame:
    """The codings of one coder, of `each` coder apart, or of all coders pooled as `union`.

    With the codebook, codings of the categories above follow; see `with_ancestors`. Under `union` the coder
    is 'union'; passages of one code that overlap become one, so that two coders on one passage are never two
    occurrences. Raises InputError for a coder who coded nothing.
    """
    if coders == UNION:
        chosen = merge_overlapping(codings.assign(coder=UNION))
    elif coders == EACH:
        chosen = codings
    else:
        chosen = codings[codings["coder"] == coders]
        if chosen.empty:
            raise InputError(f"No coding is by '{coders}'; {near(coders, {*codings['coder'], EACH, UNION})}")
    chosen = chosen if codes is None else with_ancestors(chosen, codes)
    return chosen.reset_index(drop=True)


def merge_overlapping(codings: pd.DataFrame) -> pd.DataFrame:
    """Passages with one code by one coder that share a character, made one; word offsets follow, memos go."""
    keys = ["document", "code", "coder"]
    spans = [column for column in ("start", "end", "word_start", "word_end") if column in codings]
    ordered = codings.sort_values([*keys, "start", "end"], ignore_index=True)
    reach = ordered.groupby(keys)["end"].cummax()
    before = reach.groupby([ordered[key] for key in keys]).shift(fill_value=-1)
    passage = (ordered["start"] >= before).cumsum().rename("passage")
    rules = {span: "min" if span.endswith("start") else "max" for span in spans}
    return ordered.groupby([*keys, passage], sort=False).agg(rules).reset_index().drop(columns="passage")


def with_ancestors(codings: pd.DataFrame, codes: pd.DataFrame) -> pd.DataFrame:
    """The codings, and those of every category above their codes.

    A category counts the union of what stands under it.
    """
    parent = dict(zip(codes["code"], codes["parent"], strict=True))
    levels = [codings]
    while not levels[-1].empty:
        above = levels[-1]["code"].map(parent)
        levels.append(levels[-1].assign(code=above)[above.notna()])
    if len(levels) < 3:  # nothing stands under a category
        return codings.reset_index(drop=True)
    derived = pd.concat(levels[1:], ignore_index=True)
    also_given = codings["code"].isin(derived["code"])  # the category itself, beside or upon a passage of its concept
    categories = merge_overlapping(pd.concat([codings[also_given], derived], ignore_index=True))
    return pd.concat([codings[~also_given], categories], ignore_index=True)


def spoken(turns: pd.DataFrame) -> pd.DataFrame:
    """The turns of participants: a facilitator's are outside every count."""
    return turns[turns["role"] != "facilitator"] if "role" in turns else turns


def touched(codings: pd.DataFrame, turns: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Which turns each coding shares a character with.

    Returns two arrays of equal length: positions of rows in `codings` and in `turns`, one pair for each
    meeting. Turns of a document must not overlap, as the schema sees to.
    """
    place = pd.Index(turns["document"].unique())
    width = 1 + int(max(turns["end"].max(), codings["end"].max())) if len(turns) and len(codings) else 1
    base = place.get_indexer(turns["document"]) * width
    order = np.argsort(base + turns["start"].to_numpy(), kind="stable")
    starts, ends = (base + turns["start"].to_numpy())[order], (base + turns["end"].to_numpy())[order]
    document = place.get_indexer(codings["document"])
    first = np.searchsorted(ends, document * width + codings["start"].to_numpy(), side="right")
    last = np.searchsorted(starts, document * width + codings["end"].to_numpy(), side="left")
    meetings = np.where(document >= 0, np.maximum(last - first, 0), 0)
    rows = np.repeat(np.arange(len(codings)), meetings)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(meetings) - meetings, meetings)
    return rows, order[np.repeat(first, meetings) + within]
