"""Pictures side by side in one widget: the sample grid, strips, thumbnails. The mouse or the keyboard takes one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ganstudio.gui import theme
from ganstudio.gui.images.arrangement import Cells, cells
from ganstudio.image_messages import Pixels

__all__ = ["PictureGrid", "image_of"]

_FORMATS = {1: QImage.Format.Format_Grayscale8, 3: QImage.Format.Format_RGB888, 4: QImage.Format.Format_RGBA8888}
_MOVES = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}
_TAKES = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
TITLE_GAP = 6
"""Pixels between a row's or column's title and its pictures."""


def image_of(pixels: np.ndarray) -> QImage:
    """Return an array (height, width, channels) or (height, width) of uint8 as an image with a memory of its own."""
    array = np.ascontiguousarray(pixels if pixels.ndim == 3 else pixels[:, :, None])
    height, width, channels = array.shape
    return QImage(array.data, width, height, width * channels, _FORMATS[channels]).copy()


class PictureGrid(QWidget):
    """Rows of pictures as large as the widget allows, of which one is the current one.

    Parameters
    ----------
    name
        For assistive technology.
    takes
        Whether pictures can be taken with mouse and keyboard.

    Attributes
    ----------
    taken : Signal(int)
        The number of a picture, from 0, row after row.
    resized : Signal()
        There is another amount of room.
    """

    taken = Signal(int)
    resized = Signal()

    def __init__(self, name: str, parent: QWidget | None = None, *, takes: bool = True) -> None:
        super().__init__(parent)
        self._rows = self._columns = 1
        self._image: QImage | None = None
        self._count = 0
        self._side = (1, 1)
        self._cache: QPixmap | None = None
        self._cells: Cells | None = None
        self._current: int | None = None
        self._cursor = 0
        self._marks: dict[int, str] = {}
        self._row_titles: list[str] = []
        self._column_titles: list[str] = []
        self._left_room = self._top_room = 0
        self._takes = takes
        self._describe: Callable[[int], str] | None = None
        self._empty = ""
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if takes else Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(takes)
        if takes:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.current().changed.connect(self._restyle)

    # ---- what it shows ---------------------------------------------------------------------------------

    @property
    def count(self) -> int:
        """How many pictures there are."""
        return self._count

    @property
    def current(self) -> int | None:
        """The number of the current picture."""
        return self._current

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self._rows, self._columns

    @property
    def side(self) -> tuple[int, int]:
        """Width and height of each picture, in its own pixels."""
        return self._side

    def set_pictures(self, pictures: Pixels, rows: int, columns: int) -> None:
        """Show pictures (n, height, width, channels), row after row."""
        n, height, width, channels = pictures.shape
        self._image = image_of(pictures.reshape(n * height, width, channels)) if n else None
        same = (self._rows, self._columns, self._side) == (rows, columns, (width, height))
        self._rows, self._columns, self._count, self._side = rows, columns, n, (width, height)
        self._cursor = min(self._cursor, max(0, n - 1))
        if not same:
            self._cells = None
        self._cache = None
        self.update()

    def replace(self, number: int, picture: Pixels) -> None:
        """Show another picture (height, width, channels) in one place."""
        height, width, _ = picture.shape
        if self._image is None or number >= self._count or (width, height) != self._side:
            return
        painter = QPainter(self._image)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.drawImage(QPoint(0, number * height), image_of(picture).convertToFormat(self._image.format()))
        painter.end()
        if self._cache is not None:
            painter = QPainter(self._cache)
            self._draw(painter, number)
            painter.end()
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        self._image, self._cache, self._count, self._current = None, None, 0, None
        self.update()

    def set_current(self, number: int | None) -> None:
        """Mark a picture as the current one."""
        if number != self._current:
            self._current = number
            if number is not None:
                self._cursor = number
            self.update()

    def set_marks(self, marks: Mapping[int, str]) -> None:
        """Write a letter or two into the corners of pictures."""
        self._marks = dict(marks)
        self.update()

    def set_titles(self, rows: Sequence[str] = (), columns: Sequence[str] = ()) -> None:
        """Write a title beside each row and above each column."""
        if [*rows] != self._row_titles or [*columns] != self._column_titles:
            self._row_titles, self._column_titles = [*rows], [*columns]
            self._cache = self._cells = None
            self.update()

    def set_describer(self, describe: Callable[[int], str]) -> None:
        """Say with a bound method what the tooltip of a picture says."""
        self._describe = describe

    def set_empty_text(self, text: str) -> None:
        """Say what to do where there is nothing to show."""
        self._empty = text
        self.update()

    def room(self, rows: Sequence[str] = (), columns: Sequence[str] = ()) -> tuple[int, int]:
        """Return width and height that pictures have beside such titles, in pixels of the screen."""
        ratio = self.devicePixelRatioF()
        left, top = self._title_room(rows, columns)
        return max(1, round((self.width() - left) * ratio)), max(1, round((self.height() - top) * ratio))

    def picture_at(self, position: QPoint) -> int | None:
        """Return the number of the picture at a point of the widget."""
        if self._cells is None or not self._count:
            return None
        ratio = self.devicePixelRatioF()
        x, y = (position.x() - self._left_room) * ratio, (position.y() - self._top_room) * ratio
        number = self._cells.at(x, y, self._rows, self._columns)
        return number if number is not None and number < self._count else None

    def place_of(self, number: int) -> QRect:
        """Return where a picture stands in the widget."""
        self._lay_out()
        assert self._cells is not None
        ratio = self.devicePixelRatioF()
        x, y, width, height = self._cells.rectangle(*divmod(number, self._columns))
        left, top = self._left_room + x / ratio, self._top_room + y / ratio
        return QRectF(left, top, width / ratio, height / ratio).toRect()

    def point_in(self, sample: int, position: QPointF) -> QPointF:
        """Return a point of the widget in pixels of a picture, held within it."""
        place = QRectF(self.place_of(sample))
        width, height = self._side
        x = (position.x() - place.left()) * width / place.width()
        y = (position.y() - place.top()) * height / place.height()
        return QPointF(min(max(x, 0.0), float(width)), min(max(y, 0.0), float(height)))

    def sizeHint(self) -> QSize:
        """Return a middling size."""
        return QSize(320, 240)

    def minimumSizeHint(self) -> QSize:
        """Return a small size."""
        return QSize(48, 24)

    # ---- drawing ---------------------------------------------------------------------------------------

    def _title_room(self, rows: Sequence[str], columns: Sequence[str]) -> tuple[int, int]:
        metrics = self.fontMetrics()
        left = max((metrics.horizontalAdvance(title) for title in rows), default=0)
        left = min(left, self.width() // 5)
        return (left + TITLE_GAP if left else 0), (metrics.height() + TITLE_GAP if any(columns) else 0)

    def _lay_out(self) -> None:
        if self._cells is None:
            self._left_room, self._top_room = self._title_room(self._row_titles, self._column_titles)
            room = self.room(self._row_titles, self._column_titles)
            self._cells = cells(room, self._side, self._rows, self._columns)

    def _compose(self) -> QPixmap:
        """Return all pictures as one, in pixels of the screen."""
        self._lay_out()
        width, height = self.room(self._row_titles, self._column_titles)
        whole = QPixmap(width, height)
        whole.fill(Qt.GlobalColor.transparent)
        painter = QPainter(whole)
        for number in range(self._count):
            self._draw(painter, number)
        painter.end()
        return whole

    def _draw(self, painter: QPainter, number: int) -> None:
        assert self._cells is not None
        assert self._image is not None
        target = QRect(*self._cells.rectangle(*divmod(number, self._columns)))
        width, height = self._side
        source = QRect(0, number * height, width, height)
        if self._image.hasAlphaChannel():
            painter.fillRect(target, QColor("white"))
        if self._cells.sharp:
            painter.drawImage(target, self._image, source)
            return
        # Enlarged without smoothing first, so that pixels keep their edges.
        times = max(1, -(-target.width() // width))
        picture = self._image.copy(source).scaled(width * times, height * times)
        mode = Qt.TransformationMode.SmoothTransformation
        painter.drawImage(target.topLeft(), picture.scaled(target.size(), mode=mode))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the pictures, and frames around the current one and the one that the keyboard is on."""
        painter = QPainter(self)
        palette = theme.current().palette
        if not self._count:
            painter.setPen(QColor(palette.muted))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._empty)
            painter.end()
            return
        if self._cache is None:
            self._cache = self._compose()
            self._cache.setDevicePixelRatio(self.devicePixelRatioF())
        painter.drawPixmap(self._left_room, self._top_room, self._cache)
        painter.setPen(QColor(palette.muted))
        self._draw_titles(painter)
        if self._current is not None and self._current < self._count:
            self._frame(painter, self._current, QColor(palette.accent), 2.5)
        if self._takes and self.hasFocus() and self._cursor != self._current:
            self._frame(painter, self._cursor, QColor(palette.text), 1.5)
        for number, mark in self._marks.items():
            if number < self._count:
                self._mark(painter, number, mark)
        painter.end()

    def _frame(self, painter: QPainter, number: int, colour: QColor, width: float) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        area = QRectF(self.place_of(number)).adjusted(-1, -1, 1, 1)
        area = area.intersected(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.setPen(QPen(colour, width))
        painter.drawRoundedRect(area, 2, 2)

    def _mark(self, painter: QPainter, number: int, text: str) -> None:
        palette, metrics = theme.current().palette, self.fontMetrics()
        place = self.place_of(number)
        width = max(metrics.height(), metrics.horizontalAdvance(text) + 6)
        area = QRect(place.left(), place.top(), width, metrics.height())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.accent))
        painter.drawRoundedRect(area, 3, 3)
        painter.setPen(QColor(palette.on_accent))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)

    def _draw_titles(self, painter: QPainter) -> None:
        metrics = self.fontMetrics()
        for row, title in enumerate(self._row_titles[: self._rows]):
            place = self.place_of(row * self._columns)
            area = QRect(0, place.top(), place.left() - TITLE_GAP, place.height())
            text = metrics.elidedText(title, Qt.TextElideMode.ElideRight, area.width())
            painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        titles = self._column_titles[: self._columns]
        widest = max((metrics.horizontalAdvance(title) for title in titles), default=0) + TITLE_GAP
        assert self._cells is not None
        every = max(1, -(-widest // max(1, round(self._cells.step_x / self.devicePixelRatioF()))))
        for column in range(0, len(titles), every):  # so many that none lies over its neighbour
            place = self.place_of(column)
            left = place.center().x() - metrics.horizontalAdvance(titles[column]) // 2
            painter.drawText(left, place.top() - TITLE_GAP, titles[column])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the pictures into the new room."""
        super().resizeEvent(event)
        self._cache = self._cells = None
        self.resized.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Leave room for titles in another font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and hasattr(self, "_cache"):
            self._cache = self._cells = None

    def _restyle(self) -> None:
        self._cache = self._cells = None
        self.update()

    # ---- mouse and keyboard ----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the picture under the mouse."""
        number = self.picture_at(event.position().toPoint())
        if self._takes and number is not None and event.button() == Qt.MouseButton.LeftButton:
            self._cursor = number
            self.taken.emit(number)
            self.update()
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with the arrow keys; take with Enter or Space."""
        key = Qt.Key(event.key())
        if not self._count or not self._takes or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif key in _MOVES:
            down, right = _MOVES[key]
            row, column = divmod(self._cursor, self._columns)
            self._go(row + down, column + right)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._go(self._cursor // self._columns, 0 if key == Qt.Key.Key_Home else self._columns - 1)
        elif key in _TAKES:
            self.taken.emit(self._cursor)
        else:
            super().keyPressEvent(event)

    @property
    def cursor_number(self) -> int:
        """The picture that the keyboard is on."""
        return self._cursor

    def _go(self, row: int, column: int) -> None:
        row, column = min(max(row, 0), self._rows - 1), min(max(column, 0), self._columns - 1)
        self._cursor = min(row * self._columns + column, self._count - 1)
        if self._describe is not None:
            self.setAccessibleDescription(self._describe(self._cursor))
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard is."""
        super().focusInEvent(event)
        self.update()

    def event(self, event: QEvent) -> bool:
        """Say what the picture under the mouse is."""
        if event.type() == QEvent.Type.ToolTip and self._describe is not None:
            assert isinstance(event, QHelpEvent)
            number = self.picture_at(event.pos())
            if number is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPos(), self._describe(number), self, self.place_of(number))
            return True
        return super().event(event)
