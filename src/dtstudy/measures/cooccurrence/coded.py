"""The tables as whole numbers: the turns of participants, the passages each coder coded, and the tree of the codes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from dtstudy.measures.cooccurrence import kernel
from dtstudy.measures.units import EACH, UNION, of_coders, spoken, touched

_COLUMNS = ("document", "start", "end", "code", "coder")


@dataclass(frozen=True)
class Talk:
    """Turns of participants in their order: numbers of document and participant, start, end; names of documents."""

    document: np.ndarray
    participant: np.ndarray
    start: np.ndarray
    end: np.ndarray
    documents: pd.Index


@dataclass(frozen=True)
class Coded:
    """Passages: numbers of document, coder and code, start, end; the names; for each code the number of its parent.

    Documents without a turn of a participant are left out. `parent` is -1 where there is none, and for all codes
    where no codebook was given. Under `union` there is one coder, and passages await merging.
    """

    document: np.ndarray
    start: np.ndarray
    end: np.ndarray
    code: np.ndarray
    coder: np.ndarray
    coders: list[str]
    names: pd.Index
    parent: np.ndarray
    union: bool


def talk(turns: pd.DataFrame) -> Talk:
    """The turns of participants, by document and number."""
    turns = spoken(turns)
    document, documents = pd.factorize(turns["document"])
    columns = [document, pd.factorize(turns["participant"])[0], turns["start"].to_numpy(), turns["end"].to_numpy()]
    place = turns["turn"].to_numpy()
    ahead = document[1:] - document[:-1]
    if not ((ahead > 0) | ((ahead == 0) & (place[1:] > place[:-1]))).all():
        order = np.lexsort((place, document))
        columns = [column[order] for column in columns]
    return Talk(*columns, pd.Index(documents))


def coded(codings: pd.DataFrame, documents: pd.Index, coders: str, codes: pd.DataFrame | None) -> Coded:
    """The passages of one coder, of `each`, or of all as `union`, in these documents.

    Raises InputError for a coder who coded nothing, as `units.of_coders` does.
    """
    if coders not in (UNION, EACH):
        chosen = (codings["coder"] == coders).to_numpy()
        if not chosen.any():
            of_coders(codings, coders)
        codings = codings[chosen]
    number, found = pd.factorize(codings["document"])
    document = documents.get_indexer(pd.Index(found))[number] if len(found) else number
    code, seen = pd.factorize(codings["code"])
    names, parent = ancestry(seen, codes)
    code = names.get_indexer(pd.Index(seen))[code] if len(seen) else code
    if coders == EACH:
        coder, who = pd.factorize(codings["coder"], sort=True)
    else:
        coder, who = np.zeros(len(codings), "int64"), [coders][: len(codings)]
    columns = [document, codings["start"].to_numpy(), codings["end"].to_numpy(), code, coder]
    if (document < 0).any():
        columns = [column[document >= 0] for column in columns]
    place = columns[0] * (1 + columns[1].max(initial=0)) + columns[1]
    if (place[1:] < place[:-1]).any():  # looking places up is many times faster in their order
        order = np.argsort(place)
        columns = [column[order] for column in columns]
    return Coded(*columns, list(who), names, parent, coders == UNION)


def ancestry(seen: pd.Index | np.ndarray, codes: pd.DataFrame | None) -> tuple[pd.Index, np.ndarray]:
    """The codes seen and all above them, sorted, and the number of each one's parent; -1 for none."""
    above = {} if codes is None else dict(zip(codes["code"], codes["parent"], strict=True))
    names = set(seen)
    waiting = list(names)
    while waiting:
        parent = above.get(waiting.pop())
        if isinstance(parent, str) and parent not in names:
            names.add(parent)
            waiting.append(parent)
    index = pd.Index(sorted(names), dtype="str")
    parents = [above.get(name) for name in index]
    return index, np.array([index.get_loc(one) if isinstance(one, str) else -1 for one in parents], "int64")


def kinship(names: pd.Index, codes: pd.DataFrame | None) -> tuple[np.ndarray, np.ndarray]:
    """Of these codes, whether two are one or of one line, codes × codes; and how many codes are above each."""
    every, parent = ancestry(names, codes)
    place = every.get_indexer(names)
    return lines(parent)[np.ix_(place, place)], depths(parent)[place]


def lines(parent: np.ndarray) -> np.ndarray:
    """Whether two codes are one, or one is above the other: codes × codes."""
    related = np.eye(len(parent), dtype=bool)
    above = np.arange(len(parent))
    while (above >= 0).any():
        related[np.flatnonzero(above >= 0), above[above >= 0]] = True
        above = np.where(above >= 0, parent[above], -1)
    return related | related.T


def depths(parent: np.ndarray) -> np.ndarray:
    """How many codes are above each code."""
    depth, above = np.zeros(len(parent), "int64"), parent
    while (above >= 0).any():
        depth += above >= 0
        above = np.where(above >= 0, parent[above], -1)
    return depth


def on_turns(found: Coded, said: Talk) -> Iterator[np.ndarray]:
    """For each coder the distinct pairs of turn and code, categories with their concepts', as `kernel.incidence`."""
    spans = pd.DataFrame({"document": found.document, "start": found.start, "end": found.end})
    turns = pd.DataFrame({"document": said.document, "start": said.start, "end": said.end})
    rows, at = touched(spans, turns)
    for number in range(len(found.coders)):
        mine = slice(None) if len(found.coders) == 1 else found.coder[rows] == number
        turn, code = at[mine], found.code[rows[mine]]
        lots = list(_upwards(found.parent, code, turn))
        code, turn = (np.concatenate(columns) for columns in zip(*lots, strict=True))
        yield kernel.incidence(turn, code, len(found.names))


def passages(found: Coded) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]:
    """For each coder the passages as document, start, end, code.

    Passages of a category are those of its concepts; of them, and under `union` of all codes, those that overlap are
    made one.
    """
    category = np.zeros(len(found.names), bool)
    category[found.parent[found.parent >= 0]] = True
    for number in range(len(found.coders)):
        mine = slice(None) if len(found.coders) == 1 else found.coder == number
        columns = (found.document[mine], found.start[mine], found.end[mine])
        lots = list(_upwards(found.parent, found.code[mine], *columns))
        code, *spans = (np.concatenate(columns) for columns in zip(*lots, strict=True))
        merging = np.ones(len(code), bool) if found.union else category[code]
        merged = kernel.merged(*(column[merging] for column in (*spans, code)))
        kept = (column[~merging] for column in (*spans, code))
        yield tuple(np.concatenate(both) for both in zip(merged, kept, strict=True))


def among_participants(found: Coded, said: Talk) -> Coded:
    """The same passages by offsets that count characters of participants' turns only; those without any are dropped."""
    if not len(said.document):
        return replace(found, **{name: getattr(found, name)[:0] for name in _COLUMNS})
    width = 1 + int(max(said.end.max(), found.end.max(initial=0)))
    length = said.end - said.start
    reached = np.cumsum(length)
    edges = (said.document * width)[:, None] + np.column_stack([said.start, said.end])
    counted = np.column_stack([reached - length, reached])
    before = (reached - length)[np.searchsorted(said.document, np.arange(len(said.documents)))]
    start, end = (
        np.interp(found.document * width + offset, edges.ravel(), counted.ravel()).astype("int64")
        - before[found.document]
        for offset in (found.start, found.end)
    )
    moved = replace(found, start=start, end=end)
    return replace(found, **{name: getattr(moved, name)[end > start] for name in _COLUMNS})


def _upwards(parent: np.ndarray, code: np.ndarray, *columns: np.ndarray) -> Iterator[tuple[np.ndarray, ...]]:
    """The rows, then those of their codes' parents, and so on."""
    while True:
        yield code, *columns
        code = parent[code]
        if not (code >= 0).any():
            return
        code, *columns = (column[code >= 0] for column in (code, *columns))
