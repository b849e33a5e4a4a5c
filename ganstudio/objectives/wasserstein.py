"""The Wasserstein loss: Arjovsky, Chintala and Bottou 2017, arXiv 1701.07875, equations (2) and (3).

Critic E[T(x~)] - E[T(x)], generator -E[T(x~)]; T is linear and a constraint keeps it Lipschitz.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from ganstudio.nets.protocols import Critic, both

__all__ = ["Wasserstein"]


@dataclass(frozen=True)
class Wasserstein:
    """Minus the critic's loss estimates K times the Wasserstein-1 distance, K the Lipschitz bound."""

    needs_real = False

    def critic_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        """Return E[T(x~)] - E[T(x)], (R,)."""
        r, f = both(critic, real, fake)
        return f.mean(-1) - r.mean(-1)

    def generator_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        """Return -E[T(x~)], (R,)."""
        return -critic(fake).mean(-1)
