"""One term of many seeds in a chart: the median and the middle half of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from ganstudio.gui.plane.curve_item import Binned
from ganstudio.gui.plane.segments import draw_polyline, draw_rectangles
from ganstudio.gui.plane.series import quantiles, smoothed
from ganstudio.gui.plane.view_item import ViewItem

__all__ = ["SeedsCurve"]

Array = NDArray[np.float64]


class SeedsCurve(ViewItem):
    """A band from the lower to the upper quartile over seeds, and a line at their median.

    Each seed's values are averaged and smoothed first, so that the band says how far seeds are apart and not how
    noisy a loss is.
    """

    def __init__(self) -> None:
        super().__init__()
        self._steps = np.empty(0)
        self._quartiles = np.empty((3, 0))
        self._pen, self._faint = QPen(), QColor()

    def set_look(self, colour: str, width: float, opacity: float) -> None:
        """Choose the line's colour and width and the band's opacity."""
        self._pen = QPen(QColor(colour), width)
        self._pen.setCapStyle(Qt.PenCapStyle.SquareCap)
        self._faint = QColor(colour)
        self._faint.setAlphaF(opacity)
        self.update()

    def set_values(self, steps: Array, table: Array, width: int, smoothing: float) -> Array:
        """Show the values of R seeds, (R, n), in so many pixels; return the finite ones of band and line."""
        # The band is smooth: a point every other pixel is enough.
        binned = Binned(steps, table, max(20, width // 2))
        lines = smoothed(binned.mean, smoothing * binned.mean.shape[-1] / max(1, width))
        self._steps, self._quartiles = binned.steps, quantiles(lines, (0.25, 0.5, 0.75))
        self.update()
        return self._quartiles[np.isfinite(self._quartiles)]

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw band and line in pixels."""
        if not len(self._steps):
            return
        matrix = painter.transform()
        x = self._steps * matrix.m11() + matrix.dx()
        low, middle, high = self._quartiles * matrix.m22() + matrix.dy()
        painter.save()
        painter.resetTransform()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._faint)
        # A column for each pixel: as smooth as a polygon, and ten times as fast.
        columns = np.arange(np.floor(x[0]), np.ceil(x[-1]) + 1.0)
        top, bottom = np.interp(columns + 0.5, x, high), np.interp(columns + 0.5, x, low)
        draw_rectangles(painter, columns, top, columns + 1.0, np.maximum(bottom, top + 1.0))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(self._pen)
        draw_polyline(painter, x, middle)
        painter.restore()
