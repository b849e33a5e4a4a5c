"""The training pictures that are most like given ones: whether a generator learned its data by heart.

Euclidean distance, in pixels and in the features of the set's judge. A copy is near in both; a shifted copy only in the
features.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ganstudio.imagesets import ImageSet
from ganstudio.judging.judge import as_numbers, judge_for
from ganstudio.judging.real import looked_at_turns

__all__ = ["Nearest", "Neighbours", "nearest", "nearest_turns", "neighbours", "neighbours_turns"]

CHUNK_BYTES: Final = 16 * 2**20
"""What one chunk of training pictures takes as float32."""
SPARE: Final = 8
"""Candidates beyond k that are measured exactly: the fast formula loses digits where distances are small."""
COMPARED: Final = 100
"""Training pictures whose own nearest neighbours say what is usual."""


class Nearest(NamedTuple):
    """The k nearest of n queries, nearest first: indices (n, k) int64 and distances (n, k) float64.

    `usual` is the median distance from a training picture to the nearest other one, NaN while nobody measured it.
    """

    indices: NDArray[np.int64]
    distances: NDArray[np.float64]
    usual: float = float("nan")


@dataclass(frozen=True, eq=False)
class Neighbours:
    """The training pictures nearest to n given ones.

    Attributes
    ----------
    in_pixels
        Distances are root mean squares over a picture's numbers, in shares of the way from black to white.
    in_features
        Distances in the judge's features.
    judge
        What the judge is called.
    """

    in_pixels: Nearest
    in_features: Nearest
    judge: str


def nearest(queries: NDArray[Any], references: NDArray[Any], k: int) -> Nearest:
    """Return the k nearest references of each query.

    Parameters
    ----------
    queries : array (n, d)
    references : array (m, d)
        Numbers, or uint8, which are turned into numbers a chunk at a time; m is at least 1.
    k
        At least 1; no more than there are references are found.
    """
    return next(found for found in nearest_turns(queries, references, k) if found is not None)


def nearest_turns(queries: NDArray[Any], references: NDArray[Any], k: int) -> Iterator[Nearest | None]:
    """Do what `nearest` does, a chunk of references in each turn; yield None but in the last."""
    x = np.asarray(queries, np.float32)
    k = min(k, len(references))
    kept = min(k + SPARE, len(references))
    rows = max(1, CHUNK_BYTES // (4 * max(1, x.shape[1])))
    best = np.full((len(x), 0), np.inf, np.float32)
    indices = np.zeros((len(x), 0), np.int64)
    own = (x * x).sum(1, keepdims=True)
    for start in range(0, len(references), rows):
        y = references[start : start + rows].astype(np.float32, copy=False)
        squares = own + np.einsum("ij,ij->i", y, y) - 2 * (x @ y.T)
        best = np.concatenate([best, squares], axis=1)
        here = np.broadcast_to(np.arange(start, start + len(y)), squares.shape)
        indices = np.concatenate([indices, here], axis=1)
        if best.shape[1] > kept:
            few = np.argpartition(best, kept - 1, axis=1)[:, :kept]
            best, indices = np.take_along_axis(best, few, 1), np.take_along_axis(indices, few, 1)
        yield None
    yield _measured(x, references, indices, k)


def _measured(x: NDArray[np.float32], references: NDArray[Any], indices: NDArray[np.int64], k: int) -> Nearest:
    """Return the k nearest of each query's candidates by their exact distances; of equals the first in the set."""
    distances = np.empty(indices.shape)
    for row, (one, candidates) in enumerate(zip(x.astype(np.float64), indices, strict=True)):
        distances[row] = np.linalg.norm(references[candidates].astype(np.float64) - one, axis=1)
    order = np.lexsort((indices, distances), axis=1)[:, :k]
    return Nearest(np.take_along_axis(indices, order, 1), np.take_along_axis(distances, order, 1))


def neighbours(pixels: NDArray[np.uint8], image_set: ImageSet, k: int = 5) -> Neighbours:
    """Return the training pictures nearest to given ones.

    Parameters
    ----------
    pixels : array (n, channels, size, size)
        Of the same size as the set's.

    Raises
    ------
    PicturesError, CheckpointError
        If the pictures or the judge cannot be read.
    ValueError
        If they are of another size.
    """
    return next(found for found in neighbours_turns(pixels, image_set, k) if isinstance(found, Neighbours))


def neighbours_turns(pixels: NDArray[np.uint8], image_set: ImageSet, k: int = 5) -> Iterator[float | Neighbours]:
    """Do what `neighbours` does in turns; yield the share that is done, and in the last turn what was found."""
    real = image_set.load().pixels
    if pixels.shape[1:] != real.shape[1:]:
        given, wanted = (" x ".join(map(str, shape[1:])) for shape in (pixels.shape, real.shape))
        raise ValueError(f"pictures of {given} numbers have no neighbours among those of {image_set.title}, {wanted}")
    judge = judge_for(image_set)
    features = None
    for found in looked_at_turns(image_set):
        if isinstance(found, float):
            yield 0.9 * found
        else:
            features = found.features
    assert features is not None
    flat = real.reshape(len(real), -1)
    own = np.unique(np.linspace(0, len(real) - 1, min(COMPARED, len(real))).astype(np.int64))
    searches = (
        _compared_turns(pixels.reshape(len(pixels), -1), flat, k, own),
        _compared_turns(judge.features(as_numbers(pixels)), features, k, own),
    )
    results: list[Nearest] = []
    for search in searches:
        for nearest_found in search:
            if nearest_found is None:
                yield 0.9
            else:
                results.append(nearest_found)
    indices, distances, usual = results[0]
    scale = 255 * np.sqrt(flat.shape[1])
    yield Neighbours(Nearest(indices, distances / scale, usual / scale), results[1], judge.title)


def _compared_turns(
    queries: NDArray[Any], references: NDArray[Any], k: int, own: NDArray[np.int64]
) -> Iterator[Nearest | None]:
    """Do what `nearest_turns` does, and find what is usual between references by those with the numbers `own`."""
    together = np.concatenate([queries, references[own]])
    for found in nearest_turns(together, references, max(k, 2)):
        if found is None:
            yield None
            continue
        n = len(queries)
        others = np.where(found.indices[n:] == own[:, None], np.inf, found.distances[n:]).min(1)
        usual = float(np.median(others[np.isfinite(others)])) if np.isfinite(others).any() else float("nan")
        yield Nearest(found.indices[:n, :k], found.distances[:n, :k], usual)
