"""The views: the frame for a choice of coder, group and unit, the plain calls that give the same, and its passages."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from dtstudy.errors import InputError
from dtstudy.measures import agreement, cooccurrence, frequency, vocabulary
from dtstudy.study import Study

LARGE = 100_000  # codings from which on a view leaves out what takes long: expected counts, and words in a table
KEPT = 24  # frames kept, so that a way back costs no second count


@dataclass(frozen=True)
class Choice:
    """Whose codings are counted, over which talk, and on which unit; `group` is None for everybody."""

    coder: str
    by: str
    group: str | None
    unit: str
    window: int = 1

    @property
    def where(self) -> dict[str, str]:
        """The attribute by which turns are chosen."""
        return {} if self.group is None else {self.by: self.group}


@dataclass(frozen=True)
class View:
    """A frame, and the plain calls that give it."""

    frame: pd.DataFrame
    code: str


class Views:
    """The views of one corpus. A view is counted when it is first asked for, and kept for a while."""

    def __init__(self, study: Study) -> None:
        self.study, self.corpus = study, study.corpus()
        self.is_large = len(self.corpus.codings) > LARGE
        self._kept: dict[tuple, pd.DataFrame] = {}

    def frequency(self, choice: Choice) -> View:
        """How often each code is given; see `frequency.code_frequency`."""
        codings, turns = self._talk(choice)
        how = {"unit": choice.unit, "coders": choice.coder}
        frame = self._counted(
            "frequency", choice, lambda: frequency.code_frequency(codings, turns, **how, codes=self.corpus.codes)
        )
        call = f"frequency.code_frequency(codings, turns, {_given(how)}, codes=corpus.codes)"
        return View(frame, self._calls("frequency", choice, call))

    def pairs(self, choice: Choice) -> View:
        """On how many units two codes are both given; see `cooccurrence.cooccurrence`."""
        codings, turns = self._talk(choice)
        how = {"unit": choice.unit} | ({"window": choice.window} if choice.unit == "window" else {})
        how |= {"coders": choice.coder, **({"expected": False} if self.is_large else {"replicates": 0})}
        frame = self._counted(
            "pairs", choice, lambda: cooccurrence.cooccurrence(codings, turns, **how, codes=self.corpus.codes)
        )
        call = f"cooccurrence.cooccurrence(codings, turns, {_given(how)}, codes=corpus.codes)"
        return View(frame, self._calls("cooccurrence", choice, call))

    def search(self, choice: Choice, word: str) -> View:
        """A word wherever it is said; see `vocabulary.kwic`."""
        _, turns = self._talk(choice)
        frame = self._counted(
            f"search {word}",
            choice,
            lambda: vocabulary.kwic(turns, self.corpus.documents, word, least_speakers=1),
        )
        call = f"vocabulary.kwic(turns, corpus.documents, {json.dumps(word, ensure_ascii=False)}, least_speakers=1)"
        return View(frame, self._calls("vocabulary", choice, call))

    def disagreements(self, choice: Choice) -> View:
        """Turns on which coders differ; see `agreement.disagreements`. Raises InputError where one has read them."""
        codings, turns = self._talk(choice)
        reads = self.corpus.reads[self.corpus.reads["document"].isin(turns["document"])]
        if len(set(reads["coder"]) - {"consensus"}) < 2:
            raise InputError("One coder has read these documents, so there is nobody to differ. Choose another group.")
        shown = not self.is_large
        documents = self.corpus.documents if shown else None
        frame = self._counted(
            "disagreements",
            choice,
            lambda: agreement.disagreements(codings, reads, turns, documents, codes=self.corpus.codes),
        )
        call = f"agreement.disagreements(codings, reads, turns,{' corpus.documents,' * shown} codes=corpus.codes)"
        return View(frame, self._calls("agreement", choice, call))

    def behind_code(self, choice: Choice, code: str) -> pd.DataFrame:
        """The passages behind a row of `frequency`."""
        return self.corpus.segments(code=code, coder=choice.coder, **choice.where)

    def behind_pair(self, choice: Choice, code: str, other: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The passages of each code that share a unit with the other: those behind a cell of `pairs`."""
        how = {"coder": choice.coder, "unit": choice.unit, "window": choice.window, **choice.where}
        return (
            self.corpus.segments(code=code, with_code=other, **how),
            self.corpus.segments(code=other, with_code=code, **how),
        )

    def _talk(self, choice: Choice) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The codings and turns of the group chosen."""
        codings, turns = self.corpus.codings, self.corpus.turns
        for by, group in choice.where.items():
            turns = turns[turns[by] == group]
            codings = codings[codings["document"].isin(turns["document"])]
        return codings, turns

    def _counted(self, name: str, choice: Choice, count: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        key = (name, choice)
        if key not in self._kept:
            while len(self._kept) >= KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = count()
        return self._kept[key]

    def _calls(self, module: str, choice: Choice, call: str) -> str:
        """The calls to be pasted into a notebook; the last line is the one whose value is the frame."""
        reads = module == "agreement"
        lines = [
            "import dtstudy",
            f"from dtstudy.measures import {module}",
            "",
            f'study = dtstudy.open_study("{self.study.name}")',
            "corpus = study.corpus()",
            "codings, turns = corpus.codings, corpus.turns",
            *(["reads = corpus.reads"] if reads else []),
        ]
        for by, group in choice.where.items():
            column, value = (json.dumps(text, ensure_ascii=False) for text in (by, group))
            lines += [f"turns = turns[turns[{column}] == {value}]"]
            narrowed = ["codings", "reads"] if reads else ["codings"]
            lines += [f'{table} = {table}[{table}["document"].isin(turns["document"])]' for table in narrowed]
        return "\n".join([*lines, call])


def _given(arguments: dict[str, object]) -> str:
    return ", ".join(
        f"{name}={json.dumps(value) if isinstance(value, str) else value}" for name, value in arguments.items()
    )
