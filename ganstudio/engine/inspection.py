"""What is told of the tensors of an opened model."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ganstudio.checkpoints.model import Model
from ganstudio.checkpoints.onnx.opening import GraphModel
from ganstudio.image_messages import Inspect, Inspected, TensorTold

__all__ = ["inspected"]

BINS = 32


def inspected(message: Inspect, model: Model, over: tuple[str, ...] = ()) -> Inspected:
    """Return statistics of all tensors of all networks of a model.

    Parameters
    ----------
    over
        Names of tensors of another program's file that belong to no layer.
    """
    told = tuple(_told(name, array) for name, array in _tensors(model))
    return Inspected(message.model, message.request, told, over)


def _tensors(model: Model) -> Iterator[tuple[str, NDArray[np.generic]]]:
    """Yield all tensors of a model by the name of their network and their own; of a graph those in its file."""
    for network, part in model.networks.items():
        for name, array in part.tensors.items():
            yield f"{network}.{name}", array
    if isinstance(model, GraphModel) and model.graph is not None:
        for name, tensor in model.graph.outline.tensors.items():
            if (found := tensor.array()) is not None:
                yield f"graph.{name}", found


def _told(name: str, array: NDArray[np.generic]) -> TensorTold:
    numbers = np.asarray(array, np.float64)
    finite = numbers[np.isfinite(numbers)]
    wrong = int(np.isnan(numbers).sum()), int(np.isinf(numbers).sum())
    kind = str(array.dtype)
    if not finite.size:
        return TensorTold(name, array.shape, kind, None, None, None, None, *wrong, np.zeros(0, np.int64))
    low, high = float(finite.min()), float(finite.max())
    counts, _ = np.histogram(finite, BINS, (low, high) if low < high else (low - 0.5, high + 0.5))
    mean, deviation = float(finite.mean()), float(finite.std())
    return TensorTold(name, array.shape, kind, low, high, mean, deviation, *wrong, counts)
