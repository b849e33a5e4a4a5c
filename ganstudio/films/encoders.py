"""Which programs make films, and how they are called.

Every encoder takes raw frames on its standard input, four bytes a pixel in the order blue, green, red, unused, and
writes one file. It runs in a process of its own, so that nobody waits for it.
"""

from __future__ import annotations

import importlib
import importlib.util
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["ENCODERS", "Encoder", "FilmError", "Size", "ffmpeg"]

Size = tuple[int, int]

INSTALL = 'pip install "ganstudio[video]"'


class FilmError(RuntimeError):
    """A film cannot be made; says why in one line, and what helps."""


@dataclass(frozen=True)
class Encoder:
    """One kind of film.

    Attributes
    ----------
    command
        (size in pixels, frames a second, file) -> program and arguments; raises `FilmError` if there is no program.
    tells
        Whether the program says on its standard output, a line a frame ("frame=12"), how far it is after the last
        frame has come: one that works only then.
    """

    command: Callable[[Size, int, Path], list[str]]
    tells: bool


def ffmpeg() -> str:
    """Return the path of ffmpeg: the one that imageio-ffmpeg brings, or one that the system has.

    Raises
    ------
    FilmError
        If there is neither.
    """
    if importlib.util.find_spec("imageio_ffmpeg") is not None:
        try:
            return str(importlib.import_module("imageio_ffmpeg").get_ffmpeg_exe())
        except (RuntimeError, OSError):
            pass
    if found := shutil.which("ffmpeg"):
        return found
    raise FilmError(f"MP4 needs ffmpeg, which is not installed: {INSTALL}, or save a GIF")


def _mp4(size: Size, rate: int, path: Path) -> list[str]:
    width, height = size
    return [
        ffmpeg(),
        *("-hide_banner", "-nostdin", "-loglevel", "error", "-y"),
        *("-f", "rawvideo", "-pixel_format", "bgr0", "-video_size", f"{width}x{height}", "-framerate", str(rate)),
        *("-i", "pipe:0", "-an"),
        # What every player understands: H.264 with half the colours, which needs even sides.
        *("-vf", "crop=trunc(iw/2)*2:trunc(ih/2)*2:0:0", "-c:v", "libx264", "-pix_fmt", "yuv420p"),
        # Thin lines and small text on even ground; the index stands first so that it plays while it loads.
        *("-preset", "veryfast", "-crf", "18", "-tune", "animation", "-movflags", "+faststart"),
        *("-f", "mp4", str(path)),
    ]


def _gif(size: Size, rate: int, path: Path) -> list[str]:
    width, height = size
    return [sys.executable, "-m", "ganstudio.films.gif", str(width), str(height), str(rate), str(path)]


ENCODERS: dict[str, Encoder] = {"gif": Encoder(_gif, tells=True), "mp4": Encoder(_mp4, tells=False)}
"""Suffix of a file -> what makes it."""
