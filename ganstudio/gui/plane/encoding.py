"""A point of the plane, and where an encoder and the generator take it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from ganstudio.gui.plane.view_item import ViewItem
from ganstudio.palette import Palette

__all__ = ["EncodingItem", "Point", "encoding_text"]

Point = tuple[float, float]
SHOWN = 3
"""Coordinates of a latent that are written out."""
FAR = 16_000.0
"""Pixels beyond which a painter's integers may overflow."""


class EncodingItem(ViewItem):
    """A ring at the chosen point, a diamond where it is decoded to, an arrow between; a cross-hair for the keyboard."""

    def __init__(self) -> None:
        super().__init__()
        self.point: Point | None = None
        self.decoded: Point | None = None
        self.cross: Point | None = None
        self._ink, self._ground, self._accent = QColor("#888888"), QColor("#000000"), QColor("#888888")
        self._scale = 1.0

    def set_look(self, palette: Palette, scale: float) -> None:
        """Take a theme's colours and a factor on sizes."""
        self._ink, self._ground, self._accent = (
            QColor(colour) for colour in (palette.text, palette.plot, palette.accent)
        )
        self._scale = scale
        self.update()

    def show(self, point: Point | None, decoded: Point | None, cross: Point | None) -> None:
        """Draw what there is of these."""
        self.point, self.decoded, self.cross = point, decoded, cross
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw in pixels, each line on a wider one in the ground's colour."""
        places = [self._pixels(painter, place) for place in (self.point, self.decoded, self.cross)]
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        for ink, width in ((self._ground, 4.0), (self._ink, 1.6)):
            pen = QPen(ink, width * self._scale)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            self._draw(painter, *places)
        painter.restore()

    def _pixels(self, painter: QPainter, place: Point | None) -> QPointF | None:
        if place is None or not all(map(math.isfinite, place)):
            return None
        mapped = painter.transform().map(QPointF(*place))
        return mapped if max(abs(mapped.x()), abs(mapped.y())) < FAR else None

    def _draw(self, painter: QPainter, point: QPointF | None, decoded: QPointF | None, cross: QPointF | None) -> None:
        size = self._scale
        if cross is not None:
            for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                way = QPointF(x, y)
                painter.drawLine(cross + way * 4 * size, cross + way * 11 * size)
        if point is not None:
            painter.drawEllipse(point, 5.5 * size, 5.5 * size)
        if decoded is None:
            return
        if point is not None:
            self._arrow(painter, point, decoded)
        corners = (QPointF(0, -5), QPointF(5, 0), QPointF(0, 5), QPointF(-5, 0))
        painter.setBrush(self._accent)
        painter.drawPolygon(QPolygonF([decoded + corner * size for corner in corners]))

    def _arrow(self, painter: QPainter, start: QPointF, end: QPointF) -> None:
        """Draw from the ring's edge to the diamond's, if there is room between."""
        way = end - start
        length = math.hypot(way.x(), way.y())
        if length < 18 * self._scale:
            return
        unit = way / length
        side = QPointF(-unit.y(), unit.x())
        tip = end - unit * 7 * self._scale
        painter.drawLine(start + unit * 5.5 * self._scale, tip)
        for turn in (1, -1):
            painter.drawLine(tip, tip - unit * 6 * self._scale + side * 4 * turn * self._scale)


def encoding_text(point: Point, latent: ArrayLike, decoded: ArrayLike) -> str:
    """Return a line such as "z = (0.31, -1.20) -> (1.38, 1.41), distance 0.12"."""
    z, copy = np.asarray(latent, dtype=float).ravel(), np.asarray(decoded, dtype=float).ravel()
    more = [] if len(z) <= SHOWN else ["\N{HORIZONTAL ELLIPSIS}"]
    code = ", ".join([_written(value) for value in z[:SHOWN]] + more)
    distance = math.dist(point, copy)
    place = ", ".join(_written(value) for value in copy)
    return f"z = ({code}) \N{RIGHTWARDS ARROW} ({place}), distance {_written(distance)}"


def _written(value: float) -> str:
    return f"{value:.2f}".replace("-", "\N{MINUS SIGN}")
