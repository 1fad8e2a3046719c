"""What each case said under each theme, in an analyst's words, with the way back to the segments."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from dtstudy.errors import InputError, near
from dtstudy.measures.tree import downwards, upwards
from dtstudy.measures.units import EACH, UNION, merge_overlapping, of_coders, spoken, touched, with_ancestors
from dtstudy.text import word_spans

SUMMARISED, INDEXED = "summarised", "indexed"
NOT_RAISED, NOT_ASKED, NOT_CODED = "not raised", "not asked", "not coded"
LONGEST_QUOTATION = 25  # words: a cell points to the talk, it does not replace it
_CASES = {"document": "document", "speaker": "participant"}
_ID = re.compile(r"\S.*?:\d+(?=\s|$)|\S+")  # a document's name may hold blanks; what is no id stays to be refused


@dataclass(frozen=True)
class Counts:
    """Segments by case and theme, over whole documents; two of them add up.

    `pieces` has a row for each turn a passage touches: case, theme, document, start, end (of the passage), turn,
    participant. `cases` has a row for each case, document and combination of attributes.
    """

    pieces: pd.DataFrame
    cases: pd.DataFrame

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            pd.concat([self.pieces, other.pieces], ignore_index=True),
            pd.concat([self.cases, other.cases], ignore_index=True).drop_duplicates(ignore_index=True),
        )


def matrix(
    codings: pd.DataFrame,
    turns: pd.DataFrame,
    summaries: pd.DataFrame | None = None,
    cases: str = "document",
    themes: str | Sequence[str] = "concept",
    coders: str = "consensus",
    codes: pd.DataFrame | None = None,
    reads: pd.DataFrame | None = None,
    order: Sequence[str] | None = None,
    attributes: Sequence[str] = (),
) -> pd.DataFrame:
    """What each case said under each theme: the analyst's summary and the segments it can be checked against.

    Formula: none; segments are listed and counted.

    Parameters: `summaries` has one row per document and theme with document, theme, summary, segments (ids such as
    FG3:12, document and turn, separated by blanks), and may have quotation (FG3:12:4-9, words of a turn from 0, end
    exclusive) and asked (`no` where the theme was not put to that case); they are shown where cases are documents.
    `cases` is document, speaker or an attribute of `turns`. `themes` is concept, category (what has concepts under it)
    or the codes themselves in the order wanted. `coders` is one coder or `union`. With the codebook `codes` a category
    takes the union of its concepts, so that a segment with both counts once; with `reads` a case nobody read is told
    from one that was silent. `order` names the cases to show, in the analyst's order; `attributes` the columns of
    `turns` shown beside them. Numbers help to find the talk; they are no measure of a theme's weight.

    Returns
    -------
    DataFrame, one row per case and theme, cases and themes in the order asked for
        case, the attributes, category, theme
        summary, quotation, rests_on (the ids its author named) : empty where there is none
        segments : ids of the participants' turns that carry the theme
        n_segments, n_speakers : passages, and who says them
        state : summarised; indexed (segments without a summary yet); not asked; not coded (no coder of these read
            it); not raised
        cases, coders : the definition used

    Raises InputError for an unknown case, theme, coder or attribute, and for a summary whose segments do not exist.
    References: Ritchie & Spencer (1994), in Analyzing Qualitative Data; Gale et al. (2013), BMC Medical Research
    Methodology 13: 117.

    >>> from dtstudy.measures.example import codings, codes, turns
    >>> matrix(codings, turns, coders="union", codes=codes).query("theme == 'food'")[["case", "segments", "state"]]
       case segments       state
    1    G1     G1:2     indexed
    4    G2     G2:2     indexed
    7    V1     V1:2     indexed
    10   V2           not raised
    """
    counts = count(codings, turns, cases=cases, coders=coders, codes=codes, attributes=attributes)
    if summaries is not None:
        _refuse_unlinked(summaries, turns, codes)
    how = {"cases": cases, "themes": themes, "coders": coders, "codes": codes, "reads": reads, "order": order}
    return finish(counts, summaries, **how)


def count(
    codings: pd.DataFrame,
    turns: pd.DataFrame,
    cases: str = "document",
    coders: str = "consensus",
    codes: pd.DataFrame | None = None,
    attributes: Sequence[str] = (),
) -> Counts:
    """The additive part of `matrix`, over the documents of these tables."""
    if coders == EACH:
        raise InputError(f"A framework matrix is of one coder, or of all as '{UNION}', not of '{EACH}' apart.")
    for name, known in [(cases, {*_CASES, *turns.columns}), *((name, turns.columns) for name in attributes)]:
        if name not in known:
            raise InputError(f"The turns have no column '{name}' for the rows of a matrix; {near(name, known)}")
    turns = spoken(turns).sort_values(["document", "turn"], ignore_index=True)
    turns = turns.assign(case=turns[_CASES.get(cases, cases)].astype("str"))
    passages = _passages(codings, coders, codes)
    rows, at = touched(passages, turns)
    passage, turn = passages.iloc[rows].reset_index(drop=True), turns.iloc[at].reset_index(drop=True)
    pieces = passage[["document", "start", "end"]].assign(
        case=turn["case"], theme=passage["code"], turn=turn["turn"], participant=turn["participant"]
    )
    return Counts(pieces, turns[["case", "document", *_apart(attributes)]].drop_duplicates(ignore_index=True))


def finish(
    counts: Counts,
    summaries: pd.DataFrame | None = None,
    cases: str = "document",
    themes: str | Sequence[str] = "concept",
    coders: str = "consensus",
    codes: pd.DataFrame | None = None,
    reads: pd.DataFrame | None = None,
    order: Sequence[str] | None = None,
) -> pd.DataFrame:
    """The table of `matrix` from counts, whether of one pass or added up."""
    columns = _themes(themes, codes, counts.pieces["theme"])
    table = _rows(counts.cases, order).merge(columns, how="cross")
    attributes = list(table.columns[1 : table.columns.get_loc("category")])
    table = table.merge(_cells(counts.pieces), on=["case", "theme"], how="left")
    written = _written(summaries if cases == "document" else None)
    table = table.merge(written, on=["case", "theme"], how="left")
    words = ["segments", "summary", "rests_on", "quotation", "asked"]
    table[words] = table[words].fillna("")
    table[["n_segments", "n_speakers"]] = table[["n_segments", "n_speakers"]].fillna(0).astype("int64")
    table["state"] = NOT_RAISED
    table.loc[~table["case"].isin(_read(counts.cases, reads, coders)), "state"] = NOT_CODED
    table.loc[table["asked"] == "no", "state"] = NOT_ASKED
    table.loc[table["n_segments"] > 0, "state"] = INDEXED
    table.loc[table["summary"] != "", "state"] = SUMMARISED
    own = ["category", "theme", "summary", "quotation", "rests_on", "segments", "n_segments", "n_speakers", "state"]
    return table.assign(cases=cases, coders=coders)[["case", *attributes, *own, "cases", "coders"]]


def definition(table: pd.DataFrame) -> str:
    """The definition a table of `matrix` was made by, as a sentence."""
    cases, coders = table["cases"].iloc[0], table["coders"].iloc[0]
    counted = "A category takes the union of its concepts; a facilitator's turns are outside."
    return f"Rows: each {cases}; coders: {coders}. Segments are named by document and turn. {counted}"


def unlinked(
    table: pd.DataFrame, codings: pd.DataFrame, turns: pd.DataFrame, codes: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Where a `matrix` and its segments do not lead to each other; no rows where all is well.

    Formula: none; broken links are listed.

    A summary must rest on segments that carry its theme, and every coded passage must lie in a cell of its code or of a
    category above it.

    Returns
    -------
    DataFrame, one row per broken link, sorted
        case (of a passage in no cell: its document), theme, segment (document:turn), problem

    >>> from dtstudy.measures.example import codings, codes, turns
    >>> len(unlinked(matrix(codings, turns, coders="union", codes=codes), codings, turns, codes))
    0
    """
    cells = {(row.case, row.theme): set(_ids(row.segments)) for row in table.itertuples()}
    found = [
        (row.case, row.theme, segment, "the summary rests on it, but it does not carry the theme")
        for row in table.itertuples()
        for segment in _ids(row.rests_on)
        if segment not in cells[row.case, row.theme]
    ]
    reached = {(theme, segment) for (_, theme), ids in cells.items() for segment in ids}
    chosen = of_coders(codings, table["coders"].iloc[0])
    above = {code: [code] if codes is None else list(upwards(code, codes)) for code in chosen["code"].unique()}
    for passage, ids in zip(chosen.itertuples(), _turns_of(chosen, turns), strict=True):
        if not ids:
            problem = f"no participant speaks in characters {passage.start} to {passage.end}"
            found.append((passage.document, passage.code, "", problem))
        elif not any((theme, segment) in reached for theme in above[passage.code] for segment in ids):
            found.append((passage.document, passage.code, ids[0], "no cell of the matrix leads to it"))
    broken = pd.DataFrame(found, columns=["case", "theme", "segment", "problem"], dtype="str")
    return broken.sort_values(list(broken.columns), ignore_index=True)


def quoted(table: pd.DataFrame, documents: pd.DataFrame, turns: pd.DataFrame) -> pd.DataFrame:
    """The table of `matrix` with `words`: the passage each `quotation` points to, empty where there is none.

    Formula: none; words are looked up.

    For material that may be shown: whoever quotes has looked at each passage for what might name somebody.

    >>> from dtstudy.measures.example import codings, codes, documents, turns
    >>> told = {"document": "G1", "theme": "food", "summary": "Beans.", "segments": "G1:2", "asked": ""}
    >>> told["quotation"] = "G1:2:0-3"
    >>> table = matrix(codings, turns, pd.DataFrame([told]), coders="union", codes=codes)
    >>> quoted(table, documents, turns).query("quotation != ''")[["case", "theme", "words"]]
      case theme           words
    1   G1  food  beans and more
    """
    texts = documents.set_index("document")["text"]
    first = turns.set_index(["document", "turn"])["word_start"]
    passages = []
    for quotation in table["quotation"]:
        if not quotation:
            passages.append("")
            continue
        document, turn, start, end = _quotation(quotation)
        spans = word_spans(texts[document])
        begin = first[(document, turn)]
        passages.append(" ".join(texts[document][spans[begin + start][0] : spans[begin + end - 1][1]].split()))
    return table.assign(words=passages)


def _passages(codings: pd.DataFrame, coders: str, codes: pd.DataFrame | None) -> pd.DataFrame:
    """The coders' passages; those of a category are the union of what was given to it and to the codes under it."""
    chosen = of_coders(codings, coders)
    if codes is None or chosen.empty:
        return chosen
    chosen = with_ancestors(chosen, codes)
    above = chosen["code"].isin(codes["parent"].dropna())
    return pd.concat([chosen[~above], merge_overlapping(chosen[above])], ignore_index=True)


def _apart(attributes: Sequence[str]) -> list[str]:
    return [name for name in attributes if name not in ("case", "document")]


def _rows(cases: pd.DataFrame, order: Sequence[str] | None) -> pd.DataFrame:
    """One row per case with its attributes; several values of one attribute stand side by side."""
    known = list(cases["case"].drop_duplicates())
    for name in order or ():
        if name not in known:
            raise InputError(f"The matrix has no case '{name}' to put in order; {near(name, known)}")
    attributes = cases.drop(columns="document").groupby("case", sort=False)
    table = attributes.agg(lambda values: ", ".join(values.dropna().astype("str").unique()))
    return table.loc[list(order) if order is not None else known].reset_index()


def _themes(themes: str | Sequence[str], codes: pd.DataFrame | None, seen: pd.Series) -> pd.DataFrame:
    """The columns of a matrix: theme, and the category it stands under."""
    if codes is None:
        chosen = sorted(seen.unique()) if isinstance(themes, str) else list(themes)
        return pd.DataFrame({"category": "", "theme": pd.Series(chosen, dtype="str")})
    tree = codes.set_index("code").loc[[code for code, _ in downwards(codes)]]
    if isinstance(themes, str):
        if themes not in ("concept", "category"):
            raise InputError(f"The themes '{themes}' are unknown; {near(themes, ('concept', 'category'))}")
        above = tree.index.isin(tree["parent"].dropna())
        chosen = list(tree.index[(tree["level"] == themes) & (above if themes == "category" else ~above)])
        if not chosen:
            raise InputError(f"The codebook has no {themes} to make a column of; name the codes wanted as themes.")
    else:
        chosen = list(themes)
    for name in chosen:
        if name not in tree.index:
            raise InputError(f"The theme '{name}' is not in the codebook; {near(name, tree.index)}")
    return pd.DataFrame({"category": tree["parent"].fillna(tree.index.to_series()).loc[chosen], "theme": chosen})


def _cells(pieces: pd.DataFrame) -> pd.DataFrame:
    """Ids, passages and speakers of each case and theme, ids in the order of documents and turns."""
    pieces = pieces.sort_values(["document", "turn"], kind="stable")
    pieces = pieces.assign(
        segment=pieces["document"] + ":" + pieces["turn"].astype("str"),
        passage=pd.MultiIndex.from_frame(pieces[["document", "start", "end"]]).to_flat_index(),
    )
    cells = pieces.groupby(["case", "theme"]).agg(
        segments=("segment", lambda ids: " ".join(ids.unique())),
        n_segments=("passage", "nunique"),
        n_speakers=("participant", "nunique"),
    )
    return cells.reset_index()


def _written(summaries: pd.DataFrame | None) -> pd.DataFrame:
    """What the analyst wrote, by case and theme."""
    names = {"document": "case", "segments": "rests_on"}
    columns = ["case", "theme", "summary", "rests_on", "quotation", "asked"]
    if summaries is None:
        return pd.DataFrame(columns=columns, dtype="str")
    return summaries.rename(columns=names).reindex(columns=columns, fill_value="").fillna("")


def _read(cases: pd.DataFrame, reads: pd.DataFrame | None, coders: str) -> set[str]:
    """Cases with a document that one of the coders read."""
    if reads is None:
        return set(cases["case"])
    chosen = reads if coders == UNION else reads[reads["coder"] == coders]
    return set(cases.loc[cases["document"].isin(chosen["document"]), "case"])


def _refuse_unlinked(summaries: pd.DataFrame, turns: pd.DataFrame, codes: pd.DataFrame | None) -> None:
    """Raise InputError for a summary that leads nowhere: no such document, theme or segment, or none named."""
    turns = turns.assign(id=turns["document"] + ":" + turns["turn"].astype("str"))
    ids = {document: set(own) for document, own in turns.groupby("document")["id"]}
    lengths = dict(zip(turns["id"], turns["word_end"] - turns["word_start"], strict=True))
    seen: set[tuple[str, str]] = set()
    for row in _written(summaries).itertuples():
        where = f"framework.csv, line {row.Index + 2}"
        if row.case not in ids:
            raise InputError(f"{where}: there is no document '{row.case}'; {near(row.case, ids)}")
        if codes is not None and row.theme not in set(codes["code"]):
            raise InputError(
                f"{where}: the theme '{row.theme}' is not in the codebook; {near(row.theme, codes['code'])}"
            )
        if (row.case, row.theme) in seen:
            raise InputError(f"{where}: a second summary for {row.case} and '{row.theme}'. Make one of the two.")
        seen.add((row.case, row.theme))
        if bool(row.summary) != bool(row.rests_on):
            raise InputError(f"{where}: a summary needs the ids of the segments it rests on, and ids need a summary.")
        for segment in _ids(row.rests_on):
            if segment not in ids[row.case]:
                raise InputError(
                    f"{where}: the segment '{segment}' does not exist in {row.case};"
                    f" {near(segment, ids[row.case])} An id is document:turn."
                )
        if row.quotation:
            _refuse_quotation(where, row.quotation, _ids(row.rests_on), lengths)


def _refuse_quotation(where: str, quotation: str, rests_on: list[str], lengths: dict[str, int]) -> None:
    try:
        document, turn, start, end = _quotation(quotation)
    except ValueError:
        raise InputError(f"{where}: '{quotation}' is no quotation; it must be document:turn:first-end.") from None
    segment = f"{document}:{turn}"
    if segment not in rests_on:
        raise InputError(f"{where}: the quotation is from {segment}, which the summary does not rest on. Add it there.")
    if not 0 <= start < end <= min(lengths.get(segment, end), start + LONGEST_QUOTATION):
        raise InputError(
            f"{where}: words {start} to {end} are no quotation from {segment}, which has {lengths.get(segment)} words;"
            f" at most {LONGEST_QUOTATION} are quoted."
        )


def _quotation(quotation: str) -> tuple[str, int, int, int]:
    document, turn, span = quotation.rsplit(":", 2)
    start, end = span.split("-")
    return document, int(turn), int(start), int(end)


def _ids(segments: str) -> list[str]:
    """The ids of a cell.

    >>> _ids("Interview 1:4 Interview 1:12")
    ['Interview 1:4', 'Interview 1:12']
    """
    return _ID.findall(segments)


def _turns_of(codings: pd.DataFrame, turns: pd.DataFrame) -> list[list[str]]:
    """Ids of the participants' turns each passage touches."""
    turns = spoken(turns).sort_values(["document", "turn"], ignore_index=True)
    ids = (turns["document"] + ":" + turns["turn"].astype("str")).to_numpy()
    rows, at = touched(codings, turns)
    met: list[list[str]] = [[] for _ in range(len(codings))]
    for row, segment in zip(rows, ids[at], strict=True):
        met[row].append(segment)
    return met
