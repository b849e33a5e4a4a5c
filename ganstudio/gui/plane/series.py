"""Curves that never grow beyond a fixed amount of memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["BoundedTable", "Series", "quantiles", "smoothed"]

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Series:
    """One row of a table.

    Attributes
    ----------
    steps, values : ndarray (n,)
        Views that the table's next `append` may change; values are NaN where all averaged ones were.
    last : float
        The last value as it came, NaN before the first.
    """

    steps: Array
    values: Array
    last: float

    def __len__(self) -> int:
        return len(self.steps)


class BoundedTable:
    """Rows of values over common steps. When there are too many, neighbours are averaged and the resolution halves.

    Parameters
    ----------
    rows
        How many values each step has.
    capacity
        The most points of a row that are kept; at least 16, even.

    Attributes
    ----------
    last : ndarray (rows,)
        The last values as they came, NaN before the first.
    stride : int
        How many values one point stands for.
    """

    def __init__(self, rows: int, capacity: int = 4096) -> None:
        if capacity < 16 or capacity % 2:
            raise ValueError(f"capacity: {capacity} is not an even number of at least 16")
        self._points = np.empty((1 + rows, capacity))
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._count = 0
        self._waiting = np.empty((len(self._points), 0))
        self.stride = 1
        self.last = np.full(len(self._points) - 1, np.nan)

    def __len__(self) -> int:
        return self._count

    @property
    def steps(self) -> Array:
        """Where the points are, ascending; a view that the next `append` may change."""
        return self._points[0, : self._count]

    @property
    def table(self) -> Array:
        """What they are, (rows, n); NaN where all averaged values were NaN."""
        return self._points[1:, : self._count]

    def append(self, steps: ArrayLike, values: ArrayLike) -> None:
        """Add a block of values (rows, n), in the order of their steps (n,); infinite ones count as NaN."""
        rows, heads = len(self._points) - 1, np.atleast_1d(np.asarray(steps, dtype=np.float64))
        table = np.asarray(values, dtype=np.float64).reshape(rows, -1)
        block = np.concatenate([heads[None], table])
        if not block.shape[1]:
            return
        block[1:][~np.isfinite(block[1:])] = np.nan
        self.last = block[1:, -1].copy()
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

    def row(self, index: int) -> Series:
        """Return one row."""
        return Series(self.steps, self.table[index], float(self.last[index]))

    def _halve(self) -> None:
        half = self._count // 2
        self._points[:, :half] = _averaged(self._points[:, : 2 * half], 2)
        self._count = half
        self.stride *= 2


def _averaged(points: Array, size: int) -> Array:
    """Return the mean of every `size` neighbours, NaN only where all of them are."""
    if size == 1:
        return points
    groups = points.reshape(len(points), -1, size)
    known = np.isfinite(groups)
    total = np.where(known, groups, 0.0).sum(axis=-1)
    count = known.sum(axis=-1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def quantiles(table: Array, shares: Sequence[float]) -> Array:
    """Return quantiles (shares, n) over the finite values of each column of a table (rows, n), NaN where none is."""
    ordered = np.sort(np.where(np.isfinite(table), table, np.inf), axis=0)
    count = np.isfinite(ordered).sum(axis=0)
    place = np.multiply.outer(np.asarray(shares), np.maximum(count - 1, 0))
    below = np.floor(place).astype(int)
    columns = np.arange(table.shape[1])
    low, high = ordered[below, columns], ordered[np.minimum(below + 1, np.maximum(count - 1, 0)), columns]
    with np.errstate(invalid="ignore"):  # columns without a finite value
        return np.where(count > 0, low + (high - low) * (place - below), np.nan)


def smoothed(values: Array, length: float) -> Array:
    """Return an exponential moving average along the last axis that neither starts at zero nor spreads NaN.

    Parameters
    ----------
    length
        How many points back a value counts 1/e.
    """
    if length <= 0 or values.shape[-1] < 3:
        return values
    if values.ndim > 1:
        return np.stack([smoothed(row, length) for row in values])
    kernel = np.exp(-np.arange(min(values.size, int(5 * length) + 1)) / length)
    known = np.isfinite(values)
    total = np.convolve(np.where(known, values, 0.0), kernel)[: values.size]
    weight = np.convolve(known.astype(np.float64), kernel)[: values.size]
    return np.where(known, total / np.maximum(weight, 1e-300), np.nan)
