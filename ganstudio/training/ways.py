"""Where the same samples have been at the last measurements: whether they go anywhere, and whether they get lost."""

from __future__ import annotations

from collections import deque
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ganstudio.training.trainer import Trainer

__all__ = ["Ways"]

FOLLOWED = 200
REMEMBERED = 12
"""Measurements that are looked back at."""

Signals = dict[str, NDArray[np.float64]]


class Ways:
    """Follows samples from fixed latents."""

    def __init__(self) -> None:
        self._stations: deque[tuple[int, NDArray[np.float64]]] = deque(maxlen=REMEMBERED)

    def follow(self, trainer: Trainer) -> Signals:
        """Take note of where the samples are; return the signals "outside" to "displaced" of a `Reading`, (R,) each."""
        points = trainer.samples(FOLLOWED).astype(np.float64)
        self._stations.append((trainer.step, points))
        left, right, bottom, top = trainer.experiment.data.window()
        inside = ((points >= (left, bottom)) & (points <= (right, top))).all(axis=-1)
        middle = np.array([(left + right) / 2, (bottom + top) / 2])
        steps, stations = zip(*self._stations, strict=True)
        moves = [_distance(before, after) for before, after in pairwise(stations)]
        return {
            "outside": 1.0 - inside.mean(axis=1),
            "distance": np.hypot(*np.moveaxis(points - middle, -1, 0)).mean(axis=1),
            "travelled": np.sum(moves, axis=0) if moves else np.zeros(len(points)),
            "displaced": _distance(stations[0], stations[-1]),
            "over": np.full(len(points), float(steps[-1] - steps[0])),
        }


def _distance(before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the root mean square distance of each run's samples, (R,)."""
    distance: NDArray[np.float64] = np.sqrt(np.square(after - before).sum(axis=-1).mean(axis=-1))
    return distance
