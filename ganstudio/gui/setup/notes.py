"""What to know about a combination that trains but makes little sense."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ganstudio.gui import icons, theme
from ganstudio.gui.widgets import Panel, label

__all__ = ["NoteCard", "Notes"]


class NoteCard(Panel):
    """A quiet card: a sign and a sentence or two."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, role="card")
        self._picture = QLabel()
        self._text = label("", "small")
        self._text.setWordWrap(True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.setSpacing(8)
        layout.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._text, 1)
        theme.current().changed.connect(self._restyle)
        self._restyle()

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.text()

    def set_text(self, text: str) -> None:
        """Say something."""
        self._text.setText(text)
        self.setAccessibleName(text)

    def _restyle(self) -> None:
        self._picture.setPixmap(icons.icon("warning", theme.current().palette, "warning").pixmap(16, 16))


class Notes(QWidget):
    """A card for each note; takes no room while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards: list[NoteCard] = []
        self._shown: tuple[str, ...] = ()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)
        self.setAccessibleName(self.tr("Notes on this combination"))
        self.setVisible(False)

    @property
    def texts(self) -> tuple[str, ...]:
        """What is said at present."""
        return self._shown

    def show_notes(self, texts: Sequence[str]) -> None:
        """Say these; cards are made when they are first needed."""
        if tuple(texts) == self._shown:
            return
        self._shown = tuple(texts)
        while len(self.cards) < len(texts):
            self.cards.append(NoteCard())
            self._layout.addWidget(self.cards[-1])
        for index, card in enumerate(self.cards):
            card.set_text(texts[index] if index < len(texts) else "")
            card.setVisible(index < len(texts))
        self.setVisible(bool(texts))
