from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk import FreqDist
from nltk.metrics.association import BigramAssocMeasures
from scipy.stats import chi2_contingency

import dtstudy
from dtstudy import tables
from dtstudy.errors import InputError
from dtstudy.measures import vocabulary

from .texts import PLAIN, transcripts


def spoken_words(*people):
    """A frame of words from (document, participant, group, words said)."""
    rows = [(document, who, group, word) for document, who, group, said in people for word in said.split()]
    return pd.DataFrame(rows, columns=["document", "participant", "group", "word"])


def two_sides(f1, f2, n1, n2):
    """Counts in which one word is said f1 of n1 and f2 of n2 times."""
    rows = [("D1", "P1", "a", "word", f1), ("D1", "P1", "a", "…", n1 - f1)]
    rows += [("D2", "P2", "b", "word", f2), ("D2", "P2", "b", "…", n2 - f2)]
    said = pd.DataFrame(rows, columns=["document", "participant", "group", "word", "count"])
    names = ["document", "participant", "group", "word"]
    return vocabulary.Counts(said[said["count"] > 0].astype(dict.fromkeys(names, "category")))


def key_word(f1, f2, n1, n2, **how):
    table = vocabulary.finish_keyness(two_sides(f1, f2, n1, n2), target="a", least=1, least_speakers=1, **how)
    return table.set_index("word").loc["word"]


@pytest.mark.parametrize(
    ("k11", "k12", "k21", "k22", "published"),
    [(110, 2442, 111, 29114, 270.72), (10, 0, 3, 31764, 167.23)],
    ids=["Dunning 1993, table on p. 71", "Dunning 1993, p. 72"],
)
def test_published_g2_of_four_cells(k11, k12, k21, k22, published):
    assert key_word(k11, k12, k11 + k21, k12 + k22)["g2"] == pytest.approx(published, abs=0.01)


@pytest.mark.parametrize(
    ("counts", "four", "two", "log_ratio", "zero"),
    [
        ((12, 3, 4000, 6000), 10.058883647143952, 10.043858601430028, 2.584962500721156, ""),
        ((7, 0, 4000, 6000), 12.835426254596127, 12.828070246238171, 4.392317422778761, "reference"),
        ((0, 7, 6000, 4000), -12.835426254596127, -12.828070246238171, -4.392317422778761, "target"),
    ],
    ids=["small", "zero in the reference", "zero in the target"],
)
def test_keyness_both_formulas_log_ratio_and_the_flag_of_a_zero(counts, four, two, log_ratio, zero):
    row = key_word(*counts)
    assert [row["g2"], row["log_ratio"]] == pytest.approx([four, log_ratio], abs=1e-9)
    assert row["zero"] == zero
    assert key_word(*counts, formula="two cells")["g2"] == pytest.approx(two, abs=1e-9)


def test_published_log_ratio_and_difference_in_percent():
    row = key_word(206523, 178174, 959641, 1562358)  # Gabrielatos and Marchi 2011
    assert row["log_ratio"] == pytest.approx(0.9161740024832126, abs=1e-9)
    assert 100 * (row["per_1000_target"] / row["per_1000_reference"] - 1) == pytest.approx(88.7, abs=0.05)


@settings(max_examples=40)
@given(st.integers(0, 40), st.integers(0, 40), st.integers(1, 60), st.integers(1, 60))
def test_g2_equals_nltk_and_scipy_and_its_sign_is_that_of_the_rates(f1, f2, more1, more2):
    if f1 + f2:
        n1, n2 = f1 + more1, f2 + more2
        row = key_word(f1, f2, n1, n2)
        table = np.array([[f1, f2], [more1, more2]])
        expected = chi2_contingency(table, correction=False, lambda_="log-likelihood").statistic
        assert abs(row["g2"]) == pytest.approx(expected, abs=1e-8)
        assert abs(row["g2"]) == pytest.approx(
            BigramAssocMeasures.likelihood_ratio(f1, (f1 + f2, n1), n1 + n2), abs=1e-8
        )
        assert np.sign(row["g2"].round(9)) == np.sign(round(f1 / n1 - f2 / n2, 9))


def test_a_word_that_neither_side_says_has_no_row():
    said = spoken_words(("D1", "P1", "a", "yes"), ("D2", "P2", "b", "no"), ("D3", "P3", "c", "maybe"))
    said = said.astype({"word": "category"})[said["group"] != "c"]
    assert set(vocabulary.keyness(said, least=1, least_speakers=1)["word"]) == {"yes", "no"}


def test_one_talkative_speaker_makes_no_key_word_and_is_told_where_asked_for():
    said = spoken_words(
        ("D1", "P1", "a", "bananas " * 50 + "well"), ("D1", "P2", "a", "well"), ("D2", "P3", "b", "well " * 9)
    )
    assert vocabulary.keyness(said)["word"].tolist() == ["well"]
    assert vocabulary.frequency(said)["word"].tolist() == ["well"]
    row = vocabulary.keyness(said, least_speakers=1).set_index("word").loc["bananas"]
    assert row[["count_target", "speakers_target", "n_speakers_target", "documents_target"]].tolist() == [50, 1, 2, 1]
    assert row["n_words_target"] == 52  # what is not listed stays in the denominators
    with pytest.raises(InputError, match="'bananas' is said by 1 of the speakers"):
        vocabulary.dispersion(said, "bananas")


def test_who_speaks_in_several_groups_or_documents_is_one_speaker():
    said = spoken_words(
        ("D1", "P1", "a", "x y"), ("D1", "P1", "b", "x y"), ("D2", "P2", "b", "y"), ("D3", "P2", "c", "z")
    )
    assert set(vocabulary.frequency(said, "group", least_speakers=2)["word"]) == {"y"}
    table = vocabulary.keyness(said, target="c", least=1, least_speakers=1).set_index("word")
    assert table["speakers_reference"].to_dict() == {"x": 1, "y": 2, "z": 0}
    assert table["n_speakers_reference"].unique() == 2 and table["n_documents_reference"].unique() == 2


def test_everybody_else_is_the_reference_where_there_are_more_groups_than_two():
    said = spoken_words(("D1", "P1", "a", "x y"), ("D2", "P2", "b", "x z"), ("D3", "P3", "c", "x z z"))
    table = vocabulary.keyness(said, target="b", least=1, least_speakers=1).set_index("word")
    assert table.loc[
        "z", ["count_target", "count_reference", "n_words_reference", "n_documents_reference"]
    ].tolist() == [
        1,
        2,
        5,
        2,
    ]
    assert set(table["reference"]) == {"all others"}


@pytest.mark.parametrize(
    ("frequency", "size", "dp", "dp_norm", "juilland_d"),
    [
        ([1, 2, 3, 4, 5], [9, 10, 10, 10, 11], 0.18, 0.2195121951219512, 0.7851504534504508),
        ([0, 4, 3, 2, 1], [1000] * 5, 0.3, 0.375, 0.6464466094067263),
        ([2, 1, 0], [1, 1, 1], 1 / 3, 0.5, 1 - np.sqrt(1 / 3)),
        ([3, 3], [10, 10], 0, 0, 1),
        ([0, 0], [10, 10], np.nan, np.nan, np.nan),
        ([3], [10], 0, np.nan, np.nan),
    ],
    ids=["Gries 2008", "Carroll 1970", "Lijffijt and Gries 2012", "even", "frequency 0", "single document"],
)
def test_published_and_limiting_dispersion(frequency, size, dp, dp_norm, juilland_d):
    found = vocabulary.evenness(np.array([frequency]), np.array(size)).iloc[0]
    assert found.tolist() == pytest.approx([dp, dp_norm, juilland_d], abs=1e-9, nan_ok=True)


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(1, 9), st.integers(0, 5)), min_size=1, max_size=6).filter(
        lambda parts: sum(part[0] for part in parts)
    )
)
def test_dispersion_equals_its_definition(parts):
    f, rest, other = (np.array(column) for column in zip(*parts, strict=True))
    size = f + rest + other
    found = vocabulary.evenness(np.array([f, other]), size).iloc[0]
    share = size / size.sum()
    dp = abs(f / f.sum() - share).sum() / 2
    assert found["dp"] == pytest.approx(dp) and 0 <= found["dp"] <= 1
    if len(parts) > 1:
        assert found["dp_norm"] == pytest.approx(dp / (1 - share.min()))
        rates = f / size
        assert found["juilland_d"] == pytest.approx(1 - np.std(rates) / np.mean(rates) / np.sqrt(len(f) - 1))


def test_dispersion_of_chosen_words_in_the_order_asked():
    said = spoken_words(("D1", "P1", "a", "x y x"), ("D2", "P2", "a", "x y y y"), ("D3", "P1", "b", "z"))
    table = vocabulary.dispersion(said, ["Y", "never", "x"], least_speakers=1)
    assert table[["word", "count", "parts_with", "n_parts", "speakers", "n_words"]].to_numpy().tolist() == [
        ["y", 4, 2, 3, 2, 8],
        ["never", 0, 0, 3, 0, 8],
        ["x", 3, 2, 3, 2, 8],
    ]
    assert table["dp"].tolist() == pytest.approx([1 / 4, np.nan, 7 / 24], nan_ok=True)
    assert vocabulary.dispersion(said, "x", parts="participant", least_speakers=1)["n_parts"].tolist() == [2]


@settings(max_examples=60)
@given(transcripts(scraps=PLAIN), st.sampled_from([None, "group", "participant"]), st.integers(1, 3))
def test_frequencies_equal_their_definition(both, by, least_speakers):
    said = vocabulary.words(*both).astype({"participant": "str", "document": "str", "group": "str", "word": "str"})
    found = vocabulary.frequency(said, by=by, least_speakers=least_speakers)
    rows = []
    for group, own in said.groupby(said[by] if by else pd.Series("", said.index)):
        sizes = Counter(own["document"])
        for word, times in FreqDist(own["word"]).items():
            mine = own[own["word"] == word]
            if said[said["word"] == word]["participant"].nunique() < least_speakers:
                continue
            dp = sum(abs(Counter(mine["document"])[d] / times - sizes[d] / len(own)) for d in sizes) / 2
            of = (times, len(own), mine["document"].nunique(), len(sizes))
            rows.append((group, word, *of, mine["participant"].nunique(), own["participant"].nunique(), round(dp, 9)))
    columns = ["word", "count", "n_words", "documents", "n_documents", "speakers", "n_speakers"]
    found = found.assign(group=found[by] if by else "", dp=found["dp"].round(9))
    assert list(found[["group", *columns, "dp"]].itertuples(index=False, name=None)) == sorted(
        rows, key=lambda row: (row[0], -row[2], row[1])
    )


def counted(both, by):
    turns, documents = both
    for document in documents["document"]:
        own = documents["document"] == document
        yield vocabulary.count_texts(turns[turns["document"] == document], documents[own], by)


@settings(max_examples=25)
@given(transcripts(scraps=PLAIN), st.sampled_from([None, "group"]))
def test_counting_in_parts_and_adding_is_counting_at_once(both, by):
    said = vocabulary.words(*both)
    whole = vocabulary.frequency(said, by, least_speakers=1)
    parts = [vocabulary.count(said[said["document"] == name], by) for name in both[1]["document"]]
    for added in (vocabulary.sum_counts(parts), sum(parts[1:], start=parts[0])):
        pd.testing.assert_frame_equal(vocabulary.finish(added, by, least_speakers=1), whole)
    from_texts = vocabulary.sum_counts(list(counted(both, by)))
    pd.testing.assert_frame_equal(vocabulary.finish(from_texts, by, least_speakers=1), whole)


@settings(max_examples=30)
@given(transcripts(scraps=PLAIN))
def test_keyness_of_parts_added_is_keyness_at_once(both):
    said = vocabulary.words(*both)
    if said["group"].nunique() == 2:
        whole = vocabulary.keyness(said, least=1, least_speakers=1)
        added = vocabulary.sum_counts(list(counted(both, "group")))
        pd.testing.assert_frame_equal(vocabulary.finish_keyness(added, least=1, least_speakers=1), whole)


def test_arguments_are_not_changed_and_a_choice_of_rows_is_a_choice_of_words():
    corpus = dtstudy.open_study("kouimtsidis2007").corpus()
    said = vocabulary.words(corpus.turns, corpus.documents)
    before = said.copy()
    one = said[said["participant"] == "SU-1-3"]
    assert vocabulary.frequency(one, least_speakers=1)["n_speakers"].eq(1).all()
    vocabulary.keyness(said), vocabulary.collocations(said), vocabulary.dispersion(said, "court")
    pd.testing.assert_frame_equal(said, before)


def test_no_pseudonym_is_a_word_and_no_facilitator_is_heard():
    corpus = dtstudy.open_study("kouimtsidis2007").corpus()
    said = vocabulary.words(corpus.turns, corpus.documents)
    assert not said["word"].str.contains(r"-\d").any()
    assert not set(said["participant"]) & {"F-1", "F-2"}


def test_nltk_explores_the_same_words():
    said = spoken_words(("D1", "P1", "a", "the court order the court"))
    assert vocabulary.nltk_text(said).vocab().most_common(1) == [("the", 2)]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda said: vocabulary.frequency(said, by="grup"), "no column 'grup' to group by; did you mean 'group'"),
        (lambda said: vocabulary.keyness(said, target="A"), "Nobody of 'A' says a word, by the column 'group'"),
        (lambda said: vocabulary.keyness(said, formula="four"), "formula 'four' of G2 is unknown"),
        (lambda said: vocabulary.keyness(said[said["group"] == "a"]), "All words are of 'a'"),
        (lambda said: vocabulary.dispersion(said, "x", parts="dokument"), "did you mean 'document'"),
    ],
)
def test_unknown_options_are_sentences(call, sentence):
    with pytest.raises(InputError, match=sentence):
        call(spoken_words(("D1", "P1", "a", "x"), ("D2", "P2", "b", "x")))


def test_a_table_of_key_words_marks_what_stands_on_half_an_occurrence():
    said = spoken_words(*((f"D{who}", f"P{who}", "ab"[who % 2], "x x y" if who % 2 else "y z") for who in range(8)))
    keys = vocabulary.keyness(said)
    table = tables.keyness(keys)
    assert table["Word"].tolist() == ["y", "x"] and table["Log ratio"].str.endswith(" *").tolist() == [False, True]
    assert "said 5 times or more, by 3 speakers or more" in vocabulary.definition(keys)
