"""Multilayer perceptrons with a run axis, as functions of one flat parameter tensor.

Parameters of R runs are one tensor (R, P). An optimiser then does its step in one fused call, and eight
seeds cost little more than one, since a toy step's time goes into starting operations.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from ganstudio.experiment import Network

__all__ = ["MLP", "BoundMLP", "Statistics"]

MAXOUT_PIECES = 5
LEAK = 0.2
EPSILON = 1e-5
"""Added to variances before their root, as PyTorch does."""
MOMENTUM = 0.1
"""Share of the newest batch in batch normalisation's running statistics, as in PyTorch."""

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": torch.relu,
    "leaky_relu": lambda x: F.leaky_relu(x, LEAK),
    "tanh": torch.tanh,
    "elu": F.elu,
    "maxout": lambda x: x.unflatten(-1, (-1, MAXOUT_PIECES)).amax(-1),
}


@dataclass
class Statistics:
    """Running means and variances of a network's batch normalisations, one (R, width) a layer."""

    means: list[Tensor]
    variances: list[Tensor]


class MLP:
    """The shape of a perceptron; `bind` makes it a function.

    Parameters
    ----------
    settings
        Depth, width, activation, normalisation and initialisation.
    inputs, outputs
        Sizes of the first and the last axis of what it maps.

    Attributes
    ----------
    shapes : dict
        Name of each parameter -> its shape without the run axis. Weights are (inputs, outputs).
    size : int
        P, the number of parameters of one run.
    """

    def __init__(self, settings: Network, inputs: int, outputs: int) -> None:
        self.settings = settings
        self.shapes: dict[str, tuple[int, int]] = {}
        pieces = MAXOUT_PIECES if settings.activation == "maxout" else 1
        for layer in range(settings.layers):
            units = settings.width * pieces
            self.shapes[f"{layer}.weight"] = (inputs, units)
            self.shapes[f"{layer}.bias"] = (1, units)
            if settings.normalisation != "none":
                self.shapes[f"{layer}.scale"] = (1, units)
                self.shapes[f"{layer}.shift"] = (1, units)
            inputs = settings.width
        self.shapes[f"{settings.layers}.weight"] = (inputs, outputs)
        self.shapes[f"{settings.layers}.bias"] = (1, outputs)
        self._sizes = [rows * columns for rows, columns in self.shapes.values()]
        self.size = sum(self._sizes)

    def unpack(self, parameters: Tensor) -> dict[str, Tensor]:
        """Return views (R, rows, columns) into flat parameters (R, P), by name."""
        pieces = parameters.split(self._sizes, dim=1)
        return {
            name: piece.unflatten(1, shape) for (name, shape), piece in zip(self.shapes.items(), pieces, strict=True)
        }

    def initial(self, generators: Sequence[torch.Generator]) -> Tensor:
        """Return initial parameters (R, P), each run's from its own generator, in the order of layers."""
        return torch.stack([self._initial_run(generator) for generator in generators])

    def _initial_run(self, generator: torch.Generator) -> Tensor:
        flat: list[Tensor] = []
        inputs = 1
        for name, (rows, columns) in self.shapes.items():
            match name.split(".")[1]:
                case "weight":
                    inputs = rows
                    value = _initial_weight(self.settings, rows, columns, generator)
                case "bias" if self.settings.initialisation == "default":
                    value = (torch.rand(rows, columns, generator=generator) * 2 - 1) / math.sqrt(inputs)
                case "scale":
                    value = torch.ones(rows, columns)
                case _:
                    value = torch.zeros(rows, columns)
            flat.append(value.flatten())
        return torch.cat(flat)

    def statistics(self, runs: int, device: str) -> Statistics:
        """Return fresh running statistics, empty without batch normalisation."""
        if self.settings.normalisation != "batch":
            return Statistics([], [])
        widths = [columns for name, (_, columns) in self.shapes.items() if name.endswith("scale")]
        return Statistics(
            [torch.zeros(runs, width, device=device) for width in widths],
            [torch.ones(runs, width, device=device) for width in widths],
        )

    def bind(self, parameters: Tensor, learn: Statistics | None = None, fixed: Statistics | None = None) -> BoundMLP:
        """Return the network as a function of its input.

        Parameters
        ----------
        parameters : Tensor (R, P)
        learn
            Running statistics that batch normalisation should update while it uses those of the batch.
        fixed
            Running statistics that it should use instead of those of the batch.
        """
        return BoundMLP(self, self.unpack(parameters), learn, fixed)


class BoundMLP:
    """A perceptron with its parameters: (R, batch, inputs) -> (R, batch, outputs)."""

    def __init__(
        self, shape: MLP, parameters: dict[str, Tensor], learn: Statistics | None, fixed: Statistics | None
    ) -> None:
        self._layers = shape.settings.layers
        self._activation = ACTIVATIONS[shape.settings.activation]
        self._normalisation = shape.settings.normalisation
        self._parameters = parameters
        self._learn = learn
        self._fixed = fixed
        self.couples_samples = self._normalisation == "batch" and fixed is None
        self.piecewise_linear = shape.settings.activation == "relu" and self._normalisation == "none"

    def __call__(self, x: Tensor) -> Tensor:
        """Return the network's output for x (R, batch, inputs)."""
        for layer in range(self._layers):
            x = self._activation(self._normalise(layer, self._linear(layer, x)))
        return self._linear(self._layers, x)

    def slopes(self, x: Tensor) -> Tensor:
        """Return the gradient of the summed outputs in x, (R, batch, inputs), for ReLU without normalisation.

        Such a network is linear around x, so its gradient is a product of weights and of which units are
        on. Writing it down saves a quarter of a gradient penalty's time against differentiating twice.
        """
        active: list[Tensor] = []
        with torch.no_grad():
            for layer in range(self._layers):
                x = torch.relu(self._linear(layer, x))
                active.append(x > 0)
        slope = self._parameters[f"{self._layers}.weight"].sum(-1, keepdim=True).mT.expand(-1, x.shape[1], -1)
        for layer in reversed(range(self._layers)):
            slope = torch.bmm(slope * active[layer], self._parameters[f"{layer}.weight"].mT)
        return slope

    def _linear(self, layer: int, x: Tensor) -> Tensor:
        return torch.baddbmm(self._parameters[f"{layer}.bias"], x, self._parameters[f"{layer}.weight"])

    def _normalise(self, layer: int, x: Tensor) -> Tensor:
        if self._normalisation == "none":
            return x
        if self._normalisation == "layer":
            x = F.layer_norm(x, x.shape[-1:], eps=EPSILON)
        else:
            x = self._batch_normalise(layer, x)
        return torch.addcmul(self._parameters[f"{layer}.shift"], x, self._parameters[f"{layer}.scale"])

    def _batch_normalise(self, layer: int, x: Tensor) -> Tensor:
        """Normalise each unit of each run over the batch: the runs' units are one axis of channels."""
        runs, batch, width = x.shape
        running = self._fixed or self._learn
        mean = running.means[layer].view(-1) if running else None
        variance = running.variances[layer].view(-1) if running else None
        channels = x.transpose(0, 1).reshape(batch, runs * width)
        channels = F.batch_norm(channels, mean, variance, training=self._fixed is None, momentum=MOMENTUM, eps=EPSILON)
        return channels.view(batch, runs, width).transpose(0, 1)


def _initial_weight(settings: Network, rows: int, columns: int, generator: torch.Generator) -> Tensor:
    """Return one weight (inputs, outputs); PyTorch's initialisers want (outputs, inputs)."""
    weight = torch.empty(columns, rows)
    match settings.initialisation:
        case "default":
            torch.nn.init.uniform_(weight, -1 / math.sqrt(rows), 1 / math.sqrt(rows), generator=generator)
        case "he":
            torch.nn.init.kaiming_normal_(weight, nonlinearity="relu", generator=generator)
        case "xavier":
            torch.nn.init.xavier_uniform_(weight, generator=generator)
        case "orthogonal":
            torch.nn.init.orthogonal_(weight, generator=generator)
        case "normal":
            torch.nn.init.normal_(weight, 0.0, 0.02, generator=generator)
    return weight.mT
