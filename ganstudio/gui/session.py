"""What the window is about, without a widget: panes, their experiments, and the engines that train them.

Views show a `Session` and call its methods; they never write to one another.
"""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from ganstudio.cores import available_cores
from ganstudio.experiment import Comparison, Experiment, differences, flat
from ganstudio.gui.bridge import EngineLink
from ganstudio.gui.lockstep import Lockstep
from ganstudio.gui.pane import Pane
from ganstudio.messages import (
    Arrays,
    Change,
    Create,
    CreateRefused,
    Draw,
    Drawn,
    EngineReady,
    Export,
    Exported,
    Limit,
    Pace,
    Pause,
    Play,
    Progress,
    References,
    Remove,
    RunNoted,
    RunPaused,
    RunRefused,
    Snapshot,
    Step,
    Taken,
    ToEngine,
    Walk,
    Walked,
)

__all__ = ["MAX_PANES", "Pane", "Session"]

MAX_PANES = 4
SHARED = ("data", "noise", "seed", "device")
"""Sections that are edited in all panes that agree on them, so that what is compared stays comparable."""

HISTORY_BYTES = 128 * 2**20
"""What each run may keep of its past, unless a person chooses otherwise."""
SILENT_SECONDS = 8.0
START_SECONDS = 60.0
"""How long an engine may owe an answer before the window says so; importing PyTorch takes longer."""


class Session(QObject):
    """All panes, and what a person can do to them.

    Parameters
    ----------
    engines
        How many engine processes to use at most; None takes one for every core that can be spared.
    """

    panes_changed = Signal()
    active_changed = Signal()
    playing_changed = Signal(bool)
    going_on = Signal()
    """A run is about to be trained, in whatever way."""
    experiments_changed = Signal()
    """Any pane's experiment or draft is another: headers and setup show something new."""
    message = Signal(str, str)
    """(level, text) for the message bar; levels are "info", "good", "warning" and "error"."""
    engine_died = Signal(str)
    engine_silent = Signal(bool)
    """An engine has not answered for long, or all answer again."""
    engine_ready = Signal(object)
    exported = Signal(object)
    """An `Exported` state that was asked for."""
    progressed = Signal(object, object)
    """A pane and its run's `Progress`."""
    drawn = Signal(object)
    """`Drawn` samples that were asked for."""

    def __init__(self, engines: int | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.panes: list[Pane] = []
        self.active: Pane | None = None
        self.title = ""
        self.description = ""
        self.steps = 2000
        self.about_engine: EngineReady | None = None
        self._pace: float | None = None
        self._memory = HISTORY_BYTES
        self._playing = False
        self._running = False
        self._ended = False
        self._stamps = itertools.count(1)
        self._limit = engines or max(1, available_cores() - 1)
        self._homes: dict[str, EngineLink] = {}
        self._links: list[EngineLink] = []
        self._silent = False
        self._watch = QTimer(self, interval=1000)
        self._watch.timeout.connect(self._look_after_engines)
        self.lockstep = Lockstep(self, self._post)

    # ---- engines -------------------------------------------------------------------------------------

    def start_soon(self) -> None:
        """Start when the event loop is free again, so that the first paint is not kept waiting."""
        QTimer.singleShot(0, self, self.start)

    def start(self) -> None:
        """Create the panes' runs, in as many engines as they need and there are cores for."""
        if self._ended:  # the window was closed between its first paint and now
            return
        self._running = True
        self._watch.start()
        for pane in self.panes:
            self._create(pane)

    def stop(self) -> None:
        """End all engines and their threads for good; usually takes a tenth of a second."""
        self._running, self._ended = False, True
        self._watch.stop()
        for link in self._links:
            link.stop()
        for link in self._links:
            link.dispose()
        self._links.clear()
        self._homes.clear()

    def restart(self) -> None:
        """Begin the runs again, at step 0, whose engine died or does not answer; all runs if there is none."""
        ended = [link for link in self._links if link.silent]
        if not ended and not self.lost:
            ended = list(self._links)
        for link in ended:
            link.kill()
            self._part_with(link)
        for pane in self.lost:
            self._create(pane)
        self._look_after_engines()

    @property
    def lost(self) -> list[Pane]:
        """Panes whose engine died; they keep their last picture until they begin again."""
        return [pane for pane in self.panes if self._running and pane.name not in self._homes]

    @property
    def silent(self) -> list[Pane]:
        """Panes whose engine has not answered for long."""
        links = {link for link in self._links if link.silent}
        return [pane for pane in self.panes if self._homes.get(pane.name) in links]

    @property
    def engine_pids(self) -> list[int]:
        """Process numbers of the engines."""
        return [link.pid for link in self._links if link.pid]

    def _bury(self, how: str) -> None:
        link = self.sender()
        if link not in self._links:
            return
        assert isinstance(link, EngineLink)
        self._part_with(link)
        for pane in self.lost:
            pane.playing = pane.ready = False
            pane.problem = how
            pane.state_changed.emit()
        self._follow_playing()
        self.engine_died.emit(how)

    def _part_with(self, link: EngineLink) -> None:
        """Forget an engine that has ended; its panes are lost until they begin again."""
        self._links.remove(link)
        link.dispose()
        self._homes = {name: home for name, home in self._homes.items() if home is not link}

    def _look_after_engines(self) -> None:
        """Notice engines that owe an answer and have been silent for long."""
        now = time.monotonic()
        for link in self._links:
            owes = any(
                (pane.playing and not self.lockstep.holds(pane)) or not (pane.ready or pane.problem)
                for pane in self.panes
                if self._homes.get(pane.name) is link
            )
            if not owes:
                link.heard = now
            link.silent = now - link.heard > (SILENT_SECONDS if link.begun else START_SECONDS)
        silent = any(link.silent for link in self._links)
        if silent != self._silent:
            self._silent = silent
            self.engine_silent.emit(silent)

    def _home(self, pane: Pane) -> EngineLink:
        """Return the pane's engine: an idle one, a new one while there are cores, or the least busy one."""
        if pane.name not in self._homes:
            homes = list(self._homes.values())
            load = {link: homes.count(link) for link in self._links}
            idle = [link for link in load if load[link] == 0]
            if not idle and len(self._links) < self._limit:
                idle = [self._start_engine()]
            self._homes[pane.name] = idle[0] if idle else min(load, key=lambda link: load[link])
        return self._homes[pane.name]

    def _start_engine(self) -> EngineLink:
        link = EngineLink(self)
        link.arrived.connect(self._receive)
        link.died.connect(self._bury)
        link.start()
        link.post(Pace(self._pace))
        self._links.append(link)
        return link

    def _post(self, pane: Pane, message: ToEngine) -> None:
        if link := self._homes.get(pane.name):
            link.post(message)

    def _create(self, pane: Pane) -> None:
        """Begin a pane's run anew."""
        pane.stamp = next(self._stamps)
        pane.snapshot = pane.references = None
        pane.ready = False
        pane.problem = ""
        pane.started.emit()
        if not self._running:
            return
        self._home(pane).post(Create(pane.name, pane.stamp, pane.experiment.plain(), pane.start, self._memory))
        self._post(pane, pane.asked)
        if pane.playing:
            self._post(pane, Play(pane.name))

    def _receive(self, message: object) -> None:
        link = self.sender()
        if isinstance(link, EngineLink):
            link.heard, link.begun = time.monotonic(), True
        if isinstance(message, EngineReady):
            self.about_engine = message
            self.engine_ready.emit(message)
            return
        assert isinstance(
            message,
            Snapshot
            | References
            | Progress
            | Exported
            | Drawn
            | Walked
            | RunNoted
            | RunPaused
            | RunRefused
            | CreateRefused,
        )
        pane = next((pane for pane in self.panes if pane.name == message.run), None)
        if pane is None or pane.stamp != message.stamp:
            return  # a late answer of a run that is no more
        match message:
            case Snapshot():
                pane.snapshot = message
                pane.ready = True
                self._post(pane, Taken(pane.name))  # so that the next one is on its way while this one is painted
                pane.snapshot_arrived.emit(message)
            case References():
                pane.references = message
                pane.references_arrived.emit(message)
            case Progress():
                self.progressed.emit(pane, message)
            case Exported():
                self.exported.emit(message)
            case Drawn():
                self.drawn.emit(message)
            case Walked():
                pane.walked.emit(message)
            case RunNoted():
                self.message.emit("info", f"{pane.experiment.title}: {message.message}")
            case RunRefused():
                self._tell(pane, message.message)
            case RunPaused() | CreateRefused():
                pane.playing = False
                pane.problem = message.message if isinstance(message, CreateRefused) else ""
                pane.state_changed.emit()
                self._follow_playing()
                self._tell(pane, message.message)

    def _tell(self, pane: Pane, text: str) -> None:
        self.message.emit("error", f"{pane.experiment.title}: {text}")

    # ---- panes ---------------------------------------------------------------------------------------

    def open(self, comparison: Comparison, starts: Sequence[Arrays | None] = ()) -> None:
        """Show a comparison in place of what is open, paused at step 0 or at the states that its runs begin with."""
        self._show_playing(False)
        for pane in list(self.panes):
            self._forget(pane)
        self.title, self.description, self.steps = comparison.title, comparison.description, comparison.steps
        self.panes = [Pane(experiment, self) for experiment in comparison.experiments]
        for pane, start in zip(self.panes, starts, strict=False):
            pane.begin_with(0 if start is None else int(start["step"]), start)
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

    def starts(self) -> tuple[Arrays | None, ...]:
        """Return the states that the panes' runs begin with, None at step 0."""
        return tuple(pane.start for pane in self.panes)

    def add(self) -> None:
        """Add a pane with the active pane's experiment; it trains if the others do."""
        if self.active is not None:
            self._add(Pane(self.active.draft, self))

    def add_started(self, experiment: Experiment, step: int, state: Arrays, source: str = "") -> None:
        """Add a pane whose run begins with the state of another one, the pane `source`'s, as far as that fits."""
        pane = Pane(experiment, self)
        pane.begin_with(step, state, source)
        self._add(pane)

    def _add(self, pane: Pane) -> None:
        if len(self.panes) >= MAX_PANES:
            pane.deleteLater()
            return
        pane.playing = self._playing
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
        self._follow_playing()
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

    def sharers(self, path: str) -> list[Pane]:
        """Return the panes that an edit of this setting goes to.

        Data, noise, seed and device go to all panes that agree on them with the active one.
        """
        if self.active is None:
            return []
        section = path.split(".", maxsplit=1)[0]
        if section not in SHARED:
            return [self.active]
        value = getattr(self.active.draft, section)
        return [pane for pane in self.panes if getattr(pane.draft, section) == value]

    def edit(self, path: str, value: Any) -> None:
        """Change a setting of the active pane, and of those that share it.

        A live setting holds from the next step. Anything else waits in the draft for a restart, unless the
        run stands at step 0.

        Raises
        ------
        SettingsError
            If the value is not allowed; nothing is changed then.
        """
        panes = self.sharers(path)
        drafts = [pane.draft.with_value(path, value) for pane in panes]
        for pane, draft in zip(panes, drafts, strict=True):
            live = path in Experiment.live_settings() and _same_kind(pane, path)
            pane.draft = draft
            if live:
                pane.experiment = pane.experiment.with_value(path, value)
                self._post(pane, Change(pane.name, path, value))
            self._settle(pane)
        self.experiments_changed.emit()

    def set_drafts(self, drafts: Mapping[Pane, Experiment]) -> None:
        """Give panes other drafts, which wait for a restart unless a run stands at its first step."""
        for pane, draft in drafts.items():
            pane.draft = draft
            self._settle(pane)
        self.experiments_changed.emit()

    def choose_method(self, method: str) -> None:
        """Give the active pane a named method with its usual settings.

        Raises
        ------
        SettingsError
            If there is no such method, or it does not go with the pane's data and noise.
        """
        if self.active is not None:
            self.active.draft = self.active.draft.with_method(method)
            self._settle(self.active)
            self.experiments_changed.emit()

    def _settle(self, pane: Pane) -> None:
        """Apply a draft at once where nothing is lost by it."""
        if pane.step == pane.start_step and not pane.playing and pane.pending:
            self._apply(pane)

    def _apply(self, pane: Pane) -> None:
        if pane.draft.runs != pane.experiment.runs:  # no state of so many seeds fits
            pane.start, pane.start_step = None, 0
        pane.experiment = pane.draft
        pane.view = replace(pane.view, window=pane.experiment.data.window())
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
        self.experiments_changed.emit()

    def discard_pending(self) -> None:
        """Take edits back that wait for a restart."""
        for pane in self.panes:
            pane.draft = pane.experiment
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
        """Let every pane train that can."""
        self.going_on.emit()
        able = [pane for pane in self.panes if not pane.problem]
        if self.lost and not able:
            self.engine_died.emit(self.lost[0].problem)
        for pane in able:
            pane.playing = True
            self._post(pane, Play(pane.name))
            pane.state_changed.emit()
        self._show_playing(bool(able))

    def pause(self) -> None:
        """Stop every pane after the step it is in."""
        for pane in self.panes:
            self._post(pane, Pause(pane.name))
        self._show_playing(False)

    def toggle(self) -> None:
        """Play, or pause."""
        if self._playing:
            self.pause()
        else:
            self.play()

    def step(self, part: Literal["both", "critic", "generator"] = "both") -> None:
        """Do one iteration, or one network's part of it, in every pane; pauses first."""
        if self._playing:
            self.pause()
        self.going_on.emit()
        for pane in self.panes:
            self._post(pane, Step(pane.name, part))

    def walk(self, pane: Pane) -> None:
        """Do one iteration of a pane's run in slow motion; pauses first. `Pane.walked` tells what happened in it."""
        if self._playing:
            self.pause()
        self.going_on.emit()
        self._post(pane, Walk(pane.name))

    def export(self, pane: Pane, request: str, at: int | None = None) -> None:
        """Ask for a run's whole state at the present or a kept step; `exported` has it, with the same request."""
        self._post(pane, Export(pane.name, request, at))

    def draw(self, pane: Pane, request: str, count: int) -> None:
        """Ask for so many samples of what a pane shows; `drawn` has them, with the same request."""
        self._post(pane, Draw(pane.name, request, count, pane.view.at, pane.view.knobs))

    def set_memory(self, limit: int) -> None:
        """Choose how many bytes each run may keep of its past."""
        self._memory = limit
        for pane in self.panes:
            self._post(pane, Limit(pane.name, limit))

    def reset(self) -> None:
        """Begin every run anew with the same seed and the settings as they are now, playing or not as before."""
        for pane in self.panes:
            self._apply(pane)
        self.experiments_changed.emit()

    def new_seed(self) -> None:
        """Begin every run anew with another seed, the same in all panes."""
        used = {pane.draft.seed for pane in self.panes}
        seed = next(seed for seed in iter(lambda: random.randrange(10_000), None) if seed not in used)
        for pane in self.panes:
            pane.draft = pane.draft.changed(seed=seed)
            pane.begin_with(0, None)
        self.reset()

    def set_runs(self, runs: int) -> None:
        """Train so many seeds at once in the active pane, from step 0 and with the settings as they are now.

        Raises
        ------
        SettingsError
            If they are not allowed; nothing is changed then.
        """
        if self.active is not None:
            self.active.draft = self.active.draft.with_value("runs", runs)
            self._apply(self.active)
            self.experiments_changed.emit()

    def set_pace(self, steps_per_second: float | None) -> None:
        """Limit all runs to so many iterations a second; None is flat out."""
        self._pace = steps_per_second
        for link in self._links:
            link.post(Pace(steps_per_second))

    def set_view(self, pane: Pane, **values: Any) -> None:
        """Change what a pane's snapshots show, for example ``field=False``."""
        view = replace(pane.view, **values)
        if view != pane.view:
            pane.view = view
            self._post(pane, pane.asked)

    def _follow_playing(self) -> None:
        self._show_playing(any(pane.playing for pane in self.panes))

    def _show_playing(self, playing: bool) -> None:
        for pane in self.panes:
            if not playing and pane.playing:
                pane.playing = False
                pane.state_changed.emit()
        if playing != self._playing:
            self._playing = playing
            self.playing_changed.emit(playing)


def _same_kind(pane: Pane, path: str) -> bool:
    """Whether a setting of a pane's draft is one of its run as well: other data may wait for a restart."""
    if path != "data.weights":
        return True
    ours, theirs = (each.data.model_dump(exclude={"weights"}) for each in (pane.draft, pane.experiment))
    return ours == theirs
