"""The raw folder of a study to its corpus: transcripts read and cleaned, codings taken along through every edit.

`build` makes the corpus of a whole study. What it does with a set of documents stands on its own (`part`), so that
`gathering` makes each block of an archive by the same steps.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from dtstudy import names, read
from dtstudy.clean import UNKNOWN, Cleaned, clean
from dtstudy.corpus import Corpus
from dtstudy.errors import InputError, near
from dtstudy.read import cells

DOCUMENT_COLUMNS = ("document", "file", "kind")
CODING_COLUMNS = ("document", "start", "end", "code", "memo", "seal")
COLOUR = "colour"  # column of the codebook that other programs show codes in; nothing here is drawn in it
SEAL = 12  # hexadecimal digits of a passage's digest kept with its coding
SPEAKER = "speaker"  # column of documents.csv: whose words the whole text is, where no labels stand in it
PRIVATE = ("name", "aliases", "labels", "speaks_in")  # columns of the roster that never leave the raw folder
PIECE = 200_000  # codings in memory at a time while a coder's file is read
FARTHEST = 10**15  # an offset that no text reaches


@dataclass(frozen=True)
class Cleaning:
    """A corpus and how it came about: edits by document and rule, and what a person should look at.

    `changes` has document, rule, edits; `doubts` are sentences on transcripts; `lost` counts codings that were left
    out, by coder and reason.
    """

    corpus: Corpus
    changes: pd.DataFrame
    doubts: tuple[str, ...]
    lost: dict[str, int]

    @property
    def warnings(self) -> tuple[str, ...]:
        """All that a person should look at, in sentences."""
        return (*self.doubts, *lost_sentences(self.lost))


def build(
    folder: Path,
    roster: Path,
    places: Path | None,
    codebook: pd.DataFrame,
    codings: Path,
    frozen: dict[str, str] | None = None,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> Cleaning:
    """Read and clean every transcript that documents.csv of the folder lists, and carry the codings along.

    Parameters: the roster (participants.csv) and the list of places; the folder of codings, one file a coder, whose
    offsets are in the raw text, or in the clean one where a column `on` says so; digests of codings' files that must
    not have changed since they were made; `tell` is called with documents done and in all. Raises InputError for what
    is not what it must be.
    """
    known = names.load(roster, places)
    listed = documents(folder, known)
    made = list(pieces(codings, frozen or {}, known, listed["document"]))
    given = pd.concat(made, ignore_index=True) if made else no_codings()
    read_by = reads(codings, given["coder"].unique(), listed["document"])
    return part(listed, folder, known, people(roster), codebook, given, read_by, tell)


def part(
    listed: pd.DataFrame,
    folder: Path,
    known: names.Names,
    roster: pd.DataFrame,
    codebook: pd.DataFrame,
    codings: pd.DataFrame,
    reads: pd.DataFrame,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> Cleaning:
    """The corpus of some documents of a study.

    Parameters: rows of `documents`; the folder of the transcripts; the names of the study; its `people`; its codebook;
    rows of `pieces` and of `reads` on these documents, and on no others. Raises InputError for a transcript that cannot
    be read or cleaned, codings whose words are no longer there, and tables that do not meet the schema.
    """
    carried = _Carried(codings)
    texts, digests, turns, changes, doubts = [], [], [], [], []
    for number, row in enumerate(listed.itertuples(), 1):
        raw, made = _cleaned(folder / row.file, row, known)
        carried.along(row.document, raw, made)
        digests.append(hashlib.sha256((folder / row.file).read_bytes()).hexdigest())
        texts.append(made.text)
        turns.append(made.turns)
        changes += [(row.document, rule, edits) for rule, edits in sorted(made.changes.items())]
        doubts += made.warnings
        tell(number, len(listed))
    coded, lost = _told_apart(carried.codings())
    lengths = [len(own) for own in turns]
    spoken = pd.concat(turns, ignore_index=True).assign(document=np.repeat(listed["document"].to_numpy(), lengths))
    corpus = Corpus.build(
        documents=described(listed, texts, digests),
        participants=_with_unknown(roster, spoken),
        turns=spoken,
        codes=codes(codebook),
        codings=coded,
        reads=reads,
    )
    return Cleaning(corpus, pd.DataFrame(changes, columns=["document", "rule", "edits"]), tuple(doubts), lost)


def seal(passage: str) -> str:
    """The seal of a passage: by it a coding knows the words it was made on.

    >>> seal("trusting people")
    'c46974ce324b'
    """
    return hashlib.sha256(passage.encode()).hexdigest()[:SEAL]


def masked(text: str, known: names.Names) -> str:
    """A note with the names in it replaced."""
    return known.masked(text)


def lost_sentences(lost: dict[str, int]) -> list[str]:
    """What became of the codings that were left out, a sentence for each coder and reason."""
    return [f"{what}: {number}." for what, number in lost.items()]


def documents(folder: Path, known: names.Names) -> pd.DataFrame:
    """The rows of documents.csv. Raises InputError for a missing column or a file that is not there."""
    file = folder / "documents.csv"
    if not file.is_file():
        raise InputError(f"{file} is missing: it lists document, file and kind of each transcript.")
    listed = cells.table(file)
    missing = [column for column in DOCUMENT_COLUMNS if column not in listed]
    if missing:
        raise InputError(f"{file.name}: the columns {', '.join(missing)} are missing.")
    if listed.empty:
        raise InputError(f"{file.name} lists no transcript. Add a line for each.")
    for row in listed.itertuples():
        if not (folder / row.file).is_file():
            present = {other.name for other in folder.iterdir()} - {file.name}
            sentence = f"documents.csv, line {row.Index + 2}: there is no file {row.file}; {near(row.file, present)}"
            raise InputError(known.masked(sentence))
    return listed


def people(roster: Path) -> pd.DataFrame:
    """The people of the roster without their names: participant, role and attributes."""
    return cells.table(roster).drop(columns=list(PRIVATE), errors="ignore")


def described(listed: pd.DataFrame, texts: list[str] | str, digests: list[str] | str) -> pd.DataFrame:
    """The table of documents: what documents.csv says of them, their clean texts, and digests of their files."""
    own = listed.drop(columns=SPEAKER, errors="ignore").rename(columns={"file": "source"})
    return own.assign(text=texts, sha256=digests)


def codes(codebook: pd.DataFrame) -> pd.DataFrame:
    """The table of codes: the codebook without what is there for other programs."""
    return codebook.drop(columns=COLOUR, errors="ignore")


def reads(folder: Path, coders: Iterable[str], documents: Iterable[str]) -> pd.DataFrame:
    """Who read what: reads.csv where there is one, else every coder with a coding every document."""
    if (folder / "reads.csv").is_file():
        return cells.table(folder / "reads.csv")
    coders = list(coders)
    return pd.DataFrame(
        [(document, coder) for document in documents for coder in coders], columns=["document", "coder"]
    )


def no_codings() -> pd.DataFrame:
    """`pieces` of a study that nobody coded."""
    return pd.DataFrame(columns=["document", "start", "end", "code", "coder", "memo", "seal", "on_clean", "line"])


def pieces(
    folder: Path, frozen: dict[str, str], known: names.Names, documents: Iterable[str]
) -> Iterator[pd.DataFrame]:
    """The codings of all coders as they were made, in pieces of no more than 200,000.

    Columns document, start and end in the text they were made on, code, coder, memo without names, seal, on_clean (made
    on the clean text), line (in the coder's file). Raises InputError for a frozen file that changed, a missing column,
    an unknown document, and offsets that are no whole numbers.
    """
    ids = set(documents)
    for file in _coders(folder, frozen):
        for piece in cells.pieces(file, PIECE):
            yield _checked(piece, file, ids, known)


def _cleaned(file: Path, row: "pd.core.frame.Pandas", known: names.Names) -> tuple[str, Cleaned]:
    """The raw text of a listed transcript, and the clean one."""
    try:
        transcript = read.transcript(file)
    except InputError as error:
        raise InputError(known.masked(str(error))) from None  # a file may be named after who speaks in it
    speaker = getattr(row, SPEAKER, "")
    return transcript.text, clean(transcript, known.within(row.document), known.masked(row.file), speaker)


def _with_unknown(roster: pd.DataFrame, turns: pd.DataFrame) -> pd.DataFrame:
    """The people, and nobody in particular where a transcript does not say who speaks."""
    if (turns["participant"] == UNKNOWN).any():
        unknown = pd.DataFrame({"participant": [UNKNOWN], "role": ["participant"]})
        roster = pd.concat([roster, unknown], ignore_index=True)
    return roster.fillna("")


def _coders(folder: Path, frozen: dict[str, str]) -> list[Path]:
    """The coders' files, after a look whether those frozen before discussion are as they were."""
    for name, digest in frozen.items():
        file = folder / name
        if not file.is_file() or hashlib.sha256(file.read_bytes()).hexdigest() != digest:
            raise InputError(
                f"codings/{name} is not the file that was frozen before the coders discussed it (study.toml, frozen)."
                " Restore it; agreement is counted on the files from before discussion."
            )
    return [file for file in sorted(folder.glob("*.csv")) if file.name != "reads.csv"] if folder.is_dir() else []


def _checked(table: pd.DataFrame, file: Path, documents: set[str], known: names.Names) -> pd.DataFrame:
    """Rows of a coder's file with offsets as numbers."""
    missing = [column for column in CODING_COLUMNS if column not in table]
    if missing:
        raise InputError(f"codings/{file.name}: the columns {', '.join(missing)} are missing.")
    ids, starts, ends = (table[column].tolist() for column in ("document", "start", "end"))
    for place, (document, start, end) in enumerate(zip(ids, starts, ends, strict=True)):
        if document in documents and start.isdecimal() and end.isdecimal():
            continue
        where = f"codings/{file.name}, line {table.index[place] + 2}"
        if document not in documents:
            raise InputError(f"{where}: there is no document '{document}'; {near(document, documents)}")
        raise InputError(f"{where}: '{start}' and '{end}' must be whole numbers, offsets in the raw text.")
    clean_memo = {memo: masked(memo, known) for memo in table["memo"].unique()}
    return pd.DataFrame(
        {
            "document": table["document"],
            "start": np.array([_offset(cell) for cell in starts], dtype=np.int64),
            "end": np.array([_offset(cell) for cell in ends], dtype=np.int64),
            "code": table["code"],
            "coder": file.stem,
            "memo": table["memo"].map(clean_memo),
            "seal": table["seal"],
            "on_clean": table["on"] == "clean" if "on" in table else False,
            "line": table.index + 2,
        }
    )


def _offset(cell: str) -> int:
    return min(int(cell), FARTHEST) if len(cell) < 100 else FARTHEST


class _Carried:
    """Codings on their way to the clean text, document by document."""

    def __init__(self, codings: pd.DataFrame) -> None:
        self._codings = codings
        self._rows = codings.groupby("document", sort=False).indices
        self._spans = codings[["start", "end"]].to_numpy(dtype=np.int64, copy=True)
        self._seals, self._on_clean = codings["seal"].to_numpy(), codings["on_clean"].to_numpy(dtype=bool)
        self._holds = np.ones(len(codings), dtype=bool)

    def along(self, document: str, raw: str, made: Cleaned) -> None:
        """Take the codings of one document from its raw to its clean text."""
        rows = self._rows.get(document)
        if rows is None:
            return
        spans, clean = self._spans[rows], self._on_clean[rows]
        passages = zip(spans.tolist(), clean.tolist(), self._seals[rows], strict=True)
        self._holds[rows] = [seal((made.text if on else raw)[slice(*span)]) == own for span, on, own in passages]
        taken = np.stack(made.spans.to_clean(spans[:, 0], spans[:, 1]), axis=1)
        self._spans[rows] = np.where(clean[:, None], spans, taken)

    def codings(self) -> pd.DataFrame:
        """All of them on the clean text. Raises InputError where words are no longer those that were coded."""
        if not self._holds.all():
            raise InputError(_broken(self._codings[~self._holds]))
        table = self._codings.assign(start=self._spans[:, 0], end=self._spans[:, 1])
        return table[["document", "start", "end", "code", "coder", "memo"]]


def _broken(codings: pd.DataFrame) -> str:
    """What to do about the codings of the first coder whose words are gone."""
    coder = codings["coder"].iloc[0]
    own = codings[codings["coder"] == coder].sort_values("line")
    passages = [f"{row.document} {row.start}-{row.end} (line {row.line})" for row in own[:8].itertuples()]
    return (
        f"codings/{coder}.csv: {len(own)} passages no longer hold the words that were coded:"
        f" {'; '.join(passages)}{' …' if len(own) > 8 else ''}."
        f" The raw text of {', '.join(sorted(own['document'].unique()))} was edited after coding;"
        " restore it, or code these again."
    )


def _told_apart(codings: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """The codings that hold words of their own on the clean text, and how many of each coder do not."""
    empty = codings["start"] >= codings["end"]
    twice = codings.duplicated(["document", "start", "end", "code", "coder"]) & ~empty
    lost = {
        f"{coder}: passages left out, since {why}": int(number)
        for which, why in ((empty, "cleaning leaves no character of them"), (twice, "they are others, once clean"))
        for coder, number in codings[which].groupby("coder").size().items()
    }
    return codings[~empty & ~twice].reset_index(drop=True), lost
