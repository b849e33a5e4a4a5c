"""A line across a chart at the step that is looked at."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from ganstudio.gui.plane.view_item import ViewItem

__all__ = ["CursorItem"]


class CursorItem(ViewItem):
    """A vertical line, or nothing.

    Attributes
    ----------
    step : int or None
        Where it is.
    """

    def __init__(self) -> None:
        super().__init__()
        self._pen = QPen()
        self.step: int | None = None
        self.setZValue(10)
        self.setVisible(False)

    def set_step(self, step: int | None) -> None:
        """Go to a step, or away."""
        if step != self.step:
            self.step = step
            self.setVisible(step is not None)
            self.update()

    def set_colour(self, colour: str) -> None:
        """Choose the line's colour."""
        self._pen = QPen(QColor(colour), 1.5)
        self._pen.setCosmetic(True)
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw the line from edge to edge."""
        if self.step is not None:
            seen = self.boundingRect()
            painter.setPen(self._pen)
            painter.drawLine(QPointF(self.step, seen.top()), QPointF(self.step, seen.bottom()))
