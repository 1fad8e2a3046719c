"""How far a coefficient would move with other units or other documents: the bootstrap, seeded."""

from collections.abc import Sequence

import numpy as np

from dtstudy.measures.agreement.coefficients import Level, pattern_alpha
from dtstudy.measures.agreement.patterns import collapse

FEW_DOCUMENTS = 10  # below this number a bootstrap over documents describes, and bears no inference
MOST_UNDEFINED = 0.05  # share of replicates that may lack the coefficient


def bootstrap_alpha(
    reliability_data: Sequence[Sequence[object]], level: Level = "nominal", replicates: int = 1000, seed: int = 0
) -> np.ndarray:
    """Krippendorff's alpha with the units drawn again: (replicates,), NaN where what was drawn does not vary.

    Formula: alpha* = 1 - Do* / De*, of as many units as there are, drawn with replacement; see `krippendorff_alpha`.

    Parameters as in `krippendorff_alpha`. Expected disagreement is computed anew in every replicate, as Zapf et al.
    (2016), BMC Medical Research Methodology 16: 93, advise. Units are collapsed to patterns first, so the work
    hardly depends on how many there are. See `interval`.

    Reference: Zapf et al. (2016), BMC Medical Research Methodology 16: 93.

    >>> interval(bootstrap_alpha([[1] * 30 + [0] * 70, [1] * 25 + [0] * 70 + [1] * 5])).round(1).tolist()
    [0.6, 0.9]
    """
    counts, units, values = collapse(reliability_data)
    paired = counts.sum(axis=1) > 1
    return pattern_alpha(draw_units(units[paired], replicates, seed), counts[paired], values, level)


def interval(replicates: np.ndarray) -> np.ndarray:
    """The 2.5th and 97.5th percentile of replicates; NaN where more than a twentieth of them are undefined."""
    defined = replicates[~np.isnan(replicates)]
    if not len(defined) or len(defined) < (1 - MOST_UNDEFINED) * len(replicates):
        return np.array([np.nan, np.nan])
    return np.quantile(defined, [0.025, 0.975])


def draw_units(units: np.ndarray, replicates: int, seed: int | np.random.Generator) -> np.ndarray:
    """How many units show each pattern when as many are drawn again with replacement: (replicates, patterns)."""
    if not units.sum():
        return np.zeros((replicates, len(units)), dtype=np.int64)
    return np.random.default_rng(seed).multinomial(units.sum(), units / units.sum(), size=replicates)


def draw_documents(strata: Sequence[object], replicates: int, seed: int | np.random.Generator) -> np.ndarray:
    """How often each document is drawn when each stratum's documents are drawn again: (replicates, documents).

    With 3 documents there are 10 different draws, and the interval of a mean is from the least to the greatest.
    """
    stratum = np.unique(np.asarray(strata, dtype="str"), return_inverse=True)[1]
    drawn = np.zeros((replicates, len(stratum)), dtype=np.int64)
    random = np.random.default_rng(seed)
    for own in range(stratum.max(initial=-1) + 1):
        places = np.flatnonzero(stratum == own)
        drawn[:, places] = random.multinomial(len(places), np.full(len(places), 1 / len(places)), size=replicates)
    return drawn
