"""Multilayer perceptrons with a run axis, as functions of one flat parameter tensor.

Parameters of R runs are one tensor (R, P). An optimiser then does its step in one fused call, and eight
seeds cost little more than one, since a toy step's time goes into starting operations.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from ganstudio.experiment import Network
from ganstudio.nets.products import product

__all__ = ["EPSILON", "LEAK", "MLP", "BoundMLP", "Closeness", "How", "Statistics"]

How = Literal["learn", "batch", "fixed"]
"""How a network uses its statistics: "learn" from this batch while it uses it, "batch" only uses this batch, "fixed"
uses what was learned."""

MAXOUT_PIECES = 5
LEAK = 0.2
EPSILON = 1e-5
"""Added to variances before their root, as PyTorch does."""
MOMENTUM = 0.1
"""Share of the newest batch in batch normalisation's running statistics, as in PyTorch."""

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": torch.relu_,
    "leaky_relu": lambda x: F.leaky_relu(x, LEAK, inplace=True),
    "tanh": torch.tanh,
    "elu": F.elu,
    "maxout": lambda x: x.unflatten(-1, (-1, MAXOUT_PIECES)).amax(-1),
}

OUTPUTS: dict[str, Callable[[Tensor], Tensor]] = {"linear": lambda x: x, "tanh": torch.tanh}


@dataclass(frozen=True)
class Closeness:
    """Minibatch discrimination: how many kernels, of how many dimensions each."""

    kernels: int
    dimensions: int


@dataclass
class Statistics:
    """What a network remembers beside its parameters.

    Attributes
    ----------
    means, variances
        Running means and variances of batch normalisation, one (R, width) a layer.
    directions
        Of spectral normalisation, one (R, 1, outputs) a weight: nearly its first right singular vector.
    company
        Of minibatch discrimination: the projected features (R, batch, kernels, dimensions) of the last batch.
    """

    means: list[Tensor] = field(default_factory=list)
    variances: list[Tensor] = field(default_factory=list)
    directions: list[Tensor] = field(default_factory=list)
    company: list[Tensor] = field(default_factory=list)


class MLP:
    """The shape of a perceptron; `bind` makes it a function.

    Parameters
    ----------
    settings
        Depth, width, activation, normalisation and initialisation.
    inputs, outputs
        Sizes of the first and the last axis of what it maps.
    spectral
        Whether every weight is divided by its largest singular value (Miyato et al. 2018).
    closeness
        Minibatch discrimination before the last layer (Salimans et al. 2016), if there is any.
    last_bias
        Whether the last layer has a bias.
    output
        Function of the last layer, "linear" or "tanh".

    Attributes
    ----------
    shapes : dict
        Name of each parameter -> its shape without the run axis. Weights are (inputs, outputs).
    size : int
        P, the number of parameters of one run.
    """

    def __init__(
        self,
        settings: Network,
        inputs: int,
        outputs: int,
        *,
        spectral: bool = False,
        closeness: Closeness | None = None,
        last_bias: bool = True,
        output: str = "linear",
    ) -> None:
        self.settings = settings
        self.output = output
        self.spectral = spectral
        self.closeness = closeness
        self.outputs = outputs
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
        extra = closeness.kernels if closeness else 0
        self.shapes[f"{settings.layers}.weight"] = (inputs + extra, outputs)
        if last_bias:
            self.shapes[f"{settings.layers}.bias"] = (1, outputs)
        if closeness:
            self.shapes["closeness.kernel"] = (inputs, closeness.kernels * closeness.dimensions)
        self._sizes = [rows * columns for rows, columns in self.shapes.values()]
        self.size = sum(self._sizes)

    def unpack(self, parameters: Tensor) -> dict[str, Tensor]:
        """Return views (R, rows, columns) into flat parameters (R, P), by name."""
        pieces = parameters.split(self._sizes, dim=1)
        runs = parameters.shape[0]
        return {
            name: piece.view(runs, *shape) for (name, shape), piece in zip(self.shapes.items(), pieces, strict=True)
        }

    def initial(self, generators: Sequence[torch.Generator]) -> Tensor:
        """Return initial parameters (R, P), each run's from its own generator, in the order of layers."""
        return torch.stack([self._initial_run(generator) for generator in generators])

    def _initial_run(self, generator: torch.Generator) -> Tensor:
        flat: list[Tensor] = []
        inputs = 1
        for name, (rows, columns) in self.shapes.items():
            match name.split(".")[1]:
                case "weight" | "kernel":
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
        """Return fresh statistics, as far as the network has any."""
        statistics = Statistics()
        if self.settings.normalisation == "batch":
            widths = [columns for name, (_, columns) in self.shapes.items() if name.endswith("scale")]
            statistics.means = [torch.zeros(runs, width, device=device) for width in widths]
            statistics.variances = [torch.ones(runs, width, device=device) for width in widths]
        if self.spectral:
            statistics.directions = [
                torch.full((runs, 1, columns), columns**-0.5, device=device)
                for name, (_, columns) in self.shapes.items()
                if name.endswith("weight")
            ]
        if self.closeness:
            sizes = (self.closeness.kernels, self.closeness.dimensions)
            statistics.company = [torch.zeros(runs, 1, *sizes, device=device)]
        return statistics

    def bind(
        self,
        parameters: Tensor | Mapping[str, Tensor],
        statistics: Statistics | None = None,
        how: How = "batch",
    ) -> BoundMLP:
        """Return the network as a function of its input.

        Parameters
        ----------
        parameters : Tensor (R, P) or mapping
            Flat, or as `unpack` returns them.
        statistics
            What it remembers; may be left out where it remembers nothing, or uses nothing of it.
        how
            What it does with that.
        """
        named = self.unpack(parameters) if isinstance(parameters, Tensor) else parameters
        return BoundMLP(self, named, statistics or Statistics(), how)


class BoundMLP:
    """A perceptron with its parameters: (R, batch, inputs) -> (R, batch, outputs)."""

    def __init__(self, shape: MLP, parameters: Mapping[str, Tensor], statistics: Statistics, how: How) -> None:
        self._layers = shape.settings.layers
        self._activation = ACTIVATIONS[shape.settings.activation]
        self._output = OUTPUTS[shape.output]
        self._normalisation = shape.settings.normalisation
        self._closeness = shape.closeness
        self._statistics = statistics
        self._how = how
        self._parameters = _spectrally_normalised(parameters, statistics, how) if shape.spectral else parameters
        self.couples_samples = how != "fixed" and (self._normalisation == "batch" or shape.closeness is not None)
        plain = self._normalisation == "none" and shape.closeness is None
        self.piecewise_linear = shape.settings.activation == "relu" and plain and shape.output == "linear"

    def __call__(self, x: Tensor) -> Tensor:
        """Return the network's output for x (R, batch, inputs)."""
        return self._output(self._linear(self._layers, self.hidden(x)))

    def hidden(self, x: Tensor) -> Tensor:
        """Return what the last layer sees: the last hidden layer, and the closeness of samples if there is any."""
        for layer in range(self._layers):
            x = self._layer(layer, x)
        return torch.cat([x, self._close(x)], dim=-1) if self._closeness else x

    def layers(self, x: Tensor) -> list[Tensor]:
        """Return x, then each hidden layer (R, batch, width), each computed from the one before it."""
        found = [x]
        for layer in range(self._layers):
            found.append(self._layer(layer, found[-1]))
        return found

    def slopes(self, x: Tensor) -> Tensor:
        """Return the gradient of the first output in x, (R, batch, inputs), for ReLU without normalisation.

        Such a network is linear around x, so its gradient is a product of weights and of which units are
        on. Writing it down saves a quarter of a gradient penalty's time against differentiating twice.
        """
        active: list[Tensor] = []
        with torch.no_grad():
            for layer in range(self._layers):
                x = self._linear(layer, x).relu_()
                active.append(x.sign())
        slope = self._parameters[f"{self._layers}.weight"][..., :1].mT.expand(-1, x.shape[1], -1)
        for layer in reversed(range(self._layers)):
            slope = product(slope * active[layer], self._parameters[f"{layer}.weight"].mT)
        return slope

    def _layer(self, layer: int, x: Tensor) -> Tensor:
        return self._activation(self._normalise(layer, self._linear(layer, x)))

    def last(self, x: Tensor) -> Tensor:
        """Return the output for the last hidden layer x, of a network without minibatch discrimination."""
        return self._output(self._linear(self._layers, x))

    def _linear(self, layer: int, x: Tensor) -> Tensor:
        return product(x, self._parameters[f"{layer}.weight"], self._parameters.get(f"{layer}.bias"))

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
        running = self._how != "batch"
        mean = self._statistics.means[layer].view(-1) if running else None
        variance = self._statistics.variances[layer].view(-1) if running else None
        channels = x.transpose(0, 1).reshape(batch, runs * width)
        channels = F.batch_norm(channels, mean, variance, training=self._how != "fixed", momentum=MOMENTUM, eps=EPSILON)
        return channels.view(batch, runs, width).transpose(0, 1)

    def _close(self, x: Tensor) -> Tensor:
        """Return how close each sample is to the others of its batch, (R, batch, kernels).

        Salimans et al. 2016, section 3.2: the sum over the others of exp(-||M_i - M_j||_1), M = x T for each kernel.
        """
        assert self._closeness is not None
        sizes = (self._closeness.kernels, self._closeness.dimensions)
        projected = torch.bmm(x, self._parameters["closeness.kernel"]).unflatten(-1, sizes)
        company = projected
        if self._how == "fixed":
            company = self._statistics.company[0]
        elif self._how == "learn":
            self._statistics.company[:] = [projected.detach()]
        distances = (projected.unsqueeze(2) - company.unsqueeze(1)).abs().sum(-1)
        close: Tensor = (-distances).exp().sum(2)
        # In its own batch every sample is at distance 0 of itself.
        return close - 1 if company is projected else close


def _spectrally_normalised(parameters: Mapping[str, Tensor], statistics: Statistics, how: How) -> Mapping[str, Tensor]:
    """Return parameters with every weight W divided by its largest singular value, estimated as v W u.

    One power iteration each time it learns; u and v are constants of the gradient (Miyato et al. 2018, appendix A).
    """
    names = [name for name in parameters if name.endswith("weight")]
    normalised = dict(parameters)
    for index, name in enumerate(names):
        weight = parameters[name]
        with torch.no_grad():
            u = statistics.directions[index]
            v = F.normalize(torch.bmm(u, weight.mT), dim=-1)
            if how == "learn":
                u = F.normalize(torch.bmm(v, weight), dim=-1)
                statistics.directions[index] = u
        # Not in place: an earlier graph may still hold the old u.
        normalised[name] = weight / torch.bmm(torch.bmm(v, weight), u.mT)
    return normalised


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
