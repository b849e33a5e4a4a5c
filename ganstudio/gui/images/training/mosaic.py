"""Small pictures enlarged to any size with their pixels to be seen, and laid out as one image."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage, QPainter

from ganstudio.image_messages import Pixels

__all__ = ["mosaic", "resampled"]


def resampled(pictures: Pixels, side: int) -> Pixels:
    """Return square pictures (n, height, width, channels) at another side, (n, side, side, channels).

    Each new pixel is the mean of the area of the old ones that it covers: enlarged ones keep hard edges, as with the
    nearest neighbour, but are all equally wide, which the nearest neighbour gives at whole multiples only.
    """
    _, height, width, _ = pictures.shape
    if height == width == side:
        return pictures
    # Channels first, so that both directions are products of matrices.
    planes = pictures.transpose(0, 3, 1, 2).astype(np.float32)
    means = _shares(height, side) @ (planes @ _shares(width, side).T)
    means += 0.5
    return means.astype(np.uint8).transpose(0, 2, 3, 1)


@lru_cache(maxsize=16)
def _shares(old: int, new: int) -> NDArray[np.float32]:
    """Return how much of each new pixel each old one covers, (new, old); rows sum to 1."""
    edges = np.arange(new + 1) * (old / new)
    low, high = edges[:-1, None], edges[1:, None]
    left = np.arange(old)[None]
    covered = np.clip(np.minimum(high, left + 1) - np.maximum(low, left), 0.0, None)
    return np.asarray(covered / covered.sum(axis=1, keepdims=True), dtype=np.float32)


def mosaic(pictures: Pixels, columns: int, side: int, gap: int, ground: str, ratio: float = 1.0) -> QImage:
    """Return pictures in rows of so many as one image, with a gap of the ground's colour between.

    Parameters
    ----------
    pictures : array (n, height, width, channels)
        Grey, or red, green and blue.
    side, gap
        In device pixels.
    ratio
        Device pixels in one of the window's.
    """
    count, channels, cell = len(pictures), pictures.shape[-1], side + gap
    rows = -(-count // columns)
    cells = np.zeros((rows * columns, side, side, channels), dtype=np.uint8)
    cells[:count] = resampled(pictures, side)
    sheet = np.zeros((rows, cell, columns, cell, channels), dtype=np.uint8)
    sheet[:, :side, :, :side] = cells.reshape(rows, columns, side, side, channels).transpose(0, 2, 1, 3, 4)
    kind = QImage.Format.Format_Grayscale8 if channels == 1 else QImage.Format.Format_RGB888
    width, height = columns * cell, rows * cell
    whole = QImage(sheet.data, width, height, channels * width, kind)
    image = whole.copy(0, 0, width - gap, height - gap).convertToFormat(QImage.Format.Format_RGB32)
    _paint_ground(image, count, columns, side, gap, QColor(ground))
    image.setDevicePixelRatio(ratio)
    return image


def _paint_ground(image: QImage, count: int, columns: int, side: int, gap: int, ground: QColor) -> None:
    """Fill the gaps, and the end of the last row."""
    cell, width, height = side + gap, image.width(), image.height()
    painter = QPainter(image)
    for left in range(side, width, cell):
        painter.fillRect(left, 0, gap, height, ground)
    for top in range(side, height, cell):
        painter.fillRect(0, top, width, gap, ground)
    if last := count % columns:
        painter.fillRect(last * cell, count // columns * cell, width, side, ground)
    painter.end()
