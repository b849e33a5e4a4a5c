"""One term of many seeds in a chart: the median and the middle half of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from ganstudio.gui.plane.curve_item import Binned
from ganstudio.gui.plane.segments import draw_polyline
from ganstudio.gui.plane.series import quantiles, smoothed
from ganstudio.gui.plane.view_item import ViewItem

__all__ = ["SeedsCurve"]

Array = NDArray[np.float64]
_FAR = 8_000.0
"""Pixels beyond which a painter's integers may overflow."""


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
        self._pen.setCapStyle(Qt.PenCapStyle.RoundCap)
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
        low, middle, high = np.clip(self._quartiles * matrix.m22() + matrix.dy(), -_FAR, _FAR)
        known = np.isfinite(middle)
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._faint)
        there, back = x[known], x[known][::-1]
        outline = zip((*there, *back), (*high[known], *low[known][::-1]), strict=True)
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in outline]))
        painter.setPen(self._pen)
        draw_polyline(painter, x, middle)
        painter.restore()
