"""RaLSGAN: Jolicoeur-Martineau 2018, arXiv 1807.00734; phi(t) = (t - 1)^2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ganstudio.objectives.relativistic import RelativisticAverage

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["RaLSGAN"]


class RaLSGAN(RelativisticAverage):
    """Every sample should differ from the average of the others by 1."""

    title = "Relativistic average least squares"
    name: Literal["ralsgan"] = "ralsgan"

    def phi(self, t: Tensor) -> Tensor:
        """Return (t - 1)^2."""
        return (t - 1).square()
