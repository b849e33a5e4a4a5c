"""Arrays of pictures brought to another size."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["padded", "resized"]

Pixels = NDArray[np.uint8]


def padded(pixels: Pixels, size: int) -> Pixels:
    """Return pictures (n, channels, side, side) in the middle of black ones (n, channels, size, size)."""
    before = (size - pixels.shape[-1]) // 2
    after = size - pixels.shape[-1] - before
    return np.pad(pixels, ((0, 0), (0, 0), (before, after), (before, after)))


def resized(pixels: Pixels, size: int) -> Pixels:
    """Return pictures (n, channels, side, side) as (n, channels, size, size).

    A whole fraction of the side is the mean of whole pixels, which adds no ringing; else Pillow resamples: a box, in
    which every pixel counts as much as it covers, to reduce, and bicubic to enlarge.
    """
    side = pixels.shape[-1]
    if side == size:
        return pixels
    return _means(pixels, side // size) if side % size == 0 else _resampled(pixels, size)


def _means(pixels: Pixels, factor: int) -> Pixels:
    """Return the means of squares of so many pixels, at most 16, rounded to the nearest."""
    corner = pixels[..., ::factor, ::factor]
    sums = np.full(corner.shape, factor * factor // 2, dtype=np.uint16)
    for row in range(factor):
        for column in range(factor):
            sums += pixels[..., row::factor, column::factor]
    return (sums // (factor * factor)).astype(np.uint8)


def _resampled(pixels: Pixels, size: int) -> Pixels:
    from PIL import Image

    way = Image.Resampling.BICUBIC if size > pixels.shape[-1] else Image.Resampling.BOX
    result = np.empty((*pixels.shape[:2], size, size), dtype=np.uint8)
    for index in np.ndindex(pixels.shape[:2]):
        result[index] = np.asarray(Image.fromarray(pixels[index]).resize((size, size), way))
    return result
