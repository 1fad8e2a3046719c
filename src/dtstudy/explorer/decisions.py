"""Decisions on disagreements: what coders agreed after talking, into the consensus and its log."""

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from dtstudy import exhibits
from dtstudy.errors import InputError, near
from dtstudy.read import cells
from dtstudy.write import csv

LOG = "consensus-log.csv"
GIVEN, NOT_GIVEN = "given", "not given"


def decide(folder: Path, disagreement: pd.Series, decision: str, reason: str = "") -> Path:
    """Add one decision to consensus-log.csv in the study's raw folder; return its path.

    Parameters: a row of `agreement.disagreements`; `decision` is `given` or `not given`; the reason. Decisions are
    added, never overwritten: the last one on a turn and code holds. The coders' own files, and the consensus, stay as
    they are; the log says what to change in the latter. Raises InputError for another word.
    """
    if decision not in (GIVEN, NOT_GIVEN):
        raise InputError(
            f"A decision is 'given' or 'not given', not '{decision}'; {near(decision, (GIVEN, NOT_GIVEN))}"
        )
    file = folder / LOG
    before = cells.table(file) if file.is_file() else pd.DataFrame()
    row = {
        "decided": datetime.now(UTC).isoformat(timespec="seconds"),
        "document": disagreement["document"],
        "turn": str(disagreement["turn"]),
        "code": disagreement["code"],
        "given_by": disagreement["given_by"],
        "not_given_by": disagreement["not_given_by"],
        "decision": decision,
        "reason": reason,
    }
    table = pd.concat([before, pd.DataFrame([row])], ignore_index=True).fillna("")
    exhibits.write(file, csv.lines(table, end="\n"))
    return file


def decided(folder: Path, disagreement: pd.Series) -> str:
    """What the log says of a row of `agreement.disagreements`, as a sentence; empty where it is undecided."""
    file = folder / LOG
    if not file.is_file():
        return ""
    log = cells.table(file)
    if "decided" not in log:
        return ""
    key = {name: str(disagreement[name]) for name in ("document", "turn", "code")}
    own = log[(log[list(key)] == pd.Series(key)).all(axis="columns")]
    if own.empty:
        return ""
    last = own.iloc[-1]
    return f"Decided on {last['decided'][:10]}: {last['decision']}" + (
        f", since {last['reason']}." * bool(last["reason"]) or "."
    )
