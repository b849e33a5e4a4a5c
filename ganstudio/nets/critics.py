"""Critics: what kinds there are, and how each makes its outputs of its networks.

Beside its own output a critic may have heads: further outputs of the same trunk, such as class logits or what
InfoGAN's Q reads. One pass gives all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import torch
from torch import Tensor

from ganstudio.convolutional import Convolutional
from ganstudio.experiment import Network
from ganstudio.nets.chain import Bound, Chain, Parameters, Part
from ganstudio.nets.mlp import MLP, BoundMLP, Closeness, How, Statistics
from ganstudio.nets.pictures import Layout, decoder, looking, looking_parts
from ganstudio.nets.protocols import input_gradient

__all__ = ["AutoencoderCritic", "BoundCritic", "ClassCritic", "CriticShape", "OutcomesCritic", "PairCritic"]
__all__ += ["ScalarCritic"]

Kind = Literal["scalar", "classes", "outcomes", "pair", "autoencoder"]

PAIR_WIDTH = 128
"""Numbers whose difference the head of a pair critic of pictures sees."""


@dataclass(frozen=True)
class CriticShape:
    """A critic's networks, before they have parameters.

    Attributes
    ----------
    settings
        Depth, width and so on.
    kind
        "scalar", "outcomes", "pair" or "autoencoder", as objectives ask for; "classes" is a scalar critic whose T is
        the log of the sum of exponentials of its first `classes` heads.
    inputs
        Features of a sample as the critic sees it.
    outputs
        Outcomes, of an "outcomes" critic.
    heads
        Further outputs.
    classes
        Classes K of a "classes" critic. Its first K heads are their logits; those of other additions follow.
    bottleneck
        Code size of an "autoencoder" critic.
    spectral, gain
        Whether weights are normalised spectrally, and by how much T is multiplied then.
    closeness
        Minibatch discrimination, if any.
    layout
        Where what is in a sample, if samples are pictures.
    """

    settings: Network | Convolutional
    kind: Kind
    inputs: int
    outputs: int = 1
    heads: int = 0
    classes: int = 0
    bottleneck: int = 1
    spectral: bool = False
    gain: float = 1.0
    closeness: Closeness | None = None
    layout: Layout | None = None

    @cached_property
    def chain(self) -> Chain:
        """The networks."""
        if isinstance(self.settings, Convolutional):
            return Chain(self._picture_parts(self.settings))
        settings = self.settings
        match self.kind:
            case "pair":
                # One of the hidden layers belongs to the head, which would otherwise be linear: twice RSGAN.
                shallow = settings.changed(layers=max(settings.layers - 1, 0))
                width = settings.width
                return Chain(
                    {
                        "encoder": self._mlp(shallow, self.inputs, width + self.heads, closeness=self.closeness),
                        "head": self._head(settings),
                    }
                )
            case "autoencoder":
                decoder = self._mlp(settings, self.bottleneck, self.inputs + self.heads, closeness=self.closeness)
                return Chain({"encoder": self._mlp(settings, self.inputs, self.bottleneck), "decoder": decoder})
            case _:
                outputs = self._own + self.heads
                return Chain({"": self._mlp(settings, self.inputs, outputs, closeness=self.closeness)})

    @property
    def _own(self) -> int:
        """Outputs that are not heads, of a critic of one network."""
        return {"scalar": 1, "classes": 0, "outcomes": self.outputs}.get(self.kind, 0)

    def _picture_parts(self, settings: Convolutional) -> dict[str, Part]:
        """Return the networks of a critic of pictures: what looks at them comes first."""
        assert self.layout is not None
        outputs = {"pair": PAIR_WIDTH, "autoencoder": self.bottleneck}.get(self.kind, self._own)
        parts = looking_parts(
            settings, self.layout, outputs + self.heads, self._own, spectral=self.spectral, closeness=self.closeness
        )
        if self.kind == "pair":
            parts["head"] = self._head(Network(width=PAIR_WIDTH, initialisation=settings.initialisation))
        if self.kind == "autoencoder":
            mirrored = settings.changed(activation="relu")
            parts["decoder"] = decoder(mirrored, self.bottleneck, self.layout.maps, spectral=self.spectral)
        return parts

    def _head(self, settings: Network) -> MLP:
        """Return the head of a pair critic."""
        head = settings.changed(layers=1, activation="leaky_relu", normalisation="none")
        return self._mlp(head, settings.width, 1, last_bias=False)

    def _mlp(
        self,
        settings: Network,
        inputs: int,
        outputs: int,
        closeness: Closeness | None = None,
        last_bias: bool = True,
    ) -> MLP:
        return MLP(settings, inputs, outputs, spectral=self.spectral, closeness=closeness, last_bias=last_bias)

    def bind(
        self, parameters: Parameters, statistics: Sequence[Statistics] | None = None, how: How = "batch"
    ) -> BoundCritic:
        """Return the critic as a function of samples (see `MLP.bind`)."""
        networks = self._networks(self.chain.bind(parameters, statistics, how))
        gain = self.gain if self.spectral else 1.0
        match self.kind:
            case "scalar":
                return ScalarCritic(networks, gain)
            case "classes":
                return ClassCritic(networks, gain, self.classes)
            case "outcomes":
                return OutcomesCritic(networks, gain, self.outputs)
            case "pair":
                return PairCritic(networks, gain, self.width)
            case "autoencoder":
                return AutoencoderCritic(networks, gain, self.inputs)

    @property
    def width(self) -> int:
        """Numbers whose difference the head of a pair critic sees."""
        return PAIR_WIDTH if self.layout else self.settings.width

    def _networks(self, bound: list[Bound]) -> list[Bound]:
        """Return the networks in the order that critics know: of pictures, what looks at them is one."""
        if self.layout is None:
            return bound
        parts = dict(zip(self.chain.parts, bound, strict=True))
        others = [parts[name] for name in ("head", "decoder") if name in parts]
        return [looking(self.layout, parts), *others]


class BoundCritic:
    """A critic with its parameters. A pass over a tensor is remembered, so heads cost no second one."""

    own = 1
    """How many of the outputs are not heads."""

    def __init__(self, networks: Sequence[Bound], gain: float = 1.0) -> None:
        self.networks = networks
        self.gain = gain
        self._passes: list[tuple[Tensor, Tensor]] = []

    @property
    def couples_samples(self) -> bool:
        """Whether a sample's output depends on the others of its batch."""
        return any(network.couples_samples for network in self.networks)

    def __call__(self, samples: Tensor) -> Tensor:
        """Return the raw output T, (R, batch) or (R, batch, outputs)."""
        return self._amplified(self._own(self._passed(samples)))

    def heads(self, samples: Tensor) -> Tensor:
        """Return the heads' raw outputs, (R, batch, heads)."""
        return self._passed(samples)[..., self.own :]

    def features(self, samples: Tensor) -> Tensor:
        """Return what the last layer sees, (R, batch, width)."""
        return self.networks[0].hidden(samples)

    def both(self, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
        """Return T(real) and T(fake), in one pass where samples do not influence each other.

        Parameters
        ----------
        real, fake : Tensor (R, batch, features)
            Batches may differ in size.
        """
        if not self.couples_samples:
            together = self._forward(torch.cat([real, fake], dim=1))
            of_real, of_fake = together.split([real.shape[1], fake.shape[1]], dim=1)
            self._passes += [(real, of_real), (fake, of_fake)]
        return self(real), self(fake)

    def input_gradient(self, samples: Tensor) -> Tensor:
        """Return the gradient of T in its input, through which a loss can be differentiated."""
        return input_gradient(self, samples)

    def _amplified(self, outputs: Tensor) -> Tensor:
        return outputs if self.gain == 1.0 else self.gain * outputs

    def _passed(self, samples: Tensor) -> Tensor:
        for known, outputs in self._passes:
            if known is samples:
                return outputs
        outputs = self._forward(samples)
        self._passes.append((samples, outputs))
        return outputs

    def _forward(self, samples: Tensor) -> Tensor:
        """Return all outputs, (R, batch, own + heads)."""
        return self.networks[0](samples)

    def _own(self, outputs: Tensor) -> Tensor:
        """Return T of all outputs."""
        return outputs.squeeze(-1) if outputs.shape[-1] == 1 else outputs[..., 0]


class ScalarCritic(BoundCritic):
    """One number for each sample."""

    def input_gradient(self, samples: Tensor) -> Tensor:
        """Return the gradient of T in its input, (R, batch, features); for ReLU networks in one go."""
        network = self.networks[0]
        if isinstance(network, BoundMLP) and network.piecewise_linear:
            return self._amplified(network.slopes(samples))
        return super().input_gradient(samples)


class ClassCritic(BoundCritic):
    """A classifier of K classes whose T = log sum exp of its logits: P(real) = sigma(T) (Salimans et al. 2016)."""

    own = 0

    def __init__(self, networks: Sequence[Bound], gain: float, classes: int) -> None:
        super().__init__(networks, gain)
        self._classes = classes

    def _own(self, outputs: Tensor) -> Tensor:
        return outputs[..., : self._classes].logsumexp(-1)


class OutcomesCritic(BoundCritic):
    """Several numbers for each sample."""

    def __init__(self, networks: Sequence[Bound], gain: float, outputs: int) -> None:
        super().__init__(networks, gain)
        self.own = outputs

    def _own(self, outputs: Tensor) -> Tensor:
        return outputs[..., : self.own]


class PairCritic(BoundCritic):
    """One number for each pair: T(a, b) = D(E(a) - E(b)); a pair is two samples in a row. Heads are of the first."""

    def __init__(self, networks: Sequence[Bound], gain: float, width: int) -> None:
        super().__init__(networks, gain)
        self._width = width

    def _forward(self, samples: Tensor) -> Tensor:
        encoder, head = self.networks
        first, second = samples.chunk(2, dim=-1)
        if encoder.couples_samples:
            one, two = encoder(first), encoder(second)
        else:
            one, two = encoder(torch.cat([first, second], dim=1)).chunk(2, dim=1)
        return torch.cat([head((one - two)[..., : self._width]), one[..., self._width :]], dim=-1)


class AutoencoderCritic(BoundCritic):
    """A copy of each sample."""

    def __init__(self, networks: Sequence[Bound], gain: float, inputs: int) -> None:
        super().__init__(networks, gain)
        self.own = inputs

    def _forward(self, samples: Tensor) -> Tensor:
        encoder, decoder = self.networks
        return decoder(encoder(samples))

    def _own(self, outputs: Tensor) -> Tensor:
        return outputs[..., : self.own]
