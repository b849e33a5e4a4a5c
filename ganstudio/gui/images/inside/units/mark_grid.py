"""Pictures on which a concept is marked: with boxes, with a brush, or by a colour that is picked from them."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ganstudio.dissection.regions import Box
from ganstudio.dissection.strokes import stroke
from ganstudio.gui import theme
from ganstudio.gui.images.inside.boxes import BoxGrid
from ganstudio.gui.images.inside.units.brush import Brush
from ganstudio.gui.images.inside.units.tint import tint

__all__ = ["MarkGrid", "Tool"]

Tool = Literal["box", "brush", "erase", "pick", "none"]
OPACITY = 0.6


class MarkGrid(BoxGrid):
    """A grid of pictures on which the mouse and the keyboard do what the chosen tool does.

    Attributes
    ----------
    brush
        Of the tools "brush" and "erase", and what points with "pick".
    marked : Signal(int, object)
        Pixels (height, width) of a picture were brushed; more of the same stroke may follow.
    erased : Signal(int, object)
        The same with the eraser.
    ended : Signal()
        The stroke has ended.
    picked : Signal(int, int, int)
        A picture, and x and y of a pixel that was pointed at.
    """

    marked = Signal(int, object)
    erased = Signal(int, object)
    ended = Signal()
    picked = Signal(int, int, int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._tool: Tool = "box"
        self._images: list[tuple[int, QImage]] = []
        self._masks: dict[int, NDArray[np.bool_]] = {}
        self.brush = Brush(self)
        self.brush.begun.connect(self._on_brush)
        self.brush.went_on.connect(self._on_brush)
        self.brush.ended.connect(self.ended)
        theme.current().changed.connect(self._draw_masks)

    @property
    def tool(self) -> Tool:
        """What the mouse does."""
        return self._tool

    def set_tool(self, tool: Tool) -> None:
        """Choose what the mouse does."""
        self.brush.give_up()
        self._tool = tool
        arrow, cross = Qt.CursorShape.ArrowCursor, Qt.CursorShape.CrossCursor
        self.setCursor(arrow if tool == "none" else cross)
        self.update()

    def set_marks(self, boxes: tuple[Box, ...], masks: dict[int, NDArray[np.bool_]]) -> None:  # type: ignore[override]
        """Show boxes, and the pixels of some pictures tinted."""
        if boxes != self.boxes:
            self.set_boxes(boxes)
        self._masks = masks
        self._draw_masks()

    def _draw_masks(self) -> None:
        colour = QColor(theme.current().palette.warning)
        self._images = [(number, tint(mask, colour, OPACITY)) for number, mask in self._masks.items() if mask.any()]
        self.update()

    def _on_brush(self, sample: int, points: NDArray[np.float64]) -> None:
        width, height = self.side
        if self._tool == "pick":
            x, y = points[-1]
            self.picked.emit(sample, min(int(x), width - 1), min(int(y), height - 1))
            return
        mask = stroke(points, self.brush.diameter, (height, width), (height, width))
        (self.erased if self._tool == "erase" else self.marked).emit(sample, mask)

    # ---- mouse and keyboard ----------------------------------------------------------------------------

    @property
    def _brushes(self) -> bool:
        return self._tool in ("brush", "erase", "pick")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin what the tool does."""
        if self._tool == "box":
            super().mousePressEvent(event)
        elif self._brushes and self.count:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.brush.press(event)
            self._cursor = self.brush.sample

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with it."""
        if self._tool == "box":
            super().mouseMoveEvent(event)
        elif self._brushes and self.count:
            self.brush.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End it."""
        if self._tool == "box":
            super().mouseReleaseEvent(event)
        else:
            self.brush.release(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what a key means to the tool."""
        if self._tool == "box":
            super().keyPressEvent(event)
        elif not self._brushes or not self.count or not self.brush.key(event):
            event.ignore()
        else:
            self._cursor = self.brush.sample
            self.setAccessibleDescription(self.tr("brush on picture {0}").format(self._cursor))

    # ---- drawing ---------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw pictures and boxes, tint what is marked, and show the brush."""
        super().paintEvent(event)
        if not self.count:
            return
        painter = QPainter(self)
        for number, image in self._images:
            if number < self.count:
                painter.drawImage(self.place_of(number), image)
        if self._brushes and (self.underMouse() or self.hasFocus()) and self.brush.sample < self.count:
            self.brush.draw(painter, (self.brush.sample,), QColor(theme.current().palette.warning))
        painter.end()
