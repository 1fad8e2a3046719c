"""Do the measures find what was put into a corpus, and only that, at the rates they state?"""

import numpy as np
import pandas as pd
import pytest

from dtstudy.measures import cooccurrence, frequency

from .simulated import corpus

NAMES = [f"code {number:03d}" for number in range(200)]


def compared(prevalence, seeds, blocks=None, **about):
    """One comparison for each code of each simulated corpus; a group named 'A users' is of users in programme A."""
    tables = []
    for seed in seeds:
        codings, turns = corpus(dict.fromkeys(NAMES, prevalence), seed=seed, **about)
        codings = codings[codings["coder"] == "consensus"]
        turns = turns.assign(programme=turns["group"].str[0], group=turns["group"].str.split(" ").str[-1])
        tables.append(frequency.compare_groups(codings, turns, blocks=blocks, unit="turn", first="staff"))
    return pd.concat(tables, ignore_index=True)


@pytest.mark.parametrize("groups", [{"users": 6, "staff": 3}, {"users": 12, "staff": 6}])
def test_without_a_difference_p_is_below_a_twentieth_in_one_test_of_twenty_at_most(groups):
    found = compared(0.2, range(4), groups=groups, spread=0.5)
    slack = 3 * np.sqrt(0.05 * 0.95 / len(found))
    for rule in ("p_abs", "p_doubled"):
        assert 0.02 < (found[rule] <= 0.05).mean() < 0.05 + slack
    assert abs(found["difference"].mean()) < 0.01


def test_blocks_that_differ_make_no_difference_between_groups():
    by_programme = {"A": 0.1, "B": 0.3, "C": 0.6}
    groups = {f"{letter} {group}": size for letter in by_programme for group, size in (("users", 2), ("staff", 1))}
    prevalence = {name: by_programme[name[0]] for name in groups}
    found = compared(prevalence, range(4), blocks="programme", groups=groups)
    assert set(found["arrangements"]) == {27}
    share, slack = (found["p_abs"] <= 0.05).mean(), 3 * np.sqrt(1 / 27 * 26 / 27 / len(found))
    assert share == pytest.approx(1 / 27, abs=slack)
    real = {name: p + (0.25 if name.endswith("staff") else 0) for name, p in prevalence.items()}
    blocked, free = (compared(real, [1], blocks=blocks, groups=groups)["p_abs"] for blocks in ("programme", None))
    assert (blocked <= 0.05).mean() > 0.8 > 0.2 > (free <= 0.05).mean()


def test_a_difference_that_is_there_is_found_and_measured():
    prevalence = {"users": 0.1, "staff": 0.35}
    found = compared(prevalence, [0], spread=0.2)
    assert found["difference"].mean() == pytest.approx(0.25, abs=0.015)
    assert (found["p_abs"] <= 0.05).mean() > 0.9 and (found["p_abs"] == found["smallest_abs"]).mean() > 0.7
    assert (
        (found["without_one_low"] <= found["difference"]) & (found["difference"] <= found["without_one_high"])
    ).all()
    assert (found["without_one_low"] > 0).mean() > 0.95


def test_the_interval_holds_the_true_difference_about_as_often_as_it_says():
    """Nine times in ten with eighteen documents, nineteen in twenty with sixty: resampling few spreads too little."""
    prevalence = {"users": 0.1, "staff": 0.3}
    for size, least, most in (((12, 6), 0.86, 0.95), ((30, 30), 0.91, 0.98)):
        found = compared(prevalence, range(2), groups=dict(zip(prevalence, size, strict=True)))
        holds = (found["interval_low"] <= 0.2) & (found["interval_high"] >= 0.2)
        assert least < holds.mean() < most


def test_shares_by_group_are_those_put_in():
    prevalence = {"users": 0.15, "staff": 0.4}
    codings, turns = corpus(dict.fromkeys(NAMES, prevalence), turns=100)
    found = frequency.code_frequency(codings, turns, by="group", unit="word")
    shares = found.groupby("group")["share"].agg(["mean", "std"])
    for group, p in prevalence.items():
        assert shares.loc[group, "mean"] == pytest.approx(p, abs=0.01)
    spread = np.sqrt(0.15 * 0.85 / 600)  # turns of unequal length spread a little more
    assert spread < shares.loc["users", "std"] < 1.6 * spread


def test_a_coder_who_errs_gives_a_code_as_often_as_the_errors_have_it():
    codings, turns = corpus(dict.fromkeys(NAMES, 0.2), miss=0.25, invent=0.05)
    found = frequency.code_frequency(codings, turns, unit="turn", coders="each").groupby("coder")["share"].mean()
    expected = 0.2 * 0.75 + 0.8 * 0.05
    assert found.to_dict() == pytest.approx({"consensus": 0.2, "first": expected, "second": expected}, abs=0.006)


def test_codes_that_go_together_meet_as_often_as_was_put_in():
    prevalence = {"a": 0.2, "b": 0.3, "c": 0.3}
    lifts = []
    for seed in range(5):
        codings, turns = corpus(prevalence, turns=300, lift={("a", "b"): 2.0}, seed=seed)
        pairs = cooccurrence.cooccurrence(codings[codings["coder"] == "consensus"], turns)
        lifts.append(pairs.set_index(["code_1", "code_2"])["lift"])
    means = pd.concat(lifts, axis="columns").mean(axis="columns")
    assert means.to_dict() == pytest.approx({("a", "b"): 2.0, ("a", "c"): 1.0, ("b", "c"): 1.0}, abs=0.07)
