"""The trainer of pictures: the plane's, with pictures for points, and a model to take away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganstudio.architecture import Activation, Architecture, BatchNorm, Dense, GroupNorm, Input, Layer
from ganstudio.checkpoints.generator import Generator
from ganstudio.checkpoints.model import Card, Model, Part
from ganstudio.image_experiment import ImageExperiment
from ganstudio.messages import Knobs
from ganstudio.methods import METHODS
from ganstudio.nets.mlp import EPSILON, LEAK, MLP
from ganstudio.nets.stack import Stack
from ganstudio.training.player import Player
from ganstudio.training.trainer import Trainer

__all__ = ["ImageTrainer"]

GRID = 64
"""Pictures of a sample grid."""
OUTPUTS = 128
"""Real and generated pictures each that the critic's outputs are shown of."""


class ImageTrainer(Trainer):
    """Train the run of one experiment on pictures.

    Parameters
    ----------
    experiment
        What to train.

    Raises
    ------
    PicturesError
        If its pictures cannot be loaded.

    Examples
    --------
    >>> from ganstudio.image_experiment import ImageExperiment
    >>> trainer = ImageTrainer(ImageExperiment())
    >>> trainer.train(2)
    >>> trainer.pictures(4).shape
    (4, 1, 8, 8)
    """

    experiment: ImageExperiment

    def __init__(self, experiment: ImageExperiment) -> None:
        super().__init__(experiment)
        self._picture = experiment.picture

    def pictures(self, count: int = GRID, knobs: Knobs | None = None, columns: int = 0) -> NDArray[np.float32]:
        """Return generated pictures (count, channels, height, width) in [-1, 1], each time from the same latents.

        Parameters
        ----------
        knobs, columns
            See `Trainer.samples`.
        """
        pictures: NDArray[np.float32] = self.samples(count, knobs, columns)[0].reshape(count, *self._picture)
        return pictures

    def outputs_of_critic(self, count: int = OUTPUTS) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None:
        """Return the critic's scores of real and of generated pictures, (count,) each; None without a critic."""
        if self._cast.critic is None:
            return None
        real, fake, _ = self._looks.both(self._shown(), count)
        scores = (self._looks.scores(side)[0].cpu().numpy() for side in (real, fake))
        return next(scores), next(scores)

    def distance(self, count: int = 2000) -> tuple[str, float]:
        """Return how far `count` generated pictures are from the training pictures.

        Returns
        -------
        name : str
            What was measured: the Frechet distance in the features of the set's judge, which is no FID.
        value : float
            It is biased upwards, the more the smaller `count` is; `ganstudio.judging.distance.reference` tells what a
            perfect sampler of as many pictures scores.

        Raises
        ------
        ValueError
            If the generator's weights are not finite.
        """
        from ganstudio.judging.distance import distance

        found = distance(Generator(self.model("measured")), self.experiment.data, count)
        return found.name, found.value

    def encoded_latents(self, pictures: NDArray[np.floating]) -> NDArray[np.float32] | None:
        """Return the latents (n, dimensions) of pictures (n, channels, height, width); None without an encoder."""
        if self._cast.encoder is None:
            return None
        flat = torch.as_tensor(pictures, dtype=torch.float32, device=self.device).flatten(1)[None]
        latents, _ = self._looks.encoded(self._shown(), flat)
        return latents[0].cpu().numpy()

    # ---- what is taken away ------------------------------------------------------------------------

    def model(self, name: str, card: Card | None = None, *, resume: bool = False) -> Model:
        """Return the trained generator as samples come from it, with critic and encoder as far as they are plain.

        Parameters
        ----------
        name
            One line.
        card
            What to tell of it; what it leaves empty is filled in from the experiment.
        resume
            Whether the whole state goes along, the optimisers' included.
        """
        architecture = self.architecture()
        (stack,) = self._cast.generator.chain.parts.values()
        assert isinstance(stack, Stack)
        tensors = stack.tensors(self._shown(), self._cast.generator.statistics[0])
        return Model(
            name,
            architecture,
            _arrays(tensors),
            self._card(card or Card()),
            self.experiment.plain(),
            self._parts(),
            _arrays(self.saved()) if resume else None,
        )

    def architecture(self) -> Architecture:
        """Return what the generator is made of, with everything that it is told by name."""
        (stack,) = self._cast.generator.chain.parts.values()
        assert isinstance(stack, Stack)
        return Architecture(inputs=tuple(self._inputs()), layers=stack.architecture.layers)

    def _inputs(self) -> list[Input]:
        experiment = self.experiment
        noise, information = experiment.noise, experiment.additions.information
        found = [Input(kind="latent", size=noise.dimensions, distribution=noise.distribution)]
        if experiment.additions.conditional.on or experiment.additions.classifier.on:
            found.append(Input(kind="label", size=self._cast.classes))
        if information.on and information.categories:
            found.append(Input(kind="category", size=information.categories))
        if information.on:
            found += [
                Input(kind="code", size=1, name=f"c{number + 1}", distribution="uniform")
                for number in range(information.continuous)
            ]
        return found

    def _card(self, card: Card) -> Card:
        experiment = self.experiment
        known = experiment.additions.conditional.on or experiment.additions.classifier.on
        method = METHODS[experiment.method].title if experiment.method else experiment.title
        filled = {
            "data": card.data or f"{experiment.data.title}. {experiment.data.about}"[:200],
            "method": card.method or method,
            "seed": experiment.seed if card.seed is None else card.seed,
            "steps": self.step if card.steps is None else card.steps,
            "class_names": experiment.data.class_names if known else (),
        }
        return card.changed(**filled)

    def _parts(self) -> dict[str, Part]:
        """Return critic and encoder, as far as a plain stack of layers says what they are."""
        found: dict[str, Part] = {}
        for player in (self._cast.critic, self._cast.encoder):
            part = None if player is None else _plain_part(player) or _trunk(player)
            if player is not None and part is not None:
                found[player.which] = part
        return found


def _plain_part(player: Player) -> Part | None:
    """Return a network on pictures as layers and tensors; None for one that is told more than pictures."""
    if set(player.chain.parts) != {"trunk", "tail"}:
        return None
    trunk, tail = player.chain.parts["trunk"], player.chain.parts["tail"]
    assert isinstance(trunk, Stack)
    assert isinstance(tail, MLP)
    sees_more = tail.shapes["0.weight"][0] != trunk.architecture.output[0]
    if sees_more or tail.closeness or tail.spectral or tail.settings.activation not in _FUNCTIONS:
        return None
    layers, tensors = list(trunk.architecture.layers), _trunk_tensors(player, trunk)
    for layer, own in _tail_layers(player, tail):
        tensors |= {f"{len(layers)}.{name}": value for name, value in own.items()}
        layers.append(layer)
    return Part(Architecture(picture=trunk.architecture.picture, layers=tuple(layers)), _arrays(tensors))


_FUNCTIONS: Final = {name: Activation(function=name, slope=LEAK) for name in ("relu", "leaky_relu", "tanh", "elu")}
"""The activations of fully connected layers that picture networks have, too."""


def _tail_layers(player: Player, tail: MLP) -> Iterator[tuple[Layer, dict[str, Tensor]]]:
    """Yield what follows a network's convolutions, each layer with its tensors."""
    where = list(player.chain.parts).index("tail")
    own = {name: value[0] for name, value in player.chain.pieces(player.parameters.detach())[where].items()}
    hidden = tail.settings.layers
    for number in range(hidden + 1):
        inputs, outputs = tail.shapes[f"{number}.weight"]
        weights = {"weight": own[f"{number}.weight"].mT, "bias": own[f"{number}.bias"][0]}
        yield Dense(inputs=inputs, outputs=outputs), weights
        if number == hidden:
            return
        if tail.settings.normalisation != "none":
            affine = {"weight": own[f"{number}.scale"][0], "bias": own[f"{number}.shift"][0]}
            if tail.settings.normalisation == "layer":
                yield GroupNorm(features=outputs, epsilon=EPSILON), affine
            else:
                learned = player.statistics[where]
                running = {"running_mean": learned.means[number][0], "running_var": learned.variances[number][0]}
                yield BatchNorm(features=outputs, epsilon=EPSILON), affine | running
        yield _FUNCTIONS[tail.settings.activation], {}


def _trunk(player: Player) -> Part | None:
    """Return the convolutions of a critic whose further layers are no plain ones, for those who ask for features."""
    trunk = player.chain.parts.get("trunk")
    if player.which != "critic" or not isinstance(trunk, Stack):
        return None
    return Part(trunk.architecture, _arrays(_trunk_tensors(player, trunk)))


def _trunk_tensors(player: Player, trunk: Stack) -> dict[str, Tensor]:
    where = list(player.chain.parts).index("trunk")
    piece = player.chain.pieces(player.parameters.detach())[where]
    return trunk.tensors(_flat(piece), player.statistics[where])


def _flat(piece: Mapping[str, Tensor]) -> Tensor:
    return torch.cat([value.flatten(1) for value in piece.values()], dim=1)


def _arrays(tensors: Mapping[str, Tensor]) -> dict[str, NDArray[np.generic]]:
    return {name: np.array(value.detach().cpu().numpy(), order="C") for name, value in tensors.items()}
