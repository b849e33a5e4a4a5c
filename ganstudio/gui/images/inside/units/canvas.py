"""A picture before and after, side by side; a brush on either sets units of the layer beneath it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ganstudio.gui import theme
from ganstudio.gui.images.inside.units.brush import Brush
from ganstudio.gui.images.inside.units.dissecting import Dissecting
from ganstudio.gui.images.inside.units.painting import Painting
from ganstudio.gui.images.inside.units.tint import tint
from ganstudio.gui.images.picture_grid import PictureGrid

__all__ = ["Canvas"]

BEFORE, AFTER = 0, 1
OPACITY = 0.4


class Canvas(PictureGrid):
    """Shows a `Painting`, and hands it strokes. The cells that are set are tinted on the picture before.

    Attributes
    ----------
    brush
        The same place on both pictures.
    """

    def __init__(self, dissecting: Dissecting, painting: Painting, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._dissecting, self._painting = dissecting, painting
        self._strokes: list[QImage] = []
        self.setAccessibleName(self.tr("The picture before and after; paint on either"))
        self.set_titles(columns=(self.tr("before"), self.tr("after")))
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.brush = Brush(self)
        self.brush.begun.connect(self._on_begun)
        self.brush.went_on.connect(self._on_more)
        self.brush.ended.connect(painting.settle)
        painting.picture_changed.connect(self.follow)
        painting.changed.connect(self._follow_strokes)
        dissecting.pictures_changed.connect(self.follow)
        dissecting.model_changed.connect(self._follow_strokes)
        theme.current().changed.connect(self._follow_strokes)

    def follow(self) -> None:
        """Show the pictures as they are now."""
        pictures, painting = self._dissecting.pictures, self._painting
        if pictures is None or painting.sample >= len(pictures):
            self.clear()
            return
        before = pictures[painting.sample]
        after = before if painting.picture is None else painting.picture
        self.set_pictures(np.stack([before, after]), 1, 2)

    def _follow_strokes(self) -> None:
        palette = theme.current().palette
        self._strokes = [
            tint(edit.cells, QColor(palette.bad if edit.levels is None else palette.good), OPACITY)
            for edit in self._painting.state
        ]
        told = self.tr("{0} strokes").format(len(self._painting.state))
        self.setAccessibleDescription(told)
        self.update()

    def _on_begun(self, _side: int, points: NDArray[np.float64]) -> None:
        self._painting.begin(points, self.brush.diameter)

    def _on_more(self, _side: int, points: NDArray[np.float64]) -> None:
        self._painting.go_on(points, self.brush.diameter)

    # ---- mouse and keyboard ----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a stroke."""
        if self.count:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.brush.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with it."""
        if self.count:
            self.brush.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End it."""
        self.brush.release(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Paint without a mouse."""
        if not self.count or not self.brush.key(event):
            event.ignore()

    # ---- drawing ---------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw both pictures, where they differ by strokes, and the brush on both."""
        super().paintEvent(event)
        if not self.count:
            return
        painter = QPainter(self)
        for image in self._strokes:
            painter.drawImage(self.place_of(BEFORE), image)
        if self.underMouse() or self.hasFocus():
            self.brush.draw(painter, (BEFORE, AFTER), QColor(theme.current().palette.warning))
        painter.end()
