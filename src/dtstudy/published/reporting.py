"""What a paper reports of its own making, by the checklists COREQ and SRQR, and what the data at hand can add.

Topics are in our words; the items themselves stand in Tong, Sainsbury & Craig (2007), International Journal for Quality
in Health Care 19: 349 (COREQ, 32 items), and O'Brien and others (2014), Academic Medicine 89: 1245 (SRQR, 21 items).
A study older than a checklist could not follow it: what is not found is information not to be had, and no fault.
"""

from pathlib import Path

import pandas as pd

from dtstudy.corpus import Corpus
from dtstudy.errors import InputError
from dtstudy.read import cells
from dtstudy.settings import About

COLUMNS = ("standard", "item", "topic", "status", "where", "fill", "evidence", "note")
ITEMS = {"COREQ": 32, "SRQR": 21}
STATUSES = {"R": "reported", "P": "in part", "N": "not found", "unknown": "not known"}
FILLS = ("d", "m", "–")


def load(file: Path, claims: pd.DataFrame) -> pd.DataFrame:
    """The record of one study: a row for each item of both checklists.

    Parameters: `reporting.csv`; the ledger, whose claims are the evidence. Columns standard, item (a number), topic,
    status (R reported, P in part, N not found in the text at hand, unknown where that text would not hold it), where,
    fill (d: data can fill it; m: study.toml can; –: neither), evidence (claims of the ledger), note. Raises InputError
    for a missing or doubled item, an unknown word, a claim that is none, or an R or P without a place: what cannot be
    pointed at is not reported.
    """
    table = cells.table(file)
    missing = [column for column in COLUMNS if column not in table]
    if missing:
        raise InputError(f"{file.name}: the columns {', '.join(missing)} are missing. Add them to its head line.")
    for row in table.itertuples():
        _refuse_faults(row, f"{file.name}, line {row.Index + 2}", set(claims["id"]))
    for standard, size in ITEMS.items():
        found = table.loc[table["standard"] == standard, "item"].tolist()
        if sorted(found, key=int) != [str(item) for item in range(1, size + 1)]:
            raise InputError(f"{file.name}: {standard} must have each of its items 1 to {size} once.")
    return table.astype({"item": "int64"})[list(COLUMNS)]


def score(table: pd.DataFrame) -> pd.DataFrame:
    """How many items of each checklist have each status: standard, status, items, of; zeros left out."""
    counts = table.groupby("standard", sort=False)["status"].value_counts(sort=False)
    rows = [
        (standard, status, int(counts[standard, status]), ITEMS[standard])
        for standard in ITEMS
        for status in STATUSES
        if (standard, status) in counts
    ]
    return pd.DataFrame(rows, columns=["standard", "status", "items", "of"])


def score_line(table: pd.DataFrame) -> str:
    """The score as a sentence: 'COREQ, 32 items: 11 reported, 9 in part, …; SRQR, …'."""
    counted = score(table)
    parts = []
    for standard, rows in counted.groupby("standard", sort=False):
        told = ", ".join(f"{row.items} {STATUSES[row.status]}" for row in rows.itertuples())
        parts.append(f"{standard}, {ITEMS[standard]} items: {told}")
    return "; ".join(parts)


def filled(table: pd.DataFrame, corpus: Corpus, edits: int, about: About) -> pd.DataFrame:
    """The record with a column `filled`: what the corpus and study.toml say to an item, empty where they say nothing.

    Parameters: the record, the corpus and how many edits were made of its transcripts, study.toml. Items that neither
    can fill are left alone, and no status changes: what a corpus shows, the paper has not reported.
    """
    facts = _of_data(corpus, edits) | _of_settings(about)
    values = [
        facts.get((row.standard, row.item), "") if row.fill != "–" else ""
        for row in table[["standard", "item", "fill"]].itertuples()
    ]
    return table.assign(filled=values)


def _refuse_faults(row: object, where: str, claims: set[str]) -> None:
    for column, known in (("standard", ITEMS), ("status", STATUSES), ("fill", FILLS)):
        if getattr(row, column) not in known:
            raise InputError(f"{where}: {column} '{getattr(row, column)}' is unknown; use {', '.join(known)}.")
    if not row.item.isdigit() or not row.topic.strip():
        raise InputError(f"{where}: an item needs a whole number and a topic.")
    placed = row.status in ("R", "P")
    if placed and not row.where.strip():
        raise InputError(
            f"{where}: item {row.item} is said to be reported, without a place. Name the place, or make it N."
        )
    if not placed and row.where.strip():
        raise InputError(
            f"{where}: item {row.item} was not found, and yet has a place. Make it R or P, or empty the place."
        )
    lost = [claim for claim in row.evidence.split() if claim not in claims]
    if lost:
        raise InputError(f"{where}: there is no claim {lost[0]} in published.csv. Mend the id, or add the claim.")


def _of_data(corpus: Corpus, edits: int) -> dict[tuple[str, int], str]:
    """What the tables of a corpus say, by standard and item."""
    spoken = corpus.turns[corpus.turns["role"] != "facilitator"]
    people = spoken["participant"].nunique()
    kinds = corpus.documents["kind"].value_counts(sort=False)
    documents = " and ".join(f"{number} {kind}{'s' if number > 1 else ''}" for kind, number in kinds.items())
    groups = spoken.groupby("group", sort=False)["participant"].nunique() if "group" in spoken else {}
    by_group = ", ".join(f"{number} {group}" for group, number in dict(groups).items())
    size = f"{people} participants" + (f" ({by_group})" if by_group else "") + f" in {documents}"
    twice = int((spoken.groupby("participant")["document"].nunique() > 1).sum())
    kept = [name for name in corpus.participants.columns if name not in ("participant", "role")]
    levels = corpus.codes["level"].value_counts(sort=False)
    tree = "codes: " + ", ".join(f"{number} at the level {level}" for level, number in levels.items())
    coded = corpus.codings["coder"].value_counts(sort=False)
    codings = ", ".join(f"{coder} {number}" for coder, number in coded.items())
    read = corpus.reads.groupby("coder", sort=False)["document"].nunique()
    coders = ", ".join(f"{coder} {number} of {len(corpus.documents)}" for coder, number in read.items())
    facts = {
        ("COREQ", 12): size,
        ("COREQ", 16): f"kept of each: {', '.join(kept)}" if kept else "",
        ("COREQ", 18): f"{twice} of {people} speak in more than one document",
        ("COREQ", 21): _minutes(corpus.turns),
        ("COREQ", 24): f"documents read: {coders}",
        ("COREQ", 25): tree,
        ("COREQ", 26): f"codings: {codings}",
        ("COREQ", 27): "dtstudy, with versions in provenance.json",
        ("SRQR", 12): size,
        ("SRQR", 13): f"{edits:,} edits of transcripts, each recorded by its rule",
        ("SRQR", 14): tree,
        ("SRQR", 15): f"documents read: {coders}",
        ("SRQR", 17): f"codings that lead back to the words: {len(corpus.codings):,}",
    }
    return {item: value for item, value in facts.items() if value}


def _minutes(turns: pd.DataFrame) -> str:
    """Shortest and longest document by its last time stamp, of those that have any."""
    if "seconds" not in turns or turns["seconds"].notna().sum() == 0:
        return ""
    last = turns.groupby("document")["seconds"].max().dropna() / 60
    return f"last time stamps at {last.min():.0f} to {last.max():.0f} minutes, in {len(last)} documents"


def _of_settings(about: About) -> dict[tuple[str, int], str]:
    """What study.toml says, by standard and item."""
    place = f"{about.place}; {about.fieldwork}"
    return {("COREQ", 9): about.method, ("COREQ", 14): place, ("SRQR", 5): about.method, ("SRQR", 7): place}
