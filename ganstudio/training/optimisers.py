"""PyTorch's optimisers over one flat tensor: a step is one call, whatever the network's depth."""

from __future__ import annotations

import torch
from torch import Tensor

from ganstudio.experiment import Optimiser

__all__ = ["MEMORY", "decayed", "follow", "make_optimiser"]

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


def follow(optimiser: torch.optim.Optimizer, parameters: Tensor, learning_rate: float) -> None:
    """Move flat parameters by one step along their `grad`."""
    memory = optimiser.state.get(parameters)
    if not memory or not isinstance(optimiser, torch.optim.Adam):
        optimiser.param_groups[0]["lr"] = learning_rate
        optimiser.step()
        return
    # What `step` comes down to. All that it looks after on the way there takes ten times as long.
    assert parameters.grad is not None
    settings = optimiser.param_groups[0]
    beta1, beta2 = settings["betas"]
    memory["step"] += 1
    torch._fused_adam_(
        [parameters],
        [parameters.grad],
        [memory["exp_avg"]],
        [memory["exp_avg_sq"]],
        [],
        [memory["step"]],
        lr=learning_rate,
        beta1=beta1,
        beta2=beta2,
        weight_decay=settings["weight_decay"],
        eps=settings["eps"],
        amsgrad=False,
        maximize=False,
    )


def decayed(learning_rate: float, step: int, decay_steps: int) -> float:
    """Return the learning rate at a generator step: constant for half of `decay_steps`, then falling linearly.

    It ends at a hundredth and stays there. `decay_steps` 0 keeps it constant.
    """
    if decay_steps == 0:
        return learning_rate
    left = min(1.0, 2.0 * (1.0 - step / decay_steps))
    return learning_rate * max(FLOOR, left)
