"""What was measured of a run, when."""

from __future__ import annotations

import bisect

from ganstudio.diagnosis import Told

__all__ = ["Readings"]


class Readings:
    """Measurements as they were, in the order of their steps; when there are too many, every other one is forgotten.

    Parameters
    ----------
    capacity
        The most that are kept.
    """

    def __init__(self, capacity: int = 2048) -> None:
        self._capacity = capacity
        self._told: list[Told] = []

    def add(self, told: Told) -> None:
        """Keep a measurement; its step is not before the last one's."""
        if len(self._told) == self._capacity:
            self._told = self._told[::2]
        self._told.append(told)

    def nearest(self, step: int) -> Told | None:
        """Return what was measured nearest to a step, None if nothing was."""
        index = self._index(step)
        return self._told[index] if self._told else None

    def until(self, step: int | None) -> list[Told]:
        """Return all measurements up to the one that is nearest to a step; None is the last one."""
        return self._told if step is None else self._told[: self._index(step) + 1]

    def _index(self, step: int) -> int:
        after = min(bisect.bisect_left(self._told, step, key=_step), len(self._told) - 1)
        before = max(0, after - 1)
        near = self._told[before : after + 1]
        return before + min(range(len(near)), key=lambda index: abs(near[index].step - step), default=0)


def _step(told: Told) -> int:
    return told.step
