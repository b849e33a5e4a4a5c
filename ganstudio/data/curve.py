"""Curves that are blurred by a Gaussian: the base of every distribution that is drawn with a thick pen."""

from __future__ import annotations

import math
from abc import abstractmethod
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from ganstudio.data.base import Distribution, FloatArray, Modes, array_namespace, share_of, square_window
from ganstudio.settings import setting

__all__ = ["Curve", "thickness_setting"]

SECTIONS = 8
"""Classes of a curve with one arm: equal parts of its samples, from its start to its end."""


def thickness_setting(default: float, sane: str) -> Any:
    """Declare how thick a curve is, and in words which values are sane."""
    return setting(
        default,
        "Thickness",
        f"Standard deviation of the noise, in units of the plane. {sane} is sane.",
        ge=0.02,
        le=10.0,
    )


class Curve(Distribution):
    """A point on a curve plus isotropic Gaussian noise. A subclass says where the curve goes.

    The density is the integral along the curve of a Gaussian. Gauss-Legendre quadrature makes that a sum of
    Gaussians, like beads on a string, and is exact to nine digits.
    """

    uniforms: ClassVar[int] = 2

    @abstractmethod
    def path(self, t: Any, arm: Any) -> tuple[Any, Any]:
        """Return x and y of the curve.

        Parameters
        ----------
        t : array (...)
            Position along the curve, uniform on [0, 1). The curve is smooth in it.
        arm : array (...)
            Which of the equal arms: 0, 1, ... `arm_count` - 1, as floats.
        """

    @abstractmethod
    def deviation(self) -> float:
        """Return the standard deviation of the noise, above 0."""

    def arm_count(self) -> int:
        """Return how many curves there are; each gets the same share of the samples."""
        return 1

    def classes(self) -> int:
        """Return the number of arms; one alone counts as eight sections."""
        return self.arm_count() if self.arm_count() > 1 else SECTIONS

    def labels(self, uniform: Any) -> Any:
        """Return the arm of each sample, or the section of the only one (see `Distribution`)."""
        which = uniform[..., 1] if self.arm_count() > 1 else uniform[..., 0]
        return share_of(which, self.classes())

    def push(self, uniform: Any, normal: Any) -> Any:
        """Put a point on the curve by two uniform numbers and add noise (see `Distribution`)."""
        xp = array_namespace(uniform)
        arm = xp.astype(share_of(uniform[..., 1], self.arm_count()), uniform.dtype)
        return xp.stack(self.path(uniform[..., 0], arm), axis=-1) + self.deviation() * normal

    def density(self, points: ArrayLike) -> FloatArray:
        """Return the exact probability density at points (..., 2) as (...)."""
        return _beads(self).density(points)

    def cell_masses(self, x_edges: FloatArray, y_edges: FloatArray) -> FloatArray:
        """Return the exact probability of each cell (r, c) between edges (c + 1,) and (r + 1,)."""
        return _beads(self).cell_masses(x_edges, y_edges)

    def window(self) -> tuple[float, float, float, float]:
        """Return a square around the curve, four standard deviations and a tenth wide of it."""
        return square_window(_beads(self).centres, 4.0 * self.deviation())


_PANEL = 16
"""Quadrature nodes in a panel, which is at most 8 standard deviations long."""


@lru_cache(maxsize=16)
def _beads(curve: Curve) -> Modes:
    """Return Gaussians along the curve whose sum is its density."""
    arms = np.arange(curve.arm_count(), dtype=float)[:, None]
    rough = np.stack(curve.path(*np.broadcast_arrays(np.linspace(0.0, 1.0, 1025), arms)), axis=-1)
    speed = 1024 * float(np.linalg.norm(np.diff(rough, axis=1), axis=-1).max())
    panels = max(1, math.ceil(speed / (8.0 * curve.deviation())))
    nodes, weights = np.polynomial.legendre.leggauss(_PANEL)
    t = ((np.arange(panels)[:, None] + (nodes + 1.0) / 2.0) / panels).ravel()
    centres = np.stack(curve.path(*np.broadcast_arrays(t, arms)), axis=-1).reshape(-1, 2)
    shares = np.tile(weights / 2.0, panels * len(arms)) / (panels * len(arms))
    return Modes(centres, np.full_like(centres, curve.deviation()), shares)
