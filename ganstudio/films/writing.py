"""Films of arrays, without a window: whole or not at all."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
import uuid
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ganstudio.files import FileError
from ganstudio.films.encoders import ENCODERS, FilmError, Size

__all__ = ["raw_frame", "write_film"]

LONGEST_REASON = 200
"""Characters of what an encoder says when it fails."""


def write_film(path: str | Path, size: Size, frames: Iterable[NDArray[np.uint8]], rate: int) -> None:
    """Write a film; its suffix, ".gif" or ".mp4", says of which kind.

    Parameters
    ----------
    size
        Width and height in pixels of every frame.
    frames : arrays (height, width) or (height, width, 3)
        Grey, or red, green and blue.
    rate
        Frames a second.

    Raises
    ------
    FileError
        If it cannot be written, or there is no program that makes it.
    """
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".{uuid.uuid4().hex}.part")
    try:
        command = ENCODERS[target.suffix.removeprefix(".").lower()].command(size, rate, temporary)
        temporary.touch(exist_ok=False)
        _encode(command, frames)
        os.replace(temporary, target)
    except FilmError as error:
        raise FileError(path, error) from None
    except OSError as error:
        raise FileError(path, f"cannot be written ({error.strerror or error})") from None
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def _encode(command: list[str], frames: Iterable[NDArray[np.uint8]]) -> None:
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said)
        try:
            assert process.stdin is not None
            # An encoder that ends early breaks the pipe; why it did stands in what it said.
            with process, contextlib.suppress(BrokenPipeError, ConnectionResetError):
                for frame in frames:
                    process.stdin.write(raw_frame(frame))
                process.stdin.close()
        except BaseException:
            process.kill()
            raise
        if process.returncode:
            said.seek(0)
            lines = said.read().decode("utf-8", "replace").strip().splitlines()
            reason = lines[-1][:LONGEST_REASON] if lines else f"code {process.returncode}"
            raise FilmError(f"the encoder failed ({reason})")


def raw_frame(frame: NDArray[np.uint8]) -> bytes:
    """Return a frame as encoders take it: blue, green, red, unused."""
    raw = np.zeros((*frame.shape[:2], 4), np.uint8)
    raw[..., :3] = frame[..., None] if frame.ndim == 2 else frame[..., ::-1]
    return raw.tobytes()
