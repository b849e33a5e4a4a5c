"""Files opened for reading, if they are files: neither folders, nor pipes that never answer, nor devices."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from ganstudio.checkpoints.errors import CheckpointError

__all__ = ["opened"]

_FLAGS: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
"""A named pipe without a writer would wait for ever; with O_NONBLOCK it opens, and is refused."""


@contextlib.contextmanager
def opened(path: str | Path) -> Iterator[tuple[BinaryIO, int]]:
    """Open a regular file; give it and its size in bytes.

    Raises
    ------
    CheckpointError
        If it is missing, may not be read, or is a folder, a pipe, a socket or a device.
    """
    try:
        descriptor = os.open(path, _FLAGS)
    except FileNotFoundError:
        raise CheckpointError(path, "there is no such file") from None
    except IsADirectoryError:
        raise CheckpointError(path, "is a folder; a file is needed") from None
    except (OSError, ValueError) as error:
        if Path(path).is_dir():  # which Windows does not let one open
            raise CheckpointError(path, "is a folder; a file is needed") from None
        raise CheckpointError(path, f"cannot be read ({getattr(error, 'strerror', None) or error})") from None
    state = os.fstat(descriptor)
    if not stat.S_ISREG(state.st_mode):
        os.close(descriptor)
        folder = stat.S_ISDIR(state.st_mode)
        raise CheckpointError(
            path, "is a folder; a file is needed" if folder else "is a pipe or a device; a regular file is needed"
        )
    with os.fdopen(descriptor, "rb") as file:
        yield file, state.st_size
