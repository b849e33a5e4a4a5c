"""T-WGAN: Su 2018, arXiv 1810.10948; the Wasserstein distance of the two laws of pairs.

Critic E[t_fr] - E[t_rf], generator E[t_rf] - E[t_fr]; spectral normalisation keeps E and D Lipschitz.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ganstudio.objectives.turing import TuringTest

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["TWGAN"]


class TWGAN(TuringTest):
    """The generator's loss is minus the critic's."""

    title = "Turing test, Wasserstein"
    name: Literal["twgan"] = "twgan"

    def critic_terms(self, t_rf: Tensor, t_fr: Tensor) -> Tensor:
        """Return t_fr - t_rf."""
        return t_fr - t_rf

    def generator_terms(self, t_rf: Tensor, t_fr: Tensor) -> Tensor:
        """Return t_rf - t_fr."""
        return t_rf - t_fr
