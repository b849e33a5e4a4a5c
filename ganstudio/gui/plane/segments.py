"""Many lines or rectangles in one call to a painter.

Qt strokes a path or polyline that is wider than one pixel as a single outline, whose self-crossings cost 5 to 30 ms
for a noisy curve of 500 points; the same pieces drawn one by one cost less than 1 ms and look alike. For that, caps of
the pen have to be flat, or square where joints would show: pieces with round caps are stroked as outlines, too. A
drawing that is kept, as SVG, has one line instead: it can be edited, and its joints do not show.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.Qt import internals
from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QPaintEngine, QPainter, QPolygonF

__all__ = ["draw_polyline", "draw_rectangles", "draw_segments", "is_drawing", "seen_of"]

Array = NDArray[np.float64]
_FAR = 8_000.0
"""Pixels beyond which a painter's integers may overflow."""


def is_drawing(painter: QPainter) -> bool:
    """Return whether a painter makes a drawing of lines and shapes (SVG), not pixels."""
    return painter.paintEngine().type() == QPaintEngine.Type.SVG


def seen_of(painter: QPainter) -> QRectF:
    """Return the rectangle that a painter is clipped to, in its coordinates; one without end if it is not.

    A generator of drawings knows the clip and does not write it down, and many viewers would not heed it: what is
    outside has to be left out.
    """
    return painter.clipBoundingRect().normalized() if painter.hasClipping() else QRectF(-1e9, -1e9, 2e9, 2e9)


def draw_polyline(painter: QPainter, x: Array, y: Array) -> None:
    """Draw a line through points in pixels with the painter's pen; NaN makes a gap."""
    if len(x) < 2:
        return
    if is_drawing(painter):
        _draw_whole(painter, x, y)
        return
    points = np.stack([x, y], axis=1)
    draw_segments(painter, points[:-1], points[1:])


def draw_segments(painter: QPainter, starts: Array, ends: Array) -> None:
    """Draw lines between points (n, 2) in pixels with the painter's pen; those with a NaN are left out."""
    table = np.concatenate([starts, ends], axis=1)
    table = table[np.isfinite(table).all(axis=1)]
    # Those wholly on one side of what is painted on cost as much as any other.
    area, x, y = painter.viewport(), table[:, ::2], table[:, 1::2]
    beside = (x < 0).all(axis=1) | (x > area.width()).all(axis=1)
    table = table[~(beside | (y < 0).all(axis=1) | (y > area.height()).all(axis=1))]
    if not len(table):
        return
    pieces = internals.PrimitiveArray(QLineF, 4)
    pieces.resize(len(table))
    pieces.ndarray()[:] = np.clip(table, -_FAR, _FAR)
    painter.drawLines(*pieces.drawargs())


def _draw_whole(painter: QPainter, x: Array, y: Array) -> None:
    """Draw each stretch between two gaps as one line, as far as it is seen."""
    table, seen = np.clip(np.stack([x, y], axis=1), -_FAR, _FAR), seen_of(painter)
    low, high = (seen.left(), seen.top()), (seen.right(), seen.bottom())
    inside = np.asarray(((table >= low) & (table <= high)).all(axis=1))
    near = inside.copy()
    near[1:] |= inside[:-1]
    near[:-1] |= inside[1:]
    table[~near] = np.nan
    gaps = np.flatnonzero(~np.isfinite(table).all(axis=1))
    for stretch in np.split(table, gaps):
        points = stretch[np.isfinite(stretch).all(axis=1)]
        if len(points) > 1:
            painter.drawPolyline(QPolygonF([QPointF(*point) for point in points.tolist()]))


def draw_rectangles(painter: QPainter, left: Array, top: Array, right: Array, bottom: Array) -> None:
    """Fill rectangles in pixels with the painter's brush; those with a NaN are left out."""
    table = np.stack([left, top, right, bottom], axis=1)
    table = np.clip(table[np.isfinite(table).all(axis=1)], -_FAR, _FAR)
    if not len(table):
        return
    table[:, 2:] -= table[:, :2]
    pieces = internals.PrimitiveArray(QRectF, 4)
    pieces.resize(len(table))
    pieces.ndarray()[:] = table
    painter.drawRects(*pieces.drawargs())
