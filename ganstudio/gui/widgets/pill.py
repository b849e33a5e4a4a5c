"""Small round things: layer switches and states."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from ganstudio.gui import icons, theme
from ganstudio.gui.widgets.label import ElidedLabel

__all__ = ["Pill", "StatePill"]

State = Literal["neutral", "good", "bad", "warning"]


class Pill(QPushButton):
    """A switch with a round outline; with a swatch it is the legend of what it switches, too.

    Parameters
    ----------
    swatch
        Name of a palette colour, for example "real"; "" for none.
    """

    def __init__(
        self, text: str, swatch: str = "", tooltip: str = "", parent: QWidget | None = None, *, checked: bool = False
    ) -> None:
        super().__init__(text, parent)
        self._swatch = swatch
        self.setProperty("role", "pill")
        self.setCheckable(True)
        self.setChecked(checked)
        self.setToolTip(tooltip)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.toggled.connect(self._restyle)
        theme.current().changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        if self._swatch:
            colour = getattr(theme.current().palette, self._swatch)
            self.setIcon(icons.dot(colour, filled=self.isChecked(), size=round(10 * theme.current().scale)))


class StatePill(ElidedLabel):
    """A word or two on a coloured ground: how a run is doing.

    Attributes
    ----------
    clicked : Signal()
        By the mouse, or by Enter or Space while it has the keyboard.
    """

    clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(role="state", parent=parent)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setVisible(False)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Say that it was clicked."""
        super().mouseReleaseEvent(event)
        if self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter and Space be a click."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)

    def set_state(self, text: str, state: State = "neutral", tooltip: str = "") -> None:
        """Show a text in a state's colour; an empty text hides the pill."""
        if self.property("state") != state:
            self.setProperty("state", state)
            theme.repolish(self)
        self.setText(text)
        self.set_hint(tooltip)
        self.setVisible(bool(text))
