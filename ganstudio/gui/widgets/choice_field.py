"""A field for one of several words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QListView,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

__all__ = ["ChoiceField"]


class ChoiceField(QComboBox):
    """A list of choices that the mouse wheel changes only while it has the focus.

    Parameters
    ----------
    choices
        Value -> text.

    Attributes
    ----------
    edited : Signal(object)
        The value that a person chose; not emitted by `set_value`.
    """

    edited = Signal(object)

    def __init__(self, choices: Mapping[str, str] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setView(QListView(self))  # Fusion's own popup ignores the style sheet's items
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMaxVisibleItems(16)
        self.set_choices(choices or {})
        self.activated.connect(self._on_activated)

    def set_choices(self, choices: Mapping[str, str]) -> None:
        """Replace the choices, without a signal."""
        self.clear()
        for value, text in choices.items():
            self.addItem(text, value)
        self._shown = self.currentData()

    def value(self) -> Any:
        """Return the chosen value."""
        return self.currentData()

    def set_value(self, value: Any) -> None:
        """Choose without a signal; an unknown value shows nothing."""
        self.setCurrentIndex(self.findData(value))
        self._shown = value

    def showPopup(self) -> None:
        """Open the list, wide enough for its longest text."""
        view = self.view()
        view.setMinimumWidth(max(self.width() - 2, view.sizeHintForColumn(0) + 32))
        super().showPopup()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Search by letters and figures, move and open the list; leave other signs, which no text begins with."""
        text = event.text()
        if text.isprintable() and text.strip() and not text.isalnum():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the form unless focused."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def sizeHint(self) -> QSize:
        """Return a size that does not depend on the longest text, so that forms keep their columns."""
        return QSize(self.fontMetrics().averageCharWidth() * 16, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Return room for a word."""
        return QSize(self.fontMetrics().averageCharWidth() * 11, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the text with an ellipsis where it does not fit; Qt would only cut it."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        field = QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, self).width() - 2
        option.currentText = self.fontMetrics().elidedText(option.currentText, Qt.TextElideMode.ElideRight, room)
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()

    def _on_activated(self, index: int) -> None:
        value = self.itemData(index)
        if value != self._shown:
            self._shown = value
            self.edited.emit(value)
