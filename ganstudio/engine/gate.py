"""How far a run may train when the window keeps several together."""

from __future__ import annotations

import math
import time

from ganstudio.messages import Barrier, Progress

__all__ = ["Gate"]

PROGRESS_SECONDS = 0.02
"""Least time between two reports: what keeps the window's barriers ahead of a run that trains freely."""


class Gate:
    """A run's barrier, and what the window is told of how far the run is.

    Attributes
    ----------
    seconds : float
        Time that the run has trained.
    """

    def __init__(self, run: str, stamp: int) -> None:
        self._run, self._stamp = run, stamp
        self._barrier: Barrier | None = None
        self._told: tuple[int, float] | None = None
        self._told_at = -math.inf
        self.seconds = 0.0

    def set(self, barrier: Barrier) -> None:
        """Take a barrier, or take it away if it has no end; the first one is answered at once."""
        endless = barrier.steps is None and barrier.seconds is None
        if endless or self._barrier is None:
            self._told, self._told_at = None, -math.inf
        self._barrier = None if endless else barrier

    @property
    def unanswered(self) -> bool:
        """Whether the window has been told nothing since it gave the first barrier."""
        return self._barrier is not None and self._told is None

    def closed(self, step: int, stride: int) -> bool:
        """Whether a run at a step may not begin another iteration, which takes it `stride` steps further."""
        barrier = self._barrier
        if barrier is None:
            return False
        beyond = barrier.steps is not None and step + stride > barrier.steps
        return beyond or (barrier.seconds is not None and self.seconds >= barrier.seconds)

    def progress(self, step: int, stride: int) -> Progress | None:
        """Return what the window has to know now: nothing without a barrier, or where nothing is new."""
        if self._barrier is None or self._told == (step, self.seconds):
            return None
        now, held = time.perf_counter(), self.closed(step, stride)
        if now < self._told_at + PROGRESS_SECONDS and not held:
            return None
        self._told, self._told_at = (step, self.seconds), now
        return Progress(self._run, self._stamp, step, self.seconds, held)
