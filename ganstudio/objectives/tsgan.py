"""T-SGAN: Su 2018, arXiv 1810.10948; the standard GAN on pairs.

Critic -E[log sigma(t_rf)] - E[log(1 - sigma(t_fr))]; generator, as in the reference code, the same with exchanged
labels, or E[h(t_fr)].
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ganstudio.objectives.functions import H_FUNCTIONS, softplus
from ganstudio.objectives.standard import h_setting
from ganstudio.objectives.turing import TuringTest
from ganstudio.settings import setting

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["TSGAN"]


class TSGAN(TuringTest):
    """With a linear head it would be twice RSGAN."""

    title = "Turing test"
    name: Literal["tsgan"] = "tsgan"
    symmetric: bool = setting(
        True,
        "Both pairs",
        "The generator minimises the critic's loss with exchanged labels, as in the author's code; else E[h(t_fr)].",
        expert=True,
    )
    h: Literal["non_saturating", "minimax", "linear"] = h_setting()

    def critic_terms(self, t_rf: Tensor, t_fr: Tensor) -> Tensor:
        """Return -log sigma(t_rf) - log(1 - sigma(t_fr))."""
        return softplus(-t_rf) + softplus(t_fr)

    def generator_terms(self, t_rf: Tensor, t_fr: Tensor) -> Tensor:
        """Return -log(1 - sigma(t_rf)) - log sigma(t_fr), or h(t_fr)."""
        return softplus(t_rf) + softplus(-t_fr) if self.symmetric else H_FUNCTIONS[self.h](t_fr)
