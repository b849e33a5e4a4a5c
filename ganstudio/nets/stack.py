"""Layers of an architecture as a network that learns: like a perceptron a function of one flat parameter tensor.

Pictures pass as flat samples (1, batch, channels x height x width), so that objectives, penalties and additions
need not know them. There is one run: convolutions of several seeds at once would not share any work.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from ganstudio.architecture import Architecture, BatchNorm, Convolution, Dense, GroupNorm, TransposedConvolution
from ganstudio.convolutional import Convolutional
from ganstudio.nets.layers import apply_layer
from ganstudio.nets.mlp import MOMENTUM, How, Statistics

__all__ = ["BoundStack", "Stack"]

DEVIATION = 0.02
"""Of DCGAN's initial weights."""


class Stack:
    """The shape of a network of layers; `bind` makes it a function.

    Parameters
    ----------
    settings
        Says how weights begin.
    architecture
        What it is made of.
    spectral
        Whether every weight is divided by its largest singular value (Miyato et al. 2018).

    Attributes
    ----------
    shapes : dict
        Name of each parameter -> its shape without the run axis, as PyTorch's modules have them.
    size : int
        P, the number of parameters of one run.
    """

    def __init__(self, settings: Convolutional, architecture: Architecture, *, spectral: bool = False) -> None:
        self.settings = settings
        self.architecture = architecture
        self.spectral = spectral
        self.shapes = {
            name: shape
            for name, shape in architecture.tensors().items()
            if not name.split(".")[-1].startswith("running")
        }
        self._sizes = [math.prod(shape) for shape in self.shapes.values()]
        self.size = sum(self._sizes)

    def unpack(self, parameters: Tensor) -> dict[str, Tensor]:
        """Return views (1, *shape) into flat parameters (1, P), by name."""
        pieces = parameters.split(self._sizes, dim=1)
        return {name: piece.view(1, *shape) for (name, shape), piece in zip(self.shapes.items(), pieces, strict=True)}

    def initial(self, generators: Sequence[torch.Generator]) -> Tensor:
        """Return initial parameters (1, P), in the order of layers."""
        (generator,) = generators
        values = [self._initial(name, shape, generator).flatten() for name, shape in self.shapes.items()]
        return torch.cat(values)[None]

    def _initial(self, name: str, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
        index, own = name.split(".")
        layer = self.architecture.layers[int(index)]
        if isinstance(layer, BatchNorm | GroupNorm):
            # DCGAN's scales begin around 1 with the same deviation as its weights.
            scattered = own == "weight" and self.settings.initialisation == "normal"
            spread = DEVIATION * torch.randn(shape, generator=generator) if scattered else torch.zeros(shape)
            return spread + (1.0 if own == "weight" else 0.0)
        assert isinstance(layer, Dense | Convolution | TransposedConvolution)
        inputs = layer.inputs * (1 if isinstance(layer, Dense) else layer.kernel**2)
        if own == "bias" and self.settings.initialisation != "default":
            return torch.zeros(shape)
        value = torch.empty(shape)
        match self.settings.initialisation:
            case "normal":
                torch.nn.init.normal_(value, 0.0, DEVIATION, generator=generator)
            case "default":
                torch.nn.init.uniform_(value, -1 / math.sqrt(inputs), 1 / math.sqrt(inputs), generator=generator)
            case "he":
                torch.nn.init.normal_(value, 0.0, math.sqrt(2 / inputs), generator=generator)
            case "orthogonal":
                torch.nn.init.orthogonal_(value, generator=generator)
        return value

    def statistics(self, runs: int, device: str) -> Statistics:
        """Return fresh statistics, as far as the network has any."""
        statistics = Statistics()
        widths = [layer.features for layer in self.architecture.layers if isinstance(layer, BatchNorm)]
        statistics.means = [torch.zeros(runs, width, device=device) for width in widths]
        statistics.variances = [torch.ones(runs, width, device=device) for width in widths]
        if self.spectral:
            columns = [shape[0] for name, shape in self.shapes.items() if len(shape) > 1 and name.endswith("weight")]
            statistics.directions = [torch.full((runs, width), width**-0.5, device=device) for width in columns]
        return statistics

    def bind(
        self, parameters: Tensor | Mapping[str, Tensor], statistics: Statistics | None = None, how: How = "batch"
    ) -> BoundStack:
        """Return the network as a function of its input (see `MLP.bind`)."""
        named = self.unpack(parameters) if isinstance(parameters, Tensor) else parameters
        return BoundStack(self, named, statistics or Statistics(), how)

    def tensors(self, parameters: Tensor, statistics: Statistics) -> dict[str, Tensor]:
        """Return every tensor of `architecture.tensors` by name, spectral normalisation carried out."""
        with torch.no_grad():
            named = self._weights(self.unpack(parameters), statistics, "fixed")
        found = dict(named)
        normalised = [index for index, layer in enumerate(self.architecture.layers) if isinstance(layer, BatchNorm)]
        for place, index in enumerate(normalised):
            found[f"{index}.running_mean"] = statistics.means[place][0]
            found[f"{index}.running_var"] = statistics.variances[place][0]
        return {name: found[name].detach() for name in self.architecture.tensors()}

    def _weights(self, parameters: Mapping[str, Tensor], statistics: Statistics, how: How) -> dict[str, Tensor]:
        """Return parameters without the run axis, and spectrally normalised if that is wanted."""
        named = {name: value[0] for name, value in parameters.items()}
        if not self.spectral:
            return named
        weights = [name for name, value in named.items() if value.ndim > 1 and name.endswith("weight")]
        for place, name in enumerate(weights):
            matrix = named[name].flatten(1)
            with torch.no_grad():
                u = statistics.directions[place][0]
                v = F.normalize(u @ matrix, dim=0)
                if how == "learn":
                    u = F.normalize(matrix @ v, dim=0)
                    statistics.directions[place] = u[None]
            # One power iteration each time it learns; u and v are constants of the gradient.
            named[name] = named[name] / (u @ matrix @ v)
        return named


class BoundStack:
    """Layers with their parameters: (1, batch, inputs) -> (1, batch, outputs)."""

    piecewise_linear = False

    def __init__(self, shape: Stack, parameters: Mapping[str, Tensor], statistics: Statistics, how: How) -> None:
        named = shape._weights(parameters, statistics, how)
        self._given = shape.architecture.picture
        self._statistics = statistics
        self._how = how
        self._layers = [
            (layer, {name.split(".")[1]: value for name, value in named.items() if name.startswith(f"{index}.")})
            for index, layer in enumerate(shape.architecture.layers)
        ]
        self.couples_samples = how != "fixed" and any(isinstance(layer, BatchNorm) for layer, _ in self._layers)

    def __call__(self, x: Tensor) -> Tensor:
        """Return the output of the last layer for x (1, batch, inputs), flat."""
        x = x[0] if self._given is None else _channels_last(x[0].unflatten(-1, self._given))
        place = 0
        for layer, named in self._layers:
            if isinstance(layer, BatchNorm):
                x = self._batch_normalise(place, layer, named, x)
                place += 1
            else:
                x = _channels_last(apply_layer(layer, named, x))
        return x.flatten(1)[None]

    def hidden(self, x: Tensor) -> Tensor:
        """Return the output: what comes after it is in another part."""
        return self(x)

    def _batch_normalise(self, place: int, layer: BatchNorm, named: Mapping[str, Tensor], x: Tensor) -> Tensor:
        running = self._how != "batch"
        mean = self._statistics.means[place][0] if running else None
        variance = self._statistics.variances[place][0] if running else None
        weight, bias = named.get("weight"), named.get("bias")
        return F.batch_norm(x, mean, variance, weight, bias, self._how != "fixed", MOMENTUM, layer.epsilon)


def _channels_last(x: Tensor) -> Tensor:
    """Return maps with the channels of a pixel beside one another: a step takes a seventh less of a CPU's time."""
    return x.contiguous(memory_format=torch.channels_last) if x.ndim == 4 else x
