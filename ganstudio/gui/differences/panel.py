"""The panel under the panes that says in which settings they differ."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QSizePolicy,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ganstudio.gui import icons, theme
from ganstudio.gui.differences.model import DifferencesModel
from ganstudio.gui.differences.rows import Row, as_text, difference_rows
from ganstudio.gui.session import Session
from ganstudio.gui.widgets import Panel, label

__all__ = ["DifferencesPanel"]

MOST_ROWS = 9
"""Rows that are seen without scrolling: the panes need the room."""


class DifferencesTable(QTableView):
    """A table that copies itself as text, and leaves letters and Space to the window.

    Attributes
    ----------
    copied, left : Signal()
        Ctrl+C, and Escape.
    """

    copied = Signal()
    left = Signal()

    def __init__(self, model: DifferencesModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.verticalHeader().setVisible(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setHighlightSections(False)
        self.setAccessibleName(self.tr("Settings in which the panes differ"))
        model.modelReset.connect(self._span_headings)
        copy = QAction(self)
        copy.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copy.triggered.connect(self.copied)
        self.addAction(copy)
        theme.current().changed.connect(self._restyle)
        self._restyle()

    def _span_headings(self) -> None:
        model = self.model()
        assert isinstance(model, DifferencesModel)
        self.clearSpans()
        for row in model.headings():
            self.setSpan(row, 0, 1, model.columnCount())
        self.updateGeometry()

    def _restyle(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + round(6 * theme.current().scale))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the height of all rows, or of as many as may be seen at once."""
        shown = min(self.model().rowCount(), MOST_ROWS)
        rows = shown * self.verticalHeader().defaultSectionSize()
        return QSize(400, rows + self.horizontalHeader().sizeHint().height() + 12)

    def minimumSizeHint(self) -> QSize:
        """Return three rows."""
        return QSize(200, 4 * self.verticalHeader().defaultSectionSize())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with arrows, leave with Escape; what else is printed means something to the window."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.text().isprintable() and event.text():
            event.ignore()
        else:
            super().keyPressEvent(event)


class DifferencesPanel(Panel):
    """Every setting in which the panes' experiments differ, as they are now.

    Enter or a double click on a value selects its pane; Ctrl+C copies all as text.

    Attributes
    ----------
    closed : Signal()
        A person wants it gone.
    """

    closed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setObjectName("differences")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self._count = label("", "muted")
        self._nothing = label("", "muted")
        self._nothing.setWordWrap(True)
        self._model = DifferencesModel(self)
        self.table = DifferencesTable(self._model)
        self._copy = QPushButton(self.tr("Copy"))
        self._copy.setToolTip(self.tr("Copy the table as text (Ctrl+C)"))
        self._close = QToolButton()
        self._close.setToolTip(self.tr("Close the table of differences"))
        self._close.setAccessibleName(self._close.toolTip())
        self._lay_out()
        self.table.activated.connect(self._select)
        self.table.copied.connect(self.copy)
        self.table.left.connect(self.closed)
        self._copy.clicked.connect(self.copy)
        self._close.clicked.connect(self.closed)
        for signal in (session.panes_changed, session.experiments_changed, session.active_changed):
            signal.connect(self._follow)
        theme.current().changed.connect(self._restyle)
        self._restyle()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(label(self.tr("Differences"), "title"))
        head.addWidget(self._count)
        head.addStretch(1)
        head.addWidget(self._copy)
        head.addWidget(self._close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 10)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(self._nothing)
        layout.addWidget(self.table)

    def refresh(self) -> None:
        """Show the panes' experiments as they are."""
        panes = self._session.panes
        rows = difference_rows([pane.experiment for pane in panes])
        heads = [f"{number}  {pane.experiment.title}" for number, pane in enumerate(panes, start=1)]
        if (heads, rows) != (self._model.heads, self._model.rows):
            self._replace(heads, rows)
        self._model.set_selected(panes.index(self._session.active) if self._session.active in panes else -1)
        one = self.tr("There is one pane. Add another one (Ctrl+T) to compare.")
        same = self.tr("All panes run the same experiment.")
        self._nothing.setText(one if len(panes) == 1 else same)
        self._nothing.setVisible(not rows)
        self.table.setVisible(bool(rows))
        self._copy.setEnabled(bool(rows))
        words = self.tr("1 setting") if len(rows) == 1 else self.tr("{0} settings").format(len(rows))
        self._count.setText(words if rows else "")

    def copy(self) -> None:
        """Copy the whole table as text, columns between tabs."""
        if self._model.rows:
            QGuiApplication.clipboard().setText(as_text(self._model.heads, self._model.rows))

    def showEvent(self, event: QShowEvent) -> None:
        """Show what is true now; while hidden nothing was followed."""
        super().showEvent(event)
        self.refresh()

    def _replace(self, heads: list[str], rows: list[Row]) -> None:
        """Show other rows; the keyboard stays on the setting where it was."""
        current = self.table.currentIndex()
        row = self._model.row_at(current.row())
        self._model.show_rows(heads, rows)
        number = self._model.number_of(row.path) if row else None
        if number is None:
            number = self._model.number_of(rows[0].path) if rows else None
        if number is not None:
            column = min(max(1, current.column()), len(heads))
            self.table.setCurrentIndex(self._model.index(number, column))

    def _follow(self) -> None:
        if self.isVisible():
            self.refresh()

    def _select(self, index: QModelIndex) -> None:
        if index.column() >= 1:
            self._session.select(self._session.panes[index.column() - 1])

    def _restyle(self) -> None:
        self._close.setIcon(icons.icon("close", theme.current().palette, "muted"))
