"""The optimal discriminator p / (p + q) of the present generator (Goodfellow et al. 2014, proposition 1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import ClassVar

import numpy as np

from ganstudio.data import Distribution
from ganstudio.layers.base import Float, Layer, Look, Scene, Window
from ganstudio.layers.marks import Mark, Surface
from ganstudio.metrics.density import blurred_density, kernel_density

__all__ = ["Optimal", "optimal_shares"]

BLUR = 0.03
"""Standard deviation of the kernel that both densities are blurred by, as a share of the window's side."""
COUNT = 2500
NEGLIGIBLE = 1e-4
"""Share of the highest density of p + q below which the ratio says nothing."""
FADE = 1.5
"""Powers of ten above that over which it becomes sure."""


class Optimal(Layer):
    """p / (p + q), the probability of being real that the best discriminator would give."""

    title: ClassVar[str] = "p/(p+q)"
    hint: ClassVar[str] = (
        "The optimal discriminator: the true probability that a sample at this place is real. Both densities are "
        "blurred alike by 3 % of the window, q being known from 2,500 samples only. Neutral where there is neither."
    )
    fills: ClassVar[bool] = True
    height: ClassVar[float] = 1.0

    def probe(self, look: Look) -> dict[str, Float]:
        """Ask for samples; the data's density is known."""
        shares, strength = optimal_shares(look)
        return {"shares": shares, "strength": strength}

    def draw(self, values: Mapping[str, Float], scene: Scene) -> Sequence[Mark]:
        """Return the shares as colours."""
        strength = values["strength"]
        return [Surface(values["shares"], scene.window, 0.0, 1.0, "diverging", "p / (p + q)", strength)]


def optimal_shares(look: Look) -> tuple[Float, Float]:
    """Return p / (p + q) on the grid of the window, and how sure it is, from 0 to 1; both (R, rows, columns).

    Where there is next to nothing of either the share is NaN.
    """
    left, right, _, _ = look.window
    blur = BLUR * (right - left)
    p = _data_density(look.experiment.data, look.window, look.resolution, blur)
    q = np.stack([kernel_density(run, look.window, look.resolution, blur) for run in look.samples(COUNT)])
    total = p + q
    share_of_most = total / total.max()
    known = share_of_most > NEGLIGIBLE
    decades = np.log10(np.where(known, share_of_most, NEGLIGIBLE) / NEGLIGIBLE)
    return np.where(known, p / np.where(known, total, 1.0), np.nan), (decades / FADE).clip(0.0, 1.0)


@lru_cache(maxsize=16)
def _data_density(data: Distribution, window: Window, resolution: int, blur: float) -> Float:
    return blurred_density(data, window, resolution, blur)
