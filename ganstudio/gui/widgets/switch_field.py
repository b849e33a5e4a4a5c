"""A field for yes or no.

superqt 0.9's QToggleSwitch was tried for this: it does not show the keyboard focus, its groove is translucent, jagged
when disabled and below the middle, and mending that is to override all of its drawing.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ganstudio.gui import theme
from ganstudio.gui.stylesheet import blend

__all__ = ["SwitchField"]


class SwitchField(QAbstractButton):
    """A switch.

    Attributes
    ----------
    edited : Signal(object)
        True or False, when a person moved it; not emitted by `set_value`.
    """

    edited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._on_clicked)
        theme.current().changed.connect(self._restyle)

    def value(self) -> bool:
        """Return whether it is on."""
        return self.isChecked()

    def set_value(self, value: bool) -> None:
        """Move it without a signal."""
        self.setChecked(bool(value))

    def sizeHint(self) -> QSize:
        """Return the size of the switch at the theme's text scale."""
        scale = theme.current().scale
        return QSize(round(34 * scale), round(20 * scale))

    def hitButton(self, position: object) -> bool:
        """Return True: all of it can be clicked."""
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a track and a knob."""
        palette = theme.current().palette
        on = self.isChecked()
        track = palette.accent if on else blend(palette.border, palette.text, 0.18)
        knob = palette.on_accent if on else blend(palette.raised, palette.text, 0.85)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(1.0 if self.isEnabled() else 0.4)
        area = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(track))
        radius = area.height() / 2
        painter.drawRoundedRect(area, radius, radius)
        painter.setBrush(QColor(knob if palette.is_dark or on else palette.panel))
        x = area.right() - radius if on else area.left() + radius
        painter.drawEllipse(QPointF(x, area.center().y()), radius - 2.5, radius - 2.5)
        if self.hasFocus():
            painter.setOpacity(1.0)
            painter.setPen(QPen(QColor(palette.text if on else palette.accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area.adjusted(-1, -1, 1, 1), radius + 1, radius + 1)
        painter.end()

    def _on_clicked(self, on: bool) -> None:
        self.edited.emit(on)

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
