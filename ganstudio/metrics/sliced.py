"""Wasserstein-2 distance between samples: sliced (cheap, in the table) and exact (needs POT)."""

from __future__ import annotations

import importlib
import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import numpy as np

from ganstudio.data.base import Distribution, FloatArray
from ganstudio.metrics.reference import reference_sample

__all__ = ["exact_wasserstein", "sliced_w2", "sliced_wasserstein"]

_SLICES = 64
"""Fixed directions, evenly spaced over half a turn: in the plane that is a quadrature rule, not a draw."""

_REFERENCE = 32_768
"""The least number of reference samples."""


def _project(samples: FloatArray) -> FloatArray:
    """Return samples (n, 2) along every direction, sorted: (slices, n)."""
    angles = np.pi * np.arange(_SLICES) / _SLICES
    return np.sort(np.stack([np.cos(angles), np.sin(angles)], axis=1) @ samples.T, axis=1)


@dataclass(frozen=True, eq=False)
class _Quantiles:
    """The reference, cut along each direction into as many equal blocks as there are samples.

    The i-th smallest sample is carried to all of the i-th block, at the cost (sample - mean)^2 + variance.

    Attributes
    ----------
    means : ndarray (slices, n)
        Mean of each block.
    spread : float
        Mean variance inside a block.
    """

    means: FloatArray
    spread: float

    @classmethod
    def of(cls, reference: FloatArray, count: int) -> Self:
        blocks = _project(reference).reshape(_SLICES, count, -1)
        return cls(blocks.mean(axis=2), float(blocks.var(axis=2).mean()))

    def distance(self, samples: FloatArray) -> float:
        with np.errstate(over="ignore"):
            return math.sqrt(float(np.square(_project(samples) - self.means).mean()) + self.spread)


def sliced_wasserstein(samples: FloatArray, reference: FloatArray) -> float:
    """Return the sliced Wasserstein-2 distance: the root mean square over directions of the distance along them.

    Parameters
    ----------
    samples : ndarray (n, 2)
        Finite.
    reference : ndarray (k * n, 2)
        As many, or a whole multiple of them.

    Returns
    -------
    float
        In units of the plane. Two equal clouds that are d apart score d / sqrt(2).

    Raises
    ------
    ValueError
        If the number of reference samples is no multiple of the number of samples.

    References
    ----------
    Bonneel et al., "Sliced and Radon Wasserstein barycenters of measures", 2015.
    """
    if not len(samples) or len(reference) % len(samples):
        raise ValueError(f"{len(reference)} reference samples are no multiple of {len(samples)} samples")
    return _Quantiles.of(reference, len(samples)).distance(samples)


@lru_cache(maxsize=32)
def _quantiles(distribution: Distribution, count: int) -> _Quantiles:
    blocks = math.ceil(_REFERENCE / count)
    return _Quantiles.of(reference_sample(distribution, blocks * count), count)


def sliced_w2(samples: FloatArray, distribution: Distribution) -> float:
    """Return the sliced Wasserstein-2 distance of samples (n, 2) to a fixed large sample of the distribution.

    Infinite if a sample is not finite: its mass would have to be carried infinitely far.
    """
    if not np.isfinite(samples).all():
        return math.inf
    return _quantiles(distribution, len(samples)).distance(samples)


def exact_wasserstein(samples: FloatArray, reference: FloatArray, order: int = 2) -> float:
    """Return the exact Wasserstein distance of two samples by optimal transport in the plane.

    Parameters
    ----------
    samples : ndarray (n, 2)
        Finite. Time grows like n cubed: 1,000 take about a second.
    reference : ndarray (m, 2)
    order
        1 (earth mover's distance) or 2.

    Raises
    ------
    ModuleNotFoundError
        If POT (Python Optimal Transport) is not installed.
    """
    try:
        transport = importlib.import_module("ot")
    except ModuleNotFoundError:
        raise ModuleNotFoundError("exact Wasserstein distances need the package POT: pip install POT") from None
    costs = np.linalg.norm(samples[:, None, :] - reference, axis=-1) ** order
    cost = float(transport.emd2([], [], costs, numItermax=1_000_000))
    return math.pow(cost, 1.0 / order)
