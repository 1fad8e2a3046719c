"""What is counted of pairs: sums over whole documents, so that parts of an archive add up."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from dtstudy.errors import InputError, near
from dtstudy.measures.cooccurrence import coded, kernel

Unit = Literal["turn", "overlap", "window", "speaker", "document"]
UNITS = ("turn", "overlap", "window", "speaker", "document")


@dataclass(frozen=True)
class Counts:
    """Units, units with each pair of codes, and what a re-labelling moves; sums over whole documents.

    Two of them add up. `met` is indexed by coder, code_1, code_2 (code_1 <= code_2; equal codes give the units with
    that code) and has the column n12, for overlap also overlapping_pairs. `labels` are the turns, or passages, with
    each code, by coder, document and code. `ground` is what they are moved over: document and turns, one row per
    document or speaker; for overlap each two passages that overlap, by coder, document and depth of their codes.
    """

    n_units: int
    met: pd.DataFrame
    labels: pd.Series
    ground: pd.DataFrame

    def __add__(self, other: "Counts") -> "Counts":
        met = pd.concat([self.met, other.met]).groupby(level=[0, 1, 2]).sum()
        labels = pd.concat([self.labels, other.labels])
        ground = pd.concat([self.ground, other.ground], ignore_index=True)
        return Counts(self.n_units + other.n_units, met, labels, ground)


def count(
    codings: pd.DataFrame,
    turns: pd.DataFrame,
    unit: Unit = "turn",
    window: int = 1,
    coders: str = "consensus",
    codes: pd.DataFrame | None = None,
) -> Counts:
    """The additive part of `cooccurrence`, over the documents of these tables."""
    if unit not in UNITS:
        raise InputError(f"The unit '{unit}' is unknown; {near(unit, UNITS)}")
    if unit == "window" and window < 1:
        raise InputError(f"The window is {window}; it must be 1 turn or more either side.")
    said = coded.talk(turns)
    found = coded.coded(codings, said.documents, coders, codes)
    if unit == "overlap":
        return _count_overlap(coded.among_participants(found, said), said)
    return _count_units(found, said, unit, window)


def _count_units(found: coded.Coded, said: coded.Talk, unit: Unit, window: int) -> Counts:
    n_codes, met, labels = len(found.names), [], []
    of_turn = _unit_of_turn(said, unit)
    for keys in coded.on_turns(found, said):
        turn, code = kernel.unpacked(keys, n_codes)
        labels.append(np.unique(said.document[turn] * n_codes + code, return_counts=True))
        if unit == "window":
            keys = kernel.spread(keys, said.document, window, n_codes)
        elif unit != "turn":
            keys = kernel.incidence(of_turn[turn], code, n_codes)
        met.append({"n12": kernel.met(keys, n_codes)})
    own = of_turn if unit == "speaker" else said.document
    turns, first = np.bincount(own), np.unique(own, return_index=True)[1]
    ground = pd.DataFrame({"document": said.documents[said.document[first]], "turns": turns})
    n_units = int(of_turn.max(initial=-1)) + 1
    return Counts(n_units, _met_frame(found, met, ["n12"]), _label_series(found, said, labels), ground)


def _count_overlap(found: coded.Coded, said: coded.Talk) -> Counts:
    n_codes, met, labels, ground = len(found.names), [], [], []
    depth = coded.depths(found.parent)
    for number, spans in enumerate(coded.passages(found)):
        document, *span, code = spans
        shared = kernel.shared_characters(*spans, n_codes)
        met.append({"n12": shared, "overlapping_pairs": kernel.overlaps(*spans, n_codes)})
        labels.append(np.unique(document * n_codes + code, return_counts=True))
        for level in np.unique(depth[code]):
            of, first, second = kernel.joins(*(column[depth[code] == level] for column in (document, *span)))
            about = {"coder": np.full(len(of), number), "document": of}
            names = {"coder": found.coders, "document": said.documents}
            about = {name: pd.Categorical.from_codes(about[name], names[name]) for name in names}
            ground.append(pd.DataFrame({**about, "depth": level, "first": first, "second": second}))
    empty = pd.DataFrame(columns=["coder", "document", "depth", "first", "second"])
    ground = pd.concat(ground, ignore_index=True) if ground else empty
    n_units = int((said.end - said.start).sum())
    met = _met_frame(found, met, ["n12", "overlapping_pairs"])
    return Counts(n_units, met, _label_series(found, said, labels), ground)


def _unit_of_turn(said: coded.Talk, unit: Unit) -> np.ndarray:
    """The number of the unit each turn belongs to; of a window, that of its middle turn."""
    if unit in ("turn", "window"):
        return np.arange(len(said.document))
    if unit == "document":
        return said.document
    speaker = said.document * (said.participant.max(initial=0) + 1) + said.participant
    return np.unique(speaker, return_inverse=True)[1]


def _met_frame(found: coded.Coded, met: list[dict[str, np.ndarray]], columns: list[str]) -> pd.DataFrame:
    """The matrices of each coder as rows of coder, code_1, code_2, without pairs that never meet."""
    nothing = pd.MultiIndex.from_arrays([[], [], []], names=["coder", "code_1", "code_2"])
    tables = [pd.DataFrame({name: [] for name in columns}, nothing, dtype="int64")]
    for coder, matrices in zip(found.coders, met, strict=True):
        one, other = np.nonzero(np.triu(matrices["n12"]))
        index = pd.MultiIndex.from_arrays(
            [np.repeat(coder, len(one)), found.names[one], found.names[other]], names=["coder", "code_1", "code_2"]
        )
        tables.append(pd.DataFrame({name: matrix[one, other] for name, matrix in matrices.items()}, index))
    return pd.concat(tables[1:] or tables)


def _label_series(found: coded.Coded, said: coded.Talk, labels: list[tuple[np.ndarray, np.ndarray]]) -> pd.Series:
    """Turns or passages with each code by coder, document and code, from keys of document and code."""
    keys, numbers = (np.concatenate([own[part] for own in labels] or [np.zeros(0, "int64")]) for part in (0, 1))
    coder = np.repeat(np.arange(len(labels)), [len(own[0]) for own in labels])
    index = pd.MultiIndex(
        levels=[found.coders, said.documents, found.names],
        codes=[coder, keys // max(1, len(found.names)), keys % max(1, len(found.names))],
        names=["coder", "document", "code"],
        verify_integrity=False,
    )
    return pd.Series(numbers, index)
