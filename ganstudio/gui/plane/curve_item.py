"""One curve of a chart: a faint band of its values and a smoothed line, both cheap to draw.

pyqtgraph's own curves took 10 to 20 ms for three terms of 4,096 values; binning to pixels first takes 1 to 2.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from ganstudio.gui.plane.segments import draw_polyline, draw_rectangles
from ganstudio.gui.plane.series import smoothed
from ganstudio.gui.plane.view_item import ViewItem

__all__ = ["Binned", "CurveItem"]

Array = NDArray[np.float64]


class Binned:
    """Curves (..., count) with at most one point a pixel.

    Attributes
    ----------
    steps : ndarray (n,)
        Last step of each bin.
    mean, low, high : ndarray (..., n)
        Mean, least and largest value of each bin; NaN where nothing is finite.
    """

    def __init__(self, steps: Array, values: Array, width: int) -> None:
        # Powers of two, counted from the start: bins that are full never change while the run goes on.
        size = 1
        length = values.shape[-1]
        while length > size * max(1, width):
            size *= 2
        missing = -length % size
        rest = np.full((*values.shape[:-1], missing), np.nan)
        groups = np.concatenate([values, rest], axis=-1).reshape(*values.shape[:-1], -1, size)
        known = np.isfinite(groups)
        count = known.sum(axis=-1)
        empty = count == 0
        self.steps = np.concatenate([steps, np.repeat(steps[-1:], missing)])[size - 1 :: size]
        self.mean = np.where(empty, np.nan, np.where(known, groups, 0.0).sum(axis=-1) / np.maximum(count, 1))
        self.low = np.where(empty, np.nan, np.where(known, groups, np.inf).min(axis=-1))
        self.high = np.where(empty, np.nan, np.where(known, groups, -np.inf).max(axis=-1))
        self.size = size


class CurveItem(ViewItem):
    """A band from the least to the largest value, and a line."""

    def __init__(self) -> None:
        super().__init__()
        self._binned: Binned | None = None
        self._line_steps = self._line = np.empty(0)
        self._pen, self._faint = QPen(), QColor()
        self.smoothing = 0.0

    def set_look(self, colour: str, width: float, opacity: float) -> None:
        """Choose the line's colour and width and the band's opacity."""
        self._pen = QPen(QColor(colour), width)
        self._pen.setCapStyle(Qt.PenCapStyle.SquareCap)
        self._faint = QColor(colour)
        self._faint.setAlphaF(opacity)
        self.update()

    def set_values(self, steps: Array, table: Array, width: int, smoothing: float) -> Array:
        """Show the values of one run, (1, n), in so many pixels; return the line's finite values."""
        values = table[0]
        self._binned = Binned(steps, values, width)
        # For the line a point every other pixel looks the same and takes half of the time.
        coarse = Binned(steps, values, max(20, width // 2)) if smoothing > 0 else self._binned
        self.smoothing = smoothing
        length = smoothing * len(coarse.mean) / max(1, width)
        self._line_steps, self._line = coarse.steps, smoothed(coarse.mean, length)
        self.update()
        return self._line[np.isfinite(self._line)]

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw band and line in pixels."""
        if self._binned is None or not len(self._line):
            return
        matrix = painter.transform()
        binned = self._binned
        x = binned.steps * matrix.m11() + matrix.dx()
        low, high, line = (values * matrix.m22() + matrix.dy() for values in (binned.low, binned.high, self._line))
        painter.save()
        painter.resetTransform()
        if binned.size > 1:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._faint)
            edges = np.round(np.concatenate([x[:1], x]))
            # A constant stretch must not vanish: at least a pixel high.
            draw_rectangles(painter, edges[:-1], high, edges[1:], np.maximum(low, high + 1.0))
        elif self.smoothing > 0:
            painter.setPen(QPen(self._faint, self._pen.widthF() / 1.4))
            draw_polyline(painter, x, low)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(self._pen)
        draw_polyline(painter, self._line_steps * matrix.m11() + matrix.dx(), line)
        painter.restore()
