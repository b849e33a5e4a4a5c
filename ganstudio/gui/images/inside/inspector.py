"""The Inspector page: parameters with statistics, the layers one by one, and what the model says of itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QSplitter, QVBoxLayout, QWidget

from ganstudio.architecture import Architecture
from ganstudio.checkpoints.foreign.comparing import compared
from ganstudio.gui import theme
from ganstudio.gui.images.inside.against import Against
from ganstudio.gui.images.inside.asking import Asking, numbers
from ganstudio.gui.images.inside.layer_diagram import LayerDiagram
from ganstudio.gui.images.inside.tensor_tree import Flags, Histogram, TensorTree, numbers_words
from ganstudio.gui.images.opened import OpenedModel
from ganstudio.gui.images.session import ImageSession
from ganstudio.gui.widgets import ElidedLabel, Refusal
from ganstudio.image_messages import Inspect, Inspected, NotInspected, TensorTold

__all__ = ["InspectorPage"]

GENERATOR = "generator."
LAYERS_WIDTH, NARROW_LAYERS = 264, 180
OF_A_FILE = "inspected file"
"""The name under which an engine is asked for what is in a file that is no model."""


class InspectorPage(QWidget):
    """What is in a model's file, or in one that is no model.

    Attributes
    ----------
    closed : Signal()
        The file that was looked into is put aside, and there is no model to go back to.
    """

    closed = Signal()

    def __init__(self, session: ImageSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: OpenedModel | None = None
        self._path = ""
        self._narrow = False
        self._told: dict[str, TensorTold] = {}
        self._message: Inspected | None = None
        self.asking = Asking(session, self)
        self.asking.answered.connect(self._on_answer)
        self.refusal = Refusal()
        self.asking.failed.connect(self.refusal.say)
        self.against = Against(session)
        self.against.changed.connect(self._compare)
        self.file_name = ElidedLabel("", "title")
        self.back = QPushButton()
        self.back.clicked.connect(self._on_back)
        self.tensors = TensorTree()
        self.tensors.looked_at.connect(self._on_looked_at)
        self.layers = LayerDiagram()
        self.about = QPlainTextEdit()
        self.about.setReadOnly(True)
        self.about.setTabChangesFocus(True)
        self.about.setAccessibleName(self.tr("What the model says of itself"))
        self.name = ElidedLabel("", "muted")
        self.histogram = Histogram()
        self._lay_out()
        theme.current().changed.connect(self._restyle)
        self._follow()

    def _lay_out(self) -> None:
        self._file_bar = QWidget()
        bar = QHBoxLayout(self._file_bar)
        bar.setContentsMargins(0, 0, 0, 0)
        bar.addWidget(self.file_name, 1)
        bar.addWidget(self.back)
        side = QWidget()
        left = QVBoxLayout(side)
        left.setContentsMargins(0, 0, 0, 0)
        left.addWidget(self.tensors, 1)
        left.addWidget(self.name)
        left.addWidget(self.histogram)
        right = QSplitter(Qt.Orientation.Vertical)
        right.addWidget(self.layers)
        right.addWidget(self.about)
        right.setStretchFactor(0, 3)
        right.setStretchFactor(1, 2)
        self._halves = QSplitter()
        self._halves.addWidget(side)
        self._halves.addWidget(right)
        self._halves.setStretchFactor(0, 1)
        self._halves.setStretchFactor(1, 0)
        self._halves.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._file_bar)
        layout.addWidget(self.refusal)
        layout.addWidget(self.against)
        layout.addWidget(self._halves, 1)
        self._restyle()

    # ---- what is looked at -----------------------------------------------------------------------------

    @property
    def path(self) -> str:
        """The file that is looked into in place of the model, "" if there is none."""
        return self._path

    def set_model(self, model: OpenedModel | None) -> None:
        """Ask for what is in a model."""
        if model is self._model:
            return
        self._model, self._path = model, ""
        self._begin(model.architecture if model is not None else None)
        self.about.setPlainText("" if model is None else self._card(model))
        if model is not None:
            self.asking.ask(Inspect(model.key, next(numbers)))

    def look_into(self, path: str) -> None:
        """Ask for what is in a file that is no model."""
        self._path = path
        self._begin(None)
        self.file_name.setText(Path(path).name)
        self.about.setPlainText(self.tr("{0} is being read\N{HORIZONTAL ELLIPSIS}").format(path))
        self.asking.ask(Inspect(OF_A_FILE, next(numbers), path))

    def _begin(self, architecture: Architecture | None) -> None:
        """Show nothing of what was looked at before."""
        self._told, self._message = {}, None
        self.tensors.clear()
        self.layers.show_architecture(architecture)
        self.refusal.say("")
        self._on_looked_at("")
        self.against.suit(self._model.key if self._model is not None and not self._path else "", architecture)
        self._follow()

    def _follow(self) -> None:
        self._file_bar.setVisible(bool(self._path))
        name = self._model.name if self._model is not None else ""
        self.back.setText(self.tr("Back to {0}").format(name) if name else self.tr("Close"))

    def _on_back(self) -> None:
        model, self._model = self._model, None
        self._path = ""
        if model is None:
            self._begin(None)
            self.about.setPlainText("")
            self.closed.emit()
        self.set_model(model)

    # ---- what the engine says --------------------------------------------------------------------------

    def _on_answer(self, message: object) -> None:
        if isinstance(message, NotInspected):
            self.refusal.say(message.message)
            self.about.setPlainText("")
        if not isinstance(message, Inspected):
            return
        self._message = message
        self._told = {one.name: one for one in message.tensors}
        if self._path:
            found = message.architecture
            architecture = Architecture.model_validate(found, strict=False) if found is not None else None
            self.layers.show_architecture(architecture)
            self.against.suit("", architecture)
            self.refusal.say(message.problem and self.tr("This is no model: {0}").format(message.problem))
            self.about.setPlainText(self._file_words(message))
        self._compare()

    def _file_words(self, message: Inspected) -> str:
        stored = [one for one in message.tensors if one.kind != "computed"]
        count = sum(int(np.prod(one.shape)) for one in stored)
        spoiled = sum(one.not_numbers + one.infinite > 0 for one in stored)
        lines = [
            self._path,
            message.kind,
            self.tr("{0} tensors with {1} numbers").format(f"{len(stored):,}", f"{count:,}"),
            self.tr("{0} of them have values that are not finite").format(spoiled) if spoiled else "",
        ]
        return "\n".join(filter(None, lines))

    def _card(self, model: OpenedModel) -> str:
        lines = [model.name]
        for name, value in model.card.model_dump(mode="json", exclude_defaults=True).items():
            if isinstance(value, dict):
                value = ", ".join(f"{key} {part}" for key, part in value.items())  # noqa: PLW2901
            lines.append(f"{name.replace('_', ' ')}: {value}")
        lines += [self.tr("It {0}.").format(note) for note in model.notes]
        return "\n".join(lines)

    # ---- what fits -------------------------------------------------------------------------------------

    def _compare(self) -> None:
        """Show the parameters, flagged against what is chosen."""
        message = self._message
        if message is None:
            self.against.result.setText("")
            return
        architecture = self.against.architecture if self.against.isEnabled() else None
        if architecture is None:
            self.tensors.show_tensors(message.tensors, Flags(over=frozenset(message.over)))
            self.against.result.setText(self._own_words(message))
            return
        ours = () if message.kind else tuple(name for name in self._told if name.startswith(GENERATOR))
        match = compared(architecture, self._told, message.part or ours)
        shapes = architecture.tensors()
        missing = [(name, shapes[name], match.instead.get(name, "")) for name in match.missing]
        fits = {theirs: own for own, theirs in match.sources.items()}
        self.tensors.show_tensors(message.tensors, Flags(fits, frozenset(match.over), missing))
        text = self.tr("{0} fit, {1} missing, {2} left over")
        self.against.result.setText(text.format(len(fits), len(missing), len(match.over)))

    def _own_words(self, message: Inspected) -> str:
        """Return how a file goes with the layers that were found in it."""
        if self._model is not None and self._model.architecture.opaque and not self._path:
            return self.tr("A graph of operators: its tensors belong to no layers.")
        if not message.kind:
            return self.tr("A model of GAN Studio: nothing is missing or left over.")
        if message.architecture is None:
            return self.tr("No generator was found in it; choose layers that it may have.")
        over = self.tr("left over: {0}").format(", ".join(message.over)) if message.over else ""
        return self.tr("The layers were worked out from shapes; {0}.").format(over or self.tr("nothing is left over"))

    def _on_looked_at(self, name: str) -> None:
        one = self._told.get(name)
        self.histogram.show_counts(one.counts if one is not None else np.zeros(0, np.int64))
        self.name.setText("" if one is None else f"{one.name}: {numbers_words(one)}")

    def set_narrow(self, narrow: bool) -> None:
        """Leave the layers less room in a small window."""
        if narrow != self._narrow:
            self._narrow = narrow
            self._restyle()

    def _restyle(self) -> None:
        scale = theme.current().scale
        width = round((NARROW_LAYERS if self._narrow else LAYERS_WIDTH) * scale)
        self._halves.widget(1).setMinimumWidth(round(NARROW_LAYERS * scale))
        self._halves.setSizes([max(1, self._halves.width() - width - self._halves.handleWidth()), width])
