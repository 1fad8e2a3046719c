"""The words of a corpus, one row each: read fast, and exactly those that `text.words` finds.

A word is one of `text.words`, in lower case and with straight apostrophes. To read 100 MB in seconds, the bytes of the
turns are cut at the ASCII characters that no word can hold, equal cuttings are numbered once, and `text.words` is asked
about each distinct cutting only. Since no word and no filler reaches over such a character, the words are the same.
"""

import re
from collections.abc import Collection, Iterator
from itertools import chain, pairwise

import numpy as np
import pandas as pd

from dtstudy import text
from dtstudy.errors import InputError, near
from dtstudy.measures.units import spoken

LEAST_SPEAKERS = 3  # a string that fewer people use can name its speaker, so lists leave it out
PLACES = ("start", "end", "seconds", "word_start", "word_end", "role")  # columns of turns that words do not carry
LEFT_OUT = 0  # the number of every word that is counted as a place and not as a word
_BLOCK = 4_000_000  # characters read at a time
_MARK = re.compile(f"{text.OPEN}[^{text.CLOSE}]*{text.CLOSE}")
_FILLERS = frozenset(text.FILLERS)
_MASK = re.compile(r"[^\W\d_]-\d")  # su-1-3, town-2's
_INNER = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789_'-") | frozenset(range(0x80, 0x100))
_CUT = b"\0" + bytes(byte if byte in _INNER else ord(" ") for byte in bytes(range(1, 256)).lower())


def words(turns: pd.DataFrame, documents: pd.DataFrame, without: Collection[str] = ()) -> pd.DataFrame:
    """What was said, word by word, in the order of documents and turns.

    Formula: none; words are listed.

    Facilitators' turns, marks of transcription and fillers are no words, as in `text.words`. Left out as well are
    pseudonyms of people and places, known by their shape (a letter, a hyphen and a number: SU-1-3, Town-2's), and the
    words of `without`: pseudonyms of another shape, or stop words of a list of yours; none is used unless given.

    Returns
    -------
    DataFrame, one row per word; texts are categories
        document, turn, participant, and every attribute the turns carry
        place : number of the word in its turn, from 1; what was left out has a number too, so that two words are
            neighbours only where nothing stood between them
        at : number of the word among those in its document, from 1
        word : in lower case, with straight apostrophes

    Raises InputError for a turn of a document that is not there.

    >>> from dtstudy.measures.example import documents, turns
    >>> words(turns, documents)[["document", "turn", "participant", "place", "at", "word"]].head(3)
      document  turn participant  place  at   word
    0       G1     2          Mo      1   1  beans
    1       G1     2          Mo      2   2    and
    2       G1     2          Mo      3   3   more
    """
    own = in_order(turns)
    vocabulary: dict[str, int] = {}
    blocks = [(per_turn, codes) for _, per_turn, codes in read(own, documents, vocabulary, without)]
    per_turn, codes = (np.concatenate([np.zeros(0, np.int64), *(block[i] for block in blocks)]) for i in (0, 1))
    kept = codes != LEFT_OUT
    turn = np.repeat(np.arange(len(own)), per_turn)[kept]
    place = (np.arange(len(codes)) - np.repeat(np.cumsum(per_turn) - per_turn, per_turn))[kept] + 1
    carried = {column: _taken(own[column], turn) for column in own.columns.drop(list(PLACES), errors="ignore")}
    table = pd.DataFrame({**carried, "place": place, "at": 1, "word": named(codes[kept], vocabulary)})
    return table.assign(at=table.groupby("document", observed=True)["at"].cumsum())


def kwic(
    turns: pd.DataFrame,
    documents: pd.DataFrame,
    word: str,
    width: int = 45,
    regex: bool = False,
    least_speakers: int = LEAST_SPEAKERS,
) -> pd.DataFrame:
    """A word or phrase wherever it is said, with what stands around it in the turn.

    Formula: none; occurrences are listed.

    Parameters: `word` as `text.words` cuts it, or several words for a phrase, in any case; with `regex` a pattern that
    a whole word must match; `width` characters either side, cut to whole words; strings that fewer than
    `least_speakers` use are left out (1 for reading that is not passed on).

    Returns
    -------
    DataFrame, one row per occurrence, in the order of the transcripts
        document, turn, participant, left, keyword, right

    Raises InputError for a pattern that is none, for no word at all, and where all that was found is left out.

    >>> from dtstudy.measures.example import documents, turns
    >>> kwic(turns, documents, "beans", width=12)[["document", "turn", "left", "keyword", "right"]]
      document  turn         left keyword        right
    0       G1     2                beans     and more
    1       G1     2     and more   beans      for the
    2       G1     4  we give the   beans         away
    3       G2     2      and the   beans     are good
    4       V1     2      gave me   beans  at the gate
    """
    said = words(turns, documents)
    length = 1 if regex else len(text.words(word))
    found = said.loc[_matching(said, word, regex), ["document", "turn", "participant", "place"]].astype(
        {"document": "str", "participant": "str"}
    )
    found = found.merge(turns[["document", "turn", "start", "end"]], on=["document", "turn"])
    texts = dict(zip(documents["document"], documents["text"], strict=True))
    around = [
        _around(texts[row.document][row.start : row.end], row.place - 1, length, width) for row in found.itertuples()
    ]
    lines = found[["document", "turn", "participant"]].assign(
        **{
            name: pd.Series([one[i] for one in around], dtype="str")
            for i, name in enumerate(("left", "keyword", "right"))
        }
    )
    users = lines.groupby(lines["keyword"].map(folded))["participant"].transform("nunique")
    if len(lines) and users.max() < least_speakers:
        raise too_few(word, users.max(), least_speakers)
    return lines[users >= least_speakers].reset_index(drop=True)


def folded(word: str) -> str:
    """A word as it is counted: in lower case, with straight apostrophes.

    >>> folded("Don’t")
    "don't"
    """
    return word.lower().replace("’", "'")


def too_few(word: str, speakers: int, least: int) -> InputError:
    """What is said where a word is asked for that too few people use."""
    return InputError(
        f"'{word}' is said by {speakers} of the speakers; what fewer than {least} say is not shown, since it can name"
        " its speaker. Use least_speakers=1 to read it without passing it on."
    )


def in_order(turns: pd.DataFrame) -> pd.DataFrame:
    """The participants' turns as they were said, document by document."""
    return spoken(turns).sort_values(["document", "turn"], ignore_index=True)


def named(codes: np.ndarray, vocabulary: dict[str, int]) -> pd.Categorical:
    """The words of numbers that `read` gave; the categories are in alphabetical order."""
    kinds = sorted(vocabulary)
    place = np.zeros(len(kinds) + 1, np.int32)
    place[[vocabulary[word] for word in kinds]] = np.arange(len(kinds))
    return pd.Categorical.from_codes(place[codes], pd.Index(kinds, dtype="str"))


def read(
    turns: pd.DataFrame, documents: pd.DataFrame, vocabulary: dict[str, int], without: Collection[str] = ()
) -> Iterator[tuple[slice, np.ndarray, np.ndarray]]:
    """The words of turns in order, as numbers, some megabytes of whole documents at a time.

    Yields the rows of the turns in a block, the words in each of them, and the numbers of these words: those that
    `vocabulary` maps words to, from 1 and growing as it reads, or 0 for what is left out; see `words`.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    dropped = {folded(word) for word in without}
    known = pa.array([], pa.binary())  # cuttings met so far; the words of cutting i are meant[first[i] : first[i + 1]]
    first, meant = np.zeros(1, np.int32), np.zeros(0, np.int32)
    for rows, passages in _blocks(turns, documents):
        cut = bytearray("\0".join(["", *passages, ""]).encode()).translate(_CUT)
        data = np.frombuffer(cut, np.uint8)
        edges = np.flatnonzero(data == 0)
        data[edges] = ord(" ")
        blank = data == ord(" ")
        starts = np.flatnonzero(blank[:-1] > blank[1:]) + 1
        # a cutting keeps the blanks after it, so that cuttings lie end to end and need not be copied
        offsets = pa.py_buffer(np.append(starts, len(cut)).astype(np.int32))
        cuttings = pa.Array.from_buffers(pa.binary(), len(starts), [None, offsets, pa.py_buffer(cut)])
        cuttings = cuttings.dictionary_encode()
        number = pc.index_in(cuttings.dictionary, value_set=known)
        fresh = cuttings.dictionary.filter(pc.is_null(number))
        number = number.fill_null(-1).to_numpy().copy()
        number[number < 0] = np.arange(len(known), len(known) + len(fresh))
        known = pa.concat_arrays([known, fresh])
        number = number[cuttings.indices.to_numpy()]
        found = [_meant(one, vocabulary, dropped) for one in pc.utf8_rtrim(fresh.cast(pa.string()), " ").to_pylist()]
        meant = np.append(meant, np.fromiter(chain.from_iterable(found), np.int32))
        first = np.append(first, first[-1] + np.cumsum([len(one) for one in found], dtype=np.int32))
        lengths = np.diff(first)[number]
        at = np.repeat(first[number], lengths)
        reached = np.append(0, np.cumsum(lengths))
        if len(at) > np.count_nonzero(lengths):  # a cutting of several words: from its first on
            at += (np.arange(len(at)) - np.repeat(reached[:-1], lengths)).astype(np.int32)
        yield rows, np.diff(reached[np.searchsorted(starts, edges)]), meant[at]


def _blocks(turns: pd.DataFrame, documents: pd.DataFrame) -> Iterator[tuple[slice, list[str]]]:
    """The turns of some documents at a time: their rows and their text, with a blank for every mark."""
    document = pd.Index(documents["document"]).get_indexer(turns["document"])
    if (document < 0).any():
        lost = turns["document"].iloc[int(np.argmin(document))]
        raise InputError(f"There is no document '{lost}' with the text of a turn; {near(lost, documents['document'])}")
    edges = np.flatnonzero(np.diff(document, prepend=-1, append=-1))
    spans, passages, begun, size = turns[["start", "end"]].to_numpy(), [], 0, 0
    for begin, end in pairwise(edges):
        whole = documents["text"].iloc[document[begin]].replace("\0", " ")
        own = [whole[start:stop] for start, stop in spans[begin:end].tolist()]
        passages += [_MARK.sub(" ", passage) for passage in own] if text.OPEN in whole else own
        size += len(whole)
        if size > _BLOCK or end == len(turns):
            yield slice(begun, end), passages
            passages, begun, size = [], end, 0


def _meant(cutting: str, vocabulary: dict[str, int], dropped: set[str]) -> list[int]:
    """The numbers of the words in a cutting; for letters and digits alone `text.words` need not be asked."""
    if cutting.isalnum() and cutting not in _FILLERS:
        word = cutting.lower()
        return [LEFT_OUT if word in dropped else vocabulary.setdefault(word, len(vocabulary) + 1)]
    return [
        LEFT_OUT if word in dropped or _masked(word) else vocabulary.setdefault(word, len(vocabulary) + 1)
        for word in map(folded, text.words(cutting))
    ]


def _masked(word: str) -> bool:
    """Whether a word has the shape of a pseudonym: a letter, a hyphen and a number."""
    return "-" in word and _MASK.search(word) is not None


def _taken(column: pd.Series, turn: np.ndarray) -> pd.Categorical | np.ndarray:
    """A column of the turns, said again for each word; text as categories."""
    if pd.api.types.is_numeric_dtype(column):
        return column.to_numpy()[turn]
    once = pd.Categorical(column)
    return pd.Categorical.from_codes(once.codes[turn], dtype=once.dtype)


def _matching(said: pd.DataFrame, word: str, regex: bool) -> np.ndarray:
    """Which rows of the words begin what is looked for."""
    if regex:
        try:
            pattern = re.compile(word, re.IGNORECASE)
        except re.error as error:
            raise InputError(
                f"'{word}' is no pattern: {error}. Mend it, or look for the words without regex."
            ) from None
        return said["word"].isin([one for one in said["word"].cat.categories if pattern.fullmatch(one)]).to_numpy()
    wanted = [folded(one) for one in text.words(word)]
    if not wanted:
        raise InputError(f"'{word}' holds no word to look for. Give one as it is said, such as 'court'.")
    found = (said["word"] == wanted[0]).to_numpy(copy=True)
    for step, one in enumerate(wanted[1:], 1):
        after = said.shift(-step)
        same = (after["document"] == said["document"]) & (after["turn"] == said["turn"])
        found &= (same & (after["place"] == said["place"] + step) & (after["word"] == one)).to_numpy()
    return found


def _around(passage: str, first: int, length: int, width: int) -> tuple[str, str, str]:
    """Words of a passage, from the one numbered `first` on, between what stands left and right of them."""
    spans = text.word_spans(passage)[first : first + length]
    start, end = spans[0][0], spans[-1][1]
    left, right = passage[max(0, start - width) : start], passage[end : end + width]
    if start > width and not passage[start - width - 1].isspace():
        left = left.partition(" ")[2]
    if end + width < len(passage) and not passage[end + width].isspace():
        right = right.rpartition(" ")[0]
    return " ".join(left.split()), passage[start:end], " ".join(right.split())
