"""Frechet distance: the Wasserstein-2 distance, squared, between the Gaussians of two samples' means and covariances.

Heusel et al. 2017, arXiv 1706.08500, equation (6), after Dowson and Landau 1982. In the features of the Inception
network it is called FID; in any others it is another number, and has to be called something else.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Moments", "between", "frechet", "moments"]

Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Moments:
    """Mean (d,) and covariance (d, d) of `count` samples."""

    mean: Float
    covariance: Float
    count: int


def moments(samples: ArrayLike) -> Moments:
    """Return mean and unbiased covariance.

    Parameters
    ----------
    samples : array (n, d)
        At least two, finite.

    Raises
    ------
    ValueError
        If they are not.
    """
    x = np.asarray(samples, dtype=np.float64)
    if x.ndim != 2 or len(x) < 2:
        raise ValueError(f"samples: shape {x.shape} is not allowed; it has to be (n, d) with n at least 2")
    if not np.isfinite(x).all():
        raise ValueError("samples: have values that are not finite")
    mean = x.mean(axis=0)
    centred = x - mean
    return Moments(mean, centred.T @ centred / (len(x) - 1), len(x))


def frechet(one: ArrayLike, two: ArrayLike) -> float:
    """Return the Frechet distance of two samples (n, d) and (m, d); see `between`."""
    return between(moments(one), moments(two))


def between(one: Moments, two: Moments) -> float:
    """Return ``||m1 - m2||^2 + Tr(S1 + S2 - 2 (S1 S2)^(1/2))``, at least 0.

    The trace of the root is the sum of the roots of the eigenvalues of ``S1^(1/2) S2 S1^(1/2)``, which is symmetric: no
    root of a product that is neither symmetric nor, with fewer samples than dimensions, of full rank. Eigenvalues that
    rounding has made negative are 0.

    The value is biased: samples of the very same distribution are not at 0, and the fewer they are, the farther.
    """
    difference = one.mean - two.mean
    values, vectors = np.linalg.eigh(one.covariance)
    root = (vectors * np.sqrt(values.clip(min=0.0))) @ vectors.T
    inner = root @ two.covariance @ root
    shared = np.sqrt(np.linalg.eigvalsh((inner + inner.T) / 2).clip(min=0.0)).sum()
    distance = difference @ difference + np.trace(one.covariance) + np.trace(two.covariance) - 2 * shared
    return max(0.0, float(distance))
