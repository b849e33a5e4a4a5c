"""What can go wrong with a download, each as one line."""

from __future__ import annotations

import errno
from pathlib import Path

__all__ = ["DownloadError", "MirrorError", "disk_error"]

_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


class DownloadError(Exception):
    """A set cannot be downloaded. The message is one line that says why."""

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()))


class MirrorError(DownloadError):
    """One address does not give the file.

    Parameters
    ----------
    message
        What is wrong.
    begin_again
        Whether the same address may have it if nothing of what is here is gone on with.
    """

    def __init__(self, message: str, *, begin_again: bool = False) -> None:
        super().__init__(message)
        self.begin_again = begin_again


def disk_error(path: Path, error: OSError) -> DownloadError:
    """Return what to say when something cannot be written."""
    if error.errno in _FULL:
        return DownloadError(f"{path}: the disk is full; what has come is kept, and goes on when there is room")
    return DownloadError(f"{path}: cannot be written ({error.strerror or error})")
