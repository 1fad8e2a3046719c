"""Who was asked."""

import pandas as pd

from dtstudy.tables.table import table


@table
def design(groups: pd.DataFrame) -> pd.DataFrame:
    """Groups by programme, or whatever parts them (rows), and kind of people (columns), with totals."""
    named = groups.assign(head=(groups["unit"] + "s of " + groups["kind"]).str.capitalize())
    table = named.pivot_table(
        index="part", columns="head", values="groups", aggfunc="sum", sort=False, fill_value=0
    ).astype("int64")
    table = table.assign(All=table.sum(axis="columns"))
    table.loc["total"] = table.sum()
    return table.rename_axis(groups["by"].iloc[0].capitalize()).rename_axis(None, axis="columns").reset_index()


@table
def experience_by_order(table: pd.DataFrame) -> pd.DataFrame:
    """The printed table with n in the heads: experience, then counts per order, then total."""
    totals = table.iloc[-1]
    heads = {column: f"{column.replace('_', ' ').capitalize()}, n = {totals[column]}" for column in table.columns[1:]}
    return table.rename(columns={table.columns[0]: "Experience of the order", **heads})
