"""The live sheet of samples, and a row of real pictures."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ganstudio.gui import theme
from ganstudio.gui.images.training.mosaic import mosaic
from ganstudio.image_messages import Pixels

__all__ = ["PictureRow", "SampleGrid"]

GAP = 2
"""Pixels between pictures at text scale 1."""
TITLE_GAP = 8
ARRANGEMENTS = (8, 16, 4)
"""Columns that leave no row of 64 unfinished."""


class SampleGrid(QWidget):
    """Pictures in as large cells as fit, in the middle; a sentence while there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures: Pixels | None = None
        self._image: QImage | None = None
        self._hint = ""
        self.titles: tuple[str, ...] = ()
        self.columns = 8
        self.side = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 160)
        theme.current().changed.connect(self._restyle)
        self.show_pictures(None)

    @property
    def image(self) -> QImage | None:
        """What is drawn, None while there are no pictures or there is no room."""
        if self._image is None and self._pictures is not None:
            self._image = self._composed(self._pictures)
        return self._image

    def show_pictures(self, pictures: Pixels | None, caption: str = "", titles: Sequence[str] = ()) -> None:
        """Show pictures (n, height, width, channels), or none; the caption is for assistive technology.

        Parameters
        ----------
        titles
            Of the rows, into which the pictures go as evenly as they are; without any they go as is best.
        """
        self._pictures, self._image, self.titles = pictures, None, tuple(titles)
        empty = self.tr("No samples yet")
        count = 0 if pictures is None else len(pictures)
        name = self.tr("{0} samples, {1}").format(count, caption) if count else empty
        if titles:
            name = self.tr("{0}, a row each of {1}").format(name, ", ".join(titles))
        self.setAccessibleName(name)
        self.update()

    def set_hint(self, text: str) -> None:
        """Say something in place of pictures."""
        if text != self._hint:
            self._hint = text
            self.update()

    def sizeHint(self) -> QSize:
        """Return room for 64 small pictures."""
        return QSize(520, 520)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the pictures out anew."""
        super().resizeEvent(event)
        self._image = None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the sheet in the middle, or the sentence."""
        painter = QPainter(self)
        image = self.image
        if image is not None:
            size = image.deviceIndependentSize()
            room = self._title_room()
            left = room + (self.width() - room - size.width()) / 2
            corner = QPointF(left, (self.height() - size.height()) / 2)
            painter.drawImage(corner, image)
            self._paint_titles(painter, corner, size.height())
        else:
            self._paint_empty(painter)
        painter.end()

    def _title_room(self) -> int:
        """Return the width that titles of rows take, the gap behind them included."""
        widest = max(map(self.fontMetrics().horizontalAdvance, self.titles), default=0)
        return min(widest, self.width() // 3) + TITLE_GAP if widest else 0

    def _paint_titles(self, painter: QPainter, corner: QPointF, height: float) -> None:
        """Write the titles to the left of the rows."""
        metrics, room = self.fontMetrics(), self._title_room() - TITLE_GAP
        painter.setPen(QColor(theme.current().palette.muted))
        step = (height + GAP) / max(1, len(self.titles))
        for row, title in enumerate(self.titles):
            area = QRectF(corner.x() - TITLE_GAP - room, corner.y() + row * step, room, step - GAP)
            text = metrics.elidedText(title, Qt.TextElideMode.ElideRight, room)
            painter.drawText(area, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), text)

    def _paint_empty(self, painter: QPainter) -> None:
        """Draw where the cells will be, and the sentence over them."""
        palette = theme.current().palette
        columns, side, gap = self._arrangement(64, 1.0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.raised))
        painter.setOpacity(0.55)
        rows = 64 // columns
        left = (self.width() - columns * (side + gap) + gap) / 2
        top = (self.height() - rows * (side + gap) + gap) / 2
        for index in range(64):
            row, column = divmod(index, columns)
            painter.drawRect(QRectF(left + column * (side + gap), top + row * (side + gap), side, side))
        painter.setOpacity(1.0)
        flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
        area = self.rect().adjusted(24, 24, -24, -24)
        words = self.fontMetrics().boundingRect(area, flags, self._hint)
        if not words.isEmpty():
            painter.setBrush(QColor(palette.panel))
            painter.setPen(QPen(QColor(palette.border), 1))
            painter.drawRoundedRect(words.adjusted(-14, -9, 14, 9), 8, 8)
        painter.setPen(QColor(palette.text))
        painter.drawText(area, flags, self._hint)

    def _composed(self, pictures: Pixels) -> QImage | None:
        ratio = self.devicePixelRatioF()
        self.columns, self.side, gap = self._arrangement(len(pictures), ratio)
        if self.side < 1:
            return None
        return mosaic(pictures, self.columns, self.side, gap, theme.current().palette.panel, ratio)

    def _arrangement(self, count: int, ratio: float) -> tuple[int, int, int]:
        """Return columns, side and gap in device pixels with which the cells are largest."""
        width, height = round((self.width() - self._title_room()) * ratio), round(self.height() * ratio)
        gap = max(1, round(GAP * theme.current().scale * ratio))

        def side(columns: int) -> int:
            rows = -(-count // columns)
            return min((width + gap) // columns, (height + gap) // rows) - gap

        if self.titles:
            columns = -(-count // len(self.titles))
            return columns, side(columns), gap
        columns = max((one for one in ARRANGEMENTS if one <= count), key=side, default=count)
        return columns, side(columns), gap

    def _restyle(self) -> None:
        self._image = None
        self.update()


class PictureRow(QWidget):
    """As many pictures as fit side by side, all of one height."""

    def __init__(self, side: int = 32, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side = side
        self._pictures: Pixels | None = None
        self._image: QImage | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self._restyle)
        self.setVisible(False)

    def show_pictures(self, pictures: Pixels | None) -> None:
        """Show pictures (n, height, width, channels), or take no room."""
        self._pictures, self._image = pictures, None
        self.setVisible(pictures is not None)
        self.update()

    def sizeHint(self) -> QSize:
        """Return a row."""
        return QSize(200, round(self._side * theme.current().scale))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many as fit."""
        super().resizeEvent(event)
        self._image = None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the row from the left."""
        if self._image is None and self._pictures is not None:
            self._image = self._composed(self._pictures)
        if self._image is not None:
            painter = QPainter(self)
            painter.drawImage(QPointF(0, 0), self._image)
            painter.end()

    def _composed(self, pictures: Pixels) -> QImage | None:
        ratio = self.devicePixelRatioF()
        gap, side = max(1, round(GAP * ratio)), round(self.height() * ratio)
        fitting = min(len(pictures), (round(self.width() * ratio) + gap) // (side + gap))
        if fitting < 1 or side < 1:
            return None
        return mosaic(pictures[:fitting], fitting, side, gap, theme.current().palette.panel, ratio)

    def _restyle(self) -> None:
        self._image = None
        self.updateGeometry()
        self.update()
