"""A box of the graph: a title and a picture, which a press shows in large."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ganstudio.gui import theme
from ganstudio.gui.plane.graphics import small_font
from ganstudio.gui.walk.picture import Blank, Ink, Look, Picture

__all__ = ["Attention", "Box"]

Attention = Literal["plain", "lit", "faint"]

RADIUS = 7.0
FAINT = 0.5
"""Opacity of a box that a stop is not about."""


class Box(QAbstractButton):
    """Shows one of the graph's boxes.

    Parameters
    ----------
    title, sign
        What it is, and how it is written in equations.
    ink
        Colour of its sign, and of its edge while it is lit.
    """

    def __init__(self, title: str, sign: str, ink: Ink, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._sign, self._ink, self._hint = title, sign, ink, hint
        self._picture: Picture = Blank()
        self._progress = 1.0
        self._attention: Attention = "plain"
        self._drawn: QPixmap | None = None
        self._drawn_state: tuple[object, ...] = ()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(f"{title} {sign}")
        self.set_picture(self._picture)

    @property
    def picture(self) -> Picture:
        """What it shows."""
        return self._picture

    def set_picture(self, picture: Picture, progress: float = 1.0) -> None:
        """Show a picture, as far as what moves in it has come."""
        if picture is not self._picture or progress != self._progress:
            self._picture, self._progress = picture, progress
            self._drawn = None
            self.update()
        self._explain()

    def set_hint(self, hint: str) -> None:
        """Say something else of what it stands for."""
        self._hint = hint
        self._explain()

    def _explain(self) -> None:
        lines = (f"{self._title} {self._sign}", self._hint, self._picture.words)
        text = "\n".join(line for line in lines if line)
        if text != self.toolTip():
            self.setToolTip(text)
            self.setAccessibleDescription(self._picture.words)

    def set_attention(self, attention: Attention) -> None:
        """Mark a box that a stop is about as "lit", take one that it has nothing to do with back as "faint"."""
        if attention != self._attention:
            self._attention = attention
            self.update()

    @property
    def lit(self) -> bool:
        """Whether a stop is about it."""
        return self._attention == "lit"

    def sizeHint(self) -> QSize:
        """Return a size that the canvas does not ask for."""
        return QSize(120, 140)

    def changeEvent(self, event: QEvent) -> None:
        """Draw in another font or look."""
        super().changeEvent(event)
        self._drawn = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, title, sign and picture; once, as long as nothing has changed.

        What flows between the boxes makes Qt ask for all of them at every turn.
        """
        current, ratio = theme.current(), self.devicePixelRatioF()
        edge = self._ink if self.lit else "accent" if self.hasFocus() else "border"
        ground = "raised" if self.underMouse() else "panel"
        state = (edge, ground, current.palette.name, current.scale, ratio, self.size())
        if self._drawn is None or self._drawn_state != state:
            self._drawn = QPixmap(self.size() * ratio)
            self._drawn.setDevicePixelRatio(ratio)
            self._drawn.fill(Qt.GlobalColor.transparent)
            self._drawn_state = state
            look = Look(current.palette, small_font(self), current.scale, self._progress)
            self._draw(self._drawn, look, edge, ground)
        painter = QPainter(self)
        painter.setOpacity(FAINT if self._attention == "faint" else 1.0)
        painter.drawPixmap(0, 0, self._drawn)
        painter.end()

    def _draw(self, device: QPixmap, look: Look, edge: Ink, ground: Ink) -> None:
        painter = QPainter(device)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        rect = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setBrush(look.colour(ground))
        painter.setPen(QPen(look.colour(edge), 1.0 if edge == "border" else 2.0))
        painter.drawRoundedRect(rect, RADIUS, RADIUS)
        inside = rect.adjusted(7, 5, -7, -7)
        line = QRectF(inside.left(), inside.top(), inside.width(), look.line)
        self._paint_title(painter, line, look)
        self._picture.paint(painter, inside.adjusted(0, look.line + 4, 0, 0), look)
        painter.end()

    def _paint_title(self, painter: QPainter, line: QRectF, look: Look) -> None:
        font = QFont(look.font)
        font.setWeight(QFont.Weight.DemiBold)
        metrics = QFontMetricsF(font)
        sign = metrics.horizontalAdvance(self._sign) + 4
        painter.setFont(font)
        if metrics.horizontalAdvance(self._title) + sign > line.width():
            sign = 0.0  # rather the whole title
        if sign:
            painter.setPen(look.colour(self._ink if self._ink != "muted" else "text"))
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._sign)
        painter.setPen(look.colour("text"))
        cut = metrics.elidedText(self._title, Qt.TextElideMode.ElideRight, line.width() - sign)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, cut)
