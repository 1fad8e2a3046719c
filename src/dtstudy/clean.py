"""From a raw transcript to turns: who speaks, marks of transcription, pseudonyms, and a record of every edit.

The clean text is the raw text with edits made; nothing is dropped without one. Labels become pseudonyms, time
stamps go into seconds, marks such as (laughs) are kept between ⟨ and ⟩ and are no words, names become pseudonyms.
"""

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dtstudy.errors import InputError
from dtstudy.names import Names
from dtstudy.read import Label, Transcript
from dtstudy.text import CLOSE, OPEN, Edit, SpanMap, edited

UNKNOWN = "unknown speaker"
_STAMP = re.compile(r"[\[(]?\b(\d{1,2}):([0-5]\d)(?::([0-5]\d))?(?:[.,]\d{1,3})?\b[\])]?[ \t]*")
_BRACKETED_STAMP = re.compile(r"[\[(#](\d{1,2}):([0-5]\d)(?::([0-5]\d))?(?:[.,]\d{1,3})?[\])#][ \t]?")
_SHAPES = (
    re.compile(r"\[(?P<name>[^\W\d_][^\]\n]{0,39})\][ \t]*:?[ \t]*"),
    re.compile(r"(?P<name>[^\W\d_][\w.'’ -]{0,39}?)[ \t]*:(?!\d)[ \t]*"),
    re.compile(r"(?P<name>[^\W\d_][\w.'’ ]{0,39}?)(?:[ \t]+[-–—][ \t]*|[ \t]*[-–—][ \t]+)"),
)
_SPOKEN = re.compile(
    r"(?:(?:it['’]?s|it is|this is)[ \t]+)?(?P<name>[^\W\d_][\w'’]*(?:[ \t][^\W\d_][\w'’]*)?)"
    r"(?=[ \t]*[.,:;!?–-]|[ \t]+(?:here|again|speaking|sorry)\b)",
    re.IGNORECASE,
)
_MARK = re.compile(
    r"//|\[(?P<square>[^\[\]\n]{1,60})\]"
    r"|\((?P<round>(?:laugh|paus|inaudible|unclear|cough|sigh|crosstalk|overlap|silence|whisper|pho?ne|door|interrupt)[^()\n]{0,40})\)",
    re.IGNORECASE,
)
_SPACES = re.compile(r"[ \t\u00a0\u2000-\u200b\u202f]{2,}|[\t\u00a0\u2000-\u200b\u202f]")
WIDEST = 120  # characters of a line that was broken to a width
_ACCENT = re.compile(r"[\u0300-\u036f]")
_COMBINED = re.compile(r"[^\W\d_][\u0300-\u036f]+")


@dataclass(frozen=True)
class Cleaned:
    """A clean transcript: its text, its turns, the way back to the raw text, and what was changed.

    `turns` has turn, participant, start, end, seconds; `changes` counts edits by rule; `warnings` are sentences.
    """

    text: str
    turns: pd.DataFrame
    spans: SpanMap
    changes: dict[str, int]
    warnings: tuple[str, ...]


def clean(transcript: Transcript, names: Names, where: str, speaker: str = "") -> Cleaned:
    """Turns and clean text of a raw transcript.

    Parameters: the names of the study (roster and places), the file's name for messages, and the `speaker` whose words
    the whole text is: then no labels are looked for, and each paragraph is a turn. Without one, a file in which nobody
    is named is one turn of an unknown speaker, with a warning.
    Raises InputError, with the line, for a label that resembles a name of the roster but is none. Neither errors nor
    warnings tell a name: they end in notebooks and logs.
    """
    apart = _COMBINED.finditer(transcript.text) if _ACCENT.search(transcript.text) else ()
    letters = [Edit(*m.span(), unicodedata.normalize("NFC", m[0]), "letter") for m in apart]
    composed, transcript = SpanMap(letters), _composed(transcript, letters)
    text = transcript.text
    labels = _paragraphs(text, speaker) if speaker else _labels(transcript, names, where)
    warnings = [] if speaker else _doubts(text, labels, names, where)
    taken = _Taken(len(text))
    edits = [
        edit
        for label in ([] if speaker else labels)
        for edit in taken.claim(label.start, label.end, f"{names.label(label.name)}: ", "label")
    ]
    edits += [e for m in _BRACKETED_STAMP.finditer(text) for e in taken.claim(*m.span(), "", "time stamp")]
    edits += [e for m in _MARK.finditer(text) for e in taken.claim(*m.span(), _mark(m), "mark")]
    edits += [e for start, end, new, rule in names.find(text) for e in taken.claim(start, end, new, rule)]
    edits += [e for m in _SPACES.finditer(text) for e in taken.claim(*m.span(), " ", "space")]
    spans, result = SpanMap(edits), edited(text, edits)
    turns = _turns(transcript, labels, names, spans, result)
    changes = dict(Counter(edit.rule for edit in [*letters, *edits]))
    return Cleaned(result, turns, composed.then(spans), changes, tuple(warnings))


def begins_like_a_label(text: str) -> list[tuple[int, str]]:
    """Every line that begins the way a speaker's label does, 'Name:' or '[Name]', as (its place, the name)."""
    found = []
    for start, line in _lines(text):
        stamp = _STAMP.match(line, len(line) - len(line.lstrip()))
        begin = stamp.end() if stamp else len(line) - len(line.lstrip())
        match = _SHAPES[1].match(line, begin) or _SHAPES[0].match(line, begin)
        if match:
            found.append((start, match["name"].strip()))
    return found


def _composed(transcript: Transcript, letters: list[Edit]) -> Transcript:
    """The transcript with letters and their accents composed, so that a name is one string; labels and times follow."""
    spans = SpanMap(letters)
    labels = (Label(*spans.to_clean(label.start, label.end), label.name) for label in transcript.labels)
    times = ((spans.to_clean(place, place)[0], seconds) for place, seconds in transcript.times)
    return Transcript(edited(transcript.text, letters), tuple(labels), tuple(times))


class _Taken:
    """Which characters an edit already has: the first rule to claim them keeps them."""

    def __init__(self, length: int) -> None:
        self._taken = bytearray(length)

    def claim(self, start: int, end: int, new: str, rule: str) -> list[Edit]:
        if any(self._taken[start:end]):
            return []
        self._taken[start:end] = b"\1" * (end - start)
        return [Edit(start, end, new, rule)]


def _labels(transcript: Transcript, names: Names, where: str) -> list[Label]:
    """Every label in the order of the text: the format's own, those at the start of lines, or names spoken there."""
    if transcript.labels:
        for label in transcript.labels:
            if not names.speaker(label.name):
                raise InputError(_unknown(label.name, names, where, transcript.text, label.start))
        labels = [_with_gap(label, transcript.text) for label in transcript.labels]
        return _joined(labels, names) if transcript.times else labels
    labels = _written(transcript.text, names, where)
    return labels or _spoken(transcript.text, names)


def _written(text: str, names: Names, where: str) -> list[Label]:
    found, doubtful = [], []
    for start, line in _lines(text):
        lead = len(line) - len(line.lstrip())
        stamp = _STAMP.match(line, lead)
        begin = stamp.end() if stamp else lead
        for shape in _SHAPES:
            match = shape.match(line, begin)
            if match and names.speaker(match["name"]):
                found.append(Label(start + match.start(), start + match.end(), match["name"]))
                break
            if match and shape is not _SHAPES[2] and found and names.resembles(match["name"]):
                doubtful.append((start, match["name"]))
    if doubtful:
        raise InputError(_unknown(doubtful[0][1], names, where, text, doubtful[0][0]))
    return found


def _doubts(text: str, labels: list[Label], names: Names, where: str) -> list[str]:
    """What a person should look at before the speakers are believed."""
    if not labels:
        return [f"{where}: no speaker is named; the whole text is one turn of an {UNKNOWN}."]
    return _strangers(text, labels, names, where)


def _paragraphs(text: str, speaker: str) -> list[Label]:
    """A label of no length where each paragraph begins: each line, or blocks of lines that were broken to a width."""
    wrapped = max(map(len, text.split("\n"))) <= WIDEST and "\n\n" in text
    found, before = [], ""
    for start, line in _lines(text, blank=True):
        if line.strip() and not (wrapped and before.strip()):
            found.append(Label(start, start, speaker))
        before = line
    return found


def _strangers(text: str, labels: list[Label], names: Names, where: str) -> list[str]:
    """A sentence for each line that begins like a speaker's label with a name that nobody on the roster bears.

    In capitals once is enough; otherwise the same word must begin two lines, since people say 'Listen:' too.
    """
    seen: dict[str, list[int]] = {}
    for start, line in _lines(text):
        match = _SHAPES[1].match(line)
        if start > labels[0].start and match and match["name"][0].isupper() and not names.speaker(match["name"]):
            seen.setdefault(match["name"].strip(), []).append(text.count("\n", 0, start) + 1)
    return [
        f"{where}, line {places[0]}: the word before the colon looks like a speaker and is not on the roster"
        f"{_close_to(name, names)}. The words were taken as part of the turn before."
        for name, places in seen.items()
        if len(name.split()) <= 3 and (name.isupper() or len(places) > 1)
    ]


def _spoken(text: str, names: Names) -> list[Label]:
    """Labels of no length where paragraphs begin with a spoken name; the name stays among the words."""
    found = []
    for start, line in _lines(text):
        match = _SPOKEN.match(line)
        name = match["name"] if match else ""
        name = name if names.speaker(name) else name.split(" ")[0]
        if name and names.speaker(name):
            found.append(Label(start, start, name))
    return found


def _lines(text: str, blank: bool = False) -> list[tuple[int, str]]:
    """Places and contents of the lines, without the empty ones unless these are wanted."""
    return [(match.start(), match[0]) for match in re.finditer("(?m)^[^\n]*" if blank else "[^\n]+", text)]


def _with_gap(label: Label, text: str) -> Label:
    """A label that stands in the text, with the colon or dash and blanks after it."""
    if label.start == label.end:
        return label
    gap = re.compile(r"[ \t]*[:–-]?[ \t]*").match(text, label.end)
    return Label(label.start, gap.end() if gap else label.end, label.name)


def _unknown(name: str, names: Names, where: str, text: str, place: int) -> str:
    line = text.count("\n", 0, place) + 1
    return (
        f"{where}, line {line}: the speaker's label is not on the roster{_close_to(name, names)}."
        " Correct the label, or add the name or an alias to participants.csv."
    )


def _close_to(name: str, names: Names) -> str:
    who = names.nearest(name)
    return f"; it is close to what {who} is called" if who else ""


def _mark(match: re.Match[str]) -> str:
    inner = match["square"] or match["round"] or "overlapping"
    inner = _STAMP.sub("", inner).strip() or "time"
    return f"{OPEN}{inner.lower()}{CLOSE}"


def _turns(transcript: Transcript, labels: list[Label], names: Names, spans: SpanMap, result: str) -> pd.DataFrame:
    """Turns on the clean text: from the end of a label to the next."""
    text = transcript.text
    places = labels or [Label(0, 0, UNKNOWN)]
    stamps = sorted([*transcript.times, *((m.start(), _seconds(m)) for m in _BRACKETED_STAMP.finditer(text))])
    stamped = [place for place, _ in stamps]
    lasts = [*(label.start for label in places[1:]), len(text)]
    lines = [_line_start(text, label.start) for label in places]  # a stamp may stand before a label
    stamped_from = [bisect_left(stamped, line) for line in [*lines, len(text)]]
    passages = spans.to_clean(np.array([label.end for label in places]), np.array(lasts))
    rows = []
    for place, (label, start, end) in enumerate(zip(places, *(ends.tolist() for ends in passages), strict=True)):
        times = [seconds for _, seconds in stamps[stamped_from[place] : stamped_from[place + 1]]]
        said = result[start:end].lstrip()
        start, end = end - len(said), end - len(said) + len(said.rstrip())
        if end > start:
            rows.append((names.label(label.name), start, end, min(times) if times else None))
    who, starts, ends, seconds = zip(*rows, strict=True) if rows else ((), (), (), ())
    return pd.DataFrame(
        {
            "turn": np.arange(1, len(rows) + 1),
            "participant": pd.array(who, dtype="str"),
            "start": np.array(starts, dtype=np.int64),
            "end": np.array(ends, dtype=np.int64),
            "seconds": np.array(seconds, dtype=np.float64),  # None becomes NaN
        }
    )


def _line_start(text: str, place: int) -> int:
    return text.rfind("\n", 0, place) + 1


def _joined(labels: list[Label], names: Names) -> list[Label]:
    """The first label of each run by one speaker: in captions a long turn goes over several cues."""
    pairs = zip([None, *labels], labels, strict=False)
    return [label for before, label in pairs if not before or names.label(before.name) != names.label(label.name)]


def _seconds(stamp: re.Match[str]) -> float:
    first, second, third = (int(part) if part else None for part in stamp.groups())
    return float(60 * first + second if third is None else 3600 * first + 60 * second + third)
