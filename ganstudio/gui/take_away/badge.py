"""A small button that says how a film is coming on: a press ends a recording, or gives up what is being made."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton, QWidget

from ganstudio.gui import icons, theme
from ganstudio.gui.fonts import tabular

__all__ = ["FilmBadge"]


class FilmBadge(QPushButton):
    """Shown while a film is made. It stands where it moves nothing that is being filmed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "danger")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setIconSize(QSize(10, 10))
        self.setFont(tabular())
        self._recording = False
        theme.current().changed.connect(self._restyle)
        self.hide()

    def show_recording(self, seconds: int) -> None:
        """Say how long it has been recording."""
        text = f"{seconds // 60}:{seconds % 60:02}"
        self._show(f" {text}", self.tr("Recording, {0}; stop and save").format(text), recording=True)
        self.setToolTip(self.tr("Stop recording, and save (Ctrl+Shift+R)"))

    def show_progress(self, name: str, what: str) -> None:
        """Say how far a film is."""
        self._show(what, self.tr("{0}, {1}; cancel").format(name, what), recording=False)
        self.setToolTip(self.tr("{0} is being made; press to cancel it").format(name))

    def _show(self, text: str, name: str, *, recording: bool) -> None:
        self.setText(text)
        self.setAccessibleName(name)
        if self._recording != recording or self.icon().isNull():
            self._recording = recording
            self._restyle()
        self.show()

    def _restyle(self) -> None:
        palette = theme.current().palette
        self.setIcon(icons.dot(palette.bad) if self._recording else icons.icon("close", palette, "bad"))
