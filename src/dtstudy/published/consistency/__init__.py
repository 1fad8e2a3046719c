"""Can these printed numbers stand together? Exact arithmetic on what any paper prints.

Printed numbers come in as text, because `4.70` says more than `4.7`. All arithmetic is in whole numbers and
fractions. Rounding rules: `half-up` (halves away from zero), `half-even`, `half` (either of the two), `trunc`
(digits cut off), `ceil` (rounded up). A check that fails is a question to the authors, not a verdict on them.
"""

from dtstudy.published.consistency.bounds import mean_bounds, months, with_totals
from dtstudy.published.consistency.closure import DataCount, Grid, count_data, grid, sample_data
from dtstudy.published.consistency.contingency import (
    Association,
    ExactTest,
    OddsRatio,
    Trend,
    association,
    freeman_halton,
    odds_ratio,
    trend,
)
from dtstudy.published.consistency.moments import Debit, Grim, Grimmer, debit, grim, grimmer
from dtstudy.published.consistency.percentages import denominators
from dtstudy.published.consistency.rounding import RULES, Rounding, rounds_to

__all__ = [
    "RULES",
    "Association",
    "DataCount",
    "Debit",
    "ExactTest",
    "Grid",
    "Grim",
    "Grimmer",
    "OddsRatio",
    "Rounding",
    "Trend",
    "association",
    "count_data",
    "debit",
    "denominators",
    "freeman_halton",
    "grid",
    "grim",
    "grimmer",
    "mean_bounds",
    "months",
    "odds_ratio",
    "rounds_to",
    "sample_data",
    "trend",
    "with_totals",
]
