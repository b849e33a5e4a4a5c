"""The non-saturating loss: Goodfellow et al. 2014, arXiv 1406.2661, section 3.

Critic -E[log sigma(T(x))] - E[log(1 - sigma(T(x~)))], generator -E[log sigma(T(x~))].
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ganstudio.objectives.functions import h_non_saturating
from ganstudio.objectives.standard import StandardCritic

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["NonSaturating"]


class NonSaturating(StandardCritic):
    """The minimax critic with a generator that maximises log sigma(T(x~)) instead."""

    title = "Non-saturating"
    name: Literal["non_saturating"] = "non_saturating"

    def generator_term(self, f: Tensor) -> Tensor:
        """Return -log sigma(f)."""
        return h_non_saturating(f)
