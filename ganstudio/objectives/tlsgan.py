"""T-LSGAN: least squares on pairs, after Su 2018, arXiv 1810.10948.

Critic E[(t_rf - 1)^2] + E[t_fr^2], generator E[t_rf^2] + E[(t_fr - 1)^2].
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ganstudio.objectives.turing import TuringTest

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["TLSGAN"]


class TLSGAN(TuringTest):
    """Targets 1 for (real, generated) and 0 for (generated, real)."""

    title = "Turing test, least squares"
    name: Literal["tlsgan"] = "tlsgan"

    def critic_terms(self, t_rf: Tensor, t_fr: Tensor) -> Tensor:
        """Return (t_rf - 1)^2 + t_fr^2."""
        return (t_rf - 1).square() + t_fr.square()

    def generator_terms(self, t_rf: Tensor, t_fr: Tensor) -> Tensor:
        """Return t_rf^2 + (t_fr - 1)^2."""
        return t_rf.square() + (t_fr - 1).square()
