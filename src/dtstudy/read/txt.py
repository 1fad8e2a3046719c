"""Plain text: UTF-8 with or without a mark, else the encoding the bytes suggest; any line ends."""

from pathlib import Path

from dtstudy.errors import InputError

WESTERN = ("cp1252", "cp850")  # tried first: single bytes alone cannot tell an accent from a Baltic letter


def text(file: Path) -> str:
    """The text of a .txt file with LF line ends."""
    return decoded(file.read_bytes(), file).replace("\r\n", "\n").replace("\r", "\n")


def decoded(raw: bytes, file: object) -> str:
    """The text in the bytes of a file, without a mark, with its own line ends. Raises InputError without any."""
    if b"\0" in raw and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"{file}: this is not a text file (it holds zero bytes). Save it as plain text.")
    try:
        return raw.decode("utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError as error:
        if any("\x80" <= letter < "\ud800" for letter in raw.decode("utf-8", errors="surrogateescape")):
            line = raw.count(b"\n", 0, error.start) + 1
            raise InputError(
                f"{file}, line {line}: the file mixes encodings, UTF-8 and another here. Save it as UTF-8."
            ) from None
        from charset_normalizer import from_bytes

        best = from_bytes(raw, cp_isolation=list(WESTERN)).best() or from_bytes(raw).best()
        if best is None:
            raise InputError(f"{file}: the encoding could not be told. Save the file as UTF-8.") from None
        return str(best)
