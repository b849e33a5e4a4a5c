"""A network that learns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from itertools import chain, islice

import torch
from torch import Tensor

from ganstudio.experiment import Optimiser
from ganstudio.nets import Chain, Statistics
from ganstudio.training import streams
from ganstudio.training.optimisers import MEMORY, follow, make_optimiser

__all__ = ["Player", "State", "branch_of", "descend"]

State = dict[str, Tensor]
"""Everything that learning changes, by name: what can be kept, sent and written to a file without a pickle."""


class Player:
    """A network that learns: its shape, parameters, optimiser and what it remembers beside them.

    Attributes
    ----------
    parameters : Tensor (R, P)
        Flat, as the optimiser moves and histories keep them. They only ever change in place.
    leaves : list of dict
        The same numbers as `Chain.pieces` has them: what losses are differentiated in.
    constants : list of dict
        The same again, to be used as they are.
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
        self._take(initial.to(device))
        self.statistics = chain.statistics(len(seeds), device)
        self.optimiser_name = optimiser.name
        self.optimiser = make_optimiser(optimiser, self.parameters)

    def _take(self, parameters: Tensor) -> None:
        """Play with these flat parameters. Views of them are made once: at each step they take a twelfth of it."""
        self.parameters = parameters
        self.constants = self.chain.pieces(parameters)
        self.leaves = [
            {name: value.detach().requires_grad_() for name, value in piece.items()} for piece in self.constants
        ]

    def saved(self) -> State:
        """Return a copy of everything that learning changes."""
        memory = self.optimiser.state.get(self.parameters, {})
        optimiser = {f"optimiser.{name}": value for name, value in memory.items() if value is not None}
        return {name: value.clone() for name, value in (self.kept() | optimiser).items()}

    def kept(self) -> State:
        """Return what is looked at when the network is shown: no copies."""
        state = {"parameters": self.parameters, "learned": torch.tensor(self.learned)}
        for part, statistics in enumerate(self.statistics):
            for kind in _KINDS:
                values = getattr(statistics, kind)
                state |= {f"{kind}.{part}.{index}": value for index, value in enumerate(values)}
        return state

    def fits(self, saved: Mapping[str, Tensor]) -> bool:
        """Whether what another player saved can be taken over: networks of the same shape for as many seeds."""
        parameters = saved.get("parameters")
        return parameters is not None and parameters.shape == self.parameters.shape

    def restore(self, saved: Mapping[str, Tensor]) -> None:
        """Go back to what `saved` returned; an optimiser of another kind remembers nothing."""
        self.parameters.copy_(saved["parameters"])
        self.learned = bool(saved["learned"])
        self.statistics = _statistics(saved, self.statistics, self.parameters.device)
        memory = branch_of(saved, "optimiser")
        self.optimiser.state.clear()
        # A fused step does not look whether shapes agree before it writes.
        fits = all(value.shape in (self.parameters.shape, ()) for value in memory.values())
        if fits and set(memory) == set(MEMORY[self.optimiser_name]):
            # Adam counts its steps on the CPU or on the device, as it was made to: the copy stays where it was.
            self.optimiser.state[self.parameters] = {
                name: value.to(self.parameters.device if value.ndim else value.device, copy=True)
                for name, value in memory.items()
            }

    @contextmanager
    def showing(self, saved: Mapping[str, Tensor]) -> Iterator[None]:
        """Be what was saved, of as many seeds as it has, as long as it is only looked at."""
        parameters, statistics, learned = self.parameters, self.statistics, self.learned
        try:
            self._take(saved["parameters"])
            self.statistics = _statistics(saved, self.statistics, self.parameters.device, copy=False)
            self.learned = bool(saved["learned"])
            yield
        finally:
            self._take(parameters)
            self.statistics, self.learned = statistics, learned

    def state(self, parameters: Tensor) -> dict[str, Tensor]:
        """Return weights and remembered statistics by name, on the CPU."""
        state = {name: value.contiguous().cpu() for name, value in self.chain.unpack(parameters.detach()).items()}
        for part, statistics in zip(self.chain.parts, self.statistics, strict=True):
            prefix = f"{part}." if part else ""
            for kind, values in (("mean", statistics.means), ("variance", statistics.variances)):
                state |= {f"{prefix}{layer}.{kind}": value.cpu() for layer, value in enumerate(values)}
            state |= {f"{prefix}direction.{index}": value.cpu() for index, value in enumerate(statistics.directions)}
        return state


_KINDS = tuple(field.name for field in fields(Statistics))


def _statistics(
    saved: Mapping[str, Tensor], like: Sequence[Statistics], device: torch.device, *, copy: bool = True
) -> list[Statistics]:
    """Return the statistics of every part as they were saved; what was not saved is as in `like`."""
    result = []
    for part, present in enumerate(like):
        kept = {}
        for kind in _KINDS:
            found = branch_of(saved, f"{kind}.{part}")
            values = [found[str(index)].to(device, copy=copy) for index in range(len(found))]
            kept[kind] = values if len(values) == len(getattr(present, kind)) else list(getattr(present, kind))
        result.append(Statistics(**kept))
    return result


def branch_of(state: Mapping[str, Tensor], name: str) -> State:
    """Return what is below a name: "critic" of {"critic.parameters": x} is {"parameters": x}."""
    prefix = f"{name}."
    return {key.removeprefix(prefix): value for key, value in state.items() if key.startswith(prefix)}


def descend(players: Sequence[Player], loss: Tensor, learning_rate: float) -> None:
    """Let players follow the gradient of `loss` (R,) by one step of their optimisers."""
    leaves = [[leaf for piece in player.leaves for leaf in piece.values()] for player in players]
    gradients = iter(torch.autograd.grad(loss.sum(), list(chain(*leaves)), allow_unused=True))
    for player, own in zip(players, leaves, strict=True):
        gradient = _flat(own, list(islice(gradients, len(own))))
        if gradient is None:  # an encoder that nothing teaches
            continue
        player.parameters.grad = gradient
        follow(player.optimiser, player.parameters, learning_rate)
        player.moved = player.learned = True


def _flat(leaves: Sequence[Tensor], gradients: Sequence[Tensor | None]) -> Tensor | None:
    """Return the gradient in flat parameters (R, P), or None if nothing depends on them."""
    if all(gradient is None for gradient in gradients):
        return None
    pieces = [torch.zeros_like(x) if dx is None else dx for x, dx in zip(leaves, gradients, strict=True)]
    return torch.cat([piece.flatten(1) for piece in pieces], dim=1)
