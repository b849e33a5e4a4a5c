"""What is told of the tensors of an opened model, or of any file, a generator or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganstudio.checkpoints.foreign.contents import Contents
from ganstudio.checkpoints.foreign.finding import Found
from ganstudio.checkpoints.model import Model
from ganstudio.checkpoints.onnx.opening import GraphModel
from ganstudio.checkpoints.statistics import counted, statistics
from ganstudio.image_messages import Inspect, Inspected, TensorTold

__all__ = ["inspected", "inspected_file"]

BINS = 32


def inspected(message: Inspect, model: Model) -> Inspected:
    """Return statistics of all tensors of all networks of a model of ours."""
    told = tuple(_told(name, array, str(array.dtype)) for name, array in _tensors(model))
    return Inspected(message.model, message.request, told)


def _tensors(model: Model) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield all tensors of a model by the name of their network and their own; of a graph those in its file."""
    for network, part in model.networks.items():
        for name, array in part.tensors.items():
            yield f"{network}.{name}", array
    if isinstance(model, GraphModel) and model.graph is not None:
        for name, tensor in model.graph.outline.tensors.items():
            if (found := tensor.array()) is not None:
                yield f"graph.{name}", found


def inspected_file(message: Inspect, contents: Contents, which: Found | None, problem: str = "") -> Inspected:
    """Return statistics of all tensors of another program's file.

    Parameters
    ----------
    which
        The generator in it, if there is one.
    problem
        Why it is no model.
    """
    told = tuple(
        _told(name, array, "computed" if "~" in name else contents.dtypes[name])
        for name, array in contents.tensors.items()
    )
    over = which.guess.over if which else ()
    part = which.candidate.tensors if which else ()
    architecture = which.guess.architecture.model_dump(mode="json") if which else None
    return Inspected(message.model, message.request, told, over, part, contents.kind, problem, architecture)


def _told(name: str, array: NDArray[Any], kind: str) -> TensorTold:
    found = statistics(array)
    low, high = found.minimum, found.maximum
    if low is None or high is None:
        counts = np.zeros(0, np.int64)
    else:
        counts = counted(array, BINS, *((low, high) if low < high else (low - 0.5, high + 0.5)))
    wrong = found.not_numbers, found.infinite
    return TensorTold(name, array.shape, kind, low, high, found.mean, found.deviation, *wrong, counts)
