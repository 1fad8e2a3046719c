"""A table of counts typed from a paper: sums, percentages, and the exact test the paper may not have made."""

import re
from fractions import Fraction

from dtstudy.errors import InputError
from dtstudy.published import consistency
from dtstudy.published.consistency import Rounding
from dtstudy.published.sheet.finding import Finding, number, whole

TOTALS = ("total", "all", "sum", "overall")
CELL = re.compile(r"([^()]*?)\s*(?:\(\s*([^()]+?)\s*\))?")


def judge(name: str, head: tuple[str, ...], rows: tuple, rounding: Rounding) -> list[Finding]:
    """A finding for each sum that is printed, one for the percentages, one for the association."""
    if len(head) < 2:
        raise InputError(f"{name}: a table of counts needs a column of names and a column of counts.")
    labels = [cells[0] or f"line {line}" for line, cells in rows]
    read = [
        [_cell(cell, f"{name}, line {line}, {column}") for column, cell in zip(head[1:], cells[1:], strict=True)]
        for line, cells in rows
    ]
    last_row, last_column = labels[-1].casefold() in TOTALS, head[-1].casefold() in TOTALS
    inner = [row[: len(row) - last_column] for row in read[: len(read) - last_row]]
    if not inner or not inner[0]:
        raise InputError(f"{name}: there is a total and nothing that it could be the total of.")
    cells = [[count for count, _ in row] for row in inner]
    columns = head[1 : len(head) - last_column]
    found = []
    if last_column:
        found += [
            _sum(label, [count for count, _ in row[:-1]], row[-1][0]) for label, row in zip(labels, read, strict=True)
        ]
    if last_row:
        across = list(zip(*read, strict=True))
        found += [
            _sum(column, [count for count, _ in one[:-1]], one[-1][0])
            for column, one in zip(head[1:], across, strict=True)
        ]
    shares = [
        (f"{label}, {column}", count, percent, (sum(row), sum(one), sum(map(sum, cells))))
        for label, row, printed in zip(labels, cells, inner, strict=False)
        for column, one, (count, percent) in zip(columns, zip(*cells, strict=True), printed, strict=True)
        if percent is not None
    ]
    found += _percentages(shares, rounding)
    if len(cells) > 1 and len(columns) > 1:
        found += _association(cells)
    return found


def _cell(text: str, where: str) -> tuple[int, str | None]:
    """A count, and the percentage in brackets behind it."""
    match = CELL.fullmatch(text)
    if match is None:
        raise InputError(f"{where}: '{text}' is no count; write it as 5 or 5 (26%).")
    percent = match.group(2)
    return whole(match.group(1), where), None if percent is None else number(percent, where)


def _sum(label: str, parts: list[int], printed: int) -> Finding:
    told = f"{' + '.join(map(str, parts))} = {sum(parts)}"
    if sum(parts) == printed:
        return Finding(label, "sum", "agrees", f"{told}, as printed.")
    return Finding(
        label, "sum", "question", f"{told}, and {printed} is printed. Is somebody missing, or counted twice?"
    )


def _percentages(shares: list[tuple[str, int, str, tuple[int, int, int]]], rounding: Rounding) -> list[Finding]:
    """The percentages as shares of rows, of columns or of all: of whichever most of them are."""
    if not shares:
        return []
    fits = [
        [base > 0 and Fraction(100 * count, base) in consistency.rounds_to(percent, rounding) for base in bases]
        for _, count, percent, bases in shares
    ]
    place = max(range(3), key=lambda base: sum(fit[base] for fit in fits))
    base = ("row", "column", "table")[place]
    wrong = [
        Finding(
            label,
            "percentage",
            "question",
            f"{percent} % is printed, and {count} of the {bases[place]} of its {base} are "
            f"{100 * count / max(1, bases[place]):.2f} %.",
        )
        for (label, count, percent, bases), fit in zip(shares, fits, strict=True)
        if not fit[place]
    ]
    right = len(shares) - len(wrong)
    told = f"{right} of {len(shares)} are shares of their {base}."
    return [*wrong, Finding("the table", "percentages", "agrees" if right else "told", told)]


def _association(cells: list[list[int]]) -> list[Finding]:
    """The exact test, with an odds ratio where the table has two rows and columns."""
    try:
        told = [f"{consistency.freeman_halton(cells)}."]
    except InputError as error:
        told = [str(error)]
    if len(cells) == len(cells[0]) == 2 and any(map(any, cells)):
        ratio = consistency.odds_ratio(cells)
        told.append(f"Odds ratio {ratio.sample:.3g}, 95 % interval {ratio.low:.2g} to {ratio.high:.2g}.")
    told.append("A test that follows a look at the table describes it and no more.")
    return [Finding("the table", "association", "told", " ".join(told))]
