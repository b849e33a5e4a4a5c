"""Messages that do not block."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ganstudio.gui import icons, theme
from ganstudio.gui.widgets.label import label

__all__ = ["NOT_OPENED", "Message", "MessageBar"]

Level = Literal["info", "good", "warning", "error"]
_ICONS = {
    "info": ("about", "accent"),
    "good": ("check", "good"),
    "warning": ("warning", "warning"),
    "error": ("error", "bad"),
}

NOT_OPENED = "not opened"
"""What messages about files that could not be opened are about: of those only the newest stays."""

OF_A_LEVEL: dict[Level, int] = {"info": 2, "good": 1, "warning": 3, "error": 3}
"""How many messages of a level that say what happened stay: successes are known by now, failures have to be read."""


class Message(QFrame):
    """One message: an icon, a text, buttons for what can be done, and a cross.

    Attributes
    ----------
    passing : bool
        Nobody has to answer or read it: it goes by itself.
    said : bool
        It says what happened, as `MessageBar.say` does.
    dismissed : Signal()
        It was answered, closed, or has been there long enough.
    """

    dismissed = Signal()

    def __init__(self, level: Level, text: str, actions: Sequence[QAction] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.level = level
        self.passing = level in ("info", "good") and not actions
        self.said = False
        self.setProperty("role", "message")
        self.setProperty("level", level)
        self.setAccessibleName(text)
        self._picture = QLabel()
        self._text = label(text)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._cross = QToolButton()
        self._cross.setToolTip(self.tr("Dismiss"))
        self._cross.setAccessibleName(self.tr("Dismiss"))
        self._cross.clicked.connect(self.dismissed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 6, 6)
        layout.setSpacing(8)
        layout.addWidget(self._picture)
        layout.addWidget(self._text, 1)
        for action in actions:
            button = QPushButton(action.text())
            button.setToolTip(action.toolTip() if action.toolTip() != action.text() else "")
            button.clicked.connect(action.trigger)
            button.clicked.connect(self.dismissed)
            layout.addWidget(button)
        layout.addWidget(self._cross)
        theme.current().changed.connect(self._restyle)
        self._restyle()

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.text()

    def set_text(self, text: str) -> None:
        """Say something else."""
        self._text.setText(text)
        self.setAccessibleName(text)

    def _restyle(self) -> None:
        palette = theme.current().palette
        name, role = _ICONS[self.level]
        self._picture.setPixmap(icons.icon(name, palette, role).pixmap(20, 20))  # type: ignore[arg-type]
        self._cross.setIcon(icons.icon("close", palette, "muted"))


class MessageBar(QWidget):
    """A stack of messages, the newest on top; it takes no room while there is none."""

    limit = 4
    """More messages than this push others out: first what passes anyhow, then what was said, the oldest first."""
    seconds = 6.0
    """How long a message of level "info" or "good" without actions stays."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keyed: dict[str, Message] = {}
        self._messages: list[Message] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setVisible(False)

    def show_message(self, level: Level, text: str, actions: Sequence[QAction] = (), key: str = "") -> Message:
        """Show a message.

        Parameters
        ----------
        actions
            A button for each; pressing one triggers it and takes the message away.
        key
            A message with the same key is replaced, so that a repeated event does not pile up.
        """
        if key and key in self._keyed:
            self._drop(self._keyed[key])
        message = Message(level, text, actions)
        if key:
            self._keyed[key] = message
        self._messages.insert(0, message)
        self._layout.insertWidget(0, message)
        message.dismissed.connect(self._on_dismissed)
        while len(self._messages) > self.limit:
            old = self._messages[:0:-1]  # all but this one, the oldest first
            self._drop(min(old, key=lambda each: (not each.passing, not each.said)))
        if message.passing:
            # The timer belongs to the message and dies with it.
            timer = QTimer(message, singleShot=True, interval=round(self.seconds * 1000))
            timer.timeout.connect(message.dismissed)
            timer.start()
        self.setVisible(True)
        QAccessible.updateAccessibility(QAccessibleEvent(message, QAccessible.Event.Alert))
        return message

    def say(self, level: Level, text: str, about: str = "") -> Message:
        """Say what happened; of a level only the newest such messages stay, as many as `OF_A_LEVEL` says.

        Parameters
        ----------
        about
            What it speaks of, for example a file: news of the same thing replace what was said before, whatever their
            level. By default only the same words again are news of the same thing.
        """
        message = self.show_message(level, text, key=about or text)
        message.said = True
        for old in [each for each in self._messages if each.said and each.level == level][OF_A_LEVEL[level] :]:
            self._drop(old)
        return message

    def messages(self) -> list[Message]:
        """Return what is shown, newest first."""
        return list(self._messages)

    def dismiss(self, key: str) -> None:
        """Take the message with a key away, if it is there."""
        if key in self._keyed:
            self._drop(self._keyed[key])

    def clear(self) -> None:
        """Take all messages away."""
        for message in list(self._messages):
            self._drop(message)

    def _on_dismissed(self) -> None:
        message = self.sender()
        if isinstance(message, Message):
            self._drop(message)

    def _drop(self, message: Message) -> None:
        if message not in self._messages:
            return
        self._messages.remove(message)
        self._keyed = {key: other for key, other in self._keyed.items() if other is not message}
        self._layout.removeWidget(message)
        message.hide()
        message.deleteLater()
        self.setVisible(bool(self._messages))
