"""Samples, each beside the training pictures that are nearest to it, with their distances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ganstudio.gui import theme
from ganstudio.gui.images.picture_grid import image_of
from ganstudio.image_messages import Pixels

__all__ = ["NeighbourRow", "NeighbourTable"]

LEAST, MOST = 48, 104
"""Sides of a picture in pixels at text scale 1."""
GAP = 10


@dataclass(frozen=True, eq=False)
class NeighbourRow:
    """A sample and its neighbours.

    Attributes
    ----------
    title
        Under the sample.
    sample : array (height, width, channels)
    neighbours : array (k, height, width, channels)
    captions, hints
        Under each neighbour, and in its tooltip.
    marked
        How many of the first neighbours are suspiciously near.
    """

    title: str
    sample: Pixels
    neighbours: Pixels
    captions: tuple[str, ...]
    hints: tuple[str, ...]
    marked: int = 0


class NeighbourTable(QWidget):
    """Rows of pictures, as large as the width allows; its height follows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[NeighbourRow, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Samples and their nearest training pictures"))
        theme.current().changed.connect(self._fit)

    @property
    def rows(self) -> tuple[NeighbourRow, ...]:
        """What is shown."""
        return self._rows

    def show_rows(self, rows: Sequence[NeighbourRow]) -> None:
        """Show samples with their neighbours; none shows nothing."""
        self._rows = tuple(rows)
        self.setAccessibleDescription("; ".join(f"{row.title}: {', '.join(row.hints)}" for row in self._rows))
        self._fit()

    def sizeHint(self) -> QSize:
        """Return what the rows need."""
        return QSize(320, len(self._rows) * self._step)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw as large as the width allows."""
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Say of the picture under the mouse what it is."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = self._hint_at(event.pos())
            if text:
                QToolTip.showText(event.globalPos(), text, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows, as many neighbours as there is room for."""
        painter = QPainter(self)
        palette = theme.current().palette
        for number, row in enumerate(self._rows):
            place = self._place(number, -1)
            self._draw(painter, place, row.sample)
            painter.setPen(QPen(QColor(palette.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(place.adjusted(-1, -1, 0, 0))
            self._write(painter, place, row.title, palette.text)
            for index in range(min(len(row.neighbours), self._shown)):
                place = self._place(number, index)
                self._draw(painter, place, row.neighbours[index])
                colour = palette.warning if index < row.marked else palette.muted
                self._write(painter, place, row.captions[index], colour)
        painter.end()

    # ---- inside --------------------------------------------------------------------------------------

    @property
    def _side(self) -> int:
        scale = theme.current().scale
        most = max((len(row.neighbours) for row in self._rows), default=1)
        fitting = (self.width() - GAP) // (most + 1) - GAP
        return max(round(LEAST * scale), min(round(MOST * scale), fitting))

    @property
    def _shown(self) -> int:
        """How many neighbours there is room for."""
        return max(1, (self.width() - GAP) // (self._side + GAP) - 1)

    @property
    def _step(self) -> int:
        return self._side + self.fontMetrics().height() + GAP + 6

    def _place(self, row: int, column: int) -> QRect:
        """Return where a neighbour is; the sample has column -1."""
        left = 2 + (column + 1) * (self._side + GAP) + (GAP if column >= 0 else 0)
        return QRect(left, 2 + row * self._step, self._side, self._side)

    def _draw(self, painter: QPainter, place: QRect, picture: Pixels) -> None:
        height, width = picture.shape[:2]
        times = max(1, -(-place.width() // width))
        # Enlarged without smoothing first, so that pixels keep their edges.
        large = image_of(picture).scaled(width * times, height * times)
        ratio = self.devicePixelRatioF()
        size = QSize(round(place.width() * ratio), round(place.height() * ratio))
        large = large.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
        if large.hasAlphaChannel():
            painter.fillRect(place, QColor("white"))
        painter.drawImage(place, large)

    def _write(self, painter: QPainter, place: QRect, text: str, colour: str) -> None:
        metrics = self.fontMetrics()
        area = QRect(place.left() - GAP // 2, place.bottom() + 4, place.width() + GAP, metrics.height())
        painter.setPen(QColor(colour))
        painter.drawText(
            area, Qt.AlignmentFlag.AlignCenter, metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        )

    def _hint_at(self, position: QPoint) -> str:
        for number, row in enumerate(self._rows):
            if self._place(number, -1).contains(position):
                return row.title
            for index in range(min(len(row.hints), self._shown)):
                if self._place(number, index).contains(position):
                    return row.hints[index]
        return ""

    def _fit(self) -> None:
        self.setFixedHeight(max(1, len(self._rows) * self._step))
        self.update()
