"""What is wrong with a checkpoint, in one line that begins with its path."""

from __future__ import annotations

from ganstudio.files import FileError

__all__ = ["CheckpointError"]


class CheckpointError(FileError):
    """A checkpoint cannot be read, or is not what it claims to be.

    The message is one line that begins with its path.
    """
