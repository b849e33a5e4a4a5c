"""Spiral arms: long, thin and close to one another."""

from __future__ import annotations

import math
from typing import Any, Literal

from ganstudio.data.base import array_namespace
from ganstudio.data.curve import Curve, thickness_setting
from ganstudio.settings import setting

__all__ = ["Spirals"]

_INNER = 0.2
"""Where the arms begin, as a share of the radius."""


class Spirals(Curve):
    """Archimedean spirals around the origin, about evenly filled along their length."""

    title = "Spirals"
    name: Literal["spirals"] = "spirals"
    arms: int = setting(2, "Arms", "Number of spiral arms. 1 to 5 are sane.", ge=1, le=8)
    turns: float = setting(
        1.0,
        "Turns",
        "How often an arm goes round. 0.5 to 2 is sane; negative turns clockwise.",
        ge=-3.0,
        le=3.0,
        unit="turns",
    )
    radius: float = setting(2.0, "Radius", "Of the outer ends, in units of the plane. 1 to 4 is sane.", gt=0.0, le=10.0)
    thickness: float = thickness_setting(0.05, sane="0.02 to 0.1")

    def path(self, t: Any, arm: Any) -> tuple[Any, Any]:
        """Return the point whose squared distance is t of the way from the inner end's to the outer end's."""
        xp = array_namespace(t)
        share = xp.sqrt(_INNER**2 + (1.0 - _INNER**2) * t)
        angle = 2.0 * math.pi * (self.turns * share + arm / self.arms)
        return self.radius * share * xp.cos(angle), self.radius * share * xp.sin(angle)

    def deviation(self) -> float:
        """Return the thickness."""
        return self.thickness

    def arm_count(self) -> int:
        """Return the number of arms."""
        return self.arms
