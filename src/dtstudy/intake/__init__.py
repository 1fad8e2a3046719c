"""A project coded elsewhere becomes a study: a folder of raw files that the chain can read at once."""

from dtstudy.intake.folder import Made, new
from dtstudy.intake.page import page

__all__ = ["Made", "new", "page"]
