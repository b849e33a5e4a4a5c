"""What part of the plane is seen, the same in all cells."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QTransform

__all__ = ["Sight", "Window"]

Window = tuple[float, float, float, float]


@dataclass(frozen=True)
class Sight:
    """A square of the plane.

    Attributes
    ----------
    x, y
        Its centre.
    reach
        Half of its side.
    """

    x: float
    y: float
    reach: float

    @classmethod
    def of(cls, window: Window) -> Self:
        """Return the smallest square around (left, right, bottom, top)."""
        left, right, bottom, top = window
        return cls((left + right) / 2, (bottom + top) / 2, max(right - left, top - bottom) / 2)

    @property
    def window(self) -> Window:
        """Its (left, right, bottom, top)."""
        return self.x - self.reach, self.x + self.reach, self.y - self.reach, self.y + self.reach

    def zoomed(self, factor: float, at: tuple[float, float] | None = None) -> Self:
        """Return what is seen when everything is larger by a factor, around a point or the centre."""
        x, y = at or (self.x, self.y)
        return replace(self, x=x + (self.x - x) / factor, y=y + (self.y - y) / factor, reach=self.reach / factor)

    def moved(self, right: float, down: float, side: float) -> Self:
        """Return what is seen when everything is pulled by so many pixels of a square that has `side` of them."""
        unit = 2 * self.reach / side
        return replace(self, x=self.x - right * unit, y=self.y + down * unit)

    def transform(self, square: QRectF) -> QTransform:
        """Return what takes the plane's coordinates to pixels of a square."""
        scale = square.width() / (2 * self.reach)
        return QTransform(
            scale, 0.0, 0.0, -scale, square.center().x() - self.x * scale, square.center().y() + self.y * scale
        )

    def point(self, square: QRectF, position: QPointF) -> tuple[float, float]:
        """Return the point of the plane that is at a place of a square."""
        unit = 2 * self.reach / square.width()
        offset = position - square.center()
        return self.x + offset.x() * unit, self.y - offset.y() * unit
