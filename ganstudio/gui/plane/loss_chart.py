"""The losses over generator steps."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ganstudio.gui import theme
from ganstudio.gui.numbers import short
from ganstudio.gui.plane.curve_item import CurveItem
from ganstudio.gui.plane.graphics import PlotView, small_font, style_axes
from ganstudio.gui.plane.series import BoundedSeries
from ganstudio.gui.widgets.label import label

__all__ = ["LossChart"]

Array = NDArray[np.float64]
_KNOWN = ("critic", "penalty", "generator")


class LossChart(QWidget):
    """Several named curves: faint as they came, and a smoothed line; names and last values in a row above.

    Terms "critic", "penalty" and "generator" have colours of their own; others take what is left.
    """

    smoothing = 4.0
    """How many pixels back a value counts 1/e in the smoothed line; 0 draws the values themselves."""

    def __init__(self, parent: QWidget | None = None, *, capacity: int = 4096) -> None:
        super().__init__(parent)
        self._capacity = capacity
        self._series: dict[str, BoundedSeries] = {}
        self._curves: dict[str, CurveItem] = {}
        self._range: tuple[float, float] | None = None
        self._end = 0.0
        self._legend = _Legend(self)
        self._view = PlotView(self)
        self._view.box.setMouseEnabled(False, False)
        self._view.box.disableAutoRange()
        self._view.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._hint = label(self.tr("Losses appear when training starts"), "muted", self)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self._legend)
        layout.addWidget(self._view, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAccessibleName(self.tr("Losses"))
        theme.current().changed.connect(self._restyle)
        self._restyle()
        self._update_empty()

    def append(self, steps: ArrayLike, terms: Mapping[str, ArrayLike]) -> None:
        """Add a block of values.

        Parameters
        ----------
        steps : array (n,)
            Generator steps, ascending, after those that were added before.
        terms
            Name -> array (n,). Values that are not finite leave a gap.
        """
        for name, values in terms.items():
            if name not in self._series:
                self._add(name)
            self._series[name].append(steps, values)
        self._redraw()

    def series(self, name: str) -> BoundedSeries:
        """Return the values of one term, for export."""
        return self._series[name]

    def names(self) -> list[str]:
        """Return the names of the terms that have values."""
        return list(self._series)

    def clear(self) -> None:
        """Forget everything (a new run)."""
        for curve in self._curves.values():
            self._view.box.removeItem(curve)
        self._series, self._curves, self._range, self._end = {}, {}, None, 0.0
        self._legend.set_entries({}, {})
        self._update_empty()

    def sizeHint(self) -> QSize:
        """Return a strip."""
        return QSize(420, round(124 * theme.current().scale))

    def minimumSizeHint(self) -> QSize:
        """Return the least at which curves can be told apart."""
        return QSize(160, round(84 * theme.current().scale))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw as many points as there are pixels."""
        super().resizeEvent(event)
        self._place_hint()
        self._redraw()

    def changeEvent(self, event: QEvent) -> None:
        """Make room for ticks in a new font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_hint"):
            self._restyle()

    # ---- inside ------------------------------------------------------------------------------------

    def _add(self, name: str) -> None:
        self._series[name] = BoundedSeries(self._capacity)
        self._curves[name] = CurveItem()
        self._view.box.addItem(self._curves[name], ignoreBounds=True)
        self._restyle()
        self._update_empty()

    def _colour(self, name: str) -> str:
        palette = theme.current().palette
        if name in _KNOWN:
            return str(getattr(palette, name))
        others = [other for other in self._series if other not in _KNOWN]
        return (palette.real, palette.warning, palette.muted)[others.index(name) % 3]

    def _restyle(self) -> None:
        palette, scale = theme.current().palette, theme.current().scale
        font = small_font(self)
        style_axes(self._view.plot, palette, font)
        metrics = QFontMetrics(font)
        self._view.plot.axis("left").setWidth(metrics.horizontalAdvance("\N{MINUS SIGN}0.00") + 10)
        self._view.plot.axis("bottom").setHeight(metrics.height() + 6)
        self._view.plot.axis("bottom").setStyle(tickTextOffset=4)
        self._view.plot.axis("left").setTickDensity(0.6)
        for name, curve in self._curves.items():
            curve.set_look(self._colour(name), 1.4 * scale, 0.22 if palette.name == "dark" else 0.28)
        self._write_legend()
        self.updateGeometry()

    def _redraw(self) -> None:
        if not self._series:
            return
        width = max(40, int(self._view.width() - self._view.plot.axis("left").width()))
        most, seen = 1.0, []
        for name, series in self._series.items():
            if len(series):
                most = max(most, float(series.steps[-1]))
                line = self._curves[name].set_values(series.steps, series.values, width, self.smoothing)
                seen.append((series.values, line))
        if most > self._end:
            # In leaps of some percent: new ticks at every step would cost more than the curves.
            self._end = most * 1.04
            self._view.box.setXRange(0.0, self._end, padding=0)
        self._follow(seen)
        self._write_legend()

    def _follow(self, seen: list[tuple[Array, Array]]) -> None:
        """Choose the range of y so that one spike does not flatten everything, and keep it while it fits."""
        values = np.concatenate([values[np.isfinite(values)] for values, _ in seen]) if seen else np.empty(0)
        if not values.size:
            return
        low, high = np.percentile(values, [2.0, 98.0])
        for _, line in seen:
            if line.size:
                # Of the lines, what lasts and where they are now; a spike smears over some of their pixels.
                now = float(np.median(line[-max(3, len(line) // 12) :]))
                ends = np.percentile(line, [6.0, 94.0])
                low, high = min(low, ends[0], now), max(high, ends[1], now)
        span = max(float(high - low), 1e-3 * max(abs(low), abs(high)), 1e-6)
        if self._range is not None:
            old_low, old_high = self._range
            if old_low <= low and high <= old_high and span > 0.6 * (old_high - old_low):
                return
        self._range = (float(low) - 0.08 * span, float(high) + 0.08 * span)
        self._view.box.setYRange(*self._range, padding=0)

    def _write_legend(self) -> None:
        colours = {name: self._colour(name) for name in self._series}
        self._legend.set_entries(colours, {name: series.last for name, series in self._series.items()})

    def _update_empty(self) -> None:
        empty = not self._series
        self._hint.setVisible(empty)
        for axis in ("left", "bottom"):
            self._view.plot.axis(axis).setTicks([] if empty else None)
        self._place_hint()

    def _place_hint(self) -> None:
        self._hint.setGeometry(self._view.geometry())
        self._hint.raise_()


class _Legend(QWidget):
    """A row above the curves: what the chart shows, then a line, a name and the last value for each."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._colours: dict[str, str] = {}
        self._values: dict[str, float] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_entries(self, colours: dict[str, str], values: dict[str, float]) -> None:
        """Show these names."""
        self._colours, self._values = colours, values
        self.setAccessibleName(", ".join(f"{name} {_written(values[name])}" for name in colours))
        self.update()

    def sizeHint(self) -> QSize:
        """Return one line of text."""
        return QSize(200, self.fontMetrics().height() + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw from left to right; at the right end what x is, if there is room."""
        palette = theme.current().palette
        painter = QPainter(self)
        font = small_font(self, 0.92)
        painter.setFont(font)
        metrics = QFontMetrics(font)
        swatch, gap, apart = 14, 6, 16
        value_width = metrics.horizontalAdvance("\N{MINUS SIGN}0.0000")
        names = list(self._colours)
        name_widths = [metrics.horizontalAdvance(_title(name)) for name in names]
        entry = swatch + gap + apart
        room = self.width() - sum(name_widths) - entry * len(names)
        with_values = room >= (value_width + gap) * len(names)
        x = 0
        for name, name_width in zip(names, name_widths, strict=True):
            middle = self.height() / 2
            painter.setPen(QPen(QColor(self._colours[name]), 2))
            painter.drawLine(QRectF(x, middle, swatch, 0).topLeft(), QRectF(x, middle, swatch, 0).topRight())
            x += swatch + gap
            x = self._text(painter, x, name_width, _title(name), palette.muted)
            if with_values:
                x = self._text(painter, x + gap, value_width, _written(self._values[name]), palette.text)
            x += apart
        caption = self.tr("generator steps") if names else self.tr("Losses")
        width = metrics.horizontalAdvance(caption)
        if not names:
            self._text(painter, 0, width, caption, palette.muted)
        elif self.width() - x >= width:
            self._text(painter, self.width() - width, width, caption, palette.muted)
        painter.end()

    def _text(self, painter: QPainter, x: int, width: int, text: str, colour: str) -> int:
        painter.setPen(QColor(colour))
        painter.drawText(QRectF(x, 0, width + 2, self.height()), Qt.AlignmentFlag.AlignVCenter, text)
        return x + width


def _title(name: str) -> str:
    return name.replace("_", " ")


def _written(value: float) -> str:
    if not np.isfinite(value):
        return "\N{EN DASH}"
    text = f"{value:.4f}"[: 7 if value < 0 else 6] if abs(value) < 1000 else short(value, 3)
    return text.rstrip(".").replace("-", "\N{MINUS SIGN}", 1)
