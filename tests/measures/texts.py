"""Small random transcripts, with all that can trouble a reader of words."""

import pandas as pd
from hypothesis import strategies as st

SCRAPS = [
    *"aeiorstmnKÉéßİΣ0_'’-–“”⟨⟩ \n\t\u00a0\u0301·.",
    *("er", "Um", "hmm", "the", "order", "don't", "SU-1-3", "Town-2's", "⟨long pause⟩", "⟨", "ΑΣ"),
]


@st.composite
def transcripts(draw, scraps=SCRAPS):
    """Turns and documents: up to three documents of up to four turns, text between the turns, one facilitator."""
    text = st.lists(st.sampled_from(scraps), max_size=9).map("".join)
    documents, turns = [], []
    for document in ["D2", "D1", "D3"][: draw(st.integers(1, 3))]:
        whole = draw(text)
        for number in range(1, draw(st.integers(0, 4)) + 1):
            said = draw(text)
            speaker = draw(st.sampled_from(["P1", "P2", "P3", "F"]))
            role = "facilitator" if speaker == "F" else "participant"
            turns.append((document, number, speaker, len(whole), len(whole) + len(said), role))
            whole += said + draw(text)
        documents.append((document, whole))
    turns = pd.DataFrame(turns, columns=["document", "turn", "participant", "start", "end", "role"])
    turns = turns.astype({name: "str" for name in ("document", "participant", "role")} | {"start": int, "end": int})
    turns["group"] = turns["document"].map({"D1": "users", "D2": "staff", "D3": "users"}).astype("str")
    return turns, pd.DataFrame(documents, columns=["document", "text"], dtype="str")


PLAIN = ("the ", "court ", "order ", "no ", "it ", "er ", "SU-1-3 ", "⟨pause⟩ ", ". ")
