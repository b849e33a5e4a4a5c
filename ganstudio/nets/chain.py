"""Several networks whose parameters are one flat tensor, so that one optimiser step moves them all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import torch
from torch import Tensor

from ganstudio.nets.mlp import How, Statistics

__all__ = ["Bound", "Chain", "Parameters", "Part", "Pieces"]

Pieces = Sequence[Mapping[str, Tensor]]
"""Every part's parameters, with a run axis, by name."""

Parameters = Tensor | Pieces
"""Flat (R, P), or as `Chain.pieces` returns them."""


class Bound(Protocol):
    """A network with its parameters: (R, batch, inputs) -> (R, batch, outputs).

    Attributes
    ----------
    couples_samples
        Whether a sample's output depends on the others of its batch.
    piecewise_linear
        Whether it is a ReLU network without normalisation, whose slopes can be written down.
    """

    couples_samples: bool
    piecewise_linear: bool

    def __call__(self, x: Tensor) -> Tensor:
        """Return the output for x."""

    def hidden(self, x: Tensor) -> Tensor:
        """Return what the last layer sees."""


class Part(Protocol):
    """The shape of a network, as `ganstudio.nets.mlp.MLP` describes it.

    Attributes
    ----------
    settings
        At least its normalisation.
    size
        P, the number of parameters of one run.
    """

    settings: Any
    size: int

    def unpack(self, parameters: Tensor) -> dict[str, Tensor]:
        """Return views with a run axis into flat parameters (R, P), by name."""

    def initial(self, generators: Sequence[torch.Generator]) -> Tensor:
        """Return initial parameters (R, P), each run's from its own generator."""

    def statistics(self, runs: int, device: str) -> Statistics:
        """Return fresh statistics, as far as the network has any."""

    def bind(
        self, parameters: Tensor | Mapping[str, Tensor], statistics: Statistics | None = None, how: How = "batch"
    ) -> Bound:
        """Return the network as a function of its input."""


class Chain:
    """Named networks side by side; what they do to one another is for whoever binds them to say.

    Parameters
    ----------
    parts
        Name -> shape. A name of "" adds nothing to the names of parameters.
    """

    def __init__(self, parts: Mapping[str, Part]) -> None:
        self.parts = dict(parts)
        self._sizes = [part.size for part in self.parts.values()]
        self.size = sum(self._sizes)

    def unpack(self, parameters: Tensor) -> dict[str, Tensor]:
        """Return views (R, rows, columns) into flat parameters (R, P), by name."""
        return {
            f"{name}.{key}" if name else key: value
            for name, piece in zip(self.parts, self.pieces(parameters), strict=True)
            for key, value in piece.items()
        }

    def pieces(self, parameters: Tensor) -> list[dict[str, Tensor]]:
        """Return views (R, rows, columns) into flat parameters (R, P), part by part."""
        flat = parameters.split(self._sizes, dim=1)
        return [part.unpack(piece) for part, piece in zip(self.parts.values(), flat, strict=True)]

    def initial(self, generators: Sequence[torch.Generator]) -> Tensor:
        """Return initial parameters (R, P), each run's from its own generator, part by part."""
        return torch.cat([part.initial(generators) for part in self.parts.values()], dim=1)

    def statistics(self, runs: int, device: str) -> list[Statistics]:
        """Return fresh statistics of each part."""
        return [part.statistics(runs, device) for part in self.parts.values()]

    def bind(
        self, parameters: Parameters, statistics: Sequence[Statistics] | None = None, how: How = "batch"
    ) -> list[Bound]:
        """Return the parts as functions, in order (see `MLP.bind`)."""
        pieces = self.pieces(parameters) if isinstance(parameters, Tensor) else parameters
        kept = statistics or [Statistics() for _ in self.parts]
        return [part.bind(piece, own, how) for part, piece, own in zip(self.parts.values(), pieces, kept, strict=True)]
