"""Curves that never grow beyond a fixed amount of memory."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["BoundedSeries", "smoothed"]

Array = NDArray[np.float64]


class BoundedSeries:
    """Values over steps. When there are too many, neighbours are averaged and the resolution halves.

    Parameters
    ----------
    capacity
        The most points that are kept; at least 16, even.

    Attributes
    ----------
    last : float
        The last value as it came, NaN before the first.
    stride : int
        How many values one point stands for.
    """

    def __init__(self, capacity: int = 4096) -> None:
        if capacity < 16 or capacity % 2:
            raise ValueError(f"capacity: {capacity} is not an even number of at least 16")
        self._points = np.empty((2, capacity))
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._count = 0
        self._waiting = np.empty((2, 0))
        self.stride = 1
        self.last = float("nan")

    def __len__(self) -> int:
        return self._count

    @property
    def steps(self) -> Array:
        """Where the points are, ascending; a view that the next `append` may change."""
        return self._points[0, : self._count]

    @property
    def values(self) -> Array:
        """What they are; NaN where all averaged values were NaN."""
        return self._points[1, : self._count]

    def append(self, steps: ArrayLike, values: ArrayLike) -> None:
        """Add a block of values, in the order of their steps; infinite ones count as NaN."""
        block = np.stack([np.atleast_1d(np.asarray(part, dtype=np.float64)) for part in (steps, values)])
        if not block.shape[1]:
            return
        block[1, ~np.isfinite(block[1])] = np.nan
        self.last = float(block[1, -1])
        self._waiting = np.concatenate([self._waiting, block], axis=1)
        while (whole := self._waiting.shape[1] // self.stride) > 0:
            room = self._points.shape[1] - self._count
            if room == 0:
                self._halve()
                continue
            take = min(whole, room)
            ready, self._waiting = np.split(self._waiting, [take * self.stride], axis=1)
            self._points[:, self._count : self._count + take] = _averaged(ready, self.stride)
            self._count += take

    def _halve(self) -> None:
        half = self._count // 2
        self._points[:, :half] = _averaged(self._points[:, : 2 * half], 2)
        self._count = half
        self.stride *= 2


def _averaged(points: Array, size: int) -> Array:
    """Return the mean of every `size` neighbours, NaN only where all of them are."""
    if size == 1:
        return points
    groups = points.reshape(2, -1, size)
    known = np.isfinite(groups)
    total = np.where(known, groups, 0.0).sum(axis=-1)
    count = known.sum(axis=-1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def smoothed(values: Array, length: float) -> Array:
    """Return an exponential moving average that neither starts at zero nor spreads NaN.

    Parameters
    ----------
    length
        How many points back a value counts 1/e.
    """
    if length <= 0 or values.size < 3:
        return values
    kernel = np.exp(-np.arange(min(values.size, int(5 * length) + 1)) / length)
    known = np.isfinite(values)
    total = np.convolve(np.where(known, values, 0.0), kernel)[: values.size]
    weight = np.convolve(known.astype(np.float64), kernel)[: values.size]
    return np.where(known, total / np.maximum(weight, 1e-300), np.nan)
