"""The reference of the measures, made from their docstrings: a page for each, and an index by question.

`python -m dtstudy.reference` writes docs/measures.md and docs/measures/; a test holds them equal to the docstrings.
"""

import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from textwrap import wrap

from dtstudy import measures, settings

QUESTIONS = {
    "How often is it said, and by whom?": (
        "frequency.code_frequency", "frequency.document_rates", "tree.coding_tree", "participation.speaking_shares",
        "participation.following", "participation.flags",
    ),
    "Do groups differ?": (
        "frequency.compare_groups", "frequency.relabel", "multiplicity.holm", "multiplicity.benjamini_hochberg",
        "multiplicity.bonferroni", "synthesis.side_by_side",
    ),
    "Do the coders agree?": (
        "agreement.agreement_table", "agreement.percent_agreement", "agreement.cohen_kappa", "agreement.kappa_max",
        "agreement.expected_agreement", "agreement.kappa_by_code", "agreement.krippendorff_alpha",
        "agreement.bootstrap_alpha", "agreement.gwet_ac1", "agreement.alpha_masi", "agreement.masi_distance",
    ),
    "Do their passages begin and end alike?": (
        "agreement.unitizing_alpha", "agreement.u_alpha", "agreement.bar_u_alpha", "agreement.cu_alpha",
        "agreement.ku_alpha",
    ),
    "What do they differ over?": ("agreement.disagreements", "agreement.disagreements_by_code"),
    "What would NVivo, MAXQDA or QualCoder print?": (
        "agreement.as_nvivo", "agreement.as_maxqda", "agreement.as_qualcoder",
    ),
    "Which codes meet, and how do they hang together?": (
        "cooccurrence.cooccurrence", "cooccurrence.coefficients", "cooccurrence.overlapping_pairs",
        "cooccurrence.network", "cooccurrence.disparity", "cooccurrence.communities",
    ),
    "Have we heard enough?": (
        "saturation.guest", "saturation.runs", "saturation.accumulation", "saturation.chao2", "saturation.incidence",
    ),
    "Whose words are these?": (
        "vocabulary.frequency", "vocabulary.keyness", "vocabulary.collocations", "vocabulary.dispersion",
        "vocabulary.evenness", "vocabulary.words", "vocabulary.kwic",
    ),
    "What did each case say under each theme?": ("framework.matrix", "framework.quoted", "framework.unlinked"),
}  # fmt: skip
MADE_OF = "parts"  # the page of all else that the modules offer
MARKS = {"Formula:": "Formula", "Parameters": "Parameters", "Returns": "Returns", "Raises": "Raises"}
MARKS |= {"Reference:": "Reference", "References:": "Reference", "Source:": "Reference", "NaN where": "Definition"}
ORDER = ("Definition", "Formula", "Parameters", "Returns", "Raises", "Reference", "Example")
_MARK = re.compile(rf"(?:(?<=\.\s)|(?<=\n)|^)(?=(?:{'|'.join(map(re.escape, MARKS))}))")
LABELS = ("Parameters", "Returns")  # words that head a paragraph; elsewhere they begin its sentence
_EXAMPLE = re.compile(r"\n\n(?:Examples\n-+\n|(?=>>>))")
_NAMES = re.compile(r"(?:[<>\w]+(?: \([^()]*\))?(?:, |$))+")

HEAD = """# The measures

Every measure takes tables and returns a tidy table, or a number. `study.corpus()` gives the tables: `corpus.codings`,
`corpus.turns`, `corpus.codes`, `corpus.reads`, `corpus.documents`. What a measure divides by stands in its columns, and
turns of facilitators are outside every denominator. Each has a page with its definition, formula, parameters, result,
source and an example. The pages are made from the docstrings (`python -m dtstudy.reference`), so `help(function)` says
the same; the examples are run by the tests, most on a corpus small enough to count by hand (`dtstudy.measures.example`;
`pd` is pandas, `np` NumPy).
"""


def pages() -> dict[str, str]:
    """Every page in Markdown, by its path below docs/."""
    names = [name for chosen in QUESTIONS.values() for name in chosen]
    made = {f"measures/{name}.md": page(name) for name in names}
    return {"measures.md": index(), **made, f"measures/{MADE_OF}.md": parts()}


def index() -> str:
    """The measures by the question they answer."""
    lines = [HEAD]
    for question, names in QUESTIONS.items():
        listed = [f"- [{name}](measures/{name}.md): {_title(_found(name))}" for name in names]
        lines += [f"## {question}\n", *listed, ""]
    return "\n".join([*lines, f"[What they are made of](measures/{MADE_OF}.md): counts that add up, units, choices.\n"])


def page(name: str) -> str:
    """The page of one measure: what it answers, and each section of its docstring."""
    function = _found(name)
    module = name.partition(".")[0]
    own = function.__name__
    call = f"from dtstudy.measures.{module} import {own}\n\n{own}{_signature(function)}"
    lines = [f"# {name}\n\n{_title(function)}\n\n```python\n{call}\n```\n"]
    found = sections(function)
    for head in ORDER:
        if head in found:
            lines.append(f"## {head}\n\n{_shown(head, found[head], module)}\n")
    return "\n".join([*lines, "[All measures](../measures.md)\n"])


def parts() -> str:
    """The page of what measures are made of, module by module."""
    asked = {_found(name) for chosen in QUESTIONS.values() for name in chosen}
    lines = ["# What the measures are made of\n", "`count` over whole documents adds up; `finish` makes the table.\n"]
    for module, functions in public().items():
        for function in functions:
            if function not in asked:
                text = inspect.getdoc(function).partition("\n\n")[2]
                told = f"```text\n{text}\n```\n" if text else ""
                head = f"## {module}.{function.__name__}\n\n{_title(function)}\n"
                lines.append(f"{head}\n```python\n{function.__name__}{_signature(function)}\n```\n\n{told}")
    return "\n".join([*lines, "[All measures](../measures.md)\n"])


def public() -> dict[str, list[Callable]]:
    """The functions a reader may call, by the module that defines them."""
    modules = [import_module(f"dtstudy.measures.{found.name}") for found in pkgutil.iter_modules(measures.__path__)]
    return {module.__name__.rpartition(".")[2]: list(_of_module(module)) for module in modules}


def sections(function: Callable) -> dict[str, str]:
    """The docstring of a measure in parts: Definition, Formula, Parameters, Returns, Raises, Example, Reference."""
    told = inspect.getdoc(function)
    example = _EXAMPLE.search(told)
    text = told[: example.start()] if example else told
    found: dict[str, list[str]] = {}
    for paragraph in text.split("\n\n")[1:]:
        for piece in filter(str.strip, _MARK.split(paragraph)):
            mark = next((mark for mark in MARKS if piece.startswith(mark)), "")
            own = piece.removeprefix(mark).removeprefix(":") if mark.endswith(":") or mark in LABELS else piece
            found.setdefault(MARKS.get(mark, "Definition"), []).append(own.strip("\n ") if mark else own.strip("\n"))
    if example:
        found["Example"] = [told[example.end() :]]
    return {head: "\n\n".join(pieces) for head, pieces in found.items()}


def _shown(head: str, text: str, module: str) -> str:
    """A section in Markdown: formulas and examples as they are typed, what is returned as a table, the rest flowing."""
    if head == "Example":
        return f"```python\n{text}\n```"
    if head == "Formula" and not text.startswith("none"):
        lines = (wrap(line, 100, subsequent_indent="    ") for line in re.split(r"(?<=;) ", " ".join(text.split())))
        return "```text\n" + "\n".join(line for broken in lines for line in broken) + "\n```"
    if head == "Returns" and "---" in text.split("\n")[0]:
        return _linked("\n".join(_table(text.split("\n")[1:])).strip(), module)
    flowing = (" ".join(paragraph.split()) for paragraph in text.split("\n\n"))
    return _linked("\n\n".join(part[:1].upper() + part[1:] for part in flowing), module)


def _linked(text: str, module: str) -> str:
    """The text with a link wherever it names another measure, of the same module or with its own."""
    known = {name for names in QUESTIONS.values() for name in names}

    def link(match: re.Match[str]) -> str:
        name = next((name for name in (match[1], f"{module}.{match[1]}") if name in known), "")
        return f"[`{match[1]}`]({name}.md)" if name else match[0]

    return re.sub(r"(?<!\| )`([\w.]+)`", link, text)


def _table(lines: list[str]) -> Iterator[str]:
    """What is returned: sentences as they are, and the columns below them as rows of a table."""
    items: list[str] = []
    for line in [*lines, ""]:
        if line.startswith(" " * 8) and items:
            items[-1] += f" {line.strip()}"
        elif line.startswith(" " * 4):
            items.append(line.strip())
        else:
            if items:
                yield "\n| column | meaning |\n|---|---|"
                yield from (f"| {name} | {meaning} |" for item in items for name, meaning in _columns(item))
                yield ""
            yield line
            items = []


def _columns(item: str) -> Iterator[tuple[str, str]]:
    """Columns with their meaning from a line such as `n1, n2 : units with each; n : units in all`."""
    rows: list[list[str]] = []
    for piece in re.split(r"; (?=[<>\w]+(?:, [<>\w]+)* : )", item):
        names, colon, meaning = piece.partition(" : ")
        if not colon and _NAMES.fullmatch(piece):
            rows += [[name, told] for name, told in re.findall(r"([<>\w]+)(?: \(([^()]*)\))?(?:, |$)", piece)]
        else:
            rows.append([names, meaning] if colon else ["", piece])
    for names, meaning in rows:
        yield ", ".join(f"`{name}`" for name in names.split(", ")) if names else "", meaning.replace("|", "\\|")


def _found(name: str) -> Callable:
    module, _, function = name.partition(".")
    return getattr(import_module(f"dtstudy.measures.{module}"), function)


def _title(function: Callable) -> str:
    return " ".join(inspect.getdoc(function).partition("\n\n")[0].split())


def _of_module(module: object) -> Iterator[Callable]:
    """Functions of a module that a reader may call: those a package names, or those a module defines."""
    for name in getattr(module, "__all__", None) or list(vars(module)):
        item = getattr(module, name)
        own = inspect.isfunction(item) and item.__module__.startswith(module.__name__)
        if own and not name.startswith("_"):
            yield item


def _signature(function: Callable) -> str:
    """The parameters with their defaults, without types, over lines where they are many."""
    found = inspect.signature(function)
    parameters = [own.replace(annotation=inspect.Parameter.empty) for own in found.parameters.values()]
    line = str(found.replace(parameters=parameters, return_annotation=inspect.Signature.empty))
    return line if len(line) <= 90 else line.replace(", ", ",\n    ").replace("(", "(\n    ", 1)


def write(docs: Path) -> None:
    """Write every page, and remove those of measures that there are no more."""
    (docs / "measures").mkdir(exist_ok=True)
    made = pages()
    for old in (docs / "measures").glob("*.md"):
        if f"measures/{old.name}" not in made:
            old.unlink()
    for name, text in made.items():
        (docs / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(settings.find_project() / "docs")
    print(f"written docs/measures.md and {len(pages()) - 1} pages in docs/measures")
