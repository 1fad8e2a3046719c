"""Small random corpora for brute-force tests."""

import pandas as pd
from hypothesis import strategies as st

CODES = ("a", "b", "c")


@st.composite
def tables(draw):
    """Codings and turns of up to three documents: turns of up to nine characters one after another, any codings over them."""
    turns, codings = [], []
    for document in ["D1", "D2", "D3"][: draw(st.integers(1, 3))]:
        reached = 0
        for number in range(1, draw(st.integers(1, 5)) + 1):
            start = reached + draw(st.integers(0, 2))
            reached = start + draw(st.integers(1, 9))
            speaker = draw(st.sampled_from(["P1", "P2", "F"]))
            turns.append(
                (
                    document,
                    number,
                    speaker,
                    "facilitator" if speaker == "F" else "participant",
                    start,
                    reached,
                )
            )
        for _ in range(draw(st.integers(0, 6))):
            start = draw(st.integers(0, reached - 1))
            end = draw(st.integers(start + 1, reached))
            codings.append(
                (
                    document,
                    start,
                    end,
                    draw(st.sampled_from(CODES)),
                    draw(st.sampled_from(["first", "second"])),
                )
            )
    turns = pd.DataFrame(turns, columns=["document", "turn", "participant", "role", "start", "end"])
    codings = pd.DataFrame(codings, columns=["document", "start", "end", "code", "coder"]).astype(
        {"start": "int64", "end": "int64"}
    )
    # one-letter words make offsets in words those in characters
    turns, codings = (frame.assign(word_start=frame["start"], word_end=frame["end"]) for frame in (turns, codings))
    turns["group"] = turns["document"].map({"D1": "users", "D2": "staff", "D3": "users"})
    return codings.drop_duplicates(["document", "start", "end", "code", "coder"], ignore_index=True), turns
