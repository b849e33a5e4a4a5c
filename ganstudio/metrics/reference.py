"""Fixed samples of a distribution, for what has no closed form."""

from __future__ import annotations

import numpy as np

from ganstudio.data.base import Distribution, FloatArray

__all__ = ["reference_sample"]

_SEED = 20_140_610
"""Of its own, so that nothing else ever draws the same numbers."""


def reference_sample(distribution: Distribution, count: int) -> FloatArray:
    """Return the same `count` samples (count, 2) every time."""
    return distribution.sample(count, np.random.default_rng(_SEED))
