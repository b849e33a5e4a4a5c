"""Leads through an iteration: asks for it, goes from stop to stop, and leaves when the run goes on."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from ganstudio.gui.session import Pane, Session
from ganstudio.gui.walk.graph import Stop, obstacle, stops_of
from ganstudio.messages import Snapshot, Walked

__all__ = ["SPEEDS", "Director"]

SPEEDS = (0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)
FRAME_SECONDS = 1 / 30
MOVING_SECONDS = 2.0
"""What moves in a picture has arrived after so long, at speed 1."""


class Director(QObject):
    """Slow motion of one pane at a time.

    Attributes
    ----------
    changed : Signal()
        Another state, iteration or stop, or it goes on or rests.
    ticked : Signal(float)
        So many seconds of slow motion have passed.
    arrived : Signal(object)
        The first `Snapshot` after the iteration.
    state
        "live" while there is nothing to lead through, "waiting" for an iteration, or "walking".
    walked
        The iteration, while walking.
    """

    changed = Signal()
    ticked = Signal(float)
    arrived = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.pane: Pane | None = None
        self.state: Literal["live", "waiting", "walking"] = "live"
        self.walked: Walked | None = None
        self.stops: tuple[Stop, ...] = ()
        self.index = 0
        self.elapsed = 0.0
        self.duration = 4.0
        self.speed = 1.0
        self._asked = False
        self._last_step = 0
        self._timer = QTimer(self, interval=round(1000 * FRAME_SECONDS))
        self._timer.timeout.connect(self._on_time)
        self._clock = QElapsedTimer()
        session.playing_changed.connect(self._on_playing)

    # ---- beginning and ending ------------------------------------------------------------------------

    def follow(self, pane: Pane | None) -> None:
        """Lead through this pane's iterations from now on."""
        if pane is self.pane:
            return
        self.leave()
        if self.pane is not None:
            self._tie(self.pane, "disconnect")
        self.pane, self._last_step = pane, 0
        if pane is not None:
            self._tie(pane, "connect")

    def _tie(self, pane: Pane, how: Literal["connect", "disconnect"]) -> None:
        for signal, slot in (
            (pane.walked, self._on_walked),
            (pane.snapshot_arrived, self._on_snapshot),
            (pane.started, self._on_started),
            (pane.state_changed, self._on_state),
        ):
            getattr(signal, how)(slot)

    def obstacle(self) -> str:
        """Return why the pane's next iteration cannot be shown, or ""."""
        if self.pane is None:
            return self.tr("There is no pane.")
        if self.pane.problem:
            return self.tr("This run does not train: {0}").format(self.pane.problem)
        if not self.pane.ready:
            return self.tr("This run is just starting.")
        return obstacle(self.pane.experiment)

    def begin(self) -> str:
        """Ask for the next iteration in slow motion; return why it cannot be shown, or ""."""
        if self.state == "waiting":
            return ""
        if reason := self.obstacle():
            return reason
        assert self.pane is not None
        if self._session.playing:
            self._session.pause()
        self._session.going_on.emit()  # whoever looks at the past shows the present again
        self._rest()
        self.state, self._asked = "waiting", False
        self._ask_at_rest(self.pane.snapshot)
        self.changed.emit()
        return ""

    def leave(self) -> None:
        """Go back to live pictures."""
        if self.state != "live":
            self._rest()
            self.state, self.walked, self.stops = "live", None, ()
            self.changed.emit()

    def _ask_at_rest(self, snapshot: Snapshot | None) -> None:
        """Ask for the iteration once the present state before it has been seen."""
        assert self.pane is not None
        if self._asked or snapshot is None or snapshot.playing or snapshot.is_past or snapshot.step < self._last_step:
            return
        self._asked = True
        self._session.walk(self.pane)

    def _on_walked(self, walked: Walked) -> None:
        if self.state != "waiting" or self.pane is None:
            return
        experiment = self.pane.experiment
        self._last_step = walked.step + experiment.training.generator_steps
        self.state, self.walked, self.stops = "walking", walked, stops_of(experiment)
        self._begin_stop(0)
        self.resume()

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        if self.state == "waiting":
            self._ask_at_rest(snapshot)
        elif self.state == "walking" and snapshot.step == self._last_step and not snapshot.is_past:
            self.arrived.emit(snapshot)
        elif self.state == "walking" and snapshot.step > self._last_step:
            self.leave()

    def _on_started(self) -> None:
        self._last_step = 0
        self.leave()

    def _on_state(self) -> None:
        # While an iteration is waited for only a run that stopped by itself changes its state.
        if self.state == "waiting":
            self.leave()

    def _on_playing(self, playing: bool) -> None:
        if playing:
            self.leave()

    # ---- from stop to stop ---------------------------------------------------------------------------

    @property
    def stop(self) -> Stop | None:
        """Where it is; None unless walking."""
        return self.stops[self.index] if self.state == "walking" else None

    @property
    def playing(self) -> bool:
        """Whether it goes on by itself."""
        return self._timer.isActive()

    @property
    def progress(self) -> float:
        """How far what moves in the stop's pictures has come, from 0 to 1."""
        return min(1.0, self.elapsed / min(MOVING_SECONDS, 0.8 * self.duration))

    @property
    def share(self) -> float:
        """How much of the stop's time is over, from 0 to 1."""
        return min(1.0, self.elapsed / self.duration)

    def go(self, index: int) -> None:
        """Go to a stop; beyond the ends nothing happens."""
        if self.state == "walking" and 0 <= index < len(self.stops):
            self._begin_stop(index)
            self.changed.emit()

    def forward(self) -> None:
        """Go to the next stop."""
        self.go(self.index + 1)

    def back(self) -> None:
        """Go to the stop before."""
        self.go(self.index - 1)

    def toggle(self) -> None:
        """Rest, or go on; at the very end, from the beginning."""
        if self.state != "walking":
            return
        if self.playing:
            self._rest()
            self.changed.emit()
            return
        if self.index == len(self.stops) - 1 and self.share >= 1.0:
            self._begin_stop(0)
        self.resume()

    def resume(self) -> None:
        """Go on by itself."""
        if self.state == "walking":
            self._clock.start()
            self._timer.start()
            self.changed.emit()

    def rest(self) -> None:
        """Stay at the stop."""
        if self.playing:
            self._rest()
            self.changed.emit()

    def _rest(self) -> None:
        self._timer.stop()

    def _begin_stop(self, index: int) -> None:
        self.index, self.elapsed = index, 0.0

    def _on_time(self) -> None:
        # After a long pause of the event loop nothing is to be skipped.
        self.advance(min(self._clock.restart() / 1000, 0.2))

    def advance(self, seconds: float) -> None:
        """Let time pass, at the chosen speed."""
        self.elapsed += seconds * self.speed
        self.ticked.emit(seconds * self.speed)
        if self.share < 1.0:
            return
        if self.index < len(self.stops) - 1:
            self._begin_stop(self.index + 1)
        else:
            self._rest()
        self.changed.emit()
