"""What an objective is: two functions of a critic and two batches."""

from __future__ import annotations

from typing import Protocol

from torch import Tensor

from ganstudio.nets.protocols import Critic

__all__ = ["AdversarialObjective"]


class AdversarialObjective(Protocol):
    """Two losses to minimise. Both reduce over the batch axis and keep the run axis: (R,)."""

    needs_real: bool
    """Whether the generator's loss looks at real samples."""

    def critic_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        """Return the critic's loss (R,) for real and generated samples (R, batch, ...)."""

    def generator_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        """Return the generator's loss (R,), differentiable in `fake`."""
