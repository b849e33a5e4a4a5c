"""A download that is not complete yet: what is here of a file, and which version of it that is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import IO, Any

from ganstudio.imagesets.problems import disk_error
from ganstudio.imagesets.sources import Source

__all__ = ["Part"]


class Part:
    """What is on disk of a file on its way. Whatever cannot be written raises a `DownloadError`.

    Parameters
    ----------
    folder
        Where the file will be.
    source
        The file.
    """

    def __init__(self, folder: Path, source: Source) -> None:
        self.source = source
        self.path = folder / f"{source.name}.part"
        self.url = ""
        """Where it is from; "" if there is none yet."""
        self.validator = ""
        """What the server calls this version: a strong ETag or a date; "" if it cannot be gone on with."""
        self._file: IO[bytes] | None = None
        self._note = folder / f"{source.name}.part.json"
        self._read_note()

    @property
    def length(self) -> int:
        """Bytes that are here."""
        try:
            return self.path.stat().st_size
        except OSError:
            return 0

    def resumes(self, url: str) -> bool:
        """Return whether the rest can be asked for at an address."""
        return self.url == url and bool(self.validator) and self.length > 0

    def begin(self, url: str, validator: str) -> None:
        """Throw away what is here and begin again with what comes from an address."""
        self.discard()
        self.url, self.validator = url, validator
        try:
            self._note.write_text(json.dumps({"url": url, "validator": validator}), encoding="utf-8")
        except OSError as error:
            raise disk_error(self._note, error) from None

    def append(self, piece: bytes) -> None:
        """Write what came; unbuffered, so that whatever happens next, what came is kept."""
        try:
            if self._file is None:
                self._file = open(self.path, "ab", buffering=0)  # noqa: SIM115 - `close` closes it
            written = 0
            while written < len(piece):
                written += self._file.write(piece[written:])
        except OSError as error:
            raise disk_error(self.path, error) from None

    def close(self) -> None:
        """Let the file go; the next `append` opens it again."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def discard(self) -> None:
        """Delete what is here, and the note."""
        self.close()
        for path in (self.path, self._note):
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise disk_error(path, error) from None
        self.url = self.validator = ""

    def _read_note(self) -> None:
        """Learn where an earlier part is from; without that it is worth nothing."""
        try:
            note: Any = json.loads(self._note.read_text(encoding="utf-8"))
            self.url, self.validator = str(note["url"]), str(note["validator"])
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            self.url = self.validator = ""
