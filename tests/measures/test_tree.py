import pandas as pd
import pytest
from hypothesis import assume, given, settings

from dtstudy import schema
from dtstudy.errors import InputError
from dtstudy.measures import frequency, tree

from .corpora import tables

CODES = pd.DataFrame(
    [("a", "top"), ("c", None), ("top", None), ("b", "top"), ("never", None)], columns=["code", "parent"]
).assign(level="concept", definition="what it means", include=None, exclude=None)


@settings(max_examples=20)
@given(tables())
def test_the_tree_has_every_code_once_under_its_category_with_the_counts_of_the_codes(both):
    codings, turns = both
    assume(len(codings) and (turns["role"] == "participant").any())
    found = tree.coding_tree(codings, turns, CODES, by="group", coders="union")
    counts = frequency.code_frequency(codings, turns, by="group", coders="union", codes=CODES)
    assert found["code"].drop_duplicates().tolist() == ["c", "top", "a", "b", "never"]
    assert found.drop_duplicates("code")["depth"].tolist() == [0, 0, 1, 1, 0]
    counted = counts.set_index(["group", "code"])[["segments", "speakers", "documents"]]
    for row in found.itertuples():
        expected = counted.loc[(row.group, row.code)].tolist() if (row.group, row.code) in counted.index else [0, 0, 0]
        assert [row.segments, row.speakers, row.documents] == expected


@settings(max_examples=20)
@given(tables())
def test_an_example_is_a_participants_turn_that_carries_the_code(both):
    codings, turns = both
    assume(len(codings))
    found = tree.coding_tree(codings, turns, CODES, coders="union").set_index("code")
    said = turns[turns["role"] != "facilitator"].sort_values(["document", "turn"])
    for code, under in (("a", ["a"]), ("b", ["b"]), ("c", ["c"]), ("top", ["a", "b"]), ("never", [])):
        own = codings[codings["code"].isin(under)]
        met = [
            f"{t.document}:{t.turn}"
            for t in said.itertuples()
            if ((own["document"] == t.document) & (own["start"] < t.end) & (own["end"] > t.start)).any()
        ]
        assert found.loc[code, "example"] == (met[0] if met else "")
        assert found.loc[code, "used"] == bool(met)


def test_a_code_without_segments_is_kept_and_marked():
    turns = pd.DataFrame(
        [("D", 1, "P", "participant", 0, 9)], columns=["document", "turn", "participant", "role", "start", "end"]
    )
    codings = pd.DataFrame([("D", 0, 4, "a", "consensus")], columns=["document", "start", "end", "code", "coder"])
    found = tree.coding_tree(codings, turns, CODES).set_index("code")
    assert found["used"].to_dict() == {"c": False, "top": True, "a": True, "b": False, "never": False}
    assert found.loc["never", ["segments", "speakers", "documents", "n_documents", "example"]].tolist() == [
        0,
        0,
        0,
        1,
        "",
    ]


def empty(**tables):
    named = {name: pd.DataFrame(columns=list(table.columns)) for name, table in schema.TABLES.items()}
    return named | tables


def test_a_cycle_is_refused():
    codes = CODES.head(2).assign(parent=["c", "a"])
    with pytest.raises(InputError, match=r"'a' is its own ancestor"):
        schema.validate(empty(codes=codes))


def test_two_parents_are_refused():
    codes = pd.concat([CODES, CODES.head(1).assign(parent="c")], ignore_index=True)
    with pytest.raises(InputError, match="Table codes: two rows for code a"):
        schema.validate(empty(codes=codes))


def test_each_coder_apart_is_refused():
    with pytest.raises(InputError, match="of one coder, or of all as 'union'"):
        tree.coding_tree(pd.DataFrame(), pd.DataFrame(), CODES, coders="each")
