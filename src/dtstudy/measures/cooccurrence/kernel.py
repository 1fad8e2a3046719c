"""Pairs of codes counted on whole numbers.

One idea throughout: what orders the rows is packed into one 64-bit key, the keys are sorted once, and each row is
compared with the rows after it for as long as they still meet. The cost follows the rows and the meetings found.
Work goes block by block, each block of whole units or documents, so that it stays in the processor's cache.
"""

from collections.abc import Iterator

import numpy as np

BLOCK = 1 << 17  # rows
DENSE = 0.05  # share of the codes an average unit carries, from which on a product of matrices is faster


def met_on_units(unit: np.ndarray, code: np.ndarray, n_codes: int) -> np.ndarray:
    """Units that carry both of each pair of codes, from rows of unit and code in any order, repeated or not.

    Returns codes × codes, symmetric; the diagonal holds the units with each code.

    Examples
    --------
    >>> met_on_units(np.array([0, 0, 1, 1, 1]), np.array([0, 1, 0, 1, 1]), 2).tolist()
    [[2, 2], [2, 2]]
    """
    return met(incidence(unit, code, n_codes), n_codes)


def incidence(unit: np.ndarray, code: np.ndarray, n_codes: int) -> np.ndarray:
    """The distinct pairs of unit and code as ascending keys; `unpacked` gives them back."""
    return _distinct(_packed((unit, 0), (code, _bits(n_codes - 1))), "quicksort")


def spread(keys: np.ndarray, document: np.ndarray, window: int, n_codes: int) -> np.ndarray:
    """The incidence of windows, from that of turns: each code met again up to `window` turns away in the document.

    Parameters: the keys of turns; the document of each turn, in order. A window has the number of its middle turn.
    """
    bits, lots = _bits(n_codes - 1), [keys]
    turn = (keys >> np.uint64(bits)).astype("int64")
    for step in range(1, window + 1):
        onwards = np.append(document[step:], [-1] * step)[: len(document)] == document
        backwards = np.append([False] * step, onwards[:-step])[: len(document)]
        distance = np.uint64(step << bits)
        lots += [keys[onwards[turn]] + distance, keys[backwards[turn]] - distance]
    return _distinct(np.concatenate(lots), "stable")  # which merges lots that are in order already


def unpacked(keys: np.ndarray, n_codes: int) -> tuple[np.ndarray, np.ndarray]:
    """Unit and code of each key of `incidence`."""
    bits = _bits(n_codes - 1)
    return (keys >> np.uint64(bits)).astype("int64"), (keys & np.uint64((1 << bits) - 1)).astype("int64")


def met(keys: np.ndarray, n_codes: int) -> np.ndarray:
    """Units that carry both of each pair of codes, from the keys of `incidence`; see `met_on_units`."""
    total = np.zeros((n_codes, n_codes), "int64")
    for begin, end in _blocks(keys, _bits(n_codes - 1)):
        unit, code = unpacked(keys[begin:end], n_codes)
        row = np.cumsum(np.diff(unit, prepend=unit[0]) != 0)
        total += (_met_dense if len(code) > DENSE * n_codes * (row[-1] + 1) else _met_sparse)(row, code, n_codes)
    return total


def overlaps(document: np.ndarray, start: np.ndarray, end: np.ndarray, code: np.ndarray, n_codes: int) -> np.ndarray:
    """Pairs of passages with different codes that share a character, by the two codes.

    Returns codes × codes, symmetric, with nothing on the diagonal. Two passages that touch share no character.

    Examples
    --------
    >>> spans = np.zeros(3, int), np.array([0, 5, 8]), np.array([9, 8, 9]), np.array([0, 1, 1])
    >>> overlaps(*spans, 2).tolist()
    [[0, 2], [2, 0]]
    """
    total = np.zeros(n_codes * n_codes, "int64")
    for _, begin, until, what in in_order(document, start, end, code):
        for i, j in neighbours(begin, until):
            total += np.bincount(what[i] * n_codes + what[j], minlength=n_codes * n_codes)
    return _both_ways(total.reshape(n_codes, n_codes))


def joins(document: np.ndarray, start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Each two passages that share a character: document, and their numbers in it by order of start, from 0.

    Examples
    --------
    >>> [column.tolist() for column in joins(np.array([0, 3, 3]), np.array([4, 0, 5]), np.array([9, 6, 9]))]
    [[3], [0], [1]]
    """
    lots = [(np.zeros(0, "int64"),) * 3]
    for of, begin, until, _ in in_order(document, start, end, np.zeros(len(document), "int64")):
        number = np.arange(len(of)) - np.searchsorted(of, of)
        lots += [(of[i], number[i], number[j]) for i, j in neighbours(begin, until)]
    of, first, second = (np.concatenate(parts) for parts in zip(*lots, strict=True))
    order = np.argsort(of, kind="stable")
    return of[order], first[order], second[order]


def shared_characters(
    document: np.ndarray, start: np.ndarray, end: np.ndarray, code: np.ndarray, n_codes: int
) -> np.ndarray:
    """Characters that lie under both of each pair of codes, however many passages lie there.

    Returns codes × codes, symmetric; the diagonal holds the characters under each code.

    Examples
    --------
    >>> spans = np.zeros(3, int), np.array([0, 5, 8]), np.array([9, 8, 12]), np.array([0, 1, 1])
    >>> shared_characters(*spans, 2).tolist()
    [[9, 4], [4, 7]]
    """
    document, start, end, code = merged(document, start, end, code)
    total = np.zeros(n_codes * n_codes)
    for _, begin, until, what in in_order(document, start, end, code):
        for i, j in neighbours(begin, until):
            shared = np.minimum(until[i], until[j]) - begin[j]
            total += np.bincount(what[i] * n_codes + what[j], shared, minlength=n_codes * n_codes)
    both = _both_ways(np.rint(total).astype("int64").reshape(n_codes, n_codes))
    np.fill_diagonal(both, np.bincount(code, end - start, minlength=n_codes))
    return both


def merged(
    document: np.ndarray, start: np.ndarray, end: np.ndarray, code: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Passages with one code that share a character, made one; document, start, end, code, by document and code."""
    if not len(start):
        return document, start, end, code
    n_codes, places = int(code.max()) + 1, _bits(int(end.max()))
    lots = []
    for group, begin, until, _ in in_order(document.astype("int64") * n_codes + code, start, end, np.zeros_like(code)):
        reach = np.maximum.accumulate(until)
        first = np.ones(len(begin), bool)
        first[1:] = begin[1:] >= reach[:-1]
        at = np.flatnonzero(first)
        length = reach[np.append(at[1:], len(begin)) - 1] - begin[at]
        lots.append((group[at], begin[at] & ((1 << places) - 1), length))
    group, begin, length = (np.concatenate(parts) for parts in zip(*lots, strict=True))
    return group // n_codes, begin, begin + length, group % n_codes


def in_order(
    document: np.ndarray, start: np.ndarray, end: np.ndarray, code: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]:
    """Blocks of whole documents: passages as document, start, end and code, by document and start.

    Starts and ends run on through the documents, so that passages of two documents never meet; the document's own
    offset is in the low bits.
    """
    if not len(start):
        return
    length = end - start
    places, lengths, codes = _bits(int(end.max())), _bits(int(length.max())), _bits(int(code.max()))
    if _bits(int(document.max())) + places + lengths + codes <= 64:
        keys = _packed((document, 0), (start, places), (length, lengths), (code, codes))
        keys.sort()
        for first, last in _blocks(keys, places + lengths + codes):
            block = keys[first:last]
            begin = (block >> np.uint64(lengths + codes)).astype("int64")
            until = begin + ((block >> np.uint64(codes)) & np.uint64((1 << lengths) - 1)).astype("int64")
            yield begin >> places, begin, until, (block & np.uint64((1 << codes) - 1)).astype("int64")
    else:  # too wide for one key: the same order, slower
        order = np.lexsort((start, document))
        document = document[order]
        rank = np.cumsum(np.diff(document, prepend=document[0]) != 0)
        begin = (rank << places) + start[order]
        yield document, begin, begin + length[order], code[order].astype("int64")


def neighbours(start: np.ndarray, end: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Pairs of rows (i < j) that share a character, in lots; rows are in the order of their starts."""
    step, i = 1, np.flatnonzero(start[1:] < end[:-1])
    while len(i):
        yield i, i + step
        step += 1
        i = i[: np.searchsorted(i, len(start) - step)]
        i = i[start[i + step] < end[i]]


def _distinct(keys: np.ndarray, kind: str) -> np.ndarray:
    """The keys ascending, each once; the input is sorted in place."""
    keys.sort(kind=kind)
    first = np.ones(len(keys), bool)
    np.not_equal(keys[1:], keys[:-1], out=first[1:])
    return keys if first.all() else keys[first]


def _met_sparse(unit: np.ndarray, code: np.ndarray, n_codes: int) -> np.ndarray:
    """Each row against the next ones of its unit."""
    total = np.zeros(n_codes * n_codes, "int64")
    step, i = 1, np.flatnonzero(unit[1:] == unit[:-1])
    while len(i):
        total += np.bincount(code[i] * n_codes + code[i + step], minlength=n_codes * n_codes)
        step += 1
        i = i[: np.searchsorted(i, len(unit) - step)]
        i = i[unit[i + step] == unit[i]]
    both = _both_ways(total.reshape(n_codes, n_codes))
    np.fill_diagonal(both, np.bincount(code, minlength=n_codes))
    return both


def _met_dense(unit: np.ndarray, code: np.ndarray, n_codes: int) -> np.ndarray:
    """The incidence matrix times itself; single precision counts exactly up to 2**24 units, a block has fewer."""
    carries = np.zeros((unit[-1] + 1, n_codes), "float32")
    carries[unit, code] = 1
    return (carries.T @ carries).astype("int64")


def _blocks(keys: np.ndarray, bits: int) -> Iterator[tuple[int, int]]:
    """Ranges of about `BLOCK` sorted keys that end where the part above `bits` changes."""
    begin = 0
    while begin < len(keys):
        end = min(begin + BLOCK, len(keys))
        above = (int(keys[end - 1]) >> bits) + 1
        end += (
            int(np.searchsorted(keys[end:], np.uint64(above << bits))) if above << bits < 1 << 64 else len(keys) - end
        )
        yield begin, end
        begin = end


def _both_ways(half: np.ndarray) -> np.ndarray:
    whole = half + half.T
    np.fill_diagonal(whole, 0)
    return whole


def _packed(*fields: tuple[np.ndarray, int]) -> np.ndarray:
    """One key a row: each field with its bits, the first on top."""
    keys = fields[0][0].astype("uint64")
    for values, bits in fields[1:]:
        keys <<= np.uint64(bits)
        np.bitwise_or(keys, values, out=keys, dtype="uint64", casting="unsafe")
    return keys


def _bits(largest: int) -> int:
    return max(1, int(largest).bit_length())
