"""The record of an import: of each kind of thing what came in, what was read, what was dropped and why."""

from collections import Counter, defaultdict

import pandas as pd

from dtstudy.errors import printable

COLUMNS = ["file", "thing", "came_in", "read", "dropped", "note"]
DROPPED = ["file", "thing", "piece", "why"]
LONGEST_PIECE = 120  # characters by which a dropped piece is named


class Record:
    """What happens to the things of one file, in the order in which they are first met.

    >>> record = Record("a.qdpx")
    >>> record.came("codes", 3)
    >>> record.drop("codes", "hope", "its id stands twice")
    >>> record.table()[["thing", "came_in", "read", "dropped", "note"]].to_numpy().tolist()
    [['codes', 3, 2, 1, 'its id stands twice (1)']]
    """

    def __init__(self, file: str) -> None:
        self.file = printable(file)
        self._came: Counter[str] = Counter()
        self._notes: dict[str, list[str]] = defaultdict(list)
        self._dropped: list[tuple[str, str, str]] = []

    def came(self, thing: str, number: int = 1) -> None:
        """Count things that the file holds."""
        self._came[thing] += number

    def drop(self, thing: str, piece: str, why: str) -> None:
        """List a thing that came in and is not read."""
        self._dropped.append((thing, " ".join(printable(str(piece)).split())[:LONGEST_PIECE], why))

    def note(self, thing: str, note: str) -> None:
        """Say something of a kind of thing."""
        self._came.setdefault(thing, 0)
        self._notes[thing].append(note)

    def table(self) -> pd.DataFrame:
        """One row per kind of thing: file, thing, came_in, read, dropped, note (reasons with their numbers)."""
        lost = Counter(thing for thing, _, _ in self._dropped)
        why = Counter((thing, why) for thing, _, why in self._dropped)
        rows = []
        for thing, came in self._came.items():
            reasons = [f"{reason} ({number:,})" for (of, reason), number in why.most_common() if of == thing]
            note = "; ".join([*self._notes[thing], *reasons])
            rows.append((self.file, thing, came, came - lost[thing], lost[thing], note))
        return pd.DataFrame(rows, columns=COLUMNS)

    def dropped(self) -> pd.DataFrame:
        """One row per piece that was dropped: file, thing, piece, why."""
        return pd.DataFrame([(self.file, *row) for row in self._dropped], columns=DROPPED, dtype="str")
