"""The row above a chart: what is drawn, its last values, and a switch for each curve."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ganstudio.gui import theme
from ganstudio.gui.numbers import short
from ganstudio.gui.plane.graphics import small_font

__all__ = ["Legend"]

SWATCH, GAP, APART = 14, 6, 16
"""Pixels: a line's length at text scale 1, between parts of an entry, and between entries."""


@dataclass(frozen=True)
class _Entry:
    name: str
    area: QRectF


class Legend(QWidget):
    """Names of curves with their last values; a click on a name, or Space on it, shows or hides its curve.

    It is painted: labels that change thirty times a second would lay out the window each time.

    Attributes
    ----------
    toggled : Signal(str)
        The name of the curve that is to be shown or hidden.
    """

    toggled = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colours: dict[str, str] = {}
        self._values: dict[str, float] = {}
        self._off: frozenset[str] = frozenset()
        self._entries: list[_Entry] = []
        self._captions: tuple[str, ...] = (self.tr("generator steps"),)
        self._with_values = False
        self._lines = 1
        self._current = 0
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)

    def set_entries(self, colours: dict[str, str], values: dict[str, float], off: Collection[str] = ()) -> None:
        """Show these names in these colours; those that are off are faint and have no value."""
        hidden = frozenset(off)
        if list(colours) != list(self._colours) or hidden != self._off:
            self._colours, self._off = colours, hidden
            self._place()
        self._colours, self._values = colours, values
        shown = [f"{name} {_written(values[name])}" for name in colours if name not in hidden]
        self.setAccessibleName(", ".join(shown))
        self.update()

    def set_captions(self, captions: tuple[str, ...]) -> None:
        """Choose what stands at the right end, as far as there is room: the first of these texts that fits."""
        if captions != self._captions:
            self._captions = captions
            self.update()

    @property
    def extra(self) -> int:
        """Pixels by which it is higher than one line."""
        return (self._lines - 1) * self._line_height()

    def areas(self) -> dict[str, QRectF]:
        """Return where each name stands."""
        return {entry.name: entry.area for entry in self._entries}

    def sizeHint(self) -> QSize:
        """Return as many lines of text as the names need."""
        return QSize(200, self._lines * self._line_height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break lines anew."""
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        """Make room for another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_entries"):
            self._place()

    def event(self, event: QEvent) -> bool:
        """Say what a click does."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            entry = self._at(QPointF(event.pos()))
            text = ""
            if entry is not None:
                text = self.tr("Click to show {0}") if entry.name in self._off else self.tr("Click to hide {0}")
                text = text.format(entry.name)
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Show or hide a curve; elsewhere leave the press to the pane."""
        entry = self._at(event.position())
        if entry is not None and event.button() == Qt.MouseButton.LeftButton:
            self.toggled.emit(entry.name)
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from name to name with the arrow keys; Space or Enter shows or hides."""
        key, count = event.key(), len(self._entries)
        if count and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._current = (self._current + (1 if key == Qt.Key.Key_Right else -1)) % count
            self.update()
        elif count and key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.toggled.emit(self._entries[self._current % count].name)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard is."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that it is elsewhere."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the entries; at the right end of the last line a caption, if there is room."""
        palette = theme.current().palette
        painter = QPainter(self)
        font = small_font(self, 0.92)
        painter.setFont(font)
        metrics = QFontMetrics(font)
        for index, entry in enumerate(self._entries):
            self._paint_entry(painter, entry, metrics)
            if self.hasFocus() and index == self._current % len(self._entries):
                painter.setPen(QPen(QColor(palette.accent), 1))
                painter.drawRoundedRect(entry.area.adjusted(-3, 1, 1, -1), 4, 4)
        line = QRectF(0, self.height() - self._line_height(), self.width(), self._line_height())
        painter.setPen(QColor(palette.muted))
        if not self._entries:
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, self.tr("Losses"))
        else:
            room = self.width() - self._entries[-1].area.right() - APART
            fitting = (text for text in self._captions if metrics.horizontalAdvance(text) <= room)
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, next(fitting, ""))
        painter.end()

    # ---- inside --------------------------------------------------------------------------------------

    def _paint_entry(self, painter: QPainter, entry: _Entry, metrics: QFontMetrics) -> None:
        palette, area, on = theme.current().palette, entry.area, entry.name not in self._off
        middle = area.center().y()
        painter.setOpacity(1.0 if on else 0.55)
        pen = QPen(QColor(self._colours[entry.name] if on else palette.muted), 2 * theme.current().scale)
        if not on:
            pen.setStyle(Qt.PenStyle.DotLine)
        painter.setPen(pen)
        painter.drawLine(QPointF(area.left(), middle), QPointF(area.left() + _swatch(), middle))
        text = area.adjusted(_swatch() + GAP, 0, 2, 0)
        painter.setPen(QColor(palette.muted))
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, _title(entry.name))
        if on and self._with_values:
            painter.setPen(QColor(palette.text))
            value = text.adjusted(metrics.horizontalAdvance(_title(entry.name)) + GAP, 0, 0, 0)
            painter.drawText(value, Qt.AlignmentFlag.AlignVCenter, _written(self._values[entry.name]))
        painter.setOpacity(1.0)

    def _place(self) -> None:
        """Break the entries into lines: with values if all names then fit into as many lines as without."""
        without = self._broken(with_values=False)
        with_values = self._broken(with_values=True)
        last = without[-1].area.bottom() if without else 0.0
        self._with_values = bool(with_values) and (with_values[-1].area.bottom() <= last or self._roomy(with_values))
        self._entries = with_values if self._with_values else without
        lines = round(self._entries[-1].area.bottom() / self._line_height()) if self._entries else 1
        if lines != self._lines:
            self._lines = lines
            self.updateGeometry()

    def _roomy(self, entries: list[_Entry]) -> bool:
        """Whether a second line is no loss: many names need one, few do without their values."""
        return len(entries) > 3 and entries[-1].area.bottom() <= 2 * self._line_height()

    def _broken(self, *, with_values: bool) -> list[_Entry]:
        metrics = QFontMetrics(small_font(self, 0.92))
        value = GAP + metrics.horizontalAdvance("\N{MINUS SIGN}0.0000") if with_values else 0
        height, x, y = float(self._line_height()), 0.0, 0.0
        entries = []
        for name in self._colours:
            width = _swatch() + GAP + metrics.horizontalAdvance(_title(name)) + (0 if name in self._off else value)
            if x > 0 and x + width > self.width():
                x, y = 0.0, y + height
            entries.append(_Entry(name, QRectF(x, y, width, height)))
            x += width + APART
        return entries

    def _line_height(self) -> int:
        return self.fontMetrics().height() + 4

    def _at(self, position: QPointF) -> _Entry | None:
        return next((entry for entry in self._entries if entry.area.contains(position)), None)


def _swatch() -> int:
    return round(SWATCH * theme.current().scale)


def _title(name: str) -> str:
    return name.replace("_", " ")


def _written(value: float) -> str:
    if not math.isfinite(value):
        return "\N{EN DASH}"
    text = f"{value:.4f}"[: 7 if value < 0 else 6] if abs(value) < 1000 else short(value, 3)
    return text.rstrip(".").replace("-", "\N{MINUS SIGN}", 1)
