"""Raw files to text: one module per format, named by the suffix it reads."""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from dtstudy.errors import InputError


def suffixes() -> list[str]:
    """Suffixes that can be read, each the name of a module here."""
    return sorted(f".{module.name}" for module in iter_modules(__path__))


def text(file: Path) -> str:
    """The text of a file, whatever its format. Raises InputError where it has none or cannot be read."""
    if file.suffix.lower() not in suffixes():
        raise InputError(
            f"{file}: files of type '{file.suffix}' are not read; use one of {', '.join(suffixes())}."
        )
    try:
        found = import_module(f"dtstudy.read.{file.suffix[1:].lower()}").text(file)
    except OSError as error:
        raise InputError(f"{file}: {error.strerror or error}. Check the name and the permissions.") from None
    if not found.strip():
        raise InputError(f"{file}: it holds no text. Supply a file with a text layer.")
    return found
