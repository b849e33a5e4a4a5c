"""Ctrl+K: type what you want to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import shiboken6
from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from ganstudio.gui.widgets import Panel

__all__ = ["CommandPalette", "Entry"]

WIDTH = 520
ROWS = 9


@dataclass(frozen=True)
class Entry:
    """Something that can be done.

    Attributes
    ----------
    text
        What is typed and read.
    note
        Shown at the right: keys, or what kind of thing it is.
    run
        Does it.
    """

    text: str
    note: str
    run: Callable[[], object]


class EntryModel(QAbstractListModel):
    """The entries that match what was typed, best first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[Entry] = []
        self._matches: list[Entry] = []

    def set_entries(self, entries: list[Entry]) -> None:
        """Replace all entries."""
        self._entries = entries
        self.search("")

    def search(self, text: str) -> None:
        """Keep the entries that contain every word of a text, in their name or in their note."""
        words = text.lower().split()
        self.beginResetModel()
        self._matches = sorted(
            (entry for entry in self._entries if all(word in f"{entry.text} {entry.note}".lower() for word in words)),
            key=lambda entry: not entry.text.lower().startswith(text.lower()),
        )
        self.endResetModel()

    def entry(self, row: int) -> Entry | None:
        """Return the entry in a row."""
        return self._matches[row] if 0 <= row < len(self._matches) else None

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Return how many entries match."""
        return 0 if parent.isValid() else len(self._matches)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return an entry's text or note."""
        entry = self.entry(index.row())
        if entry is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.text
        return entry.note if role == Qt.ItemDataRole.UserRole else None


class EntryDelegate(QStyledItemDelegate):
    """Paints the note at the right of the text."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one row."""
        super().paint(painter, option, index)
        painter.save()
        painter.setPen(option.palette.placeholderText().color())
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(option.rect.adjusted(8, 0, -10, 0), flags, str(index.data(Qt.ItemDataRole.UserRole)))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return a comfortable row."""
        return super().sizeHint(option, index).expandedTo(QSize(0, option.fontMetrics.height() + 14))


class CommandPalette(Panel):
    """A field and a list over the window; Escape or a click elsewhere closes it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, role="message")
        self._field = QLineEdit()
        self._field.setPlaceholderText(self.tr("What do you want to do?"))
        self._field.setAccessibleName(self.tr("Command"))
        self._model = EntryModel(self)
        self._list = QListView()
        self._list.setModel(self._model)
        self._list.setItemDelegate(EntryDelegate(self._list))
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._before: QWidget | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self._field)
        layout.addWidget(self._list)
        self._field.textChanged.connect(self._search)
        self._field.returnPressed.connect(self._run_current)
        self._field.installEventFilter(self)
        self._list.clicked.connect(self._run)
        self.hide()

    def open_with(self, entries: list[Entry]) -> None:
        """Show the palette with these entries."""
        self._before = self.window().focusWidget()
        self._model.set_entries(entries)
        self._field.clear()
        self._search("")
        host = self.parentWidget()
        width = min(WIDTH, host.width() - 32)
        rows = self._list.sizeHintForRow(0) * ROWS + self._field.sizeHint().height() + 40
        self.setGeometry((host.width() - width) // 2, max(16, host.height() // 8), width, min(rows, host.height() - 32))
        self.show()
        self.raise_()
        self._field.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_palette(self) -> None:
        """Hide, and give the focus back."""
        if self.isHidden():
            return
        self.hide()
        if self._before is not None and shiboken6.isValid(self._before):
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        self._before = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move in the list with the arrow keys while typing; close with Escape."""
        if event.type() == QEvent.Type.FocusOut and not self.isHidden():
            self.close_palette()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            moves = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: ROWS, Qt.Key.Key_PageUp: -ROWS}
            if event.key() == Qt.Key.Key_Escape:
                self.close_palette()
                return True
            if move := moves.get(Qt.Key(event.key())):
                row = min(max(0, self._list.currentIndex().row() + move), self._model.rowCount() - 1)
                self._list.setCurrentIndex(self._model.index(row))
                return True
        return super().eventFilter(watched, event)

    def _search(self, text: str) -> None:
        self._model.search(text)
        self._list.setCurrentIndex(self._model.index(0))

    def _run_current(self) -> None:
        self._run(self._list.currentIndex())

    def _run(self, index: QModelIndex) -> None:
        entry = self._model.entry(index.row())
        self.close_palette()
        if entry is not None:
            entry.run()
