"""DCGAN's networks: their settings, and the layers that these mean for pictures of some size."""

from __future__ import annotations

from typing import Literal

from ganstudio.architecture import (
    Activation,
    BatchNorm,
    Convolution,
    Dense,
    GroupNorm,
    Layer,
    Reshape,
    TransposedConvolution,
)
from ganstudio.settings import Settings, SettingsError, setting

__all__ = ["Convolutional", "Picture", "generator_layers", "halvings", "trunk_layers"]

Picture = tuple[int, int, int]
"""Channels, height and width."""


class Convolutional(Settings):
    """A DCGAN's network: no pooling, strides instead; feature maps double as sides halve (Radford et al. 2016)."""

    width: int = setting(
        32,
        "Width",
        "Feature maps of the layer next to the picture; each halving of the side doubles them. The paper has 128 "
        "at 64 pixels. 16 to 64 are sane on a CPU.",
        ge=1,
        le=512,
        unit="maps",
    )
    kernel: int = setting(
        4,
        "Kernel",
        "Side of the filters. 5 in the paper; 4 divides by the stride of 2, which leaves no chequered pattern.",
        ge=3,
        le=6,
        unit="pixels",
        expert=True,
    )
    dense: int = setting(
        0,
        "Dense units",
        "Units of a fully connected hidden layer next to the latent, or to the output. 0, none, is DCGAN's rule; "
        "InfoGAN's networks for MNIST have 1024.",
        ge=0,
        le=4096,
        unit="units",
        expert=True,
    )
    activation: Literal["relu", "leaky_relu", "elu"] = setting(
        "relu",
        "Activation",
        "After each hidden layer: ReLU in the generator and leaky ReLU of slope 0.2 in the critic are DCGAN's rule.",
        expert=True,
        choices={"relu": "ReLU", "leaky_relu": "Leaky ReLU", "elu": "ELU"},
    )
    normalisation: Literal["none", "batch", "layer"] = setting(
        "batch",
        "Normalisation",
        "Before each activation but next to the picture. Batch is DCGAN's rule; with a gradient penalty in the critic "
        "it is layer or none.",
        choices={"none": "None", "batch": "Batch", "layer": "Layer"},
    )
    initialisation: Literal["normal", "default", "he", "orthogonal"] = setting(
        "normal",
        "Initial weights",
        "Normal with standard deviation 0.02 as in DCGAN, PyTorch's default, He normal, or orthogonal.",
        expert=True,
        choices={"normal": "Normal 0.02", "default": "PyTorch's default", "he": "He", "orthogonal": "Orthogonal"},
    )


def halvings(size: int) -> int:
    """Return how often a side is halved: down to 4, or 7 of a multiple of 7.

    Raises
    ------
    SettingsError
        If that does not come out even.
    """
    for base in (4, 7):
        times = 0
        while base << times < size:
            times += 1
        if times and base << times == size:
            return times
    raise SettingsError(f"data.size: {size} is not 8, 16, 32, 64, 128, 14, 28 or 56")


def generator_layers(settings: Convolutional, inputs: int, picture: Picture) -> tuple[Layer, ...]:
    """Return DCGAN's generator: a projection, then fractionally strided convolutions, tanh at the end."""
    channels, size, _ = picture
    times = halvings(size)
    layers: list[Layer] = []

    def hidden(features: int) -> list[Layer]:
        return [*_normalised(settings, features), Activation(function=settings.activation)]

    biased = settings.normalisation == "none"
    if settings.dense:
        layers += [Dense(inputs=inputs, outputs=settings.dense, bias=biased), *hidden(settings.dense)]
        inputs = settings.dense
    maps = settings.width << (times - 1)
    layers += [TransposedConvolution(inputs=inputs, outputs=maps, kernel=size >> times, bias=biased), *hidden(maps)]
    for place in range(times):
        last = place == times - 1
        outputs = channels if last else maps // 2
        layers.append(_enlarging(settings.kernel, maps, outputs, bias=last or biased))
        layers += [Activation(function="tanh")] if last else hidden(outputs)
        maps = outputs
    return tuple(layers)


def trunk_layers(settings: Convolutional, picture: Picture) -> tuple[Layer, ...]:
    """Return the critic's, or an encoder's, strided convolutions, down to a vector."""
    inputs, size, _ = picture
    layers: list[Layer] = []
    times = halvings(size)
    for place in range(times):
        maps = settings.width << place
        first = place == 0
        bias = first or settings.normalisation == "none"
        layers.append(_reducing(settings.kernel, inputs, maps, bias=bias))
        layers += [] if first else _normalised(settings, maps)
        layers.append(Activation(function=settings.activation))
        inputs = maps
    base = size >> times
    return (*layers, Reshape(channels=inputs * base * base, height=0, width=0))


def _normalised(settings: Convolutional, features: int) -> list[Layer]:
    match settings.normalisation:
        case "batch":
            return [BatchNorm(features=features)]
        case "layer":
            return [GroupNorm(features=features)]
    return []


def _enlarging(kernel: int, inputs: int, outputs: int, *, bias: bool) -> TransposedConvolution:
    """Return the transposed convolution of this kernel that doubles sides."""
    odd = kernel % 2
    padding = (kernel - 2 + odd) // 2
    return TransposedConvolution(
        inputs=inputs, outputs=outputs, kernel=kernel, stride=2, padding=padding, output_padding=odd, bias=bias
    )


def _reducing(kernel: int, inputs: int, outputs: int, *, bias: bool) -> Convolution:
    """Return the convolution of this kernel that halves even sides."""
    return Convolution(inputs=inputs, outputs=outputs, kernel=kernel, stride=2, padding=(kernel - 1) // 2, bias=bias)
