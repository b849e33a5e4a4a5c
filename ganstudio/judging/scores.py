"""How far a generator keeps to what it is told: InfoGAN's categories, and classes that are asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ganstudio.checkpoints.sampling import Sampler
from ganstudio.imagesets import ImageSet
from ganstudio.judging.distance import REFERENCE, Distances, Measurement, distance_from
from ganstudio.judging.judge import judge_for
from ganstudio.judging.real import chosen, looked_at

__all__ = ["SAMPLES", "Agreement", "Purity", "Scores", "accuracy", "agreement", "purity", "scores"]

SAMPLES: Final = 10_000
TRUSTED: Final = 0.8
"""Share of a set's own pictures that a judge has to name for its word to count on classes."""


@dataclass(frozen=True)
class Purity:
    """How well the categories of an InfoGAN are classes of the data.

    Attributes
    ----------
    majority
        Share of the samples that are of the most frequent class of their category. Several categories may have the
        same class.
    matched
        The same where every category has a class of its own, assigned so that this share is largest.
    classes
        The class of each category in that assignment, -1 for a category too many.
    shares
        Share of each category's samples that are of this class.
    table : ndarray (categories, classes) of int64
        How often a sample of a category was judged to be of a class.
    """

    majority: float
    matched: float
    classes: tuple[int, ...]
    shares: tuple[float, ...]
    table: NDArray[np.int64]


@dataclass(frozen=True)
class Agreement:
    """How often a sample is of the class that was asked for.

    Attributes
    ----------
    share
        Of all samples.
    by_class
        Of each class's; NaN for one that was never asked for.
    """

    share: float
    by_class: tuple[float, ...]


@dataclass(frozen=True)
class Scores:
    """All that was measured of a model; purity and agreement where they mean something.

    Attributes
    ----------
    judge
        What the judge is called.
    accuracy
        Share of the set's own pictures, those that play the perfect sampler, whose class it names; None if it was
        trained on other classes.
    """

    judge: str
    accuracy: float | None
    distance: Distances
    purity: Purity | None
    agreement: Agreement | None
    class_names: tuple[str, ...]


def purity(categories: ArrayLike, judged: ArrayLike, count: int, classes: int) -> Purity:
    """Return how well categories are classes.

    Parameters
    ----------
    categories, judged : array (n,) of whole numbers
        Of each sample the category that it was made of and the class that it was judged to be of; n is at least 1.
    count, classes
        How many there are of each.
    """
    from scipy.optimize import linear_sum_assignment

    table = np.zeros((count, classes), np.int64)
    np.add.at(table, (np.asarray(categories), np.asarray(judged)), 1)
    rows, columns = linear_sum_assignment(table, maximize=True)
    assigned = np.full(count, -1)
    assigned[rows] = columns
    hits = np.where(assigned >= 0, table[np.arange(count), assigned], 0)
    total = table.sum()
    shares = hits / np.maximum(table.sum(1), 1)
    return Purity(
        float(table.max(1).sum() / total),
        float(hits.sum() / total),
        tuple(map(int, assigned)),
        tuple(map(float, shares)),
        table,
    )


def agreement(asked: ArrayLike, judged: ArrayLike, classes: int) -> Agreement:
    """Return how often the class that was asked for is the one that was judged, (n,) each, n at least 1."""
    wanted, found = np.asarray(asked), np.asarray(judged)
    right = wanted == found
    by_class = (float(right[wanted == one].mean()) if (wanted == one).any() else float("nan") for one in range(classes))
    return Agreement(float(right.mean()), tuple(by_class))


def _nothing(_: float) -> None:
    """Tell nobody."""


def accuracy(image_set: ImageSet) -> float | None:
    """Return the share of a set's own pictures whose class its judge names; None if it knows other classes."""
    if not judge_for(image_set).knows(image_set.class_names):
        return None
    split = image_set.splits[-1]
    looked = looked_at(image_set, split, REFERENCE)
    labels = image_set.load(split).labels
    return float((looked.logits.argmax(1) == labels[chosen(len(labels), REFERENCE)]).mean())


def scores(
    generator: Sampler,
    image_set: ImageSet,
    count: int = SAMPLES,
    seed: int = 0,
    progress: Callable[[float], object] = _nothing,
) -> Scores:
    """Return all that can be measured of a generator, with the same samples.

    Parameters
    ----------
    image_set
        What it was trained on.
    count
        Samples, at least 2.
    progress
        Is told now and then which share of the samples is there.

    Raises
    ------
    PicturesError, CheckpointError
        If the pictures or the judge cannot be read.
    ValueError
        If the generator's pictures have other channels than the set.
    """
    judge = judge_for(image_set)
    measurement = Measurement(generator, judge, count, seed)
    while not measurement.add():
        progress(measurement.share)
    judged = measurement.looked.logits.argmax(1)
    classes = len(judge.class_names)
    # A judge that does not know the data's classes cannot say whether a picture is what it should be.
    sure = accuracy(image_set)
    known = sure is not None and sure >= TRUSTED
    pure = agreed = None
    for one, given in zip(generator.architecture.inputs, measurement.given, strict=True):
        if known and one.kind == "category" and pure is None:
            pure = purity(given, judged, one.size, classes)
        if known and one.kind == "label" and one.size == classes:
            agreed = agreement(given, judged, classes)
    distance = distance_from(measurement.looked.features, image_set)
    return Scores(judge.title, sure, distance, pure, agreed, judge.class_names)
