"""A text of few lines that ends in an ellipsis."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QTextLayout
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

__all__ = ["ClampedLabel", "FittingLabel"]


class ClampedLabel(QLabel):
    """Plain text wrapped into at most so many lines, whole in its tooltip where that is not enough.

    Unlike QLabel it asks for the same height whatever its width and text, so that nothing around it moves.
    """

    def __init__(self, lines: int, role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = lines
        self._whole = self._hint = ""
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

    def set_hint(self, hint: str) -> None:
        """Say something in the tooltip, after the whole text where that is cut."""
        self._hint, self._broken = hint, None
        self.update()

    def set_lines(self, lines: int) -> None:
        """Allow so many lines."""
        if lines != self._lines:
            self._lines, self._broken = lines, None
            self.updateGeometry()
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
            self._broken = self._break(self.width())
            cut = " ".join(self._broken) != " ".join(self._whole.split())
            said = "<br>".join(escape(text) for text in (self._whole if cut else "", self._hint) if text)
            self.setToolTip(f"<qt>{said}</qt>" if said else "")
        return self._broken

    def changeEvent(self, event: object) -> None:
        """Break lines anew in another font."""
        super().changeEvent(event)  # type: ignore[arg-type]
        self._broken = None
        self.updateGeometry()

    def _break(self, width: int) -> list[str]:
        text = " ".join(self._whole.split())
        layout = QTextLayout(text, self.font())
        layout.beginLayout()
        lines: list[str] = []
        while len(lines) < self._lines:
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(width)
            start = line.textStart()
            last = len(lines) == self._lines - 1
            lines.append(text[start:] if last else text[start : start + line.textLength()].rstrip())
        layout.endLayout()
        if lines:
            lines[-1] = self.fontMetrics().elidedText(lines[-1], Qt.TextElideMode.ElideRight, width)
        return lines


class FittingLabel(ClampedLabel):
    """The same, but only as high as its text needs at its width."""

    def __init__(self, lines: int, role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(lines, role, parent)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def setText(self, text: str) -> None:
        """Show a text."""
        super().setText(text)
        self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        """Return True."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of the lines at a width."""
        return len(self._break(width)) * self.fontMetrics().lineSpacing() + 2

    def sizeHint(self) -> QSize:
        """Return one line."""
        return QSize(200, self.fontMetrics().lineSpacing() + 2)
