"""Qualitative studies of court-ordered drug treatment, recounted.

>>> import dtstudy
>>> study = dtstudy.open_study("kouimtsidis2007")       # doctest: +SKIP
>>> study.claims().status.value_counts()                # doctest: +SKIP

The package follows the path of the data: `read`, `clean`, `corpus`, `measures`, `tables` and `figures`,
`exhibits`, `report`. What a paper prints lives in `published`. Heavy libraries are imported where they are
used.
"""

__version__ = "0.1.0"
__all__ = ["__version__", "open_study"]


def __getattr__(name: str):
    if name == "open_study":
        from dtstudy.study import open_study

        return open_study
    raise AttributeError(f"dtstudy has no '{name}'; it offers {', '.join(__all__)} and its modules")
