"""What is drawn beside the samples: the critic's outputs as histograms, and a distance over steps."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from ganstudio.field import FieldMeaning
from ganstudio.gui import theme
from ganstudio.gui.plane.chart_frame import ChartFrame
from ganstudio.gui.plane.segments import draw_polyline, draw_rectangles
from ganstudio.gui.plane.series import BoundedTable
from ganstudio.gui.plane.view_item import ViewItem
from ganstudio.messages import Reading

__all__ = ["DistanceChart", "ScoreHistogram"]

Array = NDArray[np.float64]
BINS = 32
FULL = 0.35
"""Opacity of a histogram's bars: both are to be seen where they lie over each other."""


class _Bars(ViewItem):
    """Two histograms over common bins, and the value at which the critic does not know."""

    def __init__(self) -> None:
        super().__init__()
        self.edges: Array = np.empty(0)
        self.shares: tuple[Array, ...] = ()
        self.colours: tuple[str, ...] = ()
        self.centre = math.nan
        self.mark = ""

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw in pixels."""
        if not len(self.edges):
            return
        matrix = painter.transform()
        x = np.round(self.edges * matrix.m11() + matrix.dx())
        ground = float(matrix.dy())
        painter.save()
        painter.resetTransform()
        for shares, colour in zip(self.shares, self.colours, strict=False):
            top = shares * matrix.m22() + ground
            fill = QColor(colour)
            fill.setAlphaF(FULL)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            draw_rectangles(painter, x[:-1], top, x[1:], np.full_like(top, ground))
            painter.setPen(QPen(QColor(colour), 1.4 * theme.current().scale))
            outline = np.concatenate([[ground], np.repeat(top, 2), [ground]])
            draw_polyline(painter, np.repeat(x, 2), outline)
        if math.isfinite(self.centre):
            pen = QPen(QColor(self.mark), 1)
            pen.setStyle(Qt.PenStyle.DashLine)
            painter.setPen(pen)
            at = self.centre * matrix.m11() + matrix.dx()
            draw_polyline(painter, np.array([at, at]), np.array([0.0, ground]))
        painter.restore()


class ScoreHistogram(ChartFrame):
    """What the critic says of real and of generated pictures, in the objective's own units."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.legend.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # there is nothing to be chosen
        self.setAccessibleName(self.tr("The critic's outputs"))
        self._bars = _Bars()
        self._view.box.addItem(self._bars, ignoreBounds=True)
        self._meaning = FieldMeaning("probability", "D", centre=0.5, reach=0.5)
        self._range: tuple[float, float] | None = None
        self._most = 0.0
        self._means = {"real": math.nan, "generated": math.nan}
        self.clear()
        self.restyle()

    @property
    def means(self) -> dict[str, float]:
        """Mean of what is shown of "real" and "generated" pictures, NaN while nothing is."""
        return dict(self._means)

    @property
    def range(self) -> tuple[float, float] | None:
        """Where the axis begins and ends, None while nothing is shown."""
        return self._range

    def set_meaning(self, meaning: FieldMeaning) -> None:
        """Say what the scores mean; what was shown goes."""
        self._meaning = meaning
        self.legend.set_captions((meaning.title,))
        tooltip = self.tr(
            "The critic's outputs, {0}, on 128 real and 128 generated pictures each. The dashed line is where it does "
            "not know. The further the two are apart, the more surely it tells them."
        )
        self.setToolTip(f"<qt>{tooltip.format(meaning.title)}</qt>")
        self.clear()

    def show_scores(self, real: NDArray[np.floating] | None, fake: NDArray[np.floating] | None) -> None:
        """Show raw scores T (m,) of real and of generated pictures; None if there is no critic."""
        if real is None or fake is None or not len(real) or not len(fake):
            self.set_empty(True, self.tr("This method has no critic"))
            return
        shown = self._meaning.shown(np.concatenate([real, fake]))
        if not np.isfinite(shown).any():
            return
        self._follow(shown[np.isfinite(shown)])
        assert self._range is not None
        self._bars.edges = np.linspace(*self._range, BINS + 1)
        parts = shown[: len(real)], shown[len(real) :]
        self._bars.shares = tuple(self._share(part) for part in parts)
        for name, part in zip(self._means, parts, strict=True):
            self._means[name] = float(np.nanmean(part)) if np.isfinite(part).any() else math.nan
        most = max(float(share.max()) for share in self._bars.shares)
        if most > self._most or most < 0.5 * self._most:
            self._most = 1.25 * most
            self._view.box.setYRange(0.0, self._most, padding=0)
        self._bars.update()
        self.set_empty(False)
        self._write_legend()

    def clear(self) -> None:
        """Forget what was shown."""
        self._range, self._most = None, 0.0
        self._bars.edges, self._bars.shares = np.empty(0), ()
        self._bars.centre = self._meaning.centre
        self._means = dict.fromkeys(self._means, math.nan)
        self._bars.update()
        self.set_empty(True, self.tr("The critic's outputs appear while it trains"))
        self._write_legend()

    def restyle(self) -> None:
        """Take colours and sizes of the theme."""
        super().restyle()
        palette = theme.current().palette
        self._bars.colours = palette.real, palette.generated
        self._bars.mark = palette.muted
        self._bars.update()
        self._write_legend()

    def _share(self, values: Array) -> Array:
        low, high = self._bars.edges[[0, -1]]
        known = np.clip(values[np.isfinite(values)], low, high)
        counts, _ = np.histogram(known, self._bars.edges)
        return counts / max(1, len(known))

    def _follow(self, values: Array) -> None:
        """Choose the range of x: probabilities have theirs, others keep one while it fits."""
        if self._meaning.kind == "probability":
            wanted = 0.0, 1.0
        else:
            low, high = np.percentile(values, [1.0, 99.0])
            least = max(self._meaning.least, 1e-3)
            low, high = min(low, self._meaning.centre - least), max(high, self._meaning.centre + least)
            wanted = float(low), float(high)
            if self._range is not None:
                begin, end = self._range
                if begin <= low and high <= end and high - low > 0.4 * (end - begin):
                    return
            span = wanted[1] - wanted[0]
            wanted = wanted[0] - 0.12 * span, wanted[1] + 0.12 * span
        if wanted != self._range:
            self._range = wanted
            self._view.box.setXRange(*wanted, padding=0)

    def _write_legend(self) -> None:
        palette = theme.current().palette
        self.legend.set_entries({"real": palette.real, "generated": palette.generated}, self._means)


class _Course(ViewItem):
    """A line with a dot at each measurement, and the line of a perfect sampler."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: Array = np.empty(0)
        self.values: Array = np.empty(0)
        self.reference = math.nan
        self.colour = self.mark = ""

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw in pixels."""
        matrix = painter.transform()
        painter.save()
        painter.resetTransform()
        scale = theme.current().scale
        if math.isfinite(self.reference):
            pen = QPen(QColor(self.mark), scale)
            pen.setStyle(Qt.PenStyle.DashLine)
            painter.setPen(pen)
            level = self.reference * matrix.m22() + matrix.dy()
            draw_polyline(painter, np.array([0.0, float(painter.viewport().width())]), np.array([level, level]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self.colour), 1.4 * scale))
        x, y = self.steps * matrix.m11() + matrix.dx(), self.values * matrix.m22() + matrix.dy()
        draw_polyline(painter, x, y)
        if len(x) <= 60:
            painter.setBrush(QColor(self.colour))
            painter.setPen(Qt.PenStyle.NoPen)
            radius = 2.2 * scale
            draw = painter.drawEllipse
            for left, top in zip((x - radius).tolist(), (y - radius).tolist(), strict=True):
                draw(int(left), int(top), int(2 * radius), int(2 * radius))
        painter.restore()


class DistanceChart(ChartFrame):
    """How far generated pictures are from real ones, over steps, with the line that a perfect sampler scores."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.legend.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(self.tr("Distance"))
        self._course = _Course()
        self._view.box.addItem(self._course, ignoreBounds=True)
        self._table = BoundedTable(1, 512)
        self._name = ""
        self._begin = 0
        self.clear()
        self.restyle()

    @property
    def name(self) -> str:
        """Which metric is drawn, "" while there is none."""
        return self._name

    @property
    def values(self) -> list[float]:
        """What is drawn."""
        return [float(value) for value in self._table.table[0]]

    @property
    def reference(self) -> float:
        """Where the line of a perfect sampler is, NaN without one."""
        return self._course.reference

    def add(self, readings: Sequence[Reading]) -> None:
        """Add what was measured; of several metrics a Frechet distance is drawn, or the first."""
        for reading in readings:
            if not self._name and reading.values:
                self._name = next((name for name in reading.values if "frechet" in name), next(iter(reading.values)))
            if self._name in reading.values:
                value = float(np.atleast_1d(reading.values[self._name])[0])
                self._table.append([reading.step], [[value]])
        if self._name:
            self._redraw()

    def set_references(self, references: dict[str, tuple[float, float]]) -> None:
        """Draw the line of a perfect sampler: metric -> (mean, standard deviation)."""
        name = self._name or next((one for one in references if "frechet" in one), next(iter(references), ""))
        if name in references:
            self._course.reference = references[name][0]
            self._redraw()

    def clear(self, begin: int = 0) -> None:
        """Forget all measurements: a new run, which begins at some step."""
        self._table.clear()
        self._name, self._begin = "", begin
        self._course.reference = math.nan
        self.set_empty(True, self.tr("No distance measured yet"))
        self._redraw()

    def restyle(self) -> None:
        """Take colours and sizes of the theme."""
        super().restyle()
        palette = theme.current().palette
        self._course.colour, self._course.mark = palette.generated, palette.muted
        self._redraw()

    def _redraw(self) -> None:
        table = self._table
        self._course.steps, self._course.values = table.steps.copy(), table.table[0].copy()
        known = self._course.values[np.isfinite(self._course.values)]
        if known.size:
            most = max(float(known.max()), self._course.reference if math.isfinite(self.reference) else 0.0)
            self._view.box.setYRange(0.0, 1.1 * max(most, 1e-9), padding=0)
            self._view.box.setXRange(self._begin, max(float(table.steps[-1]), self._begin + 1.0) * 1.02, padding=0)
        self.set_empty(not known.size)
        palette = theme.current().palette
        title = self._name.replace("_", " ").replace("frechet", "Fr\N{LATIN SMALL LETTER E WITH ACUTE}chet")
        shown = title or self.tr("distance")
        self.legend.set_entries({shown: palette.generated}, {shown: float(table.last[0])})
        caption = self.tr("dashed: a perfect sampler") if math.isfinite(self.reference) else self.tr("generator steps")
        self.legend.set_captions((caption,))
        self._course.update()
