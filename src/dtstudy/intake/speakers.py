"""Who speaks in texts that came without a roster: speakers' labels found, or one voice throughout."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from dtstudy.clean import begins_like_a_label
from dtstudy.names import Names, plain
from dtstudy.read import Transcript

COLUMNS = ["name", "aliases", "labels", "speaks_in", "participant", "role"]
FACILITATORS = re.compile(
    r"(?:interviewer(?:in)?|moderator(?:in)?|facilitator|researcher|int|mod|i|q|entrevistadora?|moderadora?|pesquisadora?"
    r"|investigadora?|enqu[eê]t(?:eur|rice)|animat(?:eur|rice))\W*\d*",
    re.IGNORECASE,
)
TITLES = {"dr", "dra", "frau", "herr", "miss", "mr", "mrs", "ms", "prof", "sr", "sra"}
OFTEN = 2  # lines that two labels at least must begin, so that a text is a conversation
SHARE = 0.05  # of the lines with words that labels must begin
LONGEST = 30  # characters of a label
FEWEST_LETTERS = 3  # of a name; shorter labels are initials, and would be found in other words' places


@dataclass(frozen=True)
class Speakers:
    """The people found, and of each text in which nobody is labelled whose words it is.

    `people` has the columns of a roster: name (masked wherever it stands), labels (by what lines begin), speaks_in,
    participant, role. `voices` maps such a text to a participant, or to nothing where no one is known; `heard` maps
    every other text to the number of participants labelled in it.
    """

    people: pd.DataFrame
    voices: dict[str, str]
    heard: dict[str, int]


def found(
    transcripts: dict[str, Transcript],
    cases: dict[str, list[str]],
    alone: Iterable[str] = (),
    pseudonyms: bool = False,
) -> Speakers:
    """The speakers of texts.

    Parameters: transcripts by source; by source the cases whose passages lie in it; cases that are `alone`, of no text;
    whether cases are called by `pseudonyms`, so that they need none.
    A label is taken where at least two labels begin lines of a text again and again, or where it is the name of a case.
    A label that is no name, such as 'R' or 'Speaker 1', is somebody else in every text; a name is one person in all.
    """
    labels = {source: _labels(transcript, cases.get(source, [])) for source, transcript in transcripts.items()}
    spoken = {source: own for source, own in labels.items() if own}
    small = _small_words([transcripts[source].text for source in spoken])
    every = [*(case for own in cases.values() for case in own), *alone]
    sources = set(map(_key, transcripts))  # a case that is called like a source is no person to be hidden
    public = {_key(case) for case in every if pseudonyms or _key(case) in sources}
    people = _people(spoken, every, small, public)
    people = _with_near_ones(people, spoken, transcripts)
    who = {_key(row[2]): row[4] for row in people if not row[3]}
    quiet = [source for source in transcripts if source not in spoken]
    voices = {source: who[_key(cases[source][0])] if len(cases.get(source, [])) == 1 else "" for source in quiet}
    heard = {source: sum(not FACILITATORS.fullmatch(label) for label in own) for source, own in spoken.items()}
    return Speakers(pd.DataFrame(people, columns=COLUMNS, dtype="str"), voices, heard)


def _key(label: str) -> str:
    return plain(label).casefold()


def _labels(transcript: Transcript, cases: list[str]) -> list[str]:
    """The labels of a text, each once; none where nobody seems to be named."""
    given = [label.name.strip() for label in transcript.labels]
    if given and transcript.times and not any(";" in name or not name for name in given):
        return _once(given)
    written = given or [name for _, name in begins_like_a_label(transcript.text)]
    written = [name for name in written if len(name) <= LONGEST and not name[:1].islower() and ";" not in name]
    known = [name for name in written if _key(name) in {_key(case) for case in cases}]
    times = Counter(map(_key, written))
    often = [name for name in written if times[_key(name)] >= OFTEN]
    lines = sum(bool(line.strip()) for line in transcript.text.split("\n"))
    if not known and (len(_once(often)) < 2 or len(often) < SHARE * lines):
        return []
    short = [name for name in written if name.isupper()]  # in a conversation once is enough for initials
    return _once(given or [name for name in written if name in {*known, *often, *short}])


def _once(names: list[str]) -> list[str]:
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(_key(name), name)
    return list(first.values())


def _small_words(texts: list[str]) -> set[str]:
    """Words that stand in small letters somewhere: what is among them is no name."""
    return {word for text in texts for word in re.findall(r"[^\W\d_]+", text) if word.islower()}


def _people(spoken: dict[str, list[str]], cases: list[str], small: set[str], public: set[str]) -> list[tuple]:
    """A row of the roster for each speaker and each case; who is `public` needs no pseudonym."""
    first = {_key(label): label for own in [cases, *reversed(spoken.values())] for label in reversed(own)}
    where = {key: [source for source, own in spoken.items() if key in map(_key, own)] for key in first}
    number = {source: place for place, source in enumerate(spoken, 1)}
    known = set(map(_key, cases))
    taken = set(first.values())
    rows = []
    for key in dict.fromkeys([*(_key(label) for own in spoken.values() for label in own), *map(_key, cases)]):
        label = first[key]
        role = "facilitator" if FACILITATORS.fullmatch(label) else "participant"
        name = "" if role == "facilitator" or key in public else _name(label, small)
        if name:
            rows.append((name, "", label, "", _pseudonym(taken), role))
        elif role == "facilitator" or key in known or len(where[key]) < 2:
            rows.append(("", "", label, "", label, role))
        else:
            rows += [("", "", label, source, f"{label}-{number[source]:02d}", role) for source in where[key]]
    return rows


def _name(label: str, small: set[str]) -> str:
    """The name in a label, empty where it holds none: initials, numbers, and words that are not always capitalised."""
    words = [word for word in label.split() if word.strip(".").casefold() not in TITLES]
    parts = [part for word in words for part in re.findall(r"[^\W\d_]+", word)]
    names = parts and not any(letter.isdigit() for letter in label)
    names = names and all(len(part) >= FEWEST_LETTERS and part.casefold() not in small for part in parts)
    return " ".join(word.title() if word.isupper() else word for word in words) if names else ""


def _pseudonym(taken: set[str]) -> str:
    number = next(number for number in range(1, len(taken) + 2) if f"P{number:02d}" not in taken)
    taken.add(f"P{number:02d}")
    return f"P{number:02d}"


def _with_near_ones(
    people: list[tuple], spoken: dict[str, list[str]], transcripts: dict[str, Transcript]
) -> list[tuple]:
    """The people and whoever has a label like theirs: 'Speaker 10' beside 'Speaker 1', or a slip of the pen."""
    known = Names(pd.DataFrame(people, columns=COLUMNS), pd.DataFrame({"word": [], "kind": []}))
    taken = {row[4] for row in people}
    more: dict[str, tuple] = {}
    for source in spoken:
        own = known.within(source)
        for _, label in begins_like_a_label(transcripts[source].text):
            if not own.speaker(label) and own.resembles(label) and ";" not in label and _key(label) not in more:
                participant = label if label not in taken else f"{label} (2)"
                more[_key(label)] = ("", "", label, "", participant, "participant")
    return [*people, *more.values()]
