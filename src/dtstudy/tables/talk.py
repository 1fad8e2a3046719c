"""What came in, the transcripts, and what was changed in them."""

import pandas as pd

from dtstudy.tables.table import table


@table
def import_record(record: pd.DataFrame) -> pd.DataFrame:
    """What came in from another program, what was read, what was dropped and why."""
    heads = ["File", "What", "Came in", "Read", "Dropped", "Note"]
    columns = ["file", "thing", "came_in", "read", "dropped", "note"]
    return record[columns].set_axis(heads, axis="columns")


@table
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


@table
def edits(changes: pd.DataFrame) -> pd.DataFrame:
    """Edits by transcript (rows) and rule (columns), with totals."""
    table = changes.pivot_table(index="document", columns="rule", values="edits", aggfunc="sum", fill_value=0)
    table.loc["total"] = table.sum()
    return table.rename_axis("Transcript").rename_axis(None, axis="columns").reset_index()
