"""Which codes each document holds: what saturation and richness are counted on."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from dtstudy.errors import InputError, near
from dtstudy.measures.units import EACH, UNION, of_coders, spoken, touched


def incidence(
    codings: pd.DataFrame,
    turns: pd.DataFrame,
    coders: str = "consensus",
    codes: pd.DataFrame | None = None,
    level: str = "concept",
    by: str | None = None,
    order: str | None = None,
    reads: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Which codes are given in which document: the table that every measure of saturation starts from.

    Formula: 1 where a turn of the document has the code, else 0.

    Parameters: `coders` is one coder or `union`, since saturation is that of one reading; with the codebook `codes`,
    those of a `level`, in its order, used or not (a category stands wherever one of its concepts does), and without it
    every code seen; `by` is a column of `turns` (an attribute of documents) whose groups are strata, judged apart;
    `order` a column of `turns` to put documents in order by, such as a date (the order of their ids unless named); with
    `reads`, documents that the coder has not read are no events. Facilitators' turns carry no code. A document without
    a code is an event that brings nothing.

    Returns
    -------
    DataFrame, (documents, codes) of 0 and 1, in order; indexed by document, or by stratum and document; tables of whole
    documents stand below each other (`pd.concat`) as one table of both would

    Raises InputError for an unknown coder, level or column, and for strata that would cut through documents.

    Reference: none; what `saturation.accumulation`, `guest` and `chao2` are counted on.

    >>> from dtstudy.measures.example import codings, turns
    >>> incidence(codings, turns, coders="first").reset_index()
      document  food  health  sharing
    0       G1     1       1        1
    1       G2     1       1        1
    2       V1     1       1        1
    3       V2     0       1        0
    """
    if coders == EACH:
        raise InputError(f"Saturation is that of one reading: name a coder, or '{UNION}' for all together.")
    for column in filter(None, (by, order)):
        _of_documents(turns, column)
    events = turns.drop_duplicates("document")
    if reads is not None:
        own = reads if coders == UNION else reads[reads["coder"] == coders]
        events = events[events["document"].isin(own["document"])]
    events = events.sort_values([*([by] if by else []), *([order] if order else []), "document"], kind="stable")
    heard = spoken(turns)
    chosen = of_coders(codings, coders, codes if len(codings) else None)
    given = chosen.iloc[np.unique(touched(chosen, heard)[0])]
    table = pd.crosstab(given["document"], given["code"]).clip(upper=1)
    table = table.reindex(index=events["document"], columns=_of_level(table.columns, codes, level), fill_value=0)
    table = table.astype("int64").rename_axis(columns=None)
    if by:
        table.index = pd.MultiIndex.from_frame(events[[by, "document"]])
    table.attrs = {"coders": coders, "level": level if codes is not None else "all"}
    return table


def strata(incidence: pd.DataFrame) -> Iterator[tuple[dict[str, str], pd.DataFrame]]:
    """Each stratum as a column of its name, and its documents; all of them where there are no strata."""
    if incidence.index.nlevels == 1:
        yield {}, incidence
    else:
        for name, own in incidence.groupby(level=0, sort=False):
            yield {incidence.index.names[0]: name}, own


def read_how(incidence: pd.DataFrame | Sequence[int]) -> dict[str, str]:
    """Whose codings an incidence is of, and codes of which level; `not stated` where it is numbers alone."""
    known = incidence.attrs if isinstance(incidence, pd.DataFrame) else {}
    return {name: known.get(name, "not stated") for name in ("coders", "level")}


def _of_documents(turns: pd.DataFrame, column: str) -> None:
    if column not in turns:
        raise InputError(f"The turns have no column '{column}'; {near(column, turns.columns)}")
    several = turns.groupby("document")[column].nunique() > 1
    if several.any():
        raise InputError(
            f"The column '{column}' differs within document '{several.idxmax()}'; events are whole documents, so name"
            " an attribute of documents."
        )


def _of_level(seen: pd.Index, codes: pd.DataFrame | None, level: str) -> list[str]:
    """The codes of a level in the codebook's order, or all that were seen."""
    if codes is None:
        return list(seen)
    if level not in set(codes["level"]):
        raise InputError(f"The codebook has no code of the level '{level}'; {near(level, set(codes['level']))}")
    return list(codes.loc[codes["level"] == level, "code"])
