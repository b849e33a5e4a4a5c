"""The Frechet distance of generated pictures from a set's training pictures, and what a perfect sampler scores."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ganstudio.checkpoints.inputs import picked
from ganstudio.checkpoints.sampling import Sampler
from ganstudio.imagesets import ImageSet
from ganstudio.judging.judge import BATCH, Judge, Looked, judge_for
from ganstudio.judging.real import looked_at_turns
from ganstudio.metrics.frechet import Moments, between, moments

__all__ = ["COUNT", "REFERENCE", "Distances", "Measurement", "Reference", "distance", "distance_from", "in_range"]
__all__ += ["distance_of", "line_from", "reference", "reference_turns"]

Float = NDArray[np.float32]

COUNT: Final = 2000
"""Generated pictures in one measurement. The distance is biased upwards, the more the fewer they are: distances are
comparable only among measurements with as many."""
REFERENCE: Final = 10_000
"""Training pictures, at most, evenly spaced, whose mean and covariance generated ones are compared with."""
REPEATS: Final = 8
_SEED: Final = 20_170_626
TURN_SECONDS: Final = 0.02
FIRST: Final = 4
"""Pictures of the first turn, when it is not known yet how long one takes."""


class Reference(NamedTuple):
    """What generated pictures are compared with.

    Attributes
    ----------
    moments
        Of training pictures' features.
    line
        What a perfect sampler of as many pictures scores: mean, and standard deviation of one measurement.
    """

    moments: Moments
    line: tuple[float, float]


@dataclass(frozen=True)
class Distances:
    """A distance with everything that it means nothing without.

    Attributes
    ----------
    name
        What was measured.
    value
        NaN if the generator gave numbers that are not finite.
    samples, reference
        How many generated and training pictures.
    line
        What a perfect sampler scores: mean and standard deviation.
    line_from
        Which pictures stood for a perfect sampler's.
    """

    name: str
    value: float
    samples: int
    reference: int
    line: tuple[float, float]
    line_from: str


def reference(image_set: ImageSet, count: int = COUNT) -> Reference:
    """Return what `count` generated pictures are compared with.

    Raises
    ------
    PicturesError, CheckpointError
        If the pictures or the judge cannot be read.
    """
    return next(found for found in reference_turns(image_set, count) if found is not None)


def reference_turns(image_set: ImageSet, count: int = COUNT) -> Iterator[Reference | None]:
    """Do what `reference` does in turns of some ten milliseconds; yield None but in the last.

    A perfect sampler is played by the test pictures, which are of the same distribution and as new, where there are
    some; elsewhere by training pictures, drawn at random and each as often as it comes.
    """
    features: dict[str, Float] = {}
    for split in image_set.splits:
        for found in looked_at_turns(image_set, split, REFERENCE):
            if isinstance(found, float):
                yield None
            else:
                features[split] = found.features
    real = moments(features["train"])
    random = np.random.default_rng(_SEED)
    scores = []
    for _ in range(REPEATS):
        yield None
        if "test" in features:
            pool = features["test"]
            sample = pool[random.choice(len(pool), count, replace=count > len(pool))]
        else:
            pool = features["train"]
            sample = pool[random.integers(len(pool), size=count)]
        scores.append(between(moments(sample), real))
    yield Reference(real, (float(np.mean(scores)), float(np.std(scores, ddof=1))))


def line_from(image_set: ImageSet) -> str:
    """Return in words which pictures play the perfect sampler."""
    return "test pictures" if "test" in image_set.splits else "training pictures drawn at random"


class Measurement:
    """What a judge says of a generator's pictures, in the making: a few at a time.

    Parameters
    ----------
    generator
        Whose pictures are judged; it does not change while they are.
    judge
        By whom.
    count, seed
        How many, and of which inputs.

    Attributes
    ----------
    given
        The inputs of all pictures, as `ganstudio.checkpoints.inputs.draw` gives them.
    """

    def __init__(self, generator: Sampler, judge: Judge, count: int = COUNT, seed: int = 0) -> None:
        self.given = generator.draw(count, seed)
        self._generator = generator
        self._judge = judge
        self._looked = Looked(
            np.empty((count, judge.dimensions), np.float32), np.empty((count, len(judge.class_names)), np.float32)
        )
        self._done = 0
        self._batch = FIRST

    @property
    def share(self) -> float:
        """How much of it is done."""
        return self._done / len(self._looked.features)

    @property
    def looked(self) -> Looked:
        """Features (n, dimensions) and logits (n, classes) of the pictures that were made so far."""
        return Looked(*(array[: self._done] for array in self._looked))

    def add(self, count: int = BATCH) -> bool:
        """Make and judge so many more pictures; return whether all are there."""
        part = np.arange(self._done, min(self._done + count, len(self._looked.features)))
        pictures = in_range(self._generator, self._generator.sample(picked(self.given, part)))
        for kept, found in zip(self._looked, self._judge.look(pictures), strict=True):
            kept[part] = found
        self._done += len(part)
        return self._done == len(self._looked.features)

    def turn(self, seconds: float = TURN_SECONDS) -> bool:
        """Make and judge about as many pictures as that time is enough for; return whether all are there."""
        start = time.perf_counter()
        whole = self.add(self._batch)
        each = (time.perf_counter() - start) / self._batch
        # Never many more than before: a batch may have been fast for a reason of its own.
        self._batch = max(1, min(2 * self._batch, int(seconds / max(each, 1e-6)), BATCH))
        return whole

    def all(self) -> Looked:
        """Make and judge all that is missing, in batches of one size so that numbers repeat; see `looked`."""
        while not self.add():
            pass
        return self.looked


def distance_of(features: Float, real: Moments) -> float:
    """Return the distance of features (n, d); NaN if some are not finite."""
    return between(moments(features), real) if np.isfinite(features).all() else float("nan")


def distance_from(features: Float, image_set: ImageSet) -> Distances:
    """Return how far pictures with these features (n, d), n at least 2, are from a set's training pictures.

    Raises
    ------
    PicturesError, CheckpointError
        If the pictures or the judge cannot be read.
    """
    compared = reference(image_set, len(features))
    return Distances(
        judge_for(image_set).distance_name,
        distance_of(features, compared.moments),
        len(features),
        compared.moments.count,
        compared.line,
        line_from(image_set),
    )


def distance(generator: Sampler, image_set: ImageSet, count: int = COUNT, seed: int = 0) -> Distances:
    """Return how far a generator's pictures are from a set's training pictures; see `distance_from`.

    Raises
    ------
    ValueError
        If the pictures have other channels than the set.
    """
    looked = Measurement(generator, judge_for(image_set), count, seed).all()
    return distance_from(looked.features, image_set)


def in_range(generator: Sampler, samples: Float) -> Float:
    """Return a generator's pictures as numbers from -1, black, to 1, white."""
    low, high = generator.architecture.output_range
    return samples if (low, high) == (-1.0, 1.0) else (samples - np.float32(low)) * np.float32(2 / (high - low)) - 1
