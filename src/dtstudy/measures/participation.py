"""Who speaks how much, who follows whom, and what a listener would want to know of a recording."""

import pandas as pd

from dtstudy.measures.units import spoken

FASTEST_PACE = 2.5  # words a second, an ordinary pace of talk; a recording's own pace is taken where it is slower
LONGEST_SILENCE = 20  # seconds
LARGEST_SHARE = 0.4  # of a document's words, above which one voice leads


def speaking_shares(turns: pd.DataFrame) -> pd.DataFrame:
    """Turns and words of each speaker, the share of the participants' words, and the share of the floor.

    Formula: share = words / words of the document's participants; floor = words / words of the document.

    Facilitators have a row, part of the floor, and no share.

    Returns
    -------
    DataFrame, one row per document and speaker, in the order of the documents, most words first
        document, participant, role, turns, words
        share : 0 to 1, of the participants' words in the document
        floor : 0 to 1, of all words in the document

    Reference: none; words are counted.

    >>> from dtstudy.measures.example import turns
    >>> speaking_shares(turns).query("document == 'G1'")[["participant", "turns", "words", "share", "floor"]].round(2)
      participant  turns  words  share  floor
    0          Mo      2     13   0.65   0.54
    1         Ira      1      7   0.35   0.29
    2      Leader      1      4    NaN   0.17
    """
    counted = turns.assign(words=turns["word_end"] - turns["word_start"])
    keys = ["document", "participant", "role"]
    shares = counted.groupby(keys, sort=False).agg(turns=("turn", "size"), words=("words", "sum")).reset_index()
    said = shares[shares["role"] != "facilitator"].groupby("document")["words"].sum()
    shares["share"] = (shares["words"] / shares["document"].map(said)).where(shares["role"] != "facilitator")
    shares["floor"] = shares["words"] / shares.groupby("document")["words"].transform("sum")
    return shares.sort_values(["document", "words", "participant"], ascending=[True, False, True], ignore_index=True)


def following(turns: pd.DataFrame) -> pd.DataFrame:
    """Who follows whom: how often each speaker takes the turn after another, in the same document.

    Formula: none; pairs of turns in a row are counted.

    Returns
    -------
    DataFrame, one row per document and pair that occurs
        document, before, after, turns

    >>> from dtstudy.measures.example import turns
    >>> following(turns).query("document == 'G1'").reset_index(drop=True)
      document  before after  turns
    0       G1     Ira    Mo      1
    1       G1  Leader    Mo      1
    2       G1      Mo   Ira      1
    """
    ordered = turns.sort_values(["document", "turn"])
    pairs = ordered.assign(before=ordered.groupby("document")["participant"].shift()).dropna(subset="before")
    counted = pairs.groupby(["document", "before", "participant"]).size().rename("turns").reset_index()
    return counted.rename(columns={"participant": "after"})


def flags(turns: pd.DataFrame) -> pd.DataFrame:
    """What a person should look at: long silences, turns of nobody, one voice above all.

    Formula: silence = seconds between two stamps - words between them / pace, flagged above 20 seconds; pace = the
    recording's words a second, at most 2.5; one voice: a share above 0.4 of the participants' words, with more than two
    of them.

    A silence is what remains of the time between two stamped turns in a row when the words of the first are taken
    at the recording's own pace; it is an estimate.

    Returns
    -------
    DataFrame, one row per flag
        document, turn (missing where the flag is of the whole document), flag, detail

    Reference: none; the limits are this package's own.

    >>> from dtstudy.measures.example import turns
    >>> flags(turns.query("document == 'G1'").assign(seconds=[0, 2, 60, 66]))[["turn", "flag", "detail"]]
       turn     flag                          detail
    0     3  silence  about 30 seconds before turn 3
    """
    found = []
    for document, own in turns.sort_values("turn").groupby("document"):
        timed = own[own["seconds"].notna()]
        pace = _pace(own, timed)
        for before, after in zip(timed.iloc[:-1].itertuples(), timed.iloc[1:].itertuples(), strict=True):
            between = own[(own["turn"] >= before.turn) & (own["turn"] < after.turn)]
            words = (between["word_end"] - between["word_start"]).sum()
            rest = after.seconds - before.seconds - words / pace
            if len(between) == 1 and rest > LONGEST_SILENCE:
                found.append((document, after.turn, "silence", f"about {rest:.0f} seconds before turn {after.turn}"))
        unknown = own[own["participant"].str.startswith("unknown")]
        found += [(document, row.turn, "unlabelled", "no speaker is named") for row in unknown.itertuples()]
    shares = speaking_shares(spoken(turns))
    people = shares.groupby("document")["participant"].transform("size")
    for row in shares[(shares["share"] > LARGEST_SHARE) & (people > 2)].itertuples():
        found.append((row.document, None, "one voice", f"{row.participant} says {100 * row.share:.0f} % of the words"))
    table = pd.DataFrame(found, columns=["document", "turn", "flag", "detail"])
    return table.astype({"turn": "Int64"}).sort_values(["document", "turn"], ignore_index=True)


def _pace(turns: pd.DataFrame, timed: pd.DataFrame) -> float:
    """Words a second between the first and the last stamp, at most an ordinary pace."""
    if len(timed) < 2:
        return FASTEST_PACE
    first, last = timed.iloc[0], timed.iloc[-1]
    between = turns[(turns["turn"] >= first["turn"]) & (turns["turn"] < last["turn"])]
    words = (between["word_end"] - between["word_start"]).sum()
    return max(0.1, min(FASTEST_PACE, words / max(1.0, last["seconds"] - first["seconds"])))
