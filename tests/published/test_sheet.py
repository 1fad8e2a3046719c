import re

import pytest
from click.testing import CliRunner

from dtstudy import cli
from dtstudy.errors import InputError
from dtstudy.published import sheet

from ..conftest import ROOT

TABLE_1 = (
    "experience,1st order,2nd order,total\nup to 3 months,5,8,13\n3-6 months,8,1,9\nmore than 6 months,6,1,7\n"
    "total,19,10,29\n"
)


@pytest.fixture
def judged(tmp_path):
    def judge(text, rounding="half"):
        file = tmp_path / "typed.csv"
        file.write_text(text, encoding="utf-8")
        return sheet.verdicts(sheet.load(file), rounding)

    return judge


def told(found, check):
    return {row.row: (row.verdict, row.sentence) for row in found[found["check"] == check].itertuples()}


def test_every_sum_of_table_1_stands_and_the_test_is_told(judged):
    found = judged(TABLE_1)
    assert found["verdict"].tolist() == ["agrees"] * 7 + ["told"]
    assert found["row"].tolist() == [
        "up to 3 months", "3-6 months", "more than 6 months", "total", "1st order", "2nd order", "total", "the table",
    ]  # fmt: skip
    assert "p = 1107/36685 = 0.0302" in found["sentence"].iloc[-1]


@pytest.mark.parametrize("cell", ["5,8,13", "19,10,29"])
def test_a_sum_changed_by_one_is_a_question_in_its_row_and_column(judged, cell):
    changed = TABLE_1.replace(cell, f"{cell[:-1]}{int(cell[-1]) + 1 if cell[-1] != '9' else 8}")
    found = judged(changed)
    assert (found["verdict"] == "question").sum() == 2
    assert "is printed. Is somebody missing, or counted twice?" in " ".join(found["sentence"])


def test_a_table_without_totals_has_its_percentages_and_its_test(judged):
    found = judged("experience;1st;2nd\nshort;5 (26,3%);8 (80%)\nmiddle;8 (42,1 %);1 (10)\nlong;6 (31.5%);1 (10%)\n")
    assert found["verdict"].tolist() == ["question", "agrees", "told"]
    assert told(found, "percentage") == {
        "long, 1st": ("question", "31.5 % is printed, and 6 of the 19 of its column are 31.58 %.")
    }
    assert told(found, "percentages")["the table"] == ("agrees", "5 of 6 are shares of their column.")


@pytest.mark.parametrize(
    ("shares", "base"),
    [(("38.5", "61.5", "88.9", "11.1"), "row"), (("38.5", "88.9", "61.5", "11.1"), "column"), (("22.7", "36.4", "36.4", "4.5"), "table")],
)  # fmt: skip
def test_percentages_find_their_base(judged, shares, base):
    cells = (5, 8, 8, 1)
    a, b, c, d = (f"{count} ({share}%)" for count, share in zip(cells, shares, strict=True))
    found = judged(f"x\tone\ttwo\nfirst\t{a}\t{b}\nsecond\t{c}\t{d}\n")
    assert told(found, "percentages")["the table"] == ("agrees", f"4 of 4 are shares of their {base}.")


def test_two_rows_and_columns_have_an_odds_ratio(judged):
    assert (
        "Odds ratio 0.0893, 95 % interval 0.0077 to 0.72."
        in judged("x,a,b\nup to 3,5,8\nmore,14,2\n")["sentence"].iloc[-1]
    )


def test_a_table_too_large_for_the_exact_test_says_so(judged):
    rows = "\n".join(f"r{row}," + ",".join(["10"] * 8) for row in range(8))
    assert "too many" in told(judged(f"x,{','.join('abcdefgh')}\n{rows}\n"), "association")["the table"][1]


def test_rows_of_statistics_each_by_the_checks_its_columns_allow(judged):
    found = judged(
        "scale,Mean,S.D.,N,items\nmood,5.19,1.2,28,\nstay,4.7,,29,\ncalm,7.30,2.51,12,\nrest,4.74,6.55,31,1\nparts,3.25,–,2,2\n"
    )
    grim, grimmer = told(found, "GRIM"), told(found, "GRIMMER")
    assert {row: verdict for row, (verdict, _) in grim.items()} == {
        "mood": "question", "stay": "no power", "calm": "question", "rest": "agrees", "parts": "agrees",
    }  # fmt: skip
    assert grim["mood"][1].startswith(
        "no 28 whole numbers have a mean that prints as 5.19; no other rule of rounding helps"
    )
    assert set(grimmer) == {"rest"}, "where GRIM fails one question is enough, and without a deviation there is none"
    assert "2 scores of 2 items each" in grim["parts"][1]


def test_a_deviation_that_does_not_go_with_its_mean_is_a_question(judged):
    found = told(judged("scale,mean,sd,n\na,7.3,2.51,12\n"), "GRIMMER")["a"]
    assert found[0] == "question" and "sum of squares 700 is even, but the sum 87 is odd" in found[1]


def test_a_rule_that_would_help_is_named_and_can_be_asked_for(judged):
    text = "what,percent,count,total\nshare,46,29,62\n"
    assert told(judged(text), "share")["share"] == (
        "question",
        "29 of 62 is 46.77 %, printed as 46 %; they would agree if digits were cut off. Is another total meant?",
    )
    assert told(judged(text, "trunc"), "share")["share"][0] == "agrees"
    with pytest.raises(InputError, match="rounding rule 'cut' is unknown"):
        judged(text, "cut")


def test_counts_with_percentages_use_the_total_row_else_tell_the_total(judged):
    found = judged("sex,n,%\nmale,24,82.8\nfemale,5,17.3\ntotal,29,100\n")
    assert [row.verdict for row in found.itertuples()] == ["agrees", "question", "agrees"]
    assert told(judged("what,percent,count\ntook part,46%,29\n"), "share")["took part"] == ("told", "29 is 46 % of 63.")
    assert told(judged("what,percent,count\nx,33.4,1\n"), "share")["x"][0] == "question"
    assert (
        "30 people are counted of a total of 29"
        in told(judged("what,percent,count,of\nx,103,30,29\n"), "share")["x"][1]
    )


def test_shares_of_a_known_number_of_people(judged):
    found = told(judged("what,proportion,n\na,0.25,8\nb,0.26,8\nc,0.26,800\n"), "share")
    assert {row: verdict for row, (verdict, _) in found.items()} == {"a": "agrees", "b": "question", "c": "no power"}
    both = judged("what,mean,sd,percent,n\nx,4.7,1.3,34,29\n")
    assert both["check"].tolist() == ["GRIM", "GRIMMER", "share"]


def test_noughts_and_ones_have_their_own_check(judged):
    found = told(judged("what,proportion,sd,n\na,0.53,0.50,1683\nb,0.19,0.35,1683\n"), "DEBIT")
    assert found["a"] == ("agrees", "884 to 900 of 1683 give 0.53 with a deviation of 0.50.")
    assert found["b"][0] == "question"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a,b\n", "needs a head line and at least one row"),
        ("x,a,b\nr,1\n", "typed.csv, line 2: 2 cells, where the head line has 3"),
        ("x,a,a\nr,1,2\n", "two columns are called 'a'"),
        ("x,a,b\nr,1,many\n", "typed.csv, line 2, b: 'many' is not a number"),
        ("x,a,b\nr,1,1.5\n", "typed.csv, line 2, b: '1.5' is not a whole number"),
        ("x,a,b\n\nr,1,–\n", "typed.csv, line 3, b: '–' is not a number"),
        ("x,a,b\nr,1,2 (3) (4)\n", "write it as 5 or 5 \\(26%\\)"),
        ("x,total\ntotal,3\n", "there is a total and nothing that it could be the total of"),
        ("x,mean\nr,3.2\n", "a column n or count is missing"),
        ("x,mean,m,n\nr,3.2,3.2,5\n", "two columns of the head line mean the same"),
        ("x,mean,n\nr,3.2,0\n", "typed.csv, line 2: A sample size must be a whole number from 1"),
        ("x,mean,n\nr,,5\n", "no row has numbers that could be set against each other"),
        ("x,proportion,sd,n\nr,1.2,0.4,5\n", "line 2: A mean of 1.2 is not the mean of noughts and ones"),
    ],
)
def test_a_fault_names_file_and_line(judged, text, sentence):
    with pytest.raises(InputError, match=sentence):
        judged(text)


def test_thousands_and_a_typographic_minus_are_read(judged):
    found = judged('x,a,total\nr,"1,796","1,796"\ns,4,4\ntotal,"1,800","1,800"\n')
    assert (found["verdict"] == "agrees").all()
    assert told(judged("x,mean,n\nr,−0.25,4\n"), "GRIM")["r"][0] == "agrees"


def test_the_command_leaves_with_0_1_or_2(tmp_path):
    file = tmp_path / "typed.csv"
    for text, code, sentence in [
        (TABLE_1, 0, "7 agrees, 1 told."),
        (TABLE_1.replace("5,8,13", "5,8,14"), 1, "question  up to 3 months, sum: 5 + 8 = 13, and 14 is printed."),
        ("x,a\nr,many\n", 2, "dtstudy: typed.csv, line 2, a: 'many' is not a number."),
    ]:
        file.write_text(text, encoding="utf-8")
        outcome = CliRunner().invoke(cli.main, ["check-table", str(file)], catch_exceptions=False)
        assert outcome.exit_code == code and sentence in outcome.output
    outcome = CliRunner().invoke(cli.main, ["check-table", str(tmp_path / "nowhere.csv")], catch_exceptions=False)
    assert outcome.exit_code == 2 and "Check the name" in outcome.output


def test_the_examples_of_the_manual_are_read(judged):
    manual = (ROOT / "docs" / "checking.md").read_text(encoding="utf-8")
    tables = [block for block in re.findall(r"(?:^    \S.*\n)+", manual, re.MULTILINE) if block.lstrip()[0] == "s"]
    assert len(tables) == 2
    verdicts = [judged(re.sub("^    ", "", table, flags=re.MULTILINE))["verdict"].value_counts() for table in tables]
    assert verdicts[0].to_dict() == {"agrees": 8, "told": 1}
    assert verdicts[1]["question"] == 1
