"""Wasserstein-2 distance between samples: sliced (cheap, in the table) and exact (needs POT)."""

from __future__ import annotations

import importlib
import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import numpy as np

from ganstudio.data.base import Distribution, FloatArray
from ganstudio.metrics.reference import reference_sample, some

__all__ = ["MISSING_POT", "exact_w2", "exact_wasserstein", "sliced_w2", "sliced_wasserstein"]

_SLICES = 64
"""Fixed directions, evenly spaced over half a turn: in the plane that is a quadrature rule, not a draw."""

_REFERENCE = 32_768
"""The least number of reference samples."""

_EXACT = 1000
"""The most samples that are carried one by one: a fifth of a second."""

MISSING_POT = 'exact Wasserstein distances need the package POT: pip install "ganstudio[exact]"'


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
        # As `mean` and `var` would, several times as fast on many short rows.
        means = np.einsum("sbi->sb", blocks) / blocks.shape[2]
        blocks -= means[..., None]
        return cls(means, float(np.einsum("sbi,sbi->", blocks, blocks)) / blocks.size)

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
        Time grows about like n cubed: 1,000 take a fifth of a second.
    reference : ndarray (m, 2)
    order
        1 (earth mover's distance) or 2.

    Returns
    -------
    float
        In units of the plane; infinite if a sample is not finite.

    Raises
    ------
    ModuleNotFoundError
        If POT (Python Optimal Transport) is not installed.
    """
    try:
        transport = importlib.import_module("ot")
    except ModuleNotFoundError:
        raise ModuleNotFoundError(MISSING_POT, name="ot") from None
    with np.errstate(over="ignore", invalid="ignore"):
        costs = np.linalg.norm(samples[:, None, :] - reference, axis=-1) ** order
    if not np.isfinite(costs).all():
        return math.inf
    cost = float(transport.emd2([], [], costs, numItermax=1_000_000))
    return math.pow(cost, 1.0 / order)


def exact_w2(samples: FloatArray, distribution: Distribution) -> float:
    """Return the exact Wasserstein-2 distance of (at most 1,000 of) the samples (n, 2) to 1,000 fixed ones.

    Infinite if a sample is not finite.
    """
    if not np.isfinite(samples).all():
        return math.inf
    return exact_wasserstein(some(samples, _EXACT), reference_sample(distribution, _EXACT))
