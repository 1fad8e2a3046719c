"""Figures: each draws the frame of one measure, counts nothing, and returns a matplotlib figure.

Two group colours that differ in lightness, shapes that differ as well, labels at the data, no frame on top
and right; see `style`.
"""

from dtstudy.figures.agreement import agreement_by_code
from dtstudy.figures.cooccurrence import cooccurrence_heatmap, cooccurrence_network
from dtstudy.figures.framework import framework_map
from dtstudy.figures.frequency import shares_by_group, themes_by_group
from dtstudy.figures.quotations import quoted_words
from dtstudy.figures.sample import experience_by_order, mean_bounds, possible_durations
from dtstudy.figures.saturation import accumulation
from dtstudy.figures.synthesis import themes_side_by_side
from dtstudy.figures.talk import conversation, speaking_shares
from dtstudy.figures.vocabulary import dispersion_strip, keyness_plot

__all__ = [
    "accumulation",
    "agreement_by_code",
    "conversation",
    "cooccurrence_heatmap",
    "cooccurrence_network",
    "dispersion_strip",
    "experience_by_order",
    "framework_map",
    "keyness_plot",
    "mean_bounds",
    "possible_durations",
    "quoted_words",
    "shares_by_group",
    "speaking_shares",
    "themes_by_group",
    "themes_side_by_side",
]
