from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dtstudy import suppression
from dtstudy.errors import InputError

TABLE_1 = pd.DataFrame({"first": [5, 8, 6], "second": [8, 1, 1]})  # Kouimtsidis, Reynolds & Asamoah 2007
STAFF = pd.DataFrame(
    [("counsellor", "F")] * 5 + [("counsellor", "M")] * 3 + [("probation", "F")] * 2 + [("psychiatrist", "F")],
    columns=["role", "sex"],
)


def hidden(*places):
    mask = np.zeros(TABLE_1.shape, bool)
    mask[tuple(zip(*places, strict=True))] = True
    return pd.DataFrame(mask, TABLE_1.index, TABLE_1.columns)


def test_hiding_the_two_ones_of_table_1_hides_nothing():
    found = suppression.feasible(TABLE_1, hidden((1, 1), (2, 1)))
    assert found[["low", "high"]].to_numpy().tolist() == [[1, 1], [1, 1]]


def test_hiding_their_row_mates_too_leaves_them_open_from_0_to_2():
    mask = hidden((1, 0), (1, 1), (2, 0), (2, 1))
    found = suppression.feasible(TABLE_1, mask)
    assert found[["low", "high"]].to_numpy().tolist() == [[7, 9], [0, 2], [5, 7], [0, 2]]
    assert suppression.possible_tables(TABLE_1, mask) == 3
    assert (suppression.suppress(TABLE_1) != "shown").equals(mask)


def test_a_table_whose_small_counts_nothing_protects_is_refused():
    with pytest.raises(InputError, match="Merge rows or columns"):
        suppression.suppress(pd.DataFrame({"a": [5, 1]}))


def test_a_table_without_small_counts_is_shown_whole_and_zeros_are_shown():
    assert (suppression.suppress(pd.DataFrame({"a": [5, 0], "b": [3, 9]})) == "shown").all(axis=None)


@settings(max_examples=60)
@given(st.data())
def test_the_bounds_are_those_of_all_tables_that_fit(data):
    rows, columns = data.draw(st.integers(2, 3)), data.draw(st.integers(2, 3))
    counts = np.array(data.draw(st.lists(st.integers(0, 3), min_size=rows * columns, max_size=rows * columns)))
    table = pd.DataFrame(counts.reshape(rows, columns))
    mask = pd.DataFrame(
        np.array(data.draw(st.lists(st.booleans(), min_size=rows * columns, max_size=rows * columns))).reshape(
            rows, columns
        )
    )
    places = np.argwhere(mask.to_numpy())
    if not 1 <= len(places) <= 4:
        return
    fitting = []
    most = [min(table.iloc[row].sum(), table[column].sum()) for row, column in places]
    for values in product(*(range(bound + 1) for bound in most)):
        other = table.to_numpy().copy()
        other[tuple(places.T)] = values
        if (other.sum(0) == table.to_numpy().sum(0)).all() and (other.sum(1) == table.to_numpy().sum(1)).all():
            fitting.append(values)
    found = suppression.feasible(table, mask)
    assert found["low"].tolist() == list(np.min(fitting, axis=0)) and found["high"].tolist() == list(
        np.max(fitting, axis=0)
    )
    assert suppression.possible_tables(table, mask) == len(fitting)


@settings(max_examples=12)
@given(st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=2, max_size=6))
def test_what_is_hidden_is_protected_in_small_tables_and_large_ones(rows):
    table = pd.DataFrame(rows)
    try:
        chosen = suppression.suppress(table)
    except InputError:
        return
    small = (table > 0) & (table < 3)
    assert ((chosen == "small") == small).all(axis=None)
    found = suppression.feasible(table, chosen != "shown").set_index(["row", "column"])
    for row, column in np.argwhere(small.to_numpy()):
        assert found.loc[(row, column), "low"] <= 1 and found.loc[(row, column), "high"] >= 2


@pytest.mark.parametrize(("by", "k"), [(["role", "sex"], 1), (["role"], 1), (["sex"], 3)])
def test_k_of_the_staff_of_the_study(by, k):
    assert suppression.class_sizes(STAFF, by)["people"].min() == k


def test_merged_roles_give_k_of_three_alone_and_with_sex():
    merged = STAFF.assign(role=suppression.merge_small(STAFF["role"], into="other professional"))
    assert suppression.class_sizes(merged, ["role"])["people"].min() == 3
    assert suppression.class_sizes(merged, ["role", "sex"])["people"].min() == 3


def test_a_lone_small_role_takes_the_next_smallest_with_it_and_a_tiny_sample_is_all_other():
    roles = pd.Series(["a"] * 5 + ["b"] * 3 + ["c"])
    assert suppression.merge_small(roles).value_counts().to_dict() == {"a": 5, "other": 4}
    assert set(suppression.merge_small(pd.Series(["a", "b"]))) == {"other"}


def test_an_unknown_column_is_a_sentence():
    with pytest.raises(InputError, match="no column 'rol' to tell people apart by; did you mean 'role'"):
        suppression.class_sizes(STAFF, ["rol"])


def test_cells_of_one_or_few_voices_are_flagged():
    segments = pd.DataFrame(
        {
            "code": ["aims"] * 5 + ["trust"] * 2 + ["tests"] * 3,
            "participant": ["P1", "P1", "P1", "P1", "P2", "P1", "P2", "P1", "P2", "P3"],
        }
    )
    found = suppression.single_voices(segments, ["code"], least=2).set_index("code")
    assert found["flag"].to_dict() == {"aims": "one speaker leads", "trust": "", "tests": ""}
    assert found.loc["aims", "largest"] == 0.8 and found.loc["tests", "speakers"] == 3
    assert set(suppression.single_voices(segments, ["code"])["flag"]) == {"fewer than 3 speakers", ""}
