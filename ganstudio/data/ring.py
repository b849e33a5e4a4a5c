"""Gaussians on a circle: the picture by which mode collapse is known."""

from __future__ import annotations

from typing import Literal

import numpy as np

from ganstudio.data.base import FloatArray
from ganstudio.data.mixture import GaussianMixture
from ganstudio.settings import setting

__all__ = ["GaussianRing"]


class GaussianRing(GaussianMixture):
    """Equal Gaussians at even angles on a circle."""

    title = "Ring of Gaussians"
    name: Literal["ring"] = "ring"
    count: int = setting(8, "Modes", "Number of Gaussians on the circle. 2 to 16 are sane.", ge=1, le=64)
    radius: float = setting(
        2.0, "Radius", "Distance of the modes from the origin, in units of the plane. 1 to 4 is sane.", gt=0.0, le=100.0
    )
    standard_deviation: float = setting(
        0.1,
        "Mode width",
        "Standard deviation of each mode, in units of the plane. 0.02 is hard to hit, 0.05 to 0.2 is sane.",
        ge=0.001,
        le=10.0,
    )
    start_angle: float = setting(
        0.0,
        "Start angle",
        "Direction of the first mode, counterclockwise from the x axis.",
        ge=-360.0,
        le=360.0,
        unit="°",
        expert=True,
    )

    def components(self) -> tuple[FloatArray, FloatArray]:
        """Return the centres (count, 2), counterclockwise, and the standard deviations (count, 2)."""
        angles = np.radians(self.start_angle) + 2.0 * np.pi * np.arange(self.count) / self.count
        centres = self.radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
        return centres, np.full_like(centres, self.standard_deviation)
