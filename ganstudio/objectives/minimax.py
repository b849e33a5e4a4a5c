"""The minimax loss of the first GAN: Goodfellow et al. 2014, arXiv 1406.2661, equation (1).

With D = sigma(T): critic -E[log D(x)] - E[log(1 - D(x~))], generator E[log(1 - D(x~))].
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor
from torch.nn.functional import softplus

from ganstudio.nets.protocols import Critic, both

__all__ = ["Minimax"]


@dataclass(frozen=True)
class Minimax:
    """The two-player game itself, which saturates while the critic is ahead.

    Attributes
    ----------
    half
        Multiply both losses by 1/2.
    """

    half: bool = False
    needs_real = False

    def critic_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        """Return -E[log sigma(T(x))] - E[log(1 - sigma(T(x~)))], (R,)."""
        r, f = both(critic, real, fake)
        return self._scale * (softplus(-r).mean(-1) + softplus(f).mean(-1))

    def generator_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        """Return E[log(1 - sigma(T(x~)))], (R,)."""
        return self._scale * -softplus(critic(fake)).mean(-1)

    @property
    def _scale(self) -> float:
        return 0.5 if self.half else 1.0
