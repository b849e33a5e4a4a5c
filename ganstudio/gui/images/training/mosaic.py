"""Small pictures enlarged to any size with their pixels to be seen, and laid out as one image."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from ganstudio.image_messages import Pixels

__all__ = ["image_of", "mosaic", "resampled"]


def resampled(pictures: Pixels, side: int) -> Pixels:
    """Return square pictures (n, height, width, channels) at another side, (n, side, side, channels).

    Each new pixel is the mean of the area of the old ones that it covers: enlarged ones keep hard edges, as with the
    nearest neighbour, but are all equally wide, which the nearest neighbour gives at whole multiples only.
    """
    _, height, width, _ = pictures.shape
    if height == width == side:
        return pictures
    rows, columns = _shares(height, side), _shares(width, side)
    tall = np.einsum("sh,nhwc->nswc", rows, pictures.astype(np.float32), optimize=True)
    result = np.einsum("tw,nswc->nstc", columns, tall, optimize=True)
    return np.rint(result).clip(0, 255).astype(np.uint8)


@lru_cache(maxsize=16)
def _shares(old: int, new: int) -> NDArray[np.float32]:
    """Return how much of each new pixel each old one covers, (new, old); rows sum to 1."""
    edges = np.arange(new + 1) * (old / new)
    low, high = edges[:-1, None], edges[1:, None]
    left = np.arange(old)[None]
    covered = np.clip(np.minimum(high, left + 1) - np.maximum(low, left), 0.0, None)
    return np.asarray(covered / covered.sum(axis=1, keepdims=True), dtype=np.float32)


def mosaic(pictures: Pixels, columns: int, side: int, gap: int, ground: str) -> NDArray[np.uint8]:
    """Return pictures in rows of so many as one, (height, width, 3), with a gap of the ground's colour between."""
    count = len(pictures)
    rows = -(-count // columns)
    cell = side + gap
    colour = QColor(ground)
    sheet = np.empty((rows * cell - gap, columns * cell - gap, 3), dtype=np.uint8)
    sheet[:] = (colour.red(), colour.green(), colour.blue())
    enlarged = resampled(pictures, side)
    if enlarged.shape[-1] == 4:
        opacity = enlarged[..., 3:] / 255.0
        enlarged = np.rint(enlarged[..., :3] * opacity + sheet[0, 0] * (1.0 - opacity)).astype(np.uint8)
    for index in range(count):
        row, column = divmod(index, columns)
        top, left = row * cell, column * cell
        sheet[top : top + side, left : left + side] = enlarged[index]  # grey is broadcast to all three
    return sheet


def image_of(sheet: NDArray[np.uint8], ratio: float = 1.0) -> QImage:
    """Return an array (height, width, 3) as an image with so many device pixels in one of the window's."""
    height, width, _ = sheet.shape
    content = np.ascontiguousarray(sheet)
    image = QImage(content.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
    image.setDevicePixelRatio(ratio)
    return image
