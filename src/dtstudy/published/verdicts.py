"""Verdicts as text: what `dtstudy verify` prints, to be read in a minute."""

import shutil
import textwrap

import pandas as pd

from dtstudy.published import ledger
from dtstudy.tables import MARKS

TOLD_IN_FULL = ("differs", "tension")


def page(title: str, claims: pd.DataFrame) -> str:
    """The verdicts of one study: a line for each claim checked, a note for each question, and the score.

    Parameters: the frame of `ledger.judge`. Claims that nothing in print can be set against are counted, not
    listed.
    """
    width = min(120, shutil.get_terminal_size((110, 40)).columns)
    lines = [title, "=" * len(title), f"{'printed | regenerated':>{width}}"]
    for where, chosen in claims.groupby("where", sort=False):
        told = chosen[~chosen["status"].isin(["not checkable", "external"])]
        if not told.empty:
            lines += ["", where, *(line for row in told.itertuples() for line in _claim(row, width))]
    return "\n".join([*lines, "", ledger.score_line(claims) + "."])


def exhibits_line(study: str, number: int, changed: list[str]) -> str:
    """One sentence on the exhibits of the last run: none yet, all as written, or which were changed."""
    if not number:
        return f"No report of {study} was made yet: dtstudy report {study}."
    if changed:
        names = ", ".join(changed)
        return f"Changed since they were written: {names}. Make them again: dtstudy report {study}."
    return f"{number} exhibits are as they were written."


def release_lines(study: str, compared: pd.DataFrame) -> str:
    """How the last run stands to the release: exhibits by status, and what moved where one differs.

    Parameters: a frame with exhibit, status and detail, one row per released exhibit.
    """
    if compared.empty:
        return f"Nothing of {study} was released yet: dtstudy release {study}."
    counts = compared["status"].value_counts(sort=False)
    score = ", ".join(f"{count} {status}" for status, count in counts.items())
    told = compared[compared["status"] != "same"]
    lines = [f"  {row.status:<18}{row.exhibit}  {row.detail}" for row in told.itertuples()]
    return "\n".join([f"Against the release: {score}.", *lines])


def _claim(row: object, width: int) -> list[str]:
    values = f"{row.published or '(not printed)'} | {row.regenerated or '–'}"
    line = f"  {MARKS[row.status]:<14} {row.id}  {row.statement}"
    lines = [_fit(line, width - len(values) - 2) + "  " + values]
    if row.status in TOLD_IN_FULL:
        lines += textwrap.wrap(row.note, width, initial_indent=" " * 19, subsequent_indent=" " * 19)
    return lines


def _fit(line: str, width: int) -> str:
    """The line, cut at a word and filled up with dots, at this width."""
    if len(line) > width - 3:
        line = line[: width - 4].rsplit(" ", 1)[0] + " …"
    return line + " " + "." * max(0, width - len(line) - 1)
