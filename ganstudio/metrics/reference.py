"""Fixed samples of a distribution, for what has no closed form."""

from __future__ import annotations

import numpy as np

from ganstudio.data.base import Distribution, FloatArray

__all__ = ["reference_sample", "some"]

_SEED = 20_140_610
"""Of its own, so that nothing else ever draws the same numbers."""


def reference_sample(distribution: Distribution, count: int) -> FloatArray:
    """Return the same `count` samples (count, 2) every time."""
    return distribution.sample(count, np.random.default_rng(_SEED))


def some(samples: FloatArray, most: int) -> FloatArray:
    """Return at most so many of the samples (n, 2), evenly spread, should they be in some order."""
    chosen: FloatArray = samples[np.linspace(0, len(samples) - 1, min(len(samples), most)).astype(int)]
    return chosen
