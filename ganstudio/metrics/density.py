"""Densities on a grid, blurred by a Gaussian kernel, so that samples and data can be compared place by place."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ganstudio.data.base import Distribution, FloatArray, Modes

__all__ = ["blurred_density", "kernel_density"]

REAL_SAMPLES = 20_000
"""From which data without exact modes are estimated; ten times as many as generated ones."""

CUT = -100.0
"""Logarithm below which a kernel counts no less."""


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
    points = np.asarray(samples, dtype=np.float64)
    count = max(1, len(points))
    points = points[np.isfinite(points).all(axis=-1)]
    left, right, bottom, top = window
    # A Gaussian is a product of one along x and one along y, so a matrix product adds all kernels up. Far tails are
    # cut: numbers below 1e-308 are many times slower to reckon with, and nobody sees them.
    across, along = (
        np.exp(
            np.maximum(-0.5 * np.square((np.linspace(low, high, resolution) - points[:, axis, None]) / deviation), CUT)
        )
        for axis, (low, high) in enumerate(((left, right), (bottom, top)))
    )
    density: FloatArray = along.T @ across / (count * 2.0 * np.pi * deviation**2)
    return density


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
