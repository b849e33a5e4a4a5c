"""Buttons that make data of one's own, and what the present ones are."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ganstudio.data import Distribution
from ganstudio.gui import theme
from ganstudio.gui.widgets import label

__all__ = ["OwnDataRow"]


class OwnDataRow(QWidget):
    """A button for each action, and under them what a person drew or which file the data are from."""

    def __init__(self, actions: Sequence[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = label("", "small")
        self.words.setWordWrap(True)
        self.words.setVisible(False)
        row = QHBoxLayout()
        row.setSpacing(8)
        for action in actions:
            button = QToolButton()
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            theme.set_role(button, "plain")
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self.words)

    def show_data(self, data: Distribution) -> None:
        """Say what the data are, where they are a person's own."""
        self.words.setText(data.summary)
        self.words.setVisible(bool(data.summary))
