"""Where coders agree and where they do not."""

from textwrap import shorten

import pandas as pd

from dtstudy.tables.table import table


@table
def agreement(table: pd.DataFrame) -> pd.DataFrame:
    """Codes in their order, all codes first: how often each coder gave them, and how far the coders agree.

    Coefficients to two decimals, a dash where there is none, and why; codes that nobody gave are left out.
    """
    shares = table.filter(regex="^prevalence_")
    used = table[(shares > 0).any(axis="columns") | (table["code"] == "all codes")]
    concept = used["level"] == "concept"
    two = used[["kappa", "alpha", "ac1", "low", "high"]].map(lambda value: f"{value:.2f}".replace("-", "−"))
    two = two.replace("nan", "–")
    shown = {"Code": used["code"].where(~concept, "· " + used["code"])}
    for column in shares:
        head = f"Given by {column.removeprefix('prevalence_')}, % of {used['unit'].iloc[0]}s"
        shown[head] = (100 * used[column]).map("{:.1f}".format).replace("nan", "–")
    shown["Agreement, %"] = (100 * used["percent"]).map("{:.1f}".format).replace("nan", "–")
    shown |= {"Kappa": two["kappa"], "Alpha": two["alpha"]}
    shown["Range of alpha"] = (two["low"] + " to " + two["high"]).where(used["low"].notna(), "–")
    return pd.DataFrame({**shown, "AC1": two["ac1"], "Note": used["status"]}).reset_index(drop=True)


@table
def disagreements(frame: pd.DataFrame) -> pd.DataFrame:
    """Turns on which a code was given by some and not by others: where, who, and the words side by side."""
    shown = pd.DataFrame({"Turn": frame["document"] + ":" + frame["turn"].astype("str")})
    columns = {"participant": "Speaker", "code": "Code", "given_by": "Given by", "not_given_by": "Not by"}
    columns |= {"instead": "These gave instead", "words": "Words", "memo": "Memo"}
    return shown.join(frame.rename(columns=columns)[[columns[name] for name in columns if name in frame]])


@table
def disagreements_by_code(counts: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """Codes in their order: turns on which all gave them, or one alone, and a turn that shows it.

    Parameters: the frames of `agreement.disagreements_by_code` and of `agreement.disagreements`. The turn is the
    first with some words to read, where there are words; they are shortened.
    """
    long = frame[frame["words"].str.len() > 60] if "words" in frame else frame
    first = pd.concat([long, frame]).drop_duplicates("code").set_index("code")
    told = first["document"] + ":" + first["turn"].astype("str") + ", " + first["given_by"]
    if "words" in first:
        told += ": “" + first["words"].map(lambda words: shorten(words, 150, placeholder=" …")) + "”"
    alone = {column: f"Only {column.removeprefix('only_')}" for column in counts if column.startswith("only_")}
    others = counts["instead"] + " (" + counts["instead_turns"].astype("str") + ")"
    shown = counts.rename(columns={"all_gave": "All gave it", **alone})[["All gave it", *alone.values()]]
    shown.insert(0, "Code", counts["code"].where(counts["level"] != "concept", "· " + counts["code"]))
    shown["Most often instead"] = others.where(counts["instead"] != "", "–")
    return shown.assign(**{"For example": [told.get(code, "–") for code in counts["code"]]})
