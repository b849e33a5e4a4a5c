"""Places of a picture as a transparent colour over it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

__all__ = ["tint"]


def tint(mask: NDArray[np.bool_], colour: QColor, opacity: float) -> QImage:
    """Return an image of a mask's size (height, width) that has a colour where it is True and is clear elsewhere."""
    height, width = mask.shape
    pixels = np.zeros((height, width, 4), np.uint8)
    pixels[mask] = (colour.red(), colour.green(), colour.blue(), round(255 * opacity))
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()
