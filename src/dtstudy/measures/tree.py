"""The codebook as a tree, and how widely each of its codes was used."""

from collections.abc import Iterator

import pandas as pd

from dtstudy.errors import InputError
from dtstudy.measures import frequency
from dtstudy.measures.units import EACH, UNION, of_coders, spoken, touched

COUNTED = ["segments", "speakers", "documents"]


def coding_tree(
    codings: pd.DataFrame,
    turns: pd.DataFrame,
    codes: pd.DataFrame,
    by: str | None = None,
    coders: str = "consensus",
) -> pd.DataFrame:
    """The codebook as a tree, each code with its definition, an example and how widely it was used.

    Formula: none; passages, people and documents are counted as in `frequency.code_frequency`.

    Parameters: `by` is a column of `turns` (an attribute of document or participant); `coders` is one coder or
    `union`. Codes without a segment are kept and marked. A category counts the union of its concepts.

    Returns
    -------
    DataFrame, one row per code, and group if `by` is given; a code stands under its category, in the codebook's order
        code, parent, level, depth (0 for a code under none), definition, include, exclude
        example : the turn in which the first segment lies, as document:turn; empty where there is none
        used : whether any segment carries the code
        segments, speakers, documents : with the code; n_documents : in the group
        unit, coders : the definition used

    Raises InputError for `each` coder apart, and as `frequency.code_frequency` does.

    >>> from dtstudy.measures.example import codes, codings, turns
    >>> table = coding_tree(codings, turns, codes, coders="union")
    >>> table[["code", "depth", "example", "segments", "speakers", "documents"]]
          code  depth example  segments  speakers  documents
    0     good      0    G1:2         8         6          4
    1   health      1    G1:3         6         4          4
    2     food      1    G1:2         3         3          3
    3  sharing      0    G1:2         4         3          3
    """
    if coders == EACH:
        raise InputError(f"A coding tree is of one coder, or of all as '{UNION}', not of '{EACH}' apart.")
    depths = dict(downwards(codes))
    tree = codes.set_index("code").loc[list(depths)].assign(depth=list(depths.values())).reset_index()
    examples = _first_turns(of_coders(codings, coders, codes), turns)
    tree = tree.assign(
        example=[examples.get(code, "") for code in tree["code"]], used=[code in examples for code in tree["code"]]
    )
    used = frequency.code_frequency(codings, turns, by=by, coders=coders, codes=codes)
    keys = [*([by] if by else []), "code"]
    tree = tree.merge(_documents(turns, by), how="cross").merge(used[[*keys, *COUNTED]], on=keys, how="left")
    tree[COUNTED] = tree[COUNTED].fillna(0).astype("int64")
    words = ["parent", "include", "exclude"]
    tree[words] = tree[words].astype("str").fillna("")
    about = ["code", "parent", "level", "depth", "definition", "include", "exclude", "example", "used"]
    columns = [*about, *keys[:-1], *COUNTED, "n_documents", "unit", "coders"]
    return tree.assign(unit="segment", coders=coders)[columns]


def definition(table: pd.DataFrame) -> str:
    """The definition a table of `coding_tree` was counted by, as a sentence."""
    counted = f"Passages with the code, people who say them, documents they are in; coders: {table['coders'].iloc[0]}."
    return f"{counted} A category counts the union of its concepts. Example: document and turn of the first passage."


def downwards(codes: pd.DataFrame, under: str | None = None, depth: int = 0) -> Iterator[tuple[str, int]]:
    """Codes with their depth, each before what stands under it, in the codebook's order.

    >>> list(downwards(pd.DataFrame({"code": ["aims", "motivation"], "parent": ["motivation", None]})))
    [('motivation', 0), ('aims', 1)]
    """
    own = codes["parent"].isna() if under is None else codes["parent"] == under
    for code in codes.loc[own, "code"]:
        yield code, depth
        yield from downwards(codes, code, depth + 1)


def upwards(code: str, codes: pd.DataFrame) -> Iterator[str]:
    """A code and everything above it, nearest first."""
    parent = dict(zip(codes["code"], codes["parent"], strict=True))
    while isinstance(code, str):
        yield code
        code = parent.get(code)


def _documents(turns: pd.DataFrame, by: str | None) -> pd.DataFrame:
    """How many documents each group has; one row for all without groups."""
    documents = spoken(turns)[["document", *([by] if by else [])]].drop_duplicates()
    if by is None:
        return pd.DataFrame({"n_documents": [len(documents)]})
    return documents.groupby(by).size().rename("n_documents").reset_index()


def _first_turns(codings: pd.DataFrame, turns: pd.DataFrame) -> dict[str, str]:
    """By code, the first participant's turn that carries it, as document:turn."""
    turns = spoken(turns).sort_values(["document", "turn"], ignore_index=True)
    rows, at = touched(codings, turns)
    first = pd.Series(at).groupby(codings["code"].to_numpy()[rows]).min()
    return {code: f"{turns['document'][place]}:{turns['turn'][place]}" for code, place in first.items()}
