"""The little that objectives need to know about a critic."""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor

from ganstudio.nets.mlp import BoundMLP

__all__ = ["Critic", "ScalarCritic", "both", "input_gradient"]


class Critic(Protocol):
    """A critic T: raw samples (R, batch, ...) to raw outputs (R, batch), never squashed."""

    @property
    def couples_samples(self) -> bool:
        """Whether a sample's output depends on the others of its batch (batch normalisation)."""

    def __call__(self, samples: Tensor) -> Tensor:
        """Return T(samples)."""

    def input_gradient(self, samples: Tensor) -> Tensor:
        """Return the gradient of T in its input, through which a loss can be differentiated."""


class ScalarCritic:
    """A network with one output as a critic."""

    def __init__(self, network: BoundMLP) -> None:
        self.network = network

    @property
    def couples_samples(self) -> bool:
        """Whether the network normalises over the batch."""
        return self.network.couples_samples

    def __call__(self, samples: Tensor) -> Tensor:
        """Return the raw output, (R, batch)."""
        return self.network(samples).squeeze(-1)

    def input_gradient(self, samples: Tensor) -> Tensor:
        """Return the gradient of the output in the input, (R, batch, inputs)."""
        if self.network.piecewise_linear:
            return self.network.slopes(samples)
        return input_gradient(self, samples)


def both(critic: Critic, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
    """Return T(real) and T(fake), in one pass where samples do not influence each other.

    Parameters
    ----------
    real, fake : Tensor (R, batch, ...)
        Batches may differ in size.

    Returns
    -------
    tuple of Tensor (R, batch)
    """
    if critic.couples_samples:
        return critic(real), critic(fake)
    together = critic(torch.cat([real, fake], dim=1))
    return together[:, : real.shape[1]], together[:, real.shape[1] :]


def input_gradient(critic: Critic, samples: Tensor) -> Tensor:
    """Return grad T at samples by differentiating twice, for any critic.

    Parameters
    ----------
    samples : Tensor (R, batch, ...)

    Returns
    -------
    Tensor of the same shape, with a graph to the critic's parameters.
    """
    samples = samples.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(critic(samples).sum(), samples, create_graph=True)
    return gradient
