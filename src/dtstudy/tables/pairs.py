"""Codes that meet."""

import pandas as pd

from dtstudy.tables import form
from dtstudy.tables.table import table


@table
def cooccurrence(pairs: pd.DataFrame) -> pd.DataFrame:
    """Pairs that meet at least once, most frequent first: counts, shares of each code's units, and the coefficients.

    To two decimals, a dash where there is none; the counts expected with z, p and q where they were computed.
    """
    met = pairs[pairs["n12"] > 0].sort_values(
        ["n12", "jaccard", "code_1", "code_2"], ascending=[False, False, True, True]
    )
    heads = {"code_1": "Code", "code_2": "and code", "n1": "First", "n2": "Second", "n12": "Both"}
    heads |= {"overlapping_pairs": "Pairs of passages"} if "overlapping_pairs" in met else {}
    heads |= {"coder": "Coder"} if met["coder"].nunique() > 1 else {}
    shown = met[list(heads)].rename(columns=heads)
    for column, head in (("n1", "% of first"), ("n2", "% of second")):
        shown[head] = (100 * met["n12"] / met[column]).map("{:.0f}".format)
    if "expected" in met and met["z"].notna().any():
        shown["Expected"], shown["z"] = met["expected"].map("{:.1f}".format), met["z"].map(form.signed)
        shown["p"], shown["q"] = met["p"].map(form.p_value), met["q"].map(form.p_value)
    for column, head in {"jaccard": "Jaccard", "lift": "Lift", "npmi": "NPMI", "phi": "Phi"}.items():
        shown[head] = met[column].map("{:.2f}".format)
    return shown.replace("nan", "–")


@table
def network(nodes: pd.DataFrame, edges: pd.DataFrame) -> pd.DataFrame:
    """Codes by community, with the codes they have a link with that stands out, the heaviest first."""
    kept = edges[edges["kept"]]
    both = pd.concat([kept, kept.rename(columns={"code_1": "code_2", "code_2": "code_1"})])
    both = both.sort_values(["weight", "code_2"], ascending=[False, True])
    linked = both["code_2"] + " (" + both["weight"].map("{:.2f}".format).astype("str") + ")"
    partners = linked.groupby(both["code_1"]).agg("; ".join).to_dict()
    return pd.DataFrame(
        {
            "Community": nodes["community"],
            "Code": nodes["code"],
            "Units": nodes["n"],
            "Stability": nodes["stability"].map("{:.2f}".format),
            "Stands out with": [partners.get(code, "–") for code in nodes["code"]],
        }
    )
