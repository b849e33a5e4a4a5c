"""Two and three Gaussians: GAN Lab's two mixtures, five times as large and centred on the origin."""

from __future__ import annotations

from typing import Literal

import numpy as np

from ganstudio.data.base import FloatArray
from ganstudio.data.mixture import GaussianMixture
from ganstudio.settings import setting

__all__ = ["ThreeGaussians", "TwoGaussians"]


class TwoGaussians(GaussianMixture):
    """A round Gaussian and one that is half as wide and twice as high."""

    title = "Two Gaussians"
    name: Literal["two_gaussians"] = "two_gaussians"
    standard_deviation: float = setting(
        0.5,
        "Mode width",
        "Standard deviation of the round mode, in units of the plane; the other has half of it along x and "
        "twice of it along y. 0.1 to 0.5 is sane.",
        ge=0.001,
        le=10.0,
    )

    def components(self) -> tuple[FloatArray, FloatArray]:
        """Return the centres (2, 2) and the standard deviations (2, 2)."""
        centres = np.array([[-1.0, 1.0], [1.0, -0.5]])
        return centres, self.standard_deviation * np.array([[1.0, 1.0], [0.5, 2.0]])


class ThreeGaussians(GaussianMixture):
    """Three narrow Gaussians, far from one another."""

    title = "Three Gaussians"
    name: Literal["three_gaussians"] = "three_gaussians"
    standard_deviation: float = setting(
        0.125,
        "Mode width",
        "Standard deviation of each mode, in units of the plane. They stay apart below 0.3.",
        ge=0.001,
        le=10.0,
    )

    def components(self) -> tuple[FloatArray, FloatArray]:
        """Return the centres (3, 2) and the standard deviations (3, 2)."""
        centres = np.array([[-0.75, 1.25], [1.25, 0.5], [-0.25, -0.75]])
        return centres, np.full_like(centres, self.standard_deviation)
