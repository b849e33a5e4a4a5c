"""The part of the column that says what the concept is: drawn on pictures, a brightness, or a colour."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QColorDialog, QPushButton, QVBoxLayout, QWidget

from ganstudio.gui.images.inside.rows import SliderRow, row
from ganstudio.gui.images.inside.units.brush import LARGEST
from ganstudio.gui.images.inside.units.dissecting import Concept, Dissecting
from ganstudio.gui.images.inside.units.mark_grid import Tool
from ganstudio.gui.widgets import SegmentedControl, label

__all__ = ["ConceptSection"]

FARTHEST = 442
"""Distance from black to white in red, green and blue of 0 to 255."""


class ConceptSection(QWidget):
    """Tools and settings for a `Dissecting`'s concept.

    Attributes
    ----------
    tool_changed : Signal(str)
        What the mouse does on the pictures is to be something else.
    size_changed : Signal(int)
        The brush is to have another diameter, in pixels of the picture.
    """

    tool_changed = Signal(str)
    size_changed = Signal(int)

    def __init__(self, dissecting: Dissecting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dissecting = dissecting
        self.kind = SegmentedControl(
            {"drawn": self.tr("drawn"), "brightness": self.tr("brightness"), "colour": self.tr("colour")}
        )
        self.kind.setAccessibleName(self.tr("How the concept is told"))
        self.tool = SegmentedControl({"box": self.tr("box"), "brush": self.tr("brush"), "erase": self.tr("eraser")})
        self.tool.setAccessibleName(self.tr("What marks the pictures"))
        self.diameter = SliderRow(self.tr("Brush"), 1, 8, self.tr("px"))
        self.diameter.setToolTip(self.tr("Diameter of the brush in pixels of the picture; [ and ] change it, too"))
        self.undo, self.redo = QPushButton(self.tr("Undo")), QPushButton(self.tr("Redo"))
        self.clear = QPushButton(self.tr("Clear"))
        self.undo.setToolTip(self.tr("Ctrl+Z"))
        self.redo.setToolTip(self.tr("Ctrl+Shift+Z"))
        for button, name in (
            (self.undo, self.tr("Undo the last mark")),
            (self.redo, self.tr("Mark again what was undone")),
            (self.clear, self.tr("Remove all marks")),
        ):
            button.setAccessibleName(name)
        self.low = SliderRow(self.tr("From"), 0, 100, "%")
        self.high = SliderRow(self.tr("To"), 0, 100, "%")
        self.colour = QPushButton()
        self.colour.setToolTip(self.tr("Choose a colour here, or click one in the pictures"))
        self.distance = SliderRow(self.tr("Within"), 0, FARTHEST)
        self.distance.setToolTip(
            self.tr("Largest Euclidean distance in red, green and blue from 0 to 255; black and white are 442 apart")
        )
        self.covers = label("", "small")
        self._explain()
        self._lay_out()
        self._connect()
        self.follow_model()

    def _explain(self) -> None:
        hints = {
            "drawn": self.tr("Mark on some pictures what units should agree with; only these pictures count"),
            "brightness": self.tr("All pixels between two brightnesses, 0 % black to 100 % white, on all pictures"),
            "colour": self.tr("All pixels near a colour, on all pictures"),
        }
        for kind, button in self.kind._buttons.items():
            button.setToolTip(hints[kind])
        tools = {
            "box": self.tr("Drag a box; Enter adds one, arrows move it, Shift and arrows resize, Delete removes it"),
            "brush": self.tr("Paint; arrows move the brush, Space dabs, Page Up and Page Down go to other pictures"),
            "erase": self.tr("Unmark what the brush passes over; boxes it passes over become brushed pixels"),
        }
        for tool, button in self.tool._buttons.items():
            button.setToolTip(tools[tool])

    def _lay_out(self) -> None:
        self._drawn, self._bright, self._coloured = QWidget(), QWidget(), QWidget()
        drawn = QVBoxLayout(self._drawn)
        drawn.addWidget(self.tool)
        drawn.addWidget(self.diameter)
        drawn.addLayout(row((self.undo, 1), (self.redo, 1), (self.clear, 1)))
        bright = QVBoxLayout(self._bright)
        bright.addWidget(self.low)
        bright.addWidget(self.high)
        coloured = QVBoxLayout(self._coloured)
        coloured.addWidget(self.colour)
        coloured.addWidget(self.distance)
        column = QVBoxLayout(self)
        for layout in (drawn, bright, coloured, column):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(6)
        column.addWidget(self.kind)
        for part in (self._drawn, self._bright, self._coloured):
            column.addWidget(part)
        column.addWidget(self.covers)

    def _connect(self) -> None:
        dissecting, marking = self._dissecting, self._dissecting.marking
        dissecting.model_changed.connect(self.follow_model)
        dissecting.concept_changed.connect(self.follow)
        dissecting.pictures_changed.connect(self.follow)
        marking.history_changed.connect(self.follow)
        self.kind.chosen.connect(self._on_kind)
        self.tool.chosen.connect(self._on_tool)
        self.diameter.moved.connect(self.size_changed)
        self.undo.clicked.connect(marking.undo)
        self.redo.clicked.connect(marking.redo)
        self.clear.clicked.connect(marking.clear)
        self.low.moved.connect(self._on_low)
        self.high.moved.connect(self._on_high)
        self.colour.clicked.connect(self._ask_colour)
        self.distance.moved.connect(self._on_distance)

    # ---- following -------------------------------------------------------------------------------------

    @property
    def wanted_tool(self) -> Tool:
        """What the mouse does on the pictures for the concept as it is told now."""
        if self._dissecting.concept == "drawn":
            tool: Tool = self.tool.current  # type: ignore[assignment]
            return tool
        return "pick" if self._dissecting.concept == "colour" else "none"

    def follow_model(self) -> None:
        """Offer what suits another model."""
        model = self._dissecting.model
        coloured = model is not None and model.picture[0] >= 3
        self.kind.button("colour").setVisible(coloured)
        if model is not None:
            width = model.picture[2]
            self.diameter.slider.setRange(1, max(1, round(LARGEST * width)))
            self.diameter.set_value(max(1, round(width / 9)))
            self.size_changed.emit(self.diameter.value())
        self.follow()

    def follow(self) -> None:
        """Show what is set."""
        dissecting = self._dissecting
        self.kind.set_current(dissecting.concept)
        self._drawn.setVisible(dissecting.concept == "drawn")
        self._bright.setVisible(dissecting.concept == "brightness")
        self._coloured.setVisible(dissecting.concept == "colour")
        self.low.set_value(round(100 * dissecting.brightness.low))
        self.high.set_value(round(100 * dissecting.brightness.high))
        self.distance.set_value(round(dissecting.colour.distance))
        self._show_colour(QColor(*dissecting.colour.colour))
        marking = dissecting.marking
        self.undo.setEnabled(marking.can_undo)
        self.redo.setEnabled(marking.can_redo)
        self.clear.setEnabled(bool(marking.state.pictures))
        self.covers.setText(self._words())
        self.tool_changed.emit(self.wanted_tool)

    def _show_colour(self, colour: QColor) -> None:
        if self.colour.text() == colour.name():
            return
        ink = "black" if colour.lightnessF() > 0.5 else "white"
        self.colour.setText(colour.name())
        self.colour.setAccessibleName(self.tr("Colour {0}").format(colour.name()))
        self.colour.setStyleSheet(f"QPushButton {{ background-color: {colour.name()}; color: {ink}; }}")

    def _words(self) -> str:
        masks = self._dissecting.masks()
        if masks is None:
            return ""
        if self._dissecting.concept == "drawn":
            pictures = [mask for mask in masks if mask.any()]
            if not pictures:
                return self.tr("Nothing is marked")
            share = sum(mask.mean() for mask in pictures) / len(pictures)
            words = self.tr("{0} of the pixels of 1 picture") if len(pictures) == 1 else self.tr("{0} of {1} pictures")
            return words.format(f"{share:.1%}", len(pictures))
        return self.tr("{0} of the pixels that are shown").format(f"{masks.mean():.1%}")

    # ---- what a person does ----------------------------------------------------------------------------

    def set_size(self, diameter: float) -> None:
        """Show a diameter that was chosen by a key."""
        self.diameter.set_value(round(diameter))

    def _on_kind(self, kind: Concept) -> None:
        self._dissecting.set_concept(kind)

    def _on_tool(self) -> None:
        self.tool_changed.emit(self.wanted_tool)

    def _on_low(self, value: int) -> None:
        self._dissecting.set_brightness(value / 100, max(value / 100, self._dissecting.brightness.high))

    def _on_high(self, value: int) -> None:
        self._dissecting.set_brightness(min(value / 100, self._dissecting.brightness.low), value / 100)

    def _on_distance(self, value: int) -> None:
        self._dissecting.set_colour(self._dissecting.colour.colour, float(value))

    def _ask_colour(self) -> None:
        dialog = QColorDialog(QColor(*self._dissecting.colour.colour), self)
        dialog.setObjectName("concept colour")
        dialog.colorSelected.connect(self.take_colour)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def take_colour(self, colour: QColor) -> None:
        """Look for pixels near a colour."""
        self._dissecting.set_colour((colour.red(), colour.green(), colour.blue()), self._dissecting.colour.distance)
