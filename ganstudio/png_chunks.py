"""Text and private chunks in PNG files: how they get in beside the pixels, and how they are found again."""

from __future__ import annotations

import stat
import struct
import zlib
from collections.abc import Iterable
from pathlib import Path

from ganstudio.files import FileError

__all__ = ["LARGEST", "chunk", "inserted", "mentions", "read", "text"]

HEAD = 8 + 25
"""Bytes of a PNG's signature and first chunk."""
LARGEST = 256 * 2**20
"""Bytes of a file beyond which it is not read."""


def inserted(picture: bytes, chunks: Iterable[bytes]) -> bytes:
    """Return a PNG with chunks in front of its pixels.

    Raises
    ------
    ValueError
        If `picture` is no PNG.
    """
    if picture[:8] != b"\x89PNG\r\n\x1a\n" or picture[12:16] != b"IHDR":
        raise ValueError("picture: is no PNG")
    return b"".join([picture[:HEAD], *chunks, picture[HEAD:]])


def text(keyword: str, said: str) -> bytes:
    """Return the chunk of a text, UTF-8 and compressed."""
    # Compressed (1) by zlib (0), and neither a language nor a translated keyword.
    return chunk(b"iTXt", keyword.encode("latin-1") + b"\0\1\0\0\0" + zlib.compress(said.encode(), 9))


def chunk(name: bytes, content: bytes) -> bytes:
    """Return a chunk of a PNG: length, name, content and checksum."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def mentions(path: str | Path, keyword: str) -> bool:
    """Return whether a file is a PNG with a text of a keyword in it, as far as its bytes say so."""
    try:
        with open(path, "rb") as file:
            content = file.read(LARGEST)
    except OSError:
        return False
    return content.startswith(b"\x89PNG") and keyword.encode() + b"\0" in content


def read(path: str | Path, keyword: str, name: bytes) -> tuple[str | None, list[bytes]]:
    """Return a text and private chunks of a PNG file. Its pixels are not looked at.

    Parameters
    ----------
    path
        Any file.
    keyword
        Of the text, which is None if there is none.
    name
        Of the chunks.

    Raises
    ------
    FileError
        If it cannot be read, is no PNG, or is damaged before its pixels.
    """
    from PIL import Image, UnidentifiedImageError  # not before the window's first paint

    try:
        state = Path(path).stat()
        if not stat.S_ISREG(state.st_mode) and not stat.S_ISDIR(state.st_mode):
            raise FileError(path, "is a pipe or a device; a regular file is needed")
        if state.st_size > LARGEST:
            raise FileError(path, f"is too large for a picture; at most {LARGEST // 2**20} MB are read")
        with Image.open(path, formats=["PNG"]) as image:
            if keyword not in image.info:
                image.load()  # some programs put text behind the pixels
            said = image.info.get(keyword)
            chunks = [content for found, content, *_ in getattr(image, "private_chunks", ()) if found == name]
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
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        raise FileError(path, "has too many pixels to be a sheet of samples") from None
    except (OSError, SyntaxError, ValueError, Warning, zlib.error) as error:
        raise FileError(path, f"is a damaged picture ({error})") from None
    return (str(said) if isinstance(said, str) else None), chunks
