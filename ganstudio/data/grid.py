"""Gaussians on a square grid: 25 narrow modes for collapse, 9 for RealnessGAN's toy problem."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from ganstudio.data.base import FloatArray
from ganstudio.data.mixture import GaussianMixture
from ganstudio.settings import setting

__all__ = ["GaussianGrid9", "GaussianGrid25"]


def _side(default: int) -> Any:
    return setting(default, "Side", "Modes in a row and in a column. 2 to 5 are sane.", ge=1, le=8)


class _GaussianGrid(GaussianMixture):
    """`side` x `side` equal Gaussians, centred on the origin; row by row from the lower left."""

    side: int = _side(5)
    spacing: float = setting(
        2.0, "Spacing", "Distance of neighbouring modes, in units of the plane. 1 to 4 is sane.", gt=0.0, le=100.0
    )
    standard_deviation: float = setting(
        0.05,
        "Mode width",
        "Standard deviation of each mode, in units of the plane. 0.02 to 0.2 is sane.",
        ge=0.001,
        le=10.0,
    )

    def components(self) -> tuple[FloatArray, FloatArray]:
        """Return the centres (side squared, 2) and the standard deviations (side squared, 2)."""
        ticks = self.spacing * (np.arange(self.side) - (self.side - 1) / 2.0)
        y, x = np.meshgrid(ticks, ticks, indexing="ij")
        centres = np.stack([x.ravel(), y.ravel()], axis=1)
        return centres, np.full_like(centres, self.standard_deviation)


class GaussianGrid25(_GaussianGrid):
    """The WGAN-GP paper's 25 Gaussians, before its division by 2.828."""

    title = "Grid of 25"
    name: Literal["grid25"] = "grid25"


class GaussianGrid9(_GaussianGrid):
    """Nine narrow Gaussians, as in RealnessGAN's toy problem."""

    title = "Grid of 9"
    name: Literal["grid9"] = "grid9"
    side: int = _side(3)
