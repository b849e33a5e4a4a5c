"""The tools over the plane: brush, eraser, Gaussians, their settings, and what to do with the drawing."""

from __future__ import annotations

import math

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QSlider, QToolButton, QVBoxLayout, QWidget

from ganstudio.data.own_gaussians import FARTHEST, NARROWEST, WIDEST
from ganstudio.gui import icons, theme
from ganstudio.gui.own_data.board import LARGEST_WEIGHT, SIZES, Board
from ganstudio.gui.widgets import ElidedLabel, FlowLayout, NumberField, SegmentedControl, label

__all__ = ["ToolBar"]

TOOLS = {"brush": "Brush", "eraser": "Eraser", "gaussians": "Gaussians"}
SHORT_HINTS = {
    "brush": "Drag to paint; wheel: size. Keys: arrows, Space, [ and ]",
    "eraser": "Drag to erase ink; wheel: size. Keys: arrows, Space, [ and ]",
    "gaussians": "Click adds, drag moves, wheel widens. Keys: Space, Tab, arrows, + and \N{MINUS SIGN}",
}
HINTS = {
    "brush": "Drag to paint; the wheel changes the brush. Keys: arrows move it, Space held paints, [ and ] change it.",
    "eraser": "Drag to take ink away; Gaussians stay. Keys: arrows move it, Space held erases, [ and ] change it.",
    "gaussians": (
        "Click to add, drag to move, drag a square or turn the wheel to widen; with Shift a click always adds. "
        "Keys: Space adds, Tab chooses, arrows move, Ctrl+arrows widen, + and \N{MINUS SIGN} weigh, Del removes."
    ),
}
TICKS = 100


class SizeSlider(QSlider):
    """A slider for the brush's diameter, in equal factors."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setRange(0, TICKS)
        self.setPageStep(TICKS // 5)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return room for half an inch."""
        return QSize(round(72 * theme.current().scale), super().sizeHint().height())

    def size_at(self) -> float:
        """Return the diameter that the handle stands at."""
        low, high = SIZES
        return float(f"{low * (high / low) ** (self.value() / TICKS):.3g}")

    def set_size(self, size: float) -> None:
        """Move the handle without a signal."""
        low, high = SIZES
        self.blockSignals(True)
        self.setValue(round(TICKS * math.log(size / low) / math.log(high / low)))
        self.blockSignals(False)


class ToolBar(QWidget):
    """Shows and changes a `Board`.

    Attributes
    ----------
    tool_chosen : Signal(str)
        "brush", "eraser" or "gaussians".
    take_over_wanted, clear_wanted, use_wanted, cancel_wanted : Signal()
        Buttons that were pressed.
    """

    tool_chosen = Signal(str)
    take_over_wanted = Signal()
    clear_wanted = Signal()
    use_wanted = Signal()
    cancel_wanted = Signal()

    def __init__(self, board: Board, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._board = board
        self.setObjectName("draw data")
        self.setAccessibleName(self.tr("Tools to draw data"))
        self.tools = SegmentedControl({name: self.tr(text) for name, text in TOOLS.items()})
        for number, name in enumerate(TOOLS, start=1):
            button = self.tools.findChild(QPushButton, name)
            button.setToolTip(f"<qt>{self.tr(HINTS[name])} ({number})</qt>")
        self._make_brush()
        self._make_gaussian()
        self._make_buttons()
        self._hint = ElidedLabel("", "small")
        flow = QWidget()
        row = FlowLayout(flow, spacing=8)
        for widget in (self.tools, self._brush_box, *self._gaussian_boxes, self._edits, self._ends):
            row.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(flow)
        layout.addWidget(self._hint)
        self.tools.chosen.connect(self.set_tool)
        board.changed.connect(self.refresh)
        theme.current().changed.connect(self._restyle)
        self._restyle()
        self.set_tool("brush")

    # ---- making --------------------------------------------------------------------------------------

    def _make_brush(self) -> None:
        self.size_slider = SizeSlider()
        self.size_field = self._field("Brush size", "Diameter of the brush, in units of the plane", *SIZES)
        self.strength = self._field("Ink", "How much ink a stroke leaves or takes away, at most 1", 0.01, 1.0)
        self.size_slider.setToolTip(self.size_field.line.toolTip())
        self.size_slider.setAccessibleName(self.tr("Brush size"))
        size, ink = label(self.tr("Size"), "small"), label(self.tr("Ink"), "small")
        self._brush_box = _box(size, self.size_slider, self.size_field, ink, self.strength)
        self.size_slider.valueChanged.connect(self._on_slider)
        self.size_field.edited.connect(self._on_size)
        self.strength.edited.connect(self._on_strength)

    def _make_gaussian(self) -> None:
        self.weight = self._field(
            "Weight of the Gaussian", "How much of the data it gets beside the others (+ and -)", 0.0, LARGEST_WEIGHT
        )
        self.centre = [
            self._field(f"Centre {axis}", f"{axis} of the chosen Gaussian's centre (arrow keys)", -FARTHEST, FARTHEST)
            for axis in "xy"
        ]
        self.deviations = [
            self._field(
                f"Deviation along {axis}",
                f"Standard deviation along {axis} (Ctrl and arrow keys, or the wheel for both)",
                NARROWEST,
                WIDEST,
            )
            for axis in "xy"
        ]
        self.remove = self._button("trash", "Remove the chosen Gaussian (Del)")
        self._gaussian_boxes = (
            _box(label(self.tr("Weight"), "small"), self.weight),
            _box(label(self.tr("Centre"), "small"), *self.centre),
            _box(label(self.tr("Deviations"), "small"), *self.deviations, self.remove),
        )
        self.weight.edited.connect(self._on_weight)
        for field in self.centre:
            field.edited.connect(self._on_centre)
        for field in self.deviations:
            field.edited.connect(self._on_deviations)
        self.remove.clicked.connect(self._board.remove_gaussian)

    def _make_buttons(self) -> None:
        self.undo = self._button("undo", "Undo (Ctrl+Z)")
        self.redo = self._button("redo", "Redo (Ctrl+Shift+Z)")
        self.take_over = self._button("", "Take over the present data, to go on from them")
        self.take_over.setText(self.tr("From data"))
        self.take_over.setProperty("role", "plain")
        self.clear = self._button("clear", "Clear everything")
        self._edits = _box(self.undo, self.redo, self.clear, self.take_over, spacing=2)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setToolTip(self.tr("Leave the data as they are (Esc)"))
        self.use = QPushButton(self.tr("Use it"))
        self.use.setProperty("role", "primary")
        self.use.setToolTip(self.tr("Make it the data of this pane and of all that share its data (Enter)"))
        self._ends = _box(self.cancel, self.use)
        history = self._board.history
        self.undo.clicked.connect(history.undo)
        self.redo.clicked.connect(history.redo)
        self.take_over.clicked.connect(self.take_over_wanted)
        self.clear.clicked.connect(self.clear_wanted)
        self.cancel.clicked.connect(self.cancel_wanted)
        self.use.clicked.connect(self.use_wanted)

    def _field(self, name: str, tooltip: str, low: float, high: float) -> NumberField:
        field = NumberField(low=low, high=high)
        field.line.setAccessibleName(self.tr(name))
        field.line.setToolTip(self.tr(tooltip))
        return field

    def _button(self, icon: str, tooltip: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(icon)
        button.setToolTip(self.tr(tooltip))
        button.setAccessibleName(self.tr(tooltip))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    # ---- showing -------------------------------------------------------------------------------------

    def set_tool(self, name: str) -> None:
        """Choose a tool, and show its settings."""
        self.tools.set_current(name)
        self._hint.setText(self.tr(SHORT_HINTS[name]))
        self._hint.set_hint(self.tr(HINTS[name]))
        self.refresh()
        self.tool_chosen.emit(name)

    def refresh(self) -> None:
        """Show the board's state."""
        board, gaussian = self._board, self._board.gaussian
        places = self.tools.current == "gaussians"
        self._brush_box.setVisible(not places)
        for box in self._gaussian_boxes:
            box.setVisible(places)
        self.size_slider.set_size(board.brush.size)
        self.size_field.set_value(board.brush.size)
        self.strength.set_value(board.brush.strength)
        for field in (self.weight, *self.centre, *self.deviations):
            field.setEnabled(gaussian is not None)
        self.remove.setEnabled(gaussian is not None)
        if gaussian is not None:
            self.weight.set_value(gaussian.weight)
            for fields, values in ((self.centre, gaussian.centre), (self.deviations, gaussian.deviations)):
                for field, value in zip(fields, values, strict=True):
                    field.set_value(value)
        self.undo.setEnabled(board.history.canUndo())
        self.redo.setEnabled(board.history.canRedo())
        self.clear.setEnabled(bool(board.drawing.ink.any()) or bool(board.drawing.gaussians))
        self.use.setEnabled(not board.drawing.empty)

    def _restyle(self) -> None:
        palette, scale = theme.current().palette, theme.current().scale
        for button in (self.undo, self.redo, self.clear, self.remove):
            button.setIcon(icons.icon(button.objectName(), palette))
        for field in (self.size_field, self.strength, self.weight, *self.centre, *self.deviations):
            field.setFixedWidth(round(58 * scale))
        for box in (self._brush_box, *self._gaussian_boxes, self._edits, self._ends):
            box.setMinimumHeight(self.tools.sizeHint().height())  # so that lines are level

    # ---- what a person does --------------------------------------------------------------------------

    def _on_slider(self) -> None:
        self._on_size(self.size_slider.size_at())

    def _on_size(self, size: float) -> None:
        self._board.brush.size = size
        self._board.changed.emit()

    def _on_strength(self, strength: float) -> None:
        self._board.brush.strength = strength

    def _on_weight(self, weight: float) -> None:
        self._board.change_gaussian(weight=weight)

    def _on_centre(self) -> None:
        x, y = (field.value() for field in self.centre)
        self._board.change_gaussian(centre=(x, y))

    def _on_deviations(self) -> None:
        x, y = (field.value() for field in self.deviations)
        self._board.change_gaussian(deviations=(x, y))


def _box(*widgets: QWidget, spacing: int = 4) -> QWidget:
    """Return widgets that stay side by side where the line breaks."""
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(spacing)
    for widget in widgets:
        row.addWidget(widget)
    return box
