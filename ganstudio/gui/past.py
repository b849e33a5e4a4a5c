"""Looking back: which kept step every pane shows, and how a window with several panes goes through them.

Each run keeps other steps than the next one: it may be faster, or larger, or have begun later. So there is one step
that the timeline is at, and every pane shows what it kept last before it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from ganstudio.gui.session import Pane, Session
from ganstudio.messages import Bookmark, Snapshot
from ganstudio.metrics.table import usual

__all__ = ["DEFAULT_METRIC", "Past", "kept_steps"]

DEFAULT_METRIC = "sliced_w2"
"""By which steps are the best ones until a person chooses: it applies to all data, and no mode is left out of it."""


class _Look(QObject):
    """Where one pane looks; asks its engine for one view at a time, however fast a mouse is."""

    def __init__(self, session: Session, pane: Pane, parent: Past) -> None:
        super().__init__(parent)
        self._session, self.pane = session, pane
        self._begun = pane.stamp > 0
        self._wanted: int | None = None
        self._waiting = False
        pane.snapshot_arrived.connect(self._on_snapshot)
        pane.started.connect(self._on_started)
        pane.state_changed.connect(self._on_state)

    @property
    def step(self) -> int | None:
        """The step before the present one that it looks, or is about to look, at; None if it looks at the present."""
        return self._wanted

    def go(self, step: int | None) -> None:
        """Look at what was kept at a step or last before it; None is the present."""
        pane = self.pane
        if step is not None and step >= pane.step:
            step = None
        if step is not None:
            kept = kept_steps(pane)
            step = max(step, int(kept[0])) if kept.size else None  # a branch has nothing before its own beginning
        self._wanted = step
        if not self._waiting:
            self._ask()

    def _ask(self) -> None:
        if self._wanted != self.pane.view.at:
            self._waiting = self.pane.ready
            self._session.set_view(self.pane, at=self._wanted)

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        if snapshot.at == self.pane.view.at:  # and not the answer to an older view
            self._waiting = False
            self._ask()

    def _on_started(self) -> None:
        """Show the present of a new run, and let all others do so, too, if it is the pane's second one."""
        self._waiting, again = False, self._begun
        self._begun = True
        self.go(None)
        past = self.parent()
        assert isinstance(past, Past)
        if again:
            past.now()
        past.changed.emit()

    def _on_state(self) -> None:
        if self.pane.problem or not self.pane.playing:
            self._waiting = False  # an engine that failed will not answer


class Past(QObject):
    """What can be looked back at in all panes of a session, and what is.

    Attributes
    ----------
    at
        The step that is looked at, None for now. A pane shows the step that it kept last before it.
    """

    changed = Signal()
    """Other steps are kept, another one is looked at, or others are the best."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._looks: dict[str, _Look] = {}
        self.at: int | None = None
        self._metric = DEFAULT_METRIC
        session.panes_changed.connect(self._follow_panes)
        session.active_changed.connect(self._follow_active)
        session.going_on.connect(self.now)
        self._follow_panes()

    # ---- what there is -------------------------------------------------------------------------------

    @property
    def session(self) -> Session:
        """Whose past it is."""
        return self._session

    @property
    def panes(self) -> list[Pane]:
        """All panes, in order."""
        return self._session.panes

    @property
    def active(self) -> Pane | None:
        """The selected pane."""
        return self._session.active

    @property
    def present(self) -> int:
        """The latest step that any pane has reached."""
        return max((pane.step for pane in self.panes), default=0)

    @property
    def playing(self) -> bool:
        """Whether any pane trains."""
        return self._session.playing

    @property
    def is_back(self) -> bool:
        """Whether any pane looks back."""
        return any(look.step is not None for look in self._looks.values())

    def stops(self) -> NDArray[np.int64]:
        """Return all steps that can be looked at, ascending; the last one is now."""
        marks = [mark.step for pane in self.panes if (mark := self.best(pane))]
        kept = np.concatenate([np.array([*marks, self.present], np.int64), *map(kept_steps, self.panes)])
        # Not np.unique: it loads masked arrays first, for a twentieth of a second before the window's first paint.
        return np.array(sorted(set(kept[kept <= self.present].tolist())), np.int64)

    def position(self) -> int:
        """Return the step that the timeline is at."""
        return self.present if self.at is None else self.at

    def step_of(self, pane: Pane) -> int | None:
        """Return the step that a pane is to look back at, None for its present."""
        return self._looks[pane.name].step

    def best(self, pane: Pane) -> Bookmark | None:
        """Return a pane's best measured step by the chosen metric."""
        history = pane.snapshot.history if pane.snapshot else None
        return history.best.get(self.metric) if history else None

    @property
    def metric(self) -> str:
        """Key of `ganstudio.metrics.METRICS` by which the best steps are marked."""
        return self._metric if self._metric in self.metrics() else DEFAULT_METRIC

    def metrics(self) -> tuple[str, ...]:
        """Return the metrics that the selected pane's data have."""
        return usual(self.active.experiment.data) if self.active else (DEFAULT_METRIC,)

    # ---- what a person does --------------------------------------------------------------------------

    def go(self, step: int) -> None:
        """Look at a step in all panes; pauses first."""
        if step >= self.present:
            self.now()
            return
        self._look_back()
        self.at = step
        for look in self._looks.values():
            look.go(step)
        self.changed.emit()

    def move(self, count: int) -> None:
        """Go so many kept steps on, or back if negative."""
        if self.at is None and count >= 0:
            return
        self._look_back()  # first: no step is kept any more while a person looks
        stops = self.stops()
        index = int(np.searchsorted(stops, self.position(), side="right")) - 1
        self.go(int(stops[min(max(0, index + count), len(stops) - 1)]))

    def back(self) -> None:
        """Go one kept step back."""
        self.move(-1)

    def on(self) -> None:
        """Go one kept step on."""
        self.move(1)

    def now(self) -> None:
        """Look at the present in all panes."""
        if self.at is not None or self.is_back:
            self.at = None
            for look in self._looks.values():
                look.go(None)
            self.changed.emit()

    def to_best(self) -> None:
        """Look at every pane's own best step; a pane that has none shows its present."""
        marks = {pane.name: self.best(pane) for pane in self.panes}
        if not any(marks.values()):
            return
        self._look_back()
        for name, mark in marks.items():
            self._looks[name].go(mark.step if mark else None)
        own = marks[self.active.name] if self.active else None
        step = own.step if own else max(mark.step for mark in marks.values() if mark)
        self.at = step if self.is_back else None
        self.changed.emit()

    def set_metric(self, metric: str) -> None:
        """Choose by which metric steps are the best."""
        if metric != self._metric:
            self._metric = metric
            self.changed.emit()

    # ---- inside --------------------------------------------------------------------------------------

    def _look_back(self) -> None:
        if self._session.playing:
            self._session.pause()

    def _follow_panes(self) -> None:
        names = {pane.name for pane in self.panes}
        for name in [name for name in self._looks if name not in names]:
            self._looks.pop(name).deleteLater()
        for pane in self.panes:
            if pane.name not in self._looks:
                self._looks[pane.name] = _Look(self._session, pane, self)
                pane.snapshot_arrived.connect(self._on_snapshot)
        if not self.is_back:
            self.at = None
        self.changed.emit()

    def _follow_active(self) -> None:
        """Be where the selected pane is, if all look back at steps of their own."""
        look = self._looks.get(self.active.name) if self.active else None
        if look is not None and look.step is not None:
            self.at = look.step
        self.changed.emit()

    def _on_snapshot(self) -> None:
        self.changed.emit()


def kept_steps(pane: Pane) -> NDArray[np.int64]:
    """Return the steps that a pane's run keeps, evenly spaced, ascending."""
    history = pane.snapshot.history if pane.snapshot else None
    return history.steps if history else np.empty(0, np.int64)
