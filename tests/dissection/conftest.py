"""A generator in which it is known who draws what, and others with weights from a seed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ganstudio.architecture import Activation, Architecture, Convolution, Input, Layer, Reshape, TransposedConvolution
from ganstudio.architecture import Upsample as Larger
from ganstudio.checkpoints.generator import Generator
from ganstudio.checkpoints.model import Model
from ganstudio.dissection.regions import Box

LATENT = Input(kind="latent", size=4)
FIRST, SECOND = 2, 5
"""Indices of the activations."""
PLANTED = {FIRST: 2, SECOND: 1}
"""The map of each that paints squares, where the latent's numbers are above 0.5."""
CORNERS = ((1, 1), (1, 2), (2, 1), (2, 2))
"""Row and column of the square of each number, in the first layer's cells of 4 pixels."""


def weights(architecture: Architecture, seed: int = 0, scale: float = 1.0) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    tensors = {
        name: (scale * random.normal(size=shape)).astype(np.float32) for name, shape in architecture.tensors().items()
    }
    return {name: np.abs(array) + 0.5 if name.endswith("running_var") else array for name, array in tensors.items()}


def small(*layers: Layer, inputs: tuple[Input, ...] = (LATENT,), seed: int = 0) -> Model:
    architecture = Architecture(inputs=inputs, layers=layers)
    return Model("small", architecture, weights(architecture, seed))


def planted() -> Model:
    architecture = Architecture(
        inputs=(LATENT,),
        layers=(
            Reshape(channels=4, height=1, width=1),
            TransposedConvolution(inputs=4, outputs=6, kernel=4),
            Activation(function="relu"),
            Larger(factor=2),
            Convolution(inputs=6, outputs=5, kernel=1),
            Activation(function="relu"),
            Larger(factor=2),
            Convolution(inputs=5, outputs=1, kernel=3, padding=1),
            Activation(function="tanh"),
        ),
    )
    tensors = weights(architecture, 3, 0.4)
    first, second = PLANTED.values()
    tensors["1.weight"][:, first] = 0.0
    for number, (row, column) in enumerate(CORNERS):
        tensors["1.weight"][number, first, row, column] = 1.0
    tensors["1.bias"][first] = -0.5
    tensors["4.weight"][:, first] = tensors["4.weight"][second] = 0.0
    tensors["4.weight"][second, first] = 1.0
    tensors["4.bias"][second] = 0.0
    tensors["7.weight"][:] *= 0.1
    tensors["7.weight"][0, second] = 0.0
    tensors["7.weight"][0, second, 1, 1] = 2.0
    tensors["7.bias"][:] = -0.5
    return Model("planted", architecture, tensors)


def squares(latents: np.ndarray) -> tuple[Box, ...]:
    """Return a box around every square that can be seen well."""
    return tuple(
        Box(sample, 4.0 * column, 4.0 * row, 4.0 * column + 4, 4.0 * row + 4)
        for sample, latent in enumerate(latents)
        for number, (row, column) in enumerate(CORNERS)
        if latent[number] > 0.8
    )


@pytest.fixture(scope="session", name="generator")
def _generator() -> Generator:
    return Generator(planted())


@pytest.fixture(scope="session", name="plant")
def _plant() -> Callable[[], Model]:
    return planted


@pytest.fixture(scope="session", name="small")
def _small() -> Callable[..., Model]:
    return small


@pytest.fixture(scope="session", name="squares")
def _squares() -> Callable[[np.ndarray], tuple[Box, ...]]:
    return squares
