"""Whether a file is what its authors published, in their packing or another one."""

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path

from ganstudio.imagesets.idx import opened
from ganstudio.imagesets.sources import Source

__all__ = ["check"]


def check(path: Path, source: Source) -> str:
    """Return what is wrong with a file, in a few words with both checksums, or "" if it is the right one.

    The authors' packing is known by its MD5, every other one by the SHA-256 of what is inside.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    with open(path, "rb") as file:
        md5 = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    if md5 == source.md5 or (source.unpacked_sha256 and _unpacked(path, source) == source.unpacked_sha256):
        return ""
    return f"{path.stat().st_size:,} bytes with MD5 {md5}; {source.length:,} bytes with {source.md5} are expected"


def _unpacked(path: Path, source: Source) -> str:
    """Return the SHA-256 of what is inside, or "" if that cannot be unpacked or is too long."""
    digest, length = hashlib.sha256(), 0
    try:
        with opened(path) as file:
            while piece := file.read(1 << 20):
                length += len(piece)
                if length > source.unpacked_length:
                    return ""
                digest.update(piece)
    except (OSError, EOFError, zlib.error):
        return ""
    return digest.hexdigest()
