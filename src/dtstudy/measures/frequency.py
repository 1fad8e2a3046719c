"""How much is said under each code, and by whom."""

from dataclasses import dataclass
from functools import reduce
from typing import Literal

import pandas as pd

from dtstudy.errors import InputError, near
from dtstudy.measures.units import of_coders, spoken, touched

Unit = Literal["segment", "turn", "speaker", "document", "word"]
_TOTALS = {
    "segment": "n_segments",
    "turn": "n_turns",
    "speaker": "n_speakers",
    "document": "n_documents",
    "word": "n_words",
}


@dataclass(frozen=True)
class Counts:
    """Sums over whole documents, with the speakers met so far; two of them add up.

    `coded` is by group, coder and code, `segments` by group and coder, `said` by group; `voices` and
    `speakers` hold each person once, since a person may speak in several documents.
    """

    coded: pd.DataFrame
    voices: pd.DataFrame
    segments: pd.DataFrame
    said: pd.DataFrame
    speakers: pd.DataFrame

    def __add__(self, other: "Counts") -> "Counts":
        def total(name: str) -> pd.DataFrame:
            both = pd.concat([getattr(self, name), getattr(other, name)])
            return both.groupby(level=list(range(both.index.nlevels))).sum()

        def once(name: str) -> pd.DataFrame:
            return pd.concat([getattr(self, name), getattr(other, name)]).drop_duplicates(ignore_index=True)

        return Counts(total("coded"), once("voices"), total("segments"), total("said"), once("speakers"))


def code_frequency(
    codings: pd.DataFrame,
    turns: pd.DataFrame,
    by: str | None = None,
    unit: Unit = "segment",
    coders: str = "consensus",
    codes: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """How often each code is given and how much of the talk it covers, in all or by an attribute.

    Parameters: `by` is a column of `turns` (an attribute of document or participant); `unit` says of what
    `share` is a share; `coders` is a coder's name, `each` or `union`; with the codebook `codes`, a category
    counts the union of its concepts, and rows stand in the codebook's order. Turns of facilitators are
    outside every count. More means more talk, not more importance: talk is steered by prompts and by who is
    loud.

    Returns
    -------
    DataFrame, one row per group (the column `by`, if given), coder and code seen in the codings; rows without
    any are 0
        level : of the code, where the codebook was given
        segments, turns, speakers, documents : with the code at least once
        words, characters : covered by it (union of spans; words are NA where the tables carry no offsets)
        n_segments, n_turns, n_speakers, n_documents, n_words : denominators, all in the group (segments:
            passages the coder coded)
        share : of the unit, 0 to 1
        per_1000_words : segments per 1,000 words said
        unit, coders : the definition used

    Raises InputError for an unknown `by`, `unit` or coder.
    """
    if unit not in _TOTALS:
        raise InputError(f"The unit '{unit}' is unknown; {near(unit, _TOTALS)}")
    return finish(
        count(codings, turns, by=by, coders=coders, codes=codes), by=by, unit=unit, coders=coders, codes=codes
    )


def definition(table: pd.DataFrame) -> str:
    """The definition a table of `code_frequency` was counted by, as a sentence."""
    unit, coders = table["unit"].iloc[0], table["coders"].iloc[0]
    counted = f"Share: {unit}s with the code of all {unit}s said; coders: {coders}."
    return f"{counted} A category counts the union of its concepts."


def count(
    codings: pd.DataFrame,
    turns: pd.DataFrame,
    by: str | None = None,
    coders: str = "consensus",
    codes: pd.DataFrame | None = None,
) -> Counts:
    """The additive part of `code_frequency`, over the documents of these tables."""
    if by is not None and by not in turns:
        raise InputError(f"The turns have no column '{by}' to group by; {near(by, turns.columns)}")
    turns = spoken(turns).reset_index(drop=True)
    turns = turns.assign(group="" if by is None else turns[by])
    chosen = of_coders(codings, coders, codes)
    pieces = _pieces(chosen, turns)
    key = ["group", "coder", "code"]
    coded = pd.DataFrame(
        {
            "segments": pieces.drop_duplicates(["group", "segment"]).groupby(key).size(),
            "turns": pieces.drop_duplicates([*key, "document", "turn"]).groupby(key).size(),
            "documents": pieces.drop_duplicates([*key, "document"]).groupby(key).size(),
            "words": _covered(pieces, key, "word_start", "word_end"),
            "characters": _covered(pieces, key, "start", "end"),
        }
    )
    passages = pieces.drop_duplicates(["group", "coder", "document", "from", "to"])
    said = turns.groupby("group").agg(n_turns=("turn", "size"), n_documents=("document", "nunique"))
    words = turns["word_end"] - turns["word_start"] if "word_end" in turns else pd.Series(pd.NA, turns.index, "Int64")
    said["n_words"] = words.groupby(turns["group"]).sum(min_count=1)
    return Counts(
        coded=coded,
        voices=pieces[[*key, "participant"]].drop_duplicates(ignore_index=True),
        segments=passages.groupby(["group", "coder"]).size().rename("n_segments").to_frame(),
        said=said,
        speakers=turns[["group", "participant"]].drop_duplicates(ignore_index=True),
    )


def finish(
    counts: Counts,
    by: str | None = None,
    unit: Unit = "segment",
    coders: str = "consensus",
    codes: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The table of `code_frequency` from counts, whether of one pass or added up."""
    key = ["group", "coder", "code"]
    seen = counts.coded.reset_index()[["coder", "code"]].drop_duplicates()
    groups = counts.said.reset_index()[["group"]]
    place = {} if codes is None else {code: number for number, code in enumerate(codes["code"])}
    table = groups.merge(seen, how="cross").sort_values(
        key,
        key=lambda column: column.map(place) if place and column.name == "code" else column,
        ignore_index=True,
    )
    table = table.merge(counts.coded, on=key, how="left")
    table = table.merge(counts.voices.groupby(key).size().rename("speakers").reset_index(), on=key, how="left")
    table = table.merge(counts.segments, on=["group", "coder"], how="left").merge(counts.said, on="group")
    table = table.merge(counts.speakers.groupby("group").size().rename("n_speakers").reset_index(), on="group")
    known_words = counts.said["n_words"].notna().all()
    whole = [
        "segments",
        "turns",
        "speakers",
        "documents",
        "characters",
        "n_segments",
        *(["words"] if known_words else []),
    ]
    table[whole] = table[whole].fillna(0).astype("int64")
    table["n_words"] = table["n_words"].astype("int64" if known_words else "Int64")
    table["words"] = table["words"].astype("int64" if known_words else "Int64")
    table["share"] = table[f"{unit}s"] / table[_TOTALS[unit]].where(table[_TOTALS[unit]] > 0)
    table["per_1000_words"] = 1000 * table["segments"] / table["n_words"].where(table["n_words"] > 0)
    table = table.assign(unit=unit, coders=coders).rename(columns={"group": by or "group"})
    counted = ["segments", "turns", "speakers", "documents", "words", "characters", *_TOTALS.values()]
    if codes is not None:
        table["level"] = table["code"].map(codes.set_index("code")["level"])
    first = [*([by] if by else []), "coder", "code", *(["level"] if codes is not None else [])]
    columns = [*first, *counted, "share", "per_1000_words", "unit", "coders"]
    return table[columns]


def sum_counts(parts: list[Counts]) -> Counts:
    """Counts of parts of an archive, each of whole documents, as one."""
    return reduce(Counts.__add__, parts)


def _pieces(codings: pd.DataFrame, turns: pd.DataFrame) -> pd.DataFrame:
    """One row per coding and turn it touches: the part of the passage inside that turn."""
    rows, at = touched(codings, turns)
    coding, turn = codings.iloc[rows].reset_index(drop=True), turns.iloc[at].reset_index(drop=True)
    pieces = coding[["document", "code", "coder"]].assign(
        segment=rows,
        turn=turn["turn"],
        participant=turn["participant"],
        group=turn["group"],
        start=coding["start"].clip(lower=turn["start"]),
        end=coding["end"].clip(upper=turn["end"]),
    )
    pieces["from"], pieces["to"] = coding["start"], coding["end"]
    if "word_end" in codings and "word_end" in turns:
        pieces["word_start"] = coding["word_start"].clip(lower=turn["word_start"])
        pieces["word_end"] = coding["word_end"].clip(upper=turn["word_end"])
    return pieces


def _covered(pieces: pd.DataFrame, key: list[str], start: str, end: str) -> pd.Series:
    """Length of the union of the pieces' spans, by key."""
    if end not in pieces:
        return pd.Series(pd.NA, pieces.groupby(key).size().index, "Int64")
    inside = [*key, "document"]
    ordered = pieces.sort_values([*inside, start], ignore_index=True)
    reach = ordered.groupby(inside)[end].cummax()
    before = reach.groupby([ordered[column] for column in inside]).shift(fill_value=-1)
    fresh = (ordered[end] - ordered[start].clip(lower=before)).clip(lower=0)
    return fresh.groupby([ordered[column] for column in key]).sum()
