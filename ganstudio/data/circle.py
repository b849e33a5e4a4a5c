"""A thick circle: data with a hole, which a smooth generator of 2-D noise has to tear or to fold."""

from __future__ import annotations

import math
from typing import Any, Literal

from ganstudio.data.base import array_namespace
from ganstudio.data.curve import Curve, thickness_setting
from ganstudio.settings import setting

__all__ = ["Circle"]


class Circle(Curve):
    """A circle around the origin, even all the way round."""

    title = "Circle"
    name: Literal["circle"] = "circle"
    radius: float = setting(2.0, "Radius", "In units of the plane. 1 to 4 is sane.", gt=0.0, le=10.0)
    thickness: float = thickness_setting(0.1, sane="0.02 to 0.3")

    def path(self, t: Any, arm: Any) -> tuple[Any, Any]:
        """Return the point at t of the way round."""
        xp = array_namespace(t)
        angle = 2.0 * math.pi * t
        return self.radius * xp.cos(angle), self.radius * xp.sin(angle)

    def deviation(self) -> float:
        """Return the thickness."""
        return self.thickness
