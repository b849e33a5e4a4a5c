"""The table of differences for Qt's views."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont

from ganstudio.gui import theme
from ganstudio.gui.differences.rows import Row

__all__ = ["DifferencesModel"]

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
Role = Qt.ItemDataRole


class DifferencesModel(QAbstractTableModel):
    """Settings under headings down, panes across; a heading is a row that cannot be chosen.

    Attributes
    ----------
    heads
        What the panes are called.
    rows
        Without headings.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.heads: list[str] = []
        self.rows: list[Row] = []
        self._lines: list[Row | str] = []
        self._selected = -1

    def show_rows(self, heads: list[str], rows: list[Row]) -> None:
        """Replace everything."""
        self.beginResetModel()
        self.heads, self.rows, self._lines = heads, rows, []
        section = ""
        for row in rows:
            if row.section != section:
                section = row.section
                self._lines.append(section)
            self._lines.append(row)
        self.endResetModel()

    def set_selected(self, pane: int) -> None:
        """Mark the head of the pane that is edited in the setup."""
        if pane != self._selected:
            self._selected = pane
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.heads))

    def headings(self) -> list[int]:
        """Return the rows that are headings."""
        return [number for number, line in enumerate(self._lines) if isinstance(line, str)]

    def row_at(self, number: int) -> Row | None:
        """Return the setting of a row, None for a heading."""
        line = self._lines[number] if 0 <= number < len(self._lines) else ""
        return line if isinstance(line, Row) else None

    def number_of(self, path: str) -> int | None:
        """Return the row of a setting."""
        found = (number for number, line in enumerate(self._lines) if isinstance(line, Row) and line.path == path)
        return next(found, None)

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """Return the number of settings and headings."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        """Return the number of panes and one."""
        return 0 if parent.isValid() else len(self.heads) + 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let settings be chosen, and headings not."""
        if self.row_at(index.row()) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return a text, its look, or what to say of it."""
        line = self._lines[index.row()]
        if isinstance(line, str):
            return self._heading(line, index.column(), role)
        column = index.column() - 1
        if role == Role.DisplayRole:
            return line.title if column < 0 else line.values[column]
        if role == Role.ForegroundRole:
            muted = column < 0 or not line.used[column]
            return QColor(theme.current().palette.muted) if muted else None
        if role == Role.ToolTipRole and column >= 0 and not line.used[column]:
            return self.tr("Means nothing in {0}").format(self.heads[column])
        if role == Role.AccessibleTextRole and column >= 0:
            return f"{line.title}, {self.heads[column]}: {line.values[column]}"
        return None

    def _heading(self, text: str, column: int, role: int) -> Any:
        if column:
            return None
        if role == Role.DisplayRole:
            return text
        if role == Role.FontRole:
            font = QFont()
            font.setWeight(QFont.Weight.DemiBold)
            return font
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """Return what columns are called, and which is the selected pane's."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Role.DisplayRole:
            return self.heads[section - 1] if section else self.tr("Setting")
        if role == Role.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if role == Role.ForegroundRole and section - 1 == self._selected:
            return QColor(theme.current().palette.text)
        return None
