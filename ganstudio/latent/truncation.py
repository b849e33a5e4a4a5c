"""Latents held away from the rare: fewer kinds of pictures, most of them better (Brock et al. 2019, section 3.1)."""

from __future__ import annotations

from statistics import NormalDist
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["LARGEST", "LEAST", "truncated"]

LEAST: Final = 0.01
LARGEST: Final = 6.0
"""Standard deviations that a normal number hardly ever leaves."""

Float = NDArray[np.float64]


def truncated(latents: NDArray[np.floating], threshold: float, distribution: Literal["normal", "uniform"]) -> Float:
    """Return latents whose numbers all lie within plus and minus a threshold.

    A normal number goes to the one with the same rank among normal numbers within the threshold: the result has
    exactly the distribution that drawing again whatever lies outside has, but changes smoothly with the threshold.
    A uniform number is multiplied by the threshold.

    Parameters
    ----------
    latents
        Numbers of a standard normal, or a uniform distribution on [-1, 1].
    threshold
        0.01 to 6 of normal, 0.01 to 1 of uniform numbers.

    Raises
    ------
    ValueError
        If the threshold is outside of that.
    """
    most = LARGEST if distribution == "normal" else 1.0
    if not LEAST <= threshold <= most:
        raise ValueError(
            f"truncation: {threshold:g} is not allowed; {LEAST:g} to {most:g} is for {distribution} latents"
        )
    numbers = np.asarray(latents, np.float64)
    if distribution == "uniform":
        return numbers * threshold
    normal = NormalDist()
    low = normal.cdf(-threshold)
    share = 1.0 - 2.0 * low
    moved = (normal.inv_cdf(low + share * normal.cdf(number)) for number in numbers.ravel().tolist())
    return np.fromiter(moved, np.float64, numbers.size).reshape(numbers.shape).clip(-threshold, threshold)
