"""RaHingeGAN: Jolicoeur-Martineau 2018, arXiv 1807.00734; phi(t) = max(0, 1 - t)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ganstudio.objectives.relativistic import RelativisticAverage

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["RaHinge"]


class RaHinge(RelativisticAverage):
    """Samples that differ from the average of the others by more than 1 no longer count."""

    title = "Relativistic average hinge"
    name: Literal["rahinge"] = "rahinge"

    def phi(self, t: Tensor) -> Tensor:
        """Return max(0, 1 - t)."""
        return (1 - t).relu()
