"""Networks that look at pictures: convolutions down to a vector, and a perceptron on that.

A class is told by projection: Miyato and Koyama 2018, arXiv 1802.05637, equation (3).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ganstudio.architecture import Architecture, Input
from ganstudio.convolutional import Convolutional, Picture, generator_layers, trunk_layers
from ganstudio.experiment import Network
from ganstudio.nets.chain import Bound, Chain, Part
from ganstudio.nets.mlp import MLP, Closeness
from ganstudio.nets.stack import Stack

__all__ = ["Layout", "Looking", "decoder", "generator_chain", "looking", "looking_parts"]

JOINT = 256
"""Hidden units where a picture and its latent are judged together, unless the settings have some."""


@dataclass(frozen=True)
class Layout:
    """Where things are in the flat samples that a network is given: packs of pictures, each with class and latent."""

    picture: Picture
    pack: int = 1
    condition: int = 0
    latent: int = 0

    @property
    def pixels(self) -> int:
        """Numbers of one picture."""
        channels, height, width = self.picture
        return channels * height * width

    @property
    def maps(self) -> Picture:
        """Channels, height and width of a pack: its pictures are one another's channels, as in PacGAN."""
        channels, height, width = self.picture
        return self.pack * channels, height, width

    def split(self, samples: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the pictures', the classes' and the latents' part of samples (1, batch, numbers)."""
        if not self.condition and not self.latent:
            return samples, samples[..., :0], samples[..., :0]
        each = samples.unflatten(-1, (self.pack, -1))
        parts = each.split([self.pixels, self.condition, self.latent], dim=-1)
        pictures, classes, latents = (part.flatten(-2) for part in parts)
        return pictures, classes, latents


def generator_chain(settings: Convolutional, inputs: int, picture: Picture) -> Chain:
    """Return DCGAN's generator, (1, batch, inputs) -> flat pictures."""
    return Chain({"": decoder(settings, inputs, picture)})


def decoder(settings: Convolutional, inputs: int, picture: Picture, *, spectral: bool = False) -> Stack:
    """Return a network from vectors to flat pictures."""
    described = Architecture(
        inputs=(Input(kind="latent", size=inputs),), layers=generator_layers(settings, inputs, picture)
    )
    return Stack(settings, described, spectral=spectral)


def looking_parts(
    settings: Convolutional,
    layout: Layout,
    outputs: int,
    told: int = 0,
    *,
    spectral: bool = False,
    closeness: Closeness | None = None,
) -> dict[str, Part]:
    """Return the parts of a network that looks at pictures, by name.

    Parameters
    ----------
    outputs
        Numbers that it gives.
    told
        How many of the first of these a class is told to.
    """
    trunk = Architecture(picture=layout.maps, layers=trunk_layers(settings, layout.maps))
    (features,) = trunk.output
    latents = layout.pack * layout.latent
    dense = settings.dense or (JOINT if latents else 0)
    tail = Network(
        layers=1 if dense else 0,
        width=max(dense, 1),
        activation=settings.activation,
        normalisation=settings.normalisation,
        initialisation=settings.initialisation,
    )
    parts: dict[str, Part] = {
        "trunk": Stack(settings, trunk, spectral=spectral),
        "tail": MLP(tail, features + latents, outputs, spectral=spectral, closeness=closeness),
    }
    if layout.condition and told:
        linear = Network(layers=0, initialisation=settings.initialisation)
        classes = layout.pack * layout.condition
        parts["projection"] = MLP(linear, classes, told * features, spectral=spectral, last_bias=False)
    return parts


class Looking:
    """A network on pictures with its parameters: (1, batch, numbers) -> (1, batch, outputs)."""

    piecewise_linear = False

    def __init__(self, layout: Layout, trunk: Bound, tail: Bound, projection: Bound | None = None) -> None:
        self._layout = layout
        self._trunk = trunk
        self._tail = tail
        self._projection = projection
        self.couples_samples = trunk.couples_samples or tail.couples_samples

    def __call__(self, x: Tensor) -> Tensor:
        """Return all outputs."""
        pictures, classes, latents = self._layout.split(x)
        features = self._trunk(pictures)
        outputs = self._tail(_beside(features, latents))
        if self._projection is None:
            return outputs
        of_class = self._projection(classes).unflatten(-1, (-1, features.shape[-1]))
        inner = (of_class * features.unsqueeze(-2)).sum(-1)
        told = inner.shape[-1]
        return torch.cat([outputs[..., :told] + inner, outputs[..., told:]], dim=-1)

    def hidden(self, x: Tensor) -> Tensor:
        """Return what the last layer sees."""
        pictures, _, latents = self._layout.split(x)
        return self._tail.hidden(_beside(self._trunk(pictures), latents))


def looking(layout: Layout, parts: dict[str, Bound]) -> Looking:
    """Return the bound parts of `looking_parts` as one network."""
    return Looking(layout, parts["trunk"], parts["tail"], parts.get("projection"))


def _beside(features: Tensor, latents: Tensor) -> Tensor:
    return torch.cat([features, latents], dim=-1) if latents.shape[-1] else features
