"""Where coders differ: turn by turn, who gave a code, who did not, and the words."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from dtstudy.errors import InputError, near
from dtstudy.measures.agreement.judgements import count
from dtstudy.measures.units import spoken, touched, with_ancestors


def disagreements(
    codings: pd.DataFrame,
    reads: pd.DataFrame,
    turns: pd.DataFrame,
    documents: pd.DataFrame | None = None,
    code: str | None = None,
    coders: Sequence[str] | None = None,
    codes: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Turns on which somebody gave a code and somebody else who read it did not: what there is to talk about.

    Formula: none; turns are listed, not counted.

    A coefficient says how much coders differ, this says over what. Differences of extent inside a turn are none
    here: both gave the code. Parameters: `documents` for the words (without them words and memos are left out, as
    for talk that must not be printed); `code` to see one; `coders` to compare, or all who read, never the
    consensus; with the codebook `codes`, a category differs only where none of its codes, whichever, was given.

    Returns
    -------
    DataFrame, one row per turn and code, in the order of the talk
        document, turn, participant, code
        given_by, not_given_by : coders, comma between them
        instead : codes that those who did not give it gave on the turn and those who did give it did not, of the
            same level where the codebook is given
        words : the passage as coded, cut at the turn; parts joined by …
        memo : what the coders who gave it noted, if they did

    Raises InputError for an unknown code or coder, for the consensus, and for fewer than two coders.

    >>> from dtstudy.measures.example import codings, documents, reads, turns
    >>> disagreements(codings, reads, turns, documents)[["document", "turn", "code", "given_by", "words"]]
      document  turn     code given_by                              words
    0       G1     4  sharing    first             we give the beans away
    1       G2     2   health   second  and the beans are good for supper
    2       V1     2     food    first     they gave me beans at the gate
    3       V2     2   health   second                        it is quiet
    """
    counts = count(codings, reads, turns, codes=codes, coders=coders)
    known = set(counts.given["code"]) | (set() if codes is None else set(codes["code"]))
    if code is not None and code not in known:
        raise InputError(f"There is no code '{code}'; {near(code, known)}")
    given = counts.given.merge(counts.read[["document", "readers"]], on="document")
    differ = given[given["givers"] != given["readers"]].rename(columns={"unit": "turn"})
    differ = differ[np.bitwise_count(differ["readers"].to_numpy(np.int64)) > 1]
    differ = differ if code is None else differ[differ["code"] == code]
    told = {
        "given_by": _names(differ["givers"], counts.coders),
        "not_given_by": _names(differ["readers"] & ~differ["givers"], counts.coders),
        "instead": _instead(differ, given, codes),
    }
    table = differ[["document", "turn", "code"]].join(pd.DataFrame(told, index=differ.index, dtype="str"))
    table = table.merge(turns[["document", "turn", "participant"]], on=["document", "turn"])
    if documents is not None:
        chosen = codings[codings["coder"].isin(counts.coders)]
        chosen = (chosen if codes is None else with_ancestors(chosen, codes)).reset_index(drop=True)
        passages = _passages(chosen, spoken(turns), documents, table[["document", "turn", "code"]])
        table = table.merge(passages, on=["document", "turn", "code"], how="left")
    first = ["document", "turn", "participant", "code", "given_by", "not_given_by", "instead"]
    last = ["words", "memo"] if documents is not None else []
    return table.sort_values(["document", "turn", "code"], ignore_index=True)[[*first, *last]]


def disagreements_by_code(
    codings: pd.DataFrame,
    reads: pd.DataFrame,
    turns: pd.DataFrame,
    coders: Sequence[str] | None = None,
    codes: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """How many turns all who read them gave a code, how many only some did, and what the others gave instead.

    Formula: none; turns are counted.

    Parameters as in `disagreements`; codes of the codebook in its order, those nobody gave left out.

    Returns
    -------
    DataFrame, one row per code
        code, level, all_gave, some_gave (turns)
        only_<coder> : turns on which the coder alone gave it
        instead, instead_turns : the code most often given in its place, and on how many of those turns

    >>> from dtstudy.measures.example import codings, reads, turns
    >>> disagreements_by_code(codings, reads, turns)[["code", "all_gave", "some_gave", "only_first", "only_second"]]
          code  all_gave  some_gave  only_first  only_second
    0     food         2          1           1            0
    1   health         4          2           0            2
    2  sharing         3          1           1            0
    """
    counts = count(codings, reads, turns, codes=codes, coders=coders)
    given = counts.given.merge(counts.read[["document", "readers"]], on="document")
    given = given[np.bitwise_count(given["readers"].to_numpy(np.int64)) > 1]
    differs = given["givers"] != given["readers"]
    names = (
        sorted(set(given["code"])) if codes is None else [name for name in codes["code"] if name in set(given["code"])]
    )
    table = pd.DataFrame({"code": names})
    table["level"] = None if codes is None else table["code"].map(codes.set_index("code")["level"])
    columns = {"all_gave": ~differs, "some_gave": differs}
    columns |= {f"only_{coder}": differs & (given["givers"] == 1 << bit) for bit, coder in enumerate(counts.coders)}
    for column, rows in columns.items():
        table[column] = table["code"].map(given[rows].groupby("code").size()).fillna(0).astype("int64")
    found = disagreements(codings, reads, turns, coders=counts.coders, codes=codes)
    others = found[found["instead"] != ""].assign(instead=found["instead"].str.split("; ")).explode("instead")
    others = others.groupby(["code", "instead"]).size().rename("instead_turns").reset_index()
    most = others.sort_values(["instead_turns", "instead"], ascending=[False, True]).drop_duplicates("code")
    table = table.merge(most, on="code", how="left")
    table["instead_turns"] = table["instead_turns"].fillna(0).astype("int64")
    return table.assign(instead=table["instead"].astype("str").fillna(""))


def _names(bits: pd.Series, coders: tuple[str, ...]) -> pd.Series:
    """The coders that each set of bits stands for, comma between them."""
    named = {
        one: ", ".join(coder for place, coder in enumerate(coders) if one >> place & 1)
        for one in map(int, bits.unique())
    }
    return bits.map(named)


def _instead(differ: pd.DataFrame, given: pd.DataFrame, codes: pd.DataFrame | None) -> pd.Series:
    """For each row, the codes of its turn and level that were given by none of those who gave the row's code."""
    key = ["document", "unit", "level"]
    level = None if codes is None else codes.set_index("code")["level"]
    given = given.assign(level="" if level is None else given["code"].map(level)).query("givers > 0")
    own = differ.assign(level="" if level is None else differ["code"].map(level)).rename(columns={"turn": "unit"})
    own = own.assign(row=own.index)[[*key, "row", "givers"]]
    beside = own.merge(given[[*key, "code", "givers"]], on=key, suffixes=("", "_beside"))
    beside = beside[beside["givers"] & beside["givers_beside"] == 0].sort_values(["row", "code"])
    return _joined(beside, ["row"], "code", "; ").set_index("row")["code"].reindex(differ.index, fill_value="")


def _passages(
    codings: pd.DataFrame, turns: pd.DataFrame, documents: pd.DataFrame, wanted: pd.DataFrame
) -> pd.DataFrame:
    """What was coded on each turn with each code that is wanted: words and memos, each once."""
    turns = turns.reset_index(drop=True)
    rows, at = touched(codings, turns)
    coding, turn = codings.iloc[rows].reset_index(drop=True), turns.iloc[at].reset_index(drop=True)
    pieces = pd.DataFrame(
        {
            "document": turn["document"],
            "turn": turn["turn"],
            "code": coding["code"],
            "start": coding["start"].clip(lower=turn["start"]),
            "end": coding["end"].clip(upper=turn["end"]),
            "memo": coding["memo"].fillna("") if "memo" in coding else "",
        }
    )
    key = ["document", "turn", "code"]
    pieces = pieces.merge(wanted, on=key)
    memo = pieces[pieces["memo"] != ""].drop_duplicates([*key, "memo"])
    spans = pieces.sort_values([*key, "start", "end"], ignore_index=True)
    reach = spans.groupby(key)["end"].cummax().groupby([spans[name] for name in key]).shift(fill_value=-1)
    spans["part"] = (spans["start"] >= reach).cumsum()
    spans = spans.groupby([*key, "part"]).agg(start=("start", "min"), end=("end", "max")).reset_index()
    number, names = pd.factorize(spans["document"])
    texts = documents.set_index("document")["text"].reindex(names).tolist()
    ranges = zip(number, spans["start"].to_numpy(), spans["end"].to_numpy(), strict=True)
    words = [" ".join(texts[place][start:end].split()) for place, start, end in ranges]
    spans["words"] = pd.Series(words, index=spans.index, dtype="str")
    told = _joined(spans, key, "words", " … ").merge(_joined(memo, key, "memo", "; "), on=key, how="left")
    return told.assign(memo=told["memo"].astype("str").fillna(""))


def _joined(frame: pd.DataFrame, key: list[str], column: str, between: str) -> pd.DataFrame:
    """The texts of a column by key, those of one key joined in their order.

    Over plain lists, since a group of pandas for each key of an archive takes minutes.
    """
    number = frame.groupby(key, sort=False).ngroup().to_numpy()
    order = np.argsort(number, kind="stable")
    first = np.flatnonzero(np.diff(number[order], prepend=-1))
    texts = frame[column].to_numpy(dtype=object)[order].tolist()
    joined = [between.join(texts[start:end]) for start, end in pairwise([*first.tolist(), len(texts)])]
    return frame[key].iloc[order[first]].assign(**{column: pd.array(joined, dtype="str")})
