"""Galleries: every named method and every preset as a card."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ganstudio import presets
from ganstudio.data import Distribution
from ganstudio.experiment import Comparison
from ganstudio.gui import theme
from ganstudio.gui.widgets import Panel, label
from ganstudio.methods import METHODS, Method

__all__ = ["Gallery", "MethodCard", "PresetCard", "method_gallery", "preset_gallery"]

CARD_WIDTH = 340


class Card(Panel):
    """A card that is chosen by a click, Enter or Space.

    Attributes
    ----------
    chosen : Signal(str)
        Its key.
    """

    chosen = Signal(str)

    def __init__(self, key: str, title: str, button: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, role="panel")
        self.key = key
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(title)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(16, 12, 16, 14)
        self.column.setSpacing(6)
        self._button = QPushButton(button)
        self._button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._button.clicked.connect(self._choose)

    def finish(self) -> None:
        """Add the button under everything else."""
        self.column.addStretch(1)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._button)
        self.column.addLayout(row)

    def add_text(self, text: str, role: str = "", *, rich: bool = False) -> QLabel:
        """Add a wrapped line of text."""
        line = label(text, role)
        line.setWordWrap(True)
        if rich:
            line.setTextFormat(Qt.TextFormat.RichText)
        self.column.addWidget(line)
        return line

    def _choose(self) -> None:
        self.chosen.emit(self.key)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose this card."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self._choose()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose this card with Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose()
        else:
            super().keyPressEvent(event)


class MethodCard(Card):
    """A named method: its two losses, what to look for, and where it comes from."""

    def __init__(self, key: str, method: Method, parent: QWidget | None = None) -> None:
        super().__init__(key, method.full_name, self.tr("Use in the selected pane"), parent)
        self.add_text(method.title, "title")
        self.add_text(method.full_name, "muted")
        self.add_text(
            f"L<sub>D</sub> = {method.critic_loss}<br>L<sub>G</sub> = {method.generator_loss}", "equation", rich=True
        )
        self.add_text(method.watch)
        self.add_text(f"{method.paper}, {method.year}. arXiv {method.arxiv}", "small")
        self.finish()


class PresetCard(Card):
    """A shipped comparison: its data, its panes, what it shows."""

    def __init__(self, key: str, comparison: Comparison, parent: QWidget | None = None) -> None:
        super().__init__(key, comparison.title, self.tr("Open"), parent)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Thumbnail(comparison.experiments[0].data), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        title = label(comparison.title, "title")
        title.setWordWrap(True)
        words.addWidget(title)
        panes = label(" \N{MIDDLE DOT} ".join(experiment.title for experiment in comparison.experiments), "muted")
        panes.setWordWrap(True)
        words.addWidget(panes)
        words.addStretch(1)
        head.addLayout(words, 1)
        self.column.addLayout(head)
        self.add_text(comparison.description)
        self.finish()


class Thumbnail(QWidget):
    """A small picture of a distribution's samples."""

    def __init__(self, distribution: Distribution, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(QSize(64, 64))
        self._points = distribution.sample(300, np.random.default_rng(0))
        self._window = distribution.window()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the samples in the colour of real ones."""
        palette = theme.current().palette
        left, right, bottom, top = self._window
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.raised))
        painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        painter.setBrush(QColor(palette.real))
        for x, y in self._points:
            where = QPointF((x - left) / (right - left) * self.width(), (top - y) / (top - bottom) * self.height())
            painter.drawEllipse(where, 1.1, 1.1)
        painter.end()


class Gallery(QWidget):
    """A page of cards in columns.

    Attributes
    ----------
    chosen : Signal(str)
        The key of the card that a person chose.
    """

    chosen = Signal(str)

    def __init__(self, title: str, note: str, cards: list[Card], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards = cards
        self._note = label(note, "muted")
        self._note.setWordWrap(True)
        self._page = QWidget()
        self._grid = QGridLayout(self._page)
        self._grid.setContentsMargins(0, 0, 8, 8)
        self._grid.setSpacing(12)
        scroll = QScrollArea()
        scroll.setWidget(self._page)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(label(title, "display"))
        layout.addWidget(self._note)
        layout.addWidget(scroll, 1)
        self._columns = 0
        for card in cards:
            card.chosen.connect(self.chosen)
        self._place()

    def set_note(self, text: str) -> None:
        """Say under the title what choosing does."""
        self._note.setText(text)

    def resizeEvent(self, event: object) -> None:
        """Use as many columns as fit."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._place()

    def _place(self) -> None:
        columns = max(1, self.width() // CARD_WIDTH)
        if columns == self._columns:
            return
        self._columns = columns
        for index, card in enumerate(self.cards):
            self._grid.addWidget(card, index // columns, index % columns)
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        last = (len(self.cards) - 1) // columns + 1
        for row in range(self._grid.rowCount() + 1):
            self._grid.setRowStretch(row, 1 if row == last else 0)


def method_gallery() -> Gallery:
    """Return the page of all named methods."""
    cards: list[Card] = [MethodCard(key, method) for key, method in METHODS.items()]
    return Gallery("Methods", "", cards)


def preset_gallery() -> Gallery:
    """Return the page of all shipped comparisons."""
    cards: list[Card] = [PresetCard(name, presets.load(name)) for name in presets.names()]
    return Gallery("Presets", "Each opens in place of what is on the plane; press Space to train.", cards)
