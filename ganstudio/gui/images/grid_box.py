"""How the grid is arranged: rows, columns, and what an exported sheet looks like."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QFrame, QVBoxLayout, QWidget

from ganstudio.gui.widgets import NumberField, label
from ganstudio.sheets.recipe import Arrangement

__all__ = ["MOST", "GridBox"]

MOST = 40
"""Rows or columns in the window; the command draws more."""


class GridBox(QFrame):
    """A small box that opens over a button.

    Attributes
    ----------
    changed : Signal()
        A person chose something else.
    """

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "panel")
        self.fill = QCheckBox(self.tr("Fill the panel"))
        self.fill.setChecked(True)
        self.fill.setToolTip(self.tr("As many rows and columns as make about 64 large pictures"))
        self.rows = NumberField(whole=True, low=1, high=MOST)
        self.columns = NumberField(whole=True, low=1, high=MOST)
        usual = Arrangement()
        self.padding = NumberField.of(Arrangement.model_fields["padding"])
        self.scale = NumberField.of(Arrangement.model_fields["scale"])
        self.padding.set_value(usual.padding)
        self.scale.set_value(usual.scale)
        self.rows.set_value(usual.rows)
        self.columns.set_value(usual.columns)
        form = QFormLayout()
        form.setSpacing(6)
        for title, field in (
            (self.tr("Rows"), self.rows),
            (self.tr("Columns"), self.columns),
            (self.tr("Padding"), self.padding),
            (self.tr("Scale"), self.scale),
        ):
            form.addRow(label(title, "muted"), field)
            field.line.setAccessibleName(title)
            field.setFixedWidth(110)
            field.edited.connect(self._on_edited)
        self.padding.setToolTip(self.tr("Space between the samples of an exported sheet, in its pixels"))
        self.scale.setToolTip(self.tr("In an exported sheet every pixel becomes a square of so many"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 12)
        layout.addWidget(self.fill)
        layout.addLayout(form)
        self.fill.toggled.connect(self._on_fill)
        self._on_fill()

    def open_above(self, widget: QWidget) -> None:
        """Open over a widget."""
        self.adjustSize()
        self.move(widget.mapToGlobal(QPoint(0, -self.sizeHint().height() - 6)))
        self.show()
        self.fill.setFocus()

    def show_shape(self, rows: int, columns: int) -> None:
        """Show how many rows and columns there are, where the panel decides."""
        if self.fill.isChecked():
            self.rows.set_value(rows)
            self.columns.set_value(columns)

    def set_shape(self, rows: int, columns: int) -> None:
        """Fix rows and columns."""
        self.fill.blockSignals(True)
        self.fill.setChecked(False)
        self.fill.blockSignals(False)
        self.rows.setEnabled(True)
        self.columns.setEnabled(True)
        self.rows.set_value(rows)
        self.columns.set_value(columns)

    def wanted(self) -> tuple[int, int] | None:
        """Return the fixed rows and columns, None where the panel decides."""
        return None if self.fill.isChecked() else (self.rows.value(), self.columns.value())

    def arrangement(self, rows: int, columns: int) -> Arrangement:
        """Return so many rows and columns with the chosen padding and scale."""
        return Arrangement(rows=rows, columns=columns, padding=self.padding.value(), scale=self.scale.value())

    def _on_fill(self) -> None:
        fixed = not self.fill.isChecked()
        self.rows.setEnabled(fixed)
        self.columns.setEnabled(fixed)
        self.changed.emit()

    def _on_edited(self) -> None:
        self.changed.emit()
