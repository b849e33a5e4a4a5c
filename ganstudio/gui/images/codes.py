"""InfoGAN's continuous codes: a knob for each, and under it the current sample at nine of its values."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ganstudio.gui import theme
from ganstudio.gui.images.knob import TallKnob
from ganstudio.gui.images.opened import REACH
from ganstudio.gui.images.picture_grid import PictureGrid
from ganstudio.gui.numbers import short
from ganstudio.image_messages import Pixels

__all__ = ["STEPS", "CodeKnob"]

STEPS = np.linspace(-REACH, REACH, 9)
"""Values in the strip."""
STRIP_HEIGHT = 34


class CodeKnob(QWidget):
    """A code.

    Attributes
    ----------
    moved : Signal(str, float)
        Its name and its value.
    settled : Signal()
        The gesture has ended.
    released : Signal(str)
        Each sample of the grid is to have its own value.
    """

    moved = Signal(str, float)
    settled = Signal()
    released = Signal(str)

    def __init__(self, name: str, meaning: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        title = f"{name} {meaning}".strip()
        self.knob = TallKnob(title, -REACH, REACH)
        self.knob.set_reset_hint(self.tr("Let each sample of the grid have its own value"))
        self.strip = PictureGrid(self.tr("{0} from {1} to {2}").format(title, f"{-REACH:g}", f"{REACH:g}"))
        self.strip.set_describer(self._describe)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.knob)
        layout.addWidget(self.strip)
        self.knob.moved.connect(self._on_moved)
        self.knob.settled.connect(self.settled)
        self.knob.wants_reset.connect(self._on_reset)
        self.strip.taken.connect(self._on_taken)
        theme.current().changed.connect(self._restyle)
        self._restyle()

    def show_value(self, value: float, *, fixed: bool) -> None:
        """Show the current sample's value, and whether all of the grid has it."""
        self.knob.show_value(value, free=not fixed, changed=fixed)
        self.strip.set_current(int(np.abs(STEPS - value).argmin()))

    def show_strip(self, pictures: Pixels) -> None:
        """Show the current sample at `STEPS`."""
        self.strip.set_pictures(pictures, 1, len(STEPS))

    def _describe(self, number: int) -> str:
        return f"{self.name} = {short(float(STEPS[number]))}"

    def _on_moved(self, value: float) -> None:
        self.moved.emit(self.name, value)

    def _on_taken(self, number: int) -> None:
        self.moved.emit(self.name, float(STEPS[number]))
        self.settled.emit()

    def _on_reset(self) -> None:
        self.released.emit(self.name)

    def _restyle(self) -> None:
        self.strip.setFixedHeight(round(STRIP_HEIGHT * theme.current().scale))
