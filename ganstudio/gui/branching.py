"""Branches: a new pane that goes on from a step of another one, with other settings if a person changed some."""

from __future__ import annotations

import itertools

from PySide6.QtCore import QObject

from ganstudio.experiment import Experiment
from ganstudio.gui.session import MAX_PANES, Pane, Session
from ganstudio.messages import Exported

__all__ = ["Branching", "origin_text"]


class Branching(QObject):
    """Asks for the state that the selected pane shows, and adds a pane that begins with it."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._asked: dict[str, Experiment] = {}
        self._numbers = itertools.count(1)
        session.exported.connect(self._on_exported)

    def branch(self) -> None:
        """Branch from the step that the selected pane shows, with its draft."""
        pane = self._session.active
        if pane is None or not pane.ready or not self._has_room():
            return
        request = f"branch {next(self._numbers)}"
        self._asked[request] = pane.draft
        self._session.export(pane, request, pane.view.at)

    def _on_exported(self, exported: Exported) -> None:
        draft = self._asked.pop(exported.request, None)
        if draft is None or not self._has_room():
            return
        for pane in self._session.panes:
            if pane.name == exported.run and pane.draft == draft:
                pane.draft = pane.experiment  # what waited for a restart has found its run
        self._session.add_started(draft, exported.step, exported.state, exported.run)

    def _has_room(self) -> bool:
        if len(self._session.panes) < MAX_PANES:
            return True
        text = self.tr("There are {0} panes, which is the most: close one to branch from another.")
        self._session.message.emit("warning", text.format(MAX_PANES))
        return False


def origin_text(session: Session, pane: Pane) -> str:
    """Return where a pane's run began, "branched from pane 1 at step 340", or "" if it was at step 0."""
    if pane.start is None:
        return ""
    names = [other.name for other in session.panes]
    if pane.source in names:
        return f"branched from pane {names.index(pane.source) + 1} at step {pane.start_step:,}"
    return f"branched at step {pane.start_step:,}" if pane.source else f"began trained, at step {pane.start_step:,}"
