"""A slider for the weight of each mode, which acts while the runs go on."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSlider, QStyle, QVBoxLayout, QWidget

from ganstudio.data import Distribution
from ganstudio.data.mixture import GaussianMixture
from ganstudio.gui import theme
from ganstudio.gui.numbers import next_nice, short
from ganstudio.gui.widgets import ElidedLabel, Refusal

__all__ = ["MOST", "ModeWeights"]

MOST = 25
"""Modes that have sliders; more are told by the field of numbers alone."""
TICKS = 100
HEIGHT = 56
LEAST_TOP = 2.0
"""What a slider goes to at least: modes of weight 1 stand in its middle."""


class WeightSlider(QSlider):
    """One mode's: the handle comes to where it is pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.setRange(0, TICKS)
        self.setSingleStep(TICKS // 20)
        self.setPageStep(TICKS // 4)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return a size of which twenty-five stand in the setup."""
        return QSize(14, round(HEIGHT * theme.current().scale))

    def minimumSizeHint(self) -> QSize:
        """Return the same, a little narrower."""
        return QSize(8, self.sizeHint().height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Bring the handle to the mouse, which then drags it."""
        if event.button() == Qt.MouseButton.LeftButton:
            handle = 14
            place = round(event.position().y()) - handle // 2
            value = QStyle.sliderValueFromPosition(
                self.minimum(), self.maximum(), place, self.height() - handle, upsideDown=True
            )
            self.setValue(value)
        super().mousePressEvent(event)


class ModeWeights(QWidget):
    """A row of sliders, one a mode; left and right go from one to the next, up and down change it.

    Attributes
    ----------
    edited : Signal(str, object)
        "data.weights" and all weights, as of a form.
    """

    edited = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sliders: list[WeightSlider] = []
        self._weights: list[float] = []
        self._top = LEAST_TOP
        self._data: Distribution | None = None
        self._caption = ElidedLabel("", "small")
        self._refusal = Refusal()
        self._row = QHBoxLayout()
        self._row.setSpacing(0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self._caption)
        layout.addLayout(self._row)
        layout.addWidget(self._refusal)
        self.setAccessibleName(self.tr("Mode weights"))
        self.setVisible(False)

    def show_data(self, data: Distribution) -> None:
        """Show a mixture's weights without a signal; nothing for other data, or for very many modes."""
        self._refusal.say("")
        count = len(data.modes()) if isinstance(data, GaussianMixture) else 0
        shown = 2 <= count <= MOST
        self.setVisible(shown)
        if not shown or not isinstance(data, GaussianMixture):
            self._data = None
            return
        weights = list(data.weights or (1.0,) * count)
        dragged = any(slider.isSliderDown() for slider in self.sliders)
        if count != len(self.sliders):
            self._rebuild(count)
        if not dragged:
            self._top = max(LEAST_TOP, max(weights) if max(weights) <= LEAST_TOP else _above(max(weights)))
        self._data, self._weights = data, weights
        for slider, weight in zip(self.sliders, weights, strict=True):
            if not slider.isSliderDown():
                slider.blockSignals(True)
                slider.setValue(round(TICKS * weight / self._top))
                slider.blockSignals(False)
        self._describe()

    def reject(self, path: str, text: str) -> bool:
        """Say why weights were refused, and go back to those that hold; False if they are not these."""
        if path != "data.weights" or self._data is None:
            return False
        for slider in self.sliders:
            slider.setSliderDown(False)
        self.show_data(self._data)
        self._refusal.say(text)
        return True

    def _rebuild(self, count: int) -> None:
        while len(self.sliders) > count:
            slider = self.sliders.pop()
            self._row.removeWidget(slider)
            slider.hide()
            slider.deleteLater()
        while len(self.sliders) < count:
            slider = WeightSlider()
            slider.setObjectName(str(len(self.sliders)))
            slider.installEventFilter(self)
            slider.valueChanged.connect(self._on_value)
            slider.sliderReleased.connect(self._on_released)
            self.sliders.append(slider)
            self._row.addWidget(slider)
        self._let_tab_find(0)

    def _describe(self) -> None:
        """Say of each slider which mode it is of and what its weight means."""
        modes = self._data.modes() if self._data is not None else None
        if modes is None:
            return
        for index, slider in enumerate(self.sliders):
            x, y = modes.centres[index]
            text = self.tr("Mode {0} at ({1:.2f}, {2:.2f}): weight {3}, {4:.1%} of the data").format(
                index + 1, x, y, short(self._weights[index], 3), modes.weights[index]
            )
            slider.setToolTip(text.replace("-", "\N{MINUS SIGN}"))
            slider.setAccessibleName(self.tr("Weight of mode {0}").format(index + 1))
            slider.setAccessibleDescription(text)
        shares = modes.weights
        if np.ptp(shares) < 1e-9:
            words = self.tr("Mode weights: {0} modes, all the same").format(len(shares))
        else:
            words = self.tr("Mode weights: {0:.1%} to {1:.1%} of the data").format(shares.min(), shares.max())
        self._caption.setText(words)
        self._caption.set_hint(self.tr("They change while the runs go on. Left and right choose a mode."))

    def _on_value(self, position: int) -> None:
        index = self.sliders.index(self.sender())  # type: ignore[arg-type]
        weights = list(self._weights)
        weights[index] = float(f"{self._top * position / TICKS:.4g}")
        self.edited.emit("data.weights", tuple(weights))

    def _on_released(self) -> None:
        """Let the sliders' range suit the weights again."""
        if self._data is not None:
            self.show_data(self._data)

    def _let_tab_find(self, index: int) -> None:
        """Let Tab come to one slider alone: the others are reached from it."""
        for other, slider in enumerate(self.sliders):
            both = Qt.FocusPolicy.StrongFocus if other == index else Qt.FocusPolicy.ClickFocus
            slider.setFocusPolicy(both)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go to the next slider with left and right, and remember where the focus is."""
        if watched in self.sliders:
            index = self.sliders.index(watched)
            if event.type() == QEvent.Type.FocusIn:
                self._let_tab_find(index)
            if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                way = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
                if way is not None:
                    self.sliders[(index + way) % len(self.sliders)].setFocus(Qt.FocusReason.TabFocusReason)
                    return True
        return super().eventFilter(watched, event)


def _above(value: float) -> float:
    """Return a round number that leaves room above a positive one."""
    return next_nice(value, 1)
