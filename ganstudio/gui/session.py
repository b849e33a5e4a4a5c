"""What the window is about, without a widget: panes, their experiments, and the engines that train them.

Views show a `Session` and call its methods; they never write to one another.
"""

from __future__ import annotations

import itertools
import os
import random
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from ganstudio.experiment import Comparison, Experiment, differences, flat
from ganstudio.gui.bridge import EngineLink
from ganstudio.messages import (
    Change,
    Create,
    EngineReady,
    Pace,
    Pause,
    Play,
    References,
    Remove,
    RunPaused,
    RunRefused,
    Snapshot,
    Step,
    Taken,
    ToEngine,
    View,
)

__all__ = ["MAX_PANES", "Pane", "Session", "is_shared"]

MAX_PANES = 4
SHARED = ("data", "noise", "seed", "device")
"""Sections that are the same in every pane, so that what is compared is comparable."""


def is_shared(path: str) -> bool:
    """Whether an edit of this setting goes to every pane."""
    return path.split(".", maxsplit=1)[0] in SHARED


def spare_cores() -> int:
    """Return how many engines this machine has room for beside the window: at least one."""
    return max(1, (os.cpu_count() or 2) - 1)


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
    """

    experiment_changed = Signal()
    draft_changed = Signal()
    started = Signal()
    """The run begins at step 0 with a new experiment or anew: forget curves and pictures."""
    snapshot_arrived = Signal(object)
    references_arrived = Signal(object)
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
        self.view = View(self.name, window=experiment.data.window())

    @property
    def step(self) -> int:
        """Generator updates so far."""
        return self.snapshot.step if self.snapshot else 0

    @property
    def pending(self) -> list[str]:
        """Dotted names of edits that wait for a restart."""
        return differences([self.experiment, self.draft])


class Session(QObject):
    """All panes, and what a person can do to them.

    Parameters
    ----------
    engines
        How many engine processes to use; None takes one for every core that can be spared.
    """

    panes_changed = Signal()
    active_changed = Signal()
    playing_changed = Signal(bool)
    experiments_changed = Signal()
    """Any pane's experiment or draft is another: headers and setup show something new."""
    message = Signal(str, str)
    """(level, text) for the message bar: "info", "warning" or "error"."""
    engine_died = Signal(str)
    engine_ready = Signal(object)

    def __init__(self, engines: int | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.panes: list[Pane] = []
        self.active: Pane | None = None
        self.title = ""
        self.description = ""
        self.steps = 2000
        self.about_engine: EngineReady | None = None
        self.dead = False
        self._pace: float | None = None
        self._playing = False
        self._stamps = itertools.count(1)
        self._count = engines or min(MAX_PANES, spare_cores())
        self._links: list[EngineLink] = []
        self._homes: dict[str, EngineLink] = {}

    # ---- engines -------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the engines and create the panes' runs in them."""
        self.dead = False
        for _ in range(self._count):
            link = EngineLink(self)
            link.arrived.connect(self._receive)
            link.died.connect(self._bury)
            link.start()
            self._links.append(link)
        self._post_all(Pace(self._pace))
        for pane in self.panes:
            self._create(pane)

    def start_soon(self) -> None:
        """Start the engines when the event loop is free again, so that the first paint is not kept waiting."""
        QTimer.singleShot(0, self, self.start)

    def stop(self) -> None:
        """End all engines and their threads; takes at most about a second."""
        for link in self._links:
            link.request_stop()
        for link in self._links:
            link.wait()
            link.deleteLater()
        self._links.clear()
        self._homes.clear()

    def restart(self) -> None:
        """Start fresh engines after one died; every run begins again at step 0."""
        self.stop()
        self._set_playing(False)
        self.start()

    @property
    def engine_pids(self) -> list[int]:
        """Process numbers of the engines."""
        return [link.pid for link in self._links if link.pid]

    def _bury(self, how: str) -> None:
        if self.dead:
            return
        self.dead = True
        for pane in self.panes:
            pane.playing = pane.ready = False
            pane.state_changed.emit()
        self._set_playing(False)
        self.engine_died.emit(how)

    def _post(self, pane: Pane, message: ToEngine) -> None:
        if link := self._homes.get(pane.name):
            link.post(message)

    def _post_all(self, message: ToEngine) -> None:
        for link in self._links:
            link.post(message)

    def _create(self, pane: Pane) -> None:
        """Begin a pane's run anew in the engine with the fewest runs."""
        if not self._links:
            return
        if pane.name not in self._homes:
            homes = list(self._homes.values())
            self._homes[pane.name] = min(self._links, key=homes.count)
        pane.stamp = next(self._stamps)
        pane.snapshot = pane.references = None
        pane.ready = False
        pane.started.emit()
        pane.state_changed.emit()
        self._post(pane, Create(pane.name, pane.stamp, pane.experiment.plain()))
        self._post(pane, pane.view)
        if pane.playing:
            self._post(pane, Play(pane.name))

    def _receive(self, message: object) -> None:
        if isinstance(message, EngineReady):
            self.about_engine = message
            self.engine_ready.emit(message)
            return
        assert isinstance(message, Snapshot | References | RunPaused | RunRefused)
        pane = next((pane for pane in self.panes if pane.name == message.run), None)
        if pane is None or pane.stamp != message.stamp:
            return  # a late answer of a run that is no more
        match message:
            case Snapshot():
                pane.snapshot = message
                pane.ready = True
                pane.snapshot_arrived.emit(message)
                self._post(pane, Taken(pane.name))
            case References():
                pane.references = message
                pane.references_arrived.emit(message)
            case RunPaused() | RunRefused():
                pane.playing = pane.playing and isinstance(message, RunRefused)
                pane.state_changed.emit()
                self._set_playing(any(other.playing for other in self.panes))
                self.message.emit("error", f"{pane.experiment.title}: {message.message}")

    # ---- panes ---------------------------------------------------------------------------------------

    def open(self, comparison: Comparison) -> None:
        """Show a comparison in place of what is open."""
        self._set_playing(False)
        for pane in list(self.panes):
            self._forget(pane)
        self.title, self.description, self.steps = comparison.title, comparison.description, comparison.steps
        self.panes = [Pane(experiment, self) for experiment in comparison.experiments]
        self.active = self.panes[-1]
        self.panes_changed.emit()
        self.active_changed.emit()
        self.experiments_changed.emit()
        for pane in self.panes:
            self._create(pane)

    def comparison(self) -> Comparison:
        """Return what is open, edits that wait for a restart included."""
        return Comparison(
            title=self.title,
            description=self.description,
            steps=self.steps,
            experiments=tuple(pane.draft for pane in self.panes),
        )

    def add(self) -> None:
        """Add a pane with the active pane's experiment."""
        if len(self.panes) >= MAX_PANES or self.active is None:
            return
        pane = Pane(self.active.draft, self)
        self.panes.append(pane)
        self.panes_changed.emit()
        self.select(pane)
        self.experiments_changed.emit()
        self._create(pane)

    def remove(self, pane: Pane) -> None:
        """Close a pane; the last one stays."""
        if len(self.panes) == 1 or pane not in self.panes:
            return
        index = self.panes.index(pane)
        self.panes.remove(pane)
        was_active = self.active is pane
        if was_active:
            self.active = self.panes[max(0, index - 1)]
        self._forget(pane)
        self.panes_changed.emit()
        if was_active:
            self.active_changed.emit()
        self._set_playing(any(other.playing for other in self.panes))
        self.experiments_changed.emit()

    def select(self, pane: Pane) -> None:
        """Make a pane the one that the setup edits."""
        if pane is not self.active:
            self.active = pane
            self.active_changed.emit()

    def _forget(self, pane: Pane) -> None:
        self._post(pane, Remove(pane.name))
        self._homes.pop(pane.name, None)
        pane.deleteLater()

    # ---- settings ------------------------------------------------------------------------------------

    def edit(self, path: str, value: Any) -> None:
        """Change a setting of the active pane, or of all panes where it is shared.

        A live setting holds from the next step. Anything else waits in the draft for a restart, unless the
        run stands at step 0.

        Raises
        ------
        SettingsError
            If the value is not allowed; nothing is changed then.
        """
        if self.active is None:
            return
        panes = self.panes if is_shared(path) else [self.active]
        drafts = [pane.draft.with_value(path, value) for pane in panes]
        live = path in Experiment.live_settings()
        for pane, draft in zip(panes, drafts, strict=True):
            pane.draft = draft
            if live:
                pane.experiment = pane.experiment.with_value(path, value)
                self._post(pane, Change(pane.name, path, value))
            self._settle(pane)
        self.experiments_changed.emit()

    def choose_method(self, method: str) -> None:
        """Give the active pane a named method with its usual settings."""
        if self.active is not None:
            self.active.draft = self.active.draft.with_method(method)
            self._settle(self.active)
            self.experiments_changed.emit()

    def _settle(self, pane: Pane) -> None:
        """Apply a draft at once where nothing is lost by it."""
        if pane.step == 0 and not pane.playing and pane.pending:
            self._apply(pane)
        pane.draft_changed.emit()

    def _apply(self, pane: Pane) -> None:
        pane.experiment = pane.draft
        window = pane.experiment.data.window()
        pane.view = View(**{**vars(pane.view), "window": window})
        pane.experiment_changed.emit()
        self._create(pane)

    @property
    def pending(self) -> dict[str, list[str]]:
        """Return pane name -> settings that wait for a restart, for panes that have any."""
        return {pane.name: pane.pending for pane in self.panes if pane.pending}

    def apply_pending(self) -> None:
        """Restart the panes whose edits wait for it."""
        for pane in self.panes:
            if pane.pending:
                self._apply(pane)
                pane.draft_changed.emit()
        self.experiments_changed.emit()

    def discard_pending(self) -> None:
        """Take edits back that wait for a restart."""
        for pane in self.panes:
            pane.draft = pane.experiment
            pane.draft_changed.emit()
        self.experiments_changed.emit()

    def distinctions(self, pane: Pane) -> dict[str, Any]:
        """Return the settings in which the panes differ, with this pane's values: an honest header."""
        names = differences([other.experiment for other in self.panes])
        values = flat(pane.experiment.plain())
        return {name: values[name] for name in names if name in values and name != "label"}

    # ---- time ----------------------------------------------------------------------------------------

    @property
    def playing(self) -> bool:
        """Whether any pane trains."""
        return self._playing

    def play(self) -> None:
        """Let every pane train."""
        if self.dead:
            return
        for pane in self.panes:
            pane.playing = True
            self._post(pane, Play(pane.name))
            pane.state_changed.emit()
        self._set_playing(True)

    def pause(self) -> None:
        """Stop every pane after the step it is in."""
        for pane in self.panes:
            self._post(pane, Pause(pane.name))
        self._set_playing(False)

    def toggle(self) -> None:
        """Play, or pause."""
        if self._playing:
            self.pause()
        else:
            self.play()

    def step(self, part: str = "both") -> None:
        """Do one iteration ("both"), or its "critic" or "generator" part, in every pane; pauses first."""
        if self._playing:
            self.pause()
        for pane in self.panes:
            self._post(pane, Step(pane.name, part))  # type: ignore[arg-type]

    def reset(self) -> None:
        """Begin every run anew with the same seed, playing or not as before."""
        for pane in self.panes:
            pane.experiment = pane.draft
            self._apply(pane)
            pane.draft_changed.emit()
        self.experiments_changed.emit()

    def new_seed(self) -> None:
        """Begin every run anew with another seed, the same in all panes."""
        seed = random.randrange(10_000)
        for pane in self.panes:
            pane.draft = pane.draft.changed(seed=seed)
        self.reset()

    def set_pace(self, steps_per_second: float | None) -> None:
        """Limit all runs to so many iterations a second; None is flat out."""
        self._pace = steps_per_second
        self._post_all(Pace(steps_per_second))

    def set_view(self, pane: Pane, **values: Any) -> None:
        """Change what a pane's snapshots show, for example ``field=False``."""
        view = View(**{**vars(pane.view), **values})
        if view != pane.view:
            pane.view = view
            self._post(pane, view)

    def _set_playing(self, playing: bool) -> None:
        for pane in self.panes:
            if not playing and pane.playing:
                pane.playing = False
                pane.state_changed.emit()
        if playing != self._playing:
            self._playing = playing
            self.playing_changed.emit(playing)
