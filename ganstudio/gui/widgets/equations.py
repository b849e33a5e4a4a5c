"""Typeset equations, drawn as vector paths in the theme's text colour."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAction,
    QColor,
    QFontMetricsF,
    QGuiApplication,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QTransform,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from ganstudio.equations import EM, LABELS, Outline, atoms, lines, outline, plain_text
from ganstudio.gui import theme
from ganstudio.gui.fonts import BASE_SIZE, application_font
from ganstudio.methods import Method

__all__ = ["Equations", "losses"]

SIZE = 1.22
"""The font's size in that of ordinary text; STIX looks smaller than Inter."""
PADDING = (10, 7)
"""Pixels at text scale 1 around the equations, horizontally and vertically."""
LEADING = 0.28
ROW_GAP = 0.34
"""Between the lines of an equation, and between equations, in the font's size."""
ASCENT, DESCENT = 0.72, 0.22
"""Least height and depth of a line, in the font's size."""
LEAST_WIDTH = 120


def losses(method: Method) -> list[tuple[str, str]]:
    """Return the rows of a method: what stands before each loss, and the loss."""
    return [(LABELS[0], method.critic_loss), (LABELS[1], method.generator_loss)]


class Line(NamedTuple):
    """A line of an equation: (atom, x) each, the font's size, and where its baseline and its end are, in pixels."""

    pieces: list[tuple[str, float]]
    em: float
    baseline: float
    bottom: float


class Equations(QFrame):
    """Equations under one another, aligned after their labels, broken where they are wider than the room.

    A line breaks before an operator in as few brackets as possible. What still does not fit is drawn smaller: no
    equation is ever cut off.

    Parameters
    ----------
    rows
        (label, equation) each, as TeX for mathtext without dollar signs; a label may be "".
    """

    def __init__(self, rows: Sequence[tuple[str, str]] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "equation")
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._rows: list[tuple[str, str]] = []
        self._laid: dict[int, QPainterPath] = {}
        self._heights: dict[int, int] = {}
        copying = QAction(self.tr("Copy as LaTeX"), self)
        copying.triggered.connect(self._copy)
        self.addAction(copying)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        theme.current().changed.connect(self._restyle)
        self.set_rows(rows)

    def set_rows(self, rows: Sequence[tuple[str, str]], hint: str = "") -> None:
        """Show other equations.

        Parameters
        ----------
        hint
            Lines that the tooltip says before the equations as text.
        """
        self._rows = list(rows)
        text = self.text()
        self.setAccessibleName(text.replace("\n", "; "))
        self.setToolTip("\n".join(part for part in (hint, text) if part))
        self._restyle()

    def text(self) -> str:
        """Return the equations as lines of plain text."""
        return "\n".join(plain_text(f"{name} {tex}") for name, tex in self._rows)

    def tex(self) -> str:
        """Return the equations as lines of LaTeX."""
        return "\n".join(f"{name} {tex}".strip() for name, tex in self._rows)

    # ---- size ----------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """Return the size of equations that are not broken."""
        left, _, right, _ = self._margins()
        labels = max((_width(name) for name, _ in self._rows), default=0.0)
        widths = [labels + _width(tex) for _, tex in self._rows]
        width = math.ceil(max(widths, default=0.0) * self._em()) + left + right + 1
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Return a width in which equations can still be read, if smaller."""
        width = round(LEAST_WIDTH * theme.current().scale)
        return QSize(width, round((ASCENT + DESCENT) * self._em()))

    def hasHeightForWidth(self) -> bool:
        """Return True: a narrower one has more lines."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all lines in a width."""
        if width not in self._heights:
            if len(self._heights) > 64:
                self._heights.clear()
            _, top, _, bottom = self._margins()
            found = self._lines(width)
            self._heights[width] = math.ceil(found[-1].bottom if found else 0) + top + bottom
        return self._heights[width]

    # ---- painting ------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Fill the outlines."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(self._path(self.width()), QColor(theme.current().palette.text))
        painter.end()

    def _path(self, width: int) -> QPainterPath:
        """Return all ink in pixels; the last width's is kept."""
        if width not in self._laid:
            left, top, _, _ = self._margins()
            path = QPainterPath()
            path.setFillRule(Qt.FillRule.WindingFill)
            for line in self._lines(width):
                for tex, x in line.pieces:
                    # Whole pixels under the baseline keep the horizontal strokes of all lines alike.
                    place = QTransform.fromTranslate(left + x, top + round(line.baseline))
                    path.addPath(place.scale(line.em, line.em).map(_ink(tex)))
            self._laid = {width: path}
        return self._laid[width]

    def _lines(self, width: int) -> list[Line]:
        left, _, right, _ = self._margins()
        return lay_out(self._rows, self._em(), max(1.0, width - left - right))

    def _em(self) -> float:
        return BASE_SIZE * theme.current().scale * self.logicalDpiY() / 72 * SIZE

    def _margins(self) -> tuple[int, int, int, int]:
        horizontal, vertical = (round(pixels * theme.current().scale) for pixels in PADDING)
        return horizontal, vertical, horizontal, vertical

    def _restyle(self) -> None:
        self._laid.clear()
        self._heights.clear()
        self.updateGeometry()
        self.update()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.tex())


# ---- placing -----------------------------------------------------------------------------------------


def lay_out(rows: Sequence[tuple[str, str]], em: float, room: float) -> list[Line]:
    """Return the lines of labelled equations from the top down, for a font's size and a width in pixels."""
    indent = max((_width(name) for name, _ in rows), default=0.0) * em
    result: list[Line] = []
    y = 0.0
    for name, tex in rows:
        size, broken = _broken(tex, em, max(1.0, room - indent))
        for number, pieces in enumerate(broken):
            placed = [(atom, indent + x) for atom, x in pieces]
            if number == 0:
                placed += _placed([atom.tex for atom in atoms(name)], size, indent - _width(name) * size)
            ascent, descent = _extent([atom for atom, _ in placed])
            result.append(Line(placed, size, y + ascent * size, y + (ascent + descent) * size))
            y = result[-1].bottom + LEADING * em
        y += (ROW_GAP - LEADING) * em
    return result


def _broken(tex: str, em: float, room: float) -> tuple[float, list[list[tuple[str, float]]]]:
    """Return the lines of an equation as (atom, x) each, and the font's size in which they fit."""
    parts = atoms(tex)
    widths = [_advance(part.tex) for part in parts]
    shared = [[parts[i].tex for i in line] for line in lines(parts, widths, room / em)]
    widest = max((sum(map(_advance, line)) for line in shared), default=0.0)
    size = min(em, room / widest) if widest else em
    return size, [_placed(line, size) for line in shared]


def _placed(line: Sequence[str], em: float, x: float = 0.0) -> list[tuple[str, float]]:
    placed = []
    for atom in line:
        placed.append((atom, x))
        x += _advance(atom) * em
    return placed


def _extent(line: Sequence[str]) -> tuple[float, float]:
    """Return how far a line reaches above and below its baseline, in the font's size."""
    boxes = [_ink(atom).boundingRect() for atom in line]
    return max([ASCENT, *(-box.top() for box in boxes)]), max([DESCENT, *(box.bottom() for box in boxes)])


def _width(tex: str) -> float:
    """Return the width of a whole equation, in the font's size."""
    return sum(_advance(atom.tex) for atom in atoms(tex))


# ---- ink ---------------------------------------------------------------------------------------------


@cache
def _advance(atom: str) -> float:
    """Return how far the next atom is, in the font's size."""
    drawn = _outline(atom)
    return _ink(atom).boundingRect().right() if drawn is None else drawn.width / EM


@cache
def _ink(atom: str) -> QPainterPath:
    """Return what is filled for an atom, in the font's size from the start of its baseline, y downwards."""
    drawn = _outline(atom)
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    if drawn is None:
        path.addText(QPointF(), application_font(), plain_text(atom))
        size = 1.0 / QFontMetricsF(application_font()).height()
        return QTransform.fromScale(size, size).map(path)
    for glyph, x, y, size in drawn.glyphs:
        place = QTransform.fromTranslate(x / EM, -y / EM)
        path.addPath(place.scale(size / EM / 1000, -size / EM / 1000).map(_glyph(glyph)))
    for x, y, width, height in drawn.rules:
        path.addRect(QRectF(x / EM, -(y + height) / EM, width / EM, height / EM))
    return path


def _outline(atom: str) -> Outline | None:
    """Return an atom's outline, or None for what is not mathematics: its letters are drawn then."""
    try:
        return outline(atom)
    except ValueError:
        return None


@cache
def _glyph(text: str) -> QPainterPath:
    """Return the path that an outline describes, such as "M0 0L10 0Q10 10 0 10Z"."""
    path = QPainterPath()
    for letter, numbers in re.findall(r"([MLQCZ])([^MLQCZ]*)", text):
        values = [float(number) for number in numbers.split()]
        points = [QPointF(x, y) for x, y in zip(values[::2], values[1::2], strict=True)]
        if letter == "M":
            path.moveTo(*points)
        elif letter == "L":
            path.lineTo(*points)
        elif letter == "Q":
            path.quadTo(*points)
        elif letter == "C":
            path.cubicTo(*points)
        else:
            path.closeSubpath()
    return path
