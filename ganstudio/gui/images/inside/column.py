"""The column of settings beside the pictures of a page, scrolled where it is higher than the page."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from ganstudio.gui import theme

__all__ = ["SettingsColumn"]

WIDTH = 268
"""At text scale 1."""


class SettingsColumn(QScrollArea):
    """A column of a fixed width.

    Attributes
    ----------
    column
        What stands in it.
    """

    def __init__(self, spacing: int = 8, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        content = QWidget()
        self.column = QVBoxLayout(content)
        self.column.setContentsMargins(0, 0, 8, 0)
        self.column.setSpacing(spacing)
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        theme.current().changed.connect(self._fit_width)
        self._fit_width()

    def _fit_width(self) -> None:
        self.setFixedWidth(round(WIDTH * theme.current().scale))
