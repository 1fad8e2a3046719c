import re
from html import unescape

import pandas as pd
import pytest

import dtstudy
from dtstudy import exhibits, settings
from dtstudy.corpus import Corpus
from dtstudy.errors import InputError
from dtstudy.explorer import Explorer, decide, in_context, side_by_side
from dtstudy.explorer.decisions import decided
from dtstudy.explorer.heatmap import Heatmap
from dtstudy.measures import agreement, vocabulary


@pytest.fixture
def explorer(kouimtsidis):
    return Explorer(dtstudy.open_study("kouimtsidis2007"))


def test_choosing_group_codes_and_coder_changes_the_view_and_its_code(explorer):
    assert len(explorer.view) > 20 and 'coders="consensus"' in explorer.code
    explorer.group.value, explorer.coder.value = "staff", "first"
    explorer.codes.value = ("trust", "testing")
    assert explorer.view["code"].tolist() == ["trust", "testing"]
    assert 'turns["group"] == "staff"' in explorer.code and 'coders="first"' in explorer.code


def test_views_follow_the_unit_and_offer_the_units_they_have(explorer):
    by_turn = explorer.view
    explorer.unit.value = "speaker"
    assert explorer.view["unit"].unique().tolist() == ["speaker"] and not explorer.view.equals(by_turn)
    explorer.tabs.selected_index = 1
    assert explorer.view["unit"].unique().tolist() == ["speaker"]
    explorer.unit.value, explorer.window.value = "window", 3
    assert explorer.view["unit"].unique().tolist() == ["window of 3 turns either side"]
    assert explorer.window.layout.display is None
    explorer.tabs.selected_index = 0
    assert explorer.unit.value == "turn" and explorer.view["unit"].unique().tolist() == ["turn"]
    assert explorer.window.layout.display == "none" and "overlap" not in explorer.unit.options


def test_one_code_chosen_shows_its_pairs_and_several_those_among_them(explorer):
    explorer.tabs.selected_index = 1
    explorer.codes.value = ("trust",)
    pairs = explorer.view
    assert len(pairs) > 10 and (pairs[["code_1", "code_2"]] == "trust").any(axis="columns").all()
    explorer.codes.value = ("trust", "testing")
    assert explorer.view[["code_1", "code_2"]].to_numpy().tolist() == [["testing", "trust"]]


WAYS = [(0, "turn"), (0, "word"), (1, "turn"), (1, "window"), (1, "speaker"), (1, "document"), (1, "overlap")]


@pytest.mark.parametrize("size", ["small", "large"])
@pytest.mark.parametrize(("tab", "unit"), [*WAYS, (2, "turn"), (3, "turn")])
def test_the_code_beside_a_view_gives_the_same_frame(explorer, tab, unit, size):
    explorer.views.is_large = size == "large"
    explorer.group.value = "service users"
    explorer.word.value = "order"
    explorer.tabs.selected_index = tab
    explorer.unit.value = unit
    *lines, call = explorer.code.splitlines()
    names = {}
    exec("\n".join(lines), names)
    pd.testing.assert_frame_equal(explorer.view, eval(call, names))


def test_a_large_corpus_shows_its_counts_without_what_takes_minutes(explorer):
    explorer.tabs.selected_index = 1
    whole = explorer.view
    explorer.views.is_large, explorer.group.value = True, "staff"
    assert whole["z"].notna().any() and explorer.view["z"].isna().all() and explorer.view["n12"].sum() > 0
    explorer.tabs.selected_index = 3
    assert "words" not in explorer.view and len(explorer.view) > 10
    explorer.disagreements.selected_rows = [0]
    assert "<mark" in explorer.passages.value


def turns_shown(page):
    return re.findall(r'class="where">(.*?)(?: · .*?)?</p>', page)


def test_a_row_leads_to_its_passages_each_turn_once(explorer):
    row = int(explorer.view.index[explorer.view["code"] == "testing"][0])
    explorer.frequency.selected_rows = [row]
    found = explorer.corpus.segments(code="testing", coder="consensus")
    assert f"<p>{explorer.view.loc[row, 'segments']} passages on" in explorer.passages.value
    assert turns_shown(explorer.passages.value) == list(
        dict.fromkeys(f"{one.document}:{one.turn}" for one in found.itertuples())
    )


@pytest.mark.parametrize("unit", ["turn", "window", "speaker", "document", "overlap"])
def test_a_cell_leads_to_the_passages_of_both_codes_on_the_units_it_counts(explorer, unit):
    explorer.tabs.selected_index = 1
    explorer.unit.value, explorer.group.value = unit, "staff"
    pair = explorer.view.nlargest(1, "n12").iloc[0]
    one, other = pair["code_1"], pair["code_2"]
    explorer.heatmap.chosen = [one, other]
    how = {"coder": "consensus", "unit": unit, "group": "staff"}
    found = pd.concat(
        [explorer.corpus.segments(one, with_code=other, **how), explorer.corpus.segments(other, with_code=one, **how)]
    )
    places = sorted(set(zip(found["document"], found["turn"], strict=True)))
    assert turns_shown(explorer.passages.value) == [f"{document}:{turn}" for document, turn in places[:40]]
    assert ("turns are not shown" in explorer.passages.value) == (len(places) > 40)
    cells = explorer.heatmap.cells
    assert sum(cell["n"] for cell in cells.values()) == explorer.view["n12"].sum()


def test_of_very_many_codes_those_on_most_units_are_drawn_and_the_note_says_so():
    names = [f"code {number:03d}" for number in range(60)]
    pairs = pd.DataFrame(
        [(a, b, i + 10, j + 10, 5, 0.2) for i, a in enumerate(names) for j, b in enumerate(names[:i])],
        columns=["code_1", "code_2", "n1", "n2", "n12", "jaccard"],
    )
    heatmap = Heatmap()
    heatmap.show(pairs, names)
    assert heatmap.codes == names[20:] and len(heatmap.cells) == 40 * 39 / 2
    assert "The 40 codes on the most units, of 60" in heatmap.note
    heatmap.show(pairs[:0], names)
    assert heatmap.cells == {} and heatmap.note == "No two codes meet."


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
    marked = [unescape(words) for words in re.findall(r'<mark class="first">(.*?)</mark>', page, re.S)]
    in_their_turn = {words.split("\n")[0] for words in segments["words"]}
    assert in_their_turn <= set(marked) and page.count("class=beside") == 4
    hostile = segments.assign(code="<script>")
    assert "<script>" not in in_context(corpus, hostile)
    assert in_context(corpus, segments.head(0)) == "<p>No passage.</p>"
    assert "more turns are not shown" in in_context(corpus, corpus.segments(coder="consensus"))


def small(text, *codings):
    """A corpus of one turn, coded by two coders."""
    return Corpus.build(
        documents=pd.DataFrame({"document": ["D"], "text": [text], "source": "d", "sha256": "0", "kind": "interview"}),
        participants=pd.DataFrame({"participant": ["P"], "role": ["participant"]}),
        turns=pd.DataFrame({"document": ["D"], "turn": 1, "participant": "P", "start": 0, "end": len(text)}),
        codes=pd.DataFrame({"code": ["push", "will"], "parent": None, "level": "concept", "definition": "a code"}),
        codings=pd.DataFrame(codings, columns=["start", "end", "code", "coder", "memo"]).assign(document="D"),
        reads=pd.DataFrame({"document": "D", "coder": ["first", "second"]}),
    )


def test_marks_are_where_the_passages_are_also_where_two_codes_overlap():
    corpus = small("aa & bb & cc", (0, 7, "push", "first", ""), (5, 12, "will", "first", ""))
    how = {"coder": "first"}
    page = in_context(corpus, corpus.segments("push", **how), corpus.segments("will", **how))
    assert (
        '<mark class="first">aa &amp; </mark><mark class="both">bb</mark><mark class="second"> &amp; cc</mark>' in page
    )
    assert '<span class="first">push</span><span class="second">will</span>' in page


def test_a_word_said_twice_is_marked_twice_and_not_inside_another():
    corpus = small("an order, reorder, Order", (0, 2, "push", "first", ""))
    page = in_context(corpus, vocabulary.kwic(corpus.turns, corpus.documents, "order", least_speakers=1))
    assert re.findall("<mark.*?>(.*?)</mark>", page) == ["order", "Order"]


def test_a_turn_longer_than_anybody_reads_is_shown_without_its_middle():
    text = "so it went on " * 800_000
    corpus = small(text, (14, 25, "push", "first", ""))
    page = in_context(corpus, corpus.segments("push", coder="first"))
    assert len(page) < 20_000 and '<mark class="first">so it went </mark>' in page and "characters] … " in page


def test_a_disagreement_stands_side_by_side_with_what_each_coder_gave():
    corpus = small("I came & stayed", (0, 6, "push", "first", "hm <b>"), (9, 15, "will", "second", ""))
    rows = agreement.disagreements(corpus.codings, corpus.reads, corpus.turns, corpus.documents)
    page = side_by_side(corpus, rows[rows["code"] == "push"].iloc[0])
    left, right = page.split("<h4>")[1:]
    assert "first gave push" in left and '<mark class="first">I came</mark> &amp; stayed' in left
    assert "Memo: hm &lt;b&gt;" in left and "second did not give push" in right
    assert "<mark" not in right and '<span class="">will</span>' in right


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


def test_a_decision_whose_words_begin_like_a_formula_is_found_again_as_it_was_written(tmp_path):
    row = pd.Series({"document": "D", "turn": 1, "code": "=push", "given_by": "first", "not_given_by": "second"})
    file = decide(tmp_path, row, "given", "-both say it")
    assert "'=push" in file.read_text(encoding="utf-8")
    assert decided(tmp_path, row).endswith(": given, since -both say it.")
    assert decided(tmp_path, row.replace("D", "E")) == ""


def test_the_button_notes_the_row_chosen(explorer):
    explorer.tabs.selected_index = 3
    explorer.given.click()
    assert explorer.said.value == "Choose a row first."
    explorer.disagreements.selected_rows = [0]
    explorer.reason.value = "both <say> it"
    explorer.given.click()
    assert "Noted in consensus-log.csv" in explorer.said.value
    explorer.disagreements.selected_rows = [1]
    assert "Decided" not in explorer.said.value
    explorer.disagreements.selected_rows = [0]
    assert explorer.said.value.endswith(": given, since both &lt;say&gt; it.")
