"""The typeface: Inter, shipped with the program, with tabular figures where numbers change."""

from __future__ import annotations

import sys
from functools import cache

from PySide6.QtGui import QFont, QFontDatabase

from ganstudio.resources import asset

__all__ = ["BASE_SIZE", "FAMILIES", "application_font", "load_fonts", "tabular"]

FAMILIES = (
    "Inter",
    # For what Inter lacks: mathematics first, then Chinese on each platform.
    "Segoe UI",
    "Helvetica Neue",
    "Noto Sans",
    "Noto Sans Math",
    "DejaVu Sans",
    "PingFang SC",
    "Microsoft YaHei UI",
    "Noto Sans CJK SC",
    "sans-serif",
)
BASE_SIZE = 13.0 if sys.platform == "darwin" else 9.75
"""Points of ordinary text at scale 1: 13 px where a screen has 96 dpi (macOS counts 72)."""

_FILES = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf", "Inter-Bold.otf")


@cache
def load_fonts() -> tuple[str, ...]:
    """Register the shipped fonts once; needs a QGuiApplication.

    Returns
    -------
    tuple of str
        Files that could not be loaded; the window then uses the system's sans serif.
    """
    return tuple(name for name in _FILES if QFontDatabase.addApplicationFont(str(asset("fonts", name))) < 0)


def application_font(scale: float = 1.0) -> QFont:
    """Return the font of ordinary text."""
    font = QFont()
    font.setFamilies(list(FAMILIES))
    font.setPointSizeF(BASE_SIZE * scale)
    return font


def tabular(font: QFont | None = None) -> QFont:
    """Return a font with figures of equal width, so that changing numbers do not jitter.

    Parameters
    ----------
    font
        Where to start; without it, a font that sets nothing else and so inherits everything else.
    """
    result = QFont(font) if font is not None else QFont()
    if hasattr(result, "setFeature"):  # Qt 6.7
        result.setFeature(QFont.Tag("tnum"), 1)
    return result
