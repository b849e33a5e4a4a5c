"""What constraints need to know about a critic."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

__all__ = ["FunctionCritic", "input_gradient"]


class FunctionCritic:
    """Any function of samples (R, batch, features) as a critic, for tests and notebooks."""

    couples_samples = False

    def __init__(self, function: Callable[[Tensor], Tensor]) -> None:
        self._function = function

    def __call__(self, samples: Tensor) -> Tensor:
        """Return the function's value."""
        return self._function(samples)

    def both(self, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
        """Return the values of both."""
        return self(real), self(fake)

    def input_gradient(self, samples: Tensor) -> Tensor:
        """Return the gradient in the input."""
        return input_gradient(self, samples)


def input_gradient(function: Callable[[Tensor], Tensor], samples: Tensor) -> Tensor:
    """Return the gradient of each sample's value in the sample by differentiating twice, for any critic.

    Parameters
    ----------
    function
        (R, batch, features) -> (R, batch).
    samples : Tensor (R, batch, features)

    Returns
    -------
    Tensor of the same shape, with a graph to the critic's parameters.
    """
    samples = samples.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(function(samples).sum(), samples, create_graph=True)
    return gradient
