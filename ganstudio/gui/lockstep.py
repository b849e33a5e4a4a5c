"""Panes that train together: at the same step, or with the same time each.

Runs live in several engines and know nothing of one another, so each gets a barrier a little beyond the slowest of
the others, which moves on whenever that one has gone on.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from ganstudio.messages import Barrier, Progress, Snapshot, Step, ToEngine

if TYPE_CHECKING:
    from ganstudio.gui.pane import Pane
    from ganstudio.gui.session import Session

__all__ = ["Lockstep", "Mode"]

Mode = Literal["free", "steps", "time"]

LEAD_SECONDS = (0.1, 0.5)
"""Least and most that others may be ahead of the slowest, in its time: reports come every 20 ms, and on a free machine
the next barrier is there 50 ms later. Where that takes longer the lead grows, so that the slowest never waits."""
RATE_SECONDS = 0.5
"""Time over which the slowest's rate is measured."""


@dataclass
class _Course:
    """How far a run is, and how quickly it went on lately."""

    step: int
    seconds: float = 0.0
    rate: float = 0.0
    since: float = 0.0
    since_step: int = 0
    held: bool = False

    def follow(self, progress: Progress) -> None:
        """Take a report."""
        now = time.monotonic()
        self.step, self.seconds, self.held = progress.step, progress.seconds, progress.held
        if not self.since:
            self.since, self.since_step = now, progress.step
        elif now - self.since >= (RATE_SECONDS if self.rate else RATE_SECONDS / 5):
            self.rate = (progress.step - self.since_step) / (now - self.since)
            self.since, self.since_step = now, progress.step


class Lockstep(QObject):
    """Keeps a session's panes together while they train.

    A pane that is paused, failed or closed keeps nobody waiting. One that begins while others are far ahead catches
    up first; the others wait for it.

    Parameters
    ----------
    post
        Sends a message to a pane's engine.

    Attributes
    ----------
    mode_changed : Signal(str)
        The panes are kept together in another way: "free" (each as fast as it can), "steps" or "time".
    """

    mode_changed = Signal(str)

    def __init__(self, session: Session, post: Callable[[Pane, ToEngine], None]) -> None:
        super().__init__(session)
        self._session = session
        self._post = post
        self._mode: Mode = "free"
        self._courses: dict[str, _Course] = {}
        self._barriers: dict[str, float] = {}
        self._engaged: list[Pane] = []
        self._levelled: dict[str, Pane] = {}
        self._unheard: set[str] = set()
        self._lead = 1.0
        self._lead_seconds = LEAD_SECONDS[0]
        self._known: set[str] = set()
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._advance)
        session.panes_changed.connect(self._follow_panes)
        session.playing_changed.connect(self._follow_playing)
        session.progressed.connect(self._follow_progress)
        session.engine_silent.connect(self._follow_silence)

    @property
    def mode(self) -> Mode:
        """How panes are kept together: "free", "steps" or "time"."""
        return self._mode

    def set_mode(self, mode: Mode) -> None:
        """Keep panes together in another way, from now on."""
        if mode != self._mode:
            self._mode = mode
            self._release()
            self._advance()
            self.mode_changed.emit(mode)

    def holds(self, pane: Pane) -> bool:
        """Whether a pane stands at its barrier, so that nothing will be heard of it until that moves on."""
        return self._mode != "free" and pane.name in self._courses and self._courses[pane.name].held

    # ---- what happens --------------------------------------------------------------------------------

    def _follow_panes(self) -> None:
        """Listen to new panes, forget closed ones."""
        names = {pane.name for pane in self._session.panes}
        for pane in self._session.panes:
            if pane.name not in self._known:
                pane.started.connect(self._on_started)
                pane.state_changed.connect(self._soon.start)
                pane.snapshot_arrived.connect(self._on_snapshot)
        self._known = names
        for table in (self._courses, self._barriers, self._levelled):
            for name in table.keys() - names:
                del table[name]
        self._soon.start()

    def _on_started(self) -> None:
        """Forget what a run was that begins anew; it has no barrier yet, and takes none before it is made."""
        pane = self.sender()
        self._courses.pop(pane.name, None)  # type: ignore[attr-defined]
        self._barriers.pop(pane.name, None)  # type: ignore[attr-defined]
        self._soon.start()

    def _follow_progress(self, pane: Pane, progress: Progress) -> None:
        self._course(pane).follow(progress)
        self._suit_lead()
        self._advance()

    def _follow_playing(self, playing: bool) -> None:
        level = self._engaged if self._mode == "steps" and not playing else []
        self._levelled = {pane.name: pane for pane in level}
        self._unheard = set(self._levelled)
        self._advance()

    def _follow_silence(self, _silent: bool) -> None:
        """Wait no longer for an engine that does not answer."""
        self._advance()

    # ---- barriers ------------------------------------------------------------------------------------

    def _course(self, pane: Pane) -> _Course:
        if pane.name not in self._courses:
            self._courses[pane.name] = _Course(max(pane.step, pane.start_step))
        return self._courses[pane.name]

    def _at(self, pane: Pane) -> float:
        """Return how far a pane is, in steps or in seconds."""
        course = self._course(pane)
        return course.step if self._mode == "steps" else course.seconds

    def _advance(self) -> None:
        """Give every pane that trains the barrier that belongs to the slowest one now."""
        self._level()  # those that it waited for may have gone
        session = self._session
        gone = {*session.lost, *session.silent}
        self._engaged = [pane for pane in session.panes if pane.playing and not pane.problem and pane not in gone]
        if self._mode == "free" or len(self._engaged) < 2:
            if session.playing:
                self._release()
            self._tell([], None)
            return
        slowest, second = sorted(self._engaged, key=self._at)[:2]
        self._lead = self._lead_of(slowest)
        for pane in self._engaged:
            barrier = self._at(second if pane is slowest else slowest) + self._lead
            old = self._barriers.get(pane.name, math.inf)
            # A message for each report would be many, and a quarter of the lead keeps nobody waiting.
            if not 0 <= barrier - old < self._lead / 4:
                self._barriers[pane.name] = barrier
                self._post(pane, self._message(pane, barrier))
        far = self._at(slowest) + 2 * self._lead
        self._tell([pane for pane in self._engaged if self._at(pane) > far], slowest)

    def _lead_of(self, slowest: Pane) -> float:
        """Return how far others may be ahead of the slowest, and so how far that may go until it is heard of."""
        if self._mode == "time":
            return self._lead_seconds
        # One iteration of each must fit in, however many steps it is.
        stride = max(pane.experiment.training.generator_steps for pane in self._engaged)
        return max(stride, math.ceil(self._lead_seconds * self._course(slowest).rate))

    def _suit_lead(self) -> None:
        """Lengthen the lead where all panes stand and wait to be heard of; shorten it slowly where they do not."""
        least, most = LEAD_SECONDS
        stuck = all(self._course(pane).held for pane in self._engaged)
        self._lead_seconds = min(most, max(least, self._lead_seconds * (1.5 if stuck else 0.995)))

    def _message(self, pane: Pane, barrier: float) -> Barrier:
        if self._mode == "steps":
            return Barrier(pane.name, steps=int(barrier))
        return Barrier(pane.name, seconds=barrier)

    def _release(self) -> None:
        """Let every run train on."""
        for pane in self._session.panes:
            if self._barriers.pop(pane.name, None) is not None:
                self._post(pane, Barrier(pane.name))

    def _tell(self, waiting: list[Pane], slowest: Pane | None) -> None:
        """Say in the panes' states who waits for whom, where that takes longer than the usual moment."""
        panes = self._session.panes
        for pane in panes:
            note = ""
            if waiting and slowest is not None:
                if pane in waiting:
                    note = self.tr("waits for pane {0}").format(panes.index(slowest) + 1)
                elif pane is slowest:
                    note = self.tr("catching up")
            if note != pane.note:
                pane.note = note
                pane.state_changed.emit()

    # ---- level at a pause ----------------------------------------------------------------------------

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        if not snapshot.playing:
            self._unheard.discard(snapshot.run)
        self._level()

    def _level(self) -> None:
        """Bring panes that have been paused to the step of the one that is furthest, once all of them stand."""
        panes = [pane for pane in self._levelled.values() if not pane.problem]
        if not panes or any(pane.name in self._unheard for pane in panes):
            return
        self._levelled = {}
        furthest = max(pane.step for pane in panes)
        # One that was still catching up goes on with that another time.
        near = [pane for pane in panes if furthest - pane.step <= 2 * self._lead]
        target = common_step([(pane.step, pane.experiment.training.generator_steps) for pane in near])
        for pane in near:
            for _ in range(math.ceil((target - pane.step) / pane.experiment.training.generator_steps)):
                self._post(pane, Step(pane.name))


def common_step(places: list[tuple[int, int]]) -> int:
    """Return the first step that all of these can reach, or the furthest one's if there is none.

    Parameters
    ----------
    places
        Step of each, and the steps that one iteration takes it further.
    """
    furthest = max(step for step, _ in places)
    period = math.lcm(*(stride for _, stride in places))
    for target in range(furthest, furthest + period):
        if all((target - step) % stride == 0 for step, stride in places):
            return target
    return furthest
