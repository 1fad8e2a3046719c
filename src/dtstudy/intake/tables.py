"""The tables of a new study's raw folder, from those of a project."""

import pandas as pd

from dtstudy import transcripts
from dtstudy.intake import attributes, speakers
from dtstudy.intake.called import Called, file_names
from dtstudy.read.project import Project, unique
from dtstudy.read.record import Record

GROUP = {"group", "groups", "gruppe", "groupe", "grupo", "gruppo"}
EVERYBODY = "all documents"
NO_DEFINITION = "(no definition given)"
ROLES = ("participant", "facilitator")


def with_voices(people: pd.DataFrame, voices: dict[str, str], documents: dict[str, str]) -> pd.DataFrame:
    """The roster with a nameless participant for each text of nobody known; `voices` is completed."""
    taken = set(people["participant"])
    rows = []
    for source, voice in voices.items():
        if not voice:
            voices[source] = unique(documents[source], taken)
            taken.add(voices[source])
            rows.append(dict.fromkeys(people.columns, "") | {"participant": voices[source], "role": "participant"})
    return pd.concat([people, pd.DataFrame(rows, columns=people.columns)], ignore_index=True)


def documents(taken: Project, guess: speakers.Speakers, called: Called, record: Record) -> pd.DataFrame:
    """documents.csv: document, file, kind, speaker, group and other attributes; a row for each source, in order."""
    own = attributes.of_documents(taken, record).drop(columns="source")
    kind = own.pop("kind") if "kind" in own else pd.Series("", index=own.index)
    own = own.rename(columns=attributes.free)
    group = next((column for column in own if column.casefold() in GROUP), None)
    if group is None:
        record.note("documents", "no attribute is called group, so they are one; study.toml can name another one")
    own.insert(0, "group", own.pop(group) if group else EVERYBODY)
    own = own.map(called.masked)
    kinds = [given or _kind(source, guess) for given, source in zip(kind, taken.sources.itertuples(), strict=True)]
    own.insert(0, "speaker", [guess.voices.get(source, "") for source in taken.sources["source"]])
    own.insert(0, "kind", kinds)
    own.insert(0, "file", file_names(taken.sources, called.documents))
    own.insert(0, "document", taken.sources["source"].map(called.documents))
    _tell_voices(own, record)
    return own


def participants(taken: Project, people: pd.DataFrame, documents: pd.DataFrame, record: Record) -> pd.DataFrame:
    """participants.csv: the roster, with attributes of the cases that are participants."""
    own = attributes.of_participants(taken, people, record).drop(columns="participant")
    if "role" in own:
        given = own.pop("role")
        people = people.assign(role=given.where(given.isin(ROLES), people["role"]))
    own = own.rename(columns=attributes.free)
    own = own.rename(columns={column: f"{column} of the speaker" for column in own if column in documents})
    record.came("participants", len(people))
    named = int((people["name"] != "").sum())
    if named:
        record.note("participants", f"{named:,} by name, which is masked wherever it stands")
    return pd.concat([people, own], axis="columns")


def codebook(taken: Project, called: Called) -> pd.DataFrame:
    """codebook.csv: code, parent, level, definition, include, exclude, colour, in the project's order."""
    names = {column: taken.codes[column].map(called.codes).astype("str") for column in ("code", "parent")}
    book = taken.codes.assign(**names).fillna("")
    for column in ("definition", "include", "exclude"):
        book[column] = book[column].map(called.masked)
    return book.assign(definition=book["definition"].where(book["definition"] != "", NO_DEFINITION))


def codings(taken: Project, called: Called) -> pd.DataFrame:
    """The codings of all coders, as their files hold them, with a seal of each passage and the coder."""
    texts = dict(zip(taken.sources["source"], taken.sources["text"], strict=True))
    every = taken.codings.assign(
        document=taken.codings["source"].map(called.documents),
        code=taken.codings["code"].map(called.codes),
        coder=taken.codings["coder"].map(called.coders),
        seal=[transcripts.seal(texts[row.source][row.start : row.end]) for row in taken.codings.itertuples()],
    )
    columns = [*transcripts.CODING_COLUMNS, "coder"]
    return every.fillna({"memo": ""})[columns].sort_values(["coder", "document", "start", "end", "code"])


def reads(taken: Project, codings: pd.DataFrame, called: Called, record: Record) -> pd.DataFrame:
    """reads.csv: who read what, as the project says; whoever coded a passage of a document has read it."""
    told = taken.reads.assign(
        document=taken.reads["source"].map(called.documents), coder=taken.reads["coder"].map(called.coders)
    )
    both = pd.concat([told, codings])[["document", "coder"]].drop_duplicates().sort_values(["document", "coder"])
    record.came("documents read", len(both))
    if taken.reads.empty and len(both):
        record.note("documents read", "who coded a passage of a document is taken to have read it, and nobody else")
    return both


def sets(taken: Project, called: Called) -> pd.DataFrame:
    """sets.csv: the members of the project's sets of documents and codes."""
    names = {"sources": called.documents, "codes": called.codes}
    members = [names[row.of][row.member] for row in taken.sets.itertuples()]
    return taken.sets.assign(member=members, of=taken.sets["of"].replace({"sources": "documents"}))


def notes(taken: Project, called: Called) -> pd.DataFrame:
    """notes.csv: memos, and the passage, document or code they are about."""
    given = taken.notes.assign(
        document=taken.notes["source"].map(called.documents),
        code=taken.notes["code"].map(called.codes),
        coder=taken.notes["coder"].map(called.coders),
    )
    return given[["note", "text", "document", "start", "end", "code", "coder"]]


def _kind(source: tuple, guess: speakers.Speakers) -> str:
    """What a text seems to be, by who speaks in it."""
    if source.kind == "outline":
        return "outline"
    if source.source in guess.voices:
        return "text"
    return "focus group" if guess.heard[source.source] > 1 else "interview"


def _tell_voices(documents: pd.DataFrame, record: Record) -> None:
    record.came("documents", len(documents))
    alone = int((documents["speaker"] != "").sum())
    if alone:
        record.note("documents", f"in {alone:,} nobody is labelled: each is one voice, and its paragraphs are turns")
