"""Pictures that carry what they show: an experiment as text, and the state of every run, inside a PNG.

The experiments stand as TOML in a text chunk named ``ganstudio``; each run's state, in NumPy's format, in a private
chunk of its own. Every viewer of PNG passes over both. Nothing of the machine or of its user is written.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from ganstudio import files, states
from ganstudio.experiment import Comparison
from ganstudio.files import FileError
from ganstudio.messages import Arrays

__all__ = ["Carried", "attach", "carries", "read"]

KEYWORD = "ganstudio"
CHUNK = b"gaNs"
"""Ancillary and private, and to be kept by editors that do not know it: the lower-case letters say so."""
HEAD = 8 + 25
"""Bytes of a PNG's signature and first chunk."""
LARGEST = 256 * 2**20
"""Bytes of a file beyond which it is not read."""


@dataclass(frozen=True)
class Carried:
    """What a picture carries.

    Attributes
    ----------
    comparison
        The experiments.
    states
        State of each experiment's run, None where there is none.
    problems
        What of it could not be used, one line each.
    """

    comparison: Comparison
    states: tuple[Arrays | None, ...]
    problems: tuple[str, ...] = ()


def attach(picture: bytes, comparison: Comparison, runs: Sequence[Arrays | None]) -> bytes:
    """Return a PNG with experiments and states in it.

    Parameters
    ----------
    picture
        Content of a PNG file.
    runs
        State of each experiment's run, as `ganstudio.messages.Exported` has it.

    Raises
    ------
    ValueError
        If `picture` is no PNG.
    """
    if picture[:8] != b"\x89PNG\r\n\x1a\n" or picture[12:16] != b"IHDR":
        raise ValueError("picture: is no PNG")
    text = zlib.compress(files.written(comparison).encode(), 9)
    # Compressed (1) by zlib (0), and neither a language nor a translated keyword.
    chunks = [_chunk(b"iTXt", KEYWORD.encode() + b"\0\1\0\0\0" + text)]
    for index, state in enumerate(runs):
        if state is not None:
            chunks.append(_chunk(CHUNK, bytes([index]) + states.pack(state)))
    return b"".join([picture[:HEAD], *chunks, picture[HEAD:]])


def read(path: str | Path) -> Carried | None:
    """Return what a picture carries, None if it carries nothing.

    Parameters
    ----------
    path
        Any file. Its pixels are not looked at.

    Returns
    -------
    Carried or None
        A state that is damaged is None, and `problems` says so.

    Raises
    ------
    FileError
        If it cannot be read, is no PNG, is damaged before its pixels, or carries experiments that are not allowed.
    """
    text, chunks = _content(path)
    if text is None:
        return None
    comparison = files.parsed(text.encode(), path)
    runs: list[Arrays | None] = [None] * len(comparison.experiments)
    problems = []
    for chunk in chunks:
        if not chunk or chunk[0] >= len(runs):
            continue
        try:
            runs[chunk[0]] = states.unpack(chunk[1:])
        except states.StateError as error:
            title = comparison.experiments[chunk[0]].title
            problems.append(" ".join(f"{title}: the run in the picture is not used, {error}".split()))
    return Carried(comparison, tuple(runs), tuple(problems))


def carries(path: str | Path) -> bool:
    """Return whether a file is a PNG with an experiment in it, as far as its bytes say so."""
    try:
        with open(path, "rb") as file:
            content = file.read(LARGEST)
    except OSError:
        return False
    return content.startswith(b"\x89PNG") and KEYWORD.encode() + b"\0" in content


def _content(path: str | Path) -> tuple[str | None, list[bytes]]:
    """Return our text and our chunks of a PNG file."""
    try:
        if Path(path).stat().st_size > LARGEST:
            raise FileError(path, f"is too large for a picture; at most {LARGEST // 2**20} MB are read")
        with Image.open(path, formats=["PNG"]) as image:
            if KEYWORD not in image.info:
                image.load()  # some programs put text behind the pixels
            text = image.info.get(KEYWORD)
            chunks = [content for name, content, *_ in getattr(image, "private_chunks", ()) if name == CHUNK]
    except FileError:
        raise
    except IsADirectoryError:
        raise FileError(path, "is a folder; a PNG picture is needed") from None
    except FileNotFoundError:
        raise FileError(path, "there is no such file") from None
    except UnidentifiedImageError:
        raise FileError(path, "is no PNG picture, or a damaged one") from None
    except PermissionError as error:
        raise FileError(path, f"cannot be read ({error.strerror})") from None
    except (OSError, SyntaxError, ValueError, Warning, MemoryError, Image.DecompressionBombError, zlib.error) as error:
        raise FileError(path, f"is a damaged picture ({error})") from None
    return (str(text) if isinstance(text, str) else None), chunks


def _chunk(name: bytes, content: bytes) -> bytes:
    """Return a chunk of a PNG: length, name, content and checksum."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
