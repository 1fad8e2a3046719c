"""Exploring a corpus in JupyterLab: from numbers to words and back, by clicking or by the same plain calls."""

from dtstudy.explorer.decisions import decide
from dtstudy.explorer.panel import Explorer
from dtstudy.explorer.passages import in_context, side_by_side

__all__ = ["Explorer", "decide", "in_context", "side_by_side"]
