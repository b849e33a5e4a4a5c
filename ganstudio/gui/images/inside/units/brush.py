"""A round brush on a grid of pictures, moved with the mouse or the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen

from ganstudio.dissection.strokes import line
from ganstudio.gui.images.picture_grid import PictureGrid

__all__ = ["LARGEST", "Brush"]

LARGEST = 0.5
"""Diameter of the largest brush as a share of the picture's width."""
_ARROWS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}
_PAGES = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
_DABS = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Brush(QObject):
    """Where a brush is, how large it is, and whether it is down. Its grid hands it events and lets it draw itself.

    With the keyboard, arrows move it by a pixel of the picture, Shift and arrows paint on the way, Space dabs, Page Up
    and Page Down take it to another picture, [ and ] change its size.

    Attributes
    ----------
    diameter
        In pixels of the picture.
    sample
        Number of the picture that it is on.
    begun : Signal(int, object)
        A stroke begins on a picture at points (k, 2), x and y in its pixels.
    went_on : Signal(int, object)
        It goes on over points, up to where the brush is.
    ended : Signal()
        It ended.
    sized : Signal(float)
        Another diameter was chosen by a key.
    """

    begun = Signal(int, object)
    went_on = Signal(int, object)
    ended = Signal()
    sized = Signal(float)

    def __init__(self, grid: PictureGrid) -> None:
        super().__init__(grid)
        self._grid = grid
        self.diameter = 4.0
        self.sample = 0
        self._point: QPointF | None = None
        self._is_down = False

    @property
    def is_down(self) -> bool:
        """Whether the mouse is painting."""
        return self._is_down

    @property
    def point(self) -> QPointF:
        """Where it is in pixels of its picture; in the middle before it was anywhere."""
        width, height = self._grid.side
        return self._point if self._point is not None else QPointF(width / 2, height / 2)

    # ---- mouse -----------------------------------------------------------------------------------------

    def press(self, event: QMouseEvent) -> None:
        """Begin a stroke."""
        sample = self._grid.picture_at(event.position().toPoint())
        if event.button() != Qt.MouseButton.LeftButton or sample is None or self._is_down:
            return
        self._is_down, self.sample = True, sample
        self._point = self._grid.point_in(sample, event.position())
        self.begun.emit(sample, line(self._point.toTuple(), self._point.toTuple()))
        self._grid.update()

    def move(self, event: QMouseEvent) -> None:
        """Go on with it, or follow the mouse."""
        sample = self.sample if self._is_down else self._grid.picture_at(event.position().toPoint())
        if sample is None:
            return
        before, self.sample = self.point, sample
        self._point = self._grid.point_in(sample, event.position())
        if self._is_down:
            self.went_on.emit(sample, line(before.toTuple(), self._point.toTuple()))
        self._grid.update()

    def release(self, event: QMouseEvent) -> None:
        """End it."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.give_up()

    def give_up(self) -> None:
        """End a stroke, whatever the mouse does."""
        if self._is_down:
            self._is_down = False
            self.ended.emit()

    # ---- keyboard --------------------------------------------------------------------------------------

    def key(self, event: QKeyEvent) -> bool:
        """Do what a key means; return whether it means something."""
        key, text = Qt.Key(event.key()), event.text()
        shift = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in _ARROWS and (plain or shift):
            before = self.point
            self._go(*_ARROWS[key])
            if shift:
                self._dab(before)
        elif key in _DABS and plain:
            self._dab(self.point)
        elif key in _PAGES and plain:
            self.sample = min(max(self.sample + _PAGES[key], 0), self._grid.count - 1)
        elif text in ("[", "]"):
            self._resize(-1.0 if text == "[" else 1.0)
        else:
            return False
        self._grid.update()
        return True

    def _go(self, x: float, y: float) -> None:
        width, height = self._grid.side
        now = self.point
        self._point = QPointF(min(max(now.x() + x, 0.0), width), min(max(now.y() + y, 0.0), height))

    def _dab(self, start: QPointF) -> None:
        self.begun.emit(self.sample, line(start.toTuple(), self.point.toTuple()))
        self.ended.emit()

    def _resize(self, by: float) -> None:
        self.diameter = min(max(1.0, self.diameter + by), max(1.0, LARGEST * self._grid.side[0]))
        self.sized.emit(self.diameter)

    # ---- drawing ---------------------------------------------------------------------------------------

    def draw(self, painter: QPainter, samples: tuple[int, ...], colour: QColor) -> None:
        """Draw its outline on some pictures at the same place; a dark ring under a bright one is seen on any."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for sample in samples:
            place = self._grid.place_of(sample)
            scale = place.width() / self._grid.side[0]
            middle = QPointF(place.topLeft()) + self.point * scale
            radius = max(2.0, self.diameter / 2 * scale)
            painter.save()
            painter.setClipRect(place)
            for pen in (QPen(QColor("black"), 3.0), QPen(colour, 1.5)):
                painter.setPen(pen)
                painter.drawEllipse(middle, radius, radius)
            painter.restore()
