"""Weighted Gaussians on the plane: where they lie, their density, and their mass in the cells of a grid."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["FloatArray", "Modes"]

FloatArray = NDArray[np.float64]

_CHUNK = 1 << 16
"""Numbers in a temporary array when a density is evaluated, so few that they stay in the processor's cache."""


@dataclass(frozen=True, eq=False)
class Modes:
    """The Gaussian components of a mixture.

    Attributes
    ----------
    centres : ndarray (m, 2)
    deviations : ndarray (m, 2)
        Standard deviation along each axis, above 0.
    weights : ndarray (m,)
        Non-negative, sum 1.
    """

    centres: FloatArray
    deviations: FloatArray
    weights: FloatArray

    def __post_init__(self) -> None:
        # Shared through caches, so nobody may write into them.
        for array in (self.centres, self.deviations, self.weights):
            array.setflags(write=False)

    def __len__(self) -> int:
        return len(self.centres)

    def density(self, points: ArrayLike) -> FloatArray:
        """Return the mixture's density at points (..., 2) as (...)."""
        points = np.asarray(points, dtype=float)
        flat = points.reshape(-1, 2)
        result = np.empty(len(flat))
        heights = self.weights / (2.0 * math.pi * self.deviations.prod(axis=1))
        scales = math.sqrt(0.5) / self.deviations
        step = max(1, _CHUNK // len(self))
        for start in range(0, len(flat), step):
            rows = flat[start : start + step, None, :]
            x, y = (np.square((rows[..., axis] - self.centres[:, axis]) * scales[:, axis]) for axis in (0, 1))
            result[start : start + step] = np.exp(-(x + y)) @ heights
        return result.reshape(points.shape[:-1])

    def cell_masses(self, x_edges: FloatArray, y_edges: FloatArray) -> FloatArray:
        """Return the mixture's mass in each cell of a grid, exactly: edges (c + 1,) and (r + 1,) give (r, c)."""
        across, along = (
            np.diff(_normal_cdf((edges - self.centres[:, axis, None]) / self.deviations[:, axis, None]), axis=1)
            for axis, edges in enumerate((x_edges, y_edges))
        )
        masses: FloatArray = along.T @ (self.weights[:, None] * across)
        return masses


def _normal_cdf(z: FloatArray) -> FloatArray:
    """Return the standard normal distribution function, element by element. NumPy itself has no erf."""
    erf = np.asarray(np.frompyfunc(math.erf, 1, 1)(z * math.sqrt(0.5)), dtype=float)
    cdf: FloatArray = 0.5 * (1.0 + erf)
    return cdf
