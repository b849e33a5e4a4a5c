"""The scale of the field's colours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ganstudio.gui import theme
from ganstudio.gui.fonts import tabular
from ganstudio.palette import diverging, sequential

__all__ = ["ColourBar"]


class ColourBar(QWidget):
    """A vertical strip of colours with a few ticks; empty until it is given a scale."""

    width_of_strip = 10
    """Pixels at text scale 1."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._range: tuple[float, float] | None = None
        self._ticks: list[tuple[float, str]] = []
        self._colours: Literal["diverging", "sequential"] = "diverging"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Colour scale"))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, False)
        theme.current().changed.connect(self._restyle)

    @property
    def thickness(self) -> int:
        """How wide the strip is."""
        return round(self.width_of_strip * theme.current().scale)

    def set_scale(
        self,
        low: float,
        high: float,
        ticks: Sequence[tuple[float, str]],
        colours: Literal["diverging", "sequential"] = "diverging",
    ) -> None:
        """Show values from `low` to `high` with texts at some of them."""
        if ((low, high), list(ticks), colours) != (self._range, self._ticks, self._colours):
            self._range, self._ticks, self._colours = (low, high), list(ticks), colours
            self.update()

    def clear(self) -> None:
        """Show nothing."""
        self._range = None
        self.update()

    def sizeHint(self) -> QSize:
        """Return a width that has room for the ticks, whatever they say."""
        metrics = QFontMetricsF(self._font())
        return QSize(round(self.thickness + 8 + metrics.horizontalAdvance("\N{MINUS SIGN}0.05")), 120)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw strip and ticks."""
        if self._range is None:
            return
        palette = theme.current().palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        strip = QRectF(0.5, 0.5, self.thickness, self.height() - 1)
        gradient = QLinearGradient(strip.bottomLeft(), strip.topLeft())
        table = (diverging if self._colours == "diverging" else sequential)(palette, 17)
        for i, (red, green, blue) in enumerate(table):
            gradient.setColorAt(i / 16, QColor(int(red), int(green), int(blue)))
        painter.setBrush(gradient)
        painter.setPen(QPen(QColor(palette.border), theme.current().scale))
        painter.drawRoundedRect(strip, 3, 3)
        painter.setFont(self._font())
        painter.setPen(QColor(palette.muted))
        metrics = QFontMetricsF(self._font())
        low, high = self._range
        for value, text in self._ticks:
            y = strip.bottom() - (value - low) / (high - low) * strip.height()
            line = metrics.height()
            top = min(max(y - line / 2, 0.0), self.height() - line)
            area = QRectF(strip.right() + 4, top, self.width(), line)
            painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()

    def _font(self) -> QFont:
        font = tabular(self.font())
        font.setPointSizeF(font.pointSizeF() * 0.85)
        return font

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
