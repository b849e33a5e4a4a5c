"""A number of many seeds as a row of dots: how they are spread, the median, and a perfect sampler's line."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from ganstudio.palette import Palette

__all__ = ["paint_dots", "spread", "stacked"]

Array = NDArray[np.float64]

FENCE = 3.0
"""Interquartile ranges beyond the quartiles from which a value is "far out" (Tukey 1977) and put at the edge."""
DIAMETER = 4.4


def spread(values: Array, *, also: Sequence[float] = ()) -> tuple[float, float]:
    """Return the range of an axis: all finite values but those that are far out, and some others."""
    known = values[np.isfinite(values)]
    if not known.size:
        return (0.0, 1.0)
    low, high = float(known.min()), float(known.max())
    first, third = np.percentile(known, [25.0, 75.0])
    if third > first:
        reach = FENCE * float(third - first)
        low, high = max(low, float(first) - reach), min(high, float(third) + reach)
    low, high = min([low, *also]), max([high, *also])
    return (low, high) if high - low > 1e-12 else (low - 0.5, high + 0.5)


def stacked(x: Array, width: float) -> NDArray[np.intp]:
    """Return for every place (n,) how many dots of a width are below its own: dots of one column lie on one another."""
    columns = np.floor(x / width).astype(int)
    level = np.zeros(len(x), dtype=np.intp)
    for column in np.unique(columns):
        members = np.flatnonzero(columns == column)
        level[members] = np.arange(len(members))
    return level


def paint_dots(
    painter: QPainter,
    area: QRectF,
    values: Array,
    colours: Sequence[str],
    reference: float | None,
    palette: Palette,
    ends: tuple[str, str],
    limits: tuple[float, float],
) -> None:
    """Draw a dot for every seed above an axis, and write the least and the largest value below theirs.

    Parameters
    ----------
    values, colours
        Of each seed; what is not finite is drawn hollow at the right end, what is beyond the limits at that end.
    reference
        A perfect sampler's value, drawn as a dashed line, or None.
    ends
        Texts of the least and of the largest value, in the painter's font.
    limits
        Values at the left and at the right end.
    """
    metrics = QFontMetricsF(painter.font())
    axis = area.bottom() - metrics.height() - 1.5
    left, right = area.left() + DIAMETER / 2, area.right() - DIAMETER / 2
    low, high = limits

    def place(value: float) -> float:
        return left + min(max((value - low) / (high - low), 0.0), 1.0) * (right - left)

    painter.setPen(QPen(QColor(palette.border), 1))
    painter.drawLine(QPointF(area.left(), axis), QPointF(area.right(), axis))
    if reference is not None:
        _dashed(painter, QColor(palette.muted), place(reference), area.top(), axis)
    known = np.isfinite(values)
    x = np.array([place(value) if finite else right for value, finite in zip(values, known, strict=True)])
    levels = stacked(x - area.left(), DIAMETER)
    room = axis - 1.0 - DIAMETER / 2 - area.top() - DIAMETER / 2
    step = min(DIAMETER * 0.92, room / max(1, int(levels.max(initial=0))))
    for at, level, colour, finite in zip(x, levels, colours, known, strict=True):
        painter.setPen(Qt.PenStyle.NoPen if finite else QPen(QColor(colour), 1))
        painter.setBrush(QColor(colour) if finite else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(at, axis - 1.0 - DIAMETER / 2 - level * step), DIAMETER / 2, DIAMETER / 2)
    if known.any():
        middle = place(float(np.median(values[known])))
        painter.setPen(QPen(QColor(palette.text), 1.5))
        painter.drawLine(QPointF(middle, axis - 5.0), QPointF(middle, axis + 2.0))
        painter.setPen(QColor(palette.muted))
        places = place(float(values[known].min())), place(float(values[known].max()))
        _write_ends(painter, QRectF(area.left(), axis + 2.5, area.width(), metrics.height()), ends, places)


def _write_ends(painter: QPainter, line: QRectF, ends: tuple[str, str], places: tuple[float, float]) -> None:
    """Write the least and the largest value below their dots, as one range where they are too near for two."""
    metrics = QFontMetricsF(painter.font())

    def area(text: str, x: float) -> QRectF:
        width = metrics.horizontalAdvance(text) + 1.0
        left = min(max(x - width / 2, line.left()), line.right() - width)
        return QRectF(left, line.top(), width, line.height())

    texts = [(text, area(text, x)) for text, x in zip(ends, places, strict=True)]
    if texts[0][1].right() + 4 > texts[1][1].left():
        text = ends[0] if ends[0] == ends[1] else f"{ends[0]}\N{EN DASH}{ends[1]}"
        texts = [(text, area(text, sum(places) / 2))]
    for text, place in texts:
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)


def _dashed(painter: QPainter, colour: QColor, x: float, top: float, bottom: float) -> None:
    pen = QPen(colour, 1, Qt.PenStyle.CustomDashLine)
    pen.setDashPattern([3, 3])
    painter.setPen(pen)
    x = math.floor(x) + 0.5
    painter.drawLine(QPointF(x, top), QPointF(x, bottom))
