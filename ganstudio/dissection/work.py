"""Long work in slices: generators that yield how far they are, so that other things can be done between.

What is computed must not depend on how fast it goes, so slices are sized by multiplications, not by the clock.
"""

from __future__ import annotations

import concurrent.futures
import math
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

from ganstudio.architecture import (
    Architecture,
    Attention,
    Branches,
    Convolution,
    Dense,
    Layer,
    TransposedConvolution,
)

__all__ = ["Progress", "Work", "aside", "cost", "finished", "parts"]

SLICE: Final = 2e8
"""Multiply-adds of one slice: 10 to 50 ms on one core."""
LARGEST_SLICE: Final = 64 * 2**20
"""Bytes of activations of one slice."""
PATIENCE: Final = 0.02
"""Seconds that one slice waits for something in another thread."""
PER_NUMBER: Final = 20.0
"""What an activation or a normalisation takes for each number, in multiply-adds."""

Result = TypeVar("Result")
Said = TypeVar("Said")


@dataclass(frozen=True)
class Progress:
    """How far something is: `done` of `total`, in any unit."""

    done: int
    total: int


Work = Generator[Progress, None, Result]
"""Yields progress after each slice, and returns the result. `close` cancels it."""


def finished(work: Generator[Said, None, Result], progress: Callable[[Said], object] | None = None) -> Result:
    """Do all of some work and return its result.

    Parameters
    ----------
    progress
        Is told what the work says; what it raises ends the work.
    """
    while True:
        try:
            said = next(work)
        except StopIteration as end:
            result: Result = end.value
            return result
        if progress is not None:
            progress(said)


def aside(task: Callable[[], Result], progress: Progress) -> Work[Result]:
    """Do something that cannot be sliced in a thread of its own, and return its result.

    Parameters
    ----------
    task
        Something that lets other threads work, as BLAS and Pillow do. If the work is cancelled, it ends unheard.
    progress
        What is said while it takes its time.
    """
    executor = concurrent.futures.ThreadPoolExecutor(1, "ganstudio-dissection")
    try:
        future = executor.submit(task)
        while not concurrent.futures.wait([future], PATIENCE).done:
            yield progress
        return future.result()
    finally:
        executor.shutdown(wait=future.done())


def cost(architecture: Architecture, first: int = 0, last: int | None = None) -> float:
    """Return the multiply-adds that the layers from `first` up to before `last` take for one sample."""
    shapes = architecture.shapes()
    each = list(zip(architecture.layers, shapes, strict=False))
    return sum(_cost(layer, before) for layer, before in each[first:last])


def _cost(layer: Layer, before: tuple[int, ...]) -> float:
    """Return the multiply-adds that a layer takes for one sample of a shape."""
    after = layer.outcome(before)
    total = PER_NUMBER * float(math.prod(after))
    match layer:
        case Dense():
            total += layer.inputs * layer.outputs
        case Convolution():
            total += math.prod(after) * layer.inputs * layer.kernel**2
        case TransposedConvolution():
            total += math.prod(before) * layer.outputs * layer.kernel**2
        case Attention():
            total += math.prod(before[1:]) ** 2 * (layer.features + layer.keys)
        case Branches():
            for branch, row in enumerate(layer.rows):
                shape: tuple[int, ...] = (layer.takes[branch],) if layer.takes else before
                for inner in row:
                    total += _cost(inner, shape)
                    shape = inner.outcome(shape)
    return total


def parts(n: int, each: float, numbers: int = 0) -> Iterator[slice]:
    """Yield parts of n samples, each about one slice of work and at least one sample.

    Parameters
    ----------
    each
        Multiply-adds that one sample takes.
    numbers
        Float32 numbers that one sample needs at once.
    """
    size = max(1, int(SLICE / max(each, 1.0)))
    if numbers:
        size = max(1, min(size, LARGEST_SLICE // (4 * numbers)))
    for start in range(0, n, size):
        yield slice(start, min(start + size, n))
