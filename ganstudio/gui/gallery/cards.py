"""Cards, and the page that places them."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget
from shiboken6 import delete

from ganstudio.gui import theme
from ganstudio.gui.widgets import FlowLayout, Line, Panel, label

__all__ = ["ARROWS", "Card", "CardPage"]

CARD_WIDTH = 376
"""Least width of a card in pixels at text scale 1: room for two buttons beside each other."""
GAP = 12
ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)


class Card(Panel):
    """A card that is chosen by its first button or Enter.

    Parameters
    ----------
    button
        What choosing it is called.
    whole
        Whether a click anywhere on it chooses it, too.

    Attributes
    ----------
    chosen : Signal(str)
        Its key.
    """

    chosen = Signal(str)

    def __init__(self, key: str, title: str, button: str, parent: QWidget | None = None, *, whole: bool) -> None:
        super().__init__(parent, role="panel")
        self.key = key
        self._whole = whole
        self._heights: dict[int, int] = {}
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if whole:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(title)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(14, 12, 14, 14)
        self.column.setSpacing(6)
        self._buttons = FlowLayout(spacing=6)
        self.add_button(button).clicked.connect(self._choose)

    def add_button(self, text: str) -> QPushButton:
        """Add a button to the row at the bottom."""
        button = QPushButton(text)
        self._buttons.addWidget(button)
        return button

    def finish(self) -> None:
        """Add the buttons under everything else."""
        self.column.addStretch(1)
        self.column.addSpacing(4)
        self.column.addLayout(self._buttons)

    def add_text(self, text: str, role: str = "") -> QLabel:
        """Add a wrapped line of text."""
        line = label(text, role)
        line.setWordWrap(True)
        self.column.addWidget(line)
        return line

    def height_at(self, width: int) -> int:
        """Return the height that a width asks for; asked often, so kept."""
        if width not in self._heights:
            self.ensurePolished()
            self._heights[width] = max(self.column.totalHeightForWidth(width), self.column.totalMinimumSize().height())
        return self._heights[width]

    def forget_heights(self) -> None:
        """Measure anew, after texts became larger or smaller."""
        self._heights.clear()

    def _choose(self) -> None:
        self.chosen.emit(self.key)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose this card, if a click on it does."""
        inside = self.rect().contains(event.position().toPoint())
        if self._whole and event.button() == Qt.MouseButton.LeftButton and inside:
            self._choose()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose this card with Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose()
        else:
            super().keyPressEvent(event)


class CardPage(QWidget):
    """Sections of cards in as many columns as fit, all cards of a row equally high.

    Without a QLayout: one would measure every card again for every card that is added.

    Attributes
    ----------
    arrow : Signal(Qt.Key)
        An arrow key that no card wanted.
    """

    arrow = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sections: dict[str, list[Card]] = {}
        self._heads: dict[str, tuple[QLabel, Line]] = {}
        self._rows: list[list[Card]] = []
        self._wanted: set[str] = set()
        theme.current().changed.connect(self._restyle)

    def add_section(self, name: str) -> None:
        """Add a section under a heading; without a heading if its name is ""."""
        self._sections[name] = []
        if name:
            head = label(name, "title", self)
            head.hide()
            line = Line(self)
            line.hide()
            self._heads[name] = head, line

    def add_card(self, section: str, card: Card, before: int | None = None) -> None:
        """Add a card to a section, at its end or before one of its cards; call `place` then."""
        cards = self._sections[section]
        cards.insert(len(cards) if before is None else before, card)
        card.setParent(self)

    def remove_card(self, section: str, card: Card) -> None:
        """Delete a card at once; call `place` then."""
        self._sections[section].remove(card)
        self._rows = []
        delete(card)

    def place(self, wanted: set[str]) -> None:
        """Show the cards with these keys and hide all others."""
        self._wanted = wanted
        self._rows = []
        columns, width = self._columns()
        top = 0
        for name, cards in self._sections.items():
            shown = [card for card in cards if card.key in wanted]
            for card in cards:
                if card not in shown:
                    card.hide()
            top = self._place_head(name, top, visible=bool(shown))
            for start in range(0, len(shown), columns):
                row = shown[start : start + columns]
                top = self._place_row(row, top, width) + GAP
        self.setMinimumHeight(top)

    def _columns(self) -> tuple[int, int]:
        """Return how many columns fit, and how wide each is."""
        least = round(CARD_WIDTH * theme.current().scale)
        columns = max(1, (self.width() + GAP) // (least + GAP))
        return columns, (self.width() - (columns - 1) * GAP) // columns

    def _place_head(self, name: str, top: int, *, visible: bool) -> int:
        if name not in self._heads:
            return top
        head, line = self._heads[name]
        head.setVisible(visible)
        line.setVisible(visible)
        if not visible:
            return top
        top += GAP if top else 0
        size = head.sizeHint()
        head.setGeometry(QRect(0, top, min(size.width(), self.width()), size.height()))
        left = head.width() + GAP
        line.setGeometry(QRect(left, top + size.height() // 2, max(0, self.width() - left), 1))
        return top + size.height() + 8

    def _place_row(self, row: list[Card], top: int, width: int) -> int:
        height = max(card.height_at(width) for card in row)
        for column, card in enumerate(row):
            card.setGeometry(QRect(column * (width + GAP), top, width, height))
            card.show()
        self._rows.append(row)
        return top + height

    # ---- moving about --------------------------------------------------------------------------------

    def cards(self) -> list[Card]:
        """Return the cards that are shown, in reading order."""
        return [card for row in self._rows for card in row]

    def neighbour(self, card: Card, key: Qt.Key) -> Card | None:
        """Return the card that an arrow key leads to, or None at the edge."""
        cards = self.cards()
        at = cards.index(card)
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            at += 1 if key == Qt.Key.Key_Right else -1
            return cards[at] if 0 <= at < len(cards) else None
        number = next(number for number, row in enumerate(self._rows) if card in row)
        number += 1 if key == Qt.Key.Key_Down else -1
        if not 0 <= number < len(self._rows):
            return None
        return min(self._rows[number], key=lambda other: abs(other.x() - card.x()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep arrows from the scroll area, which would scroll."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in ARROWS and modifiers == Qt.KeyboardModifier.NoModifier:
            self.arrow.emit(Qt.Key(event.key()))
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use as many columns as fit."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.place(self._wanted)

    def _restyle(self) -> None:
        for cards in self._sections.values():
            for card in cards:
                card.forget_heights()
        self.place(self._wanted)
