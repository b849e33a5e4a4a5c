"""Arithmetic on averaged latents, as in the DCGAN paper, and the vector that turns one kind of picture into another."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from ganstudio.gui import theme
from ganstudio.gui.images.explorer import Explorer
from ganstudio.gui.images.picture_grid import PictureGrid
from ganstudio.gui.widgets import FittingLabel, SegmentedControl, label
from ganstudio.image_messages import Pixels

__all__ = ["ArithmeticPanel", "pixel_arithmetic"]

ROW_HEIGHT = 44
SHARES = np.linspace(0.0, 1.0, 9)
"""How much of the turn vector is added, from left to right."""


class ArithmeticPanel(QWidget):
    """Three slots of three samples each, and what comes of them.

    Attributes
    ----------
    add_wanted : Signal(str)
        The current latent goes into a slot: "A", "B" or "C".
    result_taken, turned_taken : Signal(int)
        A picture of the result, or of those that are turned.
    what_changed : Signal()
        Something else is to be computed.
    """

    add_wanted = Signal(str)
    result_taken = Signal(int)
    turned_taken = Signal(int)
    what_changed = Signal()

    def __init__(self, explorer: Explorer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._explorer = explorer
        self.what = SegmentedControl({"sum": self.tr("A \N{MINUS SIGN} B + C"), "turn": self.tr("turn A into B")})
        self.what.setAccessibleName(self.tr("What is computed"))
        self.what.chosen.connect(self._on_what)
        self.hint = FittingLabel(2, "small")
        self.slots: dict[str, PictureGrid] = {}
        self.adds: dict[str, QPushButton] = {}
        self.clears: dict[str, QPushButton] = {}
        self._rows: dict[str, list[QWidget]] = {}
        self.result = PictureGrid(self.tr("A \N{MINUS SIGN} B + C, and eight neighbours"))
        self.result.set_describer(self._describe_result)
        self.pixels = PictureGrid(self.tr("The same arithmetic on pixels"), takes=False)
        self.turned = PictureGrid(self.tr("The current sample and two others, turned"))
        self.turned.set_describer(self._describe_turned)
        self.result.taken.connect(self.result_taken)
        self.turned.taken.connect(self.turned_taken)
        self._stack = QStackedWidget()
        self._lay_out()
        explorer.slots_changed.connect(self.follow)
        theme.current().changed.connect(self._restyle)
        self._restyle()
        self.follow()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.what)
        head.addStretch(1)
        left = QGridLayout()
        left.setSpacing(4)
        hints = {
            "A": self.tr("for example: smiling women"),
            "B": self.tr("for example: women who do not smile"),
            "C": self.tr("for example: men who do not smile"),
        }
        for row, (name, hint) in enumerate(hints.items()):
            title = label(name, "accent")
            grid = PictureGrid(self.tr("Slot {0}").format(name), takes=False)
            grid.set_empty_text(self.tr("empty"))
            add = QPushButton(self.tr("Add"))
            add.setObjectName(name)
            add.setToolTip(
                self.tr("Put the current sample into {0} ({0} on the keyboard), {1}; three are averaged").format(
                    name, hint
                )
            )
            add.setAccessibleName(self.tr("Add the current sample to {0}").format(name))
            add.clicked.connect(self._on_add)
            clear = QPushButton(self.tr("Clear"))
            clear.setProperty("role", "flat")
            clear.setObjectName(name)
            clear.setAccessibleName(self.tr("Clear {0}").format(name))
            clear.clicked.connect(self._on_clear)
            for column, widget in enumerate((title, grid, add, clear)):
                left.addWidget(widget, row, column)
            self.slots[name], self.adds[name], self.clears[name] = grid, add, clear
            self._rows[name] = [title, grid, add, clear]
        left.setColumnStretch(1, 1)
        sums = QWidget()
        pair = QHBoxLayout(sums)
        pair.setContentsMargins(0, 0, 0, 0)
        pair.setSpacing(10)
        pair.addWidget(self.result, 1)
        side = QVBoxLayout()
        self._on_pixels = label(self.tr("on pixels"), "small")
        side.addWidget(self._on_pixels, 0, Qt.AlignmentFlag.AlignHCenter)
        side.addWidget(self.pixels)
        side.addStretch(1)
        pair.addLayout(side)
        self._stack.addWidget(sums)
        self._stack.addWidget(self.turned)
        body = QHBoxLayout()
        body.setSpacing(12)
        body.addLayout(left, 2)
        body.addWidget(self._stack, 3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(self.hint)
        layout.addLayout(body)

    @property
    def turning(self) -> bool:
        """Whether the turn vector is shown."""
        return self.what.current == "turn"

    @property
    def ready(self) -> bool:
        """Whether the slots that are needed hold something."""
        slots = self._explorer.slots
        return bool(slots["A"] and slots["B"] and (self.turning or slots["C"]))

    def follow(self) -> None:
        """Show what is in the slots, and say what is still missing."""
        slots = self._explorer.slots
        for name, grid in self.slots.items():
            if not slots[name]:
                grid.clear()
            self.clears[name].setEnabled(bool(slots[name]))
        self._stack.setCurrentIndex(int(self.turning))
        for widget in self._rows["C"]:
            widget.setVisible(not self.turning)
        self._on_pixels.setVisible(self.ready)
        if not self.ready:
            self.result.clear()
            self.pixels.clear()
            self.turned.clear()
        text = self.tr("Press A, B or C at a sample of the grid; three make a good mean.")
        done = self.tr("Middle: mean(A) \N{MINUS SIGN} mean(B) + mean(C). Around it: neighbours.")
        if self.turning:
            done = self.tr("More of mean(B) \N{MINUS SIGN} mean(A) to the right: current sample, two others.")
        self.hint.setText(done if self.ready else text)

    def show_slot(self, name: str, pictures: Pixels) -> None:
        """Show the samples of a slot."""
        self.slots[name].set_pictures(pictures, 1, self._explorer.IN_A_SLOT)

    def _on_what(self) -> None:
        self.follow()
        self.what_changed.emit()

    def _on_add(self) -> None:
        self.add_wanted.emit(self.sender().objectName())

    def _on_clear(self) -> None:
        self._explorer.clear_slot(self.sender().objectName())

    def _describe_result(self, number: int) -> str:
        return self.tr("the result") if number == 4 else self.tr("a neighbour of the result")

    def _describe_turned(self, number: int) -> str:
        return self.tr("turned by {0}").format(f"{SHARES[number % len(SHARES)]:g}")

    def _restyle(self) -> None:
        scale = theme.current().scale
        for grid in self.slots.values():
            grid.setFixedHeight(round(ROW_HEIGHT * scale))
        self._stack.setFixedHeight(round((3 * ROW_HEIGHT + 8) * scale))
        self.pixels.setFixedSize(round(72 * scale), round(72 * scale))


def pixel_arithmetic(a: Pixels, b: Pixels, c: Pixels) -> Pixels:
    """Return mean(A) - mean(B) + mean(C) of pictures (n, height, width, channels) as pixels, cut at black and white."""
    means = (np.asarray(pictures, np.float64).mean(axis=0) for pictures in (a, b, c))
    first, second, third = means
    return np.rint((first - second + third).clip(0.0, 255.0)).astype(np.uint8)
