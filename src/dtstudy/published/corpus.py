"""A paper's quotations as a corpus: sections are documents, quotations turns, headings and concepts codes.

The codings are stored stand-off, by quotation and word, so the corpus can be built without the paper's text:
its documents are then outlines, a stand-in for each quoted word. Every count in words is the same either
way; only the words themselves need the text.
"""

from pathlib import Path

import pandas as pd

from dtstudy.corpus import Corpus
from dtstudy.errors import InputError, near
from dtstudy.published.quotations import PaperText
from dtstudy.read import cells
from dtstudy.settings import Paper
from dtstudy.text import digest, word_spans

AUTHORS = "authors"  # the coder whose codes are the paper's own headings
CODING_COLUMNS = ("quotation", "first_word", "end_word", "code", "memo")


def load_codings(folder: Path) -> pd.DataFrame:
    """The coders' files as one table: quotation, first_word, end_word (exclusive), code, memo, coder.

    Raises InputError, with file and line, for a missing column or a number that is none.
    """
    files = sorted(folder.glob("*.csv"))
    return pd.concat([_load_coder(file) for file in files], ignore_index=True) if files else _no_codings()


def build(
    record: pd.DataFrame, paper: Paper, codebook: pd.DataFrame, codings: pd.DataFrame, text: PaperText | None
) -> Corpus:
    """The corpus of a paper's quotations, with its text or as an outline.

    Parameters: the record of `quotations.load`, the codebook (schema table `codes`), codings as from
    `load_codings`, and the paper's text where it was supplied. Raises InputError for a coding outside its
    quotation or with an unknown code.
    """
    documents = {section.name: section.document for section in paper.sections}
    texts = text.documents if text else {name: _outline(record, section) for section, name in documents.items()}
    quoted = text.quotations["text"] if text else record["words"].map(_stand_in)
    turns = _turns(record.assign(document=record["section"].map(documents), text=quoted), texts)
    words = {
        row.quotation: [(row.start + a, row.start + b) for a, b in word_spans(row.text)] for row in turns.itertuples()
    }
    places = turns.set_index("quotation")
    headings = turns.assign(code=turns["theme"], coder=AUTHORS)[["document", "start", "end", "code", "coder"]]
    coded = pd.DataFrame([_coding(row, words, places) for row in codings.itertuples()], columns=[*headings, "memo"])
    every = pd.concat([headings, coded], ignore_index=True)
    groups = {section.document: section.group for section in paper.sections}
    return Corpus.build(
        documents=pd.DataFrame(
            [(name, body, "the paper", digest(body), "paper section", groups[name]) for name, body in texts.items()],
            columns=["document", "text", "source", "sha256", "kind", "group"],
        ),
        participants=pd.DataFrame({"participant": record["role"].unique(), "role": "participant"}),
        turns=turns.rename(columns={"role": "participant"})[["document", "turn", "participant", "start", "end"]],
        codes=codebook,
        codings=every,
        reads=pd.DataFrame([(d, c) for d in texts for c in every["coder"].unique()], columns=["document", "coder"]),
    )


def _load_coder(file: Path) -> pd.DataFrame:
    table = cells.table(file)
    missing = [column for column in CODING_COLUMNS if column not in table]
    if missing:
        raise InputError(
            f"quotation-codings/{file.name}: the columns {', '.join(missing)} are missing. Add them to its head line."
        )
    for column in CODING_COLUMNS[:3]:
        wrong = ~table[column].str.fullmatch(r"\d+")
        if wrong.any():
            line = wrong.idxmax()
            raise InputError(
                f"quotation-codings/{file.name}, line {line + 2}: {column} '{table[column][line]}' is no whole number."
            )
        table[column] = table[column].astype("int64")
    return table.assign(coder=file.stem, line=range(2, len(table) + 2))


def _no_codings() -> pd.DataFrame:
    return pd.DataFrame(columns=[*CODING_COLUMNS, "coder", "line"])


def _stand_in(words: int) -> str:
    return " ".join(["w"] * words)


def _outline(record: pd.DataFrame, section: str) -> str:
    return "\n".join(record.loc[record["section"] == section, "words"].map(_stand_in))


def _turns(quotations: pd.DataFrame, texts: dict[str, str]) -> pd.DataFrame:
    """Each quotation with its place in its document, in the document's order."""
    reached = dict.fromkeys(texts, 0)
    starts = []
    for row in quotations.itertuples():
        start = texts[row.document].index(row.text, reached[row.document])
        starts.append(start)
        reached[row.document] = start + len(row.text)
    placed = quotations.assign(start=starts, end=[s + len(t) for s, t in zip(starts, quotations["text"], strict=True)])
    return placed.assign(turn=placed.groupby("document").cumcount() + 1)


def _coding(row: object, words: dict[int, list[tuple[int, int]]], places: pd.DataFrame) -> tuple:
    where = f"quotation-codings/{row.coder}.csv, line {row.line}"
    if row.quotation not in words:
        raise InputError(f"{where}: there is no quotation {row.quotation}; {near(str(row.quotation), map(str, words))}")
    mine = words[row.quotation]
    if not row.first_word < row.end_word <= len(mine):
        raise InputError(f"{where}: words {row.first_word} to {row.end_word} are no passage of its {len(mine)} words.")
    quotation = places.loc[row.quotation]
    start = quotation["start"] if row.first_word == 0 else mine[row.first_word][0]
    end = quotation["end"] if row.end_word == len(mine) else mine[row.end_word - 1][1]
    return quotation["document"], start, end, row.code, row.coder, row.memo
