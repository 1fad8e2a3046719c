"""Errors are sentences: the file, the line or row, what is wrong, and what to do about it."""

import errno
from collections.abc import Iterable
from difflib import get_close_matches

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)  # what the system says of a full disk


class DtstudyError(Exception):
    """Anything a user can mend. The command prints the sentence and leaves with `exit_code`."""

    exit_code = 2

    def __init__(self, sentence: object = "") -> None:
        super().__init__(printable(str(sentence)))


class InputError(DtstudyError):
    """A file, a row or a parameter is not what it must be (exit code 2); told in one line, where a tab is seen."""

    def __init__(self, sentence: object = "") -> None:
        super().__init__(" ".join(str(sentence).splitlines()).replace("\u00a0", " ").replace("\t", "�"))


class StepError(DtstudyError):
    """A notebook of the chain failed (exit code 1)."""

    exit_code = 1


def printable(text: str) -> str:
    """The text with a mark for each character that a terminal or a file would act on, or that no encoding has.

    What a file is called, and what stands in it, comes into sentences; line ends and tabs are left to these.

    >>> printable("a\x1b[2Jb\u202ec")
    'a�[2Jb�c'
    """
    return "".join(letter if letter.isprintable() or letter in " \n\t\u00a0" else "�" for letter in text)


def near(name: str, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown name: its near match, or all that is known.

    >>> near("kouimtsidis07", ["kouimtsidis2007", "dtors2009"])
    "did you mean 'kouimtsidis2007'?"
    >>> near("x", ["b", "a"])
    'known are a, b.'
    """
    known = sorted(known)
    match = get_close_matches(name, known, n=1)
    if match:
        return f"did you mean '{match[0]}'?"
    if len(known) > 12:
        return f"known are {', '.join(known[:12])} and {len(known) - 12} more."
    return f"known are {', '.join(known)}." if known else "none is known yet."
