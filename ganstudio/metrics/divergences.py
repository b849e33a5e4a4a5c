"""Kullback-Leibler and Jensen-Shannon divergence of discrete distributions, in nats."""

from __future__ import annotations

import math

import numpy as np

from ganstudio.data.base import FloatArray

__all__ = ["discrete_js", "discrete_kl"]


def discrete_kl(p: FloatArray, q: FloatArray) -> float:
    """Return KL(p || q) in nats of two discrete distributions (k,); infinite if q is 0 where p is not."""
    return max(0.0, _log_ratio(p, q))


def discrete_js(p: FloatArray, q: FloatArray) -> float:
    """Return the Jensen-Shannon divergence in nats, 0 to log 2, of two discrete distributions (k,)."""
    # Against p + q, not its half, which can underflow to 0.
    return max(0.0, math.log(2.0) + (_log_ratio(p, p + q) + _log_ratio(q, p + q)) / 2.0)


def _log_ratio(p: FloatArray, q: FloatArray) -> float:
    """Return the mean of log(p / q) under p."""
    p, q = p[p > 0.0], q[p > 0.0]
    if (q <= 0.0).any():
        return math.inf
    return float(p @ (np.log(p) - np.log(q)))
