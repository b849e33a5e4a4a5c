"""What is wrong with a checkpoint, in one line that begins with its path."""

from __future__ import annotations

from ganstudio.files import FileError

__all__ = ["CheckpointError", "UnfitError"]


class CheckpointError(FileError):
    """A checkpoint cannot be read, or is not what it claims to be.

    The message is one line that begins with its path.
    """


class UnfitError(CheckpointError):
    """A checkpoint can be read, but is no generator that can be used; what is in it can still be inspected."""
