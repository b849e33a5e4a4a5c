"""What a round brush covers, in pixels or in a layer's cells. Plain NumPy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["line", "stroke"]

Float = NDArray[np.float64]


def stroke(points: Float, diameter: float, picture: tuple[int, int], grid: tuple[int, int]) -> NDArray[np.bool_]:
    """Return the cells (height, width) of a grid over a picture that a round brush covers.

    These are the cells whose middle it passes over, and those that its own middle was in, so that a brush that is
    smaller than a cell covers one.

    Parameters
    ----------
    points : array (k, 2)
        Where the brush's middle was, x and y in pixels from the picture's upper left corner.
    diameter
        Of the brush, in pixels.
    picture, grid
        (height, width) in pixels, and in cells. The picture's own size gives pixels.
    """
    covered = np.zeros(grid, bool)
    if not len(points):
        return covered
    tall, wide = picture[0] / grid[0], picture[1] / grid[1]
    middles_y, middles_x = (np.arange(grid[0]) + 0.5) * tall, (np.arange(grid[1]) + 0.5) * wide
    away = (points[:, 0, None, None] - middles_x) ** 2 + (points[:, 1, None, None] - middles_y[:, None]) ** 2
    covered |= (away <= (diameter / 2) ** 2).any(axis=0)
    rows = np.clip((points[:, 1] / tall).astype(np.int64), 0, grid[0] - 1)
    columns = np.clip((points[:, 0] / wide).astype(np.int64), 0, grid[1] - 1)
    covered[rows, columns] = True
    return covered


def line(start: tuple[float, float], end: tuple[float, float], step: float = 0.5) -> Float:
    """Return points from one to another, both included, at most `step` from each other, (k, 2)."""
    length = float(np.hypot(end[0] - start[0], end[1] - start[1]))
    count = max(2, int(np.ceil(length / step)) + 1) if length else 1
    return np.linspace(np.array(start, np.float64), np.array(end, np.float64), count)
