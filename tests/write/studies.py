"""Tables to write: both constructed studies, and a small one with everything that is hard to write."""

from functools import cache

import pandas as pd

import dtstudy
from dtstudy import schema

STUDIES = ("kouimtsidis2007", "dtors2009")
HARD = '\ufeffMo: Hello 😀 there\r\nAnn-1: =1+1 — é\u0301 \x07bell\x0b & <b> "q"\rAnn-1: 𝔘nicode ends 👩‍👩‍👧 here\n'


@cache
def corpus(study):
    return dtstudy.open_study(study).corpus()


def tables(study):
    return dict(vars(corpus(study)))


def hard_tables():
    """Two documents; codes on four levels; memos; a coder who codes nothing; attributes of one name."""

    def place(words):
        return HARD.index(words), HARD.index(words) + len(words)

    documents = pd.DataFrame(
        {
            "document": ["D 1", "D2 <&>"],
            "text": [HARD, "A plain text.\nLine two 🙂 end"],
            "source": ["one.txt", "two.txt"],
            "sha256": ["a", "b"],
            "kind": "interview",
            "group": ["g & h", ""],
            "date": ["2020-01-01", "2020-01-02"],
        }
    )
    turns = [
        ("D 1", 1, "Mo", *place("Hello 😀 there"), None),
        ("D 1", 2, "Ann-1", HARD.index("=1"), HARD.index('"q"') + 3, None),
        ("D 1", 3, "Ann-1", HARD.index("𝔘"), len(HARD) - 1, None),
        ("D2 <&>", 1, "Ann-1", 0, 13, 1.5),
    ]
    people = {"participant": ["Mo", "Ann-1", "Silent"], "role": ["facilitator", "participant", "participant"]}
    codes = [
        ("top", None, "category", "d", "inc", None),
        ("mid", "top", "category", "has\nline", None, "exc"),
        ("=leaf", "mid", "concept", "x", None, None),
        ('core "c"', None, "core category", "y", None, None),
        ("coded category", None, "category", "z", None, None),
        ("folder in it", "coded category", "category", "w", None, None),
        ("deep", "folder in it", "concept", "v", "i", "e"),
    ]
    codings = [
        ("D 1", *place("😀"), "=leaf", "B", None),
        ("D 1", *place("😀"), "deep", "B", None),
        ("D 1", *place("😀"), "deep", "A", "note\n=1 \x01"),
        ("D 1", *place("😀"), "=leaf", "A", "another"),
        ("D 1", *place("\r\nAnn"), "=leaf", "A", None),
        ("D 1", 0, len(HARD), "coded category", "A", None),
        ("D 1", *place("👩‍👩‍👧"), "deep", "B", None),
        ("D2 <&>", 23, 24, "=leaf", "B", None),
        ("D2 <&>", 0, 1, "=leaf", "C é", None),
    ]
    span = ["start", "end"]
    return schema.validate(
        {
            "documents": documents,
            "participants": pd.DataFrame({**people, "date": ["", "2001", "2002"]}),
            "turns": pd.DataFrame(turns, columns=["document", "turn", "participant", *span, "seconds"]),
            "codes": pd.DataFrame(codes, columns=["code", "parent", "level", "definition", "include", "exclude"]),
            "codings": pd.DataFrame(codings, columns=["document", *span, "code", "coder", "memo"]),
            "reads": pd.DataFrame(
                [(document, coder) for document in documents["document"] for coder in ("A", "B", "C é", "D idle")],
                columns=["document", "coder"],
            ),
        }
    )


EVERY = {"hard": hard_tables, **{study: lambda study=study: tables(study) for study in STUDIES}}
