"""One moment of all runs: what is seen, and the states that belong to it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from ganstudio.experiment import Comparison
from ganstudio.gui.session import Pane, Session
from ganstudio.messages import Arrays, Exported

__all__ = ["Still"]

PATIENCE_MILLISECONDS = 6000
"""How long engines may owe the states; a picture without them is better than none."""

_requests = itertools.count(1)


class Still(QObject):
    """Lets the runs stand for a moment, takes a picture, and asks for the state of each run that it shows.

    Attributes
    ----------
    path
        Where the picture is to be put.
    silent
        Titles of runs that did not tell their state in time.
    taken : Signal(object, object, object)
        The picture (QImage), a `Comparison` of what its panes compute, and a list of a state or None for each. Runs
        that played go on by then.
    """

    taken = Signal(object, object, object)

    def __init__(
        self,
        path: str,
        session: Session,
        panes: Sequence[Pane],
        look: Callable[[], QImage],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.path = path
        self.silent: list[str] = []
        experiments = tuple(pane.experiment for pane in panes)
        self._comparison = Comparison(
            title=session.title, description=session.description, steps=session.steps, experiments=experiments
        )
        self._session = session
        self._panes = list(panes)
        self._look = look
        self._names = {pane.name: f"picture {next(_requests)}" for pane in self._panes}
        self._owed: dict[str, str] = {}
        self._states: dict[str, Arrays] = {}
        self._picture: QImage | None = None
        self._played = session.playing
        self._clock = QTimer(self, singleShot=True, interval=PATIENCE_MILLISECONDS)
        self._clock.timeout.connect(self._end)

    def start(self) -> None:
        """Begin; `taken` comes in any case."""
        self._session.exported.connect(self._on_exported)
        for pane in self._panes:
            pane.snapshot_arrived.connect(self._look_if_still)
            pane.state_changed.connect(self._look_if_still)
        self._session.panes_changed.connect(self._on_panes_changed)
        if self._played:
            self._session.pause()
        self._clock.start()
        self._look_if_still()

    def _look_if_still(self) -> None:
        """Take the picture as soon as every run that can has said that it stands."""
        able = [pane for pane in self._panes if pane.ready and not pane.problem]
        if self._picture is not None or any(pane.snapshot and pane.snapshot.playing for pane in able):
            return
        self._picture = self._look()
        self._owed = {pane.name: pane.experiment.title for pane in able}
        for pane in able:
            self._session.export(pane, self._names[pane.name], pane.view.at)
        if not self._owed:
            self._end()

    def _on_exported(self, message: Exported) -> None:
        if self._names.get(message.run) == message.request:
            self._states[message.run] = message.state
            self._owed.pop(message.run, None)
            if not self._owed:
                self._end()

    def _on_panes_changed(self) -> None:
        """Be content with what there is; new runs do not play because old ones did."""
        self._played = False
        self._end()

    def _end(self) -> None:
        self._clock.stop()
        self._session.exported.disconnect(self._on_exported)
        self._session.panes_changed.disconnect(self._on_panes_changed)
        for pane in self._panes:
            pane.snapshot_arrived.disconnect(self._look_if_still)
            pane.state_changed.disconnect(self._look_if_still)
        if self._played and not self._session.playing:
            self._session.play()
        picture = self._picture if self._picture is not None else self._look()
        self.silent = list(self._owed.values())
        self.taken.emit(picture, self._comparison, [self._states.get(pane.name) for pane in self._panes])
        self.deleteLater()
