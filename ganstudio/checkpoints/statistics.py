"""What is told of a tensor's numbers, in so little memory that the largest tensor that is read costs nothing more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Statistics", "counted", "statistics"]

BLOCK: Final = 2**20
"""Numbers that are looked at together."""


@dataclass(frozen=True)
class Statistics:
    """Of the finite numbers of a tensor; None where there are none."""

    minimum: float | None
    maximum: float | None
    mean: float | None
    deviation: float | None
    not_numbers: int
    """NaN."""
    infinite: int


def statistics(array: NDArray[Any]) -> Statistics:
    """Return the statistics of a tensor of real numbers.

    Examples
    --------
    >>> statistics(np.array([1.0, 3.0, np.nan]))
    Statistics(minimum=1.0, maximum=3.0, mean=2.0, deviation=1.0, not_numbers=1, infinite=0)
    """
    count = not_numbers = 0
    low, high, mean, squares = np.inf, -np.inf, 0.0, 0.0
    for block, finite in _blocks(array):
        not_numbers += int(np.isnan(block).sum())
        if not finite.size:
            continue
        low, high = min(low, float(finite.min())), max(high, float(finite.max()))
        # Chan et al. 1979: blocks put together without taking squares of large numbers from each other.
        own = float(finite.mean())
        own_squares = float(np.square(finite - own).sum())
        both, apart = count + finite.size, own - mean
        squares += own_squares + apart * apart * count * finite.size / both
        mean += apart * finite.size / both
        count = both
    infinite = array.size - count - not_numbers
    if not count:
        return Statistics(None, None, None, None, not_numbers, infinite)
    return Statistics(low, high, mean, float(np.sqrt(squares / count)), not_numbers, infinite)


def counted(array: NDArray[Any], bins: int, low: float, high: float) -> NDArray[np.int64]:
    """Return a histogram of a tensor's finite numbers, (bins,), in equal bins from `low` to `high`."""
    counts = np.zeros(bins, np.int64)
    for _, finite in _blocks(array):
        found, _ = np.histogram(finite, bins, (low, high))
        counts += found
    return counts


def _blocks(array: NDArray[Any]) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Yield parts of an array as double precision, and the finite numbers of each."""
    flat = array.reshape(-1)
    for begin in range(0, flat.size, BLOCK):
        block = flat[begin : begin + BLOCK].astype(np.float64)
        finite = np.isfinite(block)
        yield block, block if finite.all() else block[finite]
