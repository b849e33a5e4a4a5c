"""Files in the IDX format of MNIST, gzipped or not: read strictly.

Two zero bytes, 8 for unsigned bytes, the number of dimensions, each dimension as four bytes with the highest first,
then exactly as many bytes as they say (Y. LeCun, C. Cortes, C. Burges: the MNIST database).
"""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from ganstudio.imagesets.base import PicturesError

__all__ = ["LARGEST", "opened", "read_idx"]

LARGEST = 250_000_000
"""Bytes of an array that are read at most."""
_GZIP = b"\x1f\x8b"
_UNSIGNED_BYTES = 8


def opened(path: Path) -> IO[bytes] | gzip.GzipFile:
    """Open a file, and what is inside if it is gzipped, whatever its name says."""
    with open(path, "rb") as file:
        packed = file.read(2) == _GZIP
    return gzip.open(path, "rb") if packed else open(path, "rb")


def read_idx(path: Path, dimensions: int) -> NDArray[np.uint8]:
    """Read an array of bytes.

    Parameters
    ----------
    path
        An IDX file, gzipped or not.
    dimensions
        How many the array must have: 3 for pictures, 1 for labels.

    Returns
    -------
    ndarray of uint8

    Raises
    ------
    PicturesError
        If the file is missing, broken, of another type or shape, too short or too long.
    """
    try:
        with opened(path) as file:
            shape = _shape(path, file.read(4 + 4 * dimensions), dimensions)
            count = math.prod(shape)
            # One more than there should be: then nothing follows, and gzip has compared its own checksum.
            content = file.read(count + 1)
    except (OSError, EOFError, zlib.error, ValueError) as error:
        if isinstance(error, PicturesError):
            raise
        problem = getattr(error, "strerror", None) or error
        raise PicturesError(path, f"cannot be read ({problem})") from None
    if len(content) != count:
        found = "more follow" if len(content) > count else f"there are {len(content):,}"
        raise PicturesError(path, f"its header announces {count:,} bytes of data, and {found}")
    return np.frombuffer(content, dtype=np.uint8).reshape(shape)


def _shape(path: Path, header: bytes, dimensions: int) -> tuple[int, ...]:
    """Return the shape that a header announces."""
    wanted = f"an IDX file of unsigned bytes with {dimensions} {'dimension' if dimensions == 1 else 'dimensions'}"
    if len(header) < 4 or header[:2] != b"\0\0":
        raise PicturesError(path, f"is no IDX file; {wanted} is needed")
    if header[2] != _UNSIGNED_BYTES:
        raise PicturesError(path, f"holds values of type 0x{header[2]:02x}; {wanted} (type 0x08) is needed")
    if header[3] != dimensions:
        raise PicturesError(path, f"has {header[3]} dimensions; {wanted} is needed")
    if len(header) < 4 + 4 * dimensions:
        raise PicturesError(path, f"is cut off within its header; {wanted} is needed")
    shape = struct.unpack(f">{dimensions}I", header[4:])
    if math.prod(shape) > LARGEST:
        raise PicturesError(path, f"announces {math.prod(shape):,} bytes of data; at most {LARGEST:,} are read")
    return shape
