"""Passages where they were said: the turn before, the turn with what was coded marked, the turn after."""

import re
from collections.abc import Iterable
from html import escape
from itertools import pairwise

import pandas as pd

from dtstudy.corpus import Corpus
from dtstudy.measures.units import UNION

MOST = 40  # turns shown at once; a page of reading, and a browser that stays quick
LONGEST = 6000  # characters of a turn shown in one piece
STYLE = """<style>
.dtstudy-passage { border-top: 1px solid #c9c9c9; padding: .5em 0; max-width: 46rem; line-height: 1.45; }
.dtstudy-passage p { margin: .15em 0; overflow-wrap: anywhere; } .dtstudy-passage .beside { opacity: .65; }
.dtstudy-passage b { font-weight: 600; }
.dtstudy-passage mark { color: #1b1b1b; padding: 0 .1em; background: #ffe2a8; border-bottom: 2px solid #b36b00; }
.dtstudy-passage mark.second { background: #cfe6f7; border-bottom: 2px dashed #1f4e79; }
.dtstudy-passage mark.both { background: linear-gradient(#ffe2a8 50%, #cfe6f7 50%); border-bottom: 2px double #1b1b1b; }
.dtstudy-passage .where { font-size: .85em; opacity: .75; }
.dtstudy-passage .codes { font-size: .85em; } .dtstudy-passage .codes span { border: 1px solid #9a9a9a; }
.dtstudy-passage .codes span { border-radius: .7em; padding: 0 .5em; margin-right: .35em; white-space: nowrap; }
.dtstudy-passage .codes .first { border-color: #b36b00; border-width: 2px; }
.dtstudy-passage .codes .second { border: 2px dashed #1f4e79; }
.dtstudy-coders { display: flex; gap: 1.5em; } .dtstudy-coders > div { flex: 1; min-width: 0; }
.dtstudy-coders h4 { margin: .3em 0; font-weight: 600; } .dtstudy-passage.wide { max-width: 72rem; }
</style>"""


def in_context(
    corpus: Corpus, segments: pd.DataFrame, other: pd.DataFrame | None = None, around: int = 1, most: int = MOST
) -> str:
    """The turns on which passages stand as HTML, each once, with the turns `around` it; at most `most` of them.

    Parameters: `segments` with document and turn, as `corpus.segments`, `agreement.disagreements` or `vocabulary.kwic`
    give; the passages with its code by its coder are marked, or its keyword. `other`: passages of a second code, marked
    in another way. Beneath each turn stand all codes it has from these coders. All text is escaped.
    """
    lists = [segments] if other is None else [segments, other]
    places = pd.concat([one[["document", "turn"]] for one in lists]).drop_duplicates()
    places = places if other is None else places.sort_values(["document", "turn"])
    if places.empty:
        return "<p>No passage.</p>"
    shown = _Talk(corpus, places["document"].head(most))
    blocks = []
    for document, turn in places.head(most).itertuples(index=False):
        here = [one[(one["document"] == document) & (one["turn"] == turn)] for one in lists]
        blocks.append(_block(shown, document, turn, [_marks(shown, own) for own in here], _coders(here), around))
    passages = sum(len(one) for one in lists)
    head = f"<p>{passages:,} passage{'s' * (passages != 1)} on {len(places):,} turn{'s' * (len(places) != 1)}.</p>"
    rest = len(places) - len(blocks)
    more = f"<p>{rest:,} more turns are not shown. Choose a code, a group or a word to narrow them down.</p>"
    return STYLE + head + "".join(blocks) + (more if rest else "")


def side_by_side(corpus: Corpus, disagreement: pd.Series, around: int = 1) -> str:
    """One row of `agreement.disagreements` as HTML: the turn once for each coder, with what that coder coded marked."""
    document, turn, code = disagreement["document"], disagreement["turn"], disagreement["code"]
    shown = _Talk(corpus, [document])
    names = [name for column in ("given_by", "not_given_by") for name in disagreement[column].split(", ") if name]
    before, own, after = shown.around(document, turn, around)
    columns = []
    for coder in names:
        spans = shown.spans(document, {code}, {coder})
        gave = "gave" if coder in disagreement["given_by"].split(", ") else "did not give"
        memo = "".join(f"<p>Memo: {escape(memo)}</p>" for memo in shown.memos(own, code, coder))
        said = _said(shown, own, [spans], own=True)
        codes = _chips(shown.codes(own, {coder}), [shown.below([code])])
        columns.append(f"<div><h4>{escape(coder)} {gave} {escape(code)}</h4>{said}{codes}{memo}</div>")
    where = f'<p class="where">{escape(f"{document}:{turn}")}</p>'
    talk = [_said(shown, row, [], own=False) for row in before], [_said(shown, row, [], own=False) for row in after]
    both = f'<div class="dtstudy-coders">{"".join(columns)}</div>'
    return STYLE + f'<div class="dtstudy-passage wide">{where}{"".join(talk[0])}{both}{"".join(talk[1])}</div>'


class _Talk:
    """The turns and codings of the documents shown."""

    def __init__(self, corpus: Corpus, documents: Iterable[str]) -> None:
        names = set(documents)
        own = corpus.documents[corpus.documents["document"].isin(names)]
        self.texts = dict(zip(own["document"], own["text"], strict=True))
        turns = corpus.turns[corpus.turns["document"].isin(names)].sort_values("turn")
        self.turns = {key: list(own.itertuples()) for key, own in turns.groupby("document")}
        codings = corpus.codings[corpus.codings["document"].isin(names)]
        self.codings = {key: list(own.itertuples()) for key, own in codings.groupby("document")}
        self.parents = dict(zip(corpus.codes["code"], corpus.codes["parent"], strict=True))

    def around(self, document: str, turn: int, reach: int) -> tuple[list, object, list]:
        """The turns before a turn, itself, and those after it."""
        turns = self.turns[document]
        place = next(number for number, row in enumerate(turns) if row.turn == turn)
        return turns[max(0, place - reach) : place], turns[place], turns[place + 1 : place + 1 + reach]

    def below(self, codes: Iterable[str]) -> set[str]:
        """Codes, and all codes under them."""
        found = set(codes)
        while more := {one for one, parent in self.parents.items() if parent in found} - found:
            found |= more
        return found

    def spans(self, document: str, codes: set[str], coders: set[str]) -> list[tuple[int, int]]:
        """Where these codes, or codes under them, were given in a document by these coders."""
        wanted = self.below(codes)
        return [(one.start, one.end) for one in self._by(document, coders) if one.code in wanted]

    def codes(self, turn: object, coders: set[str]) -> list[str]:
        """The codes that these coders gave on a turn, in the codebook's order."""
        order = {code: number for number, code in enumerate(self.parents)}
        return sorted({one.code for one in self._on(turn, coders)}, key=lambda code: order.get(code, len(order)))

    def memos(self, turn: object, code: str, coder: str) -> list[str]:
        """What a coder noted on passages of a turn with a code."""
        wanted = self.below([code])
        noted = {getattr(one, "memo", None) for one in self._on(turn, {coder}) if one.code in wanted}
        return sorted(memo for memo in noted if isinstance(memo, str) and memo)

    def _by(self, document: str, coders: set[str]) -> list:
        own = self.codings.get(document, [])
        return own if UNION in coders else [one for one in own if one.coder in coders]

    def _on(self, turn: object, coders: set[str]) -> list:
        return [one for one in self._by(turn.document, coders) if one.start < turn.end and turn.start < one.end]


def _coders(lists: list[pd.DataFrame]) -> set[str]:
    """Whose codes are shown beneath a turn: those of the passages' coders, or everybody's."""
    return {coder for one in lists if "coder" in one for coder in one["coder"]} or {UNION}


def _marks(shown: _Talk, here: pd.DataFrame) -> tuple[list[tuple[int, int]], set[str]]:
    """What is marked on a turn and around it: the passages with its rows' codes, or its keyword; and these codes."""
    if here.empty:
        return [], set()
    document = here["document"].iloc[0]
    if "keyword" in here:
        _, own, _ = shown.around(document, here["turn"].iloc[0], 0)
        words = "|".join(re.escape(word) for word in sorted(set(here["keyword"]), key=len, reverse=True))
        found = re.finditer(rf"(?<!\w)(?:{words})(?!\w)", shown.texts[document][own.start : own.end])
        return [(own.start + one.start(), own.start + one.end()) for one in found], set()
    codes = set(here["code"])
    return shown.spans(document, codes, _coders([here])), codes


def _block(shown: _Talk, document: str, turn: int, marks: list, coders: set[str], around: int) -> str:
    before, own, after = shown.around(document, turn, around)
    spans = [places for places, _ in marks]
    lines = [_said(shown, row, spans, own=row is own) for row in (*before, own, *after)]
    named = " with ".join(sorted({", ".join(sorted(codes)) for _, codes in marks if codes}))
    where = escape(" · ".join([f"{document}:{turn}", *([named] if named else [])]))
    codes = _chips(shown.codes(own, coders), [codes for _, codes in marks])
    return f'<div class="dtstudy-passage"><p class="where">{where}</p>{"".join(lines)}{codes}</div>'


def _chips(codes: list[str], marked: list[set[str]]) -> str:
    """The codes of a turn in a row, those marked in it told apart."""
    if not codes:
        return '<p class="codes">no code here</p>'
    kinds = ["first", "second"]
    chips = []
    for code in codes:
        kind = next((kind for kind, own in zip(kinds, marked, strict=False) if code in own), "")
        chips.append(f'<span class="{kind}">{escape(code)}</span>')
    return f'<p class="codes">{"".join(chips)}</p>'


def _said(shown: _Talk, turn: object, lists: list[list[tuple[int, int]]], own: bool) -> str:
    """A turn as a paragraph, cut wherever a passage of one list begins or ends."""
    text = shown.texts[turn.document]
    within = [
        [(max(a, turn.start), min(b, turn.end)) for a, b in spans if a < turn.end and turn.start < b] for spans in lists
    ]
    edges = sorted({turn.start, turn.end, *(edge for spans in within for span in spans for edge in span)})
    parts = []
    for start, end in pairwise(edges):
        kinds = [place for place, spans in enumerate(within) if any(a <= start and end <= b for a, b in spans)]
        parts.append((tuple(kinds), text[start:end]))
    words = "".join(_marked(kinds, part) for kinds, part in _joined(parts))
    return f"<p{'' if own else ' class=beside'}><b>{escape(turn.participant)}</b> {words}</p>"


def _joined(parts: list[tuple[tuple[int, ...], str]]) -> list[tuple[tuple[int, ...], str]]:
    """Neighbours that are marked alike as one, so that two passages that overlap are one mark."""
    joined: list[tuple[tuple[int, ...], str]] = []
    for kinds, part in parts:
        if joined and joined[-1][0] == kinds:
            joined[-1] = (kinds, joined[-1][1] + part)
        else:
            joined.append((kinds, part))
    return joined


def _marked(kinds: tuple[int, ...], words: str) -> str:
    names = {(0,): "first", (1,): "second"}
    words = escape(_shortened(words))
    return words if not kinds else f'<mark class="{names.get(kinds, "both")}">{words}</mark>'


def _shortened(words: str) -> str:
    """Words without their middle where they are more than anybody reads at one place."""
    left_out = len(words) - LONGEST
    half = LONGEST // 2
    return words if left_out <= 0 else f"{words[:half]} … [{left_out:,} characters] … {words[-half:]}"
