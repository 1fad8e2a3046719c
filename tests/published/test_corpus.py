import pytest

import dtstudy
from dtstudy.errors import InputError
from dtstudy.measures import frequency
from dtstudy.text import words


def test_headings_are_codings_and_concepts_lie_on_their_words(orchard):
    corpus = dtstudy.open_study("orchard", papers="papers").quoted_corpus()
    assert corpus.codings["coder"].value_counts().to_dict() == {"authors": 7, "first": 6, "second": 5}
    segments = corpus.segments(coder="first", code="quiet")
    assert segments["words"].tolist() == [
        "the quiet of it",
        "After the winter I knew the trees by name, and that's what keeps me.",
    ]
    assert corpus.segments(coder="second", code="quiet", group="wardens")["words"].tolist() == [
        "It is a gift and also a rota."
    ]


def test_counts_in_words_are_the_same_with_and_without_the_text(orchard):
    with_text, without = (dtstudy.open_study("orchard", papers=papers).quoted_corpus() for papers in ("papers", ""))
    tables = [
        frequency.code_frequency(corpus.codings, corpus.turns, by="group", coders="each", codes=corpus.codes).drop(
            columns="characters"
        )
        for corpus in (with_text, without)
    ]
    assert tables[0].equals(tables[1])
    assert not set(words(" ".join(without.documents["text"]))) - {"w"}


def test_the_paper_as_a_corpus(papers):
    corpus = dtstudy.open_study("kouimtsidis2007", papers=papers).quoted_corpus()
    assert corpus.documents["document"].tolist() == ["service users", "staff"]
    assert len(corpus.turns) == 23
    assert (corpus.turns["word_end"] - corpus.turns["word_start"]).sum() == 435
    concepts = corpus.codes.query("level == 'concept'")["code"]
    coded = corpus.codings.query("coder != 'authors'")
    assert set(coded["coder"]) == {"first", "second"} and set(coded["code"]) <= set(concepts)
    assert 12 <= coded["code"].nunique() <= 20


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("99,0,2,quiet,", "quotation-codings/first.csv, line 8: there is no quotation 99"),
        ("1,0,9,quiet,", "quotation-codings/first.csv, line 8: words 0 to 9 are no passage of its 4 words"),
        ("1,2,2,quiet,", "words 2 to 2 are no passage"),
        ("1,zero,2,quiet,", "quotation-codings/first.csv, line 8: first_word 'zero' is no whole number"),
        ("1,0,2,quite,", "code 'quite' is not among the codes; did you mean 'quiet'"),
    ],
)
def test_a_fault_in_a_coders_file_names_file_and_line(orchard, line, sentence):
    file = orchard / "data" / "raw" / "orchard" / "quotation-codings" / "first.csv"
    file.write_text(file.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=sentence):
        dtstudy.open_study("orchard").quoted_corpus()
