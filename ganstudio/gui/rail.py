"""The narrow rail on the left: where to go."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

__all__ = ["Rail"]

WIDTH = 68


class Rail(QWidget):
    """Pages at the top, of which one is on; everything else at the bottom."""

    def __init__(self, pages: list[QAction], others: list[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons: dict[str, QToolButton] = {}
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for action in pages:
            self._buttons[action.objectName()] = self._button(action)
            layout.addWidget(self._buttons[action.objectName()])
        layout.addStretch(1)
        for action in others:
            layout.addWidget(self._button(action))

    def set_current(self, page: str) -> None:
        """Mark the page that is shown."""
        for name, button in self._buttons.items():
            button.setChecked(name == page)

    def _button(self, action: QAction) -> QToolButton:
        button = QToolButton()
        button.setProperty("role", "rail")
        button.setDefaultAction(action)
        button.setCheckable(action.isCheckable())
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setIconSize(QSize(20, 20))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setFixedWidth(WIDTH)
        return button
