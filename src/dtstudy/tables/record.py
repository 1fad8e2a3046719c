"""The published record, and what data could say of it."""

import pandas as pd

from dtstudy.tables.table import table

MARKS = {
    "recomputed": "● recomputed",
    "bounded": "◐ bounded",
    "by construction": "◇ by construction",
    "tension": "▲ tension",
    "differs": "✕ differs",
    "external": "○ external",
    "not checkable": "– not checkable",
}
REPORTED = {"R": "● reported", "P": "◐ in part", "N": "– not found", "unknown": "? not known"}


@table
def quotations(frame: pd.DataFrame) -> pd.DataFrame:
    """Quotations with their heading, speaker and length; the words where the text was supplied."""
    columns = {
        "quotation": "No.",
        "section": "Section",
        "theme": "Theme",
        "kind": "Set",
        "role": "Speaker",
        "words": "Words",
    }
    shown = frame.rename(columns=columns)[list(columns.values())]
    shown["Found in the text"] = frame["verified"].map({True: "yes"}).fillna("not looked for")
    return shown.assign(Quotation=frame["text"]) if "text" in frame else shown


@table
def claims(frame: pd.DataFrame) -> pd.DataFrame:
    """Claims with what is printed, what was regenerated, and the verdict as a word and a shape."""
    columns = {
        "id": "Id",
        "statement": "Claim",
        "published": "Published",
        "regenerated": "Regenerated",
        "status": "Verdict",
        "note": "Note",
    }
    return frame.assign(status=frame["status"].map(MARKS)).rename(columns=columns)[list(columns.values())]


@table
def score(counts: pd.DataFrame) -> pd.DataFrame:
    """Number of claims by verdict."""
    return pd.DataFrame({"Verdict": counts["status"].map(MARKS), "Claims": counts["claims"]})


@table
def key_findings(table: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    """Findings with the codes they speak of, and for each kind of people the cases with one, and where to read."""
    heard = table["documents"].astype("str") + " of " + table["n_documents"].astype("str") + " · " + table["evidence"]
    cells = table.assign(cell=heard.where(table["state"] == "heard", table["state"]))
    wide = cells.pivot(index="theme", columns="group", values="cell")[list(dict.fromkeys(table["group"]))]
    told = findings.groupby("claim", sort=False).agg(statement=("statement", "first"), codes=("code", "; ".join))
    shown = told.join(wide).rename(columns={"statement": "Finding", "codes": "Codes"}).rename_axis("Id")
    return shown.rename(columns=lambda name: name[0].upper() + name[1:]).reset_index()


@table
def reporting(frame: pd.DataFrame) -> pd.DataFrame:
    """Items of the checklists with what the paper says to them and where, and what the data at hand add."""
    return pd.DataFrame(
        {
            "Item": frame["standard"] + " " + frame["item"].astype("str"),
            "Topic": frame["topic"],
            "The paper": frame["status"].map(REPORTED),
            "Where": frame["where"],
            "Note": frame["note"],
            "The data at hand": frame["filled"],
        }
    )


@table
def quantifiers(weighed: pd.DataFrame) -> pd.DataFrame:
    """Words of quantity with n of N in the data at hand, the band they were given, and the reading."""
    counted = weighed["n"].astype("str") + " of " + weighed["total"].astype("str") + " " + weighed["unit"] + "s"
    band = (100 * weighed["low"]).map("{:.0f}".format) + " to " + (100 * weighed["high"]).map("{:.0f} %".format)
    return pd.DataFrame(
        {
            "Claim": weighed["claim"],
            "Word": weighed["word"],
            "Of what": weighed["statement"],
            "Who": weighed["who"].replace("", "everybody"),
            "Code": weighed["code"].replace("", "–"),
            "In these data": counted.where(weighed["n"].notna(), "–"),
            "Band": band,
            "Reading": weighed["reading"],
        }
    )


@table
def propositions(weighed: pd.DataFrame) -> pd.DataFrame:
    """Statements with what was counted, which way it points, p beside the least possible, and the reading."""
    return pd.DataFrame(
        {
            "Id": weighed["id"],
            "Statement": weighed["statement"],
            "In these data": weighed["value"],
            "Points": weighed["direction"],
            "p": weighed["p"].map("{:.3f}".format).replace("nan", "–"),
            "Least p": weighed["least_p"].map("{:.4f}".format).replace("nan", "–"),
            "Reading": weighed["reading"],
        }
    )
