"""Pictures on which boxes are drawn with the mouse or the keyboard."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ganstudio.dissection.regions import Box
from ganstudio.gui import theme
from ganstudio.gui.images.picture_grid import PictureGrid

__all__ = ["BoxGrid"]

HANDLE = 6.0
"""Pixels of the screen around a corner in which it can be gripped."""
LEAST = 0.5
"""Smallest side of a box in pixels of the picture; less is a click that slipped."""
_ARROWS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}
_SHAPES = {
    (True, True): Qt.CursorShape.SizeFDiagCursor,
    (False, False): Qt.CursorShape.SizeFDiagCursor,
    (True, False): Qt.CursorShape.SizeBDiagCursor,
    (False, True): Qt.CursorShape.SizeBDiagCursor,
}


class _Drag(NamedTuple):
    """What the mouse is doing to a box.

    Attributes
    ----------
    kind
        "new" or "corner" move one corner while `fixed` stays; "move" moves the whole box.
    start
        Where the mouse was pressed, in pixels of the picture.
    before
        All boxes as they were.
    fixed
        The corner that stays.
    """

    kind: str
    sample: int
    start: QPointF
    before: tuple[Box, ...]
    fixed: QPointF


class BoxGrid(PictureGrid):
    """A grid of pictures; a drag draws a box on one of them.

    Mouse: drag on a picture for a new box, drag inside a box to move it, drag a corner to resize it. Keyboard: arrows
    go from picture to picture, Enter adds a box, Space goes from box to box. With a box chosen arrows move it, Shift
    and arrows resize it, Delete removes it, Escape gives the drag or the choice up.

    Attributes
    ----------
    boxes_changed : Signal()
        A person drew, changed or removed a box; not emitted while one is being dragged.
    """

    boxes_changed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._boxes: tuple[Box, ...] = ()
        self._chosen: int | None = None
        self._drag: _Drag | None = None
        self.setCursor(Qt.CursorShape.CrossCursor)

    @property
    def boxes(self) -> tuple[Box, ...]:
        """All boxes, in pixels of their pictures, corners sorted."""
        return self._boxes

    @property
    def chosen(self) -> int | None:
        """The box that keys change."""
        return self._chosen

    def set_boxes(self, boxes: tuple[Box, ...]) -> None:
        """Show other boxes, without a signal."""
        self._boxes, self._chosen, self._drag = boxes, None, None
        self._tell()

    # ---- places ----------------------------------------------------------------------------------------

    def area_of(self, box: Box) -> QRectF:
        """Return where a box is in the widget."""
        place = QRectF(self.place_of(box.sample))
        across, down = place.width() / self._side[0], place.height() / self._side[1]
        corner = QPointF(place.left() + box.x0 * across, place.top() + box.y0 * down)
        return QRectF(corner, QPointF(place.left() + box.x1 * across, place.top() + box.y1 * down))

    def _hit(self, position: QPointF) -> tuple[int, tuple[bool, bool] | None] | None:
        """Return the box at a point, and which corner (right, bottom) of it, None for its inside."""
        order = sorted(range(len(self._boxes)), key=lambda number: number == self._chosen, reverse=True)
        for number in order:
            area = self.area_of(self._boxes[number])
            for right in (False, True):
                for bottom in (False, True):
                    corner = QPointF(area.right() if right else area.left(), area.bottom() if bottom else area.top())
                    away = corner - position
                    # A small box keeps an inside by which it can be moved.
                    if max(abs(away.x()), abs(away.y())) <= min(HANDLE, area.width() / 4, area.height() / 4):
                        return number, (right, bottom)
        for number in order:
            if self.area_of(self._boxes[number]).contains(position):
                return number, None
        return None

    # ---- mouse -----------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to draw, move or resize a box."""
        sample = self.picture_at(event.position().toPoint())
        if event.button() != Qt.MouseButton.LeftButton or not self.count or self._drag is not None:
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        hit = self._hit(event.position())
        if hit is not None:
            number, corner = hit
            box = self._boxes[number]
            start = self.point_in(box.sample, event.position())
            kind, fixed = "move", QPointF(box.x0, box.y0)
            if corner is not None:
                right, bottom = corner
                kind, fixed = "corner", QPointF(box.x0 if right else box.x1, box.y0 if bottom else box.y1)
            self._drag = _Drag(kind, box.sample, start, self._boxes, fixed)
            self._chosen, self._cursor = number, box.sample
        elif sample is not None:
            start = self.point_in(sample, event.position())
            self._drag = _Drag("new", sample, start, self._boxes, start)
            self._chosen, self._cursor = None, sample
        else:
            self._chosen = None
        self._tell()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with it."""
        if self._drag is None:
            self._show_shape(event.position())
            return
        drag, point = self._drag, self.point_in(self._drag.sample, event.position())
        if drag.kind == "move":
            assert self._chosen is not None
            away = point - drag.start
            self._put(self._chosen, self._moved(drag.before[self._chosen], away.x(), away.y()))
        else:
            box = _spanned(drag.sample, drag.fixed, point)
            if drag.kind == "new":
                self._boxes = (*drag.before, box)
                self._chosen = len(drag.before)
            elif self._chosen is not None:
                self._put(self._chosen, box)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End it; what is no box is dropped."""
        if self._drag is None or event.button() != Qt.MouseButton.LeftButton:
            return
        before, self._drag = self._drag.before, None
        if self._chosen is not None and self._chosen < len(self._boxes) and _is_slip(self._boxes[self._chosen]):
            self._boxes, self._chosen = before, None
        self._tell()
        if self._boxes != before:
            self.boxes_changed.emit()

    def _show_shape(self, position: QPointF) -> None:
        hit = self._hit(position) if self.count else None
        if hit is None:
            self.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self.setCursor(Qt.CursorShape.SizeAllCursor if hit[1] is None else _SHAPES[hit[1]])

    # ---- keyboard --------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Draw and change boxes without a mouse."""
        key = Qt.Key(event.key())
        shift = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if not self.count or not (plain or shift):
            event.ignore()
        elif key == Qt.Key.Key_Escape and (self._drag is not None or self._chosen is not None):
            self._give_up()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            self._add()
        elif key == Qt.Key.Key_Space and plain and self._boxes:
            self._choose_next()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self._chosen is not None and plain:
            self._remove()
        elif key in _ARROWS and self._chosen is not None:
            (self._resize_by if shift else self._move_by)(*_ARROWS[key])
        elif key in _ARROWS or key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            super().keyPressEvent(event)
        else:
            event.ignore()

    def _give_up(self) -> None:
        if self._drag is not None:
            self._boxes, self._drag = self._drag.before, None
        self._chosen = None
        self._tell()

    def _add(self) -> None:
        """Add a box in the middle of the picture that the keyboard is on, half as wide and high."""
        width, height = self._side
        box = Box(self._cursor, width / 4, height / 4, width * 3 / 4, height * 3 / 4)
        self._boxes = (*self._boxes, box)
        self._chosen = len(self._boxes) - 1
        self._changed()

    def _choose_next(self) -> None:
        self._chosen = 0 if self._chosen is None else (self._chosen + 1) % len(self._boxes)
        self._cursor = self._boxes[self._chosen].sample
        self._tell()

    def _remove(self) -> None:
        self._boxes = tuple(box for number, box in enumerate(self._boxes) if number != self._chosen)
        self._chosen = None
        self._changed()

    def _move_by(self, x: float, y: float) -> None:
        assert self._chosen is not None
        self._put(self._chosen, self._moved(self._boxes[self._chosen], x, y))
        self._changed()

    def _resize_by(self, x: float, y: float) -> None:
        assert self._chosen is not None
        box = self._boxes[self._chosen]
        x1 = min(max(box.x1 + x, box.x0 + 1.0), float(self._side[0]))
        y1 = min(max(box.y1 + y, box.y0 + 1.0), float(self._side[1]))
        self._put(self._chosen, box._replace(x1=x1, y1=y1))
        self._changed()

    def _moved(self, box: Box, x: float, y: float) -> Box:
        """Return a box elsewhere on its picture, as large as before."""
        x = min(max(x, -box.x0), self._side[0] - box.x1)
        y = min(max(y, -box.y0), self._side[1] - box.y1)
        return box._replace(x0=box.x0 + x, y0=box.y0 + y, x1=box.x1 + x, y1=box.y1 + y)

    def _put(self, number: int, box: Box) -> None:
        self._boxes = (*self._boxes[:number], box, *self._boxes[number + 1 :])

    def _changed(self) -> None:
        self._tell()
        self.boxes_changed.emit()

    def _tell(self) -> None:
        """Say to assistive technology what is chosen."""
        text = self.tr("{0} boxes").format(len(self._boxes))
        if self._chosen is not None and self._chosen < len(self._boxes):
            box = self._boxes[self._chosen]
            where = self.tr("box {0} on picture {1}, from {2:.0f}, {3:.0f} to {4:.0f}, {5:.0f}")
            text = f"{text}, {where.format(self._chosen + 1, *box)}"
        self.setAccessibleDescription(text)
        self.update()

    # ---- drawing ---------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw boxes over the pictures; a dark line under a bright one is seen on any picture."""
        super().paintEvent(event)
        if not self.count:
            return
        palette = theme.current().palette
        painter = QPainter(self)
        for number, box in enumerate(self._boxes):
            if box.sample >= self.count:
                continue
            chosen = number == self._chosen
            area = self.area_of(box)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor("black"), 3.5 if chosen else 3.0))
            painter.drawRect(area)
            painter.setPen(QPen(QColor(palette.accent if chosen else palette.warning), 2.0 if chosen else 1.5))
            painter.drawRect(area)
            if chosen:
                painter.setBrush(QColor(palette.accent))
                for corner in (area.topLeft(), area.topRight(), area.bottomLeft(), area.bottomRight()):
                    painter.drawRect(QRectF(corner - QPointF(2.5, 2.5), corner + QPointF(2.5, 2.5)))
        painter.end()


def _spanned(sample: int, one: QPointF, other: QPointF) -> Box:
    """Return the box between two corners."""
    (x0, x1), (y0, y1) = sorted((one.x(), other.x())), sorted((one.y(), other.y()))
    return Box(sample, x0, y0, x1, y1)


def _is_slip(box: Box) -> bool:
    return box.x1 - box.x0 < LEAST or box.y1 - box.y0 < LEAST
