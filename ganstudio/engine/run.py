"""One run in an engine: a trainer, and when to look at it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping

from ganstudio.experiment import Experiment
from ganstudio.messages import Create, Reading, Snapshot, Step, View
from ganstudio.metrics import perfect_sampler_turns
from ganstudio.training import Trainer

__all__ = ["Run"]

SNAPSHOT_SECONDS = 1 / 30
SNAPSHOT_SHARE = 0.09
READING_SECONDS = 0.5
READING_SHARE = 0.04
"""Least time between two, and the largest share of an engine's time that they may take."""

LONGEST_REST = 2.0
"""Seconds after which metrics are taken again, whatever they cost."""
RATE_SECONDS = 0.5


class Run:
    """A run of the window: trains in slices, and says what it looks like when the window can take it."""

    def __init__(self, create: Create) -> None:
        self.name = create.run
        self.stamp = create.stamp
        self.trainer = Trainer(Experiment.read(create.experiment))
        self.view = View(create.run, window=self.trainer.experiment.data.window())
        self.playing = False
        self.taken = True
        self.changed = True
        self._due = 0.0
        self._rate = 0.0
        self._rate_from = (time.perf_counter(), 0)
        self.next_snapshot = 0.0
        self.lines: Iterator[Mapping[str, tuple[float, float]] | None] | None = perfect_sampler_turns(
            self.trainer.experiment.data
        )
        self._next_reading = 0.0
        self._read_at: int | None = None
        self._readings: list[Reading] = []

    def play(self) -> None:
        """Start to train in slices."""
        self.playing = True
        self._due = time.perf_counter()
        self._rate_from = (self._due, self.trainer.step)

    def pause(self) -> None:
        """Stop training."""
        self.playing = False
        self._rate = 0.0
        self.changed = True

    def look(self, view: View) -> None:
        """Take another view of the run."""
        self.view = view
        self.changed = True

    def step(self, part: Step) -> None:
        """Do one iteration or one network's part of it.

        Raises
        ------
        NonFiniteLoss
            If a loss became NaN or infinite.
        """
        parts = {
            "both": self.trainer.iterate,
            "critic": self.trainer.train_critic,
            "generator": self.trainer.train_generator,
        }
        parts[part.part]()
        self.changed = True

    def train(self, seconds: float, pace: float | None) -> None:
        """Train for about so many seconds, or until the next step is not yet due.

        Raises
        ------
        NonFiniteLoss
            If a loss became NaN or infinite.
        """
        end = time.perf_counter() + seconds
        while (now := time.perf_counter()) < end and now >= self._due:
            self.trainer.iterate()
            self.changed = True
            if pace:
                # A run that fell behind does not hurry to catch up.
                self._due = max(self._due + 1 / pace, now)
        if now - self._rate_from[0] >= RATE_SECONDS:
            self._rate = (self.trainer.step - self._rate_from[1]) / (now - self._rate_from[0])
            self._rate_from = (now, self.trainer.step)

    @property
    def due(self) -> float:
        """When the next step is due, on the clock of `time.perf_counter`."""
        return self._due

    @property
    def wants_publishing(self) -> bool:
        """Whether something changed that the window has not been told."""
        return self.changed and self.taken

    def snapshot(self, sharers: int) -> Snapshot | None:
        """Return what the run looks like, or None if it is not time for it.

        Parameters
        ----------
        sharers
            How many runs share this engine's time.

        Raises
        ------
        NonFiniteLoss
            If a loss became NaN or infinite.
        """
        start = time.perf_counter()
        if not self.wants_publishing or (self.playing and start < self.next_snapshot):
            return None
        self.trainer.check()
        cost = time.perf_counter() - start
        if self._reading_due(start):
            self._read(sharers)
        start = time.perf_counter()
        view = self.view
        snapshot = Snapshot(
            run=self.name,
            stamp=self.stamp,
            step=self.trainer.step,
            steps_per_second=self._rate,
            playing=self.playing,
            device=self.trainer.device,
            generated=self.trainer.samples(view.generated, view.knobs),
            groups=self.trainer.groups(view.generated, view.knobs),
            encoded=None if view.encode is None else self.trainer.encoded(view.encode),
            field=self.trainer.field(view.window, view.resolution, view.knobs) if view.field else None,
            window=view.window,
            losses=self.trainer.take_losses(),
            readings=tuple(self._readings),
        )
        self._readings = []
        self.changed = self.taken = False
        end = time.perf_counter()
        cost += end - start
        self.next_snapshot = start + max(SNAPSHOT_SECONDS, cost * sharers / SNAPSHOT_SHARE)
        return snapshot

    def _reading_due(self, now: float) -> bool:
        """Whether to measure: now and then while playing, and once for what is shown when it stands."""
        if self._read_at == self.trainer.step:
            return False
        return not self.playing or now >= self._next_reading

    def _read(self, sharers: int) -> None:
        start = time.perf_counter()
        self._readings.append(Reading(self.trainer.step, self.trainer.measure()))
        self._read_at = self.trainer.step
        end = time.perf_counter()
        # The first one finds nothing in the caches and takes long: numbers that lag far behind the picture mislead.
        rest = min(LONGEST_REST, (end - start) * sharers / READING_SHARE)
        self._next_reading = end + max(READING_SECONDS, rest)
