"""How much is said under each code, by whom, and which of two groups gives it more room.

`counts` counts; `comparison` makes a rate of every document and compares groups of documents; `relabelling` deals
the labels of the documents out again.
"""

from dtstudy.measures.frequency import comparison
from dtstudy.measures.frequency.comparison import compare_groups, document_rates
from dtstudy.measures.frequency.counts import Counts, Unit, code_frequency, count, definition, finish, sum_counts
from dtstudy.measures.frequency.relabelling import relabel

__all__ = [
    "Counts",
    "Unit",
    "code_frequency",
    "compare_groups",
    "comparison",
    "count",
    "definition",
    "document_rates",
    "finish",
    "relabel",
    "sum_counts",
]
