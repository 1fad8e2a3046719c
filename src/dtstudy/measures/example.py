"""A corpus small enough to count by hand, for the examples of the measures: four talks about a garden, invented.

Two are of gardeners and two of visitors; two coders gave whole turns a code. `codings`, `turns`, `codes`, `reads` and
`documents` are as `schema` has them, with what a Corpus adds to turns and codings.
"""

import pandas as pd

TALK = (  # document, group, who, words, codes of the first coder, codes of the second
    ("G1", "gardeners", "Leader", "what do you grow", "", ""),
    ("G1", "gardeners", "Mo", "beans and more beans for the whole street", "food, sharing", "food, sharing"),
    ("G1", "gardeners", "Ira", "i dig because digging keeps me well", "health", "health"),
    ("G1", "gardeners", "Mo", "we give the beans away", "sharing", ""),
    ("G2", "gardeners", "Bea", "the soil is good for my back", "health", "health"),
    ("G2", "gardeners", "Bea", "and the beans are good for supper", "food", "food, health"),
    ("G2", "gardeners", "Jon", "we share what we have", "sharing", "sharing"),
    ("V1", "visitors", "Kim", "i come for the quiet", "health", "health"),
    ("V1", "visitors", "Lou", "they gave me beans at the gate", "food, sharing", "sharing"),
    ("V2", "visitors", "Pat", "my doctor said walk so i walk here", "health", "health"),
    ("V2", "visitors", "Pat", "it is quiet", "", "health"),
)


def _turns() -> pd.DataFrame:
    turns = pd.DataFrame(TALK, columns=["document", "group", "participant", "words", "first", "second"])
    turns["turn"] = turns.groupby("document").cumcount() + 1
    turns["role"] = turns["participant"].map({"Leader": "facilitator"}).fillna("participant")
    sizes = {"": turns["words"].str.len() + 1, "word_": turns["words"].str.split().str.len()}
    for name, size in sizes.items():
        turns[f"{name}end"] = size.groupby(turns["document"]).cumsum() - (1 if name == "" else 0)
        turns[f"{name}start"] = turns[f"{name}end"] - size + (1 if name == "" else 0)
    return turns


_ALL = _turns()
_SPAN = ["document", "start", "end", "word_start", "word_end"]
turns = _ALL[["document", "turn", "participant", "role", "group", *_SPAN[1:]]]
documents = _ALL.groupby("document")["words"].agg("\n".join).rename("text").reset_index()
codings = pd.concat(
    _ALL[_SPAN].assign(code=_ALL[coder].str.split(", "), coder=coder).explode("code") for coder in ("first", "second")
)
codings = codings[codings["code"] != ""].reset_index(drop=True)
reads = codings[["document", "coder"]].drop_duplicates(ignore_index=True)
codes = pd.DataFrame(
    {
        "code": ["good", "health", "food", "sharing"],
        "parent": [None, "good", "good", None],
        "level": ["category", "concept", "concept", "concept"],
        "definition": ["What the garden is good for.", "Body and mind.", "What is eaten.", "What is given."],
        "include": "",
        "exclude": "",
    }
)
