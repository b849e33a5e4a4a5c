"""How far places where units are on agree with a region, and from which level on a unit counts as on.

Intersection over union of both, in pixels, summed over samples before they are divided (Bau et al. 2019, section 3.1).
The level is given, or else the one that tells most of the region: Bau et al. take the largest information quality ratio
I(on; region) / H(on, region), the mutual information as a share of the joint entropy (Wijaya et al. 2017).
They choose it on samples left out; here a few drawn samples have to do for both.
"""

from __future__ import annotations

from typing import Final, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

__all__ = ["BINS", "Agreement", "AtLevel", "MostInformative"]

BINS: Final = 256
"""Levels that are tried, evenly from a unit's smallest activation to its largest."""

Float = NDArray[np.float64]


class Agreement(Protocol):
    """Takes some samples after the other, and says at the end how far all agree."""

    def take(self, maps: Tensor, inside: Tensor) -> None:
        """Take maps (n, units, height, width) enlarged to pixels, and the region's pixels (n, height, width), bool."""

    def found(self) -> tuple[Tensor, Float]:
        """Return the level above which each unit is on, (units,), and the intersection over union, (units,)."""


class AtLevel:
    """At levels that are known.

    Parameters
    ----------
    levels : tensor (units,)
    """

    def __init__(self, levels: Tensor) -> None:
        self._levels = levels
        self._both, self._either = torch.zeros(2, len(levels), dtype=torch.float64)

    def take(self, maps: Tensor, inside: Tensor) -> None:
        """Count pixels in both and in either."""
        on = maps > self._levels[:, None, None]
        self._both += (on & inside[:, None]).sum((0, 2, 3))
        self._either += (on | inside[:, None]).sum((0, 2, 3))

    def found(self) -> tuple[Tensor, Float]:
        """Return the levels and the agreement, which is 0 where nothing is in either."""
        return self._levels, (self._both / self._either.clamp(min=1)).numpy()


class MostInformative:
    """At the levels, of `BINS` for each unit, that tell most of the region.

    Parameters
    ----------
    lowest, highest : tensor (units,)
        Each unit's range; what is outside counts as its end.
    """

    def __init__(self, lowest: Tensor, highest: Tensor) -> None:
        self._lowest, self._step = lowest, (highest - lowest) / BINS
        self._counts = torch.zeros(len(lowest), BINS + 1, 2, dtype=torch.int64)
        """Pixels of each unit by how many of the levels they exceed, outside the region and in it."""

    def take(self, maps: Tensor, inside: Tensor) -> None:
        """Count pixels by level and region."""
        units = self._counts.shape[0]
        steps = (maps - self._lowest[:, None, None]) / self._step.clamp(min=1e-30)[:, None, None]
        exceeded = steps.ceil_().clamp_(0, BINS).to(torch.int64)
        places = (torch.arange(units)[:, None, None] * (BINS + 1) + exceeded) * 2 + inside[:, None]
        self._counts += torch.bincount(places.flatten(), minlength=self._counts.numel()).view_as(self._counts)

    def found(self) -> tuple[Tensor, Float]:
        """Return the best levels, the lowest of equally good ones, and the agreement at them."""
        counts = self._counts.numpy().astype(np.float64)
        on = counts[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:]  # (units, levels, outside and in)
        off = counts.sum(axis=1, keepdims=True) - on
        best = _quality(np.stack([off, on], axis=2)).argmax(axis=1)
        outside, both = on[np.arange(len(on)), best].T
        either = outside + counts[:, :, 1].sum(axis=1)
        return self._lowest + torch.from_numpy(best) * self._step, both / np.maximum(either, 1.0)


def _quality(counts: Float) -> Float:
    """Return the information quality ratios of yes-or-no pairs, (...), from counts (..., 2, 2); 0 if both are sure."""
    shares = counts / np.maximum(counts.sum(axis=(-2, -1), keepdims=True), 1.0)
    joint = _entropy(shares.reshape(*shares.shape[:-2], 4))
    shared = _entropy(shares.sum(axis=-1)) + _entropy(shares.sum(axis=-2)) - joint
    quality: Float = np.divide(shared, joint, out=np.zeros_like(joint), where=joint > 1e-12)
    return quality


def _entropy(shares: Float) -> Float:
    """Return the entropy in bits over the last axis."""
    found: Float = -(shares * np.log2(np.where(shares > 0, shares, 1.0))).sum(axis=-1)
    return found
