"""A sheet of pictures that no recipe draws again: a PNG file and nothing more."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ganstudio.files import FileError, write_whole
from ganstudio.sheets.pixels import composed
from ganstudio.sheets.recipe import Arrangement

__all__ = ["write_sheet"]

READABLE = 96
"""Pixels of a picture's longer side that can be seen well; smaller ones are enlarged by a whole number."""


def write_sheet(path: Path, pictures: NDArray[np.uint8], rows: int, columns: int) -> None:
    """Write pictures (n, height, width, channels) side by side, row after row, small ones enlarged.

    Raises
    ------
    FileError
        If the sheet would be too large, or the file cannot be written.
    """
    scale = max(1, READABLE // max(pictures.shape[1:3]))
    arrangement = Arrangement(rows=rows, columns=columns, padding=2, scale=min(scale, 32))
    content = io.BytesIO()
    try:
        Image.fromarray(composed(pictures, arrangement)).save(content, "PNG")
    except ValueError as error:
        raise FileError(path, error) from None
    write_whole(path, content.getvalue())
