import csv as reader
import re
from io import BytesIO, StringIO

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dtstudy import exhibits, schema
from dtstudy.explorer import decisions
from dtstudy.measures import frequency
from dtstudy.read import cells as reading
from dtstudy.text import guarded, unguarded
from dtstudy.write import csv

from .studies import EVERY, HARD, corpus, hard_tables, tables

CELL = st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("=+-@\t\r\n\"',;|a ")), max_size=20)
OTHERS = hard_tables()
MARK = b"\xef\xbb\xbf"


def cells(content):
    return list(reader.reader(StringIO(content.decode("utf-8"), newline="")))


def is_formula(cell):
    """What a spreadsheet would run: text that begins so, and is no number."""
    return cell.startswith(tuple("=+-@\t\r\n＝＋－＠")) and not re.fullmatch(r"[+-]?\d[\d.,]*([eE][+-]?\d+)?%?", cell)


def as_text(value):
    return "" if pd.isna(value) else str(value)


@pytest.mark.parametrize("study", EVERY)
def test_every_table_comes_back_cell_by_cell(study):
    given_tables = EVERY[study]()
    files = csv.tidy(given_tables)
    assert list(files) == [f"{name}.csv" for name in schema.TABLES]
    for name, table in schema.TABLES.items():
        head, *rows = cells(files[f"{name}.csv"])
        assert head[: len(table.columns)] == list(table.columns)
        frame = given_tables[name]
        want = [[as_text(cell) for cell in row] for row in frame[[c for c in head if c != "words"]].to_numpy(object)]
        assert [[unguarded(cell) for cell in row[: len(want[0])]] for row in rows] == want


def test_pandas_reads_the_tables_and_finds_the_words_by_their_offsets():
    files = csv.tidy(tables("kouimtsidis2007"))
    read = {
        name: pd.read_csv(BytesIO(content), keep_default_na=False, na_values=[""]) for name, content in files.items()
    }
    text = read["documents.csv"].set_index("document")["text"]
    codings = read["codings.csv"]
    assert len(codings) == 1047
    assert all(text[row.document][row.start : row.end] == row.words for row in codings.itertuples())
    assert read["turns.csv"]["seconds"].dtype == "float64"


@settings(max_examples=40)
@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=5))
def test_any_cell_of_a_tidy_table_comes_back_through_the_reader_and_none_is_a_formula(rows):
    codes = pd.DataFrame(rows, columns=["code", "definition"]).assign(
        parent="p", level="concept", include="", exclude="x"
    )
    given_tables = {**OTHERS, "codes": codes}
    content = csv.tidy(given_tables)["codes.csv"]
    assert not any(is_formula(cell) for row in cells(content) for cell in row)
    back = reading.parsed(content.decode(), "codes.csv")
    assert list(zip(back["code"], back["definition"], strict=True)) == rows


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=5), CELL)
def test_no_cell_of_a_spreadsheet_begins_like_a_formula_and_nothing_else_is_changed(rows, head):
    content = csv.spreadsheet(pd.DataFrame(rows, columns=[head, "other"]).assign(number=-1))
    assert content.startswith(MARK)
    back = cells(content[len(MARK) :])
    for row, was in zip(back, [(head, "other", "number"), *((*row, "-1") for row in rows)], strict=True):
        for number, (cell, plain) in enumerate(zip(row, was, strict=True)):
            assert cell == (f"'{plain}" if is_formula(plain.lstrip("'")) else plain), number


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+a", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", '=HYPERLINK("x")', "-", "'=1", "''-a", "-1 and"],
)
def test_a_cell_that_begins_like_a_formula_gets_an_apostrophe(cell):
    assert guarded(cell) == "'" + cell and unguarded("'" + cell) == cell


@pytest.mark.parametrize("cell", ["", "a=1", " =1", "'tis", "é", "-1", "+1.5", "-1,000.5", "-2e-05", "-5%", "'-1"])
def test_any_other_cell_stays(cell):
    assert guarded(cell) == cell == unguarded(cell)


@given(CELL)
def test_a_guarded_cell_is_no_formula_and_comes_back(cell):
    assert not is_formula(guarded(cell)) and unguarded(guarded(cell)) == cell


def test_numbers_keep_their_sign_and_columns_of_one_name_are_kept_apart():
    frame = pd.DataFrame([[-1, -0.5, "-2", "=a"]], columns=["n", "=n", "x", "x"]).assign(gone=pd.array([None], "Int64"))
    assert csv.lines(frame, end="\n").decode() == "n,'=n,x,x,gone\n-1,-0.5,-2,'=a,\n"


def test_tidy_tables_carry_no_mark():
    files = csv.tidy(EVERY["hard"]())
    assert not any(content.startswith(MARK) for content in files.values())
    assert "'=leaf" in files["codes.csv"].decode()


def test_every_table_that_is_written_is_guarded(tmp_path):
    words = pd.DataFrame({"words": ["=cmd|' /C calc'!A0", "- and then", "plain"], "change": [-1, 2, 3]})
    exhibits.save(tmp_path, "one", words, title="T", caption="C", data="published", definition="D")
    row = pd.Series({"document": "=G1", "turn": 1, "code": "-a", "given_by": "@x", "not_given_by": "y"})
    for _ in range(2):
        decisions.decide(tmp_path, row, decisions.GIVEN, "=1+1")
    for file in (tmp_path / "tables" / "one.csv", tmp_path / decisions.LOG):
        assert not any(is_formula(cell) for line in cells(file.read_bytes()) for cell in line)
    assert reading.table(tmp_path / "tables" / "one.csv")["words"].tolist() == words["words"].tolist()
    assert (
        set(reading.table(tmp_path / decisions.LOG)["reason"]) == {"=1+1"}
        and len(reading.table(tmp_path / decisions.LOG)) == 2
    )


def test_passages_are_listed_with_words_turn_attributes_and_path():
    listed = csv.passages(EVERY["hard"]())
    assert list(listed) == [
        *("document", "turn", "participant", "kind", "group", "date"),
        *("coder", "code", "path", "words", "memo", "start", "end"),
    ]
    first = listed[(listed["code"] == "deep") & (listed["coder"] == "A")].iloc[0]
    assert (first["document"], first["turn"], first["participant"], first["words"]) == ("D 1", 1, "Mo", "😀")
    assert first["path"] == "coded category > folder in it > deep"
    whole = listed[listed["code"] == "coded category"].iloc[0]
    assert whole["words"] == HARD and pd.isna(whole["turn"]) and pd.isna(whole["participant"])
    between = listed[listed["words"] == "\r\nAnn"].iloc[0]
    assert pd.isna(between["turn"])


@pytest.mark.parametrize("study", EVERY)
def test_every_coding_is_listed_once(study):
    given_tables = EVERY[study]()
    listed = csv.passages(given_tables)
    key = ["document", "start", "end", "code", "coder"]
    assert listed[key].to_numpy().tolist() == given_tables["codings"][key].to_numpy().tolist()


def counted(study, by):
    own = corpus(study)
    return frequency.code_frequency(own.codings, own.turns, by=by, coders="each", codes=own.codes)


def test_a_matrix_counts_passages_that_touch_a_turn_of_a_participant():
    own = corpus("kouimtsidis2007")
    matrix = csv.matrix(counted("kouimtsidis2007", "document"), "document", own.codes).set_index(["coder", "code"])
    assert len(matrix) == 3 * len(own.codes)
    turns = own.turns[own.turns["role"] == "participant"]
    concepts = own.codes[own.codes["level"] == "concept"]["code"]
    for coder in ("first", "consensus"):
        for code in concepts:
            for document in ("FG1", "FG9"):
                spans = own.codings.query("coder == @coder and code == @code and document == @document")
                spoken = turns[turns["document"] == document]
                want = sum(((spoken["start"] < s.end) & (spoken["end"] > s.start)).any() for s in spans.itertuples())
                assert matrix.loc[(coder, code), document] == want


def test_a_matrix_has_every_code_in_the_order_of_the_codebook_and_says_its_unit():
    own = corpus("dtors2009")
    matrix = csv.matrix(counted("dtors2009", "group"), "group", own.codes)
    assert matrix["code"].tolist() == 3 * own.codes["code"].tolist()
    assert matrix["coder"].drop_duplicates().tolist() == ["consensus", "first", "second"]
    assert list(matrix)[:4] == ["coder", "code", "parent", "unit"] and set(matrix["unit"]) == {"segment"}
    by_coder = csv.matrix(counted("dtors2009", None), "coder", own.codes)
    assert list(by_coder) == ["code", "parent", "unit", "consensus", "first", "second"]
    assert by_coder["code"].tolist() == own.codes["code"].tolist()


def test_what_a_coder_has_not_read_is_empty_and_not_nought():
    own = corpus("kouimtsidis2007")
    reads = own.reads[~((own.reads["coder"] == "first") & (own.reads["document"] == "FG1"))]
    matrix = csv.matrix(counted("kouimtsidis2007", "document"), "document", own.codes, reads)
    first = matrix["coder"] == "first"
    assert matrix.loc[first, "FG1"].isna().all()
    assert matrix.loc[~first, "FG1"].notna().all() and matrix["FG2"].notna().all()


def test_a_blank_attribute_is_a_column_that_says_so():
    own = corpus("dtors2009")
    assert "(not given)" in csv.matrix(counted("dtors2009", "route"), "route", own.codes)


def test_a_value_that_is_called_as_a_head_is_stays_a_column_of_its_own():
    own = corpus("dtors2009")
    turns = own.turns.assign(across=own.turns["group"].replace({"providers": "code"}))
    counts = frequency.code_frequency(own.codings, turns, by="across", coders="each", codes=own.codes)
    matrix = csv.matrix(counts, "across", own.codes)
    assert list(matrix) == ["coder", "code", "parent", "unit", "code", "treatment seekers"]
    assert matrix.iloc[:, 4].sum() > 0
