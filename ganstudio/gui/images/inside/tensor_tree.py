"""Parameters as a tree with shapes, statistics and flags, and a histogram of the one that is looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QSizePolicy, QTreeWidget, QTreeWidgetItem, QWidget

from ganstudio.gui import theme
from ganstudio.gui.images.inside.layer_diagram import size_words
from ganstudio.gui.numbers import short
from ganstudio.image_messages import TensorTold

__all__ = ["FLAG", "Flags", "Histogram", "TensorTree", "numbers_words"]

FLAG, TYPE = 2, 7
"""The columns of what is wrong with a parameter and what it is for, and of what its numbers are."""
NAME_WIDTH, NOTE_WIDTH = 136, 122
"""Pixels that names have at least, and notes at most."""


@dataclass(frozen=True)
class Flags:
    """What is said of parameters beside their numbers.

    Attributes
    ----------
    fits
        What each stands for in another generator, by its name.
    over
        Names of those that belong to no layer.
    missing
        What would have to be there: (name, shape, name of what stands there with another shape, "" for nothing).
    """

    fits: Mapping[str, str] = field(default_factory=dict)
    over: frozenset[str] = frozenset()
    missing: Sequence[tuple[str, tuple[int, ...], str]] = ()


def numbers_words(one: TensorTold) -> str:
    """Return what is known of a parameter's numbers in a line."""
    if one.low is None or one.high is None or one.mean is None or one.deviation is None:
        return f"{one.kind}, no finite numbers"
    low, high, mean, deviation = (short(value, 3) for value in (one.low, one.high, one.mean, one.deviation))
    return f"{one.kind}, from {low} to {high}, mean {mean}, standard deviation {deviation}"


class TensorTree(QTreeWidget):
    """The parameters of a model or a file, grouped by the network that they belong to.

    Attributes
    ----------
    looked_at : Signal(str)
        The name of a parameter, "" for what is none.
    """

    looked_at = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tensors: tuple[TensorTold, ...] = ()
        self._flags = Flags()
        self.setAccessibleName(self.tr("Parameters"))
        self.setHeaderLabels(
            [
                self.tr("parameter"),
                self.tr("shape"),
                self.tr("note"),
                self.tr("min"),
                self.tr("max"),
                self.tr("mean"),
                self.tr("std"),
                self.tr("type"),
            ]
        )
        self.setUniformRowHeights(True)
        self.setIndentation(10)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.currentItemChanged.connect(self._on_current)
        theme.current().changed.connect(self._fill)

    def show_tensors(self, tensors: Sequence[TensorTold], flags: Flags) -> None:
        """Show parameters and what is said of them; the one that is looked at stays."""
        self._tensors, self._flags = tuple(tensors), flags
        self._fill()

    def clear(self) -> None:
        """Show nothing."""
        self._tensors, self._flags = (), Flags()
        super().clear()

    def _fill(self) -> None:
        before = self._name_of(self.currentItem())
        self.blockSignals(True)
        super().clear()
        groups: dict[str, QTreeWidgetItem] = {}
        items: dict[str, QTreeWidgetItem] = {}
        self._add_missing()
        for one in self._tensors:
            items[one.name] = self._row(one, groups)
        self.blockSignals(False)
        spoiled = next((one.name for one in self._tensors if one.not_numbers or one.infinite), "")
        if items:
            self.setCurrentItem(items.get(before) or items.get(spoiled) or next(iter(items.values())))
            if before not in items and not spoiled:  # otherwise it would be the second line that is on top
                self.scrollToTop()
        self._fit()

    def _row(self, one: TensorTold, groups: dict[str, QTreeWidgetItem]) -> QTreeWidgetItem:
        """Add a parameter to the group of its network."""
        above, leaf = _parts(one.name)
        if above and above not in groups:
            groups[above] = QTreeWidgetItem(self, [above])
            groups[above].setExpanded(True)
            groups[above].setFirstColumnSpanned(True)
        numbers = ["" if value is None else short(value, 3) for value in (one.low, one.high, one.mean, one.deviation)]
        note, role = self._note(one)
        row = [leaf, size_words(one.shape), note, *numbers, one.kind]
        item = QTreeWidgetItem(groups[above], row) if above else QTreeWidgetItem(self, row)
        item.setData(0, Qt.ItemDataRole.UserRole, one.name)
        for column in range(len(row)):
            item.setToolTip(column, one.name if column == 0 else note if column == FLAG else numbers_words(one))
        _colour(item, role)
        return item

    def _note(self, one: TensorTold) -> tuple[str, str]:
        """Return what is said of a parameter, and the colour's name for it."""
        wrong = [
            text.format(f"{count:,}")
            for count, text in ((one.not_numbers, self.tr("{0} NaN")), (one.infinite, self.tr("{0} infinite")))
            if count
        ]
        told = []
        if one.name in self._flags.fits:
            own = self._flags.fits[one.name]
            told = [self.tr("fits") if own == _parts(one.name)[1] else self.tr("fits {0}").format(own)]
        elif one.name in self._flags.over:
            told = [self.tr("left over")]
        role = "bad" if wrong else "warning" if one.name in self._flags.over else ""
        return ", ".join([*wrong, *told]), role

    def _add_missing(self) -> None:
        """Add what is not there, before all that is."""
        if not self._flags.missing:
            return
        shapes = {one.name: one.shape for one in self._tensors}
        group = QTreeWidgetItem(self, [self.tr("missing")])
        group.setExpanded(True)
        group.setFirstColumnSpanned(True)
        _colour(group, "bad")
        for name, shape, instead in self._flags.missing:
            note = hint = self.tr("missing")
            if instead in shapes:
                there = size_words(shapes[instead])
                note, hint = f"\N{NOT EQUAL TO} {there}", self.tr("{0} is there, {1}").format(instead, there)
            item = QTreeWidgetItem(group, [name, size_words(shape), note])
            for column in range(self.columnCount()):
                item.setToolTip(column, hint)
            _colour(item, "bad")

    # ---- looking at one --------------------------------------------------------------------------------

    def _on_current(self, item: QTreeWidgetItem | None) -> None:
        self.looked_at.emit(self._name_of(item))

    def _name_of(self, item: QTreeWidgetItem | None) -> str:
        return str(item.data(0, Qt.ItemDataRole.UserRole) or "") if item is not None else ""

    # ---- room ------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give names what the other columns leave."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Hide notes where there are none, and the type, which the line below the tree says too, where it is narrow."""
        scale = theme.current().scale
        noted = any(self._note(one)[0] for one in self._tensors) or bool(self._flags.missing)
        self.setColumnHidden(FLAG, not noted)
        self.setColumnHidden(TYPE, False)
        for column in range(1, self.columnCount()):
            self.resizeColumnToContents(column)
        self.setColumnWidth(FLAG, min(self.columnWidth(FLAG), round(NOTE_WIDTH * scale)))
        least = round(NAME_WIDTH * scale)
        room = self.viewport().width() - sum(map(self.columnWidth, range(1, self.columnCount())))
        if room < least:
            room += self.columnWidth(TYPE)
            self.setColumnHidden(TYPE, True)
        self.setColumnWidth(0, max(least, room))


class Histogram(QWidget):
    """Counts of a tensor's numbers as bars."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: NDArray[np.int64] = np.zeros(0, np.int64)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Histogram of the parameter's numbers"))
        theme.current().changed.connect(self.update)

    @property
    def counts(self) -> NDArray[np.int64]:
        """What is shown, (bins,)."""
        return self._counts

    def show_counts(self, counts: NDArray[np.int64]) -> None:
        """Show counts of bins of equal width."""
        self._counts = counts
        self.update()

    def sizeHint(self) -> QSize:
        """Return a low size."""
        return QSize(160, round(64 * theme.current().scale))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bars on a line."""
        palette = theme.current().palette
        painter = QPainter(self)
        most = int(self._counts.max()) if len(self._counts) else 0
        width = self.width() / max(1, len(self._counts))
        ground = self.height() - 1
        for place, count in enumerate(self._counts):
            height = int(count) * ground / max(1, most)
            bar = QRectF(place * width, ground - height, max(1.0, width - 1.0), height)
            painter.fillRect(bar, QColor(palette.accent))
        painter.fillRect(QRectF(0, ground, self.width(), 1), QColor(palette.border))
        painter.end()


def _parts(name: str) -> tuple[str, str]:
    """Return what stands above a layer, and the layer with its parameter: ("netG.main", "0.weight")."""
    pieces = name.split(".")
    return ".".join(pieces[:-2]), ".".join(pieces[-2:])


def _colour(item: QTreeWidgetItem, role: str) -> None:
    if role:
        for column in range(item.treeWidget().columnCount()):
            item.setForeground(column, QColor(getattr(theme.current().palette, role)))
