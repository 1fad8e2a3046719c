"""Association in a table of counts: exact tests over all tables with the same margins, odds ratios, chi-square."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate
from math import ceil, comb, exp, inf, log, nan, prod, sqrt

from dtstudy.errors import InputError

Table = list[list[int]]
Margin = tuple[int, ...]
LARGEST_WORK = 20_000_000  # steps of the count; seconds, or a minute at most
NEAR = 10_000_000  # tables are equally probable within one part in so many, as in R


@dataclass(frozen=True)
class ExactTest:
    """An exact test of association: `p` as a fraction, and the number of `tables` with these margins."""

    p: Fraction
    tables: int

    def __str__(self) -> str:
        fraction = f"{self.p} = " if self.p.denominator < 10**9 else ""
        return f"exact p = {fraction}{float(self.p):.4f}, over all {self.tables:,} tables with these margins"


@dataclass(frozen=True)
class Trend:
    """An exact test of trend: the `score` of the last column, and its probability of being so low or so high."""

    score: Fraction
    low: Fraction
    high: Fraction


@dataclass(frozen=True)
class OddsRatio:
    """Odds ratio of a 2 x 2 table.

    `sample` is ad / bc; `conditional` the value under which the table seen is most probable, given its margins,
    with its exact limits `low` and `high`; `haldane` the sample ratio after half a person was added to each cell
    (Haldane and Anscombe), for tables with an empty one.
    """

    sample: float
    conditional: float
    low: float
    high: float
    haldane: float


@dataclass(frozen=True)
class Association:
    """Chi-square and likelihood ratio of a table, with what says whether to trust them.

    `least_expected` is the smallest expected count, `below_five` how many are under five; `v` is Cramer's V.
    """

    chi2: float
    chi2_p: float
    df: int
    g2: float
    g2_p: float
    v: float
    least_expected: float
    below_five: int


def freeman_halton(table: Table) -> ExactTest:
    """Exact test of association in an r x c table, over every table with the same margins.

    `p` is the summed probability of all tables no more probable than the one seen (within one part in ten
    million, as in R). No table is listed: the columns are parted in two halves, the halves are counted by
    weight for each way of sharing out the rows between them, and a sum over sorted weights joins them. Empty
    rows and columns are dropped; one row or column left gives p = 1. Raises InputError for cells that are no
    counts, and for tables beyond about a minute. References: Freeman & Halton (1951), Biometrika 38: 141;
    Mehta & Patel (1983), JASA 78: 427, for counting by parts.

    Examples
    --------
    >>> freeman_halton([[5, 8], [8, 1], [6, 1]])
    ExactTest(p=Fraction(1107, 36685), tables=59)
    """
    cells = _counts(table)
    if min(len(cells), len(cells[0])) < 2:
        return ExactTest(Fraction(1), 1)
    cells, left, right = _parted(cells)
    seen = prod(_ways(row) for row in cells)
    limit = seen + seen // NEAR
    extreme = tables = 0
    for (shares, rests), alike in _joints([sum(row) for row in cells], sum(left)).items():
        joins = prod(comb(share + rest, share) for share, rest in zip(shares, rests, strict=True))
        weights, counts = zip(*sorted(_weights(rests, right).items()), strict=True)
        mass = [0, *accumulate(weight * count for weight, count in zip(weights, counts, strict=True))]
        for weight, count in _weights(shares, left).items():
            no_more = mass[bisect_right(weights, limit // (joins * weight))]
            extreme += alike * count * joins * weight * no_more
            tables += alike * count * sum(counts)
    return ExactTest(Fraction(extreme, _ways([*left, *right])), tables)


def trend(table: Table, scores: list[int | str | Fraction] | None = None) -> Trend:
    """Exact test of trend in an r x 2 table: do later rows have more of the second column?

    Parameters: a score for each row (1, 2, 3 … unless given). The statistic is the sum of scores over the
    people of the second column; its distribution, given the margins, is that of drawing them without looking.
    `low` is the probability of a score as low or lower, `high` of one as high or higher. Raises InputError
    where there are not two columns, or not a score for each row. Reference: Armitage (1955), Biometrics 11: 375.

    Examples
    --------
    >>> float(trend([[5, 8], [8, 1], [6, 1]]).low)
    0.014142928535732135
    """
    cells = _counts(table, drop=False)
    if any(len(row) != 2 for row in cells):
        raise InputError("A test of trend is for tables of two columns.")
    marks = [Fraction(score) for score in (range(1, len(cells) + 1) if scores is None else scores)]
    if len(marks) != len(cells):
        raise InputError(f"{len(marks)} scores were given for {len(cells)} rows.")
    found: Counter[tuple[int, Fraction]] = Counter({(0, Fraction(0)): 1})
    for row, mark in zip(cells, marks, strict=True):
        further: Counter[tuple[int, Fraction]] = Counter()
        for (taken, score), ways in found.items():
            for drawn in range(sum(row) + 1):
                further[taken + drawn, score + drawn * mark] += ways * comb(sum(row), drawn)
        found = further
    drawn = sum(second for _, second in cells)
    seen = sum((second * mark for (_, second), mark in zip(cells, marks, strict=True)), Fraction(0))
    whole = {score: ways for (taken, score), ways in found.items() if taken == drawn}
    total = sum(whole.values())
    low, high = (
        Fraction(sum(ways for score, ways in whole.items() if side(score)), total)
        for side in (lambda score: score <= seen, lambda score: score >= seen)
    )
    return Trend(seen, low, high)


def odds_ratio(table: Table, level: float = 0.95) -> OddsRatio:
    """Odds ratio of a 2 x 2 table, with an exact interval.

    The limits are those under which the table seen, or one further out, has half of 1 - level as its
    probability; they are found as roots to about twelve digits. An empty cell gives ratios of 0 or infinity and
    an interval with one end open; an empty row or column gives no ratio (NaN) and the interval 0 to infinity.
    Raises InputError for another shape or a level outside 0 to 1. Reference: Cornfield (1956); Agresti (2002),
    Categorical Data Analysis, 3.6.

    Examples
    --------
    >>> ratio = odds_ratio([[5, 8], [14, 2]])
    >>> round(ratio.sample, 4), round(ratio.conditional, 4)
    (0.0893, 0.0988)
    """
    cells = _counts(table, drop=False)
    if len(cells) != 2 or any(len(row) != 2 for row in cells):
        raise InputError("An odds ratio is for tables of two rows and two columns.")
    if not 0 < level < 1:
        raise InputError(f"The level of an interval lies between 0 and 1; {level} was given.")
    (a, b), (c, d) = cells
    haldane = (a + 0.5) * (d + 0.5) / ((b + 0.5) * (c + 0.5))
    least, most = max(0, a - d), min(a + b, a + c)
    if least == most:
        return OddsRatio(nan, nan, 0.0, inf, haldane)
    logs = [log(comb(a + b, x) * comb(c + d, a + c - x)) for x in range(least, most + 1)]

    def weights(ratio: float) -> list[float]:
        """Probability of each first cell under a log odds ratio."""
        raw = [value + ratio * x for x, value in enumerate(logs)]
        top = max(raw)
        parts = [exp(value - top) for value in raw]
        total = sum(parts)
        return [part / total for part in parts]

    place, last, tail = a - least, most - least, (1 - level) / 2
    ends = {0: 0.0, last: inf}
    estimate = ends[place] if place in ends else _root(lambda r: _mean(weights(r)) - place)
    low = 0.0 if place == 0 else _root(lambda r: sum(weights(r)[place:]) - tail)
    high = inf if place == last else _root(lambda r: tail - sum(weights(r)[: place + 1]))
    sample = inf if b * c == 0 else a * d / (b * c)
    return OddsRatio(sample, estimate, low, high, haldane)


def association(table: Table) -> Association:
    """Chi-square and likelihood-ratio tests of a table, with Cramer's V.

    Empty rows and columns are dropped; one row or column left gives NaN. With expected counts under five the
    p-values are not to be used: take `freeman_halton`. Reference: Agresti (2002), Categorical Data Analysis, 3.2.

    Examples
    --------
    >>> found = association([[5, 8], [8, 1], [6, 1]])
    >>> round(found.chi2, 3), round(found.v, 3), found.below_five
    (7.652, 0.514, 4)
    """
    from scipy.stats import chi2_contingency

    cells = _counts(table)
    shape = min(len(cells), len(cells[0]))
    if shape < 2:
        return Association(nan, nan, 0, nan, nan, nan, nan, 0)
    pearson = chi2_contingency(cells, correction=False)
    ratio = chi2_contingency(cells, correction=False, lambda_="log-likelihood")
    return Association(
        chi2=float(pearson.statistic),
        chi2_p=float(pearson.pvalue),
        df=int(pearson.dof),
        g2=float(ratio.statistic),
        g2_p=float(ratio.pvalue),
        v=sqrt(float(pearson.statistic) / (sum(map(sum, cells)) * (shape - 1))),
        least_expected=float(pearson.expected_freq.min()),
        below_five=int((pearson.expected_freq < 5).sum()),
    )


def _counts(table: Table, drop: bool = True) -> Table:
    """The cells as whole numbers, without empty rows and columns."""
    if not table or any(len(row) != len(table[0]) for row in table):
        raise InputError("Every row of the table must have the same number of cells.")
    if any(cell != cell or cell < 0 or cell != int(cell) for row in table for cell in row):
        raise InputError("The cells of the table must be whole numbers from 0.")
    if not any(any(row) for row in table):
        raise InputError("All cells of the table are 0: there is nothing to test.")
    cells = [[int(cell) for cell in row] for row in table]
    if not drop:
        return cells
    kept = [place for place, column in enumerate(zip(*cells, strict=True)) if any(column)]
    return [[row[place] for place in kept] for row in cells if any(row)]


def _parted(cells: Table) -> tuple[Table, Margin, Margin]:
    """The table, or its transpose, and its columns in two halves: the choice that needs the fewest steps."""
    choices = []
    for turned in (cells, [list(column) for column in zip(*cells, strict=True)]):
        rows, columns = [sum(row) for row in turned], sorted(map(sum, zip(*turned, strict=True)))
        for place in range(1, len(columns)):
            left, right = tuple(columns[:place]), tuple(columns[place:])
            choices.append((_steps(rows, left, right), turned, left, right))
    steps, turned, left, right = min(choices, key=lambda choice: choice[0])
    if steps > LARGEST_WORK:
        raise InputError(f"Tables with these margins need about {steps:,} steps to count: too many. Merge rows.")
    return turned, left, right


def _steps(rows: list[int], left: Margin, right: Margin) -> int:
    """About how many steps the count takes: the ways to share out the rows, times the work on even shares."""
    shares = [ceil(row * sum(left) / sum(rows)) for row in rows]
    rests = [ceil(row * sum(right) / sum(rows)) for row in rows]
    work = [prod(_number(row, half) for row in sorted(part)[:-1]) for part, half in ((shares, left), (rests, right))]
    return _number(sum(left), rows) * (5 + sum(work))


def _number(total: int, rooms: Sequence[int]) -> int:
    """Number of ways of putting so many into rooms of these sizes."""
    ways = [1] + [0] * total
    for room in rooms:
        running = [0, *accumulate(ways)]
        ways = [running[filled + 1] - running[max(0, filled - room)] for filled in range(total + 1)]
    return ways[total]


def _joints(rows: list[int], left: int) -> Counter[tuple[Margin, Margin]]:
    """Every way of sharing out the rows between two halves, and how many ways are alike but for their order."""
    found: Counter[tuple[Margin, Margin]] = Counter()
    for shares in _splits(left, rows):
        alike = sorted((share, row - share) for row, share in zip(rows, shares, strict=True))
        found[tuple(share for share, _ in alike), tuple(rest for _, rest in alike)] += 1
    return found


def _weights(rows: Margin, columns: Margin) -> dict[int, int]:
    """Number of tables with these margins by weight, the product of the ways to fill each row."""
    *others, last = sorted(rows)
    found = {columns: {1: 1}}
    for row in others:
        further: dict[Margin, dict[int, int]] = {}
        for rooms, known in found.items():
            for left, ways in _fillings(row, rooms):
                _add(further.setdefault(left, {}), known, ways)
        found = further
    whole: dict[int, int] = {}
    for rooms, known in found.items():
        if sum(rooms) == last:
            _add(whole, known, _ways(rooms))
    return whole


@lru_cache(maxsize=100_000)
def _fillings(row: int, rooms: Margin) -> list[tuple[Margin, int]]:
    """For every way of filling a row from columns with this room left: the room then left, and its ways."""
    return [
        (tuple(room - cell for room, cell in zip(rooms, cells, strict=True)), _ways(cells))
        for cells in _splits(row, rooms)
    ]


def _add(into: dict[int, int], known: dict[int, int], factor: int) -> None:
    """Enter the tables known by weight under their weight times a factor."""
    for weight, count in known.items():
        into[weight * factor] = into.get(weight * factor, 0) + count


def _splits(total: int, rooms: Sequence[int]) -> Iterator[Margin]:
    """Every way of putting so many into rooms of these sizes."""
    if len(rooms) == 1:
        yield (total,)
        return
    beyond = sum(rooms[1:])
    for cell in range(max(0, total - beyond), min(rooms[0], total) + 1):
        for others in _splits(total - cell, rooms[1:]):
            yield (cell, *others)


def _ways(cells: Sequence[int]) -> int:
    """In how many ways people can fill these cells."""
    return prod(comb(total, cell) for total, cell in zip(accumulate(cells), cells, strict=True))


def _mean(weights: list[float]) -> float:
    return sum(x * weight for x, weight in enumerate(weights))


def _root(rising: Callable[[float], float]) -> float:
    """The odds ratio whose logarithm brings a rising function to zero."""
    from scipy.optimize import brentq

    low, high = -1.0, 1.0
    while rising(low) > 0:
        low *= 2
    while rising(high) < 0:
        high *= 2
    return exp(brentq(rising, low, high, xtol=1e-13, rtol=1e-14))
