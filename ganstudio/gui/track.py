"""The timeline's track: which steps every pane keeps, the best of them, and the one that is looked at."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QSlider, QToolTip, QWidget

from ganstudio.gui import theme
from ganstudio.gui.past import Past, kept_steps
from ganstudio.gui.plane.segments import draw_rectangles
from ganstudio.gui.session import Pane
from ganstudio.gui.stylesheet import blend

__all__ = ["Track"]

MARGIN = 9.0
"""Pixels at each end, so that a handle there is not cut."""
ROOM = 0.04
"""Share of the track that is left free: it takes leaps, so that its ticks do not move at every step."""


class Track(QSlider):
    """A slider over the steps that can be looked at: a lane for each pane, a tick for each step that it keeps.

    Its value is the index of a step among `Past.stops`, so that keys go from one to the next; the mouse goes to the
    last one before the step that is pointed at.
    """

    def __init__(self, past: Past, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._past = past
        self._stops: NDArray[np.int64] = np.zeros(1, np.int64)
        self._begin, self._length = 0, 1.0
        self.setPageStep(10)
        self.setProperty("role", "track")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Timeline"))
        self.valueChanged.connect(self._on_value)
        theme.current().changed.connect(self.updateGeometry)
        self.refresh()

    def refresh(self) -> None:
        """Show what is kept and looked at now."""
        past = self._past
        self._stops = past.stops()
        index = int(np.searchsorted(self._stops, past.position(), side="right")) - 1
        blocked = self.blockSignals(True)
        self.setRange(0, len(self._stops) - 1)
        self.setValue(index)
        self.blockSignals(blocked)
        begin = min((pane.start_step for pane in past.panes), default=0)
        lived = float(max(1, past.present - begin))
        if begin != self._begin or not self._length / 2 < lived <= self._length:
            self._begin, self._length = begin, lived * (1 + ROOM)
        self.setEnabled(len(self._stops) > 1)
        self.updateGeometry()
        self.update()

    def x_of(self, step: float) -> float:
        """Return where a step is, in pixels; one that came since the last refresh is at the end."""
        return MARGIN + min(1.0, (step - self._begin) / self._length) * (self.width() - 2 * MARGIN)

    def step_at(self, x: float) -> int:
        """Return the last step that can be looked at before a place in pixels."""
        pixel = self._length / max(1.0, self.width() - 2 * MARGIN)
        # A tick is a pixel wide: whoever points at it means it.
        step = self._begin + (x - MARGIN + 0.5) * pixel
        index = int(np.searchsorted(self._stops, step, side="right")) - 1
        return int(self._stops[max(0, index)])

    def sizeHint(self) -> QSize:
        """Return room for four lanes."""
        return QSize(320, round(36 * theme.current().scale))

    def minimumSizeHint(self) -> QSize:
        """Return the least on which steps can be told apart."""
        return QSize(120, self.sizeHint().height())

    # ---- mouse ---------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the step under the mouse."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._past.go(self.step_at(event.position().x()))
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go along with the mouse."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._past.go(self.step_at(event.position().x()))
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Stay there."""
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Say what is kept where the mouse rests."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self._said_at(event.pos().x()), self)
            return True
        return super().event(event)

    def _said_at(self, x: float) -> str:
        """Return what clicking at a place would show."""
        step = self.step_at(x)
        if step >= self._past.present:
            return self.tr("Now: step {0:,}").format(step)
        lines = [self.tr("Step {0:,}").format(step)]
        for number, pane in enumerate(self._past.panes, start=1):
            kept = kept_steps(pane)
            if kept.size and len(self._past.panes) > 1:
                shown = min(pane.step, int(kept[max(0, int(np.searchsorted(kept, step, side="right")) - 1)]))
                lines.append(self.tr("pane {0}: step {1:,}").format(number, shown))
        return "\n".join(lines)

    def _on_value(self, index: int) -> None:
        self._past.go(int(self._stops[index]))

    # ---- painting ------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw lanes, ticks, marks and the line at the step that is looked at."""
        palette = theme.current().palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(QPen(QColor(palette.accent), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        panes = self._past.panes
        pitch = (self.height() - 4) / max(1, len(panes))
        lane = min(pitch - 2.0, 10.0)
        for index, pane in enumerate(panes):
            self._paint_lane(painter, pane, 2 + (index + 0.5) * pitch, lane)
        head = self.x_of(self._past.position())
        painter.setPen(QPen(QColor(palette.accent), 1.5))
        painter.drawLine(QPointF(head, 3), QPointF(head, self.height() - 3))
        # Marks may be higher than a lane: of four they could not be told apart otherwise.
        for index, pane in enumerate(panes):
            self._paint_marks(painter, pane, 2 + (index + 0.5) * pitch, lane)
        painter.end()

    def _paint_lane(self, painter: QPainter, pane: Pane, y: float, height: float) -> None:
        """Draw a pane's life from its first step to its last, what it keeps of it, and where it may go on."""
        palette = theme.current().palette
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.border))
        painter.drawRect(QRectF(MARGIN, y - 0.5, self.width() - 2 * MARGIN, 1))
        begin, end = self.x_of(pane.start_step), self.x_of(pane.step)
        painter.drawRect(QRectF(begin, y - 1, max(0.0, end - begin), 2))
        strength = 0.75 if pane is self._past.active else 0.45
        painter.setBrush(QColor(blend(palette.panel, palette.muted, strength)))
        scale = (self.width() - 2 * MARGIN) / self._length
        ticks = np.unique(np.round(MARGIN + np.minimum(kept_steps(pane) - self._begin, self._length) * scale))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        half = np.full(len(ticks), round(height / 2))
        draw_rectangles(painter, ticks, round(y) - half, ticks + 1, round(y) + half)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setBrush(QColor(palette.text))
        painter.drawRect(QRectF(end - 1, y - height / 2 - 1, 2, height + 2))

    def _paint_marks(self, painter: QPainter, pane: Pane, y: float, height: float) -> None:
        """Draw where a pane looks, and its best step over that: the star's points are longer."""
        palette = theme.current().palette
        step = pane.snapshot.shown_step if pane.snapshot else pane.start_step
        painter.setPen(QPen(QColor(palette.panel), 1))
        painter.setBrush(QColor(palette.accent))
        radius = 0.5 * height + 1.0
        painter.drawEllipse(QPointF(self.x_of(step), y), radius, radius)
        if mark := self._past.best(pane):
            painter.setBrush(QColor(palette.warning))
            painter.drawPolygon(_star(QPointF(self.x_of(mark.step), y), radius + 2.5))


def _star(centre: QPointF, radius: float) -> QPolygonF:
    """Return a star with five points, one of them up."""
    corners = []
    for corner in range(10):
        angle, length = math.pi * corner / 5, radius if corner % 2 == 0 else 0.45 * radius
        corners.append(QPointF(centre.x() + length * math.sin(angle), centre.y() - length * math.cos(angle)))
    return QPolygonF(corners)
