"""The page of reference for the measures, made from their docstrings: definition, shapes, formula, example, source.

`python -m dtstudy.reference` writes docs/measures.md; a test holds the two equal.
"""

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module
from types import ModuleType

from dtstudy import measures, settings

HEAD = """# The measures

Every measure takes tables and returns a tidy table, or a number. `study.corpus()` gives the tables: `corpus.codings`,
`corpus.turns`, `corpus.codes`, `corpus.reads`, `corpus.documents`. What a measure divides by stands in its columns, and
turns of facilitators are outside every denominator. This page is made from the docstrings
(`python -m dtstudy.reference`); `help(function)` says the same.
"""


def page() -> str:
    """The page in Markdown."""
    modules = [import_module(f"dtstudy.measures.{found.name}") for found in pkgutil.iter_modules(measures.__path__)]
    return "\n".join([HEAD, *(line for module in modules for line in _of_module(module))])


def _of_module(module: ModuleType) -> Iterator[str]:
    functions = list(_public(module))
    if not functions:
        return
    name = module.__name__.rpartition(".")[2]
    first, _, _ = inspect.getdoc(module).partition("\n\n")
    yield f"## {name}\n\n{' '.join(first.split())}\n"
    for function in functions:
        title, _, rest = inspect.getdoc(function).partition("\n\n")
        yield f"### {name}.{function.__name__}\n\n{' '.join(title.split())}\n"
        yield f"```python\n{function.__name__}{_signature(function)}\n```\n"
        if rest:
            yield f"```text\n{rest}\n```\n"


def _public(module: ModuleType) -> Iterator[Callable]:
    """Functions a reader may call: those a package names, or those a module defines."""
    names = getattr(module, "__all__", None) or list(vars(module))
    for name in names:
        item = getattr(module, name)
        own = inspect.isfunction(item) and item.__module__.startswith(module.__name__)
        if own and not name.startswith("_") and inspect.getdoc(item):
            yield item


def _signature(function: Callable) -> str:
    """The parameters with their defaults, without types, over lines where they are many."""
    found = inspect.signature(function)
    parameters = [own.replace(annotation=inspect.Parameter.empty) for own in found.parameters.values()]
    line = str(found.replace(parameters=parameters, return_annotation=inspect.Signature.empty))
    return line if len(line) <= 90 else line.replace(", ", ",\n    ").replace("(", "(\n    ", 1)


if __name__ == "__main__":
    file = settings.find_project() / "docs" / "measures.md"
    file.write_text(page(), encoding="utf-8")
    print(f"written {file.name}")
