"""What a drawing looks like on the plane: a curtain over everything else, density, Gaussians, the brush."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from ganstudio.gui.numbers import short
from ganstudio.gui.own_data.drawing import Gaussian, Ink, Place
from ganstudio.gui.plane.view_item import ViewItem
from ganstudio.palette import Palette

__all__ = ["LEAST_GRIP", "BrushItem", "CanvasItem", "GaussiansItem"]

CURTAIN = 0.86
"""Opacity of the plane's ground over what the run shows, which stays to be guessed as something to trace."""
HANDLE = 4.5
"""Pixels from the middle of a handle to its edge."""
LEAST_GRIP = 16.0
"""Pixels from a Gaussian's centre that its handles keep at least, however narrow it is."""
FAR = 16_000.0
"""Pixels beyond which a painter's integers may overflow."""


class CanvasItem(ViewItem):
    """The curtain, the sheet's border, and the density on it."""

    def __init__(self) -> None:
        super().__init__()
        self._ground, self._border, self._ink = QColor("#000000"), QColor("#888888"), QColor("#888888")
        self._image: QImage | None = None
        self._pixels: np.ndarray | None = None
        self._width = 1.0

    def set_look(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._ground, self._border, self._ink = (
            QColor(colour) for colour in (palette.plot, palette.muted, palette.real)
        )
        self._ground.setAlphaF(CURTAIN)
        self.update()

    def set_density(self, shade: Ink, width: float) -> None:
        """Draw values 0 to 1 (n, n), the first row at the bottom, over a square of this width about the origin."""
        self._pixels = np.ascontiguousarray((255.0 * shade).astype(np.uint8))  # QImage does not own what it is made of
        rows, columns = self._pixels.shape
        indexed = QImage(self._pixels.data, columns, rows, columns, QImage.Format.Format_Indexed8)
        colour = self._ink.rgb() & 0xFFFFFF
        indexed.setColorTable([alpha << 24 | colour for alpha in range(256)])
        self._image = indexed.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
        self._width = width
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw in the plane's coordinates."""
        painter.fillRect(self.boundingRect(), self._ground)
        sheet = QRectF(-self._width / 2, -self._width / 2, self._width, self._width)
        if self._image is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
            painter.drawImage(sheet, self._image)
        pen = QPen(self._border, 1.0, Qt.PenStyle.DashLine)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(sheet)


class GaussiansItem(ViewItem):
    """Ellipses at one and two standard deviations; the chosen one has handles and says its weight."""

    def __init__(self) -> None:
        super().__init__()
        self._line, self._ground, self._accent = QColor("#888888"), QColor("#000000"), QColor("#888888")
        self._scale = 1.0
        self._gaussians: Sequence[Gaussian] = ()
        self._chosen: int | None = None

    def set_look(self, palette: Palette, scale: float) -> None:
        """Take a theme's colours and a factor on sizes."""
        self._line, self._ground, self._accent = (
            QColor(colour) for colour in (palette.text, palette.plot, palette.accent)
        )
        self._scale = scale
        self.update()

    def show_gaussians(self, gaussians: Sequence[Gaussian], chosen: int | None) -> None:
        """Draw these, one of which may be chosen."""
        self._gaussians, self._chosen = gaussians, chosen
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw in pixels."""
        transform = painter.transform()
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        for index, gaussian in enumerate(self._gaussians):
            centre = transform.map(QPointF(*gaussian.centre))
            x, y = (
                abs(factor) * wide
                for factor, wide in zip((transform.m11(), transform.m22()), gaussian.deviations, strict=True)
            )
            if max(abs(centre.x()), abs(centre.y()), 2 * x, 2 * y) < FAR:
                self._draw(painter, gaussian, (centre, x, y), chosen=index == self._chosen)
        painter.restore()

    def _draw(self, painter: QPainter, gaussian: Gaussian, at: tuple[QPointF, float, float], *, chosen: bool) -> None:
        """Draw one whose centre and deviations are in pixels."""
        centre, x, y = at
        size = self._scale
        ink = self._accent if chosen else self._line
        for colour, width in ((self._ground, 3.5), (ink, 1.8 if chosen else 1.2)):
            painter.setPen(QPen(colour, width * size))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(centre, x, y)
            painter.setPen(QPen(colour, 0.6 * width * size, Qt.PenStyle.DotLine))
            painter.drawEllipse(centre, 2 * x, 2 * y)
        painter.setPen(QPen(self._ground, size))
        painter.setBrush(ink)
        painter.drawEllipse(centre, 2.6 * size, 2.6 * size)
        if chosen:
            half = HANDLE * size
            for handle in (QPointF(max(x, LEAST_GRIP), 0.0), QPointF(0.0, -max(y, LEAST_GRIP))):
                corner = centre + handle - QPointF(half, half)
                painter.drawRect(QRectF(corner.x(), corner.y(), 2 * half, 2 * half))
        if chosen or gaussian.weight != 1.0:
            self._write(painter, centre + QPointF(7 * size, 4 * size + painter.fontMetrics().ascent()), gaussian.weight)

    def _write(self, painter: QPainter, at: QPointF, weight: float) -> None:
        """Write a weight on a ground that parts it from what lies under it."""
        text = f"\N{MULTIPLICATION SIGN}{short(weight, 3)}"
        painter.setPen(self._ground)
        for turn in range(8):
            painter.drawText(at + QPointF(math.cos(turn * math.pi / 4), math.sin(turn * math.pi / 4)) * 1.5, text)
        painter.setPen(self._line)
        painter.drawText(at, text)


class BrushItem(ViewItem):
    """The brush's outline where mouse or keyboard have it."""

    def __init__(self) -> None:
        super().__init__()
        self._line, self._ground = QColor("#888888"), QColor("#000000")
        self._place: Place | None = None
        self._radius = 0.1
        self._crossed = False

    def set_look(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._line, self._ground = QColor(palette.text), QColor(palette.plot)
        self.update()

    def show_brush(self, place: Place | None, radius: float, *, crossed: bool = False) -> None:
        """Draw it at a place, with a cross in the middle where the keyboard moves it; None hides it."""
        self._place, self._radius, self._crossed = place, radius, crossed
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw in pixels."""
        if self._place is None:
            return
        transform = painter.transform()
        centre = transform.map(QPointF(*self._place))
        radius = max(abs(transform.m11()) * self._radius, 2.0)
        if max(abs(centre.x()), abs(centre.y()), radius) >= FAR:
            return
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((self._ground, 3.5), (self._line, 1.3)):
            painter.setPen(QPen(colour, width))
            painter.drawEllipse(centre, radius, radius)
            if self._crossed:
                painter.drawLine(centre - QPointF(5, 0), centre + QPointF(5, 0))
                painter.drawLine(centre - QPointF(0, 5), centre + QPointF(0, 5))
        painter.restore()
