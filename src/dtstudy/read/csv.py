"""A table of speech: one row a contribution, with columns speaker and text, and seconds if there are any."""

from pathlib import Path

from dtstudy.errors import InputError
from dtstudy.read import Transcript, joined, txt
from dtstudy.read.cells import parsed


def transcript(file: Path) -> Transcript:
    """The rows of a .csv file with the columns `text`, and `speaker` and `seconds` where it has them."""
    import pandas as pd

    table = parsed(txt.text(file), file)
    table.columns = [column.strip().lower() for column in table.columns]
    if "text" not in table:
        raise InputError(f"{file}: a column 'text' is missing; a transcript as CSV has the columns speaker and text.")
    speakers = table["speaker"] if "speaker" in table else [""] * len(table)
    seconds = pd.to_numeric(table["seconds"], errors="coerce") if "seconds" in table else [None] * len(table)
    rows = zip(table["text"], speakers, seconds, strict=True)
    return joined([(words, who.strip() or None, None if pd.isna(at) else float(at)) for words, who, at in rows])
