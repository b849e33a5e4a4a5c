"""The Swiss roll of the WGAN-GP paper's toy problems."""

from __future__ import annotations

import math
from typing import Any, Literal

from ganstudio.data.base import array_namespace
from ganstudio.data.curve import Curve
from ganstudio.settings import setting

__all__ = ["SwissRoll"]

_SCALE = 7.5
"""What gan_toy of improved_wgan_training divides by."""


class SwissRoll(Curve):
    """Columns 0 and 2 of scikit-learn's `make_swiss_roll`, divided by 7.5."""

    title = "Swiss roll"
    name: Literal["swiss_roll"] = "swiss_roll"
    noise: float = setting(
        0.25,
        "Noise",
        "Standard deviation of the noise as scikit-learn counts it: 7.5 is one unit of the plane. 0.1 to 1 is sane.",
        ge=0.075,
        le=10.0,
    )

    def path(self, t: Any, arm: Any) -> tuple[Any, Any]:
        """Return (a cos a, a sin a) / 7.5 for the angle a = 1.5 pi (1 + 2 t)."""
        xp = array_namespace(t)
        angle = 1.5 * math.pi * (1.0 + 2.0 * t)
        return angle * xp.cos(angle) / _SCALE, angle * xp.sin(angle) / _SCALE

    def deviation(self) -> float:
        """Return the noise in units of the plane."""
        return self.noise / _SCALE
