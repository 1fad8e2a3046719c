import inspect

import lxml.html
import numpy as np
import pandas as pd

import dtstudy
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


LONG = "What was said here is longer than a line, and stands in it <whole> & unbroken."
FRAME = pd.DataFrame({"Code": ["a & b", "c"], "Words": [3, 12], "Share": ["+0.3", "–"], "Note": [LONG, ""]})


def page(table):
    return lxml.html.fromstring(f"<div>{table._repr_html_()}</div>")


def test_every_table_is_shown_as_one():
    functions = {name for name, item in vars(tables).items() if inspect.isfunction(item)} - {
        "p_value",
        "signed",
        "captioned",
    }
    assert functions == {name for name in tables.__all__ if name[0].islower()} - {"p_value", "signed", "captioned"}
    for name in functions:
        assert inspect.unwrap(getattr(tables, name)) is not getattr(tables, name), f"{name} is not marked @table"
    assert type(tables.group_comparison(compared())) is tables.Table


def test_a_table_in_a_notebook_has_every_cell_and_no_column_of_row_numbers():
    made = page(tables.Table(FRAME))
    rows = [[cell.text_content() for cell in row.xpath("th|td")] for row in made.xpath("//tr")]
    assert rows == [list(FRAME.columns), ["a & b", "3", "+0.3", LONG], ["c", "12", "–", ""]]
    named = page(tables.Table(FRAME).set_index("Code"))
    assert [cell.text_content() for cell in named.xpath("//tr[1]/th")] == list(FRAME.columns)


def test_numbers_stand_to_the_right_and_long_texts_have_room():
    style = page(tables.Table(FRAME)).xpath("string(//style)")
    rules = {rule.split("{")[0].split()[-1]: rule for rule in style.split("}") if "{" in rule}
    assert [place for place in rules if "right" in rules[place]] == [".c1", ".c2"]
    assert "left" in rules["td"] and "left" in rules["th"] and "min-width" in rules[".c3"]
    assert "color" not in style and "background" not in style  # those of the reader's theme


def test_the_same_table_is_the_same_bytes_and_its_id_is_fixed():
    told = {"title": "T < U", "data": "constructed", "caption": "Seen.", "definition": "Counted so."}
    made = tables.captioned(FRAME, "theme-frequency", **told)
    assert made._repr_html_() == tables.captioned(FRAME.copy(), "theme-frequency", **told)._repr_html_()
    assert page(made).xpath("//table/@id") == ["T_theme-frequency"]
    assert page(made).xpath("string(//caption)") == "T < U (data: constructed)Seen.Counted so."
    assert str(made).startswith("T < U (data: constructed)\nSeen.\nCounted so.\n\nCode")
    assert page(made.head(1)[["Code"]]).xpath("string(//caption/strong)") == "T < U (data: constructed)"
    unnamed = page(tables.Table(FRAME)).xpath("//table/@id")
    assert unnamed == page(tables.Table(FRAME[::-1].reset_index(drop=True))).xpath("//table/@id") != ["T_"]


def test_a_table_as_text_breaks_lines_between_words_and_loses_none():
    lines = str(tables.Table(FRAME)).splitlines()
    assert max(map(len, lines)) < 80
    note = [line[lines[0].index("Note") :].strip() for line in lines[2:]]
    assert " ".join(note).strip() == LONG
    assert lines[2].startswith("a & b      3   +0.3  ")


def test_of_a_very_long_table_the_first_rows_are_shown_and_it_says_so():
    long = tables.Table({"n": range(200)})
    assert len(page(long).xpath("//tbody/tr")) == 60
    assert page(long).xpath("string(//caption)") == "The first 60 of 200 rows." == str(long).splitlines()[0]


def test_a_table_without_rows_or_with_a_missing_value_is_shown():
    assert str(tables.Table(FRAME.head(0))).splitlines()[0].split() == list(FRAME.columns)
    assert not page(tables.Table(FRAME.head(0))).xpath("//tbody/tr")
    assert str(tables.Table({"a": [1.5, np.nan]})).split() == ["a", "---", "1.5"]


def test_what_is_kept_as_an_exhibit_is_shown_under_its_title(kouimtsidis):
    told = {"title": "T", "data": "published", "caption": "C.", "definition": "D."}
    shown = dtstudy.open_study("kouimtsidis2007").save_exhibit(
        "table-9", FRAME, shown=FRAME.rename(columns=str.lower), **told
    )
    assert str(shown).splitlines()[:3] == ["T (data: published)", "C.", "D."] and "share" in str(shown)
