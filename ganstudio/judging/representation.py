"""What a critic has learned about its pictures, told by a linear classifier on top of it.

Radford, Metz and Chintala 2016, arXiv 1511.06434, section 5: what every convolution gives is max-pooled to 4 x 4,
flattened and concatenated, and a regularised linear L2-SVM is trained on that. Beside it here: the same on an untrained
critic of the same shape, and on raw pixels.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

from ganstudio.architecture import Architecture, BatchNorm, Convolution
from ganstudio.checkpoints.generator import Network
from ganstudio.checkpoints.model import Model, Part
from ganstudio.convolutional import Convolutional
from ganstudio.imagesets import ImageSet, Pictures
from ganstudio.judging.judge import as_numbers
from ganstudio.judging.svm import chosen_machine
from ganstudio.nets import layers
from ganstudio.nets.stack import Stack

__all__ = ["PUBLISHED", "Critic", "Representation", "RepresentationError", "Row", "check_representable", "represented"]
__all__ += ["represented_turns"]

Float = NDArray[np.float32]

GRID: Final = 4
"""Side to which larger maps are max-pooled."""
BATCH: Final = 32
TESTED: Final = 10_000
"""Test pictures at most."""
HELD_OUT: Final = 5
"""Of a set without a test part, every fifth picture is for the test."""
MOST_BYTES: Final = 1_500_000_000
"""What the features of all pictures may take."""
CALIBRATING: Final = 512
"""Pictures that set the statistics of an untrained critic's batch normalisation."""

PUBLISHED: Final = (
    "For scale, not for comparison: Radford et al. 2016 report 82.8 % on CIFAR-10 with a far larger critic that was "
    "trained on ImageNet, and with 1,000 labels 77.5 % on SVHN (22.48 % error). Those are other data and other "
    "networks; what can be compared is the rows of this table with one another."
)


class RepresentationError(ValueError):
    """A model has nothing that this can be asked of. The message is one line."""


@dataclass(frozen=True)
class Row:
    """One kind of features: how many numbers, and the share of test pictures whose class the SVM names from them.

    Attributes
    ----------
    weight
        Of the regularisation, as chosen on a fifth of the labelled pictures.
    """

    features: str
    dimensions: int
    accuracy: float
    weight: float


@dataclass(frozen=True)
class Representation:
    """The table: trained critic, untrained critic, raw pixels.

    Attributes
    ----------
    labels, tested
        Labelled training pictures, and test pictures.
    tested_on
        Which the test pictures are, in words.
    """

    data: str
    labels: int
    tested: int
    tested_on: str
    rows: tuple[Row, ...]
    context: str = PUBLISHED


class Critic:
    """A network on pictures as features: everything that its convolutions give, max-pooled.

    Parameters
    ----------
    part
        Whatever follows its last convolution's normalisation and activation is left out.

    Raises
    ------
    RepresentationError
        If it has no convolutions.
    """

    def __init__(self, part: Part) -> None:
        ends = _ends(part.architecture)
        if not ends:
            raise RepresentationError("critic: has no convolutions, whose outputs would be the features")
        self._ends = ends
        self.trunk = Architecture(picture=part.architecture.picture, layers=part.architecture.layers[: ends[-1] + 1])
        self._tensors = Network(Part(self.trunk, {name: part.tensors[name] for name in self.trunk.tensors()})).tensors
        shapes = self.trunk.shapes()
        sides = [(shape[0], min(shape[1], GRID), min(shape[2], GRID)) for shape in (shapes[end + 1] for end in ends)]
        self.blocks = [channels * height * width for channels, height, width in sides]

    @torch.no_grad()
    def features(self, pictures: Float) -> Float:
        """Return the features (n, d) of pictures (n, channels, height, width) in [-1, 1], layer after layer."""
        found = []
        for index, output in layers.outputs(self.trunk.layers, self._tensors, torch.tensor(pictures)):
            if index in self._ends:
                height, width = output.shape[-2:]
                found.append(F.adaptive_max_pool2d(output, (min(height, GRID), min(width, GRID))).flatten(1))
        return torch.cat(found, dim=1).numpy()


def _ends(architecture: Architecture) -> list[int]:
    """Return the index of the last layer of each convolution's block: its own, or its activation's."""
    ends: list[int] = []
    for index, layer in enumerate(architecture.layers):
        if isinstance(layer, Convolution):
            ends.append(index)
        elif ends and ends[-1] == index - 1 and layer.kind in ("batch_norm", "group_norm", "activation"):
            ends[-1] = index
    return ends


def untrained(critic: Critic, pictures: Float, seed: int = 0) -> Critic:
    """Return a critic of the same shape with DCGAN's initial weights.

    Parameters
    ----------
    pictures
        Which set the statistics of its batch normalisation, as the first batches of training would.
    """
    stack = Stack(Convolutional(), critic.trunk)
    initial = stack.initial([torch.Generator().manual_seed(seed)])
    tensors = stack.tensors(initial, stack.statistics(1, "cpu"))
    x = torch.tensor(pictures)
    with torch.no_grad():
        for index, layer in enumerate(critic.trunk.layers):
            named = {name.split(".")[1]: value for name, value in tensors.items() if name.startswith(f"{index}.")}
            if isinstance(layer, BatchNorm):
                variance, mean = torch.var_mean(x, dim=(0, 2, 3))
                named |= {"running_mean": mean, "running_var": variance}
                tensors |= {f"{index}.{name}": value for name, value in named.items()}
            x = layers.apply_layer(layer, named, x)
    return Critic(Part(critic.trunk, {name: value.numpy() for name, value in tensors.items()}))


def critic_of(model: Model, image_set: ImageSet) -> Critic:
    """Return a model's critic as features.

    Raises
    ------
    RepresentationError
        If it has none in the file, or one of other pictures.
    """
    part = model.parts.get("critic")
    if part is None:
        has = f"it has {', '.join(model.parts)}" if model.parts else "it has the generator alone"
        raise RepresentationError(f"{model.name}: its file has no critic, whose features are asked for; {has}")
    given, wanted = part.architecture.picture, (image_set.channels, image_set.size, image_set.size)
    if given != wanted:
        shapes = [" x ".join(map(str, shape or ())) for shape in (given, wanted)]
        raise RepresentationError(
            f"{model.name}: its critic is given {shapes[0]} numbers; pictures of {image_set.title} have {shapes[1]}"
        )
    return Critic(part)


def check_representable(model: Model, image_set: ImageSet) -> Critic:
    """Return a model's critic as features of pictures that have classes, before anything is computed with it.

    Raises
    ------
    RepresentationError
        As `represented`.
    """
    if len(image_set.class_names) < 2:
        raise RepresentationError(f"{image_set.title}: has no classes that could be learned")
    return critic_of(model, image_set)


def represented(model: Model, image_set: ImageSet, labels: int | None = None, seed: int = 0) -> Representation:
    """Return how well a linear classifier does on a critic's features, on an untrained critic's, and on pixels.

    Parameters
    ----------
    labels
        Labelled training pictures, as many of each class as possible; None takes all.
    seed
        Says which these are.

    Raises
    ------
    RepresentationError
        If the model has no such critic, or the set no classes.
    PicturesError
        If the set cannot be read.
    """
    turns = represented_turns(model, image_set, labels, seed)
    return next(found for found in turns if isinstance(found, Representation))


def represented_turns(
    model: Model, image_set: ImageSet, labels: int | None = None, seed: int = 0
) -> Iterator[float | Representation]:
    """Do what `represented` does in turns; yield the share that is done, and in the last turn what was found."""
    critic = check_representable(model, image_set)
    train, test, tested_on = _split(image_set)
    chosen = balanced(train.labels, labels, seed)
    largest = max(sum(critic.blocks), image_set.features)
    if 8 * (len(chosen) + len(test)) * largest > MOST_BYTES:
        most = MOST_BYTES // (8 * largest) - len(test)
        raise RepresentationError(
            f"labels: {len(chosen):,} need too much memory with {largest:,} features; {most:,} go"
        )
    first = as_numbers(train.pixels[chosen[:CALIBRATING]])
    kinds = {
        "trained critic": critic,
        "untrained critic of the same shape": untrained(critic, first, seed),
        "raw pixels": None,
    }
    rows: list[Row] = []
    for place, (name, looker) in enumerate(kinds.items()):
        blocks = looker.blocks if looker else [image_set.features]
        sides: list[Float] = []
        pixels = (train.pixels[chosen], test.pixels)
        for side, share in zip(pixels, (0.0, 0.25), strict=True):
            found = np.empty((len(side), sum(blocks)), np.float32)
            for start in range(0, len(side), BATCH):
                part = as_numbers(side[start : start + BATCH])
                found[start : start + BATCH] = looker.features(part) if looker else part.reshape(len(part), -1)
                yield (place + share + 0.25 * start / len(side)) / len(kinds)
            sides.append(found)
        scale_layers(sides, blocks)
        for machine in chosen_machine(sides[0], train.labels[chosen], len(train.class_names), seed):
            if isinstance(machine, float):
                yield (place + 0.5 + 0.5 * machine) / len(kinds)
                continue
            right = machine.classify(sides[1]) == test.labels
            rows.append(Row(name, sum(blocks), float(right.mean()), machine.weight))
    yield Representation(image_set.title, len(chosen), len(test), tested_on, tuple(rows))


def scale_layers(sides: list[Float], blocks: list[int]) -> None:
    """Centre features in place, and give each layer's the same mean variance: by those of the labelled pictures."""
    start = 0
    for size in blocks:
        columns = slice(start, start + size)
        labelled = sides[0][:, columns]
        mean = labelled.mean(0)
        scale = np.float32(1) / (np.sqrt(labelled.var(0).mean()) + np.float32(1e-8))
        for side in sides:
            side[:, columns] -= mean
            side[:, columns] *= scale
        start += size


def balanced(labels: NDArray[np.int64], count: int | None, seed: int) -> NDArray[np.int64]:
    """Return indices of `count` pictures, drawn at random and as equally from all classes as there are enough."""
    random = np.random.default_rng(seed)
    order = random.permutation(len(labels))
    if count is None or count >= len(labels):
        return order
    # The first of every class, then the second of every class, ...
    turn = np.empty(len(labels), np.int64)
    for one in np.unique(labels):
        own = order[labels[order] == one]
        turn[own] = np.arange(len(own))
    return order[np.argsort(turn[order], kind="stable")[:count]]


def _split(image_set: ImageSet) -> tuple[Pictures, Pictures, str]:
    """Return the pictures that are learned from and those that are for the test."""
    train = image_set.load()
    if "test" in image_set.splits:
        test = image_set.load("test")
        kept = np.arange(len(test)) < TESTED
        return train, _part(test, kept), "the set's test pictures"
    held = np.arange(len(train)) % HELD_OUT == 0
    words = f"every {HELD_OUT}th picture, whose label was not used; the critic may have seen it without"
    return _part(train, ~held), _part(train, held), words


def _part(pictures: Pictures, kept: NDArray[np.bool_]) -> Pictures:
    return Pictures(pictures.pixels[kept], pictures.labels[kept], pictures.class_names)
