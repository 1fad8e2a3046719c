"""Simulated corpora of which everything is known: how common each code is in each group, which codes go together, how
often a coder errs."""

import numpy as np
import pandas as pd

GROUPS = {"users": 6, "staff": 3}


def corpus(
    prevalence,
    groups=GROUPS,
    turns=40,
    spread=0.0,
    lift=None,
    miss=0.0,
    invent=0.0,
    seed=0,
):
    """Codings and turns of simulated conversations; each coding covers one turn.

    `prevalence` gives for each code the probability that a turn carries it, one for all or one by group; `spread` is
    the standard deviation over documents of its logit. `lift` maps a pair of codes to how much more often than by
    chance they share a turn (the first by its own prevalence, the second given the first). `consensus` is the truth; the
    coders `first` and `second`, each apart, miss a code that is there with probability `miss` and see one that is not
    with probability `invent`.
    """
    rng = np.random.default_rng(seed)
    codes = list(prevalence)
    names = [f"D{number:02d}" for number in range(sum(groups.values()))]
    group = np.repeat(list(groups), list(groups.values()))
    shape = (len(names), turns)
    lengths = rng.integers(5, 60, shape)
    ends = lengths.cumsum(axis=1)
    table = pd.DataFrame(
        {
            "document": np.repeat(names, turns),
            "turn": np.tile(np.arange(1, turns + 1), len(names)),
            "participant": [f"{name}-P{place % 6}" for name in names for place in range(turns)],
            "role": "participant",
            "start": (ends - lengths).ravel(),
            "end": ends.ravel(),
            "group": np.repeat(group, turns),
        }
    )
    table = table.assign(word_start=table["start"], word_end=table["end"])  # one-letter words
    there = {}
    for code in codes:
        p = prevalence[code]
        p = np.array([p[one] if isinstance(p, dict) else p for one in group])
        p = 1 / (1 + np.exp(-np.log(p / (1 - p)) - rng.normal(0, spread, len(names)))) if spread else p
        there[code] = np.repeat(p, turns)
    chance = {code: rng.random(len(table)) for code in codes}
    truth = {code: chance[code] < there[code] for code in codes}
    for (one, other), factor in (lift or {}).items():
        given, without = factor * there[other], there[other] * (1 - factor * there[one]) / (1 - there[one])
        truth[other] = chance[other] < np.where(truth[one], given, without)
    given = {"consensus": np.column_stack(list(truth.values()))}
    for coder in ("first", "second"):
        error = rng.random(given["consensus"].shape)
        given[coder] = np.where(given["consensus"], error >= miss, error < invent)
    parts = []
    for coder, marks in given.items():
        at, code = np.nonzero(marks)
        spans = table.iloc[at][["document", "start", "end", "word_start", "word_end"]]
        parts.append(spans.assign(code=np.array(codes)[code], coder=coder))
    return pd.concat(parts, ignore_index=True), table
