"""Pictures of numbers: histograms, bars by layer, counts of classes, terms of a loss."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPen

from ganstudio.gui.plane.segments import draw_polyline
from ganstudio.gui.walk.picture import Ink, Look, eased, frame, signed, text, written

__all__ = ["Counts", "Histogram", "LayerBars", "LayerNorms", "Series", "Sketch", "Terms"]

Array = NDArray[np.floating]
BINS = 28
RIGHT, CENTRE = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignHCenter


@dataclass(frozen=True)
class Series:
    """Numbers (n,) in one colour, and what they become while the picture's progress runs from 0 to 1."""

    name: str
    values: Array
    ink: Ink
    ends: Array | None = None

    def at(self, progress: float) -> Array:
        """Return the finite values, as they are now."""
        values = self.values if self.ends is None else self.values + eased(progress) * (self.ends - self.values)
        return np.asarray(values[np.isfinite(values)])


@dataclass(frozen=True)
class Histogram:
    """Distributions of a few series over one axis.

    Attributes
    ----------
    mark
        A value that means something, drawn as a line; None without one.
    """

    series: tuple[Series, ...]
    words: str
    mark: float | None = None

    @cached_property
    def range(self) -> tuple[float, float]:
        """Where the axis begins and ends: two in a hundred values may lie outside."""
        every = [part for one in self.series for part in (one.at(0.0), one.at(1.0))]
        values = np.concatenate(every) if every else np.empty(0)
        if not values.size:
            return 0.0, 1.0
        low, high = (float(value) for value in np.percentile(values, [1.0, 99.0]))
        if self.mark is not None:
            low, high = min(low, self.mark), max(high, self.mark)
        span = max(high - low, 1e-6 * max(abs(low), abs(high)), 1e-9)
        below = low - 0.08 * span
        return max(0.0, below) if low >= 0 else below, high + 0.08 * span

    def paint(self, painter: QPainter, rect: QRectF, look: Look) -> None:
        """Draw outlines over one another, their means as ticks, and the ends of the axis."""
        foot = look.line + 2 * look.scale
        head = 1.5 * look.line if look.is_large(rect) else 0.5
        plot = rect.adjusted(0.5, head, -0.5, -foot)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        frame(painter, plot, look)
        painter.setClipRect(plot)
        low, high = self.range
        if self.mark is not None:
            x = plot.left() + (self.mark - low) / (high - low) * plot.width()
            painter.setPen(QPen(look.colour("muted"), 1.0, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        shares = [np.histogram(np.clip(one.at(look.progress), low, high), BINS, (low, high))[0] for one in self.series]
        most = max((int(share.max()) for share in shares if share.size), default=1) or 1
        for one, share in zip(self.series, shares, strict=True):
            self._paint_outline(painter, plot, share / most, one.ink, look)
        for one in self.series:
            self._paint_mean(painter, plot, one, look)
        painter.setClipping(False)
        base = rect.bottom() - 0.25 * look.line
        text(painter, look, QPointF(rect.left(), base), written(low, 2))
        text(painter, look, QPointF(rect.right(), base), written(high, 2), RIGHT)
        if look.is_large(rect):
            self._paint_legend(painter, plot, look)
        painter.restore()

    def _paint_outline(self, painter: QPainter, plot: QRectF, heights: Array, ink: Ink, look: Look) -> None:
        path = QPainterPath(plot.bottomLeft())
        width = plot.width() / BINS
        for index, height in enumerate(heights):
            y = plot.bottom() - 0.9 * plot.height() * height
            path.lineTo(plot.left() + index * width, y)
            path.lineTo(plot.left() + (index + 1) * width, y)
        path.lineTo(plot.bottomRight())
        painter.fillPath(path, look.colour(ink, 0.3))
        painter.setPen(QPen(look.colour(ink), 1.2 * look.scale))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)

    def _paint_mean(self, painter: QPainter, plot: QRectF, one: Series, look: Look) -> None:
        values, (low, high) = one.at(look.progress), self.range
        if not values.size:
            return
        x = plot.left() + (float(values.mean()) - low) / (high - low) * plot.width()
        size = 5 * look.scale
        painter.setPen(QPen(look.colour("plot"), 1.0))
        painter.setBrush(look.colour(one.ink))
        top = plot.bottom() - 1.7 * size
        corners = [QPointF(x, top), QPointF(x + size, plot.bottom()), QPointF(x - size, plot.bottom())]
        painter.drawPolygon(corners)

    def _paint_legend(self, painter: QPainter, plot: QRectF, look: Look) -> None:
        """Write names and means above the plot, from the right."""
        metrics, x = QFontMetricsF(look.font), plot.right()
        wording = signed if self.range[0] < 0 else written
        for one in reversed(self.series):
            values = one.at(look.progress)
            mean = f"  {wording(float(values.mean()))}" if values.size else ""
            text(painter, look, QPointF(x, plot.top() - 0.5 * look.line), one.name + mean, RIGHT, one.ink)
            x -= metrics.horizontalAdvance(one.name + mean) + 16 * look.scale


@dataclass(frozen=True)
class LayerNorms:
    """How long the gradient in one layer's weights is, and how far the update has moved them."""

    name: str
    gradient: float
    update: float


@dataclass(frozen=True)
class LayerBars:
    """Norms of gradient and update by layer, on a logarithmic axis."""

    layers: tuple[LayerNorms, ...]
    ink: Ink
    words: str
    titles: tuple[str, str] = ("gradient", "update")

    @cached_property
    def decades(self) -> tuple[int, int]:
        """Powers of ten at which the axis begins and ends."""
        values = [value for layer in self.layers for value in (layer.gradient, layer.update)]
        known = [math.log10(value) for value in values if math.isfinite(value) and value > 0]
        if not known:
            return -3, 0
        high = math.floor(max(known)) + 1
        return max(math.floor(min(known)), high - 9), high

    def paint(self, painter: QPainter, rect: QRectF, look: Look) -> None:
        """Draw a pair of bars for each layer; in a large picture with numbers."""
        large = look.is_large(rect)
        foot = look.line * (2.6 if large else 1.1)
        margin = QFontMetricsF(look.font).horizontalAdvance("1e\N{MINUS SIGN}9  ") if large else 0.5
        plot = rect.adjusted(margin, 0.5, -0.5, -foot)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        frame(painter, plot, look)
        if large:
            self._paint_axis(painter, plot, look)
        low, high = self.decades
        slot = plot.width() / max(1, len(self.layers))
        bar = min(0.38 * slot, 26 * look.scale)
        for index, layer in enumerate(self.layers):
            middle = plot.left() + (index + 0.5) * slot
            for value, shift, alpha in ((layer.gradient, -bar, 1.0), (layer.update, 0.0, 0.4)):
                if not (math.isfinite(value) and value > 0):
                    continue
                share = min(1.0, max(0.02, (math.log10(value) - low) / (high - low)))
                height = share * 0.94 * plot.height() * eased(look.progress)
                painter.fillRect(
                    QRectF(middle + shift, plot.bottom() - height, bar - 1, height), look.colour(self.ink, alpha)
                )
            if slot > 9 * look.scale:
                text(painter, look, QPointF(middle, plot.bottom() + look.line), layer.name, CENTRE)
        painter.restore()

    def _paint_axis(self, painter: QPainter, plot: QRectF, look: Look) -> None:
        low, high = self.decades
        for power in range(low, high + 1):
            y = plot.bottom() - (power - low) / (high - low) * 0.94 * plot.height()
            painter.setPen(QPen(look.colour("border"), 1.0))
            painter.drawLine(QLineF(plot.left(), y, plot.right(), y))
            title = f"1e{power}".replace("-", "\N{MINUS SIGN}") if power else "1"
            height = y + (0.7 if power == high else 0.0 if power == low else 0.35) * look.line
            text(painter, look, QPointF(plot.left() - 6 * look.scale, height), title, RIGHT)
        y, x = plot.bottom() + 2.4 * look.line, plot.left()
        for title, alpha in zip(self.titles, (1.0, 0.4), strict=True):
            swatch = QRectF(x, y - 0.7 * look.line, 0.7 * look.line, 0.7 * look.line)
            painter.fillRect(swatch, look.colour(self.ink, alpha))
            text(painter, look, QPointF(swatch.right() + 5 * look.scale, y), title, ink="text")
            x = swatch.right() + QFontMetricsF(look.font).horizontalAdvance(title) + 18 * look.scale


@dataclass(frozen=True)
class Counts:
    """How many of a batch have each category or class."""

    counts: Array
    words: str

    def paint(self, painter: QPainter, rect: QRectF, look: Look) -> None:
        """Draw bars."""
        painter.save()
        plot = rect.adjusted(0.5, 0.5, -0.5, -look.line - 2 * look.scale)
        frame(painter, plot, look)
        slot, most = plot.width() / max(1, len(self.counts)), float(max(1.0, self.counts.max(initial=0.0)))
        for index, count in enumerate(self.counts):
            height = 0.92 * plot.height() * float(count) / most
            bar = QRectF(plot.left() + (index + 0.15) * slot, plot.bottom() - height, 0.7 * slot, height)
            painter.fillRect(bar, look.colour("muted"))
            if slot > 1.4 * look.line:
                text(painter, look, QPointF(bar.center().x(), rect.bottom() - 3 * look.scale), str(index + 1), CENTRE)
        painter.restore()


@dataclass(frozen=True)
class Sketch:
    """A network before anything is known of its gradients: a column of dots for each layer."""

    sizes: tuple[int, ...]
    ink: Ink
    words: str

    def paint(self, painter: QPainter, rect: QRectF, look: Look) -> None:
        """Draw up to six units of each layer and what connects them."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        columns = [self._places(rect, index, size) for index, size in enumerate(self.sizes)]
        painter.setPen(QPen(look.colour(self.ink, 0.22), 1.0))
        for left, right in pairwise(columns):
            painter.drawLines([QLineF(start, end) for start in left for end in right])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour(self.ink))
        radius = min(2.6 * look.scale, 0.03 * rect.width())
        for column in columns:
            for place in column:
                painter.drawEllipse(place, radius, radius)
        painter.restore()

    def _places(self, rect: QRectF, index: int, size: int) -> list[QPointF]:
        units = min(size, 6)
        x = rect.left() + (index + 0.5) * rect.width() / len(self.sizes)
        return [QPointF(x, rect.top() + (unit + 1) * rect.height() / (units + 1)) for unit in range(units)]


@dataclass(frozen=True)
class Terms:
    """Numbers by name, and how the first one went.

    Attributes
    ----------
    steps, history
        (n,) each.
    """

    rows: tuple[tuple[str, float], ...]
    ink: Ink
    words: str
    steps: Array
    history: Array

    def paint(self, painter: QPainter, rect: QRectF, look: Look) -> None:
        """Write the numbers, and draw the curve in what is left."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        metrics, y = QFontMetricsF(look.font), rect.top()
        room = max(1, int((rect.height() - 1.6 * look.line) // (1.15 * look.line)))
        for name, value in self.rows[:room]:
            y += 1.15 * look.line
            number = written(value)
            width = rect.width() - metrics.horizontalAdvance(number) - 6 * look.scale
            cut = metrics.elidedText(name, Qt.TextElideMode.ElideRight, width)
            text(painter, look, QPointF(rect.left(), y - 0.3 * look.line), cut)
            text(painter, look, QPointF(rect.right(), y - 0.3 * look.line), number, RIGHT, "text")
        plot = QRectF(rect.left(), y + 3 * look.scale, rect.width(), rect.bottom() - y - 3 * look.scale)
        if plot.height() > 12 * look.scale:
            self._paint_curve(painter, plot.adjusted(0.5, 0.5, -0.5, -0.5), look)
        painter.restore()

    def _paint_curve(self, painter: QPainter, plot: QRectF, look: Look) -> None:
        frame(painter, plot, look)
        known = np.isfinite(self.history)
        if known.sum() < 2:
            return
        low, high = np.percentile(self.history[known], [2.0, 98.0])
        span = max(float(high - low), 1e-6 * max(abs(float(low)), abs(float(high))), 1e-9)
        start, end = float(self.steps[0]), float(self.steps[-1])
        count = max(2, int(plot.width()))
        thin = slice(None, None, max(1, len(self.steps) // count))
        x = plot.left() + (self.steps[thin] - start) / max(end - start, 1e-9) * plot.width()
        y = plot.bottom() - (0.1 + 0.8 * (np.clip(self.history[thin], low, high) - low) / span) * plot.height()
        painter.setPen(QPen(look.colour(self.ink), 1.3 * look.scale))
        draw_polyline(painter, np.asarray(x, np.float64), np.asarray(y, np.float64))
