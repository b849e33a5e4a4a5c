"""Small generators with weights from a seed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ganstudio.architecture import (
    Activation,
    Architecture,
    BatchNorm,
    Convolution,
    Dense,
    Input,
    Layer,
    Reshape,
    TransposedConvolution,
)
from ganstudio.checkpoints.model import Card, Model, Part

Make = Callable[..., Model]

LATENT = Input(kind="latent", size=3)
LABEL = Input(kind="label", size=4)
CATEGORY = Input(kind="category", size=5)
CODES = (Input(kind="code", size=1, name="c1", distribution="uniform"), Input(kind="code", size=1, name="c2"))


def weights(architecture: Architecture, seed: int = 0) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    tensors = {name: random.normal(size=shape).astype(np.float32) for name, shape in architecture.tensors().items()}
    return {name: np.abs(array) + 0.5 if name.endswith("running_var") else array for name, array in tensors.items()}


def layers(width: int, channels: int = 1) -> tuple[Layer, ...]:
    """Return a DCGAN of 8 x 8 pixels."""
    return (
        Reshape(channels=width, height=1, width=1),
        TransposedConvolution(inputs=width, outputs=6, kernel=4, bias=False),
        BatchNorm(features=6),
        Activation(function="relu"),
        TransposedConvolution(inputs=6, outputs=channels, kernel=4, stride=2, padding=1),
        Activation(function="tanh"),
    )


@pytest.fixture(scope="session")
def make() -> Make:
    """Return a maker of models: inputs and channels can be chosen."""

    def made(*inputs: Input, channels: int = 1, name: str = "tiny", card: Card | None = None) -> Model:
        given = inputs or (LATENT,)
        width = sum(one.width for one in given)
        architecture = Architecture(inputs=given, layers=layers(width, channels))
        critic = Architecture(
            picture=(channels, 8, 8),
            layers=(Convolution(inputs=channels, outputs=2, kernel=8), Activation(function="leaky_relu")),
        )
        encoder = Architecture(
            picture=(channels, 8, 8),
            layers=(Reshape(channels=64 * channels, height=0, width=0), Dense(inputs=64 * channels, outputs=width)),
        )
        parts = {"critic": Part(critic, weights(critic, 1)), "encoder": Part(encoder, weights(encoder, 2))}
        return Model(name, architecture, weights(architecture), card or Card(), {"seed": 7}, parts)

    return made
