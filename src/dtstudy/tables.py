"""Tables as a reader sees them: the tidy frame of a measure with heads, order and rounding.

Nothing is counted here.
"""

import pandas as pd

MARKS = {
    "recomputed": "● recomputed",
    "bounded": "◐ bounded",
    "by construction": "◇ by construction",
    "tension": "▲ tension",
    "differs": "✕ differs",
    "external": "○ external",
    "not checkable": "– not checkable",
}


def design(groups: pd.DataFrame) -> pd.DataFrame:
    """Groups by programme (rows) and kind of people (columns), with totals."""
    table = groups.pivot_table(index="programme", columns="kind", values="groups", aggfunc="sum", sort=False)
    table = table.assign(total=table.sum(axis="columns"))
    table.loc["total"] = table.sum()
    return (
        table.rename(columns=lambda kind: f"Groups of {kind}" if kind != "total" else "All")
        .rename_axis("Programme", axis=0)
        .reset_index()
    )


def transcripts(documents: pd.DataFrame, turns: pd.DataFrame, flags: pd.DataFrame) -> pd.DataFrame:
    """Transcripts with group, file, participants, turns and words of participants, and what to look at."""
    spoken = turns[turns["role"] != "facilitator"]
    spoken = spoken.assign(words=spoken["word_end"] - spoken["word_start"])
    counts = spoken.groupby("document").agg(
        people=("participant", "nunique"), turns=("turn", "size"), words=("words", "sum")
    )
    told = (flags["flag"] + ": " + flags["detail"]).groupby(flags["document"]).agg("; ".join)
    table = documents.merge(counts, on="document", how="left")
    return pd.DataFrame(
        {
            "Transcript": table["document"],
            "Of": table.get("group", ""),
            "File": table["source"],
            "Participants": table["people"],
            "Turns": table["turns"],
            "Words": table["words"],
            "To look at": table["document"].map(told).fillna(""),
        }
    )


def edits(changes: pd.DataFrame) -> pd.DataFrame:
    """Edits by transcript (rows) and rule (columns), with totals."""
    table = changes.pivot_table(index="document", columns="rule", values="edits", aggfunc="sum", fill_value=0)
    table.loc["total"] = table.sum()
    return table.rename_axis("Transcript").rename_axis(None, axis="columns").reset_index()


def experience_by_order(table: pd.DataFrame) -> pd.DataFrame:
    """The printed table with n in the heads: experience, then counts per order, then total."""
    totals = table.iloc[-1]
    heads = {column: f"{column.replace('_', ' ').capitalize()}, n = {totals[column]}" for column in table.columns[1:]}
    return table.rename(columns={table.columns[0]: "Experience of the order", **heads})


def theme_frequency(frequency: pd.DataFrame) -> pd.DataFrame:
    """Headings of the paper: quotations and words under each, with the group's totals."""
    return pd.DataFrame(
        {
            "Section": frequency["group"].str.capitalize(),
            "Theme": frequency["code"],
            "Quotations": frequency["segments"].astype("str") + " of " + frequency["n_segments"].astype("str"),
            "Words": frequency["words"],
            "% of the section's quoted words": (100 * frequency["share"]).map("{:.1f}".format),
        }
    )


def code_frequency(frequency: pd.DataFrame, by: str) -> pd.DataFrame:
    """Codes in their order by group and coder: passages, turns and words, with the group's totals.

    Concepts stand under their category.
    """
    place = {code: number for number, code in enumerate(frequency["code"].unique())}
    frequency = frequency.sort_values("code", key=lambda code: code.map(place), kind="stable", ignore_index=True)
    concept = frequency["level"] == "concept"
    return pd.DataFrame(
        {
            "Code": frequency["code"].where(~concept, "· " + frequency["code"]),
            by.capitalize(): frequency[by],
            "Coder": frequency["coder"],
            "Passages": frequency["segments"],
            "Quotations": frequency["turns"].astype("str") + " of " + frequency["n_turns"].astype("str"),
            "Words": frequency["words"].astype("str") + " of " + frequency["n_words"].astype("str"),
            "% of words": (100 * frequency["share"]).map("{:.1f}".format),
        }
    )


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


def cooccurrence(pairs: pd.DataFrame) -> pd.DataFrame:
    """Pairs that meet at least once, most frequent first.

    Coefficients to two decimals, a dash where there is none.
    """
    met = pairs[pairs["n12"] > 0].sort_values(
        ["n12", "jaccard", "code_1", "code_2"], ascending=[False, False, True, True]
    )
    coefficients = {"jaccard": "Jaccard", "lift": "Lift", "npmi": "NPMI", "phi": "Phi"}
    shown = met[["code_1", "code_2", "n1", "n2", "n12"]].rename(
        columns={"code_1": "Code", "code_2": "and code", "n1": "First", "n2": "Second", "n12": "Both"}
    )
    for column, head in coefficients.items():
        shown[head] = met[column].map("{:.2f}".format).replace("nan", "–")
    return shown


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


def score(counts: pd.DataFrame) -> pd.DataFrame:
    """Number of claims by verdict."""
    return pd.DataFrame({"Verdict": counts["status"].map(MARKS), "Claims": counts["claims"]})
