"""The checks a ledger can name: each takes the record of a claim and arguments, and gives a verdict."""

import re
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

from dtstudy.published import consistency
from dtstudy.published.claim import Record, Verdict
from dtstudy.published.frontmatter import FrontMatter, page_number

CHECKS: dict[str, Callable[..., Verdict]] = {}
_NUMBERS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]
NEEDS_TEXT = Verdict("", "not checkable", "Needs the paper's text: dtstudy report --papers DIR.")


def check(name: str) -> Callable[[Callable[..., Verdict]], Callable[..., Verdict]]:
    """Make a function usable in a ledger under this name."""

    def register(function: Callable[..., Verdict]) -> Callable[..., Verdict]:
        CHECKS[name] = function
        return function

    return register


def _compare(record: Record, regenerated: str, note: str = "") -> Verdict:
    """Recomputed where the printed value is met, or where nothing is printed; differs otherwise."""
    met = not record.value or regenerated == record.value
    return Verdict(regenerated, "recomputed" if met else "differs", note)


def _whole(record: Record, *references: str) -> list[int]:
    return [int(record.printed(reference)) for reference in references]


@check("no")
def _no(record: Record) -> Verdict:
    """Nothing in print can be set against the claim; the ledger's note says why."""
    return Verdict("", "not checkable")


@check("external")
def _external(record: Record) -> Verdict:
    """The claim rests on sources outside the paper; the ledger's note names them."""
    return Verdict("", "external")


@check("tension")
def _tension(record: Record) -> Verdict:
    """Two statements do not sit together; the ledger's note puts it as a question."""
    return Verdict("", "tension")


@check("same")
def _same(record: Record, other: str) -> Verdict:
    """The number is printed a second time, elsewhere."""
    return _compare(record, record.printed(other))


@check("sum")
def _sum(record: Record, *parts: str) -> Verdict:
    """The number is the sum of others."""
    return _compare(record, str(sum(_whole(record, *parts))))


@check("difference")
def _difference(record: Record, total: str, *parts: str) -> Verdict:
    """The number is what others leave of a total."""
    whole, *taken = _whole(record, total, *parts)
    return _compare(record, str(whole - sum(taken)))


@check("product")
def _product(record: Record, first: str, second: str) -> Verdict:
    """The number is the product of two others."""
    a, b = _whole(record, first, second)
    return _compare(record, str(a * b))


@check("ratio")
def _ratio(record: Record, whole: str, parts: str) -> Verdict:
    """The number is one other shared out by a second."""
    a, b = _whole(record, whole, parts)
    return _compare(record, f"{Fraction(a, b)}")


@check("before")
def _before(record: Record, later: str) -> Verdict:
    """The year lies before another."""
    year, limit = int(record.value), int(record.printed(later))
    return Verdict(f"before {limit}", "bounded" if year < limit else "tension")


@check("part")
def _part(record: Record, total: str) -> Verdict:
    """The number counts some of a total."""
    part, whole = _whole(record, record.row["id"], total)
    return Verdict(f"{100 * part / whole:.1f} % of {whole}", "bounded" if part <= whole else "tension")


@check("capacity")
def _capacity(record: Record, groups: str, people: str) -> Verdict:
    """Groups of at most this size hold these people."""
    size, number, heads = _whole(record, record.row["id"], groups, people)
    fits = heads <= size * number
    note = f"{number} groups of {size} hold {size * number}; {heads} people make {heads / number:.2f} a group."
    return Verdict(f"at least {-(-heads // number)}", "bounded" if fits else "differs", note)


@check("equal-parts")
def _equal_parts(record: Record, total: str, parts: str) -> Verdict:
    """A total can be shared out equally."""
    whole, number = _whole(record, total, parts)
    low, over = divmod(whole, number)
    shares = "/".join(str(low + (place < over)) for place in range(number))
    if over == 0:
        return Verdict(shares, "bounded")
    return Verdict(shares, "tension", f"{whole} people in {number} localities come to {shares} at best.")


@check("mentions")
def _mentions(record: Record, total: str, *parts: str) -> Verdict:
    """The parts do not count more than there are."""
    whole, *counts = _whole(record, total, *parts)
    note = f"{' + '.join(map(str, counts))} = {sum(counts)} for {whole} people."
    return Verdict(str(sum(counts)), "tension" if sum(counts) > whole else "bounded", note)


@check("denominator")
def _denominator(record: Record, count: str) -> Verdict:
    """Some total makes the count this percentage."""
    number, rounding = int(record.printed(count)), record.row["rounding"] or "half"
    totals = consistency.denominators(record.value.rstrip("% "), number, rounding)
    if not totals:
        return Verdict("", "differs", f"No whole number of people makes {number} this percentage.")
    span = str(totals[0]) if len(totals) == 1 else f"{totals[0]} to {totals[-1]}"
    note = f"{number} of {totals[0]} is {100 * number / totals[0]:.2f} %."
    if len(totals) == 1:
        note += " No other whole number of people rounds to the printed share."
    return Verdict(f"of {span}", "bounded", note)


@check("within")
def _within(record: Record, bin_: str) -> Verdict:
    """The value lies in a bin that somebody is in."""
    count, low, high = _bin(record, bin_)
    value = consistency.months(record.value)
    inside = count > 0 and low <= value and (high is None or value <= high)
    edge = f"{low} to {high} months" if high is not None else f"more than {low} months"
    return Verdict(f"{edge}, {count} people", "bounded" if inside else "differs")


@check("mean")
def _mean(record: Record, shortest: str, longest: str, *bins: str) -> Verdict:
    """The mean lies within what bins and extremes allow; GRIM is told with its power."""
    counted = [_bin(record, bin_) for bin_ in bins]
    extremes = (consistency.months(record.printed(shortest)), consistency.months(record.printed(longest)))
    low, high = consistency.mean_bounds(counted, *extremes)
    size = sum(count for count, *_ in counted)
    grim = consistency.grim(record.value, size, rounding=record.row["rounding"] or "half")
    sums = f"{grim.sums[0]} to {grim.sums[-1]}" if grim.sums else "no sum"
    power = (
        ""
        if grim.informative
        else f", but with {size} people every mean of this precision is: the check has no power here"
    )
    verb = "is" if grim.consistent else "is not"
    note = f"GRIM: {verb} a mean of whole months ({sums}){power}."
    inside = low <= Fraction(record.value) <= high and (grim.consistent or not grim.informative)
    return Verdict(f"{float(low):.2f} to {float(high):.2f}", "bounded" if inside else "differs", note)


@check("exact-test")
def _exact_test(record: Record, *cells: str) -> Verdict:
    """Freeman-Halton test of a table of two columns, read row by row."""
    numbers = _whole(record, *cells)
    test = consistency.freeman_halton([numbers[row : row + 2] for row in range(0, len(numbers), 2)])
    note = f"Exact p = {float(test.p):.4f}, by counting all {test.tables} tables with these margins."
    return _compare(record, f"p = {test.p}", note)


@check("themes")
def _themes(record: Record, section: str) -> Verdict:
    """Number of headings of a section, found in the text."""
    if record.text is None:
        return NEEDS_TEXT
    headings = [theme for name, theme in record.text.headings if name == section]
    return _compare(record, str(len(headings)), f"{'; '.join(headings)}.")


@check("citations")
def _citations(record: Record) -> Verdict:
    """Number of works cited, as years in brackets."""
    return NEEDS_TEXT if record.text is None else _compare(record, str(record.text.cited))


@check("quotations")
def _quotations(record: Record) -> Verdict:
    """Number of passages between quotation marks in the results."""
    return NEEDS_TEXT if record.text is None else _compare(record, str(record.text.quoted))


@check("themes-without-block")
def _themes_without_block(record: Record) -> Verdict:
    """Number of headings under which no quotation is set apart."""
    if record.text is None:
        return NEEDS_TEXT
    apart = record.text.quotations.groupby(["section", "theme"], sort=False)["found_kind"].agg(
        lambda kinds: (kinds == "block").any()
    )
    names = "; ".join(theme for (_, theme), any_ in apart.items() if not any_)
    return _compare(record, str((~apart).sum()), f"{names}." if names else "")


@check("roles")
def _roles(record: Record, section: str) -> Verdict:
    """Block quotations of a section that say the speaker's role, of all of them."""
    if record.text is None:
        return NEEDS_TEXT
    chosen = record.text.quotations[
        (record.text.quotations["section"] == section) & (record.text.quotations["found_kind"] == "block")
    ]
    stated = chosen[~chosen["found_role"].str.contains("not stated")]
    note = ", ".join(f"{role} {count}" for role, count in stated["found_role"].value_counts(sort=False).items())
    return _compare(record, f"{len(stated)} of {len(chosen)}", f"{note}.")


@check("quoted")
def _quoted(record: Record, *themes: str) -> Verdict:
    """How many of the block quotations, and of their words, stand under the headings.

    No verdict follows from it.
    """
    if record.text is None:
        return NEEDS_TEXT
    blocks = record.text.quotations[record.text.quotations["found_kind"] == "block"]
    parts = []
    for theme in themes:
        chosen = blocks[blocks["theme"] == theme]
        parts.append(
            f"{theme}: {len(chosen)} of {len(blocks)} quotations set apart,"
            f" {chosen['words'].sum()} of {blocks['words'].sum()} words"
        )
    return Verdict("", "not checkable", "; ".join(parts) + ".")


@check("spoken")
def _spoken(record: Record, quotation: str) -> Verdict:
    """Numbers spoken in one quotation."""
    if record.text is None:
        return NEEDS_TEXT
    text = record.text.quotations.set_index("quotation")["text"][int(quotation)]
    found = [str(_NUMBERS.index(word)) for word in re.findall(r"[a-z]+", text.casefold()) if word in _NUMBERS]
    return _compare(record, " and ".join(found))


@check("page")
def _page(record: Record, heading: str, before: str, after: str) -> Verdict:
    """The contents put a heading on this page, between its neighbours' (a dash where it has none)."""
    place = page_number(record.value)
    lower, upper = (None if other == "-" else record.printed(other) for other in (before, after))
    between = (lower is None or page_number(lower) < place) and (upper is None or place < page_number(upper))
    span = " and ".join(f"{word} {page}" for word, page in (("after", lower), ("before", upper)) if page)
    if not between:
        return Verdict(span, "differs", "The pages of the contents do not rise.")
    if record.text is None:
        return Verdict(span, "bounded")
    return _compare(record, _front(record).contents.get(heading, ""))


@check("lengths")
def _lengths(record: Record, *pages: str) -> Verdict:
    """Pages from the first of these to the last, chapter by chapter."""
    starts = _whole(record, *pages)
    lengths = [end - start for start, end in pairwise(starts)]
    note = f"{' + '.join(map(str, lengths))} = {sum(lengths)}."
    if min(lengths) < 1:
        return Verdict(str(sum(lengths)), "differs", f"{note} A chapter without a page?")
    return _compare(record, str(sum(lengths)), note)


@check("chapters")
def _chapters(record: Record) -> Verdict:
    """Number of numbered headings of the contents."""
    return NEEDS_TEXT if record.text is None else _compare(record, str(_front(record).chapters))


@check("authors")
def _authors(record: Record) -> Verdict:
    """Authors of the title, before and after the word with."""
    if record.text is None:
        return NEEDS_TEXT
    first, others = _front(record).authors
    return _compare(record, f"{first} + {others}")


@check("points")
def _points(record: Record) -> Verdict:
    """Items of the list before the contents."""
    return NEEDS_TEXT if record.text is None else _compare(record, str(_front(record).points))


@check("keywords")
def _keywords(record: Record) -> Verdict:
    """Number of keywords."""
    return NEEDS_TEXT if record.text is None else _compare(record, str(len(_front(record).keywords)))


@check("numerals")
def _numerals(record: Record) -> Verdict:
    """Numbers in figures before the contents: `none`, or how many."""
    if record.text is None:
        return NEEDS_TEXT
    return _compare(record, str(_front(record).numerals or "none"))


def _front(record: Record) -> FrontMatter:
    if record.text is None or record.text.front is None:
        raise ValueError("the paper has no contents in study.toml")
    return record.text.front


def _bin(record: Record, bin_: str) -> tuple[int, int, int | None]:
    reference, low, high = bin_.split(":")
    return int(record.printed(reference)), int(low), int(high) if high else None
