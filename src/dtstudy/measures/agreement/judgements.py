"""Who read what, and who gave which code where: the units that agreement is counted on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from dtstudy.errors import InputError, near
from dtstudy.measures.units import merge_overlapping, spoken, touched, with_ancestors

Unit = Literal["turn", "document", "word", "character"]
UNITS = ("turn", "document", "word", "character")
CONSENSUS = "consensus"


@dataclass(frozen=True)
class Counts:
    """Units by document and what was given on them, over whole documents; two of them add up.

    `read` has a row per document: document, units, readers, stratum. `given` has one per code and unit (or run of
    words or characters of the same judgement) that a coder gave it on: document, unit, code, givers, size (1, or
    the length of the run). `readers` and `givers` hold a bit for each of `coders`, in their order.
    """

    coders: tuple[str, ...]
    read: pd.DataFrame
    given: pd.DataFrame

    def __add__(self, other: "Counts") -> "Counts":
        if self.coders != other.coders:
            raise InputError(
                f"Counts of {' and '.join(self.coders)} and of {' and '.join(other.coders)} do not add up."
                " Name the coders in every part."
            )
        both = ((self.read, other.read), (self.given, other.given))
        return Counts(self.coders, *(pd.concat(parts, ignore_index=True) for parts in both))


def coders_of(reads: pd.DataFrame, coders: Sequence[str] | None = None) -> tuple[str, ...]:
    """The coders to compare: those named, or all who read, but for the consensus.

    Raises InputError for fewer than two coders, for one who read nothing, and for the consensus: it was agreed
    after discussion and is no independent judgement.
    """
    known = sorted(set(reads["coder"]) - {CONSENSUS})
    chosen = tuple(known) if coders is None else tuple(dict.fromkeys(coders))
    if CONSENSUS in chosen:
        raise InputError(
            "The consensus is no coder to agree with: it was made of the others. Compare coders who worked apart."
        )
    for coder in chosen:
        if coder not in known:
            raise InputError(f"No document was read by '{coder}'; {near(coder, known)}")
    if len(chosen) < 2:
        raise InputError(
            f"Agreement takes two coders or more; there is {' and '.join(chosen) or 'none'}. Add rows to reads."
        )
    return chosen


def count(
    codings: pd.DataFrame,
    reads: pd.DataFrame,
    turns: pd.DataFrame,
    unit: Unit = "turn",
    codes: pd.DataFrame | None = None,
    coders: Sequence[str] | None = None,
    strata: str | None = None,
) -> Counts:
    """The additive part of `agreement_table`, over the documents of these tables.

    Name the coders where the documents are counted in parts, since a part may not show all of them.
    """
    if unit not in UNITS:
        raise InputError(f"The unit '{unit}' is unknown; {near(unit, UNITS)}")
    if strata is not None and strata not in turns:
        raise InputError(f"The turns have no column '{strata}' to draw documents by; {near(strata, turns.columns)}")
    if unit == "word" and not {"word_start", "word_end"} <= set(turns) & set(codings):
        raise InputError("The unit 'word' needs word offsets in turns and codings; a Corpus has them.")
    coders = coders_of(reads, coders)
    turns = spoken(turns).sort_values(["document", "start"], ignore_index=True)
    read = _read(reads, turns, unit, coders, strata)
    chosen = codings[codings["coder"].isin(coders)]
    chosen = (chosen if codes is None else with_ancestors(chosen, codes)).reset_index(drop=True)
    place = _given_on_units if unit in ("turn", "document") else _given_on_runs
    given = place(chosen, turns, unit, coders)
    given["givers"] &= given["document"].map(read.set_index("document")["readers"]).fillna(0).astype("int64")
    given = given[given["givers"] > 0].sort_values(["document", "unit", "code"], ignore_index=True)
    return Counts(coders, read, given)


def code_sets(
    codings: pd.DataFrame,
    reads: pd.DataFrame,
    turns: pd.DataFrame,
    unit: Literal["turn", "document"] = "turn",
    coders: Sequence[str] | None = None,
) -> list[list[frozenset[str] | None]]:
    """What each coder (rows) gave on each unit (columns), None where the coder did not read it: for `alpha_masi`."""
    if unit not in ("turn", "document"):
        raise InputError(f"Sets of codes are of turns or documents, not of the unit '{unit}'.")
    counts = count(codings, reads, turns, unit=unit, coders=coders)
    units = spoken(turns).assign(unit=lambda own: own["turn"] if unit == "turn" else 0)
    units = units.drop_duplicates(["document", "unit"]).merge(counts.read[["document", "readers"]], on="document")
    units = units.sort_values(["document", "unit"])
    rows = []
    for place in range(len(counts.coders)):
        mine = counts.given[counts.given["givers"].to_numpy(np.int64) >> place & 1 > 0]
        sets = mine.groupby(["document", "unit"])["code"].agg(frozenset).to_dict()
        judged = units["readers"].to_numpy(np.int64) >> place & 1 > 0
        keys = zip(units["document"], units["unit"], judged, strict=True)
        rows.append([sets.get((document, unit), frozenset()) if read else None for document, unit, read in keys])
    return rows


def continuum(
    codings: pd.DataFrame, reads: pd.DataFrame, turns: pd.DataFrame, coders: Sequence[str] | None = None
) -> tuple[pd.DataFrame, int]:
    """The participants' talk laid end to end, for `unitizing_alpha`: passages on it, and its length in characters.

    Documents that all the coders read are taken, in order; facilitators' turns are cut out, and a passage that spans
    several turns stays one. Passages of one coder with one code that share a character become one.

    Returns a frame with coder, code, start, end, and the length.
    """
    coders = coders_of(reads, coders)
    readers = reads[reads["coder"].isin(coders)].groupby("document")["coder"].nunique()
    turns = spoken(turns)
    turns = turns[turns["document"].isin(readers.index[readers == len(coders)])]
    turns = turns.sort_values(["document", "start"], ignore_index=True)
    chosen = codings[codings["coder"].isin(coders)].reset_index(drop=True)
    rows, start, end = _laid_end_to_end(chosen, turns, "start", "end")
    pieces = pd.DataFrame({"row": rows, "start": start, "end": end}).groupby("row")
    whole = pieces.agg(start=("start", "min"), end=("end", "max"))
    spans = chosen.loc[whole.index, ["coder", "code"]].assign(start=whole["start"], end=whole["end"])
    merged = merge_overlapping(spans.assign(document=""))
    return merged[["coder", "code", "start", "end"]], int((turns["end"] - turns["start"]).sum())


def layers(code: np.ndarray, start: np.ndarray, end: np.ndarray, coder: np.ndarray, coders: int) -> pd.DataFrame:
    """Runs of characters over which the same passages of a code lie: who has how many of them there.

    Parameters: passages as arrays, on one line of characters. Returns a frame with code, start, size, and a column
    per coder (0, 1, …) with the number of the coder's passages; runs without any are left out.
    """
    number, names = pd.factorize(code)
    place, step = np.concatenate([start, end]), np.repeat([1, -1], len(number))
    order = np.lexsort((place, np.tile(number, 2)))
    steps = np.zeros((len(order), coders), dtype=np.int64)
    steps[np.arange(len(order)), np.tile(coder, 2)[order]] = step[order]
    runs = pd.DataFrame(steps.cumsum(axis=0))
    runs["start"], runs["size"] = place[order], np.diff(place[order], append=0)
    runs["code"] = np.asarray(names)[np.tile(number, 2)[order]] if len(order) else []
    return runs[(runs["size"] > 0) & runs[list(range(coders))].any(axis="columns")].reset_index(drop=True)


def _read(
    reads: pd.DataFrame, turns: pd.DataFrame, unit: Unit, coders: tuple[str, ...], strata: str | None
) -> pd.DataFrame:
    """Documents that a coder read: how many units they have, and who read them."""
    start, end = ("word_start", "word_end") if unit == "word" else ("start", "end")
    sizes = (turns[end] - turns[start]) if unit in ("word", "character") else pd.Series(1, turns.index)
    stratum = pd.Series("", turns.index) if strata is None else turns[strata]
    own = pd.DataFrame({"document": turns["document"], "units": sizes, "stratum": stratum})
    documents = own.groupby("document").agg(units=("units", "sum"), stratum=("stratum", "first")).reset_index()
    if unit == "document":
        documents["units"] = 1
    own = reads[["document", "coder"]].drop_duplicates(ignore_index=True)
    bit = own["coder"].map({coder: 1 << place for place, coder in enumerate(coders)})
    readers = own.assign(readers=bit).dropna(subset="readers").astype({"readers": "int64"})
    readers = readers.groupby("document")["readers"].sum().reset_index()
    return documents.merge(readers, on="document")[["document", "units", "readers", "stratum"]]


def _given_on_units(codings: pd.DataFrame, turns: pd.DataFrame, unit: Unit, coders: tuple[str, ...]) -> pd.DataFrame:
    """Turns or documents with each code, and by whom."""
    rows, at = touched(codings, turns)
    number = turns["turn"].to_numpy()[at] if unit == "turn" else np.zeros(len(at), dtype=np.int64)
    code, names = pd.factorize(codings["code"])
    place = turns.groupby("document").ngroup().to_numpy()
    wide = 1 + int(number.max(initial=0))
    key = (place[at] * wide + number) * max(1, len(names)) + code[rows]
    coder = pd.Categorical(codings["coder"], categories=list(coders)).codes[rows].astype(np.int64)
    order = np.argsort(key, kind="stable")
    first = np.flatnonzero(np.diff(key[order], prepend=-1))
    givers = np.bitwise_or.reduceat(1 << coder[order], first) if len(first) else np.zeros(0, dtype=np.int64)
    one = order[first]
    return pd.DataFrame(
        {
            "document": turns["document"].array[at[one]],
            "unit": number[one],
            "code": codings["code"].array[rows[one]],
            "givers": givers,
            "size": 1,
        }
    )


def _given_on_runs(codings: pd.DataFrame, turns: pd.DataFrame, unit: Unit, coders: tuple[str, ...]) -> pd.DataFrame:
    """Runs of words or characters with each code, by whom, and how long; a run begins at its place in the talk."""
    start, end = ("word_start", "word_end") if unit == "word" else ("start", "end")
    rows, begins, stops = _laid_end_to_end(codings, turns, start, end)
    coder = pd.Categorical(codings["coder"], categories=list(coders)).codes[rows]
    runs = layers(codings["code"].to_numpy()[rows], begins, stops, coder, len(coders))
    reached = (turns[end] - turns[start]).cumsum().to_numpy()
    bits = 1 << np.arange(len(coders), dtype=np.int64)
    return pd.DataFrame(
        {
            "document": turns["document"].to_numpy()[np.searchsorted(reached, runs["start"], side="right")],
            "unit": runs["start"],
            "code": runs["code"],
            "givers": (runs[list(range(len(coders)))].to_numpy() > 0) @ bits,
            "size": runs["size"],
        }
    )


def _laid_end_to_end(
    codings: pd.DataFrame, turns: pd.DataFrame, start: str, end: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Passages cut at turns, and the turns put one after another.

    Returns for each piece the position of its row in `codings`, and where the piece starts and ends. Pieces without
    a word or character are left out.
    """
    rows, at = touched(codings, turns)
    lengths = (turns[end] - turns[start]).to_numpy()
    origin = (np.cumsum(lengths) - lengths - turns[start].to_numpy())[at]
    begins = np.maximum(codings[start].to_numpy()[rows], turns[start].to_numpy()[at]) + origin
    stops = np.minimum(codings[end].to_numpy()[rows], turns[end].to_numpy()[at]) + origin
    some = stops > begins
    return rows[some], begins[some], stops[some]
