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
        names = metrics.usual(self._data)
        self._left = [(run, name) for run in range(len(self._samples)) for name in names]
        self._values = {name: np.empty(len(self._samples)) for name in names}

    def turn(self, seconds: float) -> Reading | None:
        """Measure a metric of a seed, and more while time is left; return the reading once it is complete."""
        end = time.perf_counter() + seconds
        while self._left:
            run, name = self._left.pop(0)
            self._values[name][run] = metrics.measure(self._samples[run], self._data, [name])[name]
            if time.perf_counter() >= end:
                break
        if self._left:
            return None
        self._history.mark(self._kept, self._values)
        return Reading(self.step, self._values, self._signals)
