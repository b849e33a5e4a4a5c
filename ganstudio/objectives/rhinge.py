"""RHingeGAN, paired: Jolicoeur-Martineau 2018, arXiv 1807.00734, section 4.1 with phi(t) = max(0, 1 - t)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ganstudio.objectives.relativistic import Paired

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["RHinge"]


class RHinge(Paired):
    """Pairs whose real sample has more than 1 above the generated one no longer count."""

    title = "Relativistic hinge"
    name: Literal["rhinge"] = "rhinge"

    def phi(self, t: Tensor) -> Tensor:
        """Return max(0, 1 - t)."""
        return (1 - t).relu()
