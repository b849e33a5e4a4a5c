"""The best critic there is for a pointwise objective, where p and q are known."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray

from ganstudio.objectives import Pointwise
from ganstudio.objectives.base import Objective

__all__ = ["optimal_scores"]

REACH = 20.0
"""Scores that are tried, on both sides of 0; a logit of 20 is as good as certainty."""
SCORES = 8001
SHARES = 513

Float = NDArray[np.floating]


def optimal_scores(objective: Objective, shares: Float) -> Float | None:
    """Return the score T that minimises s real_term(T) + (1 - s) fake_term(T) for every share s = p / (p + q).

    None for an objective that is no sum over single samples, or that has no such minimum, as Wasserstein's.
    """
    table = _table(objective) if isinstance(objective, Pointwise) else None
    return None if table is None else np.interp(shares, np.linspace(0.0, 1.0, SHARES), table)


@lru_cache(maxsize=16)
def _table(objective: Pointwise) -> Float | None:
    """Return the best score for evenly spaced shares, or None where more would always be better."""
    scores = torch.linspace(-REACH, REACH, SCORES, dtype=torch.float64)
    real, fake = objective.real_term(scores).numpy(), objective.fake_term(scores).numpy()
    share = np.linspace(0.0, 1.0, SHARES)[:, None]
    with np.errstate(invalid="ignore"):
        losses = np.nan_to_num(share * real + (1.0 - share) * fake, nan=np.inf)
    best = losses.argmin(axis=1)
    clearly_more_real = round(0.6 * (SHARES - 1))
    if best[clearly_more_real] in (0, SCORES - 1):
        return None
    table: Float = scores.numpy()[best]
    return table
