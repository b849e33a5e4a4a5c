"""What is under the cursor, in words."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ganstudio.data import Distribution
from ganstudio.gui.numbers import short

__all__ = ["density_text", "number", "signed"]

BLUR = 0.03
"""Width of the kernel by which samples become a density, as a share of the window's side: that of p / (p + q)."""


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


def signed(value: float) -> str:
    """Write a coordinate with a width that does not change."""
    return f"{value:+.3f}".replace("-", "\N{MINUS SIGN}")


def number(value: float) -> str:
    """Write a number with four significant digits and a real minus sign."""
    text = short(float(f"{value:.4g}"))
    return text.replace("-", "\N{MINUS SIGN}", 1) if value < 0 else text
