"""What would meet if codes lay anywhere in their document: exact mean and variance, and draws where counts are small.

Turns: each code keeps its number of turns in each document; which turns they are is drawn anew, for every code apart,
all choices alike. A unit is a set of turns (one turn, a window, a speaker's turns, all turns of the document) and
carries a code where one of its turns does. All that is needed is the chance that a code on `a` of a document's N turns
leaves m given turns free, C(N - a, m) / C(N, m). For single turns n12 is hypergeometric in each document.

Passages: they stay where they are and swap their codes within the document. Pairs that overlap are then the joins of a
graph, with the moments of join counts under sampling without replacement.

References: Cliff & Ord (1981), Spatial Processes; Phipson & Smyth (2010), Statistical Applications in Genetics and
Molecular Biology 9: 39.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from zlib import crc32

import numpy as np

LOT = 1000  # replicates drawn at a time
DOCUMENTS = 4096  # documents taken at a time
Draw = Callable[[np.random.Generator, int, np.ndarray, np.ndarray, np.ndarray, np.ndarray, int], np.ndarray]


@dataclass(frozen=True)
class Labels:
    """How many turns, or passages, carry each code in each document: a row per document and code, by document."""

    document: np.ndarray
    code: np.ndarray
    number: np.ndarray
    n_codes: int


def moments_of_units(
    labels: Labels, document: np.ndarray, turns: np.ndarray, unit: str, window: int
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance of the units with both codes, codes × codes each, when every code's turns are drawn anew.

    Parameters: how many turns each document has, or each speaker of a document where that is the unit, as rows of
    `document` and `turns`; unit and window as in `cooccurrence`.

    Examples
    --------
    Ten turns, four with one code and five with the other: a hypergeometric count.

    >>> labels = Labels(np.zeros(2, int), np.arange(2), np.array([4, 5]), 2)
    >>> mean, variance = moments_of_units(labels, np.array([0]), np.array([10]), "turn", 0)
    >>> float(mean[0, 1].round(4)), float(variance[0, 1].round(4))
    (2.0, 0.6667)
    """
    mean, variance = np.zeros((2, labels.n_codes, labels.n_codes))
    for table, sizes in _alike(labels, document, turns):
        units, (one, other, either, times) = _units(sizes, unit, window)
        missed = _missed(int(sizes.sum()), np.arange(table.max() + 1), int(either.max()))
        size, of_size = np.unique(units, return_counts=True)
        mean += _sums(1 - missed[:, size], table, of_size)
        variance += _sums(1 - missed[:, one] - missed[:, other] + missed[:, either], table, times)
        one, other, times = _unordered(size, of_size)
        variance -= _sums((1 - missed[:, one]) * (1 - missed[:, other]), table, times)
    return mean, _no_residue(variance, mean)


def moments_of_joins(
    labels: Labels, document: np.ndarray, first: np.ndarray, second: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance of the overlapping pairs of passages, codes × codes each, when passages swap their codes.

    Parameters: each two passages that overlap, as rows of `document` and their numbers in it, from 0.

    Examples
    --------
    Three passages in a row, the middle one overlapping both others; two carry one code and one the other.

    >>> labels = Labels(np.zeros(2, int), np.arange(2), np.array([2, 1]), 2)
    >>> mean, variance = moments_of_joins(labels, np.zeros(2, int), np.array([0, 1]), np.array([1, 2]))
    >>> float(mean[0, 1].round(4)), float(variance[0, 1].round(4))
    (1.3333, 0.2222)
    """
    n_documents = 1 + max(labels.document.max(initial=-1), document.max(initial=-1))
    joins = np.bincount(document, minlength=n_documents).astype("float64")
    passages = np.bincount(labels.document, labels.number, minlength=n_documents)
    begin = np.concatenate([[0], np.cumsum(passages)[:-1]]).astype("int64") if n_documents else passages
    ends = np.concatenate([begin[document] + first, begin[document] + second])
    degree = np.bincount(ends, minlength=int(passages.sum())).astype("float64")
    forks = np.bincount(np.repeat(np.arange(n_documents), passages.astype("int64")), degree * (degree - 1))
    forks = np.pad(forks, (0, n_documents - len(forks)))  # ordered pairs of joins that share a passage
    two, three, four = (_falling(passages, length) for length in (2, 3, 4))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(two > 0, 2 * joins / two, 0)
        fork = np.where(three > 0, forks / three, 0)
        apart = np.where(four > 0, 4 * (joins * (joins - 1) - forks) / four, 0)
    mean, variance = np.zeros((2, labels.n_codes, labels.n_codes))
    for begin, table in _tables(labels, np.arange(n_documents)):
        a, here = table.astype("float64"), slice(begin, begin + len(table))
        s, f, d = (values[here, None] for values in (share, fork, apart))
        squares = a * (a - 1)
        mean += a.T @ (s * a)
        forked = squares.T @ (f * a)
        variance += a.T @ (s * a) + forked + forked.T + squares.T @ (d * squares) - (a**2).T @ (s**2 * a**2)
    return mean, _no_residue(variance, mean)


def as_far(
    labels: Labels,
    names: list[str],
    draw: Draw,
    pairs: tuple[np.ndarray, np.ndarray],
    seen: np.ndarray,
    mean: np.ndarray,
    replicates: int,
    seed: int,
) -> np.ndarray:
    """In how many of the replicates each pair's count lies as far from its mean as the one seen, or farther.

    Parameters: `draw` draws the counts of one document; see `drawn_units` and `drawn_joins`. Each document has a
    stream of random numbers of its own, from the seed and its name, so that the order of documents does not matter.
    """
    times = np.zeros(len(seen), "int64")
    begin = np.searchsorted(labels.document, np.arange(len(names) + 1))
    for lot in range(0, replicates, LOT):
        size = min(LOT, replicates - lot)
        total = np.zeros((len(seen), size), "int32")
        for document, name in enumerate(names):
            codes = labels.code[begin[document] : begin[document + 1]]
            place = np.full(labels.n_codes, -1)
            place[codes] = np.arange(len(codes))
            one, other = (place[code] for code in pairs)
            here = np.flatnonzero((one >= 0) & (other >= 0))
            if len(here):
                number = labels.number[begin[document] : begin[document + 1]]
                rng = np.random.default_rng([seed, lot, crc32(name.encode())])
                total[here] += draw(rng, document, codes, number, one[here], other[here], size)
        far = np.abs(seen - mean) - 1e-9
        times += (np.abs(total - mean[:, None]) >= far[:, None]).sum(axis=1)
    return times


def drawn_units(document: np.ndarray, turns: np.ndarray, unit: str, window: int) -> Draw:
    """A draw of units with both codes, when every code's turns are drawn anew; parameters as in `moments_of_units`."""
    begin = np.searchsorted(document, np.arange(document.max(initial=-1) + 2))

    def draw(rng, document, codes, number, one, other, size):
        sizes = turns[begin[document] : begin[document + 1]]
        needed, place = np.unique([one, other], return_inverse=True)
        carries = np.stack([_choices(rng, int(sizes.sum()), number[code], size) for code in needed])
        if unit == "window":
            carries = _widened(carries, window)
        elif unit != "turn":
            carries = np.logical_or.reduceat(carries, np.cumsum(sizes) - sizes, axis=2)
        words = -(-carries.shape[2] // 64)
        packed = np.packbits(carries, axis=2)
        packed = np.pad(packed, ((0, 0), (0, 0), (0, 8 * words - packed.shape[2]))).view("uint64")
        packed = np.ascontiguousarray(packed.transpose(0, 2, 1))
        one, other = place.reshape(2, -1)
        return np.bitwise_count(packed[one] & packed[other]).sum(axis=1, dtype="int32")

    return draw


def drawn_joins(document: np.ndarray, first: np.ndarray, second: np.ndarray) -> Draw:
    """A draw of overlapping pairs, when passages swap their codes; parameters as in `moments_of_joins`."""
    begin = np.searchsorted(document, np.arange(document.max(initial=-1) + 2))

    def draw(rng, document, codes, number, one, other, size):
        total = np.zeros(len(one) * size, "int32")
        joins = slice(*begin[document : document + 2]) if document + 1 < len(begin) else slice(0)
        labels = rng.permuted(np.tile(np.repeat(np.arange(len(codes)), number), (size, 1)), axis=1)
        pair = np.full((len(codes), len(codes)), -1)
        pair[one, other] = pair[other, one] = np.arange(len(one))
        replicate, join = np.nonzero((met := pair[labels[:, first[joins]], labels[:, second[joins]]]) >= 0)
        total += np.bincount(met[replicate, join] * size + replicate, minlength=len(total)).astype("int32")
        return total.reshape(len(one), size)

    return draw


def _alike(labels: Labels, document: np.ndarray, turns: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Documents with the same numbers of turns, together: their table of labels, and those numbers."""
    order = np.lexsort((turns, document))
    turns, begin = turns[order], np.searchsorted(document[order], np.unique(document))
    sizes = np.split(turns, begin[1:])
    kinds: dict[bytes, list[int]] = {}
    for number, own in zip(np.unique(document), sizes, strict=True):
        kinds.setdefault(own.tobytes(), []).append(number)
    for key, documents in kinds.items():
        for _, table in _tables(labels, np.array(documents)):
            yield table, np.frombuffer(key, turns.dtype)


def _tables(labels: Labels, documents: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Documents × codes, the numbers of labels, some documents at a time; with the place of the first one."""
    begin = np.searchsorted(labels.document, documents)
    end = np.searchsorted(labels.document, documents, side="right")
    for lot in range(0, len(documents), DOCUMENTS):
        own = slice(lot, lot + DOCUMENTS)
        length = (end - begin)[own]
        rows = np.repeat(begin[own] - np.cumsum(length) + length, length) + np.arange(length.sum())
        table = np.zeros((len(length), labels.n_codes), "int64")
        table[np.repeat(np.arange(len(length)), length), labels.code[rows]] = labels.number[rows]
        yield lot, table


def _units(
    sizes: np.ndarray, unit: str, window: int
) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]:
    """The units of a document by their number of turns, and all ordered pairs of them.

    The pairs are counted by what matters: turns in the one, in the other, in either, and how many such pairs.
    """
    n = int(sizes.sum())
    if unit == "window":
        return _windows(n, window)
    units = {"turn": np.ones(n, "int64"), "speaker": sizes, "document": np.array([n])}[unit]
    size, of_size = np.unique(units, return_counts=True)
    one, other, times = _unordered(size, of_size)
    times[one == other] -= of_size  # a unit with itself stands apart: it has its turns only once
    return units, (*np.hstack([(size, size, size), (one, other, one + other)]), np.append(of_size, times))


def _unordered(size: np.ndarray, of_size: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The sizes of two units, the smaller first, and how many ordered pairs of units have them."""
    one, other = np.triu_indices(len(size))
    return size[one], size[other], of_size[one] * of_size[other] * np.where(one == other, 1, 2)


def _windows(n: int, window: int) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]:
    """As `_units`, for windows: those up to twice `window` apart share turns, all others do not."""
    middle = np.arange(n)
    first, last = np.maximum(middle - window, 0), np.minimum(middle + window, n - 1)
    size = last - first + 1
    lots = [
        (size[step:], size[: n - step], last[step:] - first[: n - step] + 1) for step in range(min(n, 2 * window + 1))
    ]
    near = np.hstack([(np.minimum(one, other), np.maximum(one, other), either) for one, other, either in lots])
    twice = np.repeat([1] + [2] * (len(lots) - 1), [len(one) for one, _, _ in lots])
    near, kind = np.unique(near, axis=1, return_inverse=True)
    times = np.bincount(kind.ravel(), twice)
    one, other, apart = _unordered(*np.unique(size, return_counts=True))
    for small, large, _, number in zip(*near, times, strict=True):
        apart[(one == small) & (other == large)] -= int(number)
    return size, (*np.hstack([near, (one, other, one + other)]), np.append(times, apart))


def _sums(chance: np.ndarray, table: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Chance for the one code × chance for the other × times, over units and documents; chances by number of labels."""
    values = chance.T[:, table].reshape(-1, table.shape[1])
    return values.T @ (values * np.repeat(times, len(table))[:, None])


def _missed(n: int, numbers: np.ndarray, most: int) -> np.ndarray:
    """The chance that a code on so many of n turns misses 0, 1, … `most` given ones: numbers × turns."""
    turns = np.arange(most)
    factors = np.maximum(n - numbers[:, None] - turns, 0) / np.maximum(n - turns, 1)
    return np.hstack([np.ones((len(numbers), 1)), np.cumprod(factors, axis=1)])


def _choices(rng: np.random.Generator, n: int, number: int, size: int) -> np.ndarray:
    """`size` random choices of `number` out of n, as truth values: Floyd's algorithm, all choices at once."""
    if number > n // 2:
        return ~_choices(rng, n, n - number, size)
    chosen, rows = np.zeros((size, n), bool), np.arange(size)
    for last in range(n - number, n):
        at = rng.integers(0, last + 1, size)
        at[chosen[rows, at]] = last
        chosen[rows, at] = True
    return chosen


def _widened(carries: np.ndarray, window: int) -> np.ndarray:
    wide = carries.copy()
    for step in range(1, window + 1):
        wide[..., step:] |= carries[..., :-step]
        wide[..., :-step] |= carries[..., step:]
    return wide


def _falling(n: np.ndarray, length: int) -> np.ndarray:
    return np.prod([np.maximum(n - step, 0) for step in range(length)], axis=0)


def _no_residue(variance: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """A variance that is nothing but rounding is none."""
    return np.where(variance > 1e-10 * (1 + mean**2), variance, 0.0)
