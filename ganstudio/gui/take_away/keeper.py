"""Keeps what every run tells of its losses and metrics, for as long as its pane is open."""

from __future__ import annotations

from PySide6.QtCore import QObject

from ganstudio.curves import Curves
from ganstudio.gui.session import Pane, Session
from ganstudio.messages import Snapshot

__all__ = ["CurveKeeper"]


class _Keeper(QObject):
    """Listens to one pane, and ends with it."""

    def __init__(self, pane: Pane) -> None:
        super().__init__(pane)
        self.curves = Curves()
        pane.started.connect(self._on_started)
        pane.snapshot_arrived.connect(self._on_snapshot)

    def _on_started(self) -> None:
        self.curves.clear()

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        self.curves.add(snapshot.losses, snapshot.readings)


class CurveKeeper(QObject):
    """Listens to all panes of a session."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._keepers: dict[str, _Keeper] = {}
        session.panes_changed.connect(self._follow)
        self._follow()

    def curves(self, pane: Pane) -> Curves:
        """Return what a pane's run has told."""
        return self._keepers[pane.name].curves

    def _follow(self) -> None:
        names = {pane.name for pane in self._session.panes}
        self._keepers = {name: keeper for name, keeper in self._keepers.items() if name in names}
        for pane in self._session.panes:
            if pane.name not in self._keepers:
                self._keepers[pane.name] = _Keeper(pane)
