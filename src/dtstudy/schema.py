"""The tables of a corpus: columns, types, keys, references. The data dictionary comes from here."""

from dataclasses import dataclass, field

import pandas as pd

from dtstudy.errors import InputError, near


@dataclass(frozen=True)
class Column:
    """A column: its type (`text`, `whole`, `number`), what it means, and whether a cell may be empty."""

    type: str
    meaning: str
    optional: bool = False


@dataclass(frozen=True)
class Table:
    """A table: what one row is, its columns and key, what refers to other tables, attributes or not."""

    row: str
    key: tuple[str, ...]
    columns: dict[str, Column]
    refers: dict[str, str] = field(default_factory=dict)
    attributes: bool = False


_DOCUMENT = Column("text", "id of the document")
_START = Column("whole", "offset of the first character in the clean text, from 0, in code points")
_END = Column("whole", "offset after the last character")
_CODER = Column("text", "who coded; a coding agreed after discussion has the coder 'consensus'")

TABLES: dict[str, Table] = {
    "documents": Table(
        "one transcript",
        ("document",),
        {
            "document": _DOCUMENT,
            "text": Column("text", "the clean text"),
            "source": Column("text", "file it was read from"),
            "sha256": Column("text", "digest of that file or of the text in it"),
            "kind": Column(
                "text", "focus group, interview, text, outline (known by its coded passages alone) or paper section"
            ),
        },
        attributes=True,
    ),
    "participants": Table(
        "one person, or one unnamed kind of speaker where a source names nobody",
        ("participant",),
        {
            "participant": Column("text", "pseudonym"),
            "role": Column("text", "participant or facilitator"),
        },
        attributes=True,
    ),
    "turns": Table(
        "one uninterrupted contribution",
        ("document", "turn"),
        {
            "document": _DOCUMENT,
            "turn": Column("whole", "number of the turn in its document, from 1"),
            "participant": Column("text", "who speaks"),
            "start": _START,
            "end": _END,
            "seconds": Column("number", "seconds from the start of the recording", optional=True),
        },
        refers={"document": "documents", "participant": "participants"},
    ),
    "codes": Table(
        "one entry of the codebook",
        ("code",),
        {
            "code": Column("text", "id of the code"),
            "parent": Column("text", "code it belongs under", optional=True),
            "level": Column("text", "concept, category or core category"),
            "definition": Column("text", "what the code means"),
            "include": Column("text", "what counts", optional=True),
            "exclude": Column("text", "what does not, and where it goes", optional=True),
        },
    ),
    "codings": Table(
        "one coder giving one code to one passage",
        ("document", "start", "end", "code", "coder"),
        {
            "document": _DOCUMENT,
            "start": _START,
            "end": _END,
            "code": Column("text", "id of the code"),
            "coder": _CODER,
            "memo": Column("text", "the coder's note", optional=True),
        },
        refers={"document": "documents", "code": "codes"},
    ),
    "reads": Table(
        "one coder having read one document: what makes an uncoded passage a judgement",
        ("document", "coder"),
        {"document": _DOCUMENT, "coder": _CODER},
        refers={"document": "documents"},
    ),
}


def validate(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The same tables with the schema's columns and types, in key order; optional columns are added empty.

    Raises InputError, with table and row, for a missing or unknown column, an empty or mistyped cell, a
    repeated key, a reference to nothing, a span outside its document, turns that overlap, a code under
    itself, or a coding by somebody who has not read the document.
    """
    checked = {name: _columns(name, tables.get(name)) for name in TABLES}
    for name, frame in checked.items():
        _keys(name, frame)
        for column, other in TABLES[name].refers.items():
            _references(name, frame, column, checked[other])
    _tree(checked["codes"])
    lengths = checked["documents"].set_index("document")["text"].str.len()
    for name in ("turns", "codings"):
        _spans(name, checked[name], lengths)
    _order(checked["turns"])
    _judged(checked["codings"], checked["reads"])
    return checked


def dictionary() -> pd.DataFrame:
    """The data dictionary: table, column, type, meaning, one row per column."""
    rows = [
        (name, column, about.type, about.meaning + (" (may be empty)" if about.optional else ""))
        for name, table in TABLES.items()
        for column, about in table.columns.items()
    ]
    return pd.DataFrame(rows, columns=["table", "column", "type", "meaning"])


def dictionary_page() -> str:
    """The data dictionary as a page in Markdown, as it stands in docs/data-dictionary.md."""
    lines = [
        "# Data dictionary",
        "",
        "The tables of a corpus, as `study.corpus()` holds them and `data/derived/<study>/corpus/*.parquet` keeps",
        "them. Offsets are Unicode code points of the document's clean text, from 0, end exclusive.",
        "",
        "The transcripts and codings of both studies in `data/raw` are **constructed**: the people and the words are",
        "invented, on the published design of the one study and the published chapters of the other. The README in",
        "each study's folder says what the construction was told to meet. Nothing in them is a finding of a study.",
    ]
    for name, table in TABLES.items():
        lines += [
            "",
            f"## {name}",
            "",
            f"One row is {table.row}. Key: {', '.join(table.key)}.",
            "",
            "| column | type | meaning |",
            "|---|---|---|",
        ]
        for column, about in table.columns.items():
            refers = f"; one of {table.refers[column]}" if column in table.refers else ""
            lines.append(
                f"| {column} | {about.type} | {about.meaning}{refers}{' (may be empty)' if about.optional else ''} |"
            )
        if table.attributes:
            lines.append("| … | text | attributes of the study, any number |")
    return "\n".join(lines) + "\n"


def _columns(name: str, frame: pd.DataFrame | None) -> pd.DataFrame:
    table = TABLES[name]
    if frame is None:
        raise InputError(f"The table {name} is missing. Give it, if only its head.")
    for column in frame.columns:
        if column not in table.columns and not table.attributes:
            raise InputError(f"Table {name}: the column '{column}' is unknown; {near(column, table.columns)}")
    cast = {}
    for column, about in table.columns.items():
        if column in frame:
            cast[column] = _cast(name, frame[column].reset_index(drop=True), about)
        elif about.optional:
            cast[column] = pd.Series([None] * len(frame), dtype="float64" if about.type == "number" else "str")
        else:
            raise InputError(f"Table {name}: the column '{column}' ({about.meaning}) is missing. Add it.")
    extra = frame.drop(columns=list(table.columns), errors="ignore").reset_index(drop=True)
    checked = pd.concat([pd.DataFrame(cast), extra], axis="columns")
    if name == "codes":
        return checked  # the order of a codebook is its author's
    return checked.sort_values(list(table.key), kind="stable", ignore_index=True)


def _cast(name: str, values: pd.Series, about: Column) -> pd.Series:
    column = values.name
    empty = values.isna() | (values.astype("str").str.strip() == "")
    if empty.any() and not about.optional:
        raise InputError(f"Table {name}, row {empty.idxmax() + 1}: '{column}' is empty ({about.meaning}). Fill it in.")
    if about.type == "text":
        return values.astype("str").where(~empty, None)
    numbers = pd.to_numeric(values.where(~empty), errors="coerce")
    wrong = numbers.isna() & ~empty
    if about.type == "whole":
        wrong |= numbers.notna() & (numbers != numbers.round())
    if wrong.any():
        row = wrong.idxmax()
        raise InputError(f"Table {name}, row {row + 1}: '{column}' must be a {about.type} number, not '{values[row]}'.")
    return numbers.astype("int64") if about.type == "whole" else numbers.astype("float64")


def _keys(name: str, frame: pd.DataFrame) -> None:
    key = list(TABLES[name].key)
    twice = frame.duplicated(key)
    if twice.any():
        found = ", ".join(f"{column} {value}" for column, value in frame.loc[twice.idxmax(), key].items())
        raise InputError(f"Table {name}: two rows for {found}. Keep one of them.")


def _references(name: str, frame: pd.DataFrame, column: str, other: pd.DataFrame) -> None:
    lost = ~frame[column].isin(other[column])
    if lost.any():
        value = frame.loc[lost.idxmax(), column]
        raise InputError(f"Table {name}: {column} '{value}' is not among the {column}s; {near(value, other[column])}")


def _tree(codes: pd.DataFrame) -> None:
    parent = dict(zip(codes["code"], codes["parent"], strict=True))
    for code in parent:
        path = [code]
        while isinstance(above := parent[path[-1]], str):
            if above not in parent:
                raise InputError(f"Table codes: the parent '{above}' of '{path[-1]}' is no code; {near(above, parent)}")
            if above in path:
                raise InputError(
                    f"Table codes: '{above}' is its own ancestor ({' < '.join([*path, above])})."
                    " Give one of them another parent."
                )
            path.append(above)


def _spans(name: str, frame: pd.DataFrame, lengths: pd.Series) -> None:
    wrong = (
        (frame["start"] < 0)
        | (frame["end"] <= frame["start"])
        | (frame["end"] > frame["document"].map(lengths).astype("int64"))
    )
    if wrong.any():
        row = frame.loc[wrong.idxmax()]
        raise InputError(
            f"Table {name}: characters {row['start']} to {row['end']} of document '{row['document']}'"
            " are no passage of it;"
            f" its text has {lengths[row['document']]} characters. Mend start and end."
        )


def _order(turns: pd.DataFrame) -> None:
    before = turns.shift()
    overlap = (turns["document"] == before["document"]) & (turns["start"] < before["end"])
    if overlap.any():
        row = turns.loc[overlap.idxmax()]
        raise InputError(
            f"Table turns: turn {row['turn']} of document '{row['document']}' begins before the last one ends."
            " Mend where they meet."
        )


def _judged(codings: pd.DataFrame, reads: pd.DataFrame) -> None:
    read = set(zip(reads["document"], reads["coder"], strict=True))
    for document, coder in dict.fromkeys(zip(codings["document"], codings["coder"], strict=True)):
        if (document, coder) not in read:
            raise InputError(
                f"Table reads: coder '{coder}' coded document '{document}' without a row in reads. Add one."
            )
