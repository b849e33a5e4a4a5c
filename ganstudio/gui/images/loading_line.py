"""Says that a model is being loaded, with a bar that moves."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QWidget

from ganstudio.gui.widgets import ElidedLabel

__all__ = ["LoadingLine"]


class LoadingLine(QWidget):
    """A sentence and a busy bar; takes no room while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ElidedLabel("", "muted")
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(120)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self._bar)
        layout.addWidget(self._text, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.hide()

    @property
    def text(self) -> str:
        """What it says, "" for nothing."""
        return self._text.text()

    def say(self, text: str) -> None:
        """Say what is being loaded; "" takes it away."""
        self._text.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))
