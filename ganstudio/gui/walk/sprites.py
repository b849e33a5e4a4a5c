"""Many dots in one call, each a copy of a small picture: some thirty times as fast as round points with a pen."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.Qt import internals
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

__all__ = ["draw_dots"]


def draw_dots(painter: QPainter, places: NDArray[np.float64], colour: str, edge: str, diameter: float) -> None:
    """Draw dots at places (n, 2) in pixels, with a thin edge that parts overlapping ones; those at NaN are left out."""
    places = places[np.isfinite(places).all(axis=1)]
    if not len(places):
        return
    ratio = painter.device().devicePixelRatioF()
    sprite = _sprite(colour, edge, diameter, ratio)
    fragments = internals.PrimitiveArray(QPainter.PixmapFragment, 10)
    fragments.resize(len(places))
    table = fragments.ndarray()
    table[:, 0:2] = places
    table[:, 2:4] = 0.0
    table[:, 4] = table[:, 5] = sprite.height()
    table[:, 6:8] = 1.0 / ratio
    table[:, 8], table[:, 9] = 0.0, 1.0
    # Snapping to pixels would make dots jump by one while they move.
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
    painter.drawPixmapFragments(*fragments.drawargs(), sprite)  # type: ignore[call-arg]


@lru_cache(maxsize=32)
def _sprite(colour: str, edge: str, diameter: float, ratio: float) -> QPixmap:
    side = int(np.ceil((diameter + 2) * ratio))
    sprite = QPixmap(side, side)
    sprite.fill(Qt.GlobalColor.transparent)
    painter = QPainter(sprite)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    radius = diameter * ratio / 2
    for ink, size, alpha in ((edge, radius + 0.6 * ratio, 0.45), (colour, radius, 0.88)):
        painter.setOpacity(alpha)
        painter.setBrush(QColor(ink))
        painter.drawEllipse(QPointF(side / 2, side / 2), size, size)
    painter.end()
    return sprite
