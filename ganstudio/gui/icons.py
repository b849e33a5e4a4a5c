"""Line icons, drawn from assets/icons/*.svg in the palette's colours."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Literal

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ganstudio.palette import Palette
from ganstudio.resources import asset

__all__ = ["application_icon", "dot", "icon", "names", "pixmap", "svg"]

Role = Literal["text", "muted", "accent", "on_accent", "good", "bad", "warning"]
_SIZES = (16, 20, 24, 32)


@cache
def names() -> tuple[str, ...]:
    """Return the names of all icons."""
    return tuple(sorted(path.stem for path in asset("icons").glob("*.svg")))


@cache
def _source(name: str) -> str:
    try:
        return asset("icons", f"{name}.svg").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise KeyError(f"there is no icon {name!r}; one of {', '.join(names())}") from None


def svg(name: str, colour: str) -> bytes:
    """Return an icon's SVG text in a colour."""
    return _source(name).replace("currentColor", colour).encode()


def pixmap(name: str, colour: str, size: int, ratio: float = 1.0) -> QPixmap:
    """Return an icon as a square pixmap.

    Parameters
    ----------
    size
        Side in device-independent pixels.
    ratio
        Device pixels in one of them.
    """
    return _rendered(QSvgRenderer(QByteArray(svg(name, colour))), size, ratio)


def _rendered(renderer: QSvgRenderer, size: int, ratio: float) -> QPixmap:
    side = max(1, round(size * ratio))
    image = QPixmap(side, side)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    image.setDevicePixelRatio(ratio)
    return image


def icon(name: str, palette: Palette, role: Role = "text") -> QIcon:
    """Return a cached icon in the colour that the palette has for a role; paler when disabled."""
    return _icon(name, getattr(palette, role), palette.muted, _largest_ratio())


@lru_cache(maxsize=512)
def _icon(name: str, colour: str, disabled: str, ratio: float) -> QIcon:
    faint = QColor(disabled)
    faint.setAlphaF(0.5)
    result = QIcon()
    renderer = QSvgRenderer(QByteArray(svg(name, colour)))
    for size in _SIZES:
        image = _rendered(renderer, size, ratio)
        result.addPixmap(image)
        # An icon has one colour: the pale one is the same shape, filled anew.
        pale = QPixmap(image)
        painter = QPainter(pale)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
        painter.fillRect(pale.rect(), faint)
        painter.end()
        result.addPixmap(pale, QIcon.Mode.Disabled)
    return result


def dot(colour: str, *, filled: bool = True, size: int = 10) -> QIcon:
    """Return a round swatch: full for a layer that is on, a ring for one that is off."""
    ratio = _largest_ratio()
    image = QPixmap(round(size * ratio), round(size * ratio))
    image.fill(Qt.GlobalColor.transparent)
    image.setDevicePixelRatio(ratio)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(colour))
    painter.setBrush(QColor(colour) if filled else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QRectF(1.5, 1.5, size - 3, size - 3))
    painter.end()
    return QIcon(image)


def application_icon() -> QIcon:
    """Return the program's icon in every shipped size."""
    result = QIcon()
    for path in sorted(asset("icon").glob("icon-*.png")):
        result.addFile(str(path))
    return result


def _largest_ratio() -> float:
    return max((screen.devicePixelRatio() for screen in QGuiApplication.screens()), default=1.0)
