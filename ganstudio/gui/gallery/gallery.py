"""A page of cards that is filled while the window goes on answering, and that can be searched."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ganstudio.gui import icons, theme
from ganstudio.gui.gallery.cards import ARROWS, Card, CardPage
from ganstudio.gui.widgets import label

__all__ = ["Gallery", "Offer"]

SLICE_SECONDS = 0.012
"""How long cards are made before the event loop has its turn."""


@dataclass(frozen=True)
class Offer:
    """A card that can be made.

    Attributes
    ----------
    key, section
        Its name, and the heading that it stands under.
    names
        What a search looks in for any part of a word.
    words
        What a search looks in for beginnings of words; all sentences have a "ra" somewhere.
    make
        Returns the card.
    """

    key: str
    section: str
    names: str
    words: str
    make: Callable[[], Card]

    def matches(self, text: str) -> bool:
        """Whether every word of a search is in it."""
        names, words = self.names.casefold(), self.words.casefold()
        return all(part in names or re.search(rf"(?<!\w){re.escape(part)}", words) for part in text.casefold().split())


class SearchLine(QLineEdit):
    """A line to search with.

    Attributes
    ----------
    left : Signal(bool)
        Down was pressed (True), to go to what was found, or Escape (False).
    entered : Signal()
        Enter was pressed, to take what was found.
    """

    left = Signal(bool)
    entered = Signal()

    def __init__(self, placeholder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(self.tr("Search"))
        self.setClearButtonEnabled(True)
        self._glass = QAction(self)
        self.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        theme.current().changed.connect(self._restyle)
        self._restyle()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the line with Down, Enter and Escape."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        elif event.key() == Qt.Key.Key_Down:
            self.left.emit(True)
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit(False)
        else:
            super().keyPressEvent(event)

    def _restyle(self) -> None:
        self._glass.setIcon(icons.icon("search", theme.current().palette, "muted"))


class Gallery(QWidget):
    """A page of cards in columns, under headings.

    Cards are made in slices of a few milliseconds once the page is shown, those that are searched for first.

    Parameters
    ----------
    searched
        What the search line offers to find; "" for no search line.

    Attributes
    ----------
    chosen : Signal(str)
        The key of the card that a person chose.
    """

    chosen = Signal(str)

    def __init__(
        self, title: str, note: str, offers: Sequence[Offer], parent: QWidget | None = None, *, searched: str = ""
    ) -> None:
        super().__init__(parent)
        self._offers = list(offers)
        self._made: dict[str, Card] = {}
        self._note = label(note, "muted")
        self._note.setWordWrap(True)
        self._search = self._new_search(searched)
        self._page = CardPage()
        self._page.arrow.connect(self._move)
        for section in dict.fromkeys(offer.section for offer in self._offers):
            self._page.add_section(section)
        self._nothing = self._new_nothing()
        self._anchor: tuple[str, int] | None = None
        self._maker = QTimer(self, interval=0)
        self._maker.timeout.connect(self._make_some)
        theme.current().changing.connect(self._forget_unseen)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._lay_out(title, bool(searched))

    # ---- making --------------------------------------------------------------------------------------

    def _new_search(self, searched: str) -> SearchLine:
        line = SearchLine(searched)
        line.textChanged.connect(self._on_search)
        line.left.connect(self._leave_search)
        line.entered.connect(self._take_found)
        return line

    def _new_nothing(self) -> QWidget:
        """Return what stands in place of the cards where none is found."""
        box = QWidget()
        self._nothing_text = label("", "muted")
        self._nothing_text.setWordWrap(True)
        everything = QPushButton(self.tr("Show all"))
        everything.clicked.connect(self._search.clear)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 12, 0, 0)
        column.addWidget(self._nothing_text)
        column.addWidget(everything, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        box.hide()
        return box

    def _lay_out(self, title: str, searchable: bool) -> None:
        self._scroll = QScrollArea()
        self._scroll.setWidget(self._page)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # One that comes and goes would change the width, and so the height that makes it come and go.
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._scroll.verticalScrollBar().setSingleStep(24)
        self._scroll.verticalScrollBar().actionTriggered.connect(self._on_scrolled)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(label(title, "display"))
        layout.addWidget(self._note)
        if searchable:
            layout.addWidget(self._search)
        else:
            self._search.setParent(self)
            self._search.hide()
        layout.addWidget(self._nothing, 1)
        layout.addWidget(self._scroll, 1)

    def _make_some(self) -> None:
        """Make cards for some milliseconds, and place them."""
        self._scroll_to_anchor()
        if self.complete:
            self._anchor = None
            self._maker.stop()
            return
        end = time.perf_counter() + SLICE_SECONDS
        for offer in self._unmade():
            self._make(offer)
            if time.perf_counter() > end:
                break
        self._place()

    def _forget_unseen(self) -> None:
        """Delete the cards that nobody sees before all widgets are polished anew; slices make them again.

        Polishing a hundred cards would stop the window for a second.
        """
        top = self._scroll.verticalScrollBar().value()
        seen = QRect(0, top, self._page.width(), self._scroll.viewport().height())
        if self._anchor is None:
            inside = [card for card in self.shown() if seen.intersects(card.geometry())]
            self._anchor = (inside[0].key, inside[0].y() - top) if inside else None
        focused = QApplication.focusWidget()
        for offer in self._offers:
            card = self._made.get(offer.key)
            in_use = card is not None and focused is not None and (card is focused or card.isAncestorOf(focused))
            if card is not None and not in_use and not (self.isVisible() and seen.intersects(card.geometry())):
                del self._made[offer.key]
                self._page.remove_card(offer.section, card)
        self._place()
        if self.isVisible() and not self.complete:
            self._maker.start()

    def _scroll_to_anchor(self) -> None:
        """Put the card that was first to be seen back to where it was; those above it are being made again."""
        if self._anchor is not None and self._anchor[0] in self._made:
            key, offset = self._anchor
            self._scroll.verticalScrollBar().setValue(self._made[key].y() - offset)

    def _on_scrolled(self) -> None:
        """Leave the page where a person puts it."""
        self._anchor = None

    def _unmade(self) -> list[Offer]:
        """Return the offers that have no card yet, those that are searched for first."""
        unmade = [offer for offer in self._offers if offer.key not in self._made]
        return sorted(unmade, key=lambda offer: not offer.matches(self._search.text()))

    def _make(self, offer: Offer) -> None:
        card = offer.make()
        card.chosen.connect(self.chosen)
        before = [other.key for other in self._offers if other.section == offer.section]
        index = sum(key in self._made for key in before[: before.index(offer.key)])
        self._page.add_card(offer.section, card, index)
        self._made[offer.key] = card

    # ---- showing -------------------------------------------------------------------------------------

    @property
    def cards(self) -> list[Card]:
        """The cards that are made, in the order of the offers."""
        return [self._made[offer.key] for offer in self._offers if offer.key in self._made]

    @property
    def complete(self) -> bool:
        """Whether every card is made."""
        return len(self._made) == len(self._offers)

    def shown(self) -> list[Card]:
        """Return the cards that the search leaves, in reading order."""
        return self._page.cards()

    def set_note(self, text: str) -> None:
        """Say under the title what choosing does."""
        self._note.setText(text)

    def search(self, text: str = "") -> None:
        """Put the cursor into the search line, with a text if there is one."""
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if text:
            self._search.setText(text)
        else:
            self._search.selectAll()

    def _on_search(self, text: str) -> None:
        self._anchor = None
        self._scroll.verticalScrollBar().setValue(0)
        found = any(offer.matches(text) for offer in self._offers)
        self._nothing_text.setText(
            self.tr(
                "Nothing matches \N{LEFT DOUBLE QUOTATION MARK}{0}\N{RIGHT DOUBLE QUOTATION MARK}. Try another "
                "word or a part of one, or press Escape to see everything."
            ).format(text.strip())
        )
        self._nothing.setVisible(not found)
        self._scroll.setVisible(found)
        self._place()

    def _place(self) -> None:
        text = self._search.text()
        self._page.place({offer.key for offer in self._offers if offer.key in self._made and offer.matches(text)})

    def showEvent(self, event: QShowEvent) -> None:
        """Make cards, and take the keyboard so that typing searches."""
        super().showEvent(event)
        if not self.complete:
            self._make_some()  # something to see at once
            self._maker.start()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        """Make no cards that nobody sees."""
        self._maker.stop()
        super().hideEvent(event)

    # ---- keyboard ------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move between the cards with arrows; letters and figures begin a search, Escape ends it."""
        searchable = self._search.isVisible()
        plain = not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        if event.key() in ARROWS and plain:
            self._move(Qt.Key(event.key()))
        elif event.key() == Qt.Key.Key_Escape and self._search.text():
            self._search.clear()
        elif searchable and plain and event.text().isalnum():
            self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self._search.setText(event.text())
        else:
            super().keyPressEvent(event)

    def _leave_search(self, forward: bool) -> None:
        if forward:
            self._go(next(iter(self.shown()), None))
        elif self._search.text():
            self._search.clear()
        else:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_found(self) -> None:
        """Choose the only card that a search has found; go to the first of several."""
        found = [offer.key for offer in self._offers if offer.matches(self._search.text())]
        if len(found) == 1:
            self.chosen.emit(found[0])
        else:
            self._leave_search(forward=True)

    def _move(self, key: Qt.Key) -> None:
        current = QApplication.focusWidget()
        while current is not None and not isinstance(current, Card):
            current = current.parentWidget()
        if isinstance(current, Card) and current in self.shown():
            self._go(self._page.neighbour(current, key))
            if key == Qt.Key.Key_Up and current in self._first_row() and self._search.isVisible():
                self.search()
        else:
            self._go(next(iter(self.shown()), None))

    def _first_row(self) -> list[Card]:
        cards = self.shown()
        return [card for card in cards if card.y() == cards[0].y()]

    def _go(self, card: Card | None) -> None:
        if card is not None:
            card.setFocus(Qt.FocusReason.TabFocusReason)
            self._scroll.ensureWidgetVisible(card, 0, 16)
