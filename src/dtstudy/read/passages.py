"""Where the passages of a draft lie in its texts: positions proven, words found, and a reason for each that is lost."""

import re
from bisect import bisect_right
from collections import Counter
from itertools import accumulate
from typing import NamedTuple

import pandas as pd

from dtstudy.errors import InputError
from dtstudy.read import no_speech, offsets
from dtstudy.read.offsets import Text
from dtstudy.read.project import Draft, Source

PASSAGES = "passages of text"
LONGEST_TEXT = 20_000_000  # characters
LARGEST = 18  # digits of a position
GAP = "·"  # a character that is not known, in a text known by its passages alone; it is no word
_LIKE = str.maketrans("‘’‚‛“”„\u00a0", "''''\"\"\" ")  # marks that programs change; one for one


class Span(NamedTuple):
    """A passage of a source (by id) in code points; without them, `why` it was dropped, or the source alone."""

    source: str
    start: int | None = None
    end: int | None = None
    why: str = ""


Spans = list[Span]


def texts(draft: Draft) -> tuple[dict[str, Text], dict[str, str]]:
    """The texts of the sources that can be read, and the kind of each, by id; the others are listed as dropped.

    A source whose text did not come is known by the words of its passages, where the draft allows for outlines.
    """
    found, kinds, outlined, left = {}, {}, Counter(), LONGEST_TEXT
    noted = _noted_by_source(draft) if draft.outlines else {}
    for own, source in draft.sources.items():
        raw = source.raw
        if raw is None and own in noted:
            raw = _outline([passage for passage in noted[own] if passage[1] <= left])
            left -= len(raw or "")
        text = Text(raw or "", source.inline, source.added)
        why = _no_text(raw, text.plain, source)
        if why:
            draft.record.drop(source.thing, source.name, why)
            continue
        found[own], kinds[own] = text, source.kind if source.raw is not None else "outline"
        outlined[source.thing, source.why] += source.raw is None
    for (thing, why), number in outlined.items():
        if number:
            draft.record.note(thing, f"{number:,} known by their passages' words alone, since {why}")
    return found, kinds


def spans(draft: Draft, texts: dict[str, Text], counted: str = "") -> Spans:
    """The span of each selection of the draft, in its order; those that are lost are listed as dropped.

    Raises InputError where it cannot be told how positions were counted.
    """
    found = [_first_look(selection, draft, texts) for selection in draft.selections]
    measured = [number for number, span in enumerate(found) if span is None]
    for number, span in zip(measured, _proven(draft, texts, measured, counted), strict=True):
        found[number] = span
    finder, moved = _Finder(texts), 0
    for number, (source, start, _, quoted) in enumerate(draft.selections):
        span = found[number]
        if start == "" and not span.why:
            found[number] = finder.find(source, quoted)
        elif draft.exact and start is not None and quoted and not span.why and _displaced(span, quoted, texts):
            found[number] = finder.find(source, quoted)
            moved += not found[number].why
    if moved:
        draft.record.note(PASSAGES, f"{moved:,} stood elsewhere than their positions say and were found by their words")
    for span, (source, start, end, quoted) in zip(found, draft.selections, strict=True):
        if span.why:
            place = f"{start} to {end}" if start else f"‘{quoted}’" if quoted else "all"
            draft.record.drop(PASSAGES, f"{place} of {_called(draft, source)}", span.why)
    return found


def _displaced(span: Span, quoted: str, texts: dict[str, Text]) -> bool:
    """Whether other words stand at a passage's place than were noted beside it."""
    return texts[span.source].plain[span.start : span.end].split() != quoted.split()


def _no_text(raw: str | None, plain: str, source: Source) -> str:
    """Why a source cannot be read; empty where it can."""
    if raw is None:
        return source.why or "its text is not in the file"
    if not plain.strip():
        return "its text is empty"
    if len(plain) > LONGEST_TEXT:
        return f"its text has more than {LONGEST_TEXT:,} characters"
    return no_speech(plain)


def _called(draft: Draft, source: str) -> str:
    return draft.sources[source].name if source in draft.sources else source


def _first_look(selection: tuple, draft: Draft, texts: dict[str, Text]) -> Span | None:
    """The span of a selection that needs no proof, or why it has none; None where its positions are to be proven."""
    source, start, end, _ = selection
    if source not in texts:
        why = "its source was not read" if source in draft.sources else "its source is not in the file"
        return Span(source, why=why)
    if start is None:
        return Span(source, 0, len(texts[source].plain))
    if start == "":
        return Span(source)
    first, last = _position(start), _position(end)
    if first is None or last is None:
        return Span(source, why="its positions are no numbers that a text could have")
    if draft.sources[source].raw is None:  # of an outline nothing can be proven: it was made from these positions
        lost = first >= last or last > len(texts[source].plain)
        return Span(source, first, last, "it is no passage of an outline" if lost else "")
    return None


def _position(given: object) -> int | None:
    digits = str(given).strip()
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= LARGEST else None


def _proven(draft: Draft, texts: dict[str, Text], numbers: list[int], counted: str) -> list[Span]:
    """Spans of the selections with positions, in the way of counting that fits best."""
    if not numbers:
        return []
    rows = [draft.selections[number] for number in numbers]
    frame = pd.DataFrame(
        {
            "source": [row[0] for row in rows],
            "start": [_position(row[1]) for row in rows],
            "end": [_position(row[2]) for row in rows],
            "quoted": [row[3] for row in rows],
        }
    )
    try:
        proof = offsets.prove(texts, frame, offsets.chosen(counted, draft.ways), draft.practice)
    except InputError as error:
        raise InputError(f"{draft.record.file}: {error}") from None
    draft.record.note(PASSAGES, f"positions are in {proof.note}")
    found = []
    for row, start, end, fits in zip(
        rows, proof.starts.tolist(), proof.ends.tolist(), proof.fits.tolist(), strict=True
    ):
        why = "it holds no character" if start == end else ""
        why = f"it does not lie within the {len(texts[row[0]].plain):,} characters of its source" if fits < 0 else why
        found.append(Span(row[0], start, end, why))
    return found


class _Finder:
    """Passages by their words, whatever blanks and line ends stand between these."""

    def __init__(self, texts: dict[str, Text]) -> None:
        self._texts, self._plain = texts, {}

    def find(self, source: str, quoted: str) -> Span:
        """The one place of the words in a source, or why there is none."""
        wanted = " ".join(str(quoted or "").translate(_LIKE).split())
        if not wanted:
            return Span(source, why="it has neither positions nor words")
        flat, own, flat_starts = self._flat(source)
        place = flat.find(wanted)
        if place < 0:
            return Span(source, why="its words do not stand in its source")
        if flat.find(wanted, place + 1) >= 0:
            return Span(source, why="its words stand more than once in its source, and nothing tells which are meant")
        return Span(source, _back(place, own, flat_starts), _back(place + len(wanted) - 1, own, flat_starts) + 1)

    def _flat(self, source: str) -> tuple[str, list[int], list[int]]:
        """The text with single blanks, and where each of its words begins in the text and in this."""
        if source not in self._plain:
            words = list(re.finditer(r"\S+", self._texts[source].plain.translate(_LIKE)))
            lengths = [0, *accumulate(len(word[0]) + 1 for word in words)]
            flat = " ".join(word[0] for word in words)
            self._plain[source] = (flat, [word.start() for word in words], lengths[:-1])
        return self._plain[source]


def _back(place: int, own: list[int], flat: list[int]) -> int:
    word = bisect_right(flat, place) - 1
    return own[word] + place - flat[word]


def _noted_by_source(draft: Draft) -> dict[str, list[tuple[int, int, str]]]:
    """The passages of each source that did not come, with the words noted beside them."""
    found: dict[str, list[tuple[int, int, str]]] = {}
    for source, start, end, quoted in draft.selections:
        if source in draft.sources and draft.sources[source].raw is None and start:
            first, last = _position(start), _position(end)
            if first is not None and last is not None and first < last <= LONGEST_TEXT:
                found.setdefault(source, []).append((first, last, quoted or ""))
    return found


def _outline(noted: list[tuple[int, int, str]]) -> str | None:
    """A text of which the passages' words are known, where these are as long as the positions say, and no others."""
    letters = [GAP] * max((last for _, last, _ in noted), default=0)
    for first, last, quoted in noted:
        short = quoted.removesuffix("…").removesuffix("...")
        if len(quoted) == last - first or (short != quoted and len(short) < last - first):
            letters[first : first + len(short)] = short if len(quoted) != last - first else quoted
    if all(letter == GAP for letter in letters):
        return None
    known = "".join(letters)
    return re.sub(rf"{GAP}{{2,}}(?=[^{GAP}])|(?<=[^{GAP}]){GAP}{{2,}}", _with_break, known)


def _with_break(gap: re.Match[str]) -> str:
    return f"\n{GAP * (len(gap[0]) - 2)}\n"
