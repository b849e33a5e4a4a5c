"""Frechet distance between Gaussians: what FID is on image features, here on the plane's own coordinates."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ganstudio.data.base import FloatArray

__all__ = ["frechet_distance", "sample_frechet_distance"]


def frechet_distance(mean_a: ArrayLike, covariance_a: ArrayLike, mean_b: ArrayLike, covariance_b: ArrayLike) -> float:
    """Return the squared Wasserstein-2 distance of two Gaussians, which is what "FID" names.

    |mean_a - mean_b|^2 + tr(A + B - 2 (A B)^(1/2)), by the eigenvalues of A^(1/2) B A^(1/2).

    Parameters
    ----------
    mean_a, mean_b : array (d,)
    covariance_a, covariance_b : array (d, d)
        Symmetric and positive semidefinite; what rounding makes negative counts as 0.

    Returns
    -------
    float
        In squared units, at least 0 up to rounding.

    References
    ----------
    Heusel et al., "GANs trained by a two time-scale update rule", 2017.
    """
    shift = np.asarray(mean_a, dtype=float) - np.asarray(mean_b, dtype=float)
    a, b = np.asarray(covariance_a, dtype=float), np.asarray(covariance_b, dtype=float)
    values, vectors = np.linalg.eigh(a)
    root = (vectors * np.sqrt(values.clip(min=0.0))) @ vectors.T
    overlap = np.sqrt(np.linalg.eigvalsh(root @ b @ root).clip(min=0.0)).sum()
    return float(shift @ shift + np.trace(a) + np.trace(b) - 2.0 * overlap)


def sample_frechet_distance(samples: FloatArray, reference: FloatArray) -> float:
    """Return the squared Frechet distance of the Gaussians that fit two samples (n, d) and (m, d) best."""
    (mean_a, a), (mean_b, b) = ((x.mean(axis=0), np.atleast_2d(np.cov(x.T))) for x in (samples, reference))
    return frechet_distance(mean_a, a, mean_b, b)
