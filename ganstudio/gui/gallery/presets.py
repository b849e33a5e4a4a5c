"""The gallery of presets."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ganstudio import presets
from ganstudio.data import Distribution
from ganstudio.experiment import Comparison
from ganstudio.gui import theme
from ganstudio.gui.gallery.cards import Card
from ganstudio.gui.gallery.gallery import Gallery, Offer
from ganstudio.gui.widgets import label

__all__ = ["PresetCard", "preset_gallery"]


class PresetCard(Card):
    """A shipped comparison: its data, its panes, what it shows."""

    def __init__(self, key: str, comparison: Comparison, parent: QWidget | None = None) -> None:
        super().__init__(key, comparison.title, self.tr("Open"), parent, whole=True)
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


def preset_gallery() -> Gallery:
    """Return the page of all shipped comparisons."""
    offers = [Offer(name, "", "", "", partial(_card, name)) for name in presets.names()]
    return Gallery("Presets", "Each opens in place of what is on the plane; press Space to train.", offers)


def _card(name: str) -> PresetCard:
    return PresetCard(name, presets.load(name))
