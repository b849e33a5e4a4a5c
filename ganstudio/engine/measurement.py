"""A reading in the making: many seeds are measured one after another, between slices of training."""

from __future__ import annotations

import time

import numpy as np

from ganstudio import metrics
from ganstudio.messages import Reading
from ganstudio.training import Trainer
from ganstudio.training.history import History
from ganstudio.training.ways import Ways

__all__ = ["Measurement"]


class Measurement:
    """All metrics of a run at the step at which this was made, however long that takes.

    Parameters
    ----------
    trainer
        May train on while this measures.
    history
        Is told of the state that was measured, in case it is the best one.
    ways
        Follows the same samples from measurement to measurement.

    Attributes
    ----------
    step : int
        The step that is measured.
    """

    def __init__(self, trainer: Trainer, history: History, ways: Ways) -> None:
        self.step = trainer.step
        self._data = trainer.experiment.data
        self._samples = trainer.samples()
        self._signals = trainer.signals() | ways.follow(trainer)
        self._history = history
        self._kept = history.take(trainer)
        self._scores: list[dict[str, float]] = []

    def turn(self, seconds: float) -> Reading | None:
        """Measure the next seed, and more of them while time is left; return the reading once it is complete."""
        end = time.perf_counter() + seconds
        for samples in self._samples[len(self._scores) :]:
            self._scores.append(metrics.measure(samples, self._data))
            if time.perf_counter() >= end:
                break
        if len(self._scores) < len(self._samples):
            return None
        values = {name: np.array([score[name] for score in self._scores]) for name in self._scores[0]}
        self._history.mark(self._kept, values)
        return Reading(self.step, values, self._signals)
