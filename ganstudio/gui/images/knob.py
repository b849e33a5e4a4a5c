"""One number with a slider, a field to type into, a lock and a way back."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QSlider, QToolButton, QWidget

from ganstudio.gui import icons, theme
from ganstudio.gui.widgets import ElidedLabel, NumberField

__all__ = ["Knob", "TallKnob"]

POSITIONS = 1000
"""Of a slider from its middle to its end, so that the middle is exactly 0."""
FIELD_WIDTH = 62


class Knob(QWidget):
    """A number between two ends.

    Parameters
    ----------
    name
        What it is called, in the row and for assistive technology.
    low, high
        Its range; what is typed may go three times as far from the middle.
    lockable
        Whether it has a lock.

    Attributes
    ----------
    moved : Signal(float)
        A person gave it another value; again and again while the slider is dragged.
    settled : Signal()
        The slider was let go, or a number was typed.
    wants_reset : Signal()
        It is to be what it was at first.
    locked : Signal(bool)
        It is to stay, or not.
    """

    moved = Signal(float)
    settled = Signal()
    wants_reset = Signal()
    locked = Signal(bool)

    def __init__(
        self, name: str, low: float, high: float, parent: QWidget | None = None, *, lockable: bool = False
    ) -> None:
        super().__init__(parent)
        self._low, self._high = low, high
        self._title = ElidedLabel(name)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(-POSITIONS, POSITIONS)
        self.slider.setSingleStep(POSITIONS // 50)
        self.slider.setPageStep(POSITIONS // 10)
        self.slider.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.slider.setMinimumWidth(60)
        self.field = NumberField()
        self.field.setFixedWidth(FIELD_WIDTH)
        self._reset = self._button("reset", self.tr("Back to what it was"))
        self._reset.clicked.connect(self.wants_reset)
        self._lock = self._button("unlock", self.tr("Keep it when a new latent is taken"))
        self._lock.setCheckable(True)
        self._lock.toggled.connect(self._on_lock)
        self._lock.setVisible(lockable)
        self._lay_out()
        self.set_range(low, high)
        self.set_name(name)
        self.slider.valueChanged.connect(self._on_slider)
        self.slider.sliderReleased.connect(self.settled)
        self.field.edited.connect(self._on_typed)
        theme.current().changed.connect(self._restyle)
        self._restyle()

    def _lay_out(self) -> None:
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(6)
        layout.setVerticalSpacing(0)
        self._build(layout)

    def _build(self, layout: QGridLayout) -> None:
        """Place the parts: one beside the other."""
        for column, widget in enumerate((self._title, self.slider, self.field, self._lock, self._reset)):
            layout.addWidget(widget, 0, column)
        layout.setColumnStretch(1, 1)
        self._title.setMinimumWidth(26)
        self._title.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def _button(self, icon: str, hint: str) -> QToolButton:
        button = QToolButton()
        button.setProperty("role", "small")
        button.setObjectName(icon)
        button.setIconSize(QSize(16, 16))
        button.setToolTip(hint)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    @property
    def value(self) -> float:
        """What it shows."""
        return float(self.field.value())

    def set_name(self, name: str) -> None:
        """Call it something else."""
        self._title.setText(name)
        self.setAccessibleName(name)
        self.slider.setAccessibleName(name)
        self.field.line.setAccessibleName(name)
        self._reset.setAccessibleName(self.tr("Reset {0}").format(name))
        self._lock.setAccessibleName(self.tr("Lock {0}").format(name))

    def set_name_width(self, width: int) -> None:
        """Give the name so many pixels, so that rows stand under one another."""
        self._title.setFixedWidth(width)

    def set_range(self, low: float, high: float) -> None:
        """Go from one number to another."""
        self._low, self._high = low, high
        half, middle = (high - low) / 2, (high + low) / 2
        self.field._low, self.field._high = middle - 3 * half, middle + 3 * half

    def set_limits(self, low: float, high: float) -> None:
        """Allow only so much to be typed."""
        self.field._low, self.field._high = low, high

    def show_value(self, value: float, *, free: bool = False, changed: bool = False) -> None:
        """Show a value without a signal.

        Parameters
        ----------
        free
            Whether it is not set: the grid's samples have values of their own.
        changed
            Whether there is a way back.
        """
        self.field.set_value(round(value, 3))
        self.slider.blockSignals(True)
        self.slider.setValue(round(((value - self._low) / (self._high - self._low) * 2 - 1) * POSITIONS))
        self.slider.blockSignals(False)
        self._reset.setEnabled(changed)
        if bool(self.slider.property("free")) != free:
            self.slider.setProperty("free", free)
            theme.repolish(self.slider)

    def set_locked(self, locked: bool) -> None:
        """Show whether it stays, without a signal."""
        self._lock.blockSignals(True)
        self._lock.setChecked(locked)
        self._lock.blockSignals(False)
        self._restyle()

    def set_reset_hint(self, hint: str) -> None:
        """Say what its way back does."""
        self._reset.setToolTip(hint)

    def _on_slider(self, position: int) -> None:
        value = self._low + (position / POSITIONS + 1) / 2 * (self._high - self._low)
        self.field.set_value(round(value, 3))
        self.moved.emit(value)
        if not self.slider.isSliderDown():
            self.settled.emit()

    def _on_typed(self, value: object) -> None:
        assert isinstance(value, int | float)
        self.moved.emit(float(value))
        self.settled.emit()

    def _on_lock(self, locked: bool) -> None:
        self._restyle()
        self.locked.emit(locked)

    def _restyle(self) -> None:
        palette = theme.current().palette
        self._reset.setIcon(icons.icon("reset", palette, "muted"))
        locked = self._lock.isChecked()
        self._lock.setIcon(icons.icon("lock" if locked else "unlock", palette, "accent" if locked else "muted"))
        self.field.setFixedWidth(round(FIELD_WIDTH * theme.current().scale))


class TallKnob(Knob):
    """A knob with a long name: the slider has a line of its own."""

    def _build(self, layout: QGridLayout) -> None:
        """Place the slider under the rest."""
        for column, widget in enumerate((self._title, self.field, self._lock, self._reset)):
            layout.addWidget(widget, 0, column)
        layout.addWidget(self.slider, 1, 0, 1, 4)
        layout.setColumnStretch(0, 1)
