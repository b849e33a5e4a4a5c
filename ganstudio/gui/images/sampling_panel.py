"""The right column: the current sample, its class and codes, where it is in latent space."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ganstudio.gui import icons, theme
from ganstudio.gui.images.choices import ANY, ChoicePicker
from ganstudio.gui.images.codes import CodeKnob
from ganstudio.gui.images.explorer import Explorer
from ganstudio.gui.images.knob import TallKnob
from ganstudio.gui.images.latent_knobs import LatentKnobs
from ganstudio.gui.images.picture_grid import PictureGrid
from ganstudio.gui.widgets import Panel, heading
from ganstudio.image_messages import Pixels
from ganstudio.latent import truncation

__all__ = ["SamplingPanel"]

PREVIEW = 112
"""Side of the current picture, four times MNIST's."""
PIN = 40
LARGEST_NORMAL = 3.0
"""Standard deviations from which truncation of normal latents makes no difference that one sees."""


class SamplingPanel(Panel):
    """Everything that decides the current sample, for an `Explorer`.

    Attributes
    ----------
    neighbours_wanted : Signal()
        The training pictures nearest to the current sample are to be shown.
    """

    neighbours_wanted = Signal()

    def __init__(self, explorer: Explorer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._explorer = explorer
        self.preview = PictureGrid(self.tr("The current sample"), takes=False)
        self.pins = {name: PictureGrid(self.tr("Pin {0}").format(name)) for name in ("A", "B")}
        for name, grid in self.pins.items():
            grid.set_empty_text(name)
        self.buttons: dict[str, QPushButton] = {}
        self.tools: dict[str, QToolButton] = {}
        self.pickers: dict[str, ChoicePicker] = {}
        self.codes: dict[str, CodeKnob] = {}
        self.latent = LatentKnobs(explorer)
        self.truncation = TallKnob(self.tr("Truncation"), 0.0, 1.0)
        self.truncation.setToolTip(
            self.tr("Hold the latent's numbers within this size: fewer kinds of pictures, most of them better")
        )
        self.truncation.set_reset_hint(self.tr("No truncation: all latents are as likely as in training"))
        self._inputs = QVBoxLayout()
        self._inputs.setSpacing(12)
        self._lay_out()
        self._connect()
        theme.current().changed.connect(self._restyle)
        self._restyle()

    def _lay_out(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(12)
        column.addLayout(self._head())
        column.addLayout(self._inputs)
        column.addWidget(self.latent)
        column.addWidget(self.truncation)
        column.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidget(content)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 4, 10)
        layout.addWidget(self.area)

    def _head(self) -> QVBoxLayout:
        top = QHBoxLayout()
        top.addWidget(heading(self.tr("Current sample")))
        top.addStretch(1)
        hints = {"undo": self.tr("Undo (Ctrl+Z)"), "redo": self.tr("Redo (Ctrl+Shift+Z)")}
        for name, hint in hints.items():
            self.tools[name] = self._tool(hint)
            top.addWidget(self.tools[name])
        texts = {
            "random": (self.tr("Random"), self.tr("Take a new latent; locked coordinates stay")),
            "reset": (self.tr("Reset"), self.tr("Take back what was done to the latent")),
            "neighbours": (
                self.tr("Neighbours"),
                self.tr("The nearest training pictures of the current sample: is it made, or remembered?"),
            ),
            "A": (self.tr("Pin A"), self.tr("Keep the current latent as A, where walks begin")),
            "B": (self.tr("Pin B"), self.tr("Keep the current latent as B, where walks end")),
        }
        pins = QGridLayout()
        pins.setSpacing(6)
        below = QHBoxLayout()
        below.setSpacing(6)
        for name, (text, hint) in texts.items():
            button = QPushButton(text)
            button.setToolTip(hint)
            self.buttons[name] = button
            if name in self.pins:
                pins.addWidget(self.pins[name], pins.rowCount(), 0)
                pins.addWidget(button, pins.rowCount() - 1, 1)
            elif name != "neighbours":
                below.addWidget(button, 1)
        pins.addWidget(self.buttons["neighbours"], pins.rowCount(), 0, 1, 2)
        pins.setColumnStretch(1, 1)
        pins.setRowStretch(pins.rowCount(), 1)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.preview, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(pins, 1)
        head = QVBoxLayout()
        head.setSpacing(8)
        head.addLayout(top)
        head.addLayout(row)
        head.addLayout(below)
        return head

    def _tool(self, hint: str) -> QToolButton:
        button = QToolButton()
        button.setProperty("role", "small")
        button.setIconSize(QSize(16, 16))
        button.setToolTip(hint)
        button.setAccessibleName(hint)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _connect(self) -> None:
        explorer = self._explorer
        self.tools["undo"].clicked.connect(explorer.undo)
        self.tools["redo"].clicked.connect(explorer.redo)
        self.buttons["random"].clicked.connect(explorer.randomise)
        self.buttons["reset"].clicked.connect(explorer.reset)
        self.buttons["neighbours"].clicked.connect(self.neighbours_wanted)
        self.buttons["A"].clicked.connect(self._pin_a)
        self.buttons["B"].clicked.connect(self._pin_b)
        self.pins["A"].taken.connect(self._take_a)
        self.pins["B"].taken.connect(self._take_b)
        self.truncation.moved.connect(self._on_truncation)
        self.truncation.settled.connect(explorer.settle)
        self.truncation.wants_reset.connect(self._on_no_truncation)
        explorer.model_changed.connect(self._on_model)
        explorer.changed.connect(self.follow)
        explorer.mode_changed.connect(self.follow)
        explorer.history_changed.connect(self._follow_history)
        explorer.pins_changed.connect(self._follow_pins)
        self._follow_history()
        self._on_model()

    # ---- following -------------------------------------------------------------------------------------

    def _on_model(self) -> None:
        """Make pickers and knobs for what the model is told."""
        for widget in (*self.pickers.values(), *self.codes.values()):
            self._inputs.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self.pickers.clear()
        self.codes.clear()
        model, explorer = self._explorer.model, self._explorer
        self.setEnabled(model is not None)
        self.preview.clear()
        if model is None:
            return
        for name in model.choices:
            titles = [model.choice_title(name, number) for number in range(model.places[name].input.size)]
            picker = ChoicePicker(name, titles)
            picker.chosen.connect(self._on_chosen)
            picker.released.connect(explorer.release)
            picker.blended.connect(self._on_blended)
            picker.settled.connect(explorer.settle)
            self.pickers[name] = picker
            self._inputs.addWidget(picker)
        for name in model.codes:
            knob = CodeKnob(name, model.code_meaning(name))
            knob.moved.connect(explorer.set_value)
            knob.settled.connect(explorer.settle)
            knob.released.connect(explorer.release)
            self.codes[name] = knob
            self._inputs.addWidget(knob)
        self.truncation.setVisible(bool(model.latent))
        high = LARGEST_NORMAL if model.normal else 1.0
        self.truncation.set_range(truncation.LEAST, high)
        self.truncation.set_limits(truncation.LEAST, truncation.LARGEST if model.normal else 1.0)
        for name in ("random", "reset", "A", "B"):
            self.buttons[name].setEnabled(bool(model.latent))

    def follow(self) -> None:
        """Show what is set."""
        model, moment = self._explorer.model, self._explorer.moment
        if model is None:
            return
        for name, picker in self.pickers.items():
            blend = moment.blend if moment.blend is not None and moment.blend.name == name else None
            # Elsewhere than among samples everything is told what the current one is.
            own = name not in moment.fixed and self._explorer.mode in ("samples", "arithmetic")
            number = ANY if own else int(moment.values[name])
            picker.show_choice(number, blend.other if blend else None, blend.share if blend else 0.0)
        for name, knob in self.codes.items():
            knob.show_value(moment.values[name], fixed=name in moment.fixed)
        high = LARGEST_NORMAL if model.normal else 1.0
        held = moment.truncation is not None
        self.truncation.show_value(moment.truncation if moment.truncation is not None else high, changed=held)
        self.buttons["reset"].setEnabled(moment.edited)

    def _follow_history(self) -> None:
        self.tools["undo"].setEnabled(self._explorer.can_undo)
        self.tools["redo"].setEnabled(self._explorer.can_redo)

    def _follow_pins(self) -> None:
        for name, grid in self.pins.items():
            if name not in self._explorer.pins:
                grid.clear()
            grid.setEnabled(name in self._explorer.pins)

    def show_preview(self, picture: Pixels) -> None:
        """Show the current sample (height, width, channels)."""
        self.preview.set_pictures(picture[None], 1, 1)

    def show_pins(self, pictures: Pixels) -> None:
        """Show the pins' samples, in the order of their names."""
        for name, picture in zip(sorted(self._explorer.pins), pictures, strict=False):
            self.pins[name].set_pictures(picture[None], 1, 1)

    # ---- answering -------------------------------------------------------------------------------------

    def _on_chosen(self, name: str, number: int) -> None:
        self._explorer.settle()
        self._explorer.set_value(name, float(number))
        self._explorer.settle()

    def _on_blended(self, name: str, other: int, share: float) -> None:
        if other == ANY:
            self._explorer.set_value(name, self._explorer.moment.values[name])
        else:
            self._explorer.set_blend(name, other, share)

    def _on_truncation(self, threshold: float) -> None:
        high = LARGEST_NORMAL if self._explorer.model is not None and self._explorer.model.normal else 1.0
        off = threshold >= high - 1e-9 and self.truncation.slider.value() == self.truncation.slider.maximum()
        self._explorer.set_truncation(None if off else threshold)

    def _on_no_truncation(self) -> None:
        self._explorer.settle()
        self._explorer.set_truncation(None)

    def _pin_a(self) -> None:
        self._explorer.pin("A")

    def _pin_b(self) -> None:
        self._explorer.pin("B")

    def _take_a(self) -> None:
        self._explorer.take_latent(self._explorer.pins["A"])

    def _take_b(self) -> None:
        self._explorer.take_latent(self._explorer.pins["B"])

    def _restyle(self) -> None:
        scale, palette = theme.current().scale, theme.current().palette
        self.preview.setFixedSize(round(PREVIEW * scale), round(PREVIEW * scale))
        for grid in self.pins.values():
            grid.setFixedSize(round(PIN * scale), round(PIN * scale))
        for name, button in self.tools.items():
            button.setIcon(icons.icon(name, palette))
