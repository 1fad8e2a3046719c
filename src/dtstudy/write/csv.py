"""A study as tables: tidy ones for R and Python, and ones for a spreadsheet.

Both are CSV in UTF-8 as RFC 4180 has it. A cell that a spreadsheet would take for a formula begins with an apostrophe,
which the readers of this package take off again (`dtstudy.text.guarded`). Tables for a spreadsheet begin with the mark
by which spreadsheets know UTF-8.
"""

import codecs

import pandas as pd

from dtstudy import schema
from dtstudy.text import guarded
from dtstudy.write import branches


def tidy(tables: dict[str, pd.DataFrame]) -> dict[str, bytes]:
    """Each table of a corpus as a CSV file: file name to content.

    Columns are those of the data dictionary, with the attributes of documents and participants; codings further hold
    `words`, the passage itself. Offsets are as in the corpus: from 0, end exclusive, in code points.
    """
    files = {}
    for name, table in schema.TABLES.items():
        frame = tables[name] if table.attributes else tables[name][list(table.columns)]
        if name == "codings":
            frame = frame.assign(words=_words(frame, tables["documents"]))
        if name != "codes":  # the order of a codebook is its author's
            frame = frame.sort_values(list(table.key), kind="stable")
        files[f"{name}.csv"] = lines(frame)
    return files


def spreadsheet(frame: pd.DataFrame) -> bytes:
    """A table as a CSV file that a spreadsheet opens as it is meant, with no cell run as a formula."""
    return codecs.BOM_UTF8 + lines(frame)


def lines(frame: pd.DataFrame, end: str = "\r\n") -> bytes:
    """A table as CSV, head and cells guarded; with CR LF a cell that holds either of them is put in quotation marks.

    >>> lines(pd.DataFrame({"words": ["=1+1", "yes"], "change": [-1, 2]}), end="\\n")
    b"words,change\\n'=1+1,-1\\nyes,2\\n"
    """
    texts = [
        place for place, kind in enumerate(frame.dtypes) if isinstance(kind, pd.CategoricalDtype) or _is_text(kind)
    ]
    frame = frame.copy(deep=False)
    for place in texts:
        frame.isetitem(place, frame.iloc[:, place].astype("object").map(_guarded))
    frame.columns = [_guarded(column) for column in frame.columns]
    return frame.to_csv(index=False, lineterminator=end).encode()


def _is_text(kind: object) -> bool:
    return pd.api.types.is_object_dtype(kind) or pd.api.types.is_string_dtype(kind)


def _guarded(cell: object) -> object:
    return guarded(cell) if isinstance(cell, str) else cell


def passages(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Every coded passage with its words, as a list to read and sort.

    Returns
    -------
    DataFrame, one row per coding
        document, turn, participant (of the turn the passage begins in; empty where it begins in none), attributes of
        the document, coder, code, path (the code with its categories in front), words, memo, start, end
    """
    documents = tables["documents"].drop(columns=["text", "source", "sha256"])
    turns = tables["turns"][["document", "start", "end", "turn", "participant"]].sort_values("start", kind="stable")
    codings = tables["codings"][["document", "start", "end", "code", "coder", "memo"]]
    joined = pd.merge_asof(
        codings.sort_values("start", kind="stable"), turns, on="start", by="document", suffixes=("", "_turn")
    )
    inside = joined["start"] < joined["end_turn"]
    joined["turn"] = joined["turn"].where(inside).astype("Int64")
    joined["participant"] = joined["participant"].where(inside)
    joined = joined.merge(documents, on="document")
    joined["words"] = _words(joined, tables["documents"])
    joined["path"] = joined["code"].map({code: " > ".join(way) for code, way in branches(tables["codes"]).items()})
    attributes = documents.columns.drop("document")
    columns = ["document", "turn", "participant", *attributes, "coder", "code", "path", "words", "memo", "start", "end"]
    return joined.sort_values(["document", "start", "end", "code", "coder"], ignore_index=True)[columns]


def matrix(frequency: pd.DataFrame, by: str, codes: pd.DataFrame, reads: pd.DataFrame | None = None) -> pd.DataFrame:
    """The segments of a table of `measures.frequency` laid out as a matrix: codes down, `by` across.

    Parameters: a frequency table of `each` coder, counted by `by` (or by nothing, where `by` is the coder); the
    codebook, whose every code gets a row, for each coder; `reads`, where `by` is the document: what a coder has not
    read is empty, not 0.

    Returns
    -------
    DataFrame, one row per coder and code, or per code where coders stand across
        coder, code, parent, unit, and a column for each value of `by`
    """
    coders = sorted(frequency["coder"].unique())
    rows = ["code"] if by == "coder" else ["coder", "code"]
    values = frequency[by].astype("str").replace("", "(not given)")
    wide = frequency.assign(**{by: values}).pivot(index=rows, columns=by, values="segments")
    every = pd.MultiIndex.from_product([codes["code"]] if by == "coder" else [coders, codes["code"]], names=rows)
    head = every.to_frame(index=False)
    wide = wide.reindex(codes["code"] if by == "coder" else every).fillna(0).astype("Int64").reset_index(drop=True)
    if reads is not None:
        read = set(zip(reads["document"], reads["coder"], strict=True))
        for document in wide:
            wide[document] = wide[document].where([(document, coder) in read for coder in head["coder"]])
    head = head.assign(parent=head["code"].map(codes.set_index("code")["parent"]), unit="segment")
    return pd.concat([head, wide.rename_axis(columns=None)], axis="columns")  # a value may be called as a head is


def _words(spans: pd.DataFrame, documents: pd.DataFrame) -> list[str]:
    texts = dict(zip(documents["document"], documents["text"], strict=True))
    places = zip(spans["document"], spans["start"], spans["end"], strict=True)
    return [texts[document][start:end] for document, start, end in places]
