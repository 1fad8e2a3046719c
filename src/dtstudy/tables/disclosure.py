"""Small counts, and what they give away."""

import pandas as pd

from dtstudy.tables.table import table


@table
def protected(alone: pd.DataFrame, together: pd.DataFrame) -> pd.DataFrame:
    """Hidden cells with the range an outsider works out, if the small counts alone are hidden and if others are too."""
    both = together.merge(alone, on=["row", "column"], how="left", suffixes=("", "_alone"))
    ranges = {
        head: both[f"low{end}"].astype("Int64").astype("str")
        + " to "
        + both[f"high{end}"].astype("Int64").astype("str")
        for head, end in (("If the small counts alone are hidden", "_alone"), ("If these cells are hidden", ""))
    }
    shown = pd.DataFrame({"Row": both["row"], "Column": both["column"].str.replace("_", " "), **ranges})
    return shown.fillna("it is printed")


@table
def single_voices(cells: pd.DataFrame, by: str) -> pd.DataFrame:
    """Cells that are few people's, with segments, speakers and the share of the most frequent one."""
    return pd.DataFrame(
        {
            by.capitalize(): cells[by],
            "Code": cells["code"],
            "Segments": cells["segments"],
            "Speakers": cells["speakers"],
            "% of the most frequent": (100 * cells["largest"]).map("{:.0f}".format),
            "Why": cells["flag"],
        }
    )
