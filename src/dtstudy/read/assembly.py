"""A draft to a project: names made unique, positions proven, every reference followed; broken pieces are listed."""

import re
from collections.abc import Iterable

import pandas as pd

from dtstudy.read import passages
from dtstudy.read.codebook import assembled_codes
from dtstudy.read.offsets import Text
from dtstudy.read.project import FRAMES, Draft, Project, prose, tidied, unique
from dtstudy.read.record import Record

TEXT_FILES = re.compile(r"\.(txt|docx?|odt|rtf|pdf|md|html?|vtt|srt)$", re.IGNORECASE)
NOBODY = "unknown coder"
CODINGS = "codings of text"
CASES = "passages of cases"


def assembled(draft: Draft, counted: str = "") -> Project:
    """The project of a draft.

    `counted` are a user's words for how positions were counted; see `offsets.chosen`. Raises InputError where it cannot
    be told how they were counted, and for a codebook of a size or depth that none has.
    """
    texts, kinds = passages.texts(draft)
    sources = _source_names(draft, texts)
    codes, code_table = assembled_codes(draft)
    coders, cases = (_names(names, thing) for names, thing in ((draft.users, "coder"), (draft.cases, "case")))
    spans = passages.spans(draft, texts, counted)
    codings = _codings(_without_cases(draft), spans, sources, codes, coders, draft.record)
    owners = {"source": sources, "sources": sources, "case": cases, "codes": codes}
    _tell_use(draft.record, codings, coders)
    return Project(
        name=tidied(draft.name),
        origin=tidied(draft.origin),
        pseudonyms=draft.pseudonyms,
        sources=_frame(
            "sources", [(sources[own], kinds[own], texts[own].plain, draft.sources[own].file) for own in texts]
        ),
        codes=_frame("codes", code_table),
        codings=codings,
        coders=_frame("coders", [(name,) for name in dict.fromkeys([*coders.values(), *codings["coder"]])]),
        reads=_frame("reads", _reads(draft, sources, coders)),
        people=_people(draft, spans, sources, cases),
        values=_values(draft, owners),
        sets=_sets(draft, owners),
        notes=_notes(draft, spans, sources, codes, coders),
        record=draft.record.table(),
        dropped=draft.record.dropped(),
    )


def _frame(name: str, rows: Iterable[tuple]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=FRAMES[name])
    return frame.astype({column: "Int64" if column in ("start", "end") else "str" for column in frame})


def _source_names(draft: Draft, texts: dict[str, Text]) -> dict[str, str]:
    """Unique names of the sources that are read, without the suffix of a file."""
    full = {own: tidied(draft.sources[own].name) for own in texts}
    files = {own for own in texts if not draft.sources[own].titled}
    return _names({own: (TEXT_FILES.sub("", name) if own in files else name) for own, name in full.items()}, "source")


def _names(names: dict[str, str], thing: str) -> dict[str, str]:
    """Unique readable names by id."""
    found, taken = {}, set()
    for own, name in names.items():
        found[own] = unique(tidied(name) or f"{thing} {len(found) + 1}", taken)
        taken.add(found[own])
    return found


def _without_cases(draft: Draft) -> list[tuple]:
    """The codings that are no cases: NVivo codes what a person says with a code that bears the id of a case."""
    own, cases = [], []
    for coding in draft.codings:
        (cases if coding[1] in draft.cases else own).append(coding)
    known = {(case, selection) for case, _, selection in draft.people}
    fresh = [(code, "", selection) for selection, code, _, _ in cases if (code, selection) not in known]
    draft.people += fresh
    if cases:
        draft.record.came(CODINGS, -len(cases))
        draft.record.note(CODINGS, f"{len(cases):,} with the code of a case, read as passages of the case")
        draft.record.came(CASES, len(fresh))
    return own


def _codings(
    rows: list[tuple],
    spans: passages.Spans,
    sources: dict[str, str],
    codes: dict[str, str],
    coders: dict[str, str],
    record: Record,
) -> pd.DataFrame:
    """One row per coder, passage and code; what stands twice is one, with both memos."""
    sole = next(iter(coders.values())) if len(coders) == 1 else NOBODY
    found: dict[tuple, str] = {}
    for selection, code, user, memo in rows:
        span = spans[selection]
        why = span.why or ("" if code in codes else "its code is not in the file")
        key = (sources.get(span.source), span.start, span.end, codes.get(code), coders.get(user, sole))
        if not why and key in found:
            why = "the same coder gave the passage this code already"
            found[key] = "\n".join(dict.fromkeys(filter(None, [found[key], prose(memo)])))
        elif not why:
            found[key] = prose(memo)
        if why:
            record.drop(CODINGS, f"{codes.get(code, code)} at {_place(span, sources)}", why)
    nobody = sum(key[4] == NOBODY for key in found)
    if nobody:
        record.note(CODINGS, f"{nobody:,} by nobody who is named")
    return _frame("codings", [(*key, memo) for key, memo in found.items()])


def _reads(draft: Draft, sources: dict[str, str], coders: dict[str, str]) -> list[tuple]:
    """Who read what, of what is there."""
    every = [(sources.get(source), coders.get(user)) for source, user in draft.reads]
    return list(dict.fromkeys(row for row in every if None not in row))


def _tell_use(record: Record, codings: pd.DataFrame, coders: dict[str, str]) -> None:
    record.note("codes", f"{codings['code'].nunique():,} used")
    idle = set(coders.values()) - set(codings["coder"])
    if idle:
        record.note("coders", f"{len(idle):,} coded nothing that was read")


def _people(draft: Draft, spans: passages.Spans, sources: dict[str, str], cases: dict[str, str]) -> pd.DataFrame:
    """Cases with their passages or sources; a case that has none stands alone."""
    rows: dict[tuple, None] = {}
    for case, source, selection in draft.people:
        thing = CASES if selection is not None else "sources of cases"
        span = spans[selection] if selection is not None else passages.Span(source)
        why = span.why or ("" if span.source in sources else "its source was not read")
        why = why or ("" if case in cases else "its case is not in the file")
        if why:
            draft.record.drop(thing, f"{cases.get(case, case)} at {_place(span, sources)}", why)
        else:
            rows[cases[case], sources[span.source], span.start, span.end] = None
    alone = set(cases.values()) - {case for case, *_ in rows}
    return _frame("people", [*rows, *((case, None, None, None) for case in cases.values() if case in alone)])


def _place(span: passages.Span, sources: dict[str, str]) -> str:
    """A passage as it is listed among those dropped."""
    source = sources.get(span.source, span.source)
    return source if span.start is None else f"{span.start}-{span.end} of {source}"


def _values(draft: Draft, owners: dict[str, dict[str, str]]) -> pd.DataFrame:
    rows: dict[tuple, str] = {}
    for of, own, attribute, value in draft.values:
        attribute, value = tidied(attribute), tidied(value)
        key = (of, owners[of].get(own), attribute)
        if key[1] is None:
            draft.record.drop("values", f"{attribute}: {value}", f"the {of} it is about was not read")
        elif not value or not attribute:
            draft.record.drop("values", f"{attribute} of {key[1]}", "it is empty")
        elif key in rows:
            draft.record.drop("values", f"{attribute} of {key[1]}: {value}", "it has another value already")
        else:
            rows[key] = value
    return _frame("values", [(*key, value) for key, value in rows.items()])


def _sets(draft: Draft, owners: dict[str, dict[str, str]]) -> pd.DataFrame:
    rows = []
    for name, of, member in draft.sets:
        if member in owners.get(of, {}):
            rows.append((tidied(name), of, owners[of][member]))
        else:
            draft.record.drop(
                "members of sets", f"{tidied(name)}: {member}", "it was not read, or is neither source nor code"
            )
    return _frame("sets", dict.fromkeys(rows))


def _notes(
    draft: Draft, spans: passages.Spans, sources: dict[str, str], codes: dict[str, str], coders: dict[str, str]
) -> pd.DataFrame:
    """Memos; one whose passage or source was dropped is kept without it."""
    rows = []
    for name, text, source, selection, code, user in draft.notes:
        text = prose(text)
        if not text:
            draft.record.drop("notes", name or "unnamed", "it is empty")
            continue
        span = spans[selection] if selection is not None else passages.Span(source)
        place = (sources.get(span.source), span.start, span.end) if not span.why else (None, None, None)
        rows.append((tidied(name), text, *place, codes.get(code), coders.get(user)))
    return _frame("notes", rows)
