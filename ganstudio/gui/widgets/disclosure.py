"""A heading that opens what is under it.

superqt 0.9's QCollapsible was tried for this: it animates a fixed height that is wrong as soon as what is inside
changes (an error message under a field), and its head is a push button whose arrow is an icon of its own.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ganstudio.gui import icons, theme

__all__ = ["Disclosure"]


class Disclosure(QWidget):
    """A heading with an arrow, and a widget that it shows or hides.

    Attributes
    ----------
    toggled : Signal(bool)
        After it was opened or closed.
    """

    toggled = Signal(bool)

    def __init__(self, title: str, content: QWidget, parent: QWidget | None = None, *, opened: bool = False) -> None:
        super().__init__(parent)
        self._content = content
        self._button = QToolButton()
        self._button.setProperty("role", "disclosure")
        self._button.setText(title)
        self._button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._button.setCheckable(True)
        self._button.setChecked(opened)
        self._button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._button)
        layout.addWidget(content)
        content.setVisible(opened)
        self._button.toggled.connect(self._show)
        theme.current().changed.connect(self._restyle)
        self._restyle()

    @property
    def content(self) -> QWidget:
        """What is shown or hidden."""
        return self._content

    @property
    def opened(self) -> bool:
        """Whether the content is shown."""
        return self._button.isChecked()

    def set_opened(self, opened: bool) -> None:
        """Show or hide the content."""
        self._button.setChecked(opened)

    def _show(self, opened: bool) -> None:
        self._content.setVisible(opened)
        self._restyle()
        self.toggled.emit(opened)

    def _restyle(self) -> None:
        name = "chevron-down" if self.opened else "chevron-right"
        self._button.setIcon(icons.icon(name, theme.current().palette, "muted"))
