"""Readings of a run on pictures: the Frechet distance, measured in turns between slices of training."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from ganstudio.checkpoints.errors import CheckpointError
from ganstudio.checkpoints.generator import Generator
from ganstudio.imagesets import PicturesError
from ganstudio.judging import judge_for
from ganstudio.judging.distance import Measurement, Reference, distance_of, reference_turns
from ganstudio.messages import Reading
from ganstudio.training.image_trainer import ImageTrainer

__all__ = ["FRECHET", "Distances"]

FRECHET: Final = "frechet"
"""What readings and references call it."""
SHARE: Final = 0.04
"""The largest share of an engine's time that measuring takes while runs train."""

Line = Mapping[str, tuple[float, float]]


class Distances:
    """Measures a run now and then, and first what it is compared with.

    Parameters
    ----------
    trainer
        Whose pictures are measured; it may train on meanwhile.
    """

    def __init__(self, trainer: ImageTrainer) -> None:
        self._images = trainer.experiment.data
        self._turns: Iterator[Reference | None] | None = reference_turns(self._images)
        self._reference: Reference | None = None
        self._measurement: Measurement | None = None
        self._step = -1
        self._next_turn = 0.0
        self._broken = False

    def wanted(self, trainer: ImageTrainer) -> bool:
        """Whether anything is unfinished, or the step at which the run stands was not measured yet."""
        unfinished = self._reference is None or self._measurement is not None or self._step != trainer.step
        return unfinished and not self._broken

    def turn(self, trainer: ImageTrainer, sharers: int, playing: bool) -> Reading | Line | str | None:
        """Do about 20 ms of work if it is time for it.

        Parameters
        ----------
        sharers
            Runs that share the engine, the playing ones.
        playing
            Whether this run is one of them.

        Returns
        -------
        A reading, a perfect sampler's line, a sentence that says why there will be none, or None.
        """
        start = time.perf_counter()
        if not self.wanted(trainer) or (playing and start < self._next_turn):
            return None
        try:
            found = self._worked(trainer)
        except (CheckpointError, PicturesError, ValueError) as error:
            self._broken = True
            return f"The Frechet distance cannot be measured: {error}"
        end = time.perf_counter()
        self._next_turn = end + (end - start) * sharers * (1 / SHARE - 1)
        return found

    def _worked(self, trainer: ImageTrainer) -> Reading | Line | None:
        if self._turns is not None:
            self._reference = next(self._turns)
            if self._reference is None:
                return None
            self._turns = None
            return {FRECHET: self._reference.line}
        assert self._reference is not None
        if self._measurement is None:
            trainer.check()
            self._step = trainer.step
            self._measurement = Measurement(Generator(trainer.model("measured")), judge_for(self._images))
            return None
        if not self._measurement.turn():
            return None
        value = distance_of(self._measurement.looked.features, self._reference.moments)
        self._measurement = None
        return Reading(self._step, {FRECHET: np.array([value])})
