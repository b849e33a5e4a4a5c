"""Maximum mean discrepancy with a mixture of Gaussian kernels, unbiased."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from ganstudio.data.base import Distribution, FloatArray
from ganstudio.metrics.reference import reference_sample, some

__all__ = ["kernel_scale", "mmd", "squared_mmd"]

_SAMPLES = 1000
"""The most samples that are compared: the kernel matrix then has a million entries."""

_LOG_FLOOR = np.float32(-20.0)
_FLOOR = np.exp(_LOG_FLOOR)
"""Kernel values below 2e-9 count as that: their fourth powers would be denormal numbers, which are very slow."""

_ROWS = 32
"""Rows of the kernel matrix that exist at a time, so few that they stay in the processor's cache."""

_OCTAVES = 4
"""Kernel widths are the data's scale, and half of it so many times."""


def kernel_scale(reference: FloatArray) -> float:
    """Return the widest kernel's standard deviation: the root mean variance of a sample's coordinates."""
    return float(np.sqrt(reference.var(axis=0).mean()))


def _kernel_sum(x: FloatArray, y: FloatArray, scale: float) -> float:
    """Return the sum over all pairs of samples (n, 2) and (m, 2) of the kernel, 0 to 1 each.

    The kernel is the mean over widths of exp(-|x - y|^2 / (2 width^2)).
    """
    total = 0.0
    # So far away, all places are the same; squares still fit into float32.
    a, b = (np.clip(points / scale, -1e15, 1e15).astype(np.float32) for points in (x, y))
    for start in range(0, len(a), _ROWS):
        dx, dy = (a[start : start + _ROWS, None, axis] - b[:, axis] for axis in (0, 1))
        kernel = np.exp(np.maximum(-0.5 * (dx * dx + dy * dy), _LOG_FLOOR))
        total += float(kernel.sum())
        for _ in range(_OCTAVES):
            # Half the width is the fourth power: cheaper than another exponential.
            np.maximum(kernel, _FLOOR, out=kernel)
            np.square(kernel, out=kernel)
            np.square(kernel, out=kernel)
            total += float(kernel.sum())
    return total / (_OCTAVES + 1)


def _within(x: FloatArray, scale: float) -> float:
    """Return the sum of the kernel over all pairs of two different samples."""
    return _kernel_sum(x, x, scale) - len(x)


def squared_mmd(samples: FloatArray, reference: FloatArray, scale: float) -> float:
    """Return the unbiased estimate of MMD^2.

    Parameters
    ----------
    samples : ndarray (n, 2)
        At least 2. Time grows like n (n + m).
    reference : ndarray (m, 2)
        At least 2.
    scale
        Standard deviation of the widest Gaussian kernel; the others are 1/2, 1/4, 1/8 and 1/16 of it.

    Returns
    -------
    float
        0 on average for equal distributions, so it can be slightly negative; at most 2.

    References
    ----------
    Gretton et al., "A kernel two-sample test", 2012, lemma 6.
    """
    pairs = len(reference) * (len(reference) - 1)
    return _compare(samples, len(samples), reference, scale, _within(reference, scale) / pairs)


def _compare(finite: FloatArray, count: int, reference: FloatArray, scale: float, reference_mean: float) -> float:
    """Return MMD^2 of `count` samples of which only the finite ones are near anything."""
    within = _within(finite, scale) / (count * (count - 1))
    between = _kernel_sum(finite, reference, scale) / (count * len(reference))
    return within + reference_mean - 2.0 * between


@lru_cache(maxsize=32)
def _reference(distribution: Distribution) -> tuple[FloatArray, float, float]:
    """Return reference samples, the kernel's scale and the kernel's mean between reference samples."""
    reference = reference_sample(distribution, _SAMPLES)
    scale = kernel_scale(reference)
    return reference, scale, _within(reference, scale) / (_SAMPLES * (_SAMPLES - 1))


def mmd(samples: FloatArray, distribution: Distribution) -> float:
    """Return MMD^2 between (at most 1,000 of) the samples (n, 2) and a fixed sample of the distribution.

    A sample that is not finite is near nothing: its kernel with every other is 0. NaN for fewer than 2 samples.
    """
    if len(samples) < 2:
        return float("nan")
    chosen = some(samples, _SAMPLES)
    return _compare(chosen[np.isfinite(chosen).all(axis=1)], len(chosen), *_reference(distribution))
