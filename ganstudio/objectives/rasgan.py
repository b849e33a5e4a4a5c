"""RaSGAN: Jolicoeur-Martineau 2018, arXiv 1807.00734, equations (8) and (9); phi(t) = -log sigma(t)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ganstudio.objectives.functions import softplus
from ganstudio.objectives.relativistic import RelativisticAverage

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["RaSGAN"]


class RaSGAN(RelativisticAverage):
    """Is this more real than the average of the others? A constant in T means nothing."""

    title = "Relativistic average"
    name: Literal["rasgan"] = "rasgan"

    def phi(self, t: Tensor) -> Tensor:
        """Return -log sigma(t)."""
        return softplus(-t)
