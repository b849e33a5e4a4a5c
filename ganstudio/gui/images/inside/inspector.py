"""The Inspector page: parameters with statistics, the layers one by one, and what the model says of itself."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHeaderView,
    QPlainTextEdit,
    QSizePolicy,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ganstudio.architecture import Branches, Layer
from ganstudio.gui import theme
from ganstudio.gui.images.inside.asking import Asking, numbers
from ganstudio.gui.images.opened import OpenedModel
from ganstudio.gui.images.session import ImageSession
from ganstudio.gui.numbers import short
from ganstudio.gui.widgets import ElidedLabel, Refusal
from ganstudio.image_messages import Inspect, Inspected, TensorTold

__all__ = ["InspectorPage", "described"]


def described(layer: Layer) -> str:
    """Return a layer in a line: "transposed convolution 64 to 32, kernel 4, stride 2, padding 1"."""
    if isinstance(layer, Branches):
        rows = ["; ".join(map(described, row)) or "as it is" for row in layer.rows]
        return f"branches {layer.joined}: {' | '.join(rows)}"
    told = layer.model_dump()
    kind = told.pop("kind").replace("_", " ")
    if kind == "graph":
        return f"graph: {told['program']}"
    if kind == "activation":
        slope = f" {told['slope']:g}" if told["function"] == "leaky_relu" else ""
        return str(told["function"]).replace("_", " ") + slope
    size = f" {told.pop('inputs')} to {told.pop('outputs')}" if "inputs" in told else ""
    bias = "" if told.pop("bias", True) else ", no bias"
    rest = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in told.items() if value and value is not True)
    return f"{kind}{size}{', ' if size and rest else ' '}{rest}{bias}".strip()


class Histogram(QWidget):
    """Counts of a tensor's numbers as bars."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: NDArray[np.int64] = np.zeros(0, np.int64)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Histogram of the parameter's numbers"))
        theme.current().changed.connect(self.update)

    def show_counts(self, counts: NDArray[np.int64]) -> None:
        """Show counts of bins of equal width."""
        self._counts = counts
        self.update()

    def sizeHint(self) -> QSize:
        """Return a low size."""
        return QSize(160, round(64 * theme.current().scale))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bars."""
        painter = QPainter(self)
        most = int(self._counts.max()) if len(self._counts) else 0
        width = self.width() / max(1, len(self._counts))
        for place, count in enumerate(self._counts):
            height = int(count) * self.height() / max(1, most)
            bar = QRectF(place * width, self.height() - height, max(1.0, width - 1.0), height)
            painter.fillRect(bar, QColor(theme.current().palette.accent))
        painter.end()


class InspectorPage(QWidget):
    """What is in a model's file."""

    def __init__(self, session: ImageSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: OpenedModel | None = None
        self._told: dict[str, TensorTold] = {}
        self.asking = Asking(session, self)
        self.asking.answered.connect(self._on_answer)
        self.refusal = Refusal()
        self.asking.failed.connect(self.refusal.say)
        self.tensors = QTreeWidget()
        self.tensors.setAccessibleName(self.tr("Parameters"))
        self.tensors.setHeaderLabels(
            [
                self.tr("parameter"),
                self.tr("shape"),
                self.tr("type"),
                self.tr("min"),
                self.tr("max"),
                self.tr("mean"),
                self.tr("deviation"),
                self.tr("wrong"),
            ]
        )
        self.tensors.setUniformRowHeights(True)
        self.tensors.currentItemChanged.connect(self._on_current)
        self.layers = QTreeWidget()
        self.layers.setAccessibleName(self.tr("Layers"))
        self.layers.setHeaderLabels([self.tr("layer"), self.tr("gives")])
        self.layers.setRootIsDecorated(False)
        self.about = QPlainTextEdit()
        self.about.setReadOnly(True)
        self.about.setTabChangesFocus(True)
        self.about.setAccessibleName(self.tr("What the model says of itself"))
        self.name = ElidedLabel("", "muted")
        self.histogram = Histogram()
        below = QWidget()
        left = QVBoxLayout(below)
        left.setContentsMargins(0, 0, 0, 0)
        left.addWidget(self.tensors, 1)
        left.addWidget(self.name)
        left.addWidget(self.histogram)
        right = QSplitter(Qt.Orientation.Vertical)
        right.addWidget(self.layers)
        right.addWidget(self.about)
        halves = QSplitter()
        halves.addWidget(below)
        halves.addWidget(right)
        halves.setStretchFactor(0, 3)
        halves.setStretchFactor(1, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.refusal)
        layout.addWidget(halves, 1)

    def set_model(self, model: OpenedModel | None) -> None:
        """Ask for what is in a model."""
        if model is self._model:
            return
        self._model = model
        self._told = {}
        for tree in (self.tensors, self.layers):
            tree.clear()
        self.refusal.say("")
        self.histogram.show_counts(np.zeros(0, np.int64))
        self.name.setText("")
        self.about.setPlainText("" if model is None else self._card(model, ()))
        if model is None:
            return
        shapes = model.architecture.shapes()
        self.layers.addTopLevelItem(QTreeWidgetItem([self.tr("input"), _size(shapes[0])]))
        for layer, shape in zip(model.architecture.layers, shapes[1:], strict=True):
            item = QTreeWidgetItem([described(layer), _size(shape)])
            item.setToolTip(0, item.text(0))
            self.layers.addTopLevelItem(item)
        self.layers.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.layers.header().setStretchLastSection(False)
        self.asking.ask(Inspect(model.key, next(numbers)))

    def _card(self, model: OpenedModel, over: tuple[str, ...]) -> str:
        lines = [model.name]
        for name, value in model.card.model_dump(mode="json", exclude_defaults=True).items():
            if isinstance(value, dict):
                value = ", ".join(f"{key} {part}" for key, part in value.items())  # noqa: PLW2901
            lines.append(f"{name.replace('_', ' ')}: {value}")
        lines += [self.tr("It {0}.").format(note) for note in model.notes]
        if model.questions and not model.architecture.opaque:
            lines.append(self.tr("Left over: {0}").format(", ".join(over) or self.tr("nothing")))
        return "\n".join(lines)

    def _on_answer(self, message: object) -> None:
        if not isinstance(message, Inspected) or self._model is None:
            return
        self._told = {one.name: one for one in message.tensors}
        groups: dict[str, QTreeWidgetItem] = {}
        bad = QColor(theme.current().palette.bad)
        for one in message.tensors:
            network, _, rest = one.name.partition(".")
            if network not in groups:
                groups[network] = QTreeWidgetItem(self.tensors, [network])
                groups[network].setExpanded(True)
            said = ["" if value is None else short(value, 3) for value in (one.low, one.high, one.mean, one.deviation)]
            wrong = [
                text.format(count)
                for count, text in ((one.not_numbers, self.tr("{0} NaN")), (one.infinite, self.tr("{0} infinite")))
                if count
            ]
            row = [rest, _size(one.shape), one.kind, *said, ", ".join(wrong)]
            item = QTreeWidgetItem(groups[network], row)
            item.setData(0, Qt.ItemDataRole.UserRole, one.name)
            if wrong:
                for column in range(len(row)):
                    item.setForeground(column, bad)
        for column in range(self.tensors.columnCount()):
            self.tensors.resizeColumnToContents(column)
        self.about.setPlainText(self._card(self._model, message.over))

    def _on_current(self, item: QTreeWidgetItem | None) -> None:
        one = self._told.get(item.data(0, Qt.ItemDataRole.UserRole) or "") if item is not None else None
        self.histogram.show_counts(one.counts if one is not None else np.zeros(0, np.int64))
        if one is None or one.low is None or one.high is None:
            self.name.setText("")
        else:
            text = self.tr("{0}: from {1} to {2}")
            self.name.setText(text.format(one.name, short(one.low, 3), short(one.high, 3)))


def _size(shape: tuple[int, ...]) -> str:
    return " \N{MULTIPLICATION SIGN} ".join(map(str, shape))
