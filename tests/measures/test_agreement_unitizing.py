import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dtstudy.errors import InputError
from dtstudy.measures import agreement

LENGTH = 30


def passages(rows):
    return pd.DataFrame(rows, columns=["coder", "code", "start", "end"]).astype({"start": "int64", "end": "int64"})


@st.composite
def lines(draw, codes="xyz"):
    """Passages of two or three coders that do not overlap within a coder."""
    rows, coders = [], ["a", "b", "c"][: draw(st.integers(2, 3))]
    for coder in coders:
        reached = 0
        for _ in range(draw(st.integers(0, 4))):
            start = reached + draw(st.integers(0, 3))
            reached = start + draw(st.integers(1, 4))
            rows.append((coder, draw(st.sampled_from(codes)), start, reached))
    return passages(rows), coders


def digitised(spans, coders):
    """For each coder and character: the code, and the passage it is of; None in a gap."""
    line = {coder: [(None, None)] * LENGTH for coder in coders}
    for number, row in enumerate(spans.itertuples()):
        for place in range(row.start, row.end):
            line[row.coder][place] = (row.code, number)
    return [line[coder] for coder in coders]


def pairs_of_values(lines, keep):
    """Character by character: values of one coder beside those of another, and which pairs are of one passage."""
    met, own, m = {}, {}, len(lines)
    for i, one in enumerate(lines):
        for j, other in enumerate(lines):
            if i == j:
                continue
            lengths = {}
            for (a, passage), (b, _) in zip(one, other, strict=True):
                if keep(a) and keep(b):
                    met[a, b] = met.get((a, b), 0) + 1 / (m - 1)
                    lengths[a, passage] = lengths.get((a, passage), 0) + 1
            for (a, passage), length in lengths.items():
                own[a] = own.get(a, 0) + (length**2 if passage is not None else length) / (m - 1)
    return met, own


def alpha(met, own):
    margins = {}
    for (a, _), length in met.items():
        margins[a] = margins.get(a, 0) + length
    whole = sum(margins.values())
    observed = sum(length for (a, b), length in met.items() if a != b) / whole if whole else np.nan
    pairs, apart = whole**2 - sum(own.values()), whole**2 - sum(margin**2 for margin in margins.values())
    return 1 - observed * pairs / apart if min(pairs, apart) > 1e-9 else np.nan


@settings(max_examples=60)
@given(lines())
def test_the_family_of_2016_equals_counting_characters(both):
    spans, coders = both
    drawn = digitised(spans, coders)
    met, own = pairs_of_values(drawn, lambda value: True)
    assert agreement.u_alpha(spans, LENGTH, coders) == pytest.approx(alpha(met, own), abs=1e-9, nan_ok=True)
    binary = {}
    for (a, b), length in met.items():
        key = (a is None, b is None)
        binary[key] = binary.get(key, 0) + length
    assert agreement.bar_u_alpha(spans, LENGTH, coders) == pytest.approx(alpha(binary, own), abs=1e-9, nan_ok=True)
    coded, parts = pairs_of_values(drawn, lambda value: value is not None)
    found, coverage = agreement.cu_alpha(spans, LENGTH, coders)
    assert found == pytest.approx(alpha(coded, parts), abs=1e-9, nan_ok=True)
    assert coverage == pytest.approx(sum(coded.values()) / (LENGTH * len(coders)), abs=1e-9)


@settings(max_examples=60)
@given(lines())
def test_each_code_of_the_family_equals_counting_characters(both):
    spans, coders = both
    drawn = digitised(spans, coders)
    whole, _ = pairs_of_values(drawn, lambda value: True)
    met, parts = pairs_of_values(drawn, lambda value: value is not None)
    size = {a: sum(length for (one, _), length in met.items() if one == a) for a in set(spans["code"])}
    table = agreement.ku_alpha(spans, LENGTH, coders)
    assert table["code"].tolist() == sorted(size)
    for row in table.itertuples():
        n, others = size[row.code], sum(size.values()) - size[row.code]
        alike = n**2 - parts.get(row.code, 0)
        expected = n * others / (n * others + alike) if n * others and n * others + alike > 0 else np.nan
        value = 1 - (1 - met.get((row.code, row.code), 0) / n) / expected if n else np.nan
        assert row.alpha == pytest.approx(value, abs=1e-9, nan_ok=True)
        of = sum(length for (one, _), length in whole.items() if one == row.code)
        assert row.coverage == pytest.approx(n / of, abs=1e-9)


def test_two_coders_with_two_codes():
    spans = passages(
        [("a", "FT", 0, 40), ("a", "COM", 60, 100), ("b", "FT", 10, 40), ("b", "COM", 60, 90), ("b", "FT", 90, 100)]
    )
    assert agreement.u_alpha(spans, 120) == pytest.approx(0.7713350785340314, abs=1e-9)
    assert agreement.bar_u_alpha(spans, 120) == pytest.approx(0.8382407407407407, abs=1e-9)
    assert agreement.cu_alpha(spans, 120) == pytest.approx((0.7784256559766765, 0.5833333333333334), abs=1e-9)
    table = agreement.ku_alpha(spans, 120)
    assert table["code"].tolist() == ["COM", "FT"]
    assert table["alpha"].tolist() == pytest.approx([0.7871720116618075, 0.7696793002915452], abs=1e-9)
    assert table["coverage"].tolist() == pytest.approx([1.0, 0.875], abs=1e-9)


def test_one_code_alone_has_no_cu_alpha():
    spans = passages([("a", "x", 0, 4), ("b", "x", 2, 6)])
    assert np.isnan(agreement.cu_alpha(spans, 20)[0]) and agreement.ku_alpha(spans, 20)["alpha"].isna().all()
    assert agreement.u_alpha(spans, 20) == agreement.bar_u_alpha(spans, 20)


def test_overlapping_codes_are_refused_by_the_family_and_taken_code_by_code():
    spans = passages([("a", "x", 0, 6), ("a", "y", 4, 9), ("b", "x", 0, 6)])
    for measure in (agreement.u_alpha, agreement.bar_u_alpha, agreement.cu_alpha, agreement.ku_alpha):
        with pytest.raises(InputError, match="0 to 6 and 4 to 9 overlap, by a; take one code at a time"):
            measure(spans, 20)
    assert agreement.unitizing_alpha(spans, 20)["alpha"].iloc[0] == 1
    assert agreement.u_alpha(spans[spans["code"] == "x"], 20) == 1


def squares(lines, length):
    """Observed disagreement from the definition: every section of one coder with every one of another."""
    sections = []
    for line in lines:
        cuts = [0, *(place for span in line for place in span), length]
        gaps = [(start, end, False) for start, end in zip(cuts[::2], cuts[1::2], strict=True) if end > start]
        sections.append([(start, end, True) for start, end in line] + gaps)

    def apart(one, other):
        (b, e, unit), (c, f, another) = one, other
        if unit and another and b < f and c < e:
            return (b - c) ** 2 + (e - f) ** 2
        if unit and not another and c <= b and e <= f:
            return (e - b) ** 2
        if another and not unit and b <= c and f <= e:
            return (f - c) ** 2
        return 0

    coders = range(len(lines))
    total = sum(apart(a, b) for i in coders for j in coders if i != j for a in sections[i] for b in sections[j])
    m = len(lines)
    units = [end - start for own in sections for start, end, unit in own if unit]
    gaps = [end - start for own in sections for start, end, unit in own if not unit]
    moved = sum(
        (len(units) - 1) / 3 * (2 * own**3 - 3 * own**2 + own)
        + own**2 * sum(gap - own + 1 for gap in gaps if gap >= own)
        for own in units
    )
    pairs = m * length * (m * length - 1) - sum(own * (own - 1) for own in units)
    return total / (m * (m - 1) * length**2), 2 / length * moved / pairs


@settings(max_examples=60)
@given(lines(codes="x"))
def test_unitizing_alpha_equals_its_definition(both):
    spans, coders = both
    table = agreement.unitizing_alpha(spans, LENGTH, coders)
    own = [spans.loc[spans["coder"] == coder, ["start", "end"]].to_numpy().tolist() for coder in coders]
    observed, expected = squares(own, LENGTH)
    assert table["observed"].iloc[-1] == pytest.approx(observed, abs=1e-12)
    assert table["expected"].iloc[-1] == pytest.approx(expected, abs=1e-12)


def example_of_1995(code, fineness):
    drawn = {
        "A": ["2-10 14-20", "4-8 15-17"],
        "B": ["0-18", "0-2 2-3 3-4 4-5 5-6 6-9 9-10"],
        "C": ["2-8 10-12 14-18 20-22", "0-2 4-8 10-14 16-18 20-22"],
        "D": ["0-2 2-10 10-14 14-20 20-24", "0-4 4-8 8-15 15-17 17-24"],
    }[code]
    rows = [(place, code, *map(int, span.split("-"))) for place, own in enumerate(drawn) for span in own.split()]
    spans = passages(rows)
    return spans.assign(
        coder=spans["coder"].astype("str"), start=spans["start"] * fineness, end=spans["end"] * fineness
    )


@pytest.mark.parametrize(
    ("code", "observed", "alpha"), [("A", 0.03125, 0.553), ("B", 2.26736, -0.926), ("D", 0.38715, 0.066)]
)
def test_krippendorffs_examples_of_1995_measured_finely(code, observed, alpha):
    row = agreement.unitizing_alpha(example_of_1995(code, 50_000), 24 * 50_000).iloc[0]
    assert row["observed"] == pytest.approx(observed, abs=1e-5)
    assert row["alpha"] == pytest.approx(alpha, abs=0.003)  # printed values carry rounding of the expectation


def test_how_finely_a_line_is_measured_changes_the_expectation():
    coarse = agreement.unitizing_alpha(example_of_1995("A", 1), 24).iloc[0]
    fine = agreement.unitizing_alpha(example_of_1995("A", 100), 2400).iloc[0]
    assert coarse["observed"] == pytest.approx(fine["observed"], abs=1e-12)
    assert coarse["alpha"] < fine["alpha"] - 0.03


def test_krippendorffs_example_of_2004():
    rows = [("i", "c", 75, 145), ("i", "c", 220, 250), ("j", "c", 70, 150), ("j", "c", 205, 225), ("j", "c", 250, 270)]
    rows += [(coder, "k", start, end) for coder in "ij" for start, end in ((30, 90), (150, 200))]
    table = agreement.unitizing_alpha(passages(rows), 300).set_index("code")
    assert table.loc["c", ["observed", "expected", "alpha"]].tolist() == pytest.approx(
        [0.0144, 0.0532, 0.7286], abs=1e-4
    )
    assert table.loc["k", "alpha"] == 1
    assert table.loc["all codes", "alpha"] == pytest.approx(0.8591, abs=5e-4)


def test_no_passage_is_nan():
    table = agreement.unitizing_alpha(passages([]), LENGTH, ["a", "b"])
    assert table["code"].tolist() == ["all codes"] and table["alpha"].isna().all()
    assert np.isnan(agreement.u_alpha(passages([]), LENGTH, ["a", "b"]))


def test_a_coder_without_a_passage_judged_the_whole_line_a_gap():
    spans = passages([("a", "x", 5, 9)])
    assert agreement.unitizing_alpha(spans, LENGTH, ["a", "b"])["alpha"].iloc[0] < 0
    with pytest.raises(InputError, match="two coders or more; name those without a passage"):
        agreement.unitizing_alpha(spans, LENGTH)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([("a", "x", 3, 3), ("b", "x", 0, 1)], "Characters 3 to 3 are no passage of a line of 30"),
        ([("a", "x", 3, 31), ("b", "x", 0, 1)], "Characters 3 to 31 are no passage"),
        ([("a", "x", 3, 9), ("a", "x", 8, 12), ("b", "x", 0, 1)], "3 to 9 and 8 to 12 overlap, with the code 'x' by a"),
    ],
)
def test_wrong_passages_are_sentences(rows, sentence):
    with pytest.raises(InputError, match=sentence):
        agreement.unitizing_alpha(passages(rows), LENGTH)


def test_the_talk_is_laid_end_to_end_without_the_facilitator():
    turns = pd.DataFrame(
        [("D1", 1, "P", "participant", 2, 10), ("D1", 2, "F", "facilitator", 10, 15), ("D1", 3, "P", "participant", 15, 20),
         ("D2", 1, "P", "participant", 0, 6), ("D3", 1, "P", "participant", 0, 9)],
        columns=["document", "turn", "participant", "role", "start", "end"],
    )  # fmt: skip
    codings = pd.DataFrame(
        [("D1", 8, 17, "x", "first"), ("D1", 16, 20, "x", "first"), ("D2", 0, 3, "x", "second"), ("D3", 0, 3, "x", "first"),
         ("D1", 11, 14, "x", "second")],
        columns=["document", "start", "end", "code", "coder"],
    )  # fmt: skip
    reads = pd.DataFrame(
        [(d, c) for d in ("D1", "D2") for c in ("first", "second")] + [("D3", "first")], columns=["document", "coder"]
    )
    spans, length = agreement.continuum(codings, reads, turns)
    assert length == 8 + 5 + 6
    assert spans.to_numpy().tolist() == [["first", "x", 6, 13], ["second", "x", 13, 16]]
