"""A model that is asked for pictures, their features, or what becomes of changed features."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganstudio.architecture import Architecture
from ganstudio.checkpoints import inputs
from ganstudio.checkpoints.inputs import Given
from ganstudio.checkpoints.model import Model, Part, check
from ganstudio.checkpoints.sampling import RESULT_BYTES, Drawing, TooLargeError, check_inside
from ganstudio.nets import layers
from ganstudio.nets.layers import Change

__all__ = ["Generator", "Network", "TooLargeError"]

Float = NDArray[np.float32]

BATCH_BYTES: Final = 256 * 2**20
"""What the activations of one batch may take."""
SAMPLE_BYTES: Final = 512 * 2**20
"""What those of one sample may take."""


class Network:
    """A network in evaluation mode, NumPy in and out, a batch at a time so that memory is bounded.

    As many samples as fit are evaluated at once, so that the numbers are those of the original module.

    Parameters
    ----------
    part
        Its architecture and tensors.
    device
        Where it is evaluated.
    """

    def __init__(self, part: Part, device: str | torch.device = "cpu") -> None:
        self.architecture: Architecture = part.architecture
        self.device = torch.device(device)
        self.tensors: Mapping[str, Tensor] = {
            name: torch.tensor(part.tensors[name], dtype=torch.float32, device=self.device)
            for name in part.architecture.tensors()
        }
        # What goes into a layer and what comes out are there at once, and what a convolution makes of the former.
        self._sample_bytes = 3 * 4 * part.architecture.largest()

    def output(self, x: NDArray[Any], change: Change | None = None, first: int = 0) -> Float:
        """Return what the last layer gives.

        Parameters
        ----------
        x : array (n, ...)
            What the layer `first` is given: of a network on pictures the pictures, (n, channels, height, width).
        change
            What is done to every layer's output, for example to remove maps.
        first
            Index of the first layer that is evaluated; as many as there are layers gives `x` back.

        Raises
        ------
        TooLargeError
            If one sample, or all of them together, need too much memory.
        """
        return self._batched(
            len(x),
            self.architecture.output,
            lambda part: layers.run(
                self.architecture.layers, self.tensors, self._tensor(x[part], np.float32), change, first
            ),
        )

    def _batched(self, n: int, shape: tuple[int, ...], evaluate: Callable[[slice], Tensor]) -> Float:
        if self._sample_bytes > SAMPLE_BYTES:
            raise TooLargeError(
                f"one sample needs {self._sample_bytes / 1e6:,.0f} MB; {SAMPLE_BYTES / 1e6:,.0f} is most"
            )
        needed = 4 * n * math.prod(shape)
        if needed > RESULT_BYTES:
            asked = f"{needed / 1e6:,.0f} MB; at most {RESULT_BYTES / 1e6:,.0f} MB are taken"
            raise TooLargeError(f"{n:,} samples need {asked}")
        result: Float = np.empty((n, *shape), np.float32)
        batch = max(1, BATCH_BYTES // self._sample_bytes)
        with torch.no_grad():
            for start in range(0, n, batch):
                part = slice(start, min(start + batch, n))
                result[part] = evaluate(part).cpu().numpy()
        return result

    def _tensor(self, array: NDArray[Any], dtype: Any = None) -> Tensor:
        return torch.tensor(np.asarray(array, dtype), device=self.device)


class Generator(Network, Drawing):
    """A model's generator.

    Parameters
    ----------
    model
        As a reader of files gives it.
    device
        Where it is evaluated.

    Raises
    ------
    ValueError
        If the model's pieces do not go together, or it is a graph that is no row of layers.
    """

    def __init__(self, model: Model, device: str | torch.device = "cpu") -> None:
        check_inside(model)
        check(model)
        super().__init__(model.networks["generator"], device)
        self.model = model

    def sample(self, given: Given, change: Change | None = None) -> Float:
        """Return the raw output, (n, channels, height, width).

        Parameters
        ----------
        given
            One array for each of the architecture's inputs.
        change
            What is done to every layer's output, for example to remove maps.

        Raises
        ------
        TooLargeError
            If it needs too much memory.
        """
        return self._batched(
            inputs.count(given),
            self.architecture.output,
            lambda part: layers.run(self.architecture.layers, self.tensors, self._assembled(given, part), change),
        )

    def features(self, layer: int, given: Given, change: Change | None = None) -> Float:
        """Return what one layer gives, (n, maps, height, width) or (n, features).

        Parameters
        ----------
        layer
            Its index; of an activation for what the next layer sees.
        given, change
            See `sample`. The change of this layer is part of what it gives.
        """
        self._check_layer(layer)

        def evaluate(part: slice) -> Tensor:
            until = self.architecture.layers[: layer + 1]
            return layers.run(until, self.tensors, self._assembled(given, part), change)

        return self._batched(inputs.count(given), self.architecture.shapes()[layer + 1], evaluate)

    def from_layer(self, layer: int, features: NDArray[Any], change: Change | None = None) -> Float:
        """Return the raw output for what one layer has given, perhaps changed: the inverse half of `features`.

        Parameters
        ----------
        layer
            Its index.
        features : array (n, maps, height, width) or (n, features)
        change
            What is done to the output of each layer behind it.
        """
        self._check_layer(layer)
        wanted = self.architecture.shapes()[layer + 1]
        if features.shape[1:] != wanted:
            raise ValueError(f"features of shape {features.shape}: layer {layer} gives {wanted} of each sample")
        return self.output(features, change, layer + 1)

    def _check_layer(self, layer: int) -> None:
        last = len(self.architecture.layers) - 1
        if not 0 <= layer <= last:
            raise ValueError(f"layer {layer}: there are layers 0 to {last}")

    def _assembled(self, given: Given, part: slice) -> Tensor:
        return layers.assembled(self.architecture, self.tensors, [self._tensor(array[part]) for array in given])
