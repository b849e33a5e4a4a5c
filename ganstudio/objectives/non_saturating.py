"""The non-saturating loss: Goodfellow et al. 2014, arXiv 1406.2661, section 3.

Critic -E[log sigma(T(x))] - E[log(1 - sigma(T(x~)))], generator -E[log sigma(T(x~))].
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor
from torch.nn.functional import softplus

from ganstudio.nets.protocols import Critic, both

__all__ = ["NonSaturating"]


@dataclass(frozen=True)
class NonSaturating:
    """The minimax critic with a generator that maximises log sigma(T(x~)) instead."""

    needs_real = False

    def critic_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        """Return -E[log sigma(T(x))] - E[log(1 - sigma(T(x~)))], (R,)."""
        r, f = both(critic, real, fake)
        return softplus(-r).mean(-1) + softplus(f).mean(-1)

    def generator_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        """Return -E[log sigma(T(x~))], (R,)."""
        return softplus(-critic(fake)).mean(-1)
