"""The hinge loss: Lim and Ye 2017, arXiv 1705.02894; Tran et al. 2017, arXiv 1702.08896.

Critic E[max(0, 1 - T(x))] + E[max(0, 1 + T(x~))], generator -E[T(x~)], without a margin; T is linear.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from ganstudio.nets.protocols import Critic, both

__all__ = ["Hinge"]


@dataclass(frozen=True)
class Hinge:
    """The critic learns the sign of p - q; its loss at the equilibrium is 2."""

    needs_real = False

    def critic_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        """Return E[max(0, 1 - T(x))] + E[max(0, 1 + T(x~))], (R,)."""
        r, f = both(critic, real, fake)
        return (1 - r).relu().mean(-1) + (1 + f).relu().mean(-1)

    def generator_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        """Return -E[T(x~)], (R,)."""
        return -critic(fake).mean(-1)
