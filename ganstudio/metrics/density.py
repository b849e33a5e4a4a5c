"""Densities on a grid, blurred by a Gaussian kernel, so that samples and data can be compared place by place."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ganstudio.data.base import Distribution, FloatArray, Modes

__all__ = ["blurred_density", "kernel_density"]

REAL_SAMPLES = 20_000
"""From which data without exact modes are estimated; ten times as many as generated ones."""

CUT = -40.0
"""Logarithm below which a kernel along one axis counts no less."""


def kernel_density(
    samples: ArrayLike, window: tuple[float, float, float, float], resolution: int, deviation: float
) -> FloatArray:
    """Return the density of samples (n, 2) under Gaussian kernels at the nodes of a grid.

    Parameters
    ----------
    window
        (left, right, bottom, top); the grid includes its edges.
    deviation
        Of the kernel, in units of the plane, above 0.

    Returns
    -------
    ndarray (resolution, resolution)
        First row at the bottom. Samples that are not finite count, as being nowhere.
    """
    points = np.asarray(samples, dtype=np.float32)
    count = max(1, len(points))
    points = points[np.isfinite(points).all(axis=-1)]
    left, right, bottom, top = window
    # A Gaussian is a product of one along x and one along y, so a matrix product adds all kernels up.
    across = _kernels(points[:, 0], np.linspace(left, right, resolution), deviation)
    along = _kernels(points[:, 1], np.linspace(bottom, top, resolution), deviation)
    density: FloatArray = (along @ across.T).astype(np.float64) / (count * 2.0 * np.pi * deviation**2)
    return density


def _kernels(places: NDArray[np.float32], nodes: FloatArray, deviation: float) -> NDArray[np.float32]:
    """Return exp(-d^2 / 2) of all distances d between places (n,) and nodes (k,), in deviations: (k, n).

    It is worked out in one table of single precision, a third of the time of four in double. Far tails are cut:
    products of two of them, below 1e-38, would be many times slower to reckon with, and nobody sees them.
    """
    table = (nodes / deviation).astype(np.float32)[:, None] - places * np.float32(1.0 / deviation)
    np.square(table, out=table)
    table *= np.float32(-0.5)
    np.maximum(table, np.float32(CUT), out=table)
    kernels: NDArray[np.float32] = np.exp(table, out=table)
    return kernels


def blurred_density(
    data: Distribution, window: tuple[float, float, float, float], resolution: int, deviation: float
) -> FloatArray:
    """Return the density of data blurred by the same kernel: exactly of mixtures, of 20,000 samples otherwise."""
    modes = data.modes()
    if modes is None:
        samples = data.sample(REAL_SAMPLES, np.random.default_rng(0))
        return kernel_density(samples, window, resolution, deviation)
    wider = Modes(modes.centres, np.hypot(modes.deviations, deviation), modes.weights)
    left, right, bottom, top = window
    x, y = np.meshgrid(np.linspace(left, right, resolution), np.linspace(bottom, top, resolution))
    return wider.density(np.stack([x, y], axis=-1))
