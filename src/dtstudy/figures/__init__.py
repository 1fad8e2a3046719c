"""Figures: each draws the frame of one measure, counts nothing, and returns a matplotlib figure.

Two group colours that differ in lightness, shapes that differ as well, labels at the data, no frame on top
and right; see `style`.
"""

from dtstudy.figures.cooccurrence import cooccurrence_heatmap
from dtstudy.figures.frequency import shares_by_group
from dtstudy.figures.quotations import quoted_words
from dtstudy.figures.sample import experience_by_order, mean_bounds
from dtstudy.figures.talk import conversation, speaking_shares

__all__ = [
    "conversation",
    "cooccurrence_heatmap",
    "experience_by_order",
    "mean_bounds",
    "quoted_words",
    "shares_by_group",
    "speaking_shares",
]
