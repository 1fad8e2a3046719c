"""A corpus to the files that other programs read: one module per format.

A writer takes tables as `schema` names them and returns bytes; nothing here touches a disk. What goes out is the clean,
pseudonymised text of a corpus, never the raw one: the roster, the key and the raw transcripts have no way into these
modules.
"""

import json
import re
import uuid
from functools import lru_cache

import pandas as pd

_FAMILY = uuid.uuid5(uuid.NAMESPACE_URL, "urn:dtstudy")
_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
REPLACED = "\ufffd"


@lru_cache(maxsize=4096, typed=True)  # codes and coders come again and again
def guid(kind: str, study: str, *parts: object) -> str:
    """The GUID of a thing of a study, made from what names it: the same on every export, another in another study.

    >>> guid("code", "orchard", "pruning") == guid("code", "orchard", "pruning") != guid("code", "meadow", "pruning")
    True
    """
    return str(uuid.uuid5(_FAMILY, json.dumps([kind, study, *map(str, parts)])))


def plain(text: str) -> str:
    """A text as every program counts it, character for character: each offset into the one is an offset into the other.

    Line ends are LF (of CR LF the CR becomes a blank), a byte order mark at the start becomes a blank, and each
    character that XML cannot hold becomes U+FFFD.

    >>> plain("one\\r\\ntwo\\x07")
    'one \\ntwo�'
    """
    text = text.replace("\r\n", " \n").replace("\r", "\n")
    text = f" {text[1:]}" if text.startswith("\ufeff") else text
    return _NOT_XML.sub(REPLACED, text)


def branches(codes: pd.DataFrame) -> dict[str, list[str]]:
    """Each code's way down the hierarchy: the codes above it, from the top, and itself.

    >>> branches(pd.DataFrame({"code": ["trust", "care"], "parent": ["care", None]}))
    {'trust': ['care', 'trust'], 'care': ['care']}
    """
    parent = dict(zip(codes["code"], codes["parent"], strict=True))
    ways = {}
    for code in codes["code"]:
        way = [code]
        while isinstance(parent[way[0]], str):
            way.insert(0, parent[way[0]])
        ways[code] = way
    return ways
