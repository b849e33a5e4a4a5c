"""One seed of a wall: a small plane that is painted, and a button that looks closer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QAbstractButton, QApplication, QStyleOptionGraphicsItem, QWidget

from ganstudio.gui import theme
from ganstudio.gui.plane.graphics import small_font
from ganstudio.gui.plane.items import ContourItem, FieldItem, PointsItem
from ganstudio.gui.plane.plane_view import ARROWS, outside_text
from ganstudio.gui.plane.view_item import ViewItem
from ganstudio.gui.plane.wall.sight import Sight
from ganstudio.gui.seed_record import SeedNote

__all__ = ["CAPTION_GAP", "SeedCell", "caption_font"]

CAPTION_GAP = 3
"""Pixels between a caption and its square."""
MOSTLY = 0.5
"""Share of the samples from which it is said that they are outside of what is seen."""


_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


def caption_font(widget: QWidget) -> QFont:
    """Return the font of captions."""
    return small_font(widget, 0.85)


class SeedCell(QAbstractButton):
    """Samples and field of one seed in a square, a caption above it.

    A click, or Enter, looks closer; a drag moves the view of all cells.

    Attributes
    ----------
    dragged : Signal(float, float)
        Pixels to the right and down since the last one.
    stepped : Signal(int, int)
        An arrow key, (columns, rows) to go.
    focused : Signal()
        It has the keyboard now.
    """

    dragged = Signal(float, float)
    stepped = Signal(int, int)
    focused = Signal()

    def __init__(self, index: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.index = index
        self.field, self.contour, self.generated = FieldItem(), ContourItem(), PointsItem()
        self.layers: dict[str, bool] = {}
        self._samples: NDArray[np.floating] = np.empty((0, 2))
        self._option = QStyleOptionGraphicsItem()
        self._real = QPixmap()
        self._sight = Sight(0.0, 0.0, 1.0)
        self._note = SeedNote(("", "", "", ""), "")
        self._brevity = 0
        self._pressed: QPointF | None = None
        self._dragging = False
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def note(self) -> SeedNote:
        """What is said of the seed."""
        return self._note

    def set_note(self, note: SeedNote) -> None:
        """Say something of the seed."""
        if note != self._note:
            self._note = note
            self.setAccessibleName(note.name)
            look = self.tr("Click or press Enter to look closer.")
            self.setToolTip("\n".join(text for text in (note.name, note.evidence, look) if text))
            self.update()

    def set_brevity(self, brevity: int) -> None:
        """Choose which of the note's captions is shown, 0 to 3, the same in all cells."""
        if brevity != self._brevity:
            self._brevity = brevity
            self.update()

    def set_samples(self, points: NDArray[np.floating], groups: NDArray[np.int64] | None) -> None:
        """Show generated samples (n, 2), in colours of their groups (n,) if they have any."""
        self._samples = points
        self.generated.set_points(points, groups)

    def set_sight(self, sight: Sight, real: QPixmap) -> None:
        """Choose what is seen, and give a picture of the real samples that are seen then."""
        self._sight, self._real = sight, real
        self.update()

    def square(self) -> QRectF:
        """Return where the plane is within the cell."""
        return QRectF(0, self.height() - self.width(), self.width(), self.width())

    def sizeHint(self) -> QSize:
        """Return a small square."""
        return QSize(120, 136)

    # ---- painting ------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the plane, its frame and the caption."""
        palette, square = theme.current().palette, self.square()
        painter = QPainter(self)
        painter.fillRect(square, QColor(palette.plot))
        painter.setClipRect(square)
        self._paint_items(painter, square)
        painter.setClipping(False)
        self._paint_frame(painter, square)
        self._paint_caption(painter)
        painter.end()

    def _paint_items(self, painter: QPainter, square: QRectF) -> None:
        to_pixels = self._sight.transform(square)
        items: tuple[tuple[str, ViewItem], ...] = (("field", self.field), ("contour", self.contour))
        for name, item in items:
            if self.layers.get(name, True):
                painter.setTransform(to_pixels)
                item.paint(painter, self._option)
        painter.resetTransform()
        if self.layers.get("real", True):
            painter.drawPixmap(square.topLeft(), self._real)
        if self.layers.get("generated", True):
            painter.setTransform(to_pixels)
            self.generated.paint(painter, self._option)
            painter.resetTransform()
            self._paint_outside(painter, square)

    def _paint_outside(self, painter: QPainter, square: QRectF) -> None:
        """Say so if most samples are not seen: an empty cell is no sign of life or death."""
        text = outside_text(self._samples, self._sight.window, MOSTLY)
        if not text:
            return
        font = caption_font(self)
        if QFontMetrics(font).horizontalAdvance(text) > square.width() - 6:
            text = self.tr("out {0}").format(text[-1]) if text[-1] in ARROWS else self.tr("lost")
        painter.setFont(font)
        painter.setPen(QColor(theme.current().palette.muted))
        area = square.adjusted(4, 0, -4, -3)
        painter.drawText(area, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, text)

    def _paint_frame(self, painter: QPainter, square: QRectF) -> None:
        palette, state = theme.current().palette, self._note.state
        colour, width = QColor(palette.bad if state == "bad" else palette.border), 1.0
        if self.underMouse() and self.isEnabled():
            colour = QColor(palette.muted)
        if self.hasFocus():
            colour, width = QColor(palette.accent), 2.0
        painter.setPen(QPen(colour, width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inset = width / 2
        painter.drawRect(square.adjusted(inset, inset, -inset, -inset))

    def _paint_caption(self, painter: QPainter) -> None:
        palette = theme.current().palette
        colours = {"neutral": palette.muted, "good": palette.good, "warning": palette.warning, "bad": palette.bad}
        area = QRectF(0, 0, self.width(), self.height() - self.width() - CAPTION_GAP)
        painter.setFont(caption_font(self))
        painter.setPen(QColor(colours[self._note.state]))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
        painter.drawText(area, flags, self._note.captions[self._brevity])

    # ---- what a person does --------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click or a drag; the pane hears of the press, too, and is selected."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._dragging = event.globalPosition(), False
        event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pull the view along."""
        if self._pressed is None:
            return
        moved = event.globalPosition() - self._pressed
        if self._dragging or moved.manhattanLength() >= QApplication.startDragDistance():
            self._dragging, self._pressed = True, event.globalPosition()
            self.dragged.emit(moved.x(), moved.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Look closer, if it was a click."""
        pressed, self._pressed = self._pressed, None
        if pressed is not None and not self._dragging and self.rect().contains(event.position().toPoint()):
            self.click()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to another cell with the arrow keys, look closer with Enter; Space is left to play and pause."""
        key = Qt.Key(event.key())
        if key in _ARROWS:
            self.stepped.emit(*_ARROWS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Leave Space to play and pause."""
        event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the keyboard is here."""
        super().focusInEvent(event)
        self.focused.emit()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that it is elsewhere."""
        super().focusOutEvent(event)
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show that a click does something."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Look as before."""
        super().leaveEvent(event)
        self.update()
