"""Several perceptrons whose parameters are one flat tensor, so that one optimiser step moves them all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from ganstudio.nets.mlp import MLP, BoundMLP, How, Statistics

__all__ = ["Chain", "Parameters", "Pieces"]

Pieces = Sequence[Mapping[str, Tensor]]
"""Every part's parameters (R, rows, columns) by name."""

Parameters = Tensor | Pieces
"""Flat (R, P), or as `Chain.pieces` returns them."""


class Chain:
    """Named perceptrons side by side; what they do to one another is for whoever binds them to say.

    Parameters
    ----------
    parts
        Name -> shape. A name of "" adds nothing to the names of parameters.
    """

    def __init__(self, parts: Mapping[str, MLP]) -> None:
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
    ) -> list[BoundMLP]:
        """Return the parts as functions, in order (see `MLP.bind`)."""
        pieces = self.pieces(parameters) if isinstance(parameters, Tensor) else parameters
        kept = statistics or [Statistics() for _ in self.parts]
        return [part.bind(piece, own, how) for part, piece, own in zip(self.parts.values(), pieces, kept, strict=True)]
