"""A network that learns."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from ganstudio.experiment import Optimiser
from ganstudio.nets import Chain, Statistics
from ganstudio.training import streams
from ganstudio.training.optimisers import make_optimiser

__all__ = ["Player", "Saved", "descend"]

Saved = tuple[Tensor, list[Statistics], dict[str, Any]]


class Player:
    """A network that learns: its shape, flat parameters (R, P), optimiser and what it remembers beside them.

    Attributes
    ----------
    moved : bool
        Whether it was updated since this was last looked at.
    learned : bool
        Whether it was ever updated.
    """

    def __init__(self, which: str, chain: Chain, optimiser: Optimiser, seeds: Sequence[int], device: str) -> None:
        self.which = which
        self.chain = chain
        self.moved = False
        self.learned = False
        initial = chain.initial([streams.generator_for(seed, f"initial {which}") for seed in seeds])
        self.parameters = initial.to(device).requires_grad_()
        self.statistics = chain.statistics(len(seeds), device)
        self.optimiser = make_optimiser(optimiser, self.parameters)

    def saved(self) -> Saved:
        """Return a copy of everything that learning changes."""
        return copy.deepcopy((self.parameters.detach(), self.statistics, self.optimiser.state_dict()))

    def restore(self, saved: Saved) -> None:
        """Go back to what `saved` returned."""
        parameters, self.statistics, optimiser = copy.deepcopy(saved)
        with torch.no_grad():
            self.parameters.copy_(parameters)
        self.optimiser.load_state_dict(optimiser)

    def state(self, parameters: Tensor) -> dict[str, Tensor]:
        """Return weights and remembered statistics by name, on the CPU."""
        state = {name: value.contiguous().cpu() for name, value in self.chain.unpack(parameters.detach()).items()}
        for part, statistics in zip(self.chain.parts, self.statistics, strict=True):
            prefix = f"{part}." if part else ""
            for kind, values in (("mean", statistics.means), ("variance", statistics.variances)):
                state |= {f"{prefix}{layer}.{kind}": value.cpu() for layer, value in enumerate(values)}
            state |= {f"{prefix}direction.{index}": value.cpu() for index, value in enumerate(statistics.directions)}
        return state


def descend(players: Sequence[Player], loss: Tensor, learning_rate: float) -> None:
    """Let players follow the gradient of `loss` (R,) by one step of their optimisers."""
    parameters = [player.parameters for player in players]
    gradients: tuple[Tensor | None, ...] = torch.autograd.grad(loss.sum(), parameters, allow_unused=True)
    for player, gradient in zip(players, gradients, strict=True):
        if gradient is None:  # an encoder that nothing teaches
            continue
        player.parameters.grad = gradient
        player.optimiser.param_groups[0]["lr"] = learning_rate
        player.optimiser.step()
        player.moved = player.learned = True
