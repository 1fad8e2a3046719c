"""The ledger of claims: every number and claim a paper prints, and what can be said of each by rerunning it.

A row of `published.csv` names its check and the rows or numbers the check uses, as in `sum K060 K061`. The
checks stand in `published.checks`; adding one there makes its name usable in any ledger.
"""

import shlex
from pathlib import Path

import pandas as pd

from dtstudy.errors import InputError, near
from dtstudy.published.checks import CHECKS
from dtstudy.published.claim import STATUSES, Record
from dtstudy.published.quotations import PaperText
from dtstudy.read import cells

COLUMNS = ("id", "where", "statement", "kind", "value", "rounding", "check", "note")


def load(file: Path) -> pd.DataFrame:
    """The ledger as text columns: id, where, statement, kind, value, rounding, check, note.

    Raises InputError for a missing column, an id used twice, or a row without statement or check.
    """
    ledger = cells.table(file)
    missing = [column for column in COLUMNS if column not in ledger]
    if missing:
        raise InputError(f"{file.name}: the columns {', '.join(missing)} are missing. Add them to its head line.")
    for column in ("id", "statement", "check"):
        if (ledger[column].str.strip() == "").any():
            raise InputError(
                f"{file.name}, line {(ledger[column].str.strip() == '').idxmax() + 2}: '{column}' is empty. Fill it in."
            )
    if ledger["id"].duplicated().any():
        raise InputError(
            f"{file.name}: the id {ledger.loc[ledger['id'].duplicated(), 'id'].iloc[0]} stands twice."
            " Give one of them another."
        )
    return ledger[list(COLUMNS)]


def judge(ledger: pd.DataFrame, text: PaperText | None = None) -> pd.DataFrame:
    """A verdict on every claim.

    Returns
    -------
    DataFrame, one row per claim, in the ledger's order
        id, where, statement, published (as printed, empty where nothing is), regenerated (empty where nothing
        can be), status, note

    Raises InputError where a row names an unknown check or claim, or values that the check cannot read.
    """
    values = dict(zip(ledger["id"], ledger["value"], strict=True))
    rows = []
    for row in ledger.to_dict("records"):
        name, *arguments = shlex.split(row["check"])
        if name not in CHECKS:
            raise InputError(f"published.csv, {row['id']}: the check '{name}' is unknown; {near(name, CHECKS)}")
        try:
            verdict = CHECKS[name](Record(values, row, text), *arguments)
        except (ValueError, TypeError, ZeroDivisionError, KeyError) as error:
            raise InputError(
                f"published.csv, {row['id']}: the check '{row['check']}' cannot be made ({error})."
                " Mend its arguments, or the values it takes."
            ) from None
        note = " ".join(part for part in (verdict.note, row["note"]) if part)
        rows.append(
            (
                row["id"],
                row["where"],
                row["statement"],
                row["value"],
                verdict.regenerated,
                verdict.status,
                note,
            )
        )
    columns = ["id", "where", "statement", "published", "regenerated", "status", "note"]
    return pd.DataFrame(rows, columns=columns, dtype="str")


def score(claims: pd.DataFrame) -> pd.DataFrame:
    """How many claims have each status.

    Columns status and claims, in the order of `STATUSES`, zeros left out.
    """
    counts = claims["status"].value_counts()
    rows = [(status, int(counts[status])) for status in STATUSES if status in counts]
    return pd.DataFrame(rows, columns=["status", "claims"])


def score_line(claims: pd.DataFrame) -> str:
    """The score as one line: '82 claims: 30 recomputed, 12 bounded, …'."""
    parts = ", ".join(f"{row.claims} {row.status}" for row in score(claims).itertuples())
    return f"{len(claims)} claims: {parts}"
