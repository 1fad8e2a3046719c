"""A REFI-QDA project of any size taken in: read with its positions proven, made into a study, opened; beside pyrefiqda.

    python benchmarks/importing.py [CODINGS ...]        (default 2300 10000 100000)

Prints seconds of processor time, the growth from size to size (1 is linear) and peak memory. pyrefiqda, where it is
installed, reads the XML into models and proves no position; the same passages are cut out of the texts with both, and
the number of those that hold the words they were made on is printed. The project is constructed, and written as NVivo
for Windows writes: UTF-16 units, CRLF as two, a byte order mark.
"""

import math
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

EACH = 250  # codings in one document
WORDS = "we came home and then hoped for more naïve people said so 😀 of course it went well enough to stay".split()


def build(file: Path, codings: int) -> list[str]:
    """Write a project; returns the words of each passage, in order."""
    chance = random.Random(1)
    codes = "".join(f'<Code guid="c{number}" name="code {number}" isCodable="true"/>' for number in range(100))
    users = "".join(f'<User guid="u{number}" name="coder {number}"/>' for number in range(3))
    sources, texts, words = [], {}, []
    for document in range(max(1, codings // EACH)):
        lines = [" ".join(chance.choices(WORDS, k=40)) + "." for _ in range(120)]
        text = "\r\n".join(lines)
        places = [0]
        for letter in text:
            places.append(places[-1] + 1 + (letter > "\uffff"))
        texts[f"sources/s{document}.txt"] = ("\ufeff" + text).encode()
        inner = []
        for number in range(min(EACH, codings)):
            line = chance.randrange(len(lines))
            start = sum(map(len, lines[:line])) + 2 * line
            end = start + lines[line].index(" ", 20)
            words.append(text[start:end])
            user = f'creatingUser="u{number % 3}"'
            inner.append(
                f'<PlainTextSelection guid="p{document}-{number}" startPosition="{places[start]}"'
                f' endPosition="{places[end]}" name="" {user}><Coding guid="k{document}-{number}" {user}><CodeRef targetGUID="c{number % 100}"/>'
                "</Coding></PlainTextSelection>"
            )
        sources.append(
            f'<TextSource guid="s{document}" name="Interview {document}" plainTextPath="internal://s{document}.txt">'
            f"{''.join(inner)}</TextSource>"
        )
    content = (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<Project xmlns="urn:QDA-XML:project:1.0" name="Constructed" origin="a program">'
        f"<Users>{users}</Users><CodeBook><Codes>{codes}</Codes></CodeBook><Sources>{''.join(sources)}</Sources></Project>"
    )
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("project.qde", content)
        for name, data in texts.items():
            packed.writestr(name, data)
    return words


def read(file: Path, folder: Path) -> int:
    from dtstudy.read import project

    found = project.load([file])
    texts = dict(zip(found.sources["source"], found.sources["text"], strict=True))
    return whole([texts[row.source][row.start : row.end] for row in found.codings.itertuples()], file)


def study(file: Path, folder: Path) -> int:
    from dtstudy import intake

    (folder / "data" / "raw").mkdir(parents=True, exist_ok=True)
    intake.new("constructed", [file], at=folder)
    return 0


def opened(file: Path, folder: Path) -> int:
    import dtstudy

    os.environ["DTSTUDY_PROJECT"] = str(folder)
    return whole(dtstudy.open_study("constructed").corpus().segments()["words"].tolist(), file)


def pyrefiqda(file: Path, folder: Path) -> int:
    from pyrefiqda import RefiProject

    found = RefiProject.load(file, str(folder / "extracted"))
    passages = []
    for source in found.sources.text_source:
        text = (folder / "extracted" / "sources" / f"{source.guid}.txt").read_text(encoding="utf-8")
        for selection in source.plain_text_selection:
            passages.append(text[int(selection.start_position) : int(selection.end_position)])
    return whole(passages, file)


def whole(passages: list[str], file: Path) -> int:
    """How many passages hold the words they were made on."""
    from collections import Counter

    wanted = Counter(file.with_suffix(".words").read_text(encoding="utf-8").split("\n"))
    return sum((Counter(passages) & wanted).values())


def measure(method: str, file: Path, folder: Path) -> tuple[float, float, int]:
    """Seconds, MB and passages that hold their words, in a process of its own; start-up and imports are not counted."""
    run = [sys.executable, __file__, "--one", method, str(file), str(folder)]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    seconds, memory, good = done.stdout.split()[-3:]
    return float(seconds), float(memory), int(good)


def one(method: str, file: Path, folder: Path) -> None:
    import dtstudy.intake
    import dtstudy.study  # noqa: F401

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    good = globals()[method](file, folder)
    taken = time.process_time() - began
    print(taken, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024, good)


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or [2_300, 10_000, 100_000]
    methods = ["read", "study", "opened"]
    try:
        import pyrefiqda  # noqa: F401

        methods.append("pyrefiqda")
    except ImportError:
        print("pyrefiqda is not installed: pip install pyrefiqda in an environment of its own, and run this there.")
    before: dict[str, tuple[int, float]] = {}
    print(f"{'codings':>9} {'':10} {'seconds':>8} {'growth':>7} {'MB more':>8} {'hold their words':>17}")
    with tempfile.TemporaryDirectory() as place:
        for size in sizes:
            folder = Path(place) / str(size)
            folder.mkdir()
            file = folder / "a.qdpx"
            words = build(file, size)
            file.with_suffix(".words").write_text("\n".join(words), encoding="utf-8", newline="")
            for method in methods:
                seconds, memory, good = measure(method, file, folder)
                last = before.get(method)
                growth = f"{math.log(seconds / last[1]) / math.log(size / last[0]):.2f}" if last else ""
                before[method] = (size, seconds)
                held = f"{good:,} of {len(words):,}" if good or method == "pyrefiqda" else ""
                print(f"{size:9,} {method:10} {seconds:8.2f} {growth:>7} {memory:8.0f} {held:>17}")


if __name__ == "__main__":
    one(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])) if sys.argv[1:2] == ["--one"] else main()
