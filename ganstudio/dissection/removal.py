"""Which feature maps draw an object, after Radford, Metz and Chintala (2016, section 6.3.1).

In generated pictures boxes are drawn around an object. A logistic regression with L2 learns from a layer's activations
in one cell whether the cell lies in a box; as many cells outside, at random from the same pictures, are the negatives.
Maps with positive weights draw the object, more or less, and are removed by zeroing them everywhere.

The paper leaves open what its features are divided by and how strong L2 is. Here each map is divided by its standard
deviation over the cells that are used, since L2 would otherwise favour maps with large numbers; a weight is then the
change of the log-odds for one standard deviation. A map that never changes has the weight 0. The loss is the sum over
cells plus `l2` / 2 times the weights' squares.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import threadpoolctl
from numpy.typing import NDArray

from ganstudio.checkpoints.generator import Generator
from ganstudio.checkpoints.inputs import Given, count, picked
from ganstudio.dissection.feature_layers import FeatureLayer, feature_layer
from ganstudio.dissection.regions import Box, RegionError, cells_of, checked
from ganstudio.dissection.work import Progress, Work, aside, cost, parts

__all__ = ["MOST_CELLS", "CellFeatures", "Fit", "fit", "gather", "removal"]

MOST_CELLS: Final = 10_000
"""Cells of each kind that are used, at random of more."""
FOLDS: Final = 5
MOST_ITERATIONS: Final = 1000
TOLERANCE: Final = 1e-5
"""Largest gradient at which L-BFGS ends, for the mean loss of a cell."""

Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CellFeatures:
    """What a layer shows in cells inside and outside boxes.

    Attributes
    ----------
    layer
        Whose activations these are.
    features : array (cells, maps), float32
    inside : array (cells,), bool
    samples : array (cells,), int64
        Number of the picture that each cell is of.
    """

    layer: FeatureLayer
    features: NDArray[np.float32]
    inside: NDArray[np.bool_]
    samples: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Fit:
    """What the regression found.

    Attributes
    ----------
    layer
        Of which.
    weights : array (maps,)
        For one standard deviation of each map.
    inside, outside
        Number of cells of each kind.
    accuracy
        Share of these cells that are told apart, the two kinds counting alike.
    held_out
        The same for cells of pictures that were left out, a fifth of the pictures at a time; None with boxes on one
        picture only. Far below `accuracy`, there are too few boxes for so many maps.
    """

    layer: FeatureLayer
    weights: Float
    inside: int
    outside: int
    accuracy: float
    held_out: float | None


def removal(
    generator: Generator,
    given: Given,
    boxes: Sequence[Sequence[float]],
    layer: int | None = None,
    l2: float = 1.0,
    seed: int = 0,
) -> Work[Fit]:
    """Find which maps of a layer draw what is in boxes; see the module.

    Parameters
    ----------
    given
        Inputs of the generated pictures; 150 of them in the paper.
    boxes
        (sample, x0, y0, x1, y1) each, see `ganstudio.dissection.regions.Box`; 52 in the paper.
    layer
        Index of one of `feature_layers`; None is the proposed one.
    l2
        Strength of the penalty, above 0.
    seed
        Of the choice of cells outside.

    Raises
    ------
    FeatureLayerError, RegionError
        If there is no such layer, a box is not allowed, or there are no cells of one kind.
    """
    cells = yield from gather(generator, given, boxes, layer, seed)
    return (yield from fit(cells, l2))


def gather(
    generator: Generator, given: Given, boxes: Sequence[Sequence[float]], layer: int | None = None, seed: int = 0
) -> Work[CellFeatures]:
    """Return a layer's activations in cells inside boxes and in as many outside; see `removal`."""
    architecture = generator.architecture
    place = feature_layer(architecture, layer)
    _, height, width = architecture.output
    inside, outside = _cells(checked(boxes, count(given), height, width), (height, width), place, seed)
    chosen = np.concatenate([inside, outside])
    samples = np.unique(chosen[:, 0])
    features = np.empty((len(chosen), place.maps), np.float32)
    each = cost(architecture, last=place.index + 1)
    for part in parts(len(samples), each, place.maps * place.height * place.width):
        maps = generator.features(place.index, picked(given, samples[part]))
        rows = np.flatnonzero(np.isin(chosen[:, 0], samples[part]))
        numbers = np.searchsorted(samples[part], chosen[rows, 0])
        features[rows] = maps[numbers, :, chosen[rows, 1], chosen[rows, 2]]
        yield Progress(part.stop, len(samples))
    return CellFeatures(place, features, np.arange(len(chosen)) < len(inside), chosen[:, 0])


def _cells(
    boxes: Sequence[Box], picture: tuple[int, int], place: FeatureLayer, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (sample, row, column) of the cells inside and of those outside that are used."""
    if not boxes:
        raise RegionError("there are no boxes; draw at least one around what is to be removed")
    kinds: tuple[list[NDArray[np.int64]], list[NDArray[np.int64]]] = [], []
    for sample in sorted({box.sample for box in boxes}):
        own = [box for box in boxes if box.sample == sample]
        for found, mask in zip(kinds, cells_of(own, picture, (place.height, place.width)), strict=True):
            where = np.argwhere(mask)
            found.append(np.column_stack([np.full(len(where), sample), where]))
    inside, outside = (np.concatenate(kind).astype(np.int64) for kind in kinds)
    if not len(outside):
        raise RegionError(
            f"the boxes leave no cell of {place.height} x {place.width} outside on their pictures; "
            "draw smaller ones or choose a finer layer"
        )
    random = np.random.Generator(np.random.PCG64(seed))
    inside = _some(inside, MOST_CELLS, random)
    return inside, _some(outside, len(inside), random)


def _some(cells: NDArray[np.int64], most: int, random: np.random.Generator) -> NDArray[np.int64]:
    """Return at most so many cells, at random, in order."""
    return cells if len(cells) <= most else cells[np.sort(random.choice(len(cells), most, replace=False))]


def fit(cells: CellFeatures, l2: float = 1.0) -> Work[Fit]:
    """Fit the regression; see `removal`.

    Raises
    ------
    ValueError
        If the penalty's strength is not above 0, or the activations are not finite.
    """
    if not (np.isfinite(l2) and l2 > 0.0):
        raise ValueError(f"l2: {l2:g} is not allowed; it is a number above 0")
    if not np.isfinite(cells.features).all():
        raise ValueError(f"layer {cells.layer.index} has activations that are not finite")
    deviations = cells.features.std(axis=0, dtype=np.float64)
    varies = deviations > 1e-6 * (np.abs(cells.features).max(axis=0) + 1e-30)
    scaled = cells.features[:, varies] / deviations[varies]
    folds = _folds(cells)
    outside = int((~cells.inside).sum())
    weights = np.zeros(cells.layer.maps)
    weights[varies], intercept = yield from _solved(scaled, cells.inside, l2, Progress(0, len(folds) + 1))
    accuracy = _balanced(_right(scaled, cells.inside, weights[varies], intercept), cells.inside)
    right = np.zeros(len(scaled), bool)
    for number, left_out in enumerate(folds, start=1):
        kept = ~left_out
        own, shift = yield from _solved(scaled[kept], cells.inside[kept], l2, Progress(number, len(folds) + 1))
        right[left_out] = _right(scaled[left_out], cells.inside[left_out], own, shift)
    held_out = _balanced(right, cells.inside) if folds else None
    return Fit(cells.layer, weights, int(cells.inside.sum()), outside, accuracy, held_out)


def _folds(cells: CellFeatures) -> list[NDArray[np.bool_]]:
    """Return which cells are left out each time: all those of some pictures; nothing if a kind would be missing."""
    pictures = np.unique(cells.samples)
    number = min(FOLDS, len(pictures))
    fold = np.searchsorted(pictures, cells.samples) % number
    masks = [fold == one for one in range(number)] if number > 1 else []
    both_kinds = all(len(np.unique(cells.inside[~mask])) == 2 for mask in masks)
    return masks if both_kinds else []


def _solved(
    features: NDArray[np.floating], inside: NDArray[np.bool_], l2: float, progress: Progress
) -> Work[tuple[Float, float]]:
    """Return weights and intercept, fitted beside whatever else is done: L-BFGS cannot be interrupted."""
    yield progress
    if not features.shape[1]:
        return np.zeros(0), 0.0
    return (yield from aside(lambda: _regression(features, inside, l2), progress))


def _regression(features: NDArray[np.floating], inside: NDArray[np.bool_], l2: float) -> tuple[Float, float]:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    # Two kinds of different number, where there is too little outside, count alike.
    model = LogisticRegression(C=1.0 / l2, class_weight="balanced", max_iter=MOST_ITERATIONS, tol=TOLERANCE)
    # A second BLAS thread gains nothing with so few cells, and on busy cores waits longer than it works.
    with warnings.catch_warnings(), threadpoolctl.threadpool_limits(limits=1, user_api="blas"):
        warnings.simplefilter("ignore", ConvergenceWarning)  # the best weights so far are good weights
        model.fit(features.astype(np.float64), inside)
    return model.coef_[0].astype(np.float64), float(model.intercept_[0])


def _right(
    features: NDArray[np.floating], inside: NDArray[np.bool_], weights: Float, shift: float
) -> NDArray[np.bool_]:
    """Return which cells are told right."""
    right: NDArray[np.bool_] = (features @ weights + shift > 0.0) == inside
    return right


def _balanced(right: NDArray[np.bool_], inside: NDArray[np.bool_]) -> float:
    """Return the share that is right, the two kinds counting alike."""
    return float((right[inside].mean() + right[~inside].mean()) / 2)
