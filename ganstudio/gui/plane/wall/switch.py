"""The command that trains many seeds at once, or one again."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from ganstudio.gui.session import Session
from ganstudio.gui.wording import refusal_text
from ganstudio.settings import SettingsError

__all__ = ["SEEDS", "WallSwitch"]

SEEDS = 16


class WallSwitch(QObject):
    """Keeps the command's text and tick up with the selected pane, and does what it says.

    Parameters
    ----------
    action
        Its text says what it would do: both begin again at step 0.
    """

    def __init__(self, session: Session, action: QAction, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._action = action
        action.setCheckable(True)
        session.active_changed.connect(self._follow)
        session.experiments_changed.connect(self._follow)
        self._follow()

    def toggle(self) -> None:
        """Train 16 seeds in the selected pane, or one if it has several."""
        pane = self._session.active
        if pane is None:
            return
        runs = 1 if pane.experiment.runs > 1 else SEEDS
        try:
            self._session.set_runs(runs)
        except SettingsError as error:
            self._session.message.emit("warning", refusal_text("runs", str(error)))
        self._follow()

    def _follow(self) -> None:
        pane = self._session.active
        several = pane is not None and pane.experiment.runs > 1
        self._action.setChecked(several)
        many = self.tr("Wall of {0} seeds (restarts the pane)").format(SEEDS)
        text = self.tr("One seed again (restarts the pane)") if several else many
        self._action.setText(text)
        self._action.setIconText(text)
