import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dtstudy.errors import InputError
from dtstudy.measures import framework

from .corpora import tables

CODES = pd.DataFrame(
    [("top", None, "category"), ("a", "top", "concept"), ("b", "top", "concept"), ("c", None, "concept")],
    columns=["code", "parent", "level"],
)


def toy():
    """The toy corpus of the method notes: seven segments, one turn of ten characters each."""
    said = [
        ("ST1", "p4", "forced"),
        ("ST1", "p4", "interagency"),
        ("ST1", "p5", "interagency"),
        ("SU1", "p1", "forced"),
        ("SU1", "p2", "forced"),
        ("SU1", "p1", "interagency"),
        ("SU2", "p3", "interagency"),
    ]
    turns = pd.DataFrame(said, columns=["document", "participant", "code"])
    turns["turn"] = turns.groupby("document").cumcount() + 1
    turns = turns.assign(role="participant", start=10 * turns["turn"] - 10, end=10 * turns["turn"])
    turns = turns.assign(word_start=2 * turns["turn"] - 2, word_end=2 * turns["turn"])
    codings = turns[["document", "start", "end", "code"]].assign(coder="consensus")
    return codings, turns.drop(columns="code")


def summaries(*rows, **columns):
    frame = pd.DataFrame(rows, columns=["document", "theme", "summary", "segments"])
    return frame.assign(**columns)


def test_the_toy_matrix_of_the_method_notes():
    codings, turns = toy()
    order, themes = ["ST1", "SU1", "SU2"], ["forced", "interagency", "improvement"]
    found = framework.matrix(codings, turns, order=order, themes=themes)
    assert list(zip(found["case"], found["theme"], strict=True)) == [
        (case, theme) for case in order for theme in themes
    ]
    assert found["segments"].tolist() == ["ST1:1", "ST1:2 ST1:3", "", "SU1:1 SU1:2", "SU1:3", "", "", "SU2:1", ""]
    assert found["n_segments"].tolist() == [1, 2, 0, 2, 1, 0, 0, 1, 0]
    assert found["n_speakers"].tolist() == [1, 2, 0, 2, 1, 0, 0, 1, 0]
    empty = found[found["state"] == "not raised"]
    assert set(zip(empty["case"], empty["theme"], strict=True)) == {
        ("SU1", "improvement"),
        ("SU2", "forced"),
        ("SU2", "improvement"),
        ("ST1", "improvement"),
    }


@settings(max_examples=25)
@given(tables(), st.sampled_from(["first", "union"]), st.sampled_from(["document", "speaker", "group"]))
def test_every_cell_equals_its_definition(both, coders, cases):
    codings, turns = both
    own = codings if coders == "union" else codings[codings["coder"] == coders]
    assume(len(own))
    found = framework.matrix(codings, turns, cases=cases, themes=["top", "a", "b", "c"], coders=coders, codes=CODES)
    said = turns[turns["role"] != "facilitator"]
    case = {"speaker": "participant"}.get(cases, cases)
    assert set(found["case"]) == set(said[case])
    said = list(said.assign(case=said[case]).itertuples())
    spans = [(c.document, c.start, c.end, c.code) for c in own.itertuples()]
    for cell in found.itertuples():
        mine = [span[:3] for span in spans if span[3] in ({"a", "b"} if cell.theme == "top" else {cell.theme})]
        inside = [t for t in said if t.case == cell.case]
        met = [t for t in inside if any(meets(span, t) for span in mine)]
        assert cell.segments == " ".join(f"{t.document}:{t.turn}" for t in met)
        assert cell.n_speakers == len({t.participant for t in met})
        assert cell.state == ("indexed" if met else "not raised")
        passages = merged(mine) if cell.theme == "top" or coders == "union" else set(mine)
        assert cell.n_segments == sum(any(meets(span, t) for t in inside) for span in passages)


def meets(span, turn):
    document, start, end = span
    return document == turn.document and start < turn.end and turn.start < end


def merged(spans):
    """Passages made one where they share a character, from sets of characters."""
    passages = set()
    for document in {span[0] for span in spans}:
        own = [set(range(*span[1:])) for span in spans if span[0] == document]
        while own:
            span = own.pop()
            while near := next((other for other in own if other & span), None):
                own.remove(near)
                span |= near
            passages.add((document, min(span), max(span) + 1))
    return passages


@settings(max_examples=25)
@given(tables(), st.sampled_from(["document", "group"]))
def test_every_passage_of_a_participant_is_reached_from_a_cell(both, cases):
    codings, turns = both
    assume(len(codings) and (turns["role"] == "participant").any())
    found = framework.matrix(codings, turns, cases=cases, themes=["top", "c"], coders="union", codes=CODES)
    broken = framework.unlinked(found, codings, turns, CODES)
    assert broken["problem"].str.startswith("no participant speaks").all()
    ids = {(row.theme, segment) for row in found.itertuples() for segment in row.segments.split()}
    for coding in codings.itertuples():
        for turn in turns[(turns["document"] == coding.document) & (turns["role"] == "participant")].itertuples():
            if coding.start < turn.end and turn.start < coding.end:
                assert ("c" if coding.code == "c" else "top", f"{turn.document}:{turn.turn}") in ids


@settings(max_examples=25)
@given(tables(), st.sampled_from(["document", "speaker", "group"]))
def test_counting_in_parts_and_adding_is_counting_at_once(both, cases):
    codings, turns = both
    assume(len(codings))
    how = {"cases": cases, "coders": "union", "codes": CODES}
    whole = framework.matrix(codings, turns, themes=["top", "a", "b", "c"], **how)
    first, *rest = [
        framework.count(codings[codings["document"] == name], turns[turns["document"] == name], **how)
        for name in turns["document"].unique()
    ]
    added = framework.finish(sum(rest, start=first), themes=["top", "a", "b", "c"], **how)
    pd.testing.assert_frame_equal(added, whole)


def test_a_segment_with_a_code_and_its_category_counts_once():
    codings, turns = toy()
    twice = pd.concat([codings.assign(code="a"), codings.assign(code="top")], ignore_index=True)
    wider = twice.assign(end=twice["end"] - 2 * (twice["code"] == "a"))
    for given_twice in (twice, wider):
        found = framework.matrix(given_twice, turns, themes="category", codes=CODES).set_index("case")
        assert found["n_segments"].to_dict() == {"ST1": 3, "SU1": 3, "SU2": 1}


def test_empty_cells_say_why_they_are_empty():
    codings, turns = toy()
    reads = pd.DataFrame({"document": ["ST1", "SU1"], "coder": "consensus"})
    known = codings[codings["document"] != "SU2"]
    written = summaries(
        ("ST1", "forced", "One resents it.", "ST1:1"), ("SU1", "improvement", "", ""), asked=["yes", "no"]
    )
    found = framework.matrix(known, turns, written, themes=["forced", "improvement"], reads=reads)
    assert found["state"].tolist() == ["summarised", "not raised", "indexed", "not asked", "not coded", "not coded"]


def test_a_theme_raised_without_being_asked_is_not_empty():
    codings, turns = toy()
    written = summaries(("SU2", "interagency", "", ""), asked="no")
    found = framework.matrix(codings, turns, written, themes=["interagency"]).set_index("case")
    assert found.loc["SU2", "state"] == "indexed"


def test_cases_may_be_speakers_inside_a_group_or_an_attribute():
    codings, turns = toy()
    turns = turns.assign(
        kind=turns["document"].str[:2], town=turns["document"].map({"ST1": "A", "SU1": "A", "SU2": "B"})
    )
    speakers = framework.matrix(codings, turns, cases="speaker", themes=["forced"], attributes=["kind"])
    assert speakers[["case", "kind", "segments"]].to_numpy().tolist() == [
        ["p4", "ST", "ST1:1"],
        ["p5", "ST", ""],
        ["p1", "SU", "SU1:1"],
        ["p2", "SU", "SU1:2"],
        ["p3", "SU", ""],
    ]
    kinds = framework.matrix(
        codings, turns, cases="kind", themes=["interagency"], attributes=["town"], order=["SU", "ST"]
    )
    assert kinds[["case", "town", "segments", "n_speakers"]].to_numpy().tolist() == [
        ["SU", "A, B", "SU1:3 SU2:1", 2],
        ["ST", "A", "ST1:2 ST1:3", 2],
    ]


def test_themes_stand_in_the_codebooks_tree_or_in_the_order_asked_for():
    codings, turns = toy()
    codings = codings.assign(code=["a", "b", "c", "a", "b", "c", "a"])
    scattered = CODES.iloc[[1, 3, 2, 0]]  # a codebook need not list a concept under its category
    concepts = framework.matrix(codings, turns, codes=scattered, order=["ST1"])
    assert list(zip(concepts["category"], concepts["theme"], strict=True)) == [("c", "c"), ("top", "a"), ("top", "b")]
    assert framework.matrix(codings, turns, codes=CODES, order=["ST1"], themes=["c", "top"])["theme"].tolist() == [
        "c",
        "top",
    ]


def test_a_summary_must_lead_to_segments_that_exist():
    codings, turns = toy()

    def refused(*rows, **columns):
        with pytest.raises(InputError) as caught:
            framework.matrix(codings.assign(code="a"), turns, summaries(*rows, **columns), codes=CODES)
        return str(caught.value)

    good = ("ST1", "a", "One resents it.", "ST1:1")
    assert refused(good, ("SU1", "a", "Both resent it.", "")).startswith(
        "framework.csv, line 3: a summary needs the ids"
    )
    assert "line 2: the segment 'ST1:9' does not exist in ST1; did you mean" in refused((*good[:3], "ST1:9"))
    assert "the segment 'SU1:1' does not exist in ST1" in refused((*good[:3], "ST1:1 SU1:1"))
    assert "the segment 'nonsense' does not exist" in refused((*good[:3], "ST1:1 nonsense"))
    assert "there is no document 'STI'; did you mean 'ST1'?" in refused(("STI", *good[1:]))
    assert "the theme 'tops' is not in the codebook; did you mean 'top'?" in refused(("ST1", "tops", *good[2:]))
    assert "line 3: a second summary for ST1 and 'a'" in refused(good, good)
    assert "which the summary does not rest on" in refused(good, quotation="ST1:2:0-2")
    assert "which has 2 words" in refused(good, quotation="ST1:1:0-3")
    assert "must be document:turn:first-end" in refused(good, quotation="the words")


def test_what_does_not_lead_on_is_listed():
    codings, turns = toy()
    codings = codings.assign(code=["a", "b", "c", "a", "b", "c", "a"])
    written = summaries(("ST1", "top", "They differ.", "ST1:1 ST1:3"))
    whole = framework.matrix(codings, turns, written, themes=["top", "c"], codes=CODES)
    assert framework.unlinked(whole, codings, turns, CODES).to_numpy().tolist() == [
        ["ST1", "top", "ST1:3", "the summary rests on it, but it does not carry the theme"]
    ]
    part = framework.matrix(codings, turns, themes=["top"], codes=CODES)
    assert framework.unlinked(part, codings, turns, CODES)[["theme", "segment"]].to_numpy().tolist() == [
        ["c", "ST1:3"],
        ["c", "SU1:3"],
    ]


def test_a_facilitators_words_are_in_no_cell_and_this_is_said():
    codings, turns = toy()
    turns.loc[turns["document"] == "SU2", "role"] = "facilitator"
    found = framework.matrix(codings, turns, themes=["forced", "interagency"])
    assert "SU2" not in set(found["case"])
    assert framework.unlinked(found, codings, turns).to_numpy().tolist() == [
        ["SU2", "interagency", "", "no participant speaks in characters 0 to 10"]
    ]


def test_a_document_may_have_blanks_in_its_name():
    codings, turns = (frame.assign(document="Group " + frame["document"]) for frame in toy())
    written = summaries(("Group ST1", "interagency", "They differ.", "Group ST1:2 Group ST1:3"))
    found = framework.matrix(codings, turns, written, themes=["forced", "interagency"])
    assert framework.unlinked(found, codings, turns).empty
    assert found["state"].tolist()[:2] == ["indexed", "summarised"]


def test_quotations_are_found_by_their_place():
    codings, turns = toy()
    documents = pd.DataFrame({"document": ["ST1", "SU1", "SU2"], "text": "aye, no! it is. as if."})
    written = summaries(("ST1", "interagency", "They differ.", "ST1:2"), quotation="ST1:2:0-2")
    found = framework.matrix(codings, turns, written, themes=["forced", "interagency"])
    assert framework.quoted(found, documents, turns)["words"].tolist() == ["", "it is", "", "", "", ""]


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({"cases": "grup"}, "no column 'grup'.*did you mean"),
        ({"attributes": ["town"]}, "no column 'town'"),
        ({"coders": "each"}, "of one coder, or of all as 'union'"),
        ({"coders": "third"}, "No coding is by 'third'"),
        ({"order": ["FG1"]}, "no case 'FG1'"),
        ({"themes": ["forcd"], "codes": CODES}, "theme 'forcd' is not in the codebook"),
        ({"themes": "concepts", "codes": CODES}, "did you mean 'concept'"),
        ({"themes": "category", "codes": CODES.tail(1)}, "no category to make a column of"),
    ],
)
def test_unknown_names_are_sentences(how, sentence):
    codings, turns = toy()
    with pytest.raises(InputError, match=sentence):
        framework.matrix(codings.assign(code="c"), turns.assign(group="all"), **how)
