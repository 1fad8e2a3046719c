import numpy as np
import pandas as pd

from dtstudy import tables
from dtstudy.measures import frequency

from .measures.simulated import corpus

CODES = pd.DataFrame({"code": ["all", "x"], "parent": [None, "all"], "level": ["category", "concept"]})


def compared(**about):
    codings, turns = corpus({"x": {"users": 0.1, "staff": 0.4}}, seed=1)
    return frequency.compare_groups(codings, turns, codes=CODES, **about)


def test_a_group_comparison_has_effects_first_and_p_beside_the_least_the_design_can_give():
    frame = compared()
    shown = tables.group_comparison(frame)
    assert list(shown.columns) == [
        "Code",
        "Difference in % of words (range)",
        "Staff, n = 3: mean (range)",
        "Users, n = 6: mean (range)",
        "Ratio",
        "p (least .012)",
        "p, Holm (2 codes)",
    ]
    assert shown["Code"].tolist() == ["all", "· x"]
    row = frame.iloc[0]
    assert shown.iloc[0, 1].startswith(f"+{100 * row['difference']:.1f} (+") and "*" not in shown.to_string()
    assert shown.iloc[0, 2] == "{:.1f} ({:.1f} to {:.1f})".format(
        *(100 * row[name] for name in ("mean_first", "min_first", "max_first"))
    )


def test_rates_that_are_no_share_are_not_made_per_cent_and_the_rule_taken_is_shown():
    frame = compared(unit="segment", two_sided="doubled")
    shown = tables.group_comparison(frame)
    assert f"+{frame['difference'][0]:.1f} (" in shown["Difference in segments per 1,000 words (range)"][0]
    assert shown["p (least .024)"].tolist() == [tables.p_value(p) for p in frame["p_doubled"]]


def test_what_cannot_be_tested_has_a_dash():
    frame = compared().assign(p_abs=np.nan, p_holm=np.nan, ratio=np.nan, without_one_low=np.nan)
    shown = tables.group_comparison(frame)
    assert (shown[["Ratio", "p (least .012)", "p, Holm (2 codes)"]] == "–").all(axis=None)
    assert "(" not in shown.iloc[0, 1]


def test_coders_are_named_where_there_are_several():
    shown = tables.group_comparison(compared(coders="each"))
    assert shown["Coder"].tolist() == ["consensus"] * 2 + ["first"] * 2 + ["second"] * 2


def test_themes_show_share_passages_people_and_documents_of_each_group():
    codings, turns = corpus({"x": {"users": 0.1, "staff": 0.4}}, seed=1)
    frame = frequency.code_frequency(codings, turns, by="group", unit="turn", codes=CODES)
    shown = tables.themes(frame, "group")
    assert list(shown.columns) == [
        "Code",
        "Staff: % of turns",
        "Staff: passages by people (of 18) in documents (of 3)",
        "Users: % of turns",
        "Users: passages by people (of 36) in documents (of 6)",
    ]
    staff = frame[(frame["group"] == "staff") & (frame["code"] == "x")].iloc[0]
    assert shown.iloc[1, 1] == f"{100 * staff['share']:.1f}"
    assert shown.iloc[1, 2] == f"{staff['segments']} by {staff['speakers']} in {staff['documents']}"
