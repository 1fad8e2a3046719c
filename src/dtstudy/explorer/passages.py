"""Passages where they were said: the turn before, the turn with its coded words marked, the turn after."""

from html import escape

import pandas as pd

from dtstudy.corpus import Corpus

MOST = 40  # passages shown at once; a page of reading, and a browser that stays quick
STYLE = """<style>
.dtstudy-passage { border-top: 1px solid #c9c9c9; padding: .5em 0; max-width: 46rem; line-height: 1.45; }
.dtstudy-passage p { margin: .15em 0; } .dtstudy-passage .beside { opacity: .65; }
.dtstudy-passage b { font-weight: 600; } .dtstudy-passage mark { background: #ffe2a8; color: #1b1b1b; padding: 0 .1em; }
.dtstudy-passage .where { font-size: .85em; opacity: .75; }
</style>"""


def in_context(corpus: Corpus, segments: pd.DataFrame, around: int = 1, most: int = MOST) -> str:
    """The passages as HTML, each with the turns `around` it and its words marked; at most `most` of them.

    Parameters: `segments` with document and turn, and words to mark where it has them, as `corpus.segments` or
    `vocabulary.kwic` give. All text is escaped.
    """
    chosen = segments.drop_duplicates(["document", "turn", *({"words"} & {*segments})]).head(most)
    texts = corpus.documents.set_index("document")["text"]
    turns = {
        key: own.sort_values("turn") for key, own in corpus.turns.groupby("document") if key in set(chosen["document"])
    }
    blocks = [_passage(texts[row.document], turns[row.document], row, around) for row in chosen.itertuples()]
    rest = len(segments) - len(chosen)
    more = f"<p>{rest:,} more are not shown. Choose a code, a group or a word to narrow them down.</p>" if rest else ""
    return STYLE + "".join(blocks) + more if blocks else "<p>No passage.</p>"


def _passage(text: str, turns: pd.DataFrame, row: object, around: int) -> str:
    place = int((turns["turn"] == row.turn).to_numpy().argmax())
    shown = turns.iloc[max(0, place - around) : place + around + 1]
    lines = []
    for turn in shown.itertuples():
        said = text[turn.start : turn.end]
        words = escape(said) if turn.turn != row.turn else _marked(said, getattr(row, "words", ""))
        kind = "" if turn.turn == row.turn else ' class="beside"'
        lines.append(f"<p{kind}><b>{escape(turn.participant)}</b> {words}</p>")
    about = " · ".join(str(getattr(row, name)) for name in ("code", "coder") if hasattr(row, name))
    where = f'<p class="where">{escape(f"{row.document}:{row.turn}")} {escape(about)}</p>'
    return f'<div class="dtstudy-passage">{where}{"".join(lines)}</div>'


def _marked(said: str, words: str) -> str:
    """The turn with the passage marked: the part of it that lies in this turn, where it spans several."""
    words = str(words).split("\n")[0]
    start = said.find(words) if words else -1
    if start < 0:
        return escape(said)
    end = start + len(words)
    return f"{escape(said[:start])}<mark>{escape(said[start:end])}</mark>{escape(said[end:])}"
