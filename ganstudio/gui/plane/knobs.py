"""What a generator is told, as knobs beside the plane: classes and codes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QMouseEvent, QPainter, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSlider, QStyle, QToolButton, QVBoxLayout, QWidget

from ganstudio.experiment import Experiment
from ganstudio.gui import icons, theme
from ganstudio.gui.plane.items import SHAPES, draw_dot
from ganstudio.gui.widgets import ChoiceField, FlowLayout, NumberField, label
from ganstudio.messages import Knobs
from ganstudio.palette import group_colours

__all__ = ["CodeKnob", "KnobPanel", "Readback"]

STRIDE = 0.05
"""What an arrow key changes."""
TICKS = 100
"""Positions of a slider on each side of 0."""
LENGTHS = (96, 68)
"""Pixels: how long a slider likes to be, and where there is little room."""
MEMORY = 100.0
"""Iterations after which a value counts 1/e in what is said of how well codes are read."""


class CodeField(NumberField):
    """A number from -1 to 1, or "free"."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(low=-1.0, high=1.0, parent=parent)
        self.set_value(None)

    def _write(self, value: Any) -> str:
        return self.tr("free") if value is None else super()._write(value)

    def _parse(self, text: str) -> Any:
        return None if text.strip().casefold() in ("", self.tr("free")) else super()._parse(text)

    def _step(self, count: int) -> None:
        if self._value is None:
            self._take(0.0)
        super()._step(count)

    def _stride(self, number: float, direction: int) -> float:
        return STRIDE


class CodeSlider(QSlider):
    """A slider whose handle comes to where it is pressed.

    Attributes
    ----------
    freed : Signal()
        It was double-clicked.
    """

    freed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setRange(-TICKS, TICKS)
        self.setPageStep(TICKS // 4)
        self.setSingleStep(round(STRIDE * TICKS))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setProperty("free", True)

        self._length = LENGTHS[0]

    def set_length(self, length: int) -> None:
        """Choose how long it likes to be, in pixels."""
        self._length = length
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return room for an inch or so."""
        return QSize(self._length, super().sizeHint().height())

    def set_free(self, free: bool) -> None:
        """Look as if it decided nothing, or not."""
        if bool(self.property("free")) != free:
            self.setProperty("free", free)
            theme.repolish(self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Bring the handle to the mouse, which then drags it."""
        if event.button() == Qt.MouseButton.LeftButton:
            handle = round(12 * theme.current().scale) + 2
            place = round(event.position().x()) - handle // 2
            value = QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), place, self.width() - handle)
            self.setValue(value)
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Say so."""
        self.freed.emit()
        event.accept()


class CodeKnob(QWidget):
    """One continuous code: a name, a slider, its value, and a button that leaves it free.

    Attributes
    ----------
    turned : Signal()
        A person gave another value.
    """

    turned = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.value: float | None = None
        tooltip = self.tr(
            "Code {0} of every generated sample, from \N{MINUS SIGN}1 to 1. Free: each sample keeps the value that it "
            "was drawn with. A double click frees it."
        ).format(name)
        self.slider = CodeSlider()
        self.field = CodeField()
        self.free = QToolButton()
        for widget in (self.slider, self.field.line):
            widget.setToolTip(f"<qt>{tooltip}</qt>")
            widget.setAccessibleName(self.tr("Code {0}").format(name))
        self.free.setToolTip(self.tr("Leave {0} free").format(name))
        self.free.setAccessibleName(self.free.toolTip())
        self.free.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self.caption = label(name, "small")
        row.addWidget(self.caption)
        row.addWidget(self.slider, 1)
        row.addWidget(self.field)
        row.addWidget(self.free)
        self.slider.valueChanged.connect(self._on_slider)
        self.slider.freed.connect(self._on_free)
        self.field.edited.connect(self._on_field)
        self.free.clicked.connect(self._on_free)
        theme.current().changed.connect(self._restyle)
        self._restyle()
        self.set_value(None)

    def set_value(self, value: float | None) -> None:
        """Show a value, None for free, without a signal."""
        self.value = value
        self.slider.blockSignals(True)
        self.slider.setValue(round((value or 0.0) * TICKS))
        self.slider.blockSignals(False)
        self.slider.set_free(value is None)
        self.field.set_value(value)
        self.free.setEnabled(value is not None)

    def _take(self, value: float | None) -> None:
        if value != self.value:
            self.set_value(value)
            self.turned.emit()

    def _on_slider(self, position: int) -> None:
        self._take(position / TICKS)

    def _on_field(self, value: float | None) -> None:
        self._take(value)

    def _on_free(self) -> None:
        self._take(None)

    def _restyle(self) -> None:
        self.field.setFixedWidth(round(60 * theme.current().scale))
        self.free.setIcon(icons.icon("reset", theme.current().palette, "muted"))


class Readback:
    """How well codes and classes are read back of late: averages of what a run reports."""

    def __init__(self) -> None:
        self._means: dict[str, float] = {}

    def clear(self) -> None:
        """Forget everything (a new run)."""
        self._means = {}

    def add(self, terms: Mapping[str, ArrayLike]) -> None:
        """Take a block of iterations: name -> (n,)."""
        for name, values in terms.items():
            known = np.asarray(values, dtype=float)
            known = known[np.isfinite(known)]
            if not known.size or not (name == "mutual information" or name in _SHARES or name.endswith(" read")):
                continue
            keep = math.exp(-known.size / MEMORY) if name in self._means else 0.0
            self._means[name] = keep * self._means.get(name, 0.0) + (1.0 - keep) * float(known.mean())

    def text(self, experiment: Experiment) -> str:
        """Return it in words with units, "" before there is something."""
        parts = []
        for name, value in self._means.items():
            if name == "mutual information":
                most = experiment.additions.information.most
                parts.append(f"I(c; x) \N{GREATER-THAN OR EQUAL TO} {_signed(value)} nats (Q can show {_signed(most)})")
            elif name == "category read":
                parts.append(f"category read right {value:.0%}")
            elif name in _SHARES:
                parts.append(f"class read right {value:.0%}")
            else:
                parts.append(f"{name.removesuffix(' read')} correlation {_signed(value)}")
        return " \N{MIDDLE DOT} ".join(part.replace("%", "\N{NARROW NO-BREAK SPACE}%") for part in parts)


_SHARES = ("class accuracy",)


class KnobPanel(QWidget):
    """Choosers of class and category, a knob for each continuous code, and how well they are read back.

    Attributes
    ----------
    turned : Signal(object)
        `Knobs` that a person wants from now on.
    """

    turned = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._experiment: Experiment | None = None
        self._shape: tuple[int, int, int] = (0, 0, 0)
        self._read = Readback()
        self.label_choice: ChoiceField | None = None
        self.category_choice: ChoiceField | None = None
        self.codes: list[CodeKnob] = []
        self.which: ChoiceField | None = None
        self._box = QWidget()
        self._flow = FlowLayout(self._box, spacing=10)
        self.words = label("", "small")
        self.words.setWordWrap(True)
        policy = self.words.sizePolicy()
        policy.setHorizontalPolicy(QSizePolicy.Policy.Ignored)
        self.words.setSizePolicy(policy)
        self.words.setVisible(False)
        self._single = self._silent = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self._box)
        layout.addWidget(self.words)
        self.setAccessibleName(self.tr("What the generator is told"))
        self.setVisible(False)
        theme.current().changed.connect(self._restyle)

    @property
    def knobs(self) -> Knobs:
        """What is set."""
        choices = (None if choice is None else choice.value() for choice in (self.label_choice, self.category_choice))
        label_, category = choices
        return Knobs(label_, category, tuple(knob.value for knob in self.codes))

    def show_experiment(self, experiment: Experiment, knobs: Knobs) -> None:
        """Show the knobs that a new run has, set as they were where it has the same."""
        self._experiment = experiment
        self._read.clear()
        self._write()
        additions, codes = experiment.additions, experiment.additions.information
        told = additions.conditional.on or additions.classifier.on
        shape = (
            experiment.data.classes() if told else 0,
            codes.categories if codes.on else 0,
            codes.continuous if codes.on else 0,
        )
        if shape != self._shape:
            self._rebuild(shape)
            knobs = Knobs()
        self._set(knobs)
        self.setVisible(any(shape))
        words = self.tr(
            "L_I is a lower bound of the mutual information of codes and samples. All codes together have {0} nats; "
            "with Q's fixed deviation of 1 for continuous codes the bound cannot exceed {1}."
        )
        if codes.on:
            entropy = (math.log(codes.categories) if codes.categories else 0.0) + codes.continuous * math.log(2.0)
            self.words.setToolTip(f"<qt>{words.format(_signed(entropy), _signed(codes.most))}</qt>")
        else:
            self.words.setToolTip(self.tr("Share of generated samples whose class the critic names right"))

    def add(self, terms: Mapping[str, ArrayLike]) -> None:
        """Take a block of what the run reports, and say how well codes are read."""
        self._read.add(terms)
        self._write()

    def set_compact(self, *, single: bool, silent: bool) -> None:
        """Show one code at a time, and no words (which are in a tooltip then), where there is little room."""
        if (single, silent) != (self._single, self._silent):
            self._single, self._silent = single, silent
            self._show_codes()
            self._write()

    # ---- inside --------------------------------------------------------------------------------------

    def _write(self) -> None:
        text = self._read.text(self._experiment) if self._experiment else ""
        self.words.setText(text)
        self.words.setVisible(bool(text) and not self._silent)
        self.setToolTip(text if self._silent else "")

    def _set(self, knobs: Knobs) -> None:
        for choice, value in ((self.label_choice, knobs.label), (self.category_choice, knobs.category)):
            if choice is not None:
                choice.set_value(value)
        for index, knob in enumerate(self.codes):
            knob.set_value(knobs.continuous[index] if index < len(knobs.continuous) else None)

    def _rebuild(self, shape: tuple[int, int, int]) -> None:
        while (item := self._flow.takeAt(0)) is not None:
            item.widget().hide()
            item.widget().deleteLater()
        self._shape = shape
        classes, categories, continuous = shape
        self.label_choice = self._choice(self.tr("Class"), classes) if classes else None
        self.category_choice = self._choice(self.tr("Category"), categories) if categories else None
        self.codes = [CodeKnob(f"c{index + 1}") for index in range(continuous)]
        self.which = None
        if continuous > 1:
            self.which = ChoiceField()
            for index in range(continuous):
                self.which.addItem(f"c{index + 1}", index)
            self.which.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            self.which.setToolTip(self.tr("The code that the slider turns; the others stay as they are"))
            self.which.setAccessibleName(self.tr("Code"))
            self.which.edited.connect(self._show_codes)
            self._flow.addWidget(self.which)
        for knob in self.codes:
            knob.turned.connect(self._on_turned)
            self._flow.addWidget(knob)
        self._show_codes()
        self._restyle()

    def _show_codes(self) -> None:
        """Show all codes, or where there is little room the chosen one."""
        single = self._single and self.which is not None
        if self.which is not None:
            self.which.setVisible(single)
        for index, knob in enumerate(self.codes):
            knob.setVisible(not single or index == self.which.value())
            knob.caption.setVisible(not single)
            knob.slider.set_length(LENGTHS[1] if self._single else LENGTHS[0])

    def _choice(self, title: str, count: int) -> ChoiceField:
        """Return a list of "all" and 1 to `count` with a title before it."""
        choice = ChoiceField()
        choice.setToolTip(self.tr("{0} that all generated samples are asked for; colours are theirs.").format(title))
        choice.setAccessibleName(title)
        choice.addItem(self.tr("all"), None)
        for index in range(count):
            choice.addItem(str(index + 1), index)
        choice.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        choice.edited.connect(self._on_turned)
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(label(title, "small"))
        row.addWidget(choice)
        self._flow.addWidget(box)
        return choice

    def _on_turned(self) -> None:
        self.turned.emit(self.knobs)

    def _restyle(self) -> None:
        """Suit the text's size, and draw beside each choice how its samples are drawn."""
        coloured = self.category_choice or self.label_choice
        for choice in (self.label_choice, self.category_choice):
            if choice is not None:
                choice.setFixedWidth(round(88 * theme.current().scale))
        if self.which is not None:
            self.which.setFixedWidth(round(58 * theme.current().scale))
        if coloured is None:
            return
        for index in range(coloured.count() - 1):
            coloured.setItemIcon(index + 1, _swatch(index))


def _swatch(group: int) -> QIcon:
    """Return a dot as samples of a group are drawn."""
    colours = group_colours(theme.current().palette)
    image = QPixmap(32, 32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours[group % len(colours)]))
    draw_dot(painter, image.rect().toRectF().center(), 11, group // len(colours) % SHAPES)
    painter.end()
    return QIcon(image)


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "\N{MINUS SIGN}")
