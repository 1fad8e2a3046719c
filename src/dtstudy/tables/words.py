"""Words: whose, beside which, in which lines."""

import pandas as pd

from dtstudy.tables import form
from dtstudy.tables.table import table


@table
def keyness(frame: pd.DataFrame, most: int = 20) -> pd.DataFrame:
    """Words of each side with the largest G2, the target's first: rates, who uses them, log ratio, G2.

    A log ratio with an asterisk stands on half an occurrence, since one side never says the word.
    """
    ends = [frame[frame["g2"] > 0].head(most), frame[frame["g2"] < 0].tail(most).iloc[::-1]]
    shown = pd.concat(ends, ignore_index=True)
    table = {"Word": shown["word"]}
    for side in ("target", "reference"):
        row, own = frame.iloc[0], shown
        head = row[side].capitalize()
        rate = own[f"per_1000_{side}"].map("{:.2f}".format)
        table[f"{head}: times (per 1,000 of {row[f'n_words_{side}']:,} words)"] = (
            own[f"count_{side}"].astype("str") + " (" + rate + ")"
        )
        table[f"{head}: documents (of {row[f'n_documents_{side}']})"] = own[f"documents_{side}"]
        table[f"{head}: speakers (of {row[f'n_speakers_{side}']})"] = own[f"speakers_{side}"]
    table["Log ratio"] = shown["log_ratio"].map(form.signed) + shown["zero"].ne("").map({True: " *", False: ""})
    table["G2"] = shown["g2"].map(form.signed)
    return pd.DataFrame(table)


@table
def collocations(frame: pd.DataFrame, most: int = 25) -> pd.DataFrame:
    """Pairs of words with the largest G2: counts, who uses them, the coefficients."""
    shown = frame.head(most)
    return pd.DataFrame(
        {
            "Words": shown["word_1"] + " " + shown["word_2"],
            "Together": shown["count"],
            "First": shown["n1"],
            "Second": shown["n2"],
            "Documents": shown["documents"],
            "Speakers": shown["speakers"],
            "PMI": shown["pmi"].map("{:.2f}".format),
            "G2": shown["g2"].map("{:.1f}".format).replace("nan", "–"),
        }
    )


@table
def kwic(lines: pd.DataFrame) -> pd.DataFrame:
    """Keywords in a column of their own, between what was said before and after, with the place."""
    columns = {"document": "Transcript", "turn": "Turn", "participant": "Speaker"}
    columns |= {"left": "Before", "keyword": "Keyword", "right": "After"}
    return lines.rename(columns=columns)[list(columns.values())]
