"""What the message bar says of the session and its engines, and what it offers."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from ganstudio.gui.actions import Actions
from ganstudio.gui.session import Session
from ganstudio.gui.widgets import MessageBar
from ganstudio.messages import EngineReady

__all__ = ["Messenger"]


class Messenger(QObject):
    """Keeps a message bar up with a session.

    Attributes
    ----------
    noted : Signal(str)
        On what is trained, in a few words.
    """

    noted = Signal(str)

    def __init__(self, session: Session, bar: MessageBar, actions: Actions, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._bar, self._actions = session, bar, actions
        self._answers = [QAction(self.tr("Restart"), self), actions["branch"], QAction(self.tr("Undo"), self)]
        self._answers[0].triggered.connect(session.apply_pending)
        self._answers[2].triggered.connect(session.discard_pending)
        session.message.connect(self.say)
        session.engine_died.connect(self._on_died)
        session.engine_silent.connect(self._on_silent)
        session.engine_ready.connect(self._on_ready)
        session.experiments_changed.connect(self.follow)
        session.panes_changed.connect(self.follow)
        actions["setup"].toggled.connect(self.follow)

    def say(self, level: str, text: str) -> None:
        """Say what happened."""
        self._bar.say(level, text)  # type: ignore[arg-type]

    def follow(self) -> None:
        """Take back what is no longer true, and offer a restart where the setup, which does it otherwise, is hidden."""
        if not self._session.lost:
            self._bar.dismiss("engine")
        hidden = not self._actions["setup"].isChecked()
        if hidden and self._session.pending:
            self._bar.show_message("info", self.tr("Changes wait for a restart."), self._answers, key="pending")
        else:
            self._bar.dismiss("pending")

    def _on_ready(self, engine: EngineReady) -> None:
        self._bar.dismiss("engine")
        best = {"cuda": "CUDA", "mps": "Apple GPU", "cpu": "CPU"}[engine.devices[0]]
        self.noted.emit(self.tr("{0} \N{MIDDLE DOT} PyTorch {1}").format(best, engine.torch))

    def _on_died(self, how: str) -> None:
        if not self._session.lost:  # no picture was lost by it
            return
        text = self.tr("The engine that trains is gone: {0}. The last pictures stay; a restart begins at step 0.")
        self._bar.show_message("error", text.format(how), [self._actions["restart_engine"]], key="engine")
        self.noted.emit(self.tr("no engine"))

    def _on_silent(self, silent: bool) -> None:
        if not silent:
            self._bar.dismiss("silent")
            return
        text = self.tr("The engine has not answered for a while: one step may take that long, or it hangs.")
        self._bar.show_message("warning", text, [self._actions["restart_engine"]], key="silent")
