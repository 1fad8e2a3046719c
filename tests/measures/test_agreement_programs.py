import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings

import dtstudy
from dtstudy.errors import InputError
from dtstudy.measures import agreement

from .corpora import tables

ONE = pd.DataFrame({"document": ["D"], "text": ["x" * 10_000]})
SPANS = ["document", "start", "end", "code", "coder"]


def coded(*rows):
    return pd.DataFrame(rows, columns=SPANS)


def texts(turns):
    reached = turns.groupby("document")["end"].max() + 2
    return pd.DataFrame({"document": reached.index, "text": ["x" * length for length in reached]})


def characters(codings, documents, code, coder):
    """How many passages of the coder lie on each character, by document."""
    depth = {row.document: np.zeros(len(row.text), int) for row in documents.itertuples()}
    for row in codings[(codings["code"] == code) & (codings["coder"] == coder)].itertuples():
        depth[row.document][row.start : row.end] += 1
    return depth


@settings(max_examples=40)
@given(tables())
def test_every_figure_equals_counting_characters(both):
    codings, turns = both
    assume(codings["coder"].nunique() == 2)
    documents = texts(turns)
    nvivo = agreement.as_nvivo(codings, documents)
    qualcoder = agreement.as_qualcoder(codings, documents).set_index("code")
    assert len(nvivo) == codings["code"].nunique() * len(documents)
    for code in set(codings["code"]):
        a, b = (characters(codings, documents, code, coder) for coder in ("first", "second"))
        for row in nvivo[nvivo["code"] == code].itertuples():
            first, second = a[row.document] > 0, b[row.document] > 0
            assert (row.both, row.only_first, row.only_second, row.neither) == (
                (first & second).sum(), (first & ~second).sum(), (~first & second).sum(), (~first & ~second).sum()
            )  # fmt: skip
            assert row.percent == pytest.approx(100 * (first == second).mean())
            if (first != second).any():
                pe = first.mean() * second.mean() + (1 - first.mean()) * (1 - second.mean())
                assert row.kappa == pytest.approx(((first == second).mean() - pe) / (1 - pe))
            else:
                assert row.kappa == 1
        times = np.concatenate([a[name] + b[name] for name in documents["document"]])
        first, second = (sum(int(own.sum()) for own in depth.values()) for depth in (a, b))
        dual, single, bare = ((times == many).sum() for many in (2, 1, 0))
        row = qualcoder.loc[code]
        assert row["characters"] == len(times)
        assert row["agree"] == pytest.approx(100 * (dual + bare) / len(times))
        assert row["both"] == pytest.approx(100 * dual / len(times))
        assert row["neither"] == pytest.approx(100 * bare / len(times))
        if dual + single:
            assert row["coded_only"] == pytest.approx(100 * dual / (dual + single))
        whole = first + second - dual
        po = dual / whole
        pe = (first / whole) * (second / whole) * (1 - first / whole) * (1 - second / whole)
        assert row["kappa"] == pytest.approx((po - pe) / (1 - pe), nan_ok=True)


def test_the_same_codings_in_every_program():
    codings = coded(("D", 0, 800, "c", "A"), ("D", 200, 900, "c", "B"))
    theirs = agreement.as_qualcoder(codings, ONE).iloc[0]
    assert theirs["kappa"] == pytest.approx(0.661, abs=5e-4)
    assert theirs["coded_only"] == pytest.approx(100 * 600 / 900)
    assert agreement.as_nvivo(codings, ONE)["kappa"].iloc[0] == pytest.approx(0.784, abs=5e-4)
    a, b = np.zeros((2, 10_000), int)
    a[:800], b[200:900] = 1, 1
    assert agreement.cohen_kappa(a, b) == pytest.approx(agreement.as_nvivo(codings, ONE)["kappa"].iloc[0], abs=1e-12)


def test_qualcoders_kappa_does_not_depend_on_the_length_of_the_text_and_cohens_does():
    codings = coded(("D", 0, 100, "c", "A"), ("D", 20, 120, "c", "B"))
    short = ONE.assign(text="x" * 400)
    assert agreement.as_qualcoder(codings, ONE)["kappa"].iloc[0] == pytest.approx(0.660, abs=5e-4)
    assert agreement.as_qualcoder(codings, short)["kappa"].iloc[0] == pytest.approx(0.660, abs=5e-4)
    assert agreement.as_nvivo(codings, ONE)["kappa"].iloc[0] == pytest.approx(0.798, abs=5e-4)
    assert agreement.as_nvivo(codings, short)["kappa"].iloc[0] == pytest.approx(0.733, abs=5e-4)


def test_one_coders_own_overlap_looks_like_two_coders_to_qualcoder_and_not_to_us():
    codings = coded(("D", 0, 100, "c", "A"), ("D", 50, 150, "c", "A"), ("D", 9000, 9001, "d", "B"))
    theirs = agreement.as_qualcoder(codings, ONE).set_index("code").loc["c"]
    assert theirs["both"] == pytest.approx(100 * 50 / 10_000)
    assert agreement.as_nvivo(codings, ONE).set_index("code").loc["c", ["both", "only_A"]].tolist() == [0, 150]


def test_nvivos_example_and_its_kappa_of_one_where_neither_coded():
    codings = coded(("D", 0, 120, "c", "A"), ("D", 70, 200, "c", "B"), ("D", 0, 9, "d", "A"))
    table = agreement.as_nvivo(codings, pd.DataFrame({"document": ["D", "E"], "text": ["x" * 1000, "x" * 50]}))
    first = table.iloc[0]
    assert first[["both", "only_A", "only_B", "neither"]].tolist() == [50, 70, 80, 800]
    assert first["percent"] == pytest.approx(85, abs=1e-9)
    assert table.loc[table["document"] == "E", "kappa"].tolist() == [1, 1]


def test_maxqda_counts_segments_from_both_sides_and_documents():
    codings = coded(
        ("D", 0, 100, "c", "A"), ("D", 0, 95, "c", "B"), ("D", 200, 300, "c", "A"), ("D", 250, 350, "c", "B"),
        ("D", 500, 600, "d", "A"), ("E", 0, 10, "c", "B"),
    )  # fmt: skip
    both = pd.concat([ONE, ONE.assign(document="E"), ONE.assign(document="F")])
    table = agreement.as_maxqda(codings, both).set_index("code")
    assert table.loc["c", ["agreements", "disagreements"]].tolist() == [2, 3]
    assert table.loc["all codes", ["agreements", "disagreements", "chance"]].tolist() == [2, 4, 0.5]
    assert table.loc["all codes", "kappa"] == pytest.approx((1 / 3 - 1 / 2) / (1 / 2))
    looser = agreement.as_maxqda(codings, both, overlap=0.3).set_index("code")
    assert looser.loc["c", ["agreements", "disagreements"]].tolist() == [4, 1]
    existing = agreement.as_maxqda(codings, both, level="document").set_index("code")
    assert existing.loc["c", ["agreements", "disagreements"]].tolist() == [2, 1]
    assert existing.loc["d", ["percent", "kappa"]].tolist() == pytest.approx([100 * 2 / 3, 1 / 3])
    assert np.isnan(agreement.as_maxqda(codings[codings["code"] == "c"], both)["kappa"]).all()


def test_a_segment_of_the_same_coder_is_not_its_like():
    codings = coded(("D", 0, 100, "c", "A"), ("D", 1, 100, "c", "A"), ("D", 300, 400, "c", "B"))
    assert agreement.as_maxqda(codings, ONE)["agreements"].tolist() == [0, 0]


def test_the_consensus_is_no_coder_of_theirs_either():
    corpus = dtstudy.open_study("dtors2009").corpus()
    for program in (agreement.as_nvivo, agreement.as_maxqda, agreement.as_qualcoder):
        assert set(program(corpus.codings, corpus.documents)["coders"]) == {"first, second"}


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda codings: agreement.as_nvivo(codings, ONE, ["A", "C"]), "No coding is by 'C'"),
        (lambda codings: agreement.as_qualcoder(codings, ONE, ["A"]), "compare two coders, not 1"),
        (lambda codings: agreement.as_maxqda(codings, ONE, level="segments"), "did you mean 'segment'"),
        (
            lambda codings: agreement.as_maxqda(codings, ONE, overlap=90),
            "a share of characters above 0 and up to 1, not 90",
        ),
    ],
)
def test_wrong_options_are_sentences(call, sentence):
    with pytest.raises(InputError, match=sentence):
        call(coded(("D", 0, 800, "c", "A"), ("D", 200, 900, "c", "B")))
