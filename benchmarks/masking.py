"""Names of a roster replaced in large text: this package beside a loop of substitutions and one alternation.

    python benchmarks/masking.py [MEGABYTES]        (default 10; the loop of substitutions runs up to 20 and takes minutes)

Prints seconds of processor time and the ratio to this package; every method must find the same names.
"""

import random
import re
import string
import sys
import time

import pandas as pd

from dtstudy.names import Names

LETTER = r"[^\W\d_]"


def roster(size: int, seed: int = 1) -> list[str]:
    """Invented single names, among them short and accented ones."""
    chance = random.Random(seed)
    names = {"Al", "Jo", "Zoë", "Éa"}
    while len(names) < size:
        names.add(
            chance.choice(string.ascii_uppercase)
            + "".join(chance.choices(string.ascii_lowercase, k=chance.randint(2, 8)))
        )
    return sorted(names)


def talk(names: list[str], megabytes: float, seed: int = 2) -> str:
    """Invented talk with a name about every eighty words."""
    chance = random.Random(seed)
    words = ["".join(chance.choices(string.ascii_lowercase + "éï", k=chance.randint(2, 9))) for _ in range(20_000)]
    pieces, size = [], 0
    while size < megabytes * 1e6:
        line = chance.choices(words, k=79) + [chance.choice(names) + chance.choice(["", "'s", ",", "."])]
        chance.shuffle(line)
        pieces.append(" ".join(line))
        size += len(pieces[-1])
    return "\n".join(pieces)


def ours(text: str, names: list[str]) -> int:
    people = pd.DataFrame(
        {"name": names, "aliases": "", "participant": [f"P{i}" for i in range(len(names))], "role": "participant"}
    )
    return len(Names(people, pd.DataFrame({"word": [], "kind": []})).find(text))


def _forms(names: list[str]) -> list[str]:
    import unicodedata

    plain = {"".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c)) for name in names}
    return sorted({form for name in {*names, *plain} for form in (name, name.upper())}, key=len, reverse=True)


def alternation(text: str, names: list[str]) -> int:
    pattern = re.compile(rf"(?<!{LETTER})(?:{'|'.join(map(re.escape, _forms(names)))})(?!{LETTER})")
    return sum(1 for _ in pattern.finditer(text))


def loop(text: str, names: list[str]) -> int:
    return sum(len(re.findall(rf"(?<!{LETTER}){re.escape(form)}(?!{LETTER})", text)) for form in _forms(names))


def main() -> None:
    megabytes = float(sys.argv[1]) if len(sys.argv) > 1 else 10
    names = roster(200)
    text = talk(names, megabytes)
    methods = [ours, alternation] + ([loop] if megabytes <= 20 else [])
    print(f"{len(text) / 1e6:.0f} MB, {len(names)} names; processor seconds, names found, ratio to this package")
    base = None
    for method in methods:
        began = time.process_time()
        found = method(text, names)
        taken = time.process_time() - began
        base = base or taken
        print(f"{method.__name__:<12} {taken:9.2f} {found:9d} {taken / base:8.1f}")


if __name__ == "__main__":
    main()
