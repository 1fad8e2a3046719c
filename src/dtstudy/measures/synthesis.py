"""Themes of several studies in one frame: who speaks of them, in how many cases, and where to read it."""

from collections.abc import Mapping

import pandas as pd

from dtstudy.errors import InputError, near
from dtstudy.measures import frequency
from dtstudy.measures.units import merge_overlapping, of_coders, spoken, touched

KEY = ["theme", "study", "group"]
HEARD, NOT_RAISED, NO_CODE = "heard", "not raised", "no code"
Talk = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]


def side_by_side(
    themes: pd.DataFrame, corpora: Mapping[str, Talk], by: str = "group", coders: str = "consensus"
) -> pd.DataFrame:
    """In what share of its cases each kind of people speaks of each theme, study beside study.

    Formula: share = documents with the theme / documents, of each kind of people in each study.

    Parameters: `themes` has a row for each code that stands for a theme in a study: theme, study, code; a theme takes
    the union of its codes, a category that of its concepts. `corpora` maps a study to its codings, turns and codebook;
    cases are documents, and kinds of people are the values of `by`. Shares of different studies stand side by side and
    are not tested: they were asked differently.

    Returns
    -------
    DataFrame, one row per theme, study and kind of people, in the order of `themes` and `corpora`
        theme, study, group
        documents, n_documents : cases with the theme, and all
        share : 0 to 1
        segments, speakers : with the theme
        evidence : the first segment of the case that gives the theme most words, as document:turn; empty without one
        state : heard, not raised, or no code (the study's codebook has none for the theme)
        codes : those that stand for it
        coders : the definition used

    Raises InputError for a study or a code that is not there.

    Reference: none; shares are set side by side and not tested.

    >>> from dtstudy.measures.example import codes, codings, turns
    >>> themes = pd.DataFrame({"theme": "eating", "study": "garden", "code": ["food"]})
    >>> table = side_by_side(themes, {"garden": (codings, turns, codes)}, coders="union")
    >>> table[["theme", "group", "documents", "n_documents", "share", "evidence"]]
        theme      group  documents  n_documents  share evidence
    0  eating  gardeners          2            2    1.0     G1:2
    1  eating   visitors          1            2    0.5     V1:2
    """
    _refuse_unknown(themes, corpora)
    parts = [_of_study(themes[themes["study"] == study], study, *talk, by, coders) for study, talk in corpora.items()]
    table = pd.concat(parts, ignore_index=True)
    order = {theme: place for place, theme in enumerate(dict.fromkeys(themes["theme"]))}
    studies = {study: place for place, study in enumerate(corpora)}
    kinds = table[["study", "group"]].drop_duplicates()
    rows = pd.MultiIndex.from_frame(kinds.merge(pd.DataFrame({"theme": list(order)}), how="cross")[KEY])
    table = table.set_index(KEY).reindex(rows).reset_index()
    table["state"] = table["state"].fillna(NO_CODE)
    table[["evidence", "codes"]] = table[["evidence", "codes"]].fillna("")
    whole = ["documents", "n_documents", "segments", "speakers"]
    table[whole] = table[whole].astype("Int64")
    place = table["theme"].map(order) * len(studies) + table["study"].map(studies)
    return table.assign(coders=coders).iloc[place.argsort(kind="stable")].reset_index(drop=True)


def _refuse_unknown(themes: pd.DataFrame, corpora: Mapping[str, Talk]) -> None:
    for row in themes.itertuples():
        if row.study not in corpora:
            raise InputError(f"The theme '{row.theme}' is of the study '{row.study}'; {near(row.study, corpora)}")
        known = corpora[row.study][2]["code"]
        if row.code not in set(known):
            raise InputError(f"The theme '{row.theme}': {row.study} has no code '{row.code}'; {near(row.code, known)}")


def _of_study(
    themes: pd.DataFrame,
    study: str,
    codings: pd.DataFrame,
    turns: pd.DataFrame,
    codes: pd.DataFrame,
    by: str,
    coders: str,
) -> pd.DataFrame:
    """The rows of one study: its codings renamed to themes, counted by kind of people."""
    chosen = of_coders(codings, coders, codes).merge(themes[["theme", "code"]], on="code")
    themed = chosen.drop(columns="code").rename(columns={"theme": "code"})
    merged = merge_overlapping(themed.assign(coder=coders))
    counts = frequency.code_frequency(merged, turns, by=by, unit="document", coders=coders)
    counts = counts.rename(columns={by: "group", "code": "theme"})
    evidence = _evidence(merged, spoken(turns), by)
    counts = counts.merge(evidence, on=["theme", "group"], how="left").assign(study=study)
    counts["state"] = counts["segments"].gt(0).map({True: HEARD, False: NOT_RAISED})
    own = themes.groupby("theme", sort=False)["code"].agg("; ".join)
    told = ["documents", "n_documents", "share", "segments", "speakers", "evidence", "state", "codes"]
    return counts.assign(codes=counts["theme"].map(own))[[*KEY, *told]]


def _evidence(codings: pd.DataFrame, turns: pd.DataFrame, by: str) -> pd.DataFrame:
    """For each theme and kind of people the first segment of the document that gives it most characters."""
    turns = turns.reset_index(drop=True)
    rows, at = touched(codings, turns)
    met = codings.iloc[rows][["document", "code", "start", "end"]].reset_index(drop=True)
    met = met.assign(
        turn=turns["turn"].to_numpy()[at], group=turns[by].to_numpy()[at], length=met["end"] - met["start"]
    )
    given = met.groupby(["code", "group", "document"])["length"].transform("sum")
    ordered = met.assign(given=given).sort_values(["given", "document", "turn"], ascending=[False, True, True])
    first = ordered.drop_duplicates(["code", "group"])
    where = first["document"] + ":" + first["turn"].astype("str")
    return pd.DataFrame({"theme": first["code"], "group": first["group"], "evidence": where})
