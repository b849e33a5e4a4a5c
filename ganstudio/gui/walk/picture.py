"""What every picture of the graph is: something that fills a rectangle, small in a box or large beside the words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from ganstudio.gui.numbers import short
from ganstudio.palette import Palette

__all__ = [
    "LARGE",
    "Blank",
    "Ink",
    "Look",
    "Picture",
    "addition",
    "change",
    "eased",
    "frame",
    "signed",
    "text",
    "written",
]

LARGE = 190.0
"""Pixels at text scale 1 from which a picture has room for ticks and words."""
Ink = str
"""The name of a colour of the palette, such as "real"."""


@dataclass(frozen=True)
class Look:
    """How pictures are drawn.

    Attributes
    ----------
    font
        Of small text.
    scale
        Factor on sizes in pixels.
    progress
        How far what moves has come, from 0 to 1.
    """

    palette: Palette
    font: QFont
    scale: float = 1.0
    progress: float = 1.0

    def colour(self, ink: Ink, alpha: float = 1.0) -> QColor:
        """Return a colour of the palette."""
        colour = QColor(getattr(self.palette, ink))
        colour.setAlphaF(alpha)
        return colour

    def is_large(self, rect: QRectF) -> bool:
        """Whether a picture in a rectangle has room for ticks and words."""
        return min(rect.width(), rect.height()) >= LARGE * self.scale

    @property
    def line(self) -> float:
        """Height of a line of text in pixels."""
        return QFontMetricsF(self.font).height()


class Picture(Protocol):
    """Something to be drawn."""

    def paint(self, painter: QPainter, rect: QRectF, look: Look) -> None:
        """Fill a rectangle; the painter's state may be another one afterwards."""

    @property
    def words(self) -> str:
        """What is to be seen, for a tooltip and for those who do not see it."""


@dataclass(frozen=True)
class Blank:
    """A line of text where there is no picture yet."""

    words: str = ""

    def paint(self, painter: QPainter, rect: QRectF, look: Look) -> None:
        """Write the words in the middle."""
        painter.setFont(look.font)
        painter.setPen(look.colour("muted"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.words)


def eased(progress: float) -> float:
    """Return where something that starts and stops gently is when a share of its time is over."""
    progress = min(1.0, max(0.0, progress))
    return progress * progress * (3.0 - 2.0 * progress)


def frame(painter: QPainter, rect: QRectF, look: Look) -> None:
    """Fill a plot's ground and draw its frame."""
    painter.setPen(QPen(look.colour("border"), 1.0))
    painter.setBrush(look.colour("plot"))
    painter.drawRect(rect)


def text(
    painter: QPainter,
    look: Look,
    place: QPointF,
    words: str,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ink: Ink = "muted",
) -> None:
    """Write a line; `place` is the start, middle or end of its baseline."""
    width = QFontMetricsF(look.font).horizontalAdvance(words)
    shift = {Qt.AlignmentFlag.AlignHCenter: width / 2, Qt.AlignmentFlag.AlignRight: width}.get(align, 0.0)
    painter.setFont(look.font)
    painter.setPen(look.colour(ink))
    painter.drawText(place - QPointF(shift, 0.0), words)


def written(value: float, digits: int = 3) -> str:
    """Return a number with a typographic minus sign."""
    return short(value, digits).replace("-", "\N{MINUS SIGN}")


def signed(value: float, digits: int = 3) -> str:
    """Return a number with its sign: "+1.32"."""
    said = written(value, digits)
    return said if said.startswith("\N{MINUS SIGN}") or value == 0 else f"+{said}"


def change(before: float, after: float) -> tuple[str, str]:
    """Return two signed numbers with as many digits, three to six, as it takes to tell them apart."""
    for digits in (3, 4, 5, 6):
        if signed(before, digits) != signed(after, digits):
            break
    return signed(before, digits), signed(after, digits)


def addition(values: Sequence[float]) -> list[str]:
    """Return terms and their sum with as many decimals each, so that one can check it."""
    largest = max(map(abs, values), default=0.0)
    decimals = min(6, max(0, 3 - math.floor(math.log10(largest)))) if 0 < largest < math.inf else 3
    return [f"{value:.{decimals}f}".replace("-", "\N{MINUS SIGN}") for value in (*values, sum(values))]
