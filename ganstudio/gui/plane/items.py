"""What the plane is drawn with: points, the field's image and contour lines."""

from __future__ import annotations

import contourpy
import numpy as np
from numpy.typing import NDArray
from pyqtgraph.Qt import internals
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from ganstudio.gui.plane.segments import draw_polyline, is_drawing, seen_of
from ganstudio.gui.plane.view_item import ViewItem

__all__ = [
    "SHAPES",
    "ContourItem",
    "FieldItem",
    "PointsItem",
    "contour_lines",
    "contours_side_by_side",
    "draw_dot",
]

Window = tuple[float, float, float, float]


class PointsItem(ViewItem):
    """Many dots of fixed size on the screen, drawn in one call from one small picture.

    Dots may be of groups: each has a colour, and after as many as there are colours another shape.
    """

    def __init__(self, diameter: float = 5.0) -> None:
        super().__init__()
        self._diameter = diameter
        self._colour, self._edge = QColor("#888888"), QColor("#000000")
        self._colours: tuple[str, ...] = ()
        self._points = np.empty((0, 2))
        self._groups: NDArray[np.int64] | None = None
        self._sprite: QPixmap | None = None
        self._sprite_for_what: tuple[float, int] = (0.0, 0)
        self._fragments = internals.PrimitiveArray(QPainter.PixmapFragment, 10)

    def set_points(self, points: NDArray[np.floating], groups: NDArray[np.int64] | None = None) -> None:
        """Draw points (n, 2), of groups (n,) if there are any; those that are not finite are left out."""
        points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        known = np.isfinite(points).all(axis=1)
        everything = bool(known.all())
        self._points = points if everything else points[known]
        self._groups = groups if groups is None or everything else groups[known]
        self.update()

    def set_look(self, colour: str, edge: str, diameter: float, colours: tuple[str, ...] = ()) -> None:
        """Choose colour, colour of the thin edge that parts overlapping dots, size in pixels, and groups' colours."""
        self._colour, self._edge, self._diameter, self._colours = QColor(colour), QColor(edge), diameter, colours
        self._sprite = None
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw the dots that the view holds."""
        if not len(self._points):
            return
        groups = self._groups if self._colours else None
        kinds = 1 if groups is None else min(int(groups.max()) + 1, SHAPES * len(self._colours))
        if is_drawing(painter):
            self._draw_shapes(painter, None if groups is None else groups % kinds)
            return
        # Of what is painted on in the end: a picture of the widget may have more pixels than the widget.
        ratio = painter.paintEngine().paintDevice().devicePixelRatioF()
        sprite = self._sprites(ratio, kinds)
        matrix = painter.transform()
        x = self._points[:, 0] * matrix.m11() + matrix.dx()
        y = self._points[:, 1] * matrix.m22() + matrix.dy()
        # Far away points would overflow the painter's integers.
        seen = (np.abs(x) < 16_000) & (np.abs(y) < 16_000)
        x, y = x[seen], y[seen]
        self._fragments.resize(len(x))
        table = self._fragments.ndarray()
        table[:, 0], table[:, 1] = x, y
        table[:, 2] = 0.0 if groups is None else groups[seen] % kinds * sprite.height()
        table[:, 3] = 0.0
        table[:, 4] = table[:, 5] = sprite.height()
        table[:, 6:8] = 1.0 / ratio
        table[:, 8], table[:, 9] = 0.0, 1.0
        painter.save()
        painter.resetTransform()
        # Snapping to pixels makes dots jump by one while they drift; at a ratio of 1 it is a third faster.
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
        painter.drawPixmapFragments(*self._fragments.drawargs(), sprite)  # type: ignore[call-arg]
        painter.restore()

    def _draw_shapes(self, painter: QPainter, kinds: NDArray[np.int64] | None) -> None:
        """Draw the dots that are seen as shapes, those of a kind together."""
        seen, matrix = seen_of(painter), painter.transform()
        inside = (self._points >= (seen.left(), seen.top())).all(axis=1)
        inside &= (self._points <= (seen.right(), seen.bottom())).all(axis=1)
        points = self._points[inside]
        table = np.zeros(len(points), np.int64) if kinds is None else kinds[inside]
        painter.save()
        painter.resetTransform()
        edge = QColor(self._edge)
        edge.setAlphaF(0.45)
        painter.setPen(QPen(edge, 0.6))
        for kind in np.unique(table).tolist():
            colour = QColor(self._colour if kinds is None else self._colours[kind % len(self._colours)])
            colour.setAlphaF(0.88)
            painter.setBrush(colour)
            for point in points[table == kind].tolist():
                draw_dot(painter, matrix.map(QPointF(*point)), self._diameter / 2, kind // max(1, len(self._colours)))
        painter.restore()

    def _sprites(self, ratio: float, kinds: int) -> QPixmap:
        """Return a dot, or a row of dots of as many groups in squares."""
        if self._sprite is not None and self._sprite_for_what == (ratio, kinds):
            return self._sprite
        side = int(np.ceil((self._diameter + 2) * ratio))
        sprite = QPixmap(side * kinds, side)
        sprite.fill(Qt.GlobalColor.transparent)
        painter = QPainter(sprite)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        radius = self._diameter * ratio / 2
        for kind in range(kinds):
            colours = self._colours if kinds > 1 else ()
            colour = QColor(colours[kind % len(colours)]) if colours else self._colour
            centre = QPointF(side * (kind + 0.5), side / 2)
            for ink, size, alpha in ((self._edge, radius + 0.6 * ratio, 0.45), (colour, radius, 0.88)):
                painter.setOpacity(alpha)
                painter.setBrush(ink)
                draw_dot(painter, centre, size, kind // max(1, len(colours)))
        painter.end()
        self._sprite, self._sprite_for_what = sprite, (ratio, kinds)
        return sprite


SHAPES = 4
"""Circle, square, triangle, diamond."""


def draw_dot(painter: QPainter, centre: QPointF, radius: float, shape: int) -> None:
    """Draw one of the shapes of about the same area with the painter's brush."""
    corners = {1: (45, 135, 225, 315), 2: (90, 210, 330), 3: (0, 90, 180, 270)}.get(shape % SHAPES)
    if corners is None:
        painter.drawEllipse(centre, radius, radius)
        return
    reach = 1.2 * radius
    painter.drawPolygon(
        [
            QPointF(centre.x() + reach * np.cos(np.radians(angle)), centre.y() - reach * np.sin(np.radians(angle)))
            for angle in corners
        ]
    )


FINE = 8
"""Pixels of a drawing's image for one of the field's."""


class FieldItem(ViewItem):
    """A small image over a window, scaled smoothly; its pixels are the values at the nodes of a grid."""

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self._pixels: NDArray[np.uint8] | None = None
        self._window: Window = (-1.0, 1.0, -1.0, 1.0)

    def set_field(self, indices: NDArray[np.uint8] | None, table: list[int], window: Window) -> None:
        """Draw colours (rows, columns) as indices of a table of RGB values; the first row is at the bottom."""
        if indices is None:
            self._image = None
        else:
            self._pixels = np.ascontiguousarray(indices)  # QImage does not own what it is made of
            rows, columns = self._pixels.shape
            indexed = QImage(self._pixels.data, columns, rows, columns, QImage.Format.Format_Indexed8)
            indexed.setColorTable(table)
            self._image = indexed.convertToFormat(QImage.Format.Format_RGB32)
        self._window = window
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw the image."""
        if self._image is None:
            return
        left, right, bottom, top = self._window
        whole = QRectF(left, bottom, right - left, top - bottom)
        if is_drawing(painter):
            self._draw_part(painter, self._image, whole)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
        # Nodes lie on the window's edge, so half of the outermost pixels is outside of it.
        source = QRectF(0.5, 0.5, self._image.width() - 1, self._image.height() - 1)
        painter.drawImage(whole, self._image, source)

    def _draw_part(self, painter: QPainter, image: QImage, whole: QRectF) -> None:
        """Draw what is seen of the image, made finer: a drawing takes no part of one, and viewers interpolate badly."""
        size = image.size() * FINE
        fine = image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
        seen = whole.intersected(seen_of(painter))
        if seen.isEmpty():
            return
        across, along = (size.width() - FINE) / whole.width(), (size.height() - FINE) / whole.height()
        place = QRectF(
            (seen.left() - whole.left()) * across,
            (seen.top() - whole.top()) * along,
            seen.width() * across,
            seen.height() * along,
        ).toAlignedRect()
        # Whole pixels, so perhaps a little more than is seen.
        area = QRectF(
            whole.left() + place.left() / across,
            whole.top() + place.top() / along,
            place.width() / across,
            place.height() / along,
        )
        painter.drawImage(area, fine.copy(place.translated(FINE // 2, FINE // 2)))


class ContourItem(ViewItem):
    """Where a field has one value."""

    def __init__(self) -> None:
        super().__init__()
        self._points = np.empty((0, 2))
        self.set_colour("#888888")

    def set_colour(self, colour: str, width: float = 1.2) -> None:
        """Choose the lines' colour and width in pixels."""
        self._pen = QPen(QColor(colour), width)
        # Ends that stick out would lie over one another and make beads.
        self._pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        self.update()

    def set_field(self, values: NDArray[np.float64] | None, level: float, window: Window) -> None:
        """Find the lines in values (rows, columns) at the nodes of a grid over a window."""
        self.set_lines(np.empty((0, 2)) if values is None else contour_lines(values, level, window))

    def set_lines(self, points: NDArray[np.float64]) -> None:
        """Draw lines through points (n, 2); NaN between two lines."""
        self._points = points
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw the lines."""
        if not len(self._points):
            return
        matrix = painter.transform()
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(self._pen)
        x = self._points[:, 0] * matrix.m11() + matrix.dx()
        draw_polyline(painter, x, self._points[:, 1] * matrix.m22() + matrix.dy())
        painter.restore()


def contour_lines(values: NDArray[np.float64], level: float, window: Window) -> NDArray[np.float64]:
    """Return where values (rows, columns) at the nodes of a grid over a window have a level: (n, 2), NaN in between."""
    left, right, bottom, top = window
    rows, columns = values.shape
    generator = contourpy.contour_generator(
        np.linspace(left, right, columns),
        np.linspace(bottom, top, rows),
        values if np.isfinite(values).all() else np.ma.masked_invalid(values),
        line_type=contourpy.LineType.ChunkCombinedNan,
    )
    points = generator.lines(level)[0][0]
    return np.empty((0, 2)) if points is None else points


def contours_side_by_side(values: NDArray[np.float64], level: float, window: Window) -> list[NDArray[np.float64]]:
    """Return the lines of each of many fields (R, rows, columns), as `contour_lines` does.

    They are found at once in one wide field with a gap between two, which is several times as fast.
    """
    left, right, bottom, top = window
    fields, rows, columns = values.shape
    apart = np.concatenate([values, np.full((fields, rows, 1), np.nan)], axis=2)
    wide = np.moveaxis(apart, 0, 1).reshape(rows, fields * (columns + 1))
    points = contour_lines(wide, level, (0.0, fields * (columns + 1) - 1.0, bottom, top))
    starts = np.arange(fields) * (columns + 1.0)
    result = []
    for own, start in zip(_split(points, starts), starts, strict=True):
        x = left + (own[:, 0] - start) / (columns - 1) * (right - left)
        result.append(np.stack([x, own[:, 1]], axis=1))
    return result


def _split(points: NDArray[np.float64], starts: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Return the points of each field, with the gaps between their lines."""
    known = np.isfinite(points[:, 0])
    owner = np.searchsorted(starts, points[:, 0], side="right") - 1
    # A gap belongs to the line before it.
    last = np.maximum.accumulate(np.where(known, np.arange(len(points)), 0))
    owner = owner[last] if len(points) else owner
    return [points[owner == field] for field in range(len(starts))]
