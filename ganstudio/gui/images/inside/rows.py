"""Rows of the column beside the units: a slider with its number, and how far a question is."""

from __future__ import annotations

import html

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QSlider, QWidget

from ganstudio.dissection_messages import DissectionProgress
from ganstudio.gui.fonts import tabular
from ganstudio.gui.images.inside.asking import Asking
from ganstudio.gui.widgets import label

__all__ = ["ProgressRow", "SliderRow", "explain", "row"]


def row(*widgets: tuple[QWidget, int]) -> QHBoxLayout:
    """Return widgets side by side, each with its stretch."""
    layout = QHBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(6)
    for widget, stretch in widgets:
        layout.addWidget(widget, stretch)
    return layout


def explain(widget: QWidget, text: str) -> None:
    """Give a widget a long tooltip: with a little HTML Qt wraps it."""
    widget.setToolTip(f"<p>{html.escape(text)}</p>")


class SliderRow(QWidget):
    """A title, a slider of whole numbers, and the number.

    Attributes
    ----------
    moved : Signal(int)
        A person moved the slider; not emitted by `set_value`.
    """

    moved = Signal(int)

    def __init__(self, title: str, low: int, high: int, unit: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unit = unit
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(low, high)
        self.slider.setAccessibleName(title)
        self.amount = label("")
        self.amount.setFont(tabular())
        self.amount.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.amount.setMinimumWidth(self.fontMetrics().horizontalAdvance("100 %"))
        self.setLayout(row((label(title, "muted"), 0), (self.slider, 1), (self.amount, 0)))
        self.slider.valueChanged.connect(self._on_value)
        self._write(low)

    def value(self) -> int:
        """Return the number."""
        return self.slider.value()

    def set_value(self, value: int) -> None:
        """Show a number, without a signal."""
        self.slider.blockSignals(True)
        self.slider.setValue(value)
        self.slider.blockSignals(False)
        self._write(self.slider.value())

    def _on_value(self, value: int) -> None:
        self._write(value)
        self.moved.emit(value)

    def _write(self, value: int) -> None:
        self.amount.setText(f"{value} {self._unit}".strip())


class ProgressRow(QWidget):
    """How far a question is, and a button that ends it; nothing while none is asked."""

    def __init__(self, asking: Asking, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._asking = asking
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(name)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setAccessibleName(self.tr("Cancel: {0}").format(name))
        self.setLayout(row((self.bar, 1), (self.cancel, 0)))
        self.cancel.clicked.connect(asking.cancel)
        asking.busy_changed.connect(self._follow)
        asking.progressed.connect(self._on_progress)
        self._follow()

    def _follow(self) -> None:
        self.setVisible(self._asking.busy)
        if self._asking.busy:
            self.bar.setRange(0, 0)

    def _on_progress(self, message: object) -> None:
        if isinstance(message, DissectionProgress):
            self.bar.setRange(0, max(1, message.total))
            self.bar.setValue(message.done)
