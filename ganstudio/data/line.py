"""A thick line: the simplest thing whose density has no modes."""

from __future__ import annotations

import math
from typing import Any, Literal

from ganstudio.data.curve import Curve
from ganstudio.settings import setting

__all__ = ["Line"]


class Line(Curve):
    """A straight line through the origin; as it stands it is GAN Lab's, five times as large."""

    title = "Line"
    name: Literal["line"] = "line"
    length: float = setting(4.0, "Length", "From end to end, in units of the plane. 1 to 6 is sane.", gt=0.0, le=20.0)
    angle: float = setting(
        158.0, "Angle", "Direction, counterclockwise from the x axis.", ge=-360.0, le=360.0, unit="°"
    )
    thickness: float = setting(
        0.05,
        "Thickness",
        "Standard deviation of the noise, in units of the plane. 0.02 to 0.2 is sane.",
        ge=0.02,
        le=10.0,
    )

    def path(self, t: Any, arm: Any) -> tuple[Any, Any]:
        """Return the point at t of the way from the start to the end."""
        along = self.length * (t - 0.5)
        return math.cos(math.radians(self.angle)) * along, math.sin(math.radians(self.angle)) * along

    def deviation(self) -> float:
        """Return the thickness."""
        return self.thickness
