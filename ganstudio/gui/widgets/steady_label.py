"""A label that changes often and must not make its neighbours move, nor the layout think."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QLabel, QWidget

__all__ = ["SteadyLabel"]


class SteadyLabel(QLabel):
    """A plain text whose room grows with it and shrinks only when it is told that another kind of text has come.

    Qt lays a window out anew whenever a label's text changes, unless the label's size is fixed. A step that counts on
    thirty times a second would make that the most expensive thing in a pane.
    """

    def __init__(self, role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._kind: object = None
        if role:
            self.setProperty("role", role)

    def show_text(self, text: str, kind: object = None) -> None:
        """Show a text; of another kind than the last one it gets the room that it needs, not less than before else."""
        if text == self.text() and kind == self._kind:
            return
        self.setText(text)
        wanted = self._wanted()
        if kind != self._kind or wanted.width() > self.width() or wanted.height() != self.height():
            self._kind = kind
            self.setFixedSize(wanted)

    def changeEvent(self, event: QEvent) -> None:
        """Take the room that another font or style needs."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.setFixedSize(self._wanted())

    def _wanted(self) -> QSize:
        """Return the size of the text; QLabel's own hint is never less than a fixed size."""
        metrics, margins = self.fontMetrics(), self.contentsMargins()
        width = metrics.horizontalAdvance(self.text()) + margins.left() + margins.right()
        return QSize(width + 2, metrics.height() + margins.top() + margins.bottom())
