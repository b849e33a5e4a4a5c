"""One look at a run, as layers ask for it: arrays in, arrays out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ganstudio.experiment import Experiment
from ganstudio.messages import View
from ganstudio.training.trainer import Trainer

__all__ = ["Glance"]

Float = NDArray[np.floating]


class Glance:
    """What a `ganstudio.layers.Look` says of the trainer, as it is shown now; samples and field are computed once.

    Parameters
    ----------
    trails
        Returns where the first `count` samples were at the last `length` kept steps, (R, steps, count, 2).
    """

    def __init__(self, trainer: Trainer, view: View, trails: Callable[[int, int], Float]) -> None:
        self._trainer = trainer
        self._view = view
        self._samples: Float = np.empty((0, 0, 2), np.float32)
        self._field: Float | None = None
        self.trails = trails
        self.experiment: Experiment = trainer.experiment
        self.window = view.window
        self.resolution = view.resolution

    def samples(self, count: int) -> Float:
        """Return generated samples (R, count, 2), always from the same latents."""
        if self._samples.shape[1] < count:
            self._samples = self._trainer.samples(max(count, self._view.generated), self._view.knobs)
        return self._samples[:, :count]

    def field(self) -> Float | None:
        """Return the critic's score (R, rows, columns) at the nodes of the window; None without a critic."""
        if self._field is None:
            self._field = self._trainer.field(self.window, self.resolution, self._view.knobs)
        return self._field

    def slopes(self, points: Float) -> Float:
        """Return the gradient of the critic's score, (R, n, 2), at points (n, 2) or (R, n, 2)."""
        return self._trainer.slopes(points, self._view.knobs)

    def generated(self, latents: Float) -> Float:
        """Return where latents (n, dimensions) are taken to, (R, n, 2)."""
        return self._trainer.generated(latents, self._view.knobs)

    def optimum(self, shares: Float) -> Float | None:
        """Return the score of the objective's best critic where p / (p + q) is a share."""
        return self._trainer.optimum(shares)
