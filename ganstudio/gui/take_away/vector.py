"""Widgets as SVG: lines, dots and text stay what they are, only fields and icons are images.

Qt's generator of SVG 1.1 puts clipping paths of redirected painters where they do not belong and forgets to restore
them (6.11), and that of SVG Tiny has none. So every widget is drawn alone, by the latter, and clipped by a group
around it; in a plot, so is what lies inside of its axes.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QRegion
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from ganstudio.gui import theme
from ganstudio.gui.plane.graphics import PlotView

__all__ = ["drawing"]

_BODY = re.compile(r"<defs>(.*?)</defs>(.*)</svg>", re.DOTALL)
_NAME = re.compile(r"\bgradient(\d+)\b")
_EMPTY = re.compile(r"<g [^>]*>\s*</g>\s*")


@dataclass(frozen=True)
class _Part:
    """Something that is drawn at a place, and what is seen of it, in its own coordinates."""

    place: QPoint
    seen: QRectF
    whole: bool
    draw: Callable[[QPainter], None]


def drawing(widget: QWidget, title: str) -> bytes:
    """Return a widget and what is in it as SVG, a pixel a unit; see `ganstudio.drawings.finished` for its typeface."""
    size, ground = widget.size(), theme.current().palette.window
    definitions, bodies = [], []
    for index, part in enumerate(_parts(widget, QPoint(), QRect(QPoint(), size))):
        found = _BODY.search(_drawn(part.draw, size, widget.logicalDpiX()))
        assert found is not None
        body = _EMPTY.sub("", found[2])
        if "<g " not in body:
            continue
        clip = ""
        if not part.whole:
            x, y, wide, high = part.seen.x(), part.seen.y(), part.seen.width(), part.seen.height()
            definitions.append(f'<clipPath id="seen{index}"><path d="M{x:g},{y:g}h{wide:g}v{high:g}h{-wide:g}z"/>')
            definitions.append("</clipPath>\n")
            clip = f' clip-path="url(#seen{index})"'
        definitions.append(_NAME.sub(rf"gradient{index}-\1", found[1].strip()))
        body = _NAME.sub(rf"gradient{index}-\1", body.strip())
        bodies.append(f'<g transform="translate({part.place.x()},{part.place.y()})"{clip}>\n{body}\n</g>\n')
    width, height = size.width(), size.height()
    return "".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>\n',
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1" ',
            f'width="{width}" height="{height}" viewBox="0 0 {width} {height}">\n',
            f"<title>{html.escape(title)}</title>\n<defs>\n",
            *definitions,
            f'</defs>\n<rect width="{width}" height="{height}" fill="{ground}"/>\n',
            *bodies,
            "</svg>\n",
        ]
    ).encode("utf-8")


def _parts(widget: QWidget, place: QPoint, seen: QRect) -> Iterator[_Part]:
    """Yield a widget and all that is in it, what lies below first; `seen` is in the page's coordinates."""
    own = QRect(place, widget.size())
    visible = own.intersected(seen)
    if visible.isEmpty():
        return
    local = QRectF(visible.translated(-place))
    view = widget.parentWidget()
    if isinstance(view, PlotView) and widget is view.viewport():
        yield from _plot_parts(view, place, local, visible == own)
    else:
        yield _Part(place, local, visible == own, _Alone(widget))
    for child in widget.children():
        if isinstance(child, QWidget) and not child.isWindow() and not child.isHidden():
            yield from _parts(child, place + child.pos(), visible)


def _plot_parts(view: PlotView, place: QPoint, seen: QRectF, whole: bool) -> Iterator[_Part]:
    """Yield the items of a plot: those inside of the axes, and those that are not, as they lie over one another."""
    view.scene().prepareForPaint()  # so that all items know what is seen
    inside = view.box.childGroup
    clip = view.viewportTransform().mapRect(view.box.sceneBoundingRect()).intersected(seen)
    for item in view.scene().items(Qt.SortOrder.AscendingOrder):
        if item.isVisible():
            is_inside = inside.isAncestorOf(item)
            part = clip if is_inside else seen
            yield _Part(place, part, whole and not is_inside, _Item(view, item, part))


@dataclass(frozen=True)
class _Alone:
    """Draws a widget without what is in it."""

    widget: QWidget

    def __call__(self, painter: QPainter) -> None:
        # A graphics view has another method of this name.
        QWidget.render(self.widget, painter, QPoint(), QRegion(), QWidget.RenderFlag(0))


@dataclass(frozen=True)
class _Item:
    """Draws an item of a plot."""

    view: PlotView
    item: QGraphicsItem
    seen: QRectF

    def __call__(self, painter: QPainter) -> None:
        painter.setClipRect(self.seen)  # is not written down, but tells the item what it may leave out
        painter.setTransform(self.item.deviceTransform(self.view.viewportTransform()))
        painter.setOpacity(self.item.effectiveOpacity())
        self.item.paint(painter, QStyleOptionGraphicsItem(), self.view.viewport())


def _drawn(draw: Callable[[QPainter], None], size: QSize, resolution: int) -> str:
    """Return what Qt writes of something."""
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setResolution(resolution)  # so that text is as large as on the screen
    painter = QPainter(generator)
    try:
        draw(painter)
    finally:
        painter.end()
    return bytes(buffer.data().data()).decode("utf-8")
