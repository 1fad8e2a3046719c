"""What is counted over: which codings are taken, and which turns they touch."""

import numpy as np
import pandas as pd

from dtstudy.errors import InputError, near

UNION = "union"
EACH = "each"
SHARED = ("turn", "overlap", "window", "speaker", "document")  # units that two codes can share


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


def sharing(
    codings: pd.DataFrame, others: pd.DataFrame, turns: pd.DataFrame, unit: str = "turn", window: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """Which codings share a unit with one of `others` by the same coder, and on which turns they stand there.

    Parameters: `unit` and `window` as in `cooccurrence`; only turns of participants count. Returns two arrays of equal
    length: positions of rows in `codings` and in `turns`, in order, each pair once. Raises InputError for an unknown
    unit, or a window below one turn.
    """
    if unit not in SHARED:
        raise InputError(f"The unit '{unit}' is unknown; {near(unit, SHARED)}")
    if unit == "window" and window < 1:
        raise InputError(f"The window is {window}; it must be 1 turn or more either side.")
    place = np.flatnonzero(turns["role"] != "facilitator") if "role" in turns else np.arange(len(turns))
    said = turns.iloc[place].reset_index(drop=True)
    own, beside = _pieces(codings, said), _pieces(others, said)
    if unit == "overlap":
        both = own.merge(beside, on=["at", "coder"], suffixes=("", "_other"))
        own = both[(both["first"] < both["last_other"]) & (both["first_other"] < both["last"])]
    elif unit == "window":
        own = own[_within(own, beside, said, 2 * window)]  # two turns lie in one window where they share a middle
    else:
        key = {"turn": ["document", "turn"], "speaker": ["document", "participant"], "document": ["document"]}[unit]
        number = said.groupby(key).ngroup().to_numpy()
        own, beside = (pieces.assign(unit=number[pieces["at"]]) for pieces in (own, beside))
        own = own.merge(beside[["unit", "coder"]].drop_duplicates(), on=["unit", "coder"])
    own = own[["row", "at"]].drop_duplicates().sort_values(["row", "at"])
    return own["row"].to_numpy(), place[own["at"].to_numpy()]


def _pieces(codings: pd.DataFrame, turns: pd.DataFrame) -> pd.DataFrame:
    """Each coding cut at the turns: its row, the turn, its coder, and where the piece begins and ends."""
    rows, at = touched(codings, turns)
    first = np.maximum(codings["start"].to_numpy()[rows], turns["start"].to_numpy()[at])
    last = np.minimum(codings["end"].to_numpy()[rows], turns["end"].to_numpy()[at])
    return pd.DataFrame(
        {"row": rows, "at": at, "coder": codings["coder"].to_numpy()[rows], "first": first, "last": last}
    )


def _within(own: pd.DataFrame, beside: pd.DataFrame, turns: pd.DataFrame, distance: int) -> np.ndarray:
    """Whether each piece has one of the same coder `beside` it, at most so many turns away in its document."""
    order = np.lexsort((turns["turn"], turns["document"]))
    rank = np.empty(len(turns), np.int64)
    rank[order] = np.arange(len(turns))
    rank += turns.groupby("document").ngroup().to_numpy() * (distance + 1)  # no window reaches into another document
    width = int(rank.max(initial=0)) + distance + 1
    coder, names = pd.factorize(own["coder"])
    base = pd.Index(names).get_indexer(beside["coder"])
    line = np.unique(base[base >= 0] * width + rank[beside["at"]][base >= 0])
    here = coder * width + rank[own["at"]]
    return np.searchsorted(line, here - distance, "left") < np.searchsorted(line, here + distance, "right")
