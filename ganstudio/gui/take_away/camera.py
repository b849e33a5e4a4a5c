"""Pictures of widgets at any scale, whole or a slice at a time."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter, QRegion
from PySide6.QtWidgets import QWidget

from ganstudio.gui import theme

__all__ = ["blank", "expose", "picture", "slices"]


def blank(widget: QWidget, scale: int = 1) -> QImage:
    """Return an empty picture for a widget: `scale` pixels for each of its own, on the window's ground."""
    image = QImage(widget.size() * scale, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    image.fill(QColor(theme.current().palette.window))
    return image


def picture(widget: QWidget, scale: int = 1) -> QImage:
    """Return what a widget looks like, drawn anew with `scale` pixels for each of its own."""
    image = blank(widget, scale)
    widget.render(image)
    return image


def expose(image: QImage, widget: QWidget, region: QRegion) -> None:
    """Draw a part of a widget into its picture."""
    corner = region.boundingRect().topLeft()
    painter = QPainter(image)
    # A widget is drawn with the corner of the region at the place that is named.
    widget.render(painter, corner, region)
    painter.end()


def slices(widget: QWidget, panes: list[QWidget]) -> list[QRegion]:
    """Return the parts of a widget that are drawn one at a time: each pane that it shows, and the rest.

    A whole window takes longer to draw than an event loop may be kept waiting; no slice does.
    """
    rest, parts = QRegion(widget.rect()), []
    for pane in panes:
        if pane is widget or not (widget.isAncestorOf(pane) and pane.isVisibleTo(widget)):
            continue
        seen = pane.visibleRegion().boundingRect()
        place = QRect(pane.mapTo(widget, seen.topLeft()), seen.size()).intersected(widget.rect())
        if not place.isEmpty():
            parts.append(QRegion(place))
            rest = rest.subtracted(QRegion(place))
    return [*parts, rest] if not rest.isEmpty() else parts
