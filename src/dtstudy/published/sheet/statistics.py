"""Rows of statistics typed from a paper: means, deviations, percentages, each with its number of people."""

from collections.abc import Callable, Iterator
from fractions import Fraction

from dtstudy.errors import InputError
from dtstudy.published import consistency
from dtstudy.published.consistency import Rounding
from dtstudy.published.sheet.finding import NOTHING, Finding, number, whole

HEADS = {
    "mean": "mean",
    "m": "mean",
    "average": "mean",
    "sd": "sd",
    "standard deviation": "sd",
    "proportion": "proportion",
    "percent": "percent",
    "per cent": "percent",
    "percentage": "percent",
    "%": "percent",
    "n": "n",
    "count": "count",
    "number": "count",
    "total": "total",
    "of": "total",
    "items": "items",
}
TOTALS = ("total", "all", "sum", "overall")
OTHER_RULES: dict[Rounding, str] = {"trunc": "if digits were cut off", "ceil": "if they were rounded up"}


def known(head: tuple[str, ...]) -> bool:
    """Whether a head line is one of rows of statistics."""
    return bool({"mean", "sd", "proportion", "percent"} & {_head(name) for name in head})


def judge(name: str, head: tuple[str, ...], rows: tuple, rounding: Rounding) -> list[Finding]:
    """A finding for every check that the cells of a row allow."""
    heads = [_head(column) for column in head]
    if len({kind for kind in heads if kind}) < sum(kind is not None for kind in heads):
        raise InputError(f"{name}: two columns of the head line mean the same. Name one of them otherwise.")
    if not {"n", "count"} & set(heads):
        raise InputError(
            f"{name}: a column n or count is missing; without the number of people nothing can be checked."
        )
    if "percent" in heads and "count" not in heads and "mean" not in heads and "proportion" not in heads:
        heads = ["count" if kind == "n" else kind for kind in heads]  # n beside % is how many, not of how many
    label = next((place for place, kind in enumerate(heads) if kind is None), None)
    whole_row = next((cells for _, cells in rows if label is not None and cells[label].casefold() in TOTALS), None)
    found = []
    for line, cells in rows:
        values = {
            kind: cell for kind, cell in zip(heads, cells, strict=True) if kind and cell.casefold() not in NOTHING
        }
        if whole_row is not None and "total" not in heads and "count" in heads:
            values["total"] = whole_row[heads.index("count")]
        row = cells[label] if label is not None and cells[label] else f"line {line}"
        found += _row(row, values, f"{name}, line {line}", rounding)
    return found


def _head(column: str) -> str | None:
    return HEADS.get(column.casefold().replace(".", "").strip())


def _row(row: str, cells: dict[str, str], where: str, rounding: Rounding) -> list[Finding]:
    counted = ("n", "count", "total", "items")
    values = {kind: (whole if kind in counted else number)(cell, f"{where}, {kind}") for kind, cell in cells.items()}
    try:
        found = [check(row, values, rounding) for check in _checks(set(values))]
    except InputError as error:
        raise InputError(f"{where}: {error}") from None
    return [one for one in found if one is not None]


def _checks(known: set[str]) -> Iterator[Callable[[str, dict, Rounding], Finding | None]]:
    """The checks that these columns allow."""
    if {"mean", "n"} <= known:
        yield _grim
    if {"mean", "sd", "n"} <= known:
        yield _grimmer
    if {"proportion", "n"} <= known:
        yield _debit if "sd" in known else _part
    if {"percent", "count"} <= known:
        yield _share if {"total", "n"} & known else _denominators
    elif {"percent", "n"} <= known:
        yield _part


def _grim(row: str, values: dict, rounding: Rounding) -> Finding:
    mean, n, items = values["mean"], values["n"], values.get("items", 1)
    found = consistency.grim(mean, n, items, rounding)
    of = f"{n} whole numbers" if items == 1 else f"{n} scores of {items} items each"
    if not found.informative:
        sentence = (
            f"with {n} people every mean of this precision can be one of whole numbers, so {mean} is no evidence."
        )
        return Finding(row, "GRIM", "no power", sentence)
    if found.consistent:
        sums = " or ".join(map(str, found.sums))
        return Finding(row, "GRIM", "agrees", f"{mean} can be the mean of {of} that sum to {sums}.")
    other = _otherwise(lambda rule: consistency.grim(mean, n, items, rule).consistent)
    return Finding(row, "GRIM", "question", f"no {of} have a mean that prints as {mean}{other}. Are they all whole?")


def _grimmer(row: str, values: dict, rounding: Rounding) -> Finding | None:
    """Nothing where GRIM has failed already: one question is enough."""
    mean, sd, n, items = values["mean"], values["sd"], values["n"], values.get("items", 1)
    found = consistency.grimmer(mean, sd, n, items, rounding)
    if not consistency.grim(mean, n, items, rounding).consistent:
        return None
    if found.consistent:
        return Finding(row, "GRIMMER", "agrees", f"{mean} and {sd} can come from the same {n} whole numbers.")
    other = _otherwise(lambda rule: consistency.grimmer(mean, sd, n, items, rule).consistent)
    return Finding(row, "GRIMMER", "question", f"{mean} and {sd} with n = {n}: {found.reason}{other}.")


def _debit(row: str, values: dict, rounding: Rounding) -> Finding:
    share, sd, n = values["proportion"], values["sd"], values["n"]
    found = consistency.debit(share, sd, n, rounding)
    if found.consistent:
        ones = f"{found.ones[0]}" if len(found.ones) == 1 else f"{found.ones[0]} to {found.ones[-1]}"
        return Finding(row, "DEBIT", "agrees", f"{ones} of {n} give {share} with a deviation of {sd}.")
    other = _otherwise(lambda rule: consistency.debit(share, sd, n, rule).consistent)
    return Finding(row, "DEBIT", "question", f"no number of {n} gives both {share} and a deviation of {sd}{other}.")


def _part(row: str, values: dict, rounding: Rounding) -> Finding:
    """Whether some number of n people is this share of them."""
    kind = "percent" if "percent" in values else "proportion"
    shown, n = values[kind] + (" %" if kind == "percent" else ""), values["n"]
    units = Fraction(1, 100) if kind == "percent" else 1
    found = consistency.grim(values[kind], n, units, rounding)
    if not found.informative:
        return Finding(row, "share", "no power", f"of {n} people some number is any share of this precision.")
    if found.consistent:
        return Finding(row, "share", "agrees", f"{' or '.join(map(str, found.sums))} of {n} is {shown}.")
    other = _otherwise(lambda rule: consistency.grim(values[kind], n, units, rule).consistent)
    return Finding(row, "share", "question", f"no whole number of {n} people is {shown}{other}.")


def _share(row: str, values: dict, rounding: Rounding) -> Finding:
    """Whether the count is this percentage of the total."""
    percent, count, total = values["percent"], values["count"], values.get("total", values.get("n"))
    if not 0 < total >= count:
        return Finding(row, "share", "question", f"{count} people are counted of a total of {total}.")
    exact = Fraction(100 * count, total)
    told = f"{count} of {total} is {float(exact):.2f} %, printed as {percent} %"
    if exact in consistency.rounds_to(percent, rounding):
        return Finding(row, "share", "agrees", f"{told}.")
    other = _otherwise(lambda rule: exact in consistency.rounds_to(percent, rule))
    return Finding(row, "share", "question", f"{told}{other}. Is another total meant?")


def _denominators(row: str, values: dict, rounding: Rounding) -> Finding:
    """Of what totals the count is this percentage."""
    percent, count = values["percent"], values["count"]
    totals = consistency.denominators(percent, count, rounding)
    if not totals:
        other = _otherwise(lambda rule: bool(consistency.denominators(percent, count, rule)))
        return Finding(row, "share", "question", f"{count} is {percent} % of no whole number{other}.")
    span = f"{totals[0]}" if len(totals) == 1 else f"one of {len(totals)} totals from {totals[0]} to {totals[-1]}"
    return Finding(row, "share", "told", f"{count} is {percent} % of {span}.")


def _otherwise(passes: Callable[[Rounding], bool]) -> str:
    """Under which other rules the numbers would stand together, as the end of a sentence."""
    rules = [words for rule, words in OTHER_RULES.items() if passes(rule)]
    return f"; they would agree {' or '.join(rules)}" if rules else "; no other rule of rounding helps"
