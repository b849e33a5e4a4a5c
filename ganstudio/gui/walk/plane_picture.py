"""Points of the plane over the critic's field, as a picture."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property

import contourpy
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from ganstudio.gui.plane.field import Shown
from ganstudio.gui.plane.items import Window
from ganstudio.gui.plane.segments import draw_polyline
from ganstudio.gui.walk.picture import Ink, Look, eased, frame, text, written
from ganstudio.gui.walk.sprites import draw_dots
from ganstudio.palette import Palette, diverging

__all__ = ["Arrows", "Dots", "FieldPicture", "PlanePicture"]

Array = NDArray[np.floating]
_FAR = 8_000.0
"""Pixels beyond which a painter's integers may overflow."""
LONGEST = 0.14
"""Length of the longest arrow in that of the window's side."""


@dataclass(frozen=True)
class Dots:
    """Points in one colour.

    Attributes
    ----------
    points : ndarray (n, 2)
    ends : ndarray (n, 2) or None
        Where they go while the picture's progress runs from 0 to 1.
    """

    points: Array
    ink: Ink
    ends: Array | None = None

    def at(self, progress: float) -> Array:
        """Return where the points are, (n, 2)."""
        if self.ends is None:
            return self.points
        return np.asarray(self.points + eased(progress) * (self.ends - self.points))


@dataclass(frozen=True)
class Arrows:
    """Arrows from points, the longest of a fixed length on the screen: (n, 2) each."""

    points: Array
    directions: Array
    ink: Ink = "text"

    @cached_property
    def longest(self) -> float:
        """Length of the longest arrow in units of the plane."""
        lengths = np.linalg.norm(self.directions, axis=1)
        known = lengths[np.isfinite(lengths)]
        return float(known.max()) if known.size else 0.0


@dataclass(frozen=True)
class FieldPicture:
    """A critic's field over a window."""

    shown: Shown
    window: Window
    _images: dict[str, QImage] = field(default_factory=dict, compare=False, repr=False)

    def image(self, palette: Palette) -> QImage:
        """Return its colours, one pixel for each node, the first row at the top."""
        if palette.name not in self._images:
            table = diverging(palette)
            pixels = np.full((*self.shown.values.shape, 4), 255, np.uint8)
            pixels[..., :3] = table[self.shown.indices(len(table))[::-1]][..., ::-1]
            rows, columns = self.shown.values.shape
            image = QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)
            self._images[palette.name] = image.copy()  # which owns its pixels
        return self._images[palette.name]

    @cached_property
    def contour(self) -> Array:
        """Where the critic cannot decide: points (n, 2) of lines with NaN between them."""
        left, right, bottom, top = self.window
        values = np.ma.masked_invalid(self.shown.values)
        rows, columns = values.shape
        generator = contourpy.contour_generator(
            np.linspace(left, right, columns),
            np.linspace(bottom, top, rows),
            values,
            line_type=contourpy.LineType.ChunkCombinedNan,
        )
        points = generator.lines(self.shown.meaning.centre)[0][0]
        return np.empty((0, 2)) if points is None else np.asarray(points)


@dataclass(frozen=True)
class PlanePicture:
    """A square of the plane, in the middle of its rectangle.

    Attributes
    ----------
    later
        The field that takes the place of `field` while the picture's progress runs from 0 to 1.
    titles
        What the axes are called, if they are not the plane's.
    """

    dots: tuple[Dots, ...]
    window: Window
    words: str
    field: FieldPicture | None = None
    later: FieldPicture | None = None
    arrows: Arrows | None = None
    titles: tuple[str, str] = ("", "")

    def paint(self, painter: QPainter, rect: QRectF, look: Look) -> None:
        """Draw the field, its contour, the points and the arrows, and a few ticks where there is room."""
        large = look.is_large(rect)
        side = min(rect.width(), rect.height()) - 1
        square = QRectF(rect.center().x() - side / 2, rect.center().y() - side / 2, side, side)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        frame(painter, square, look)
        painter.setClipRect(square.adjusted(0.5, 0.5, -0.5, -0.5))
        self._paint_field(painter, square, look)
        for dots in self.dots:
            self._paint_dots(painter, square, dots, look, (4.4 if large else 3.0) * look.scale)
        if self.arrows is not None:
            self._paint_arrows(painter, square, look)
        painter.restore()
        if large:
            self._paint_ticks(painter, square, look)

    def _paint_field(self, painter: QPainter, square: QRectF, look: Look) -> None:
        shares = ((self.field, 1.0), (self.later, eased(look.progress)))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
        whole = painter.opacity()
        for picture, opacity in shares:
            if picture is None or opacity == 0.0:
                continue
            painter.setOpacity(whole * opacity)
            image, (left, right, bottom, top) = picture.image(look.palette), picture.window
            corners = self._pixels(square, np.array([[left, top], [right, bottom]]))
            # Nodes lie on the window's edge, so half of the outermost pixels is outside of it.
            source = QRectF(0.5, 0.5, image.width() - 1, image.height() - 1)
            painter.drawImage(QRectF(QPointF(*corners[0]), QPointF(*corners[1])), image, source)
        painter.setOpacity(whole)
        last = self.later if self.later is not None and look.progress > 0.5 else self.field
        if last is not None and len(last.contour):
            pen = QPen(look.colour("contour"), look.scale)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            x, y = self._pixels(square, last.contour).T
            draw_polyline(painter, x, y)

    def _paint_dots(self, painter: QPainter, square: QRectF, dots: Dots, look: Look, size: float) -> None:
        places = self._pixels(square, dots.at(look.progress))
        draw_dots(painter, places, getattr(look.palette, dots.ink), look.palette.plot, size)

    def _paint_arrows(self, painter: QPainter, square: QRectF, look: Look) -> None:
        arrows = self.arrows
        assert arrows is not None
        if not arrows.longest:
            return
        starts = self._pixels(square, arrows.points)
        scale = LONGEST * square.width() / arrows.longest
        ways = arrows.directions * np.array([scale, -scale]) * eased(look.progress)
        known = np.isfinite(starts + ways).all(axis=1) & (np.hypot(*ways.T) >= 1.0)
        lines = [
            line
            for start, way in zip(starts[known], ways[known], strict=True)
            for line in _arrow(QPointF(*start), QPointF(*way), 4.5 * look.scale)
        ]
        widths = (2.2, 1.0) if look.is_large(square) else (1.6, 0.8)
        for ink, width in zip(("plot", arrows.ink), widths, strict=True):
            painter.setPen(QPen(look.colour(ink), width * look.scale))
            painter.drawLines(lines)

    def _paint_ticks(self, painter: QPainter, square: QRectF, look: Look) -> None:
        left, right, bottom, top = self.window
        gap = 4 * look.scale
        for low, high, flat in ((left, right, True), (bottom, top, False)):
            for value in _ticks(low, high):
                x, y = self._pixels(square, np.array([[value, bottom] if flat else [left, value]]))[0]
                if flat:
                    place, align = QPointF(x, square.bottom() - gap), Qt.AlignmentFlag.AlignHCenter
                else:
                    place, align = QPointF(square.left() + gap, y + look.line * 0.3), Qt.AlignmentFlag.AlignLeft
                text(painter, look, place, written(value), align)
        text(
            painter,
            look,
            QPointF(square.right() - gap, square.bottom() - gap - (look.line if self.titles[0] else 0)),
            self.titles[0],
            Qt.AlignmentFlag.AlignRight,
        )
        text(painter, look, QPointF(square.left() + gap, square.top() + look.line), self.titles[1])

    def _pixels(self, square: QRectF, points: Array) -> NDArray[np.float64]:
        """Return where points (n, 2) are, (n, 2); what is too far away for a painter is clipped, NaN stays."""
        left, right, bottom, top = self.window
        scale = square.width() / max(right - left, top - bottom, 1e-12)
        middle = np.array([(left + right) / 2, (bottom + top) / 2])
        places = (np.asarray(points, np.float64).reshape(-1, 2) - middle) * np.array([scale, -scale])
        return np.asarray(np.clip(places + np.array([square.center().x(), square.center().y()]), -_FAR, _FAR))


def _arrow(start: QPointF, way: QPointF, head: float) -> list[QLineF]:
    """Return the lines of an arrow; a short one has a small head."""
    length = math.hypot(way.x(), way.y())
    tip, unit = start + way, way / length
    barbs = [QPointF(-unit.y(), unit.x()) * turn - unit for turn in (-0.55, 0.55)]
    return [QLineF(start, tip), *(QLineF(tip, tip + barb * min(head, 0.4 * length)) for barb in barbs)]


def _ticks(low: float, high: float) -> list[float]:
    """Return two or three round values well inside a range."""
    reach = (high - low) * 0.36
    power = 10.0 ** math.floor(math.log10(reach))
    step = max(factor for factor in (1, 2, 5) if factor * power <= reach) * power
    first = math.ceil((low + 0.06 * (high - low)) / step) * step
    return list(np.arange(first, high - 0.06 * (high - low), step).tolist())
