"""How much is said under each code, and by whom."""

from dataclasses import dataclass
from functools import reduce
from typing import Literal

import numpy as np
import pandas as pd

from dtstudy.errors import InputError, near
from dtstudy.measures.units import EACH, UNION, of_coders, spoken, touched, with_ancestors

Unit = Literal["segment", "turn", "speaker", "document", "word"]
TOTALS = {
    "segment": "n_segments",
    "turn": "n_turns",
    "speaker": "n_speakers",
    "document": "n_documents",
    "word": "n_words",
}
SPANS = {"words": ("word_start", "word_end"), "characters": ("start", "end")}


@dataclass(frozen=True)
class Counts:
    """Sums over whole documents, with the speakers met so far; two of them add up.

    `coded` is by group, coder and code, `segments` by group and coder, `said` by group; `voices` (whether a person has
    a code: one row per group, coder and participant, a column per code) and `speakers` hold each person once, since a
    person may speak in several documents. They are what grows with an archive: a byte for each person and code.
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

        return Counts(
            total("coded"), _either(self.voices, other.voices), total("segments"), total("said"), once("speakers")
        )


def code_frequency(
    codings: pd.DataFrame,
    turns: pd.DataFrame,
    by: str | None = None,
    unit: Unit = "segment",
    coders: str = "consensus",
    codes: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """How often each code is given and how much of the talk it covers, in all or by an attribute.

    Formula: share = units with the code / units; words = length of the union of its passages; per_1000_words = 1000
    segments / words said.

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

    Reference: none; what is counted and of what stands in the columns.

    >>> from dtstudy.measures.example import codings, turns
    >>> table = code_frequency(codings, turns, by="group", unit="turn", coders="first")
    >>> table[["group", "code", "turns", "n_turns", "share", "speakers", "words", "n_words"]].round(2)
           group     code  turns  n_turns  share  speakers  words  n_words
    0  gardeners     food      2        6   0.33         2     15       39
    1  gardeners   health      2        6   0.33         2     14       39
    2  gardeners  sharing      3        6   0.50         2     18       39
    3   visitors     food      1        4   0.25         1      7       23
    4   visitors   health      2        4   0.50         2     13       23
    5   visitors  sharing      1        4   0.25         1      7       23
    """
    check(codings, unit, coders)
    return finish(
        count(codings, turns, by=by, coders=coders, codes=codes), by=by, unit=unit, coders=coders, codes=codes
    )


def definition(table: pd.DataFrame) -> str:
    """The definition a table of `code_frequency` was counted by, as a sentence."""
    unit, coders = table["unit"].iloc[0], table["coders"].iloc[0]
    of = {"segment": "all passages coded", "word": "all words of participants"}.get(unit, f"all {unit}s")
    union = " A category counts the union of its concepts." if "level" in table else ""
    return f"Share: {unit}s with the code, of {of}; coders: {coders}.{union}"


def count(
    codings: pd.DataFrame,
    turns: pd.DataFrame,
    by: str | None = None,
    coders: str = "consensus",
    codes: pd.DataFrame | None = None,
) -> Counts:
    """The additive part of `code_frequency`, over the documents of these tables; turns without a `by` are left out.

    A coder may have coded nothing in a part of the archive.
    """
    if by is not None and by not in turns:
        raise InputError(f"The turns have no column '{by}' to group by; {near(by, turns.columns)}")
    turns = spoken(turns)
    turns = turns.assign(group="" if by is None else turns[by]).dropna(subset="group").reset_index(drop=True)
    mine = codings if coders in (EACH, UNION) else codings[codings["coder"] == coders]
    own = of_coders(mine, coders if coders == UNION else EACH)
    chosen = own if codes is None else with_ancestors(own, codes)
    rows, at = touched(chosen, turns)
    group, groups = pd.factorize(turns["group"])
    coder, names = pd.factorize(chosen["coder"])
    code, given = pd.factorize(chosen["code"])
    document, _ = pd.factorize(turns["document"])
    person, people = pd.factorize(turns["participant"])
    cells, cell = _cells(group=(group[at], groups), coder=(coder[rows], names), code=(code[rows], given))
    with_turn, met = _distinct(cell, at)
    with_voice, voice = _distinct(with_turn, person[met])
    coded = {
        "segments": _distinct(cell, rows)[0],
        "turns": with_turn,
        "documents": _distinct(with_turn, document[met])[0],
    }
    coded = {name: np.bincount(counted, minlength=len(cells)) for name, counted in coded.items()}
    for name, (start, end) in SPANS.items():
        covered = pd.array([pd.NA] * len(cells), "Int64")
        if end in chosen and end in turns:
            begins = np.maximum(chosen[start].to_numpy()[rows], turns[start].to_numpy()[at])
            ends = np.minimum(chosen[end].to_numpy()[rows], turns[end].to_numpy()[at])
            covered = _covered(cell, document[at], begins, ends, len(cells))
        coded[name] = covered
    judged = rows < len(own)  # categories stand below the coder's own passages
    passage = _passages(own)[rows[judged]]
    passages, number = _cells(group=(group[at[judged]], groups), coder=(coder[rows[judged]], names))
    segments = np.bincount(_distinct(number, passage)[0], minlength=len(passages))
    said = turns.groupby("group").agg(n_turns=("turn", "size"), n_documents=("document", "nunique"))
    words = turns["word_end"] - turns["word_start"] if "word_end" in turns else pd.Series(pd.NA, turns.index, "Int64")
    said["n_words"] = words.groupby(turns["group"]).sum(min_count=1)
    return Counts(
        coded=pd.DataFrame(coded, index=cells),
        voices=_voices(cells, with_voice, people, voice),
        segments=pd.DataFrame({"n_segments": segments}, index=passages),
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
    place = None if codes is None else {code: number for number, code in enumerate(codes["code"])}
    given = counts.coded.index.droplevel("group").unique().to_frame(index=False)
    given = given.sort_values(
        ["coder", "code"], key=lambda names: names.map(place) if place and names.name == "code" else names
    )
    groups = counts.said.index.sort_values()
    rows = pd.MultiIndex.from_arrays(
        [groups.repeat(len(given)), *(np.tile(given[name], len(groups)) for name in ("coder", "code"))], names=key
    )
    said = counts.said.assign(n_speakers=counts.speakers.groupby("group").size())
    speakers = counts.voices.groupby(level=key[:2]).sum().rename_axis(columns="code").stack()
    table = counts.coded.assign(speakers=speakers).reindex(rows)
    table["n_segments"] = counts.segments["n_segments"].reindex(rows.droplevel("code")).to_numpy()
    table[said.columns] = said.reindex(rows.get_level_values("group")).to_numpy()
    counted = ["segments", "turns", "speakers", "documents", "words", "characters", *TOTALS.values()]
    in_words = ["words", "n_words"] if said["n_words"].isna().any() else []
    table[in_words] = table[in_words].astype("Int64")
    known = [name for name in counted if name not in in_words]
    table[known] = table[known].fillna(0).astype("int64")
    table["share"] = table[f"{unit}s"] / table[TOTALS[unit]].where(table[TOTALS[unit]] > 0)
    table["per_1000_words"] = 1000 * table["segments"] / table["n_words"].where(table["n_words"] > 0)
    table = table.assign(unit=unit, coders=coders).reset_index().rename(columns={"group": by or "group"})
    if codes is not None:
        table["level"] = table["code"].map(codes.set_index("code")["level"])
    first = [*([by] if by else []), "coder", "code", *(["level"] if codes is not None else [])]
    return table[[*first, *counted, "share", "per_1000_words", "unit", "coders"]]


def check(codings: pd.DataFrame, unit: str, coders: str) -> None:
    """Raise InputError for an unknown unit, or a coder who coded nothing at all."""
    if unit not in TOTALS:
        raise InputError(f"The unit '{unit}' is unknown; {near(unit, TOTALS)}")
    if coders not in (EACH, UNION) and not (codings["coder"] == coders).any():
        of_coders(codings, coders)


def sum_counts(parts: list[Counts]) -> Counts:
    """Counts of parts of an archive, each of whole documents, as one."""
    return reduce(Counts.__add__, parts)


def _cells(**numbered: tuple[np.ndarray, pd.Index]) -> tuple[pd.MultiIndex, np.ndarray]:
    """Every combination of labels that is met, as an index, and the place in it of each meeting.

    `numbered` gives, by name, the number of a label at each meeting, and the labels.
    """
    sizes = [max(1, len(labels)) for _, labels in numbered.values()]
    cell, found = pd.factorize(np.ravel_multi_index([number for number, _ in numbered.values()], sizes))
    places = np.unravel_index(found, sizes)
    values = [labels.take(place) for (_, labels), place in zip(numbered.values(), places, strict=True)]
    return pd.MultiIndex.from_arrays(values, names=list(numbered)), cell


def _voices(cells: pd.MultiIndex, cell: np.ndarray, people: pd.Index, person: np.ndarray) -> pd.DataFrame:
    """Whether each person has each code, by group and coder, from the distinct pairs of a cell and a person."""
    coders = cells.droplevel("code").unique()
    coder = coders.get_indexer(cells.droplevel("code"))
    code, codes = pd.factorize(cells.get_level_values("code"))
    row, found = pd.factorize(coder[cell] * max(1, len(people)) + person)
    given = np.zeros((len(found), len(codes)), bool)
    given[row, code[cell]] = True
    of, who = np.divmod(found, max(1, len(people)))
    levels = [*(coders.get_level_values(name).take(of) for name in ("group", "coder")), people.take(who)]
    index = pd.MultiIndex.from_arrays(levels, names=["group", "coder", "participant"])
    return pd.DataFrame(given, index, codes)


def _either(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Whether a person has a code in one part or in the other."""
    index, codes = one.index.union(other.index), one.columns.union(other.columns)
    given = np.zeros((len(index), len(codes)), bool)
    for part in (one, other):
        given[np.ix_(index.get_indexer(part.index), codes.get_indexer(part.columns))] |= part.to_numpy(bool)
    return pd.DataFrame(given, index, codes)


def _distinct(cell: np.ndarray, item: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each pair of a cell and an item once."""
    width = int(cell.max(initial=0)) + 1
    pairs = np.sort(item * width + cell, kind="stable")  # items come nearly in order, which a stable sort makes use of
    item, cell = np.divmod(pairs[np.diff(pairs, prepend=-1) > 0], width)
    return cell, item


def _covered(cell: np.ndarray, document: np.ndarray, start: np.ndarray, end: np.ndarray, size: int) -> np.ndarray:
    """Length of the union of the spans of each cell.

    Cells and documents are laid end to end on one line, so that no span reaches into another's. Nothing is covered
    between the i-th end and the next start, both in order, so starts and ends can be sorted apart.
    """
    width = int(end.max(initial=0)) + 1
    documents = int(document.max(initial=0)) + 1
    base = (cell * documents + document) * width
    starts, ends = np.sort(base + start, kind="stable"), np.sort(base + end, kind="stable")
    ends[1:] -= np.maximum(starts[1:], ends[:-1])
    ends[:1] -= starts[:1]
    return np.bincount(starts // (documents * width), weights=ends, minlength=size).astype("int64")


def _passages(codings: pd.DataFrame) -> np.ndarray:
    """The number of the passage each coding is on: two codes on one passage share it."""
    start, length = codings["start"].to_numpy(), (codings["end"] - codings["start"]).to_numpy()
    place = pd.factorize(codings["document"])[0] * (int(start.max(initial=0)) + 1) + start
    return pd.factorize(place * (int(length.max(initial=0)) + 1) + length)[0]
