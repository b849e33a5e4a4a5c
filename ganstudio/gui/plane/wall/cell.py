"""One seed of a wall: a small plane that is painted, and a button that looks closer."""

from __future__ import annotations

from dataclasses import dataclass

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

from ganstudio.gui.plane.graphics import small_font
from ganstudio.gui.plane.items import ContourItem, FieldItem, PointsItem
from ganstudio.gui.plane.readout import ARROWS
from ganstudio.gui.plane.wall.sight import Sight
from ganstudio.gui.seed_record import SeedNote
from ganstudio.palette import Palette

__all__ = ["CAPTION_GAP", "Look", "SeedCell", "caption_font"]

CAPTION_GAP = 3
"""Pixels between a caption and its square."""


_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


def caption_font(widget: QWidget) -> QFont:
    """Return the font of captions."""
    return small_font(widget, 0.85)


@dataclass(frozen=True, eq=False)
class Look:
    """What all cells have in common.

    Attributes
    ----------
    sight
        What part of the plane is seen.
    layers
        Names of the layers that are shown.
    palette, font
        Colours, and the font of captions.
    real
        The real samples that are seen, as a transparent picture.
    """

    sight: Sight
    layers: frozenset[str]
    palette: Palette
    font: QFont
    real: QPixmap


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
        self._option = QStyleOptionGraphicsItem()
        self._look: Look | None = None
        self._outside = ""
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

    def set_look(self, look: Look) -> None:
        """Choose what is seen, and how."""
        self._look = look
        self.update()

    def set_outside(self, text: str) -> None:
        """Say that most samples are not seen, as `outside_text` does; "" if they are."""
        self._outside = text

    def square(self) -> QRectF:
        """Return where the plane is within the cell."""
        return QRectF(0, self.height() - self.width(), self.width(), self.width())

    def sizeHint(self) -> QSize:
        """Return a small square."""
        return QSize(120, 136)

    # ---- painting ------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the plane, its frame and the caption."""
        look, square = self._look, self.square()
        if look is None:
            return
        painter = QPainter(self)
        painter.fillRect(square, QColor(look.palette.plot))
        painter.setClipRect(square)
        self._paint_items(painter, square, look)
        painter.setClipping(False)
        painter.setFont(look.font)
        if self._outside and "generated" in look.layers:
            self._paint_outside(painter, square, look)
        self._paint_frame(painter, square, look.palette)
        self._paint_caption(painter, look.palette)
        painter.end()

    def _paint_items(self, painter: QPainter, square: QRectF, look: Look) -> None:
        to_pixels = look.sight.transform(square)
        painter.setTransform(to_pixels)
        for name, item in (("field", self.field), ("contour", self.contour)):
            if name in look.layers:
                item.paint(painter, self._option)
        if "real" in look.layers:
            painter.resetTransform()
            painter.drawPixmap(square.topLeft(), look.real)
            painter.setTransform(to_pixels)
        if "generated" in look.layers:
            self.generated.paint(painter, self._option)
        painter.resetTransform()

    def _paint_outside(self, painter: QPainter, square: QRectF, look: Look) -> None:
        """Say where the samples are: an empty cell is no sign of life or death."""
        text = self._outside
        if QFontMetrics(look.font).horizontalAdvance(text) > square.width() - 6:
            text = self.tr("out {0}").format(text[-1]) if text[-1] in ARROWS else self.tr("lost")
        painter.setPen(QColor(look.palette.muted))
        area = square.adjusted(4, 0, -4, -3)
        painter.drawText(area, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, text)

    def _paint_frame(self, painter: QPainter, square: QRectF, palette: Palette) -> None:
        colour, width = palette.bad if self._note.state == "bad" else palette.border, 1.0
        if self.underMouse():
            colour = palette.muted
        if self.hasFocus():
            colour, width = palette.accent, 2.0
        painter.setPen(QPen(QColor(colour), width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(square.adjusted(width / 2, width / 2, -width / 2, -width / 2))

    def _paint_caption(self, painter: QPainter, palette: Palette) -> None:
        state = self._note.state
        area = QRectF(0, 0, self.width(), self.height() - self.width() - CAPTION_GAP)
        painter.setPen(QColor(palette.muted if state == "neutral" else getattr(palette, state)))
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
