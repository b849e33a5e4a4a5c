"""Two half circles that reach into one another."""

from __future__ import annotations

import math
from typing import Any, Literal

from ganstudio.data.base import array_namespace
from ganstudio.data.curve import Curve, thickness_setting
from ganstudio.settings import setting

__all__ = ["TwoMoons"]


class TwoMoons(Curve):
    """scikit-learn's `make_moons`, centred on the origin and scaled."""

    title = "Two moons"
    name: Literal["two_moons"] = "two_moons"
    radius: float = setting(
        1.5, "Radius", "Of both half circles, in units of the plane. 1 to 3 is sane.", gt=0.0, le=10.0
    )
    thickness: float = thickness_setting(0.1, sane="0.02 to 0.3")

    def path(self, t: Any, arm: Any) -> tuple[Any, Any]:
        """Return (cos, sin) - (1/2, 1/4) of half a turn for the upper moon, and that turned about the origin."""
        xp = array_namespace(t)
        side = self.radius * (1.0 - 2.0 * arm)
        return side * (xp.cos(math.pi * t) - 0.5), side * (xp.sin(math.pi * t) - 0.25)

    def deviation(self) -> float:
        """Return the thickness."""
        return self.thickness

    def arm_count(self) -> int:
        """Return 2."""
        return 2
