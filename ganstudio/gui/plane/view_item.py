"""The base of everything that is drawn in a plot."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QRectF

__all__ = ["ViewItem"]


class ViewItem(pg.GraphicsObject):
    """An item that covers what is seen and never takes part in choosing the range.

    Bounds that follow the data cost bookkeeping at every update; very large fixed ones overflow when a small
    range is looked at, and then nothing is repainted.
    """

    def boundingRect(self) -> QRectF:
        """Return what the view shows."""
        seen = self.viewRect()
        return QRectF(seen) if seen is not None else QRectF()

    def viewRangeChanged(self, *_ranges: object) -> None:
        """Tell the scene that the bounds are about to be others."""
        self.prepareGeometryChange()

    def dataBounds(self, *_arguments: object, **_named: object) -> tuple[None, None]:
        """Return nothing."""
        return None, None
