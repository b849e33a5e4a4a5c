"""One run as the window knows it."""

from __future__ import annotations

import itertools
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from ganstudio.experiment import Experiment, differences
from ganstudio.messages import Arrays, References, Snapshot, View

__all__ = ["Pane"]

WALL_SAMPLES, LEAST_SAMPLES = 4000, 250
WALL_NODES, LEAST_NODES = 9216, 16
"""Samples and nodes of the field in all cells of a wall together, and the least samples and side of a field of one."""


class Pane(QObject):
    """One run as the window knows it.

    Attributes
    ----------
    experiment
        What its run computes.
    draft
        What the setup shows: `experiment` with edits that wait for a restart.
    snapshot
        The last one, None before the first.
    ready, playing
        Whether its engine has said anything of it, and whether it trains.
    problem
        Why it cannot train, in words, or "".
    note
        What it does while panes are kept together and that takes longer, in words, or "".
    start, start_step
        State of another run that this one begins with, None at step 0; and the step it is of.
    source
        Name of the pane that it was branched from, "" if none was.
    """

    started = Signal()
    """The run begins at step 0 with a new experiment or anew: forget curves and pictures."""
    snapshot_arrived = Signal(object)
    references_arrived = Signal(object)
    walked = Signal(object)
    """A `Walked`: one iteration in slow motion."""
    state_changed = Signal()

    _names = itertools.count(1)

    def __init__(self, experiment: Experiment, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.name = f"pane {next(self._names)}"
        self.experiment = experiment
        self.draft = experiment
        self.snapshot: Snapshot | None = None
        self.references: References | None = None
        self.stamp = 0
        self.ready = False
        self.playing = False
        self.problem = ""
        self.note = ""
        self.start: Arrays | None = None
        self.start_step = 0
        self.source = ""
        self.view = View(self.name, window=experiment.data.window())

    def begin_with(self, step: int, start: Arrays | None, source: str = "") -> None:
        """Let the next run begin with a state of another one's step; None begins at step 0."""
        self.start, self.start_step, self.source = start, step, source

    @property
    def step(self) -> int:
        """Generator updates so far."""
        return self.snapshot.step if self.snapshot else 0

    @property
    def asked(self) -> View:
        """What its engine is asked for: of each cell of a wall of seeds less than `view` says, and no layers."""
        view, seeds = self.view, self.experiment.runs
        if seeds == 1 or view.seed is not None:
            return view
        samples = min(max(WALL_SAMPLES // seeds, LEAST_SAMPLES), view.generated)
        nodes = min(max(round((WALL_NODES / seeds) ** 0.5), LEAST_NODES), view.resolution)
        return replace(view, generated=samples, resolution=nodes, layers=(), encode=None)

    @property
    def pending(self) -> list[str]:
        """Dotted names of edits that wait for a restart."""
        return differences([self.experiment, self.draft])
