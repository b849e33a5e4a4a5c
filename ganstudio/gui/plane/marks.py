"""Draws what layers are made of over the plane."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from ganstudio.gui.plane.segments import draw_polyline, draw_segments
from ganstudio.gui.plane.view_item import ViewItem
from ganstudio.layers.marks import Arrows, Lines, Mark, Mesh
from ganstudio.palette import Palette

__all__ = ["MarksItem"]

Array = NDArray[np.float64]

TONES = 8
"""Steps of opacity, so that a mesh takes a few brushes and not one a cell, and trails a few pens."""
DENSEST = 0.62
"""Opacity of the densest cells."""
OLDEST = 0.06
HEAD = (7.0, 0.42)
"""Pixels of an arrow's head at most, and half its angle in radians."""
STUB = 2.0
"""Pixels below which an arrow is no more than a dot."""


class MarksItem(ViewItem):
    """Lines, arrows and meshes in the plane's coordinates, as wide on the screen whatever the zoom.

    Attributes
    ----------
    phase
        How far meshes are warped: 0 is the grid they come from, 1 where they are.
    """

    def __init__(self) -> None:
        super().__init__()
        self._marks: Sequence[Mark] = ()
        self._palette: Palette | None = None
        self._scale = 1.0
        self.phase = 1.0

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Draw these in place of what is drawn."""
        self._marks = marks
        self.update()

    def set_look(self, palette: Palette, scale: float) -> None:
        """Choose colours and how thick lines are."""
        self._palette, self._scale = palette, scale
        self.update()

    def set_phase(self, phase: float) -> None:
        """Warp meshes so far."""
        self.phase = phase
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw everything."""
        if not self._marks or self._palette is None:
            return
        matrix = painter.transform()
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        for mark in self._marks:
            match mark:
                case Lines():
                    self._draw_lines(painter, matrix, mark)
                case Arrows():
                    self._draw_arrows(painter, matrix, mark)
                case Mesh():
                    self._draw_mesh(painter, matrix, mark)
        painter.restore()

    def _colour(self, role: str, opacity: float = 1.0) -> QColor:
        colour = QColor(getattr(self._palette, role))
        colour.setAlphaF(opacity)
        return colour

    def _pen(self, colour: QColor, width: float, cap: Qt.PenCapStyle = Qt.PenCapStyle.FlatCap) -> QPen:
        return QPen(colour, width * self._scale, Qt.PenStyle.SolidLine, cap)

    def _draw_lines(self, painter: QPainter, matrix: QTransform, lines: Lines) -> None:
        """Draw all lines piece by piece from their start, ever stronger."""
        points = _pixels(lines.points, matrix)
        pieces = points.shape[1] - 1
        tones = min(TONES, pieces)
        for tone in range(tones):
            share = (tone + 1) / tones
            painter.setPen(self._pen(self._colour(lines.colour, OLDEST + (0.85 - OLDEST) * share), 0.7 + 0.5 * share))
            first, last = tone * pieces // tones, (tone + 1) * pieces // tones
            starts, ends = points[:, first:last], points[:, first + 1 : last + 1]
            draw_segments(painter, starts.reshape(-1, 2), ends.reshape(-1, 2))

    def _draw_arrows(self, painter: QPainter, matrix: QTransform, arrows: Arrows) -> None:
        """Draw shafts and heads, on a ground of the plot's colour that parts them from what lies below."""
        starts = _pixels(arrows.starts, matrix)
        ends = _pixels(arrows.starts + arrows.vectors, matrix)
        long = np.hypot(*(ends - starts).T) >= STUB
        starts, ends = starts[long], ends[long]
        back = starts - ends
        length = np.hypot(back[:, 0], back[:, 1])
        size = np.minimum(HEAD[0] * self._scale, 0.5 * length) / np.maximum(length, 1e-9)
        sides = []
        for angle in (HEAD[1], -HEAD[1]):
            turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
            sides.append(ends + (back @ turn) * size[:, None])
        for colour, width in ((self._colour("plot", 0.75), 3.4), (self._colour(arrows.colour, 0.95), 1.3)):
            painter.setPen(self._pen(colour, width, Qt.PenCapStyle.SquareCap))  # no gap where a tip's lines meet
            draw_segments(painter, np.concatenate([starts, ends, ends]), np.concatenate([ends, *sides]))

    def _draw_mesh(self, painter: QPainter, matrix: QTransform, mesh: Mesh) -> None:
        """Fill the cells and draw the lines between them."""
        vertices = _pixels(mesh.home + (mesh.vertices - mesh.home) * self.phase, matrix)
        if len(vertices) == 1:
            self._draw_curve(painter, vertices[0], mesh)
            return
        painter.setPen(Qt.PenStyle.NoPen)
        # Edges of neighbours that are smoothed leave light seams.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        corners = np.stack([vertices[:-1, :-1], vertices[:-1, 1:], vertices[1:, 1:], vertices[1:, :-1]], axis=2)
        known = np.isfinite(corners).all(axis=(2, 3)) & _seen(corners, painter)
        tones = np.round(mesh.shades * TONES).astype(int)
        # Neighbours share their corners; a point made from numbers takes as long as a cell takes to fill.
        nodes = [[QPointF(x, y) for x, y in row] for row in vertices.tolist()]
        for tone in range(1, TONES + 1):
            painter.setBrush(self._colour(mesh.colour, DENSEST * tone / TONES))
            for i, j in np.argwhere(known & (tones == tone)).tolist():
                painter.drawConvexPolygon([nodes[i][j], nodes[i][j + 1], nodes[i + 1][j + 1], nodes[i + 1][j]])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(self._pen(self._colour(mesh.colour, 0.55), 0.8))
        for lines in (vertices, vertices.swapaxes(0, 1)):
            # One call for all of them, with a gap after each: forty calls took longer than everything else here.
            gap = np.full((len(lines), 1, 2), np.nan)
            points = np.concatenate([lines, gap], axis=1).reshape(-1, 2)
            draw_polyline(painter, points[:, 0], points[:, 1])

    def _draw_curve(self, painter: QPainter, vertices: Array, mesh: Mesh) -> None:
        """Draw a curve that is the stronger the denser it is."""
        tones = np.round(mesh.shades[0] * TONES).astype(int)
        for tone in range(TONES + 1):
            share = tone / TONES
            painter.setPen(self._pen(self._colour(mesh.colour, 0.25 + 0.7 * share), 1.2 + 2.0 * share))
            draw_segments(painter, vertices[:-1][tones == tone], vertices[1:][tones == tone])


def _seen(corners: Array, painter: QPainter) -> NDArray[np.bool_]:
    """Return which cells, corners (..., 4, 2) in pixels, reach into what is painted on.

    Of cells that a generator has thrown far away Qt would fill every row.
    """
    area = painter.viewport()
    low, high = corners.min(axis=-2), corners.max(axis=-2)
    inside = (high >= (0, 0)) & (low <= (area.width(), area.height()))
    return np.asarray(inside.all(axis=-1))


def _pixels(points: NDArray[np.floating], matrix: QTransform) -> Array:
    """Return points (..., 2) in the painter's pixels."""
    points = points.astype(np.float64, copy=False)
    return np.stack([points[..., 0] * matrix.m11() + matrix.dx(), points[..., 1] * matrix.m22() + matrix.dy()], axis=-1)
