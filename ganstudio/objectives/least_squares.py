"""The least-squares losses: Mao et al. 2016, arXiv 1611.04076, equation (2).

Critic (1/2) E[(T(x) - b)^2] + (1/2) E[(T(x~) - a)^2], generator (1/2) E[(T(x~) - c)^2]; T is linear.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from ganstudio.nets.protocols import Critic, both

__all__ = ["LeastSquares"]


@dataclass(frozen=True)
class LeastSquares:
    """Targets a, b, c are (0, 1, 1) or, for Pearson's divergence, (-1, 1, 0)."""

    fake_target: float = 0.0
    real_target: float = 1.0
    generator_target: float = 1.0
    needs_real = False

    def critic_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        """Return (1/2) E[(T(x) - b)^2] + (1/2) E[(T(x~) - a)^2], (R,)."""
        r, f = both(critic, real, fake)
        return 0.5 * (r - self.real_target).square().mean(-1) + 0.5 * (f - self.fake_target).square().mean(-1)

    def generator_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        """Return (1/2) E[(T(x~) - c)^2], (R,)."""
        return 0.5 * (critic(fake) - self.generator_target).square().mean(-1)
