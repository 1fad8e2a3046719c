"""Agreement on where passages begin and end: Krippendorff's coefficients for units that coders cut themselves.

All take passages on one line of characters (coder, code, start, end; the end is the character after the last) and the
length of that line, as `continuum` lays the talk end to end. What no passage covers is a gap, and is judged too.
"""

from collections.abc import Sequence
from itertools import permutations

import numpy as np
import pandas as pd

from dtstudy.errors import InputError, near

POOLED = "all codes"


def unitizing_alpha(spans: pd.DataFrame, length: int, coders: Sequence[str] | None = None) -> pd.DataFrame:
    """Krippendorff's alpha for unitizing, code by code: do passages with the code begin and end alike?

    Formula: 1 - Do / De. Do is the mean over pairs of coders of: the sum of (start - start')^2 + (end - end')^2 of
    passages that meet and of (length)^2 of one that lies in a gap, over the squared length of the line. De is the same,
    had the passages lain anywhere.

    Parameters: passages (coder, code, start, end), which may overlap between codes and not within one code of one
    coder; the length of the line they lie on; the coders, of whom one may have no passage, or those who have. Two
    passages that meet differ by the squares of the distances of their starts and of their ends, a passage inside
    the other's gap by the square of its length. The expectation depends on how finely the line is measured: a line
    of characters and one of words give other values.

    Returns
    -------
    DataFrame, one row per code, and a last row `all codes` (the disagreements summed)
        code, coders, length, passages
        observed, expected : disagreement, 0 or more
        alpha : 1 is perfect, 0 as chance has it; NaN without passages

    Raises InputError for passages outside the line, without length, or overlapping.
    References: Krippendorff (1995), Sociological Methodology 25: 47; Krippendorff (2004), Quality & Quantity 38: 787,
    whose example is below.

    >>> spans = pd.DataFrame([("i", "c", 75, 145), ("i", "c", 220, 250), ("j", "c", 70, 150), ("j", "c", 205, 225),
    ...     ("j", "c", 250, 270)], columns=["coder", "code", "start", "end"])
    >>> unitizing_alpha(spans, 300)[["observed", "expected", "alpha"]].round(4).iloc[0].tolist()
    [0.0144, 0.0532, 0.7286]
    """
    coders = _coders(spans, coders)
    _check(spans, length)
    rows = []
    for code, own in spans.groupby("code"):
        lines = [own.loc[own["coder"] == coder, ["start", "end"]].sort_values("start").to_numpy() for coder in coders]
        for coder, line in zip(coders, lines, strict=True):
            _refuse_overlap(line[:, 0], line[:, 1], f"with the code '{code}' by {coder}")
        rows.append((code, len(own), _observed(lines, length), _expected(lines, length)))
    table = pd.DataFrame(rows, columns=["code", "passages", "observed", "expected"])
    total = pd.DataFrame([{"code": POOLED, **table[["passages", "observed", "expected"]].sum()}])
    table = pd.concat([table, total], ignore_index=True).astype({"passages": "int64"})
    table["alpha"] = 1 - table["observed"] / table["expected"].where(table["expected"] > 0)
    table = table.assign(coders=", ".join(coders), length=length)
    return table[["code", "coders", "length", "passages", "observed", "expected", "alpha"]]


def u_alpha(spans: pd.DataFrame, length: int, coders: Sequence[str] | None = None) -> float:
    """Agreement on passages and their codes together, character by character, passages drawn whole by chance.

    Formula: 1 - (1 - po) / (1 - pe): po is the share of characters with equal values (a code or none) in pairs of
    coders; pe that of all pairs of characters of any coders, without those within one passage.

    Parameters as in `unitizing_alpha`; a coder's passages must not overlap, whatever their codes, so run it on one
    code or on codes that exclude each other. 1 is perfect, 0 as chance has it; NaN where nothing varies. Raises
    InputError for passages that overlap. Reference: Krippendorff, Mathet, Bouvry & Widlöcher (2016), Quality &
    Quantity 50: 2347, equations 1 to 5.

    >>> spans = pd.DataFrame([("i", "a", 0, 10), ("i", "b", 20, 30), ("j", "a", 0, 8), ("j", "b", 20, 32)],
    ...     columns=["coder", "code", "start", "end"])
    >>> round(u_alpha(spans, 40), 3)
    0.851
    """
    line = _Line(spans, length, coders)
    return _beyond_chance(line.coincidences(), line.squares())


def bar_u_alpha(spans: pd.DataFrame, length: int, coders: Sequence[str] | None = None) -> float:
    """Agreement on what is worth a code at all: coded against gap, whatever the code. As `u_alpha`; equation 6.

    Formula: as `u_alpha`, with two values: coded with any code, and gap.

    Reference: Krippendorff, Mathet, Bouvry & Widlöcher (2016), Quality & Quantity 50: 2347, equation 6.

    >>> spans = pd.DataFrame([("i", "a", 0, 10), ("i", "b", 20, 30), ("j", "a", 0, 8), ("j", "b", 20, 32)],
    ...     columns=["coder", "code", "start", "end"])
    >>> round(bar_u_alpha(spans, 40), 3)
    0.814
    """
    line = _Line(spans, length, coders)
    coded = np.eye(2)[[0, *(1 for _ in line.codes)]]
    return _beyond_chance(coded.T @ line.coincidences() @ coded, line.squares())


def cu_alpha(spans: pd.DataFrame, length: int, coders: Sequence[str] | None = None) -> tuple[float, float]:
    """Agreement on codes where coders agree that there is something to code, and the share of the line that is.

    Formula: as `u_alpha`, of the characters that both of two coders coded; coverage = those characters / characters.

    As `u_alpha`; equations 7 to 11. Returns alpha, NaN with fewer than two codes in use there, and coverage, 0 to 1.

    Reference: Krippendorff, Mathet, Bouvry & Widlöcher (2016), Quality & Quantity 50: 2347, equations 7 to 11.

    >>> spans = pd.DataFrame([("i", "a", 0, 10), ("i", "b", 20, 30), ("j", "a", 0, 8), ("j", "b", 20, 32)],
    ...     columns=["coder", "code", "start", "end"])
    >>> [round(number, 3) for number in cu_alpha(spans, 40)]
    [1.0, 0.45]
    """
    line = _Line(spans, length, coders)
    met = line.coincidences()[1:, 1:]
    return _beyond_chance(met, line.squares_where_met()), float(met.sum() / (length * len(line.labels)))


def ku_alpha(spans: pd.DataFrame, length: int, coders: Sequence[str] | None = None) -> pd.DataFrame:
    """Agreement on each code against the others, where coders agree that there is something to code.

    Formula: 1 - Do / De of one code where coders met: Do is the share of its characters to which the other gave another
    code, De the share expected so, without pairs within one passage.

    As `u_alpha`; equations 12 and 13. Returns code, alpha (NaN where there is no other code), coverage (share of the
    code's characters that the others coded too, 0 to 1).

    Reference: Krippendorff, Mathet, Bouvry & Widlöcher (2016), Quality & Quantity 50: 2347, equations 12 and 13.

    >>> spans = pd.DataFrame([("i", "a", 0, 10), ("i", "b", 20, 30), ("j", "a", 0, 8), ("j", "b", 20, 32)],
    ...     columns=["coder", "code", "start", "end"])
    >>> ku_alpha(spans, 40).round(3)
      code  alpha  coverage
    0    a    1.0     0.889
    1    b    1.0     0.909
    """
    line = _Line(spans, length, coders)
    whole = line.coincidences()
    met, squares = whole[1:, 1:], line.squares_where_met()
    margins = met.sum(axis=1)
    alike = margins**2 - squares
    others = margins * (margins.sum() - margins)
    with np.errstate(divide="ignore", invalid="ignore"):
        observed, expected = 1 - np.diag(met) / margins, others / (others + alike)
        alpha = np.where((others > 0) & (others + alike > 0), 1 - observed / expected, np.nan)
        coverage = margins / whole.sum(axis=1)[1:]
    return pd.DataFrame({"code": line.codes, "alpha": alpha, "coverage": coverage})


class _Line:
    """A line cut wherever a passage begins or ends: who has which code on each piece.

    `codes` (codes,); `size` (pieces,) in characters; `labels` (coders, pieces), 0 in a gap, else the place of the
    code from 1; `passages` (coders, pieces), the passage a piece belongs to, or the gap.
    """

    def __init__(self, spans: pd.DataFrame, length: int, coders: Sequence[str] | None) -> None:
        coders = _coders(spans, coders)
        _check(spans, length)
        cuts = np.unique([0, length, *spans["start"], *spans["end"]])
        self.codes = sorted(set(spans["code"]))
        self.size = np.diff(cuts)
        self.labels = np.zeros((len(coders), len(self.size)), dtype=np.int64)
        self.passages = np.zeros_like(self.labels)
        for place, coder in enumerate(coders):
            own = spans[spans["coder"] == coder].sort_values("start")
            start, end = own["start"].to_numpy(), own["end"].to_numpy()
            _refuse_overlap(start, end, f"by {coder}; take one code at a time")
            number = np.searchsorted(start, cuts[:-1], side="right") - 1
            inside = (number >= 0) & (cuts[:-1] < np.append(end, 0)[number])
            label = np.append(np.searchsorted(self.codes, own["code"]) + 1, 0)
            self.labels[place] = np.where(inside, label[number], 0)
            self.passages[place] = np.cumsum(np.diff(np.where(inside, number, -1), prepend=-2) != 0) - 1

    def coincidences(self) -> np.ndarray:
        """Characters on which a coder has one value and another coder another, gaps first (values, values)."""
        values, coders = len(self.codes) + 1, len(self.labels)
        cells = [np.bincount(one * values + other, self.size, values**2) for one, other in permutations(self.labels, 2)]
        return np.sum(cells, axis=0).reshape(values, values) / (coders - 1)

    def squares(self) -> np.ndarray:
        """Squared lengths of passages, and lengths of gaps, by value (values,): pairs that are one judgement."""
        total = np.zeros(len(self.codes) + 1)
        for label, passage in zip(self.labels, self.passages, strict=True):
            lengths = np.bincount(passage, self.size)
            value = np.zeros(len(lengths), dtype=np.int64)
            value[passage] = label
            total += np.bincount(value, np.where(value > 0, lengths**2, lengths), len(total))
        return total

    def squares_where_met(self) -> np.ndarray:
        """Squared lengths of the parts of passages that another coder coded too, by code (codes,)."""
        total = np.zeros(len(self.codes) + 1)
        for one, other in permutations(range(len(self.labels)), 2):
            met = (self.labels[one] > 0) & (self.labels[other] > 0)
            lengths = np.bincount(self.passages[one], self.size * met)
            value = np.zeros(len(lengths), dtype=np.int64)
            value[self.passages[one]] = self.labels[one]
            total += np.bincount(value, lengths**2, len(total))
        return total[1:] / (len(self.labels) - 1)


def _beyond_chance(coincidences: np.ndarray, squares: np.ndarray) -> float:
    """Alpha on nominal values, those of one passage not paired with themselves."""
    margins = coincidences.sum(axis=1)
    whole = margins.sum()
    pairs, apart = whole**2 - squares.sum(), whole**2 - (margins**2).sum()
    if not min(pairs, apart) > 0:
        return np.nan
    return float(1 - (whole - np.trace(coincidences)) / whole * pairs / apart)


def _observed(lines: list[np.ndarray], length: int) -> float:
    """Squared differences of the coders' passages, over all pairs of coders."""
    total = 0.0
    for one, other in permutations(lines, 2):
        meet = (one[:, None, 0] < other[:, 1]) & (other[:, 0] < one[:, None, 1])
        edges = (one[:, None, :].astype(float) - other) ** 2
        alone = ~meet.any(axis=1)
        total += edges.sum(axis=2)[meet].sum() / 2 + ((one[alone, 1] - one[alone, 0]).astype(float) ** 2).sum()
    return 2 * total / (len(lines) * (len(lines) - 1) * length**2)


def _expected(lines: list[np.ndarray], length: int) -> float:
    """The same if the passages lay anywhere on the line."""
    own = np.concatenate([line[:, 1] - line[:, 0] for line in lines]).astype(float)
    free = np.concatenate([np.append(line[:, 0], length) - np.append(0, line[:, 1]) for line in lines])
    room = np.maximum(free - own[:, None] + 1, 0) * (free >= own[:, None])
    moved = (len(own) - 1) / 3 * (2 * own**3 - 3 * own**2 + own) + own**2 * room.sum(axis=1)
    pairs = len(lines) * length * (len(lines) * length - 1) - (own * (own - 1)).sum()
    return float(2 / length * moved.sum() / pairs)


def _coders(spans: pd.DataFrame, coders: Sequence[str] | None) -> tuple[str, ...]:
    known = sorted(set(spans["coder"]))
    chosen = tuple(known) if coders is None else tuple(dict.fromkeys(coders))
    for coder in known:
        if coder not in chosen:
            raise InputError(f"There are passages by '{coder}', who is not among the coders; {near(coder, chosen)}")
    if len(chosen) < 2:
        raise InputError("Agreement takes two coders or more; name those without a passage too.")
    return chosen


def _check(spans: pd.DataFrame, length: int) -> None:
    wrong = (spans["start"] < 0) | (spans["end"] <= spans["start"]) | (spans["end"] > length)
    if wrong.any():
        row = spans.loc[wrong.idxmax()]
        raise InputError(
            f"Characters {row['start']} to {row['end']} are no passage of a line of {length} characters."
            " Mend them, or the length."
        )


def _refuse_overlap(start: np.ndarray, end: np.ndarray, where: str) -> None:
    again = np.flatnonzero(start[1:] < end[:-1])
    if len(again):
        first, second = again[0], again[0] + 1
        raise InputError(
            f"Passages {start[first]} to {end[first]} and {start[second]} to {end[second]} overlap, {where}."
            " Make them one."
        )
