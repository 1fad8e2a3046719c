"""What the coefficients of many codes are made of: sums by code and document, and patterns of units."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dtstudy.measures.agreement.judgements import Counts

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@dataclass(frozen=True)
class Sums:
    """By document that a coder read, documents in order.

    `units`, `stratum` and `size`, how many coders read it (documents,); `readers` (coders, documents) yes or no;
    `given` (coders, codes, documents), units with the code by the coder; `apart` (codes, documents), pairs of
    coders that differ, both ways round, over the coders of the unit less one.
    """

    units: np.ndarray
    stratum: np.ndarray
    size: np.ndarray
    readers: np.ndarray
    given: np.ndarray
    apart: np.ndarray

    @property
    def paired(self) -> np.ndarray:
        """Documents that two coders or more read."""
        return self.size > 1

    def prevalence(self) -> np.ndarray:
        """(coders, codes) share of the pairable units a coder read that have the code."""
        judged = (self.readers * self.paired) @ self.units
        return over(self.given[:, :, self.paired].sum(axis=2), judged[:, None])

    def percent(self) -> np.ndarray:
        """(codes,) pairs of coders that agree, mean over pairable units."""
        return 1 - over(self.apart @ (1 / self.size), self.units[self.paired].sum())

    def chance_of_kappa(self) -> np.ndarray:
        """(codes,) agreement by chance of two coders, each with a frequency of their own; NaN for more than two."""
        if len(self.given) != 2:
            return np.full(self.given.shape[1], np.nan)
        first, second = self.prevalence()
        return first * second + (1 - first) * (1 - second)

    def chance_of_ac1(self) -> np.ndarray:
        """(codes,) agreement by chance as Gwet has it, of the two categories given and not given."""
        share = over(self.given.sum(axis=0) @ (1 / self.size), self.units.sum())
        return 2 * share * (1 - share)

    def disagreement(self, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Disagreement observed and expected, pairable documents taken so many `times` (replicates, documents)."""
        return _disagreement(*(times @ part for part in self._parts()))

    def disagreement_without_each(self) -> tuple[np.ndarray, np.ndarray]:
        """Disagreement observed and expected with one pairable document left out, each in turn."""
        return _disagreement(*(part.sum(axis=0) - part for part in self._parts()))

    def _parts(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """By pairable document: values, values with each code, pairs apart on each code."""
        values = (self.units * self.size)[self.paired]
        return values, self.given.sum(axis=0)[:, self.paired].T, self.apart[:, self.paired].T


@dataclass(frozen=True)
class Patterns:
    """Pairable units, collapsed to patterns of codes by as many coders.

    `units` and `size`, how many coders judged (patterns,); `with_code` and `apart`, sparse (patterns, codes).
    """

    units: np.ndarray
    size: np.ndarray
    with_code: "csr_array"
    apart: "csr_array"

    def disagreement(self, drawn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Disagreement observed and expected with so many units of each pattern (replicates, patterns)."""
        return _disagreement(drawn @ self.size, drawn @ self.with_code, drawn @ self.apart)


def sums_by_document(counts: Counts, names: list[str]) -> Sums:
    """The sums of `counts` for the codes named."""
    read, given = _placed(counts, names)
    bit = np.arange(len(counts.coders))[:, None]
    readers = read["readers"].to_numpy(np.int64) >> bit & 1
    by_coder = (given["givers"].to_numpy(np.int64) >> bit & 1) * given["size"].to_numpy()
    shape = (len(names), len(read))
    cell = (given["number"] * len(read) + given["place"]).to_numpy()
    differ = (given["size"] * given["apart"]).to_numpy()
    return Sums(
        units=read["units"].to_numpy(float),
        stratum=read["stratum"].to_numpy(),
        size=readers.sum(axis=0),
        readers=readers.astype(bool),
        given=np.array([np.bincount(cell, own, len(names) * len(read)).reshape(shape) for own in by_coder]),
        apart=np.bincount(cell, differ, len(names) * len(read)).reshape(shape),
    )


def patterns_of_units(counts: Counts, names: list[str]) -> Patterns:
    """The pairable units of `counts`, all codes of a unit together, those alike as one pattern."""
    from scipy.sparse import csr_array

    read, given = _placed(counts, names)
    given = given[given["coders"] > 1]
    unit = given.groupby(["place", "unit"]).ngroup().to_numpy()
    coders = np.zeros(unit.max(initial=-1) + 1, dtype=np.int64)
    coders[unit] = given["coders"]
    # units are alike if they show the same codes by as many coders: each such fact has a lot, and sums of lots tell
    lots = np.random.default_rng(0).integers(2**62, size=(len(names), len(counts.coders) + 1))
    drawn = coders.copy()
    np.add.at(drawn, unit, lots[given["number"], given["with_code"]])
    _, one, units = np.unique(drawn, return_index=True, return_counts=True)

    bare = read[read["coders"] > 1].groupby("coders")["units"].sum()
    bare -= pd.Series(coders).value_counts().reindex(bare.index, fill_value=0)
    shape = (len(one) + len(bare), len(names))
    place = np.full(len(drawn), -1)
    place[one] = np.arange(len(one))
    kept = place[unit] >= 0
    cells = (place[unit[kept]], given["number"].to_numpy()[kept])
    return Patterns(
        units=np.concatenate([units, bare.to_numpy(np.int64)]),
        size=np.concatenate([coders[one], bare.index.to_numpy(np.int64)]),
        with_code=csr_array((given["with_code"].to_numpy(float)[kept], cells), shape=shape),
        apart=csr_array((given["apart"].to_numpy(float)[kept], cells), shape=shape),
    )


def over(part: np.ndarray, whole: np.ndarray | float) -> np.ndarray:
    """A ratio, NaN where there is nothing to divide by."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(part, dtype=float) / whole


def _placed(counts: Counts, names: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Documents in order with the number of their coders; what was given, with places of document and code.

    `apart` is the pairs of coders that differ on the unit, both ways round, over its coders less one.
    """
    read = counts.read.sort_values("document", ignore_index=True)
    read = read.assign(coders=np.bitwise_count(read["readers"].to_numpy(np.int64)).astype(np.int64))
    given = counts.given.assign(
        place=pd.Index(read["document"]).get_indexer(counts.given["document"]),
        number=pd.Index(names).get_indexer(counts.given["code"]),
        with_code=np.bitwise_count(counts.given["givers"].to_numpy(np.int64)).astype(np.int64),
    )
    given = given[given["number"] >= 0]
    given = given.assign(coders=read["coders"].to_numpy()[given["place"]])
    differ = 2 * given["with_code"] * (given["coders"] - given["with_code"]) / (given["coders"] - 1).clip(lower=1)
    return read, given.assign(apart=differ)


def _disagreement(values: np.ndarray, with_code: np.ndarray, apart: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Alpha's disagreements (replicates, codes) on one scale, from values in all, those with the code, those apart."""
    values = values[:, None]
    return (values - 1) * apart, 2 * with_code * (values - with_code)
