"""Which modes of a mixture a sample covers.

A mode of weight 0 is not part of the distribution, so it is not a mode here: it can neither be recovered nor
be the nearest.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ganstudio.data.base import FloatArray, Modes
from ganstudio.metrics.divergences import discrete_kl

__all__ = ["assign", "high_quality", "mode_counts", "modes_recovered", "reverse_kl", "weighted"]

REACH = 3.0
"""A sample is of high quality within so many standard deviations of a mode."""

_ENOUGH = (20, 2500)
"""A mode is recovered by so many high-quality samples of so many; rounded up for other numbers of samples."""


def weighted(modes: Modes) -> Modes:
    """Return the modes without those of weight 0."""
    kept = modes.weights > 0.0
    return Modes(modes.centres[kept], modes.deviations[kept], modes.weights[kept])


def assign(samples: FloatArray, modes: Modes) -> tuple[NDArray[np.intp], FloatArray]:
    """Find the nearest mode of each sample, in standard deviations (Mahalanobis distance).

    Parameters
    ----------
    samples : ndarray (n, 2)
    modes : Modes (m)

    Returns
    -------
    nearest : ndarray (n,)
        Index of the mode; -1 for a sample that is not finite or too far away to tell.
    distance : ndarray (n,)
        Infinite for those.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        x, y = (
            np.square((samples[:, axis, None] - modes.centres[:, axis]) / modes.deviations[:, axis]) for axis in (0, 1)
        )
        squares = x + y
    nearest = squares.argmin(axis=1)
    square = squares[np.arange(len(samples)), nearest]
    somewhere = np.isfinite(square)
    return np.where(somewhere, nearest, -1), np.sqrt(np.where(somewhere, square, np.inf))


def high_quality(samples: FloatArray, modes: Modes) -> float:
    """Return the share (0 to 1) of samples (n, 2) within 3 standard deviations of their nearest mode.

    Separate modes give a perfect sampler 1 - exp(-9/2) = 98.89 %.
    """
    _, distance = assign(samples, weighted(modes))
    return float(np.mean(distance <= REACH))


def mode_counts(samples: FloatArray, modes: Modes) -> NDArray[np.intp]:
    """Return how many high-quality samples each mode has, as (m,); 0 for modes of weight 0."""
    nearest, distance = assign(samples, weighted(modes))
    counts = np.zeros(len(modes), dtype=np.intp)
    counts[modes.weights > 0.0] = np.bincount(nearest[distance <= REACH], minlength=int((modes.weights > 0.0).sum()))
    return counts


def modes_recovered(samples: FloatArray, modes: Modes, minimum: int | None = None) -> int:
    """Return the number of modes that have enough high-quality samples.

    Parameters
    ----------
    samples : ndarray (n, 2)
    modes : Modes
    minimum
        Samples that are enough. None means 20 of 2,500, in proportion, rounded up. 1 is VEEGAN's rule
        (Srivastava et al. 2017, section 4.1), which one stray sample satisfies.
    """
    if minimum is None:
        minimum = max(1, -(-len(samples) * _ENOUGH[0] // _ENOUGH[1]))
    return int((mode_counts(samples, modes) >= minimum).sum())


def reverse_kl(samples: FloatArray, modes: Modes) -> float:
    """Return KL(q || weights) in nats, with q the histogram of all samples (n, 2) over their nearest modes.

    0 is the best; infinite if a sample is nowhere, where the data have no mass.
    """
    modes = weighted(modes)
    nearest, _ = assign(samples, modes)
    if (nearest < 0).any():
        return float("inf")
    return discrete_kl(np.bincount(nearest, minlength=len(modes)) / len(samples), modes.weights)
