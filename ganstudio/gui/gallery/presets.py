"""The gallery of presets: what each shows after its steps, pane by pane."""

from __future__ import annotations

from functools import cache, partial

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from ganstudio import presets
from ganstudio.data import Distribution
from ganstudio.experiment import Comparison
from ganstudio.gui import theme
from ganstudio.gui.gallery.cards import Card
from ganstudio.gui.gallery.gallery import Gallery, Offer

__all__ = ["PresetCard", "Thumbnails", "preset_gallery"]

SIDE, GAP = 108, 8
"""Pixels at text scale 1: side of a pane's picture, and what is between two."""
WIDEST = 3 * SIDE + 2 * GAP
"""What fits into a card: of four panes each is smaller."""


class PresetCard(Card):
    """A shipped comparison: what its panes show after training, what they are, what is to be seen."""

    def __init__(self, key: str, comparison: Comparison, parent: QWidget | None = None) -> None:
        super().__init__(key, comparison.title, self.tr("Open"), parent, whole=True)
        self.setAccessibleDescription(comparison.description)
        self.column.addWidget(Thumbnails(key, comparison), 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addSpacing(2)
        self.add_text(comparison.title, "title")
        self.add_text(" \N{MIDDLE DOT} ".join(experiment.title for experiment in comparison.experiments), "muted")
        self.add_text(comparison.description)
        self.finish()


@cache
def _pixmap(key: str) -> QPixmap:
    """Return a preset's shipped picture, its panes side by side; null where there is none."""
    path = presets.thumbnail(key)
    return QPixmap() if path is None else QPixmap(str(path))


class Thumbnails(QWidget):
    """A small square for each pane of a preset: what it shows after training or, without a picture, its data."""

    def __init__(self, key: str, comparison: Comparison, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pixmap = _pixmap(key)
        self._data = [experiment.data for experiment in comparison.experiments]
        self._dots: list[np.ndarray] = []
        if self._pixmap.isNull():
            self._dots = [data.sample(300, np.random.default_rng(0)) for data in self._data]
        theme.current().changed.connect(self._restyle)
        self._restyle()

    @property
    def pictured(self) -> bool:
        """Whether there is a picture of what the panes show after training."""
        return not self._pixmap.isNull()

    def squares(self) -> list[QRectF]:
        """Return where the panes' pictures are."""
        scale, count = theme.current().scale, len(self._data)
        side = min(float(SIDE), (WIDEST - (count - 1) * GAP) / count) * scale
        return [QRectF(number * (side + GAP * scale), 0, side, side) for number in range(count)]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the pictures, each with round corners and a thin frame."""
        palette = theme.current().palette
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        for number, square in enumerate(self.squares()):
            path = QPainterPath()
            path.addRoundedRect(square.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
            painter.save()
            painter.setClipPath(path)
            if self.pictured:
                painter.drawPixmap(square, self._pixmap, self._source(number))
            else:
                self._draw_data(painter, square, number)
            painter.restore()
            painter.setPen(QPen(QColor(palette.border), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(path)
        painter.end()

    def _source(self, number: int) -> QRectF:
        """Return a pane's square within the shipped picture, whose squares are as high as it is."""
        side, count = self._pixmap.height(), len(self._data)
        gap = (self._pixmap.width() - count * side) / max(1, count - 1)
        return QRectF(number * (side + gap), 0, side, side)

    def _draw_data(self, painter: QPainter, square: QRectF, number: int) -> None:
        palette, data = theme.current().palette, self._data[number]
        painter.fillRect(square, QColor(palette.raised))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.real))
        for where in _places(data, self._dots[number], square):
            painter.drawEllipse(where, 1.1, 1.1)

    def _restyle(self) -> None:
        last = self.squares()[-1]
        self.setFixedSize(QSize(round(last.right()), round(last.bottom())))
        self.update()


def _places(data: Distribution, points: np.ndarray, square: QRectF) -> list[QPointF]:
    left, right, bottom, top = data.window()
    across = square.left() + (points[:, 0] - left) / (right - left) * square.width()
    down = square.top() + (top - points[:, 1]) / (top - bottom) * square.height()
    return [QPointF(x, y) for x, y in zip(across, down, strict=True)]


def preset_gallery() -> Gallery:
    """Return the page of all shipped comparisons."""
    return Gallery(
        "Presets",
        "Each opens in place of what is on the plane; press Space to train. The pictures show the panes at the end.",
        [_offer(name, presets.load(name)) for name in presets.names()],
        searched="Search titles, methods, data and what is to be seen",
    )


def _offer(name: str, comparison: Comparison) -> Offer:
    titles = [experiment.title for experiment in comparison.experiments]
    names = " ".join([comparison.title, *titles])
    words = f"{comparison.description} {comparison.experiments[0].data.title}"
    return Offer(name, "", names, words, partial(PresetCard, name, comparison))
