"""A network that learns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields

import torch
from torch import Tensor

from ganstudio.experiment import Optimiser
from ganstudio.nets import Chain, Statistics
from ganstudio.training import streams
from ganstudio.training.optimisers import MEMORY, make_optimiser

__all__ = ["Player", "State", "branch_of", "descend"]

State = dict[str, Tensor]
"""Everything that learning changes, by name: what can be kept, sent and written to a file without a pickle."""


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
        self.optimiser_name = optimiser.name
        self.optimiser = make_optimiser(optimiser, self.parameters)

    def saved(self) -> State:
        """Return a copy of everything that learning changes."""
        memory = self.optimiser.state.get(self.parameters, {})
        optimiser = {f"optimiser.{name}": value for name, value in memory.items() if value is not None}
        return {name: value.clone() for name, value in (self.kept() | optimiser).items()}

    def kept(self) -> State:
        """Return what is looked at when the network is shown: no copies."""
        state = {"parameters": self.parameters.detach(), "learned": torch.tensor(self.learned)}
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
        with torch.no_grad():
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
        present = self.parameters, self.statistics, self.learned
        try:
            self.parameters = saved["parameters"]
            self.statistics = _statistics(saved, self.statistics, self.parameters.device, copy=False)
            self.learned = bool(saved["learned"])
            yield
        finally:
            self.parameters, self.statistics, self.learned = present

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
    parameters = [player.parameters for player in players]
    gradients: tuple[Tensor | None, ...] = torch.autograd.grad(loss.sum(), parameters, allow_unused=True)
    for player, gradient in zip(players, gradients, strict=True):
        if gradient is None:  # an encoder that nothing teaches
            continue
        player.parameters.grad = gradient
        player.optimiser.param_groups[0]["lr"] = learning_rate
        player.optimiser.step()
        player.moved = player.learned = True
