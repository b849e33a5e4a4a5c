"""The weights of a layer's maps as bars, the largest first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ganstudio.gui import theme
from ganstudio.gui.numbers import short

__all__ = ["WeightBars"]


class WeightBars(QWidget):
    """One bar for each map, sorted by weight; what is dropped is in colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._order = np.zeros(0, np.int64)
        self._weights = np.zeros(0)
        self._dropped: frozenset[int] = frozenset()
        self.setAccessibleName(self.tr("Weights of the filters"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self.update)

    @property
    def order(self) -> NDArray[np.int64]:
        """The maps' numbers, the one with the largest weight first."""
        return self._order

    def show_weights(self, weights: NDArray[np.floating], dropped: tuple[int, ...]) -> None:
        """Show the weights of all maps, and which are dropped."""
        self._weights = np.asarray(weights, np.float64)
        self._order = np.argsort(-self._weights, kind="stable")
        self._dropped = frozenset(dropped)
        first = ", ".join(f"{map_} {short(self._weights[map_], 3)}" for map_ in self._order[:5])
        self.setAccessibleDescription(self.tr("Largest: {0}").format(first))
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        self._order, self._weights, self._dropped = np.zeros(0, np.int64), np.zeros(0), frozenset()
        self.setAccessibleDescription("")
        self.update()

    def sizeHint(self) -> QSize:
        """Return a size in which the sign of each weight is seen."""
        return QSize(220, round(96 * theme.current().scale))

    def minimumSizeHint(self) -> QSize:
        """Return a small size."""
        return QSize(80, round(64 * theme.current().scale))

    def _scale(self) -> tuple[float, float]:
        """Return the largest weight above 0 and the largest below."""
        return max(0.0, float(self._weights.max())), max(0.0, float(-self._weights.min()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw bars up and down from a line at 0."""
        painter = QPainter(self)
        palette = theme.current().palette
        area = QRectF(self.rect()).adjusted(0, 2, 0, -2)
        if not len(self._order):
            painter.setPen(QColor(palette.muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(area, flags, self.tr("Weights appear when filters were found."))
            painter.end()
            return
        up, down = self._scale()
        total = up + down or 1.0
        zero = area.top() + area.height() * up / total
        width = area.width() / len(self._order)
        gap = 1.0 if width >= 3 else 0.0
        for place, number in enumerate(self._order):
            height = float(self._weights[number]) * area.height() / total
            colour = palette.generated if int(number) in self._dropped else palette.muted
            left, wide = area.left() + place * width, max(1.0, width - gap)
            painter.fillRect(QRectF(left, zero - max(height, 0.0), wide, abs(height)), QColor(colour))
        painter.setPen(QColor(palette.text))
        painter.drawLine(QPointF(area.left(), zero), QPointF(area.right(), zero))
        painter.end()

    def event(self, event: QEvent) -> bool:
        """Say which filter is under the mouse."""
        if event.type() == QEvent.Type.ToolTip and len(self._order):
            assert isinstance(event, QHelpEvent)
            place = min(int(event.pos().x() * len(self._order) / max(1, self.width())), len(self._order) - 1)
            number = int(self._order[place])
            dropped = self.tr("dropped") if number in self._dropped else self.tr("kept")
            text = self.tr("filter {0}, weight {1}, {2}").format(number, short(self._weights[number], 3), dropped)
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)
