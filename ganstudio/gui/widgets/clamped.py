"""A text of few lines that ends in an ellipsis."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QTextLayout
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

__all__ = ["ClampedLabel"]


class ClampedLabel(QLabel):
    """Plain text wrapped into at most so many lines, whole in its tooltip where that is not enough.

    Unlike QLabel it asks for the same height whatever its width and text, so that nothing around it moves.
    """

    def __init__(self, lines: int, role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = lines
        self._whole = ""
        self._broken: list[str] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if role:
            self.setProperty("role", role)

    def text(self) -> str:
        """Return the whole text."""
        return self._whole

    def setText(self, text: str) -> None:
        """Show a text."""
        self._whole, self._broken = text, None
        self.setAccessibleName(text)
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of all lines."""
        return QSize(200, self._lines * self.fontMetrics().lineSpacing() + 2)

    def minimumSizeHint(self) -> QSize:
        """Return the same height."""
        return QSize(80, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break lines anew."""
        super().resizeEvent(event)
        self._broken = None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines in the style sheet's colour and font."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        spacing, ascent = self.fontMetrics().lineSpacing(), self.fontMetrics().ascent()
        for number, line in enumerate(self.shown()):
            painter.drawText(QPointF(0, number * spacing + ascent + 1), line)
        painter.end()

    def shown(self) -> list[str]:
        """Return the lines as they are shown."""
        if self._broken is None:
            self._broken = self._break()
            cut = " ".join(self._broken) != " ".join(self._whole.split())
            self.setToolTip(f"<qt>{self._whole}</qt>" if cut else "")
        return self._broken

    def changeEvent(self, event: object) -> None:
        """Break lines anew in another font."""
        super().changeEvent(event)  # type: ignore[arg-type]
        self._broken = None
        self.updateGeometry()

    def _break(self) -> list[str]:
        text = " ".join(self._whole.split())
        layout = QTextLayout(text, self.font())
        layout.beginLayout()
        lines: list[str] = []
        while len(lines) < self._lines:
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(self.width())
            start = line.textStart()
            last = len(lines) == self._lines - 1
            lines.append(text[start:] if last else text[start : start + line.textLength()].rstrip())
        layout.endLayout()
        if lines:
            lines[-1] = self.fontMetrics().elidedText(lines[-1], Qt.TextElideMode.ElideRight, self.width())
        return lines
