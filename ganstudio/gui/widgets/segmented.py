"""A row of which exactly one is on."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

__all__ = ["SegmentedControl"]


class SegmentedControl(QFrame):
    """Buttons side by side, one of them pressed; arrow keys move between them.

    Parameters
    ----------
    choices
        Key -> text.

    Attributes
    ----------
    chosen : Signal(str)
        The key that a person pressed; not emitted by `set_current`.
    """

    chosen = Signal(str)

    def __init__(self, choices: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "segments")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)  # exclusive; gives the arrow keys, too
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.setSpacing(2)
        for key, text in choices.items():
            button = QPushButton(text)
            button.setObjectName(key)
            button.setProperty("role", "segment")
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._group.addButton(button)
            self._buttons[key] = button
            layout.addWidget(button)
        if self._buttons:
            next(iter(self._buttons.values())).setChecked(True)
        self._group.buttonClicked.connect(self._on_clicked)

    @property
    def current(self) -> str:
        """The key of the pressed button."""
        button = self._group.checkedButton()
        return button.objectName() if button is not None else ""

    def button(self, key: str) -> QPushButton:
        """Return the button of a choice, to give it a tooltip, or to enable or show it."""
        return self._buttons[key]

    def set_current(self, key: str) -> None:
        """Press a button without a signal."""
        self._buttons[key].setChecked(True)

    def _on_clicked(self, button: QAbstractButton) -> None:
        self.chosen.emit(button.objectName())
