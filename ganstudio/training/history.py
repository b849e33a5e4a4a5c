"""A run's past: states at evenly spaced steps, within a limit of memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ganstudio.metrics import METRICS
from ganstudio.training.player import State

if TYPE_CHECKING:
    from ganstudio.training.trainer import Trainer

__all__ = ["Best", "History", "Kept"]

MOST = 512
"""States that are kept at most, however small they are: as many as a timeline has pixels to choose from."""


@dataclass(frozen=True, eq=False)
class Kept:
    """A state, the step it is of, and its size in bytes."""

    step: int
    state: State
    size: int


@dataclass(frozen=True, eq=False)
class Best:
    """The best measured state by a metric, and how good it is."""

    kept: Kept
    value: float


class History:
    """Keeps every n-th state of a run, and the best ones; n doubles whenever there is no more room.

    Parameters
    ----------
    limit
        Bytes that all kept states together may take. One state is always kept.

    Attributes
    ----------
    best : dict
        Metric -> `Best`. A state that is best by several metrics is kept once.
    spacing : int
        Least distance between two kept steps.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.spacing = 1
        self.best: dict[str, Best] = {}
        self._kept: list[Kept] = []
        self._used: int | None = 0  # None: to be counted anew

    @property
    def steps(self) -> NDArray[np.int64]:
        """The evenly spaced steps, ascending."""
        return np.array([kept.step for kept in self._kept], dtype=np.int64)

    @property
    def used(self) -> int:
        """Bytes in use; a state that is kept twice counts once."""
        if self._used is None:
            self._used = sum(kept.size for kept in {id(kept): kept for kept in self._all()}.values())
        return self._used

    def _all(self) -> list[Kept]:
        return [*self._kept, *(best.kept for best in self.best.values())]

    def set_limit(self, limit: int) -> None:
        """Allow so many bytes from now on, and forget at once what is too much; what was forgotten stays so."""
        self.limit = limit
        self._thin()

    def follow(self, trainer: Trainer) -> None:
        """Keep the trainer's state if it is time for it."""
        if not self._kept or trainer.step >= self._kept[-1].step + self.spacing:
            kept = self.take(trainer)
            self._used = self.used + kept.size
            self._kept.append(kept)
            self._thin()

    def mark(self, kept: Kept, values: Mapping[str, NDArray[np.float64]]) -> None:
        """Keep a state as the best one by every metric by which it is, on average over seeds.

        Parameters
        ----------
        kept
            What `take` returned.
        values
            Metric -> (R,), measured in this state.
        """
        for name, value in values.items():
            mean = float(np.mean(value))
            if not np.isfinite(mean) or (name in self.best and not _better(name, mean, self.best[name].value)):
                continue
            self.best[name] = Best(kept, mean)
        self._used = None
        self._thin()

    def at(self, step: int) -> Kept | None:
        """Return the state of a kept step, or of the nearest one before it; None if there is none."""
        before = [kept for kept in self._all() if kept.step <= step]
        return max(before, key=lambda kept: kept.step, default=None)

    def before(self, step: int, count: int) -> list[Kept]:
        """Return the last states before a step, at most so many of the evenly spaced ones, the oldest first."""
        return [kept for kept in self._kept if kept.step < step][-count:]

    def forget_after(self, step: int) -> None:
        """Forget what came after a step: the run went back to it."""
        self._kept = [kept for kept in self._kept if kept.step <= step]
        self.best = {name: best for name, best in self.best.items() if best.kept.step <= step}
        self._used = None

    def take(self, trainer: Trainer) -> Kept:
        """Return the trainer's state, which is kept only if it is marked; the last kept one if that is the same."""
        if self._kept and self._kept[-1].step == trainer.step:
            return self._kept[-1]
        state = trainer.saved()
        return Kept(trainer.step, state, sum(value.nbytes for value in state.values()))

    def _thin(self) -> None:
        while len(self._kept) > 1 and (len(self._kept) > MOST or self.used > self.limit):
            self.spacing *= 2
            self._kept = self._kept[::2]
            self._used = None
        # Marks alone may be too many for a small limit: the first metrics of the table matter most.
        while len(self.best) > 1 and self.used > self.limit:
            self.best.popitem()
            self._used = None


def _better(metric: str, value: float, best: float) -> bool:
    return value > best if METRICS[metric].better == "high" else value < best
