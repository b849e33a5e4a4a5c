"""The parallel lines of the WGAN paper (example 1): no overlap, so no gradient from Jensen-Shannon."""

from __future__ import annotations

from typing import Literal

import numpy as np

from ganstudio.data.base import FloatArray
from ganstudio.data.boxes import Boxes
from ganstudio.settings import setting

__all__ = ["ParallelLines"]


class ParallelLines(Boxes):
    """Half of the samples on a vertical line at x = 0, half at x = theta, both with y uniform on [0, 1]."""

    title = "Parallel lines"
    name: Literal["parallel_lines"] = "parallel_lines"
    theta: float = setting(
        1.0,
        "Distance",
        "From the line at x = 0 to the other, in units of the plane. 0 makes them one, which is the real data of the "
        "WGAN paper's example. 0 to 2 is sane.",
        ge=0.0,
        le=10.0,
    )
    thickness: float = setting(
        0.1,
        "Thickness",
        "Width of the lines, evenly filled, in units of the plane. 0 is the paper's: lines without an area, "
        "and so without a density.",
        ge=0.0,
        le=10.0,
    )

    def boxes(self) -> tuple[FloatArray, FloatArray]:
        """Return both lines' lower left corners and their size."""
        left = -self.thickness / 2.0
        return np.array([[left, 0.0], [left + self.theta, 0.0]]), np.array([self.thickness, 1.0])
