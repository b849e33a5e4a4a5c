"""PyTorch's optimisers over one flat tensor: a step is one call, whatever the network's depth."""

from __future__ import annotations

import torch
from torch import Tensor

from ganstudio.experiment import Optimiser

__all__ = ["MEMORY", "decayed", "make_optimiser"]

MEMORY = {"adam": ("step", "exp_avg", "exp_avg_sq"), "rmsprop": ("step", "square_avg"), "sgd": ("momentum_buffer",)}
"""What each optimiser remembers once it has made a step; plain SGD nothing."""

RMSPROP_DECAY = 0.99
FLOOR = 0.01
"""What is left of a learning rate at the end of its decay."""


def make_optimiser(settings: Optimiser, parameters: Tensor) -> torch.optim.Optimizer:
    """Return the optimiser of flat parameters (R, P); every formula is elementwise, so runs never mix."""
    match settings.name:
        case "adam":
            return torch.optim.Adam(
                [parameters], settings.learning_rate, betas=(settings.beta1, settings.beta2), fused=True
            )
        case "rmsprop":
            return torch.optim.RMSprop([parameters], settings.learning_rate, alpha=RMSPROP_DECAY, foreach=False)
        case "sgd":
            return torch.optim.SGD([parameters], settings.learning_rate, momentum=settings.beta1, fused=True)


def decayed(learning_rate: float, step: int, decay_steps: int) -> float:
    """Return the learning rate at a generator step: constant for half of `decay_steps`, then falling linearly.

    It ends at a hundredth and stays there. `decay_steps` 0 keeps it constant.
    """
    if decay_steps == 0:
        return learning_rate
    left = min(1.0, 2.0 * (1.0 - step / decay_steps))
    return learning_rate * max(FLOOR, left)
