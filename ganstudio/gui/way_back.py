"""The way back to what a preset, a file or a comparison has replaced."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction

from ganstudio import presets
from ganstudio.experiment import Comparison
from ganstudio.gui.session import Session
from ganstudio.gui.widgets import MessageBar
from ganstudio.messages import Arrays

__all__ = ["WayBack"]

KEY = "way back"
SECONDS = 20.0
"""How long the offer stays in the message bar; it is in the menu until something else is replaced."""


@cache
def _shipped() -> dict[str, Comparison]:
    """Return title -> preset."""
    return {preset.title: preset for preset in map(presets.load, presets.names())}


class WayBack(QObject):
    """Opens comparisons, and remembers what each replaced unless that can be opened again just as it was.

    Parameters
    ----------
    action
        Brings it back; enabled while there is anything.
    """

    def __init__(self, session: Session, bar: MessageBar, action: QAction, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._bar, self._action = session, bar, action
        self._kept: Comparison | None = None
        self._replaced: tuple[Comparison, tuple[Arrays | None, ...]] | None = None
        self._answer = QAction(self.tr("Undo"), self)
        self._answer.setToolTip(self.tr("Open it again with its settings and titles; its runs begin anew"))
        self._answer.triggered.connect(action.trigger)
        self._patience = QTimer(self, singleShot=True, interval=round(SECONDS * 1000))
        self._patience.timeout.connect(self._withdraw)
        action.setEnabled(False)

    def keep(self, comparison: Comparison) -> None:
        """Take note of what is in a file as it is open: it is not lost."""
        self._kept = comparison

    def open(self, comparison: Comparison, starts: Sequence[Arrays | None] = ()) -> None:
        """Show a comparison in place of what is open, and offer the way back where one is needed."""
        session = self._session
        before = (session.comparison(), session.starts()) if session.panes else None
        session.open(comparison, starts)
        if before is None or before[0] in (comparison, self._kept, _shipped().get(before[0].title)):
            return
        self._replaced = before
        self._action.setEnabled(True)
        text = self.tr("{0} is open in place of {1}, which was not saved.")
        text = text.format(_name(comparison), _name(before[0]))
        self._bar.show_message("info", text, [self._answer], key=KEY)
        self._patience.start()

    def bring_back(self) -> None:
        """Open what was replaced last."""
        if self._replaced is None:
            return
        replaced, self._replaced = self._replaced, None
        self._action.setEnabled(False)
        self._withdraw()
        self.open(*replaced)

    def _withdraw(self) -> None:
        self._patience.stop()
        self._bar.dismiss(KEY)


def _name(comparison: Comparison) -> str:
    """Return what a comparison is called: its title in quotes, or those of its experiments."""
    if comparison.title:
        return f"\N{LEFT DOUBLE QUOTATION MARK}{comparison.title}\N{RIGHT DOUBLE QUOTATION MARK}"
    return ", ".join(experiment.title for experiment in comparison.experiments)
