"""A codebook from anywhere: a tree without circles, every code with a name of its own."""

import re
from collections import Counter

from dtstudy.errors import InputError
from dtstudy.read.project import Code, Draft, prose, tidied, unique
from dtstudy.read.record import Record

COLOUR = re.compile(r"#?([0-9a-fA-F]{6})(?:[0-9a-fA-F]{2})?")
SHORT_COLOUR = re.compile(r"#([0-9a-fA-F])([0-9a-fA-F])([0-9a-fA-F])")
LEVELS = ("concept", "category", "core category")
MOST = 100_000  # codes
DEEPEST = 100  # levels


def assembled_codes(draft: Draft) -> tuple[dict[str, str], list[tuple]]:
    """Unique names of the codes by id, and rows for the project's table of codes, in the order of the file.

    Codes that bear the id of a case are no codes. Two codes of one name go by their paths. Raises InputError for a
    codebook of a size or depth that none has.
    """
    if len(draft.codes) > MOST:
        raise InputError(
            f"{draft.record.file}: {len(draft.codes):,} codes are no codebook that a person made. Check the export."
        )
    codes = {own: code for own, code in draft.codes.items() if own not in draft.cases}
    if len(codes) < len(draft.codes):
        draft.record.came("codes", len(codes) - len(draft.codes))
        draft.record.note("codes", f"{len(draft.codes) - len(codes):,} more are cases")
    parents = _parents(codes, draft.record)
    names = _names(codes, parents)
    above = {parent for parent in parents.values() if parent}
    rows = []
    for own, code in codes.items():
        level, definition, include, exclude = _parts(code)
        level = level or ("category" if code.folder or own in above else "concept")
        rows.append((names[own], names.get(parents[own]), level, definition, include, exclude, colour(code.colour)))
    return names, rows


def colour(given: str) -> str:
    """A colour as six digits behind #, empty where it is none.

    >>> colour("#F00082"), colour("#abc"), colour("#11223344"), colour("rgb(255, 0, 16)"), colour("red")
    ('#f00082', '#aabbcc', '#112233', '#ff0010', '')
    """
    given = str(given).strip()
    parts = re.fullmatch(r"rgba?\((\d{1,3}), ?(\d{1,3}), ?(\d{1,3})(?:,.*)?\)", given)
    if parts:
        return "#" + "".join(f"{min(int(part), 255):02x}" for part in parts.groups())
    if short := SHORT_COLOUR.fullmatch(given):
        return "#" + "".join(2 * digit for digit in short.groups()).lower()
    match = COLOUR.fullmatch(given)
    return f"#{match[1].lower()}" if match else ""


def _parts(code: Code) -> tuple[str, str, str, str]:
    """Level, definition, what counts and what does not: the last three may stand in the description, a line each."""
    found = {"Level": code.level, "Include": prose(code.include), "Exclude": prose(code.exclude)}
    lines = []
    for line in prose(code.definition).split("\n"):
        head, _, rest = line.partition(": ")
        if (head in ("Include", "Exclude") and not found[head]) or (head == "Level" and rest in LEVELS):
            found[head] = rest
        else:
            lines.append(line)
    return found["Level"], "\n".join(lines), found["Include"], found["Exclude"]


def _parents(codes: dict[str, Code], record: Record) -> dict[str, str]:
    """The code above each, empty at the top; a code that would stand under itself is put at the top."""
    parents = {}
    for own, code in codes.items():
        parents[own] = code.parent if code.parent in codes else ""
        if code.parent and not parents[own]:
            record.came("places of codes")
            record.drop("places of codes", code.name, "the code it stood under was not read; it is at the top now")
    levels: dict[str, int] = {"": 0}
    for own in codes:
        path: dict[str, None] = {}
        at = own
        while at not in levels:
            path[at] = None
            if parents[at] in path:
                record.came("places of codes")
                record.drop("places of codes", codes[at].name, "it stood under itself; it is at the top now")
                parents[at] = ""
            at = parents[at]
        for code in reversed(path):
            levels[code] = levels[parents[code]] + 1
    if max(levels.values()) > DEEPEST:
        raise InputError(
            f"{record.file}: codes nested {max(levels.values()):,} deep are no codebook; not read. Check the export."
        )
    return parents


def _names(codes: dict[str, Code], parents: dict[str, str]) -> dict[str, str]:
    own_names = {own: tidied(code.name) or f"code {number}" for number, (own, code) in enumerate(codes.items(), 1)}
    times = Counter(own_names.values())
    found, taken = {}, set()
    for own, name in own_names.items():
        full = name if times[name] == 1 else " > ".join(_path(own, own_names, parents))
        found[own] = unique(full, taken)
        taken.add(found[own])
    return found


def _path(own: str, names: dict[str, str], parents: dict[str, str]) -> list[str]:
    path = []
    while own:
        path.insert(0, names[own])
        own = parents[own]
    return path
