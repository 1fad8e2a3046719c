"""Which codes meet, on what, and how much more often than their frequencies alone would have it."""

from dtstudy.measures.cooccurrence.backbone import communities, disparity, network, network_definition
from dtstudy.measures.cooccurrence.counts import UNITS, Counts, Unit, count
from dtstudy.measures.cooccurrence.expectation import LEAST_EXPECTED
from dtstudy.measures.cooccurrence.pairs import (
    LEAST_UNITS,
    coefficients,
    cooccurrence,
    definition,
    finish,
    overlapping_pairs,
)

__all__ = [
    "LEAST_EXPECTED",
    "LEAST_UNITS",
    "UNITS",
    "Counts",
    "Unit",
    "coefficients",
    "communities",
    "cooccurrence",
    "count",
    "definition",
    "disparity",
    "finish",
    "network",
    "network_definition",
    "overlapping_pairs",
]
