import pandas as pd
import pytest

import dtstudy
from dtstudy import exhibits, settings
from dtstudy.errors import InputError
from dtstudy.explorer import Explorer, decide, desk, in_context
from dtstudy.measures import agreement


@pytest.fixture
def explorer(kouimtsidis):
    return Explorer(dtstudy.open_study("kouimtsidis2007"))


def test_choosing_group_codes_and_coder_changes_the_view_and_its_code(explorer):
    assert len(explorer.view) > 20 and 'coders="consensus"' in explorer.code
    explorer.group.value, explorer.coder.value = "staff", "first"
    explorer.codes.value = ("trust", "testing")
    assert explorer.view["code"].tolist() == ["trust", "testing"]
    assert 'turns["group"] == "staff"' in explorer.code and 'coders="first"' in explorer.code


@pytest.mark.parametrize("tab", range(4))
def test_the_code_beside_a_view_gives_the_same_frame(explorer, tab):
    explorer.group.value = "service users"
    explorer.word.value = "order"
    explorer.tabs.selected_index = tab
    *lines, call = explorer.code.splitlines()
    names = {}
    exec("\n".join(lines), names)
    again = eval(call, names)[list(explorer.view.columns)].reset_index(drop=True)
    if tab == 0:
        again = again.round(3)
    shared = [column for column in explorer.view if column not in ("p", "q", "test")]  # drawn only on request
    pd.testing.assert_frame_equal(explorer.view.reset_index(drop=True)[shared], again[shared])


def test_a_row_leads_to_its_passages_and_a_cell_to_those_of_both_codes(explorer):
    row = int(explorer.view.index[explorer.view["code"] == "testing"][0])
    explorer.frequency.selected_rows = [row]
    assert explorer.passages.value.count('class="dtstudy-passage"') == min(40, explorer.view.loc[row, "segments"])
    explorer.tabs.selected_index = 1
    pair = explorer.view.nlargest(1, "n12").iloc[0]
    explorer.heatmap.chosen = [pair["code_1"], pair["code_2"]]
    assert explorer.passages.value.count('class="dtstudy-passage"') >= 1
    cells = explorer.heatmap.cells
    assert sum(cell["n"] for cell in cells.values()) == explorer.view["n12"].sum()


def test_a_word_that_is_not_said_and_a_wrong_pattern_are_told_not_raised(explorer):
    explorer.tabs.selected_index = 2
    explorer.word.value = "zzzz"
    explorer.word.value = "("
    assert explorer.tabs.selected_index == 2


def test_a_view_is_kept_as_csv_or_as_an_exhibit(explorer):
    explorer.name.value = "My table!"
    explorer.to_csv.click()
    kept = pd.read_csv(explorer.study.settings.output / "views" / "my-table.csv")
    assert kept["code"].tolist() == explorer.view["code"].tolist()
    explorer.to_exhibit.click()
    assert [entry.id for entry in exhibits.load(explorer.study.settings.output)] == ["my-table"]


def test_passages_are_shown_with_the_turns_around_them_and_as_text(explorer):
    corpus = explorer.corpus
    segments = corpus.segments(code="testing", coder="consensus").head(2)
    page = in_context(corpus, segments)
    assert page.count("<mark>") == 2 and page.count('class="beside"') == 4
    hostile = segments.assign(code="<script>")
    assert "<script>" not in in_context(corpus, hostile)
    assert in_context(corpus, segments.head(0)) == "<p>No passage.</p>"
    many = pd.concat([corpus.segments(coder="consensus")])
    assert "more are not shown" in in_context(corpus, many)


def test_a_decision_is_added_to_the_log_with_who_gave_what_and_why(kouimtsidis):
    corpus = dtstudy.open_study("kouimtsidis2007").corpus()
    rows = agreement.disagreements(corpus.codings, corpus.reads, corpus.turns, corpus.documents)
    folder = settings.load("kouimtsidis2007").raw
    before = pd.read_csv(folder / "consensus-log.csv", dtype="str", keep_default_na=False)
    decide(folder, rows.iloc[0], "given", "both mean the same")
    decide(folder, rows.iloc[1], "not given")
    log = pd.read_csv(folder / "consensus-log.csv", dtype="str", keep_default_na=False)
    assert len(log) == len(before) + 2 and log[before.columns].head(len(before)).equals(before)
    last = log.iloc[-2]
    assert (last["code"], last["given_by"], last["decision"]) == (
        rows.iloc[0]["code"],
        rows.iloc[0]["given_by"],
        "given",
    )
    assert last["reason"] == "both mean the same"
    with pytest.raises(InputError, match="A decision is 'given' or 'not given', not 'perhaps'"):
        decide(folder, rows.iloc[0], "perhaps")


def test_the_button_notes_the_row_chosen(explorer):
    explorer.tabs.selected_index = 3
    explorer.given.click()
    assert explorer.said.value == "Choose a row first."
    explorer.disagreements.selected_rows = [0]
    explorer.given.click()
    assert "Noted in consensus-log.csv" in explorer.said.value


def test_lab_lays_out_a_copy_with_the_study_chosen_once(kouimtsidis):
    assert desk.first_study(kouimtsidis) == "kouimtsidis2007"
    place = desk.lay_out(settings.load("dtors2009"))
    assert 'study = \\"dtors2009\\"' in place.read_text(encoding="utf-8")
    place.write_text("{}", encoding="utf-8")
    assert desk.lay_out(settings.load("dtors2009")).read_text(encoding="utf-8") == "{}"
    with pytest.raises(InputError, match="synthesis has no transcripts to explore"):
        desk.lay_out(settings.load("synthesis"))
