"""Whether a file is one that GAN Lab saved, told from its bytes: quick, and all that the window needs at its start."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ganstudio.checkpoints.regular_file import opened
from ganstudio.files import FileError

__all__ = ["LARGEST", "json_of"]

LARGEST: Final = 200_000
"""Bytes of the JSON; GAN Lab's own have a thousand."""
MARKS: Final = (b'"modelTopology"', b'"weightsManifest"', b'"shape_name"')
"""Names that GAN Lab's JSON has, and other programs' models of TensorFlow.js have not all of."""
WEIGHTS_SUFFIX: Final = ".weights.bin"


def json_of(path: str | Path) -> Path | None:
    """Return the JSON of GAN Lab that a path is, or whose weights it is; None for every other file."""
    path = Path(path)
    name = path.name.lower()
    if name.endswith(WEIGHTS_SUFFIX):
        path = path.with_name(path.name[: -len(WEIGHTS_SUFFIX)] + ".json")
    elif not name.endswith(".json"):
        return None
    try:
        with opened(path) as (file, _size):
            content = file.read(LARGEST)
    except FileError:
        return None
    return path if all(mark in content for mark in MARKS) else None
