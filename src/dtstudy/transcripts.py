"""The raw folder of a study to its corpus: transcripts read and cleaned, codings taken along through every edit."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

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


@dataclass(frozen=True)
class Cleaning:
    """A corpus and how it came about: edits by document and rule, and what a person should look at.

    `changes` has document, rule, edits; `warnings` are sentences.
    """

    corpus: Corpus
    changes: pd.DataFrame
    warnings: tuple[str, ...]


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
    listed = _listed(folder, known)
    cleaned: dict[str, Cleaned] = {}
    raw: dict[str, str] = {}
    for number, row in enumerate(listed.itertuples(), 1):
        transcript = read.transcript(folder / row.file)
        raw[row.document] = transcript.text
        cleaned[row.document] = clean(
            transcript, known.within(row.document), known.masked(row.file), getattr(row, SPEAKER, "")
        )
        tell(number, len(listed))
    coded, lost = _codings(codings, raw, cleaned, frozen or {}, known)
    corpus = Corpus.build(
        documents=_documents(listed, folder, cleaned),
        participants=_participants(roster, cleaned),
        turns=pd.concat([one.turns.assign(document=name) for name, one in cleaned.items()], ignore_index=True),
        codes=codebook.drop(columns=COLOUR, errors="ignore"),
        codings=coded,
        reads=_reads(codings, coded, list(cleaned)),
    )
    changes = [(name, rule, edits) for name, one in cleaned.items() for rule, edits in sorted(one.changes.items())]
    warnings = [*(sentence for one in cleaned.values() for sentence in one.warnings), *lost]
    return Cleaning(corpus, pd.DataFrame(changes, columns=["document", "rule", "edits"]), tuple(warnings))


def seal(passage: str) -> str:
    """The seal of a passage: by it a coding knows the words it was made on.

    >>> seal("trusting people")
    'c46974ce324b'
    """
    return hashlib.sha256(passage.encode()).hexdigest()[:SEAL]


def _listed(folder: Path, known: names.Names) -> pd.DataFrame:
    file = folder / "documents.csv"
    if not file.is_file():
        raise InputError(f"{file} is missing: it lists document, file and kind of each transcript.")
    listed = cells.table(file)
    missing = [column for column in DOCUMENT_COLUMNS if column not in listed]
    if missing:
        raise InputError(f"{file.name}: the columns {', '.join(missing)} are missing.")
    for row in listed.itertuples():
        if not (folder / row.file).is_file():
            present = {other.name for other in folder.iterdir()} - {file.name}
            sentence = f"documents.csv, line {row.Index + 2}: there is no file {row.file}; {near(row.file, present)}"
            raise InputError(known.masked(sentence))
    return listed


def _documents(listed: pd.DataFrame, folder: Path, cleaned: dict[str, Cleaned]) -> pd.DataFrame:
    digests = [hashlib.sha256((folder / file).read_bytes()).hexdigest() for file in listed["file"]]
    texts = [cleaned[document].text for document in listed["document"]]
    listed = listed.drop(columns=SPEAKER, errors="ignore")
    return listed.rename(columns={"file": "source"}).assign(text=texts, sha256=digests)


def _participants(roster: Path, cleaned: dict[str, Cleaned]) -> pd.DataFrame:
    people = cells.table(roster).drop(columns=list(PRIVATE), errors="ignore")
    if any((one.turns["participant"] == UNKNOWN).any() for one in cleaned.values()):
        people = pd.concat(
            [people, pd.DataFrame({"participant": [UNKNOWN], "role": ["participant"]})], ignore_index=True
        )
    return people.fillna("")


def _codings(
    folder: Path, raw: dict[str, str], cleaned: dict[str, Cleaned], frozen: dict[str, str], known: names.Names
) -> tuple[pd.DataFrame, list[str]]:
    """The codings of all coders on the clean text, and sentences on those that cleaning left nothing of."""
    tables = [_coder(file, raw, cleaned, known) for file in _coders(folder, frozen)]
    columns = ["document", "start", "end", "code", "coder", "memo"]
    every = pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)
    empty = every["start"] >= every["end"]
    twice = every.duplicated(["document", "start", "end", "code", "coder"]) & ~empty
    lost = [
        f"{coder}: passages left out, since {why}: {number}."
        for which, why in ((empty, "cleaning leaves no character of them"), (twice, "they are others, once clean"))
        for coder, number in every[which].groupby("coder").size().items()
    ]
    return every[~empty & ~twice].reset_index(drop=True), lost


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


def _coder(file: Path, raw: dict[str, str], cleaned: dict[str, Cleaned], known: names.Names) -> pd.DataFrame:
    table = cells.table(file)
    missing = [column for column in CODING_COLUMNS if column not in table]
    if missing:
        raise InputError(f"codings/{file.name}: the columns {', '.join(missing)} are missing.")
    rows, broken = [], []
    for row in table.itertuples():
        where = f"codings/{file.name}, line {row.Index + 2}"
        if row.document not in raw:
            raise InputError(f"{where}: there is no document '{row.document}'; {near(row.document, raw)}")
        if not (row.start.isdecimal() and row.end.isdecimal()):
            raise InputError(f"{where}: '{row.start}' and '{row.end}' must be whole numbers, offsets in the raw text.")
        on_clean, passage = getattr(row, "on", "raw") == "clean", (int(row.start), int(row.end))
        text = cleaned[row.document].text if on_clean else raw[row.document]
        if seal(text[slice(*passage)]) != row.seal:
            broken.append(f"{row.document} {row.start}-{row.end} (line {row.Index + 2})")
            continue
        first, last = passage if on_clean else cleaned[row.document].spans.to_clean(*passage)
        rows.append((row.document, first, last, row.code, file.stem, masked(row.memo, known)))
    if broken:
        documents = ", ".join(sorted({passage.split()[0] for passage in broken}))
        raise InputError(
            f"codings/{file.name}: {len(broken)} passages no longer hold the words that were coded:"
            f" {'; '.join(broken[:8])}{' …' if len(broken) > 8 else ''}."
            f" The raw text of {documents} was edited after coding; restore it, or code these again."
        )
    return pd.DataFrame(rows, columns=["document", "start", "end", "code", "coder", "memo"])


def masked(text: str, known: names.Names) -> str:
    """A note with the names in it replaced."""
    return known.masked(text)


def _reads(folder: Path, codings: pd.DataFrame, documents: list[str]) -> pd.DataFrame:
    """Who read what: reads.csv where there is one, else every coder every document."""
    if (folder / "reads.csv").is_file():
        return cells.table(folder / "reads.csv")
    coders = list(codings["coder"].unique())
    return pd.DataFrame(
        [(document, coder) for document in documents for coder in coders], columns=["document", "coder"]
    )
