"""One run in an engine: a trainer, and when to look at it."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ganstudio import messages
from ganstudio.engine.measurement import Measurement
from ganstudio.engine.playing import Playing
from ganstudio.experiment import Experiment
from ganstudio.layers import LAYERS
from ganstudio.messages import (
    Arrays,
    Create,
    Draw,
    Drawn,
    Exported,
    Knobs,
    Progress,
    Reading,
    Snapshot,
    View,
    Walked,
)
from ganstudio.metrics import perfect_sampler_turns
from ganstudio.training import Trainer
from ganstudio.training.glance import Glance
from ganstudio.training.history import History, Kept
from ganstudio.training.ways import Ways

__all__ = ["Run"]

SNAPSHOT_SECONDS = 1 / 32
SNAPSHOT_SHARE = 0.25
READING_SECONDS = 0.5
READING_SHARE = 0.04
"""Least time between two, and the largest share of an engine's time that they may take."""

SLOWEST_SNAPSHOT_SECONDS = 1 / 24
LARGEST_SNAPSHOT_SHARE = 0.5
"""Below 20 pictures a second nothing moves any more: for that, many layers may take more of the engine's time."""

LONGEST_REST = 2.0
"""Seconds after which metrics are taken again, whatever they cost."""

MEASURING_SECONDS = 0.020
MEASURING_SHARE = 0.33
"""How long many seeds are measured at a time, and the largest share of an engine's time meanwhile."""


class Run(Playing[Trainer]):
    """A run of the window: trains in slices, and says what it looks like when the window can take it."""

    def __init__(self, create: Create) -> None:
        super().__init__(create.run, create.stamp, Trainer(Experiment.read(create.experiment)))
        self.anew: list[str] = []
        if create.start is not None:
            start = {name: torch.from_numpy(np.array(value)) for name, value in create.start.items()}
            self.anew = self.trainer.start_from(start)
        self.history = History(create.memory)
        self.history.follow(self.trainer)
        self._ways = Ways()
        self._trails: dict[int, tuple[Knobs, NDArray[np.float32]]] = {}
        self.view = View(create.run, window=self.trainer.experiment.data.window())
        self.lines: Iterator[Mapping[str, tuple[float, float]] | None] | None = perfect_sampler_turns(
            self.trainer.experiment.data
        )
        self._measurement: Measurement | None = None
        self._next_turn = 0.0
        self._next_reading = 0.0
        self._measured_seconds = 0.0
        self._read_at: int | None = None
        self._readings: list[Reading] = []

    def look(self, view: View) -> None:
        """Take another view of the run."""
        self.view = view
        self.changed = True

    def stepped(self) -> None:
        """Keep the state if it is time for it."""
        super().stepped()
        self.history.follow(self.trainer)

    def walk(self) -> Walked:
        """Do one iteration and return everything that happened in it.

        Raises
        ------
        NonFiniteLoss
            If a loss became NaN or infinite.
        """
        step = self.trainer.step
        critic, generator = self.trainer.walk()
        self.stepped()
        return Walked(self.name, self.stamp, step, critic, generator)

    def export(self, request: str, at: int | None) -> Exported:
        """Return the whole state of the present step, or of a kept one."""
        kept = None if at is None or at >= self.trainer.step else self.history.at(at)
        state = self.trainer.saved() if kept is None else kept.state
        arrays = {name: value.cpu().numpy() for name, value in state.items()}
        return Exported(self.name, self.stamp, request, int(state["step"]), arrays)

    def draw(self, message: Draw) -> Drawn:
        """Return as many generated samples as are wanted, of the present step or of a kept one."""
        kept = None if message.at is None or message.at >= self.trainer.step else self.history.at(message.at)
        with self.trainer.showing(kept.state if kept else None):
            samples = self.trainer.samples(message.count, message.knobs)
            return Drawn(self.name, self.stamp, message.request, self.trainer.step, samples)

    def change(self, path: str, value: Any) -> None:
        """Replace a live setting; other data have other references.

        Raises
        ------
        SettingsError
            If it needs a restart, is unknown or not allowed.
        """
        super().change(path, value)
        if path.startswith("data."):
            self.lines = perfect_sampler_turns(self.trainer.experiment.data)
            self._measurement = self._read_at = None
            self.changed = True

    def limit(self, memory: int) -> None:
        """Keep no more than so many bytes of the past from now on."""
        self.history.set_limit(memory)
        self.changed = True

    def forget_after(self, step: int) -> None:
        """Forget what was kept after a step: it did not turn out to be finite."""
        self.history.forget_after(step)
        if self._measurement is not None and self._measurement.step > step:
            self._measurement = None

    def progress(self) -> Progress | None:
        """Return how far it is, if the window has to know."""
        return self.gate.progress(self.trainer.step, self.trainer.experiment.training.generator_steps)

    @property
    def due(self) -> float:
        """When a playing run next has something to do, on the clock of `time.perf_counter`; infinity for never."""
        # A loop that does not turn would not get the references done.
        standing = 0.0 if self.lines else math.inf
        due = standing if self.held else self._due
        due = min(due, self.next_snapshot) if self.wants_publishing else due
        return min(due, self._next_turn) if self.measures else due

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
        if self.shows_nothing_yet(start):
            return None
        present = Glance(self.trainer, self.view, partial(self._trail, seed=None))
        self.trainer.check(self._seen(present))
        cost = time.perf_counter() - start
        if self._reading_due(start):
            self._begin_reading()
            self.measure(sharers)
        start = time.perf_counter()
        snapshot = self._look(present)
        self._readings = []
        self.changed = self.taken = False
        end = time.perf_counter()
        cost += end - start
        # Counted from when it was due: otherwise every wait for the end of a training slice would cost a picture.
        pause = _pause(cost * sharers)
        self.next_snapshot = max(self.next_snapshot, start - pause) + pause
        return snapshot

    def _seen(self, present: Glance) -> list[NDArray[np.floating]]:
        """Return what all networks put out now, as far as the view shows it anyway; nothing if it leaves one out."""
        view = self.view
        shows_all = view.field and view.generated > 0 and not self.trainer.experiment.additions.encoder.on
        if not shows_all or view.seed is not None or self._past() is not None:
            return []
        field = present.field()
        return [] if field is None else [present.samples(view.generated), field]

    def _look(self, present: Glance) -> Snapshot:
        """Return what the view shows of the run."""
        view, trainer = self.view, self.trainer
        step, past = trainer.step, self._past()
        seed = view.seed if view.seed is not None and view.seed < trainer.experiment.runs else None
        with trainer.showing(past.state if past else None, seed):
            shows_present = past is None and seed is None
            glance = present if shows_present else Glance(trainer, view, partial(self._trail, seed=seed))
            layers = self._layers(glance)  # first, since some want more samples
            return Snapshot(
                run=self.name,
                stamp=self.stamp,
                step=step,
                steps_per_second=self.rate,
                playing=self.playing,
                device=trainer.device,
                generated=glance.samples(view.generated),
                groups=trainer.groups(view.generated, view.knobs),
                encoded=None if view.encode is None else trainer.encoded(view.encode),
                field=glance.field() if view.field else None,
                window=view.window,
                losses=trainer.take_losses(),
                readings=tuple(self._readings),
                layers=layers,
                shown_step=trainer.step,
                history=self._told_history(),
                seed=seed,
                at=view.at,
            )

    def _past(self) -> Kept | None:
        """Return the kept state that the view looks back at, if it does."""
        at = self.view.at
        return None if at is None or at >= self.trainer.step else self.history.at(at)

    def _layers(self, glance: Glance) -> dict[str, Arrays]:
        """Return what the view's layers are drawn from, of the state that is shown."""
        experiment = self.trainer.experiment
        wanted = {name: LAYERS[name] for name in self.view.layers if not LAYERS[name].lacks(experiment)}
        return {name: layer.probe(glance) for name, layer in wanted.items()}

    def _trail(self, count: int, length: int, seed: int | None) -> NDArray[np.float32]:
        """Return where the first samples of all runs, or of one, were at the last kept steps, (R, steps, count, 2)."""
        kept, knobs = self.history.before(self.trainer.step, length), self.view.knobs
        for state in kept:
            if state.step not in self._trails or self._trails[state.step][0] != knobs:
                with self.trainer.showing(state.state):
                    self._trails[state.step] = knobs, self.trainer.samples(count, knobs)
        for step in self._trails.keys() - {state.step for state in kept}:
            del self._trails[step]
        runs = slice(None) if seed is None else slice(seed, seed + 1)
        rows = [self._trails[state.step][1][runs] for state in kept]
        shown = self.trainer.experiment.runs if seed is None else 1
        return np.stack(rows, axis=1) if rows else np.empty((shown, 0, count, 2), np.float32)

    def _told_history(self) -> messages.History:
        history = self.history
        best = {name: messages.Bookmark(mark.kept.step, mark.value) for name, mark in history.best.items()}
        return messages.History(history.steps, best, history.used, history.limit)

    @property
    def measures(self) -> bool:
        """Whether a reading is in the making."""
        return self._measurement is not None

    def measure(self, sharers: int) -> None:
        """Measure some of the seeds, if a reading is in the making and this run's turn has come.

        Parameters
        ----------
        sharers
            How many runs share this engine's time.
        """
        start = time.perf_counter()
        if self._measurement is None or (self.playing and start < self._next_turn):
            return
        # Taken away first: what raises must not be tried again and again.
        measurement, self._measurement = self._measurement, None
        reading = measurement.turn(MEASURING_SECONDS)
        end = time.perf_counter()
        self._measured_seconds += end - start
        self._next_turn = end + (end - start) * (sharers / MEASURING_SHARE - 1)
        if reading is None:
            self._measurement = measurement
        else:
            self._take_reading(reading, sharers)

    def _reading_due(self, now: float) -> bool:
        """Whether to measure: now and then while playing, and once for what is shown when it stands."""
        if self._read_at == self.trainer.step:
            return False
        if self._measurement is None:
            return not self.playing or now >= self._next_reading
        return not self.playing and self._measurement.step != self.trainer.step

    def _begin_reading(self) -> None:
        start = time.perf_counter()
        self._measurement = Measurement(self.trainer, self.history, self._ways)
        self._next_turn = self._next_reading = start
        self._measured_seconds = time.perf_counter() - start

    def _take_reading(self, reading: Reading, sharers: int) -> None:
        self._readings.append(reading)
        self._read_at = reading.step
        self.changed = True
        # The first one finds nothing in the caches and takes long: numbers that lag far behind the picture mislead.
        rest = max(READING_SECONDS, min(LONGEST_REST, self._measured_seconds * sharers / READING_SHARE))
        # From when it began, as far as seeds were measured between slices of training.
        self._next_reading += self._measured_seconds + rest


def _pause(cost: float) -> float:
    """Return seconds from one snapshot to the next, given what one costs all runs that share the engine."""
    wanted = min(cost / SNAPSHOT_SHARE, SLOWEST_SNAPSHOT_SECONDS)
    return max(SNAPSHOT_SECONDS, wanted, cost / LARGEST_SNAPSHOT_SHARE)
