"""Labels.

superqt 0.9's QElidingLabel was tried for ElidedLabel: its size hint is that of the cut text, so that beside a stretch
it shrinks to nothing, and it forgets the style sheet's padding and has neither tooltip nor accessible name.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ganstudio.gui.fonts import tabular

__all__ = ["ElidedLabel", "Refusal", "heading", "label"]


def label(text: str, role: str = "", parent: QWidget | None = None) -> QLabel:
    """Return a label with a look of the style sheet: "title", "muted", "small", "number", "error", ..."""
    result = QLabel(text, parent)
    result.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        result.setProperty("role", role)
    if role == "number":
        result.setFont(tabular())
    return result


def heading(text: str, parent: QWidget | None = None) -> QLabel:
    """Return a section heading: small letterspaced capitals."""
    return label(text, "heading", parent)


class Refusal(QLabel):
    """Why an edit was refused, under the field where it was made; takes no room while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", "error")
        self.setWordWrap(True)
        self.setVisible(False)

    def say(self, text: str) -> None:
        """Show a text, and tell assistive technology at once; "" takes it away."""
        self.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        if text:
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))


class ElidedLabel(QLabel):
    """One line of plain text that ends in an ellipsis where it does not fit, whole in its tooltip.

    `text()` is the whole text, and it is what assistive technology reads.
    """

    def __init__(self, text: str = "", role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = ""
        self._hint = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        if role:
            self.setProperty("role", role)
        self.setText(text)

    def text(self) -> str:
        """Return the whole text."""
        return self._whole

    def setText(self, text: str) -> None:
        """Show a text."""
        if text == self._whole:
            return
        self._whole = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self._elide()

    def set_hint(self, text: str) -> None:
        """Add an explanation to the tooltip, after the whole text where that is cut."""
        self._hint = text
        self._elide()

    def sizeHint(self) -> QSize:
        """Return the size of the whole text."""
        margins = self._extra_width()
        return QSize(self.fontMetrics().horizontalAdvance(self._whole) + margins + 2, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Return the size of a few letters."""
        return QSize(
            self.fontMetrics().averageCharWidth() * 3 + self._extra_width(), super().minimumSizeHint().height()
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the text anew."""
        super().resizeEvent(event)
        self._elide()

    def _extra_width(self) -> int:
        """Return the padding that the style sheet adds, which QLabel knows only with a text."""
        shown = super().text()
        return max(0, super().sizeHint().width() - self.fontMetrics().horizontalAdvance(shown)) if shown else 0

    def _elide(self) -> None:
        room = self.contentsRect().width()
        cut = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, room)
        super().setText(cut)
        whole = self._whole if cut != self._whole else ""
        self.setToolTip("\n".join(part for part in (whole, self._hint) if part))
