import csv as reader
from io import BytesIO, StringIO

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dtstudy import schema
from dtstudy.measures import frequency
from dtstudy.write import csv

from .studies import EVERY, HARD, corpus, hard_tables, tables

CELL = st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("=+-@\t\r\n\"',;|a ")), max_size=20)
OTHERS = hard_tables()
MARK = b"\xef\xbb\xbf"


def cells(content):
    return list(reader.reader(StringIO(content.decode("utf-8"), newline="")))


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
        assert [row[: len(want[0])] for row in rows] == want


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
def test_a_tidy_table_keeps_any_cell_as_it_is(rows):
    codes = pd.DataFrame(rows, columns=["code", "definition"]).assign(
        parent="p", level="concept", include="", exclude="x"
    )
    given_tables = {**OTHERS, "codes": codes}
    back = cells(csv.tidy(given_tables)["codes.csv"])[1:]
    assert [(row[0], row[3]) for row in back] == rows


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=5), CELL)
def test_no_cell_of_a_spreadsheet_begins_like_a_formula_and_nothing_else_is_changed(rows, head):
    content = csv.spreadsheet(pd.DataFrame(rows, columns=[head, "other"]).assign(number=-1))
    assert content.startswith(MARK)
    back = cells(content[len(MARK) :])
    for row, was in zip(back, [(head, "other", "number"), *((*row, "-1") for row in rows)], strict=True):
        for number, (cell, plain) in enumerate(zip(row, was, strict=True)):
            dangerous = plain[:1] in tuple("=+-@\t\r\n＝＋－＠") and plain != ""
            assert cell == (f"'{plain}" if dangerous and number < 2 else plain)


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", '=HYPERLINK("x")', "-"]
)
def test_a_cell_that_begins_like_a_formula_gets_an_apostrophe(cell):
    assert csv.escaped(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["", "a=1", " =1", "'=1", "é", -1, 0.5, None])
def test_any_other_cell_stays(cell):
    assert csv.escaped(cell) is cell


def test_tidy_tables_carry_no_mark_and_no_apostrophe():
    files = csv.tidy(EVERY["hard"]())
    assert not any(content.startswith(MARK) for content in files.values())
    assert "=leaf" in files["codes.csv"].decode() and "'=leaf" not in files["codes.csv"].decode()


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
