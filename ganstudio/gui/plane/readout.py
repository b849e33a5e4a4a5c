"""What is under the cursor, and what is out of sight, in words."""

from __future__ import annotations

import math
import re

import numpy as np
from numpy.typing import NDArray

from ganstudio.data import Distribution
from ganstudio.gui.numbers import short

__all__ = ["ARROWS", "brief_outside", "density_text", "number", "outside_text", "signed"]

BLUR = 0.03
"""Width of the kernel by which samples become a density, as a share of the window's side: that of p / (p + q)."""

ARROWS = "\u2192\u2197\u2191\u2196\u2190\u2199\u2193\u2198"
"""Directions of multiples of 45 degrees, from right to lower right."""
WORTH_TELLING = 0.05
"""Share of the samples from which it is worth saying that they are outside."""


def density_text(
    data: Distribution, samples: NDArray[np.floating], window: tuple[float, float, float, float], x: float, y: float
) -> str:
    """Return both densities at a point and the nearest mode: "p 0.412   q 0.38   mode 3, 1.2 sd away".

    Parameters
    ----------
    samples : ndarray (n, 2)
        Generated ones; q is their density under a Gaussian kernel of 3 % of the window's side.
    """
    parts = []
    p = data.density(np.array([x, y]))
    if p is not None:
        parts.append(f"p {number(float(p))}")
    known = samples[np.isfinite(samples).all(axis=-1)]
    if len(samples):
        blur = BLUR * (window[1] - window[0])
        square = np.square((known - (x, y)) / blur).sum(axis=-1)
        q = np.exp(-0.5 * square).sum() / (len(samples) * 2.0 * math.pi * blur**2)
        parts.append(f"q \N{ALMOST EQUAL TO} {number(float(q))}")
    modes = data.modes()
    if modes is not None:
        distances = np.hypot(*((modes.centres - (x, y)) / modes.deviations).T)
        nearest = int(distances.argmin())
        parts.append(f"mode {nearest + 1} at {short(float(f'{distances[nearest]:.3g}'))} sd")
    return "   ".join(parts)


def outside_text(points: NDArray[np.floating], window: tuple[float, float, float, float]) -> str:
    """Return how many points (n, 2) are outside a window and in which direction, or "" for a few."""
    left, right, bottom, top = window
    inside = (points >= (left, bottom)).all(axis=1) & (points <= (right, top)).all(axis=1)
    gone = points[~inside]
    if len(gone) < max(1, WORTH_TELLING * len(points)):
        return ""
    known = gone[np.isfinite(gone).all(axis=1)]
    if not len(known):
        return f"{len(gone):,} samples are not finite"
    x, y = np.median(known, axis=0) - ((left + right) / 2, (bottom + top) / 2)
    arrow = ARROWS[round(math.atan2(y, x) / (math.pi / 4)) % 8]
    return f"{len(gone):,} of {len(points):,} outside {arrow}"


def brief_outside(text: str) -> str:
    """Return what `outside_text` says without the total."""
    return re.sub(r" of [\d,]+ ", " ", text)


def signed(value: float) -> str:
    """Write a coordinate with a width that does not change."""
    return f"{value:+.3f}".replace("-", "\N{MINUS SIGN}")


def number(value: float) -> str:
    """Write a number with four significant digits and a real minus sign."""
    text = short(float(f"{value:.4g}"))
    return text.replace("-", "\N{MINUS SIGN}", 1) if value < 0 else text
