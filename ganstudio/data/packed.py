"""Arrays of bytes as short lines of text, so that an experiment carries its own data and can still be mailed.

zlib, then base64 in lines of 96 characters. What comes back from a file is not trusted: its size is known before it
is unpacked.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from functools import lru_cache

__all__ = ["Packed", "checked_source", "pack", "unpack"]

Packed = tuple[str, ...]

_LINE = 96
_LONGEST_SOURCE = 80


def pack(data: bytes) -> Packed:
    """Return bytes as lines of text."""
    text = base64.b64encode(zlib.compress(data, 9)).decode("ascii")
    return tuple(text[start : start + _LINE] for start in range(0, len(text), _LINE))


@lru_cache(maxsize=64)
def unpack(lines: Packed, most: int) -> bytes:
    """Return the bytes that lines of text stand for.

    Parameters
    ----------
    most
        Bytes that there may be. No more than that is ever unpacked, whatever the text claims.

    Raises
    ------
    ValueError
        Saying what is wrong with the text.
    """
    longest = 2 * most + 1024  # base64 of what cannot be compressed is a third longer
    if sum(map(len, lines)) > longest:
        raise ValueError(f"is too long; at most {longest:,} characters are allowed")
    try:
        packed = base64.b64decode("".join(lines).encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise ValueError("is damaged; it is base64 text, as GAN Studio writes it") from None
    machine = zlib.decompressobj()
    try:
        data = machine.decompress(packed, most + 1)
    except zlib.error:
        raise ValueError("is damaged; it is zlib-compressed, as GAN Studio writes it") from None
    if len(data) > most:
        raise ValueError(f"holds too much; at most {most:,} bytes are allowed")
    if not machine.eof or machine.unused_data:
        raise ValueError("is cut off or has something behind its end")
    return data


def checked_source(source: str) -> str:
    """Return the name of a file that data are from, or refuse what could not stand in a line.

    Raises
    ------
    ValueError
        If it is long or holds what cannot be printed.
    """
    if len(source) > _LONGEST_SOURCE or not source.isprintable():
        raise ValueError(f"is not allowed; it is a file's name of at most {_LONGEST_SOURCE} printable characters")
    return source
