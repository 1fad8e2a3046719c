"""Names that must not be shared: the roster of a study and a list of places, found in any text in one pass."""

import unicodedata
from collections import defaultdict
from copy import copy
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

import pandas as pd

from dtstudy.errors import InputError
from dtstudy.read import cells

AMBIGUOUS = "Somebody"  # a name that two people of the roster share
PERSON, PLACE = "name", "place"


class Names:
    """The people and places of a study by every form of their names.

    Build from the tables of `load`: people with name, aliases, participant (pseudonym), role; places with word and
    kind. A first name or surname stands for a person where nobody else of the roster bears it. Forms are matched as
    written and in capitals, with and without accents, as whole words. `labels` of a person are by what a transcript
    calls them where a turn begins, such as 'R2' or 'Interviewer', and are no names; `speaks_in` says in which documents
    (see `within`).
    """

    def __init__(self, people: pd.DataFrame, places: pd.DataFrame) -> None:
        bearers: dict[str, set[str]] = defaultdict(set)
        for person in people.itertuples():
            for form in _forms(person.name, person.aliases):
                bearers[form].add(person.participant)
        self._people = {form: who.copy().pop() if len(who) == 1 else AMBIGUOUS for form, who in bearers.items()}
        self._speakers = {form.casefold(): who for form, who in self._people.items() if who != AMBIGUOUS}
        self._labels: dict[str, dict[str, str]] = defaultdict(dict)  # of one document each
        for person in people.itertuples():
            labels = {_called(label): person.participant for label in _parts(getattr(person, "labels", ""))}
            documents = _parts(getattr(person, "speaks_in", ""))
            for speakers in (self._labels[document] for document in documents) if documents else [self._speakers]:
                speakers.update(labels)
        self._own: dict[str, str] = {}  # labels of the document at hand
        self._places = _numbered(places)
        self._automaton = _automaton({**_both(self._places, PLACE), **_both(self._people, PERSON)})

    def within(self, document: str) -> "Names":
        """The same names, with the labels of one document."""
        if document not in self._labels:
            return self
        other = copy(self)
        other._own = self._labels[document]
        return other

    def speaker(self, label: str) -> str | None:
        """The pseudonym of the person a label names; None where it names nobody, or more than one."""
        called = _called(label)
        return self._own.get(called) or self._speakers.get(called)

    def label(self, label: str) -> str:
        """The pseudonym for a label, or the label itself where it names nobody."""
        return self.speaker(label) or label

    def resembles(self, label: str) -> bool:
        """Whether a label is a likely slip for a name of the roster."""
        return self.nearest(label) is not None

    def nearest(self, label: str) -> str | None:
        """The pseudonym of the person for whose name a label is a likely slip; None where there is none."""
        match = get_close_matches(_called(label), {**self._speakers, **self._own}, n=1, cutoff=0.75)
        return self.speaker(match[0]) if match else None

    def masked(self, text: str) -> str:
        """The text with every name in it replaced."""
        parts, reached = [], 0
        for start, end, new, _ in self.find(text):
            parts += [text[reached:start], new]
            reached = end
        return "".join([*parts, text[reached:]])

    def find(self, text: str) -> list[tuple[int, int, str, str]]:
        """Every name in the text as (start, end, pseudonym, rule), the longest form at each place, in order."""
        if not self._automaton:
            return []
        met = ((last - length + 1, last + 1, new, rule) for last, (length, new, rule) in self._automaton.iter(text))
        whole = sorted((one for one in met if _whole(text, one[0], one[1])), key=lambda one: (one[0], -one[1]))
        found: list[tuple[int, int, str, str]] = []
        for one in whole:
            if not found or one[0] >= found[-1][1]:
                found.append(one)
        return found


def load(people: Path, places: Path | None = None) -> Names:
    """Names from a roster (participants.csv) and a list of places, persons and services (places.csv: word, kind).

    Raises InputError for a missing column or a pseudonym used twice.
    """
    roster = cells.table(people)
    missing = [column for column in ("name", "aliases", "participant", "role") if column not in roster]
    if missing:
        raise InputError(f"{people.name}: the columns {', '.join(missing)} are missing. Add them to its head line.")
    if roster["participant"].duplicated().any():
        twice = roster.loc[roster["participant"].duplicated(), "participant"].iloc[0]
        raise InputError(f"{people.name}: the pseudonym '{twice}' stands twice; give each person one of their own.")
    listed = pd.DataFrame({"word": [], "kind": []}, dtype="str")
    if places is not None and places.is_file():
        listed = cells.table(places)
        missing = [column for column in ("word", "kind") if column not in listed]
        if missing:
            raise InputError(f"{places.name}: the columns {', '.join(missing)} are missing. Add them to its head line.")
    return Names(roster, listed)


def none() -> Names:
    """No names at all."""
    columns = (["name", "aliases", "participant", "role"], ["word", "kind"])
    return Names(*(pd.DataFrame(columns=own, dtype="str") for own in columns))


def _forms(name: str, aliases: str) -> set[str]:
    """The full name, its first and last part, the aliases alone and with the last part; with and without accents."""
    parts, short = name.split(), _parts(aliases)
    forms = {name, parts[0], parts[-1], *(f"{alias} {parts[-1]}" for alias in short)} if parts else set()
    forms |= set(short)
    return {unicodedata.normalize("NFC", form) for form in forms} | {plain(form) for form in forms}


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


def plain(name: str) -> str:
    """Without accents and outer blanks, apostrophes straight."""
    bare = unicodedata.normalize("NFD", name.strip().replace("’", "'"))
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


@lru_cache(maxsize=10_000)  # the same few labels begin the turns of a transcript
def _called(label: str) -> str:
    """What a label is looked up by."""
    return plain(label).casefold()


def _numbered(places: pd.DataFrame) -> dict[str, str]:
    """A pseudonym for each place: its kind and a number in the order of the list."""
    numbers: dict[str, int] = defaultdict(int)
    pseudonyms = {}
    for place in places.itertuples():
        words = [word.strip() for word in place.word.split(";")]
        numbers[place.kind] += 1
        pseudonyms |= {word: f"{place.kind.capitalize()}-{numbers[place.kind]}" for word in words}
    return pseudonyms


def _both(names: dict[str, str], rule: str) -> dict[str, tuple[int, str, str]]:
    """Each form as written and in capitals, with what an automaton keeps of it."""
    forms = {**{form.upper(): new for form, new in names.items()}, **names}
    return {form: (len(form), new, rule) for form, new in forms.items()}


def _automaton(forms: dict[str, tuple[int, str, str]]) -> "object | None":
    import ahocorasick

    if not forms:
        return None
    automaton = ahocorasick.Automaton()
    for form, kept in forms.items():
        automaton.add_word(form, kept)
    automaton.make_automaton()
    return automaton


def _whole(text: str, start: int, end: int) -> bool:
    return not (start and text[start - 1].isalpha()) and not (end < len(text) and text[end].isalpha())
