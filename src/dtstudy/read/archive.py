"""A zip archive from anywhere: entries are read by name, up to a size, and nothing is ever unpacked to disk."""

import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

from dtstudy.errors import InputError

ENTRIES = 100_000
LARGEST = 100_000_000  # bytes of one entry
ALL = 200_000_000  # bytes of all entries that are read: forty million words
RATIO = 100  # times their packed size that more than SMALL bytes may unpack to; XML seldom comes to 30
SMALL = 1_000_000
FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError, OverflowError, KeyError)


def weigh(content: str | BinaryIO, where: str) -> None:
    """Refuse an archive that others will unpack whole, where its entries come to more than a document can be.

    Raises InputError for one that is too large; what is no archive is left to those others to tell.
    """
    try:
        with zipfile.ZipFile(content) as packed:
            entries = packed.infolist()
    except FAULTS:
        return
    size, packed_size = (sum(getattr(entry, name) for entry in entries) for name in ("file_size", "compress_size"))
    if size > LARGEST or (size > SMALL and size > RATIO * max(packed_size, 1)) or len(entries) > ENTRIES:
        raise InputError(
            f"{where}: it unpacks to {size:,} bytes from {packed_size:,}; not read. Export it again, without media."
        )


class Archive:
    """The entries of a zip file, found without regard to case, each read at most once into memory.

    Raises InputError for a file that is no whole archive, or that unpacks to more than anybody's project.
    """

    def __init__(self, file: Path) -> None:
        self.file, self._read, self._packed = file, 0, 0
        try:
            self._zip = zipfile.ZipFile(file)
            entries = self._zip.infolist()
        except FAULTS as error:
            raise InputError(f"{file}: this is no whole archive ({_told(error)}). Export the project again.") from None
        if len(entries) > ENTRIES:
            raise InputError(
                f"{file}: an archive of {len(entries):,} entries is no project. Export it again, as .qdpx."
            )
        self.names = [entry.filename for entry in entries if not entry.filename.endswith("/")]
        self._entries = {}
        for entry in entries:
            self._entries.setdefault(_key(entry.filename), entry)

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *error: object) -> None:
        self._zip.close()

    def has(self, name: str) -> bool:
        """Whether there is an entry of that name, whatever its case."""
        return _key(name) in self._entries

    def bytes(self, name: str) -> bytes:
        """The content of an entry. Raises InputError where it cannot be unpacked, or is larger than it may be."""
        entry = self._entries[_key(name)]
        where = f"{self.file}, entry {name[:100]}"
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise InputError(f"{where}: it is packed in a way that is not read. Export the project again.")
        self._packed += entry.compress_size
        for size, packed in ((entry.file_size, entry.compress_size), (self._read + entry.file_size, self._packed)):
            if size > SMALL and size > RATIO * max(packed, 1):
                raise InputError(
                    f"{where}: it unpacks to {entry.file_size:,} bytes from {entry.compress_size:,}; not read."
                    " Export it without media."
                )
        limit = min(LARGEST, ALL - self._read)
        try:
            with self._zip.open(entry) as stream:
                content = stream.read(limit + 1)  # what the entry says of its size need not be true
        except FAULTS as error:
            raise InputError(f"{where}: it cannot be unpacked ({_told(error)}). Export the project again.") from None
        if len(content) > limit:
            raise InputError(f"{where}: it unpacks to more than {limit:,} bytes; not read. Export it without media.")
        self._read += len(content)
        return content


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()


def _told(error: Exception) -> str:
    return str(error)[:100] or type(error).__name__
