"""A line of text that is checked when it is finished, with a message under it if it is wrong."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from ganstudio.gui import theme
from ganstudio.gui.fonts import tabular
from ganstudio.gui.widgets.label import label

__all__ = ["TextLine", "UnitLineEdit"]


class UnitLineEdit(QLineEdit):
    """A line edit with a muted unit behind the text, which hands steps (arrow keys, wheel) on.

    Attributes
    ----------
    stepped : Signal(int)
        Steps up (+) or down (-): 1 by arrow key or wheel, 10 by page keys.
    finished : Signal()
        Enter was pressed or the focus went elsewhere.
    abandoned : Signal()
        Escape was pressed.
    """

    stepped = Signal(int)
    finished = Signal()
    abandoned = Signal()

    _STEPS: ClassVar[dict[Qt.Key, int]] = {
        Qt.Key.Key_Up: 1,
        Qt.Key.Key_Down: -1,
        Qt.Key.Key_PageUp: 10,
        Qt.Key.Key_PageDown: -10,
    }

    def __init__(self, unit: str = "", parent: QWidget | None = None, *, steps: bool = False) -> None:
        super().__init__(parent)
        self._unit = unit
        self._steps = steps
        self._turned = 0
        self.setFont(tabular())
        # The wheel must not take the focus: a form is scrolled with it.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._make_room()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step on arrow and page keys, finish on Enter, go back on Escape."""
        key = Qt.Key(event.key())
        if self.isReadOnly():
            super().keyPressEvent(event)
        elif self._steps and key in self._STEPS:
            self.stepped.emit(self._STEPS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.finished.emit()
            self.selectAll()
        elif key == Qt.Key.Key_Escape and self.isModified():
            self.abandoned.emit()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step while focused; otherwise leave the wheel to the form."""
        if not (self._steps and self.hasFocus()):
            event.ignore()
            return
        # Touch pads send many small turns; 120 is one notch of a mouse.
        self._turned += event.angleDelta().y()
        notches = int(self._turned / 120)
        if notches:
            self._turned -= notches * 120
            self.stepped.emit(notches)
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select all when it was reached by Tab, so that typing replaces."""
        self._turned = 0
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Finish."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.finished.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Keep room for the unit in a new font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._make_room()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the unit at the right end."""
        super().paintEvent(event)
        if self._unit:
            painter = QPainter(self)
            painter.setPen(self.palette().placeholderText().color())
            area = self.rect().adjusted(0, 0, -9, 0)
            painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._unit)
            painter.end()

    def _make_room(self) -> None:
        if getattr(self, "_unit", ""):  # a change event can come before __init__ is through
            self.setTextMargins(0, 0, self.fontMetrics().horizontalAdvance(self._unit) + 5, 0)


class TextLine(QWidget):
    """Base of the fields that a person types into.

    A subclass says what a text means (`_parse`, which raises ValueError with what is allowed) and how a value is
    written (`_write`). A text that means nothing keeps the old value and is shown with a message under it; so does a
    value that whoever hears of it refuses with `reject`.

    Attributes
    ----------
    edited : Signal(object)
        A person gave a new allowed value; not emitted by `set_value`.
    """

    edited = Signal(object)

    def __init__(self, unit: str = "", parent: QWidget | None = None, *, steps: bool = False) -> None:
        super().__init__(parent)
        self._value: Any = None
        self._before: Any = None
        self._line = UnitLineEdit(unit, steps=steps)
        self._line.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._message: QLabel | None = None  # made for the first thing that is wrong: most lines never need it
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self._line)
        self.setFocusProxy(self._line)
        self._line.finished.connect(self._finish)
        self._line.abandoned.connect(self.revert)

    @property
    def line(self) -> QLineEdit:
        """The line edit, for buddies and accessible names."""
        return self._line

    @property
    def message(self) -> str:
        """What is wrong with the text, "" if nothing."""
        return self._message.text() if self._message is not None and self._line.property("invalid") else ""

    def value(self) -> Any:
        """Return the last allowed value."""
        return self._value

    def set_value(self, value: Any) -> None:
        """Show a value without a signal, unless a person is just typing another."""
        same = value == self._value and type(value) is type(self._value)
        self._value = self._before = value
        if same and (self._line.isModified() or self.message):
            return
        self.revert()

    def reject(self, text: str) -> None:
        """Go back to the value before the last edit; what was typed stays, with this message under it."""
        self._value = self._before
        self._line.setModified(True)  # so that it is refused again if nobody mends it
        self._show_message(text)

    def revert(self) -> None:
        """Show the value in place of what is being typed or was refused."""
        self._line.setText(self._write(self._value))
        self._line.setModified(False)
        self._line.setCursorPosition(0)
        self._show_message("")

    def _show_message(self, text: str) -> None:
        """Show what is wrong under the line; "" takes it away."""
        if text and self._message is None:
            self._message = label("", "error")
            self._message.setWordWrap(True)
            self.layout().addWidget(self._message)
        if self._message is not None:
            self._message.setText(text)
            self._message.setVisible(bool(text))
        self._line.setAccessibleDescription(text)
        if bool(self._line.property("invalid")) != bool(text):
            self._line.setProperty("invalid", bool(text))
            theme.repolish(self._line)

    def _parse(self, text: str) -> Any:
        raise NotImplementedError

    def _write(self, value: Any) -> str:
        raise NotImplementedError

    def _finish(self) -> None:
        # What is shown may be rounded: without an edit the exact value must stay.
        if not self._line.isModified():
            return
        text = self._line.text()
        if text.strip() == self._write(self._value):
            self.revert()
            return
        try:
            value = self._parse(text)
        except ValueError as error:
            self._show_message(str(error))
            return
        self._take(value)

    def _take(self, value: Any) -> None:
        changed = value != self._value
        self._before, self._value = self._value, value
        self.revert()
        if changed:
            self.edited.emit(value)
