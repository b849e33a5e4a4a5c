"""A folder or a zip archive that holds pictures: which files there are, and their bytes, within limits.

An archive is never unpacked to disk, so that names in it cannot lead anywhere.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import stat
import zipfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ganstudio import picture_files
from ganstudio.imagesets.base import PicturesError

__all__ = ["LARGEST_FILE", "MOST_BYTES", "MOST_FILES", "Container", "Entry", "UnreadableError", "opened", "printable"]

MOST_FILES = 500_000
"""Pictures in a folder or an archive."""
MOST_LOOKED_AT = 2_000_000
"""Files of any kind in a folder: somebody may name a whole disk."""
LARGEST_FILE = 100_000_000
"""Bytes of one picture's file."""
MOST_BYTES = 20_000_000_000
"""Bytes of all pictures in an archive, unpacked."""


class UnreadableError(ValueError):
    """The bytes of one file cannot be had. The message says why, without the file's name."""


@dataclass(frozen=True, order=True)
class Entry:
    """A file that may be a picture.

    Attributes
    ----------
    parts : tuple of str
        Its folders within the container, and its name.
    size : int
        Bytes that it has, or says to have.
    key : str
        What the container knows it by.
    stamp : int
        Something that changes when it does.
    """

    parts: tuple[str, ...]
    size: int
    key: str
    stamp: int

    @property
    def name(self) -> str:
        """Its path within the container, as a message shows it."""
        return "/".join(map(printable, self.parts))


def printable(name: str) -> str:
    """Return a file's or folder's name as it can be shown anywhere."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)


class Container(AbstractContextManager["Container"], ABC):
    """Something with pictures in it.

    Parameters
    ----------
    path
        A folder or a file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def entries(self) -> list[Entry]:
        """The files whose names end like pictures, sorted by their folders and names."""
        found = list(itertools.islice(self._found(), MOST_FILES + 1))
        if len(found) > MOST_FILES:
            raise PicturesError(self.path, f"has more than {MOST_FILES:,} pictures; no more are read")
        return sorted(found)

    @abstractmethod
    def _found(self) -> Iterator[Entry]:
        """Return the files whose names end like pictures, in any order."""

    @abstractmethod
    def _content(self, entry: Entry) -> bytes:
        """Return a file's bytes, all of them, or raise nearly anything."""

    def read(self, entry: Entry) -> bytes:
        """Return all bytes of a file.

        Raises
        ------
        UnreadableError
        """
        if entry.size > LARGEST_FILE:
            raise UnreadableError(f"has {entry.size / 1e6:,.0f} MB; at most {LARGEST_FILE / 1e6:,.0f} MB are read")
        try:
            content = self._content(entry)
        except (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            raise UnreadableError(f"cannot be read ({getattr(error, 'strerror', None) or error})") from None
        if not content:
            raise UnreadableError("is empty")
        return content

    def fingerprint(self) -> str:
        """Return what changes when a file is added, removed or changed."""
        digest = hashlib.sha256()
        for entry in self.entries:
            digest.update(repr((entry.parts, entry.size, entry.stamp)).encode(errors="surrogateescape"))
        return digest.hexdigest()


class _Folder(Container):
    """A folder and all below it; symbolic links are followed, but no folder is looked through twice."""

    def __exit__(self, *error: object) -> None:
        """There is nothing to close."""

    def _found(self) -> Iterator[Entry]:
        seen: set[tuple[int, int]] = set()
        looked_at = 0
        endings = picture_files.suffixes()
        for place, folders, names in os.walk(self.path, followlinks=True):
            status = os.stat(place)  # noqa: PTH116 - as os.walk names it
            identity = (status.st_dev, status.st_ino)
            if identity in seen:
                folders.clear()
                continue
            seen.add(identity)
            looked_at += len(names)
            if looked_at > MOST_LOOKED_AT:
                raise PicturesError(self.path, f"holds more than {MOST_LOOKED_AT:,} files; a smaller folder is needed")
            folders[:] = sorted(folder for folder in folders if not folder.startswith("."))
            above = Path(place).relative_to(self.path).parts
            for name in names:
                if not name.startswith(".") and name.lower().endswith(endings):
                    yield from self._entry(os.path.join(place, name), (*above, name))  # noqa: PTH118 - as above

    def _entry(self, path: str, parts: tuple[str, ...]) -> Iterator[Entry]:
        try:
            status = os.stat(path)  # noqa: PTH116 - a hundred thousand times
        except OSError:  # a link that leads nowhere
            yield Entry(parts, 0, path, 0)
            return
        if stat.S_ISREG(status.st_mode):
            yield Entry(parts, status.st_size, path, status.st_mtime_ns)

    def _content(self, entry: Entry) -> bytes:
        with open(entry.key, "rb") as file:
            return file.read(LARGEST_FILE)


class _Archive(Container):
    """A zip archive."""

    def __init__(self, path: Path) -> None:
        try:
            self._archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            raise PicturesError(path, f"is a broken zip archive ({error})") from None
        super().__init__(path)

    def __exit__(self, *error: object) -> None:
        """Close the archive."""
        self._archive.close()

    def _found(self) -> Iterator[Entry]:
        endings = picture_files.suffixes()
        total = 0
        for number, information in enumerate(self._archive.infolist()):
            # Names made on Windows by other programs than Windows' own may have "\".
            parts = tuple(
                part for part in information.filename.replace("\\", "/").split("/") if part not in ("", ".", "..")
            )
            hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
            if information.is_dir() or hidden or not parts or not parts[-1].lower().endswith(endings):
                continue
            if information.flag_bits & 1:
                raise PicturesError(self.path, "is encrypted; an archive without a password is needed")
            total += information.file_size
            if total > MOST_BYTES:
                most = f"at most {MOST_BYTES / 1e9:,.0f} GB are read"
                raise PicturesError(self.path, f"holds pictures of more than that when they are unpacked; {most}")
            yield Entry(parts, information.file_size, str(number), information.CRC)

    def _content(self, entry: Entry) -> bytes:
        information = self._archive.infolist()[int(entry.key)]
        # zipfile bounds what it unpacks at a time for these two only.
        if information.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UnreadableError("is packed in a way that is not read; plain zip archives store or deflate")
        # No more than the entry announces, which was checked; after that zipfile compares its checksum.
        with self._archive.open(information) as file:
            return file.read(max(1, entry.size))


def opened(path: str) -> Container:
    """Return what a path leads to; leave it with ``with``.

    Parameters
    ----------
    path
        A folder or a zip archive, as a person wrote it; "~" is one's own folder.

    Raises
    ------
    PicturesError
        If it is neither, broken, encrypted or too large.
    """
    needed = "a folder or a zip archive of pictures is needed"
    if not path:
        raise PicturesError("pictures: path", f"is empty; {needed}")
    place = Path(path).expanduser() if path.startswith("~") else Path(path)
    try:
        if place.is_dir():
            return _Folder(place)
        with open(place, "rb"):
            pass
        if not zipfile.is_zipfile(place):
            raise PicturesError(place, f"is neither a folder nor a zip archive; {needed}")
        return _Archive(place)
    except FileNotFoundError:
        raise PicturesError(place, f"there is no such file or folder; {needed}") from None
    except (OSError, ValueError, RuntimeError) as error:
        if isinstance(error, PicturesError):
            raise
        problem: Any = getattr(error, "strerror", None) or error
        raise PicturesError(place, f"cannot be read ({problem}); {needed}") from None
