"""What can be asked for pictures: the side of the wall on which weights do not matter.

A model is either layers with weights, which torch evaluates and everything can be asked of (`generator.Generator`), or
a function from latents to pictures (`onnx.generator.GraphGenerator`). `sampler` returns what goes with a model, so that
whoever wants pictures need not know. Importing this loads no torch.
"""

from __future__ import annotations

from typing import Final, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ganstudio.architecture import Architecture
from ganstudio.checkpoints import inputs
from ganstudio.checkpoints.errors import CheckpointError
from ganstudio.checkpoints.inputs import Given
from ganstudio.checkpoints.model import Model

__all__ = ["RESULT_BYTES", "Drawing", "Sampler", "TooLargeError", "check_inside", "sampler"]

RESULT_BYTES: Final = 2**31
"""What all samples may take."""


class TooLargeError(ValueError):
    """More memory would be needed than is taken. The message is one line."""


class Sampler(Protocol):
    """A generator of which only pictures are wanted."""

    @property
    def architecture(self) -> Architecture:
        """What goes in and comes out."""

    @property
    def model(self) -> Model:
        """What it is made of."""

    def draw(self, n: int, seed: int, truncation: float | None = None) -> Given:
        """Return the inputs of samples 0 to n - 1."""

    def given(self, n: int, seed: int = 0, truncation: float | None = None, **values: ArrayLike) -> Given:
        """Return the inputs of n samples, where what is not named is drawn."""

    def sample(self, given: Given) -> NDArray[np.float32]:
        """Return the raw output, (n, channels, height, width), for one array for each of the architecture's inputs."""


class Drawing:
    """The half of a generator that needs no network: its inputs, drawn or given."""

    architecture: Architecture

    def draw(self, n: int, seed: int, truncation: float | None = None) -> Given:
        """Return the inputs of samples 0 to n - 1; see `ganstudio.checkpoints.inputs.draw`."""
        return inputs.draw(self.architecture, n, seed, truncation)

    def given(self, n: int, seed: int = 0, truncation: float | None = None, **values: ArrayLike) -> Given:
        """Return the inputs of n samples, where what is not named is drawn.

        Parameters
        ----------
        values
            See `ganstudio.checkpoints.inputs.with_values`; what is called "class" there may also be given through
            ``**{"class": 3}``.

        Raises
        ------
        InputError
            Naming what is unknown, of the wrong shape, or not allowed.
        """
        return inputs.with_values(self.architecture, self.draw(n, seed, truncation), values)


def sampler(model: Model) -> Sampler:
    """Return what draws a model's pictures.

    Raises
    ------
    ValueError
        If the model's pieces do not go together.
    """
    from ganstudio.checkpoints.onnx.opening import GraphModel

    if isinstance(model, GraphModel):
        from ganstudio.checkpoints.onnx.generator import GraphGenerator

        return GraphGenerator(model)
    from ganstudio.checkpoints.generator import Generator

    return Generator(model)


def check_inside(model: Model) -> None:
    """Refuse a model of which nothing but pictures can be asked.

    Raises
    ------
    CheckpointError
        Saying so.
    """
    if model.architecture.opaque:
        raise CheckpointError(
            model.name, "is a graph that ONNX Runtime evaluates: it gives pictures, but no weights and no feature maps"
        )
