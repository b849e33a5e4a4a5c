"""A button that asks, how far the answer is, and a button that gives it up."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from ganstudio.gui.images.evaluation.questioning import Questioning

__all__ = ["AskBar"]


class AskBar(QWidget):
    """Follows a `Questioning`.

    Attributes
    ----------
    wanted : Signal()
        The button that asks was pressed.
    """

    wanted = Signal()

    def __init__(self, questioning: Questioning, text: str, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._questioning = questioning
        self._able = True
        self.ask = QPushButton(text)
        self.ask.setProperty("role", "primary")
        self.ask.setToolTip(hint)
        self.ask.clicked.connect(self.wanted)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(96)
        self.progress.setAccessibleName(self.tr("How far the answer is"))
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.clicked.connect(questioning.cancel)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for widget in (self.ask, self.progress, self.cancel):
            layout.addWidget(widget)
        questioning.busy_changed.connect(self._follow)
        questioning.progressed.connect(self._on_progress)
        self._follow()

    def set_able(self, able: bool) -> None:
        """Offer to ask, or not."""
        self._able = able
        self._follow()

    def _follow(self) -> None:
        busy = self._questioning.busy
        self.progress.setVisible(busy)
        self.cancel.setVisible(busy)
        self.ask.setVisible(not busy)
        self.ask.setEnabled(self._able)
        if busy:
            self.progress.setValue(0)

    def _on_progress(self, share: float) -> None:
        self.progress.setValue(round(100 * share))
