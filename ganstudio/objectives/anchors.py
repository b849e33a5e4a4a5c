"""RealnessGAN's anchors: what the critic should say of real and of generated samples, as shares of K outcomes.

Outcomes are the points u = linspace(-1, 1, K). The released code (Xiangli et al. 2020) draws 1,000 normal and 1,000
uniform numbers in each iteration and takes `numpy.histogram(numbers, K)`, whose range is that of the numbers: so the
standard deviation of the normal ones does not matter. Then it moves each anchor to one side (its "skew").
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["Shape", "anchor", "drawn", "outcomes", "shape_setting", "skewed"]

Float = NDArray[np.float64]
Shape = Literal["normal", "uniform", "triangle", "peak", "two_peaks"]

DRAWS = 1000
"""Numbers in one of the released code's histograms."""


def shape_setting(default: Shape, title: str, which: str) -> Any:
    """Declare the shape of an anchor."""
    from ganstudio.settings import setting

    return setting(
        default,
        title,
        f"Which shares of the outcomes the critic should give {which} samples, before they are moved to one side. "
        "The paper's are the histogram of normal numbers (generated) and of uniform ones (real).",
        choices={
            "normal": "Normal",
            "uniform": "Uniform",
            "triangle": "Triangle",
            "peak": "One outcome",
            "two_peaks": "Both ends",
        },
    )


def outcomes(count: int) -> Float:
    """Return the outcomes u, `count` points from -1 to 1."""
    return np.linspace(-1.0, 1.0, count)


def drawn(shape: Shape, count: int, rng: np.random.Generator) -> Float:
    """Return shares (count,) as the released code has them in one iteration; other shapes are not random."""
    if shape not in ("normal", "uniform"):
        return anchor(shape, count)
    numbers = rng.normal(size=DRAWS) if shape == "normal" else rng.uniform(-1.0, 1.0, DRAWS)
    return np.histogram(numbers, count)[0] / DRAWS


@lru_cache(maxsize=64)
def anchor(shape: Shape, count: int) -> Float:
    """Return shares (count,) of a shape; of the random ones the mean, over the same 2,000 histograms always."""
    u = outcomes(count)
    match shape:
        case "normal":
            rng = np.random.default_rng(0)
            mean = np.mean([drawn(shape, count, rng) for _ in range(2000)], axis=0)
            shares = (mean + mean[::-1]) / 2
        case "uniform":
            shares = np.ones(count)
        case "triangle":
            shares = 1.0 - np.abs(u) + 1.0 / count
        case "peak":
            shares = (np.abs(u) == np.abs(u).min()).astype(float)
        case "two_peaks":
            shares = (np.abs(u) == 1.0).astype(float)
    result: Float = shares / shares.sum()
    return result


def skewed(shares: Float, skew: float) -> Float:
    """Move an anchor by `skew` (-1 to 1) along its outcomes, as in the released training code.

    Each outcome's share goes to u + skew, no further than the ends, and from there to the two nearest outcomes in
    proportion to how near they are (the projection of C51, Bellemare et al. 2017).
    """
    count = len(shares)
    place = (np.clip(outcomes(count) + skew, -1.0, 1.0) + 1.0) / 2.0 * (count - 1)
    place = np.round(place, 9)  # a share that belongs to one outcome alone is not split by rounding
    below = np.floor(place).astype(int)
    above = np.minimum(below + 1, count - 1)
    moved = np.zeros(count)
    np.add.at(moved, below, shares * (1.0 - (place - below)))
    np.add.at(moved, above, shares * (place - below))
    return moved
