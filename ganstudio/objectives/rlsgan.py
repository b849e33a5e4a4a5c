"""RLSGAN, paired: Jolicoeur-Martineau 2018, arXiv 1807.00734, section 4.1 with phi(t) = (t - 1)^2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ganstudio.objectives.relativistic import Paired

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["RLSGAN"]


class RLSGAN(Paired):
    """A real sample should have 1 more than the generated one of its pair."""

    title = "Relativistic least squares"
    name: Literal["rlsgan"] = "rlsgan"

    def phi(self, t: Tensor) -> Tensor:
        """Return (t - 1)^2."""
        return (t - 1).square()
