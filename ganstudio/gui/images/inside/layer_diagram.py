"""A generator's layers one below the other, each a box with what it does and the shape that it gives."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QWidget
from PySide6.QtWidgets import QStyleOptionViewItem as Option

from ganstudio.architecture import Architecture, Branches, Layer
from ganstudio.gui import theme

__all__ = ["LayerDiagram", "layer_words", "size_words"]

DETAIL = Qt.ItemDataRole.UserRole
GIVES = Qt.ItemDataRole.UserRole + 1
LEARNED = Qt.ItemDataRole.UserRole + 2
GAP, MARGIN = 10, 8
"""Pixels between two boxes, where the arrow is, and around a box's text."""

NAMES = {
    "relu": "ReLU",
    "leaky_relu": "leaky ReLU",
    "elu": "ELU",
    "selu": "SELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "group_norm": "group normalisation",
    "batch_norm": "batch normalisation",
}
TIMES, ARROW = "\N{MULTIPLICATION SIGN}", "\N{RIGHTWARDS ARROW}"

Index = QModelIndex | QPersistentModelIndex


def size_words(shape: tuple[int, ...]) -> str:
    """Return a shape as "64×7×7"; "1" of a single number."""
    return TIMES.join(map(str, shape)) or "1"


def layer_words(layer: Layer) -> tuple[str, str]:
    """Return what a layer is, and its sizes: "transposed convolution", "64 → 32, 4×4, stride 2, padding 1"."""
    if isinstance(layer, Branches):
        return f"branches, {layer.joined}", " | ".join(
            ", ".join(map(_in_short, row)) or "as it is" for row in layer.rows
        )
    told = layer.model_dump()
    kind = str(told.pop("kind"))
    if kind == "graph":
        return kind, str(told["program"])
    if kind == "activation":
        slope = f" {told['slope']:g}" if told["function"] == "leaky_relu" else ""
        return NAMES.get(told["function"], told["function"]) + slope, ""
    parts = []
    if "inputs" in told:
        parts.append(f"{told.pop('inputs')} {ARROW} {told.pop('outputs')}")
    if "kernel" in told:
        kernel = told.pop("kernel")
        parts.append(f"{kernel}{TIMES}{kernel}")
    for mode in ("mode", "border"):
        if mode in told:
            how_much = told.pop("factor", None) or told.pop("margin")
            parts.append(f"{how_much}{' times' if mode == 'mode' else ''}, {told.pop(mode)}")
    if kind == "reshape":
        told.clear()
    if told.pop("features", None) and told.get("epsilon") == 1e-5:
        told.pop("epsilon")
    bias, affine = told.pop("bias", True), told.pop("affine", True)
    parts += [f"{name.replace('_', ' ')} {value:g}" for name, value in told.items() if value]
    parts += [text for text, there in (("no bias", bias), ("without parameters", affine)) if not there]
    return NAMES.get(kind, kind.replace("_", " ")), ", ".join(parts)


def _in_short(layer: Layer) -> str:
    """Return a layer of a branch in a few words, "convolution 64 → 32"."""
    title, detail = layer_words(layer)
    sizes = detail.partition(",")[0]
    return f"{title} {sizes}" if ARROW in sizes else title


class LayerDiagram(QListWidget):
    """The diagram; arrow keys go from box to box, and each is read out whole."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Layers"))
        self.setItemDelegate(_Boxes(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setUniformItemSizes(False)
        theme.current().changed.connect(self._restyle)

    def show_architecture(self, architecture: Architecture | None) -> None:
        """Show the layers of a generator, nothing for None."""
        self.clear()
        if architecture is None:
            return
        shapes = architecture.shapes()
        given = ", ".join(f"{one.name or one.kind} {one.size}" for one in architecture.inputs)
        self._add(self.tr("input"), given, shapes[0], False)
        for layer, shape in zip(architecture.layers, shapes[1:], strict=True):
            self._add(*layer_words(layer), shape, bool(layer.parameters()))

    def _add(self, title: str, detail: str, shape: tuple[int, ...], learned: bool) -> None:
        item = QListWidgetItem(title, self)
        gives = size_words(shape)
        item.setData(DETAIL, detail)
        item.setData(GIVES, gives)
        item.setData(LEARNED, learned)
        whole = ", ".join(part for part in (title, detail) if part)
        text = self.tr("{0}; gives {1}").format(whole, gives)
        item.setToolTip(text)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, text)

    def _restyle(self) -> None:
        self.scheduleDelayedItemsLayout()
        self.viewport().update()


class _Boxes(QStyledItemDelegate):
    """Draws each layer as a box, with an arrow to the next one."""

    def sizeHint(self, option: Option, index: Index) -> QSize:
        """Return room for one line or two, and for the arrow."""
        lines = QFontMetrics(option.font).height()
        if index.data(DETAIL):
            lines += QFontMetrics(_small(option.font)).height() + 1
        return QSize(160, lines + MARGIN + GAP)

    def paint(self, painter: QPainter, option: Option, index: Index) -> None:
        """Draw one box."""
        palette = theme.current().palette
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QRectF(option.rect)
        box = whole.adjusted(2, 1, -4, -GAP)
        state = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        learned = bool(index.data(LEARNED))
        painter.setPen(QPen(QColor(palette.accent if chosen else palette.border), 1.6 if chosen else 1.2))
        painter.setBrush(QColor(palette.raised if learned else palette.panel))
        painter.drawRoundedRect(box, 6, 6)
        if index.row() + 1 < index.model().rowCount():
            _draw_arrow(painter, QPointF(box.center().x(), box.bottom()), QColor(palette.muted))
        inside = box.adjusted(MARGIN, MARGIN / 2, -MARGIN, -MARGIN / 2)
        font = QFont(option.font)
        small = _small(font)
        gives = str(index.data(GIVES))
        room = QFontMetrics(small).horizontalAdvance(gives)
        painter.setPen(QColor(palette.muted))
        painter.setFont(small)
        line = QRectF(inside.left(), inside.top(), inside.width(), QFontMetrics(font).height())
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, gives)
        if detail := str(index.data(DETAIL) or ""):
            below = QRectF(inside.left(), line.bottom() + 1, inside.width(), QFontMetrics(small).height())
            fitting = QFontMetrics(small).elidedText(detail, Qt.TextElideMode.ElideRight, int(inside.width()))
            painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, fitting)
        painter.setPen(QColor(palette.text if learned else palette.muted))
        painter.setFont(font)
        title = QFontMetrics(font).elidedText(
            str(index.data()), Qt.TextElideMode.ElideRight, int(inside.width() - room - MARGIN)
        )
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)
        painter.restore()


def _small(font: QFont) -> QFont:
    """Return a font for what is said in passing."""
    smaller = QFont(font)
    smaller.setPixelSize(max(9, round(QFontMetrics(font).height() * 0.68)))
    return smaller


def _draw_arrow(painter: QPainter, start: QPointF, colour: QColor) -> None:
    """Draw a short arrow downwards."""
    end = start + QPointF(0, GAP - 1)
    painter.setPen(QPen(colour, 1.2))
    painter.drawLine(start + QPointF(0, 1), end)
    painter.drawLine(end, end + QPointF(-3, -3))
    painter.drawLine(end, end + QPointF(3, -3))
