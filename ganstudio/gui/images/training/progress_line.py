"""A thin line that says how far something is."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ganstudio.gui import theme

__all__ = ["ProgressLine"]

HEIGHT = 4


class ProgressLine(QWidget):
    """A share from 0 to 1.

    QProgressBar paints itself at once at every new value, with all that lies under it: a quarter of a snapshot's cost.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.share = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self.update)

    def set_share(self, share: float, name: str) -> None:
        """Show a share; the name is for assistive technology."""
        share = min(1.0, max(0.0, share))
        if share != self.share:
            self.share = share
            self.update()
        self.setAccessibleName(name)

    def sizeHint(self) -> QSize:
        """Return a line."""
        return QSize(200, round(HEIGHT * theme.current().scale))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the groove, and the part that is done."""
        palette = theme.current().palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(self.rect())
        radius = whole.height() / 2
        painter.setBrush(QColor(palette.border))
        painter.drawRoundedRect(whole, radius, radius)
        if self.share > 0:
            painter.setBrush(QColor(palette.accent))
            whole.setWidth(max(whole.height(), whole.width() * self.share))
            painter.drawRoundedRect(whole, radius, radius)
        painter.end()
