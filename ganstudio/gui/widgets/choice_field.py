"""A field for one of several words."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
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

_HEADING = "\0heading"
"""The value of a heading, which is nobody's choice."""
SEARCH_SECONDS = 1.0
"""How long a letter still belongs to those typed before it."""


class ChoiceList(QListView):
    """The list that a choice field opens."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._typed = ""
        self._when = 0.0

    def keyboardSearch(self, search: str) -> None:
        """Go to what was typed; the same letter again goes on to the next text that has it."""
        now = time.monotonic()
        going_on = now - self._when < SEARCH_SECONDS
        self._typed = (self._typed if going_on else "") + search.casefold()
        self._when = now
        again = len(set(self._typed)) == 1
        row = self._find(self._typed[0] if again else self._typed, self.currentIndex().row() + again)
        if row is not None:
            self.setCurrentIndex(self.model().index(row, 0))

    def _find(self, text: str, start: int) -> int | None:
        """Return the next row from `start` on, round about, whose text begins with something, or else has it."""
        count = self.model().rowCount()
        found = [self.model().index((start + step) % count, 0) for step in range(count)]
        found = [index for index in found if self.model().flags(index) & Qt.ItemFlag.ItemIsEnabled]
        begins = [index for index in found if str(index.data()).casefold().startswith(text)]
        has = [index for index in found if text in f"{index.data()} {_hint(index)}".casefold()]
        return next((index.row() for index in begins + has), None)


class ChoiceField(QComboBox):
    """A list of choices that the mouse wheel changes only while it has the focus.

    Letters and figures that are typed choose the first text with them at its beginning or, if there is none,
    inside it or its tooltip.

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
        self.setView(ChoiceList(self))  # Fusion's own popup ignores the style sheet's items
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

    def set_groups(self, groups: Mapping[str, Mapping[str, str]], hints: Mapping[str, str] | None = None) -> None:
        """Replace the choices by groups of them under headings, which cannot be chosen; without a signal.

        Parameters
        ----------
        groups
            Heading -> value -> text; no heading where it is "".
        hints
            Value -> tooltip.
        """
        self.clear()
        for name, choices in groups.items():
            if name:
                self._add_heading(name)
            for value, text in choices.items():
                self.addItem(text, value)
                self.setItemData(self.count() - 1, (hints or {}).get(value), Qt.ItemDataRole.ToolTipRole)
        self._shown = self.currentData()

    def _add_heading(self, name: str) -> None:
        self.addItem(name, _HEADING)
        font = self.font()
        font.setBold(True)
        self.setItemData(self.count() - 1, font, Qt.ItemDataRole.FontRole)
        self.model().item(self.count() - 1).setFlags(Qt.ItemFlag.NoItemFlags)  # type: ignore[attr-defined]

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


def _hint(index: QModelIndex) -> str:
    return str(index.data(Qt.ItemDataRole.ToolTipRole) or "")
