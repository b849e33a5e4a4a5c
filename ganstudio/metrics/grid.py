"""Kullback-Leibler and Jensen-Shannon divergence between a distribution and samples, on a grid.

The plotting window is cut into 32 x 32 cells and everything outside is one more cell, so that all of the
distribution and all samples count. The distribution's side is exact wherever its cell masses are known.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from ganstudio.data.base import Distribution, FloatArray
from ganstudio.metrics.divergences import discrete_js, discrete_kl
from ganstudio.metrics.reference import reference_sample

__all__ = ["CELLS", "edges", "grid_js", "grid_kl", "sample_counts", "true_masses"]

CELLS = 32
"""Cells along each side: narrow enough to see a smeared mode, wide enough for 2,500 samples."""

_REFERENCE = 200_000
"""Samples that stand in for exact cell masses where those are not known."""


def edges(distribution: Distribution) -> tuple[FloatArray, FloatArray]:
    """Return the borders of the cells along x and along y, (CELLS + 1,) each."""
    left, right, bottom, top = distribution.window()
    return np.linspace(left, right, CELLS + 1), np.linspace(bottom, top, CELLS + 1)


def sample_counts(samples: FloatArray, distribution: Distribution) -> FloatArray:
    """Count samples (n, 2) in each cell, row by row from below, as (CELLS**2 + 1,); the last is everywhere else."""
    x_edges, y_edges = edges(distribution)
    column = np.searchsorted(x_edges, samples[:, 0], side="right") - 1
    row = np.searchsorted(y_edges, samples[:, 1], side="right") - 1
    inside = (column >= 0) & (column < CELLS) & (row >= 0) & (row < CELLS)
    cell = np.where(inside, row * CELLS + column, CELLS**2)
    return np.bincount(cell, minlength=CELLS**2 + 1).astype(float)


@lru_cache(maxsize=64)
def true_masses(distribution: Distribution) -> FloatArray:
    """Return the distribution's mass in the same cells, (CELLS**2 + 1,), sum 1.

    Exact, or from a fixed large sample where the distribution has no `cell_masses`.
    """
    inside = distribution.cell_masses(*edges(distribution))
    if inside is None:
        masses = sample_counts(reference_sample(distribution, _REFERENCE), distribution) / _REFERENCE
    else:
        masses = np.append(inside.ravel(), max(0.0, 1.0 - inside.sum()))
        masses /= masses.sum()
    masses.setflags(write=False)
    return masses


def grid_kl(samples: FloatArray, distribution: Distribution) -> float:
    """Return KL(data || samples) in nats, at least 0.

    Without smoothing it would be infinite as soon as one cell that the data reach has no sample. So one more
    sample is counted, spread evenly over all cells.
    """
    counts = sample_counts(samples, distribution)
    return discrete_kl(true_masses(distribution), (counts + 1.0 / len(counts)) / (len(samples) + 1.0))


def grid_js(samples: FloatArray, distribution: Distribution) -> float:
    """Return the Jensen-Shannon divergence of data and samples in nats, 0 to log 2 = 0.693. No smoothing."""
    return discrete_js(true_masses(distribution), sample_counts(samples, distribution) / len(samples))
