"""RSGAN: Jolicoeur-Martineau 2018, arXiv 1807.00734, equations (5) and (6); phi(t) = -log sigma(t).

Critic -E[log sigma(T(x) - T(x~))], generator E[h(T(x~) - T(x))] with h(t) = -log sigma(t) in the paper. At the
optimum T = log p/q + any constant, and both losses are log 2 at the equilibrium.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ganstudio.objectives.functions import H_FUNCTIONS, softplus
from ganstudio.objectives.relativistic import Paired
from ganstudio.objectives.standard import h_setting

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["RSGAN"]


class RSGAN(Paired):
    """The critic says which of the two is the real one."""

    title = "Relativistic"
    name: Literal["rsgan"] = "rsgan"
    h: Literal["non_saturating", "minimax", "linear"] = h_setting()

    def phi(self, t: Tensor) -> Tensor:
        """Return -log sigma(t)."""
        return softplus(-t)

    def generator_phi(self, t: Tensor) -> Tensor:
        """Return h(t)."""
        return H_FUNCTIONS[self.h](t)
