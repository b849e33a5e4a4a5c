"""How pictures look: typeface, sizes and colours, and their way into a PNG."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import matplotlib
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

from ganstudio.palette import Palette, diverging
from ganstudio.resources import assets_folder

__all__ = ["DOTS_PER_INCH", "SUBTITLE_SIZE", "TITLE_SIZE", "colours", "figure", "png", "styled", "tidy"]

DOTS_PER_INCH = 144
TITLE_SIZE = 11.0
SUBTITLE_SIZE = 8.5


@cache
def _families() -> list[str]:
    """Register the shipped typeface; what it lacks comes from matplotlib's own."""
    for path in sorted((assets_folder() / "fonts").glob("Inter*.[ot]tf")):
        font_manager.fontManager.addfont(path)
    known = {entry.name for entry in font_manager.fontManager.ttflist}
    wanted = ("Inter", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "DejaVu Sans")
    return [family for family in wanted if family in known]


@contextmanager
def styled() -> Iterator[None]:
    """Use the program's style inside, for making figures as well as for drawing them."""
    style: dict[Any, Any] = {
        "font.family": _families(),
        "font.size": SUBTITLE_SIZE,
        # A label with a dollar sign is a label, not mathematics.
        "text.parse_math": False,
        "axes.unicode_minus": True,
    }
    with matplotlib.rc_context(style), warnings.catch_warnings():
        # A person's label may be in a script that no installed font has.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font", category=UserWarning)
        yield


def figure(width: float, height: float, palette: Palette, dots_per_inch: int = DOTS_PER_INCH) -> Figure:
    """Return an empty figure of a size in inches, with a canvas that draws into memory."""
    empty = Figure(figsize=(width, height), dpi=dots_per_inch, facecolor=palette.plot)
    FigureCanvasAgg(empty)
    return empty


def png(picture: Figure) -> bytes:
    """Return a figure as the content of a PNG file, the same bytes for the same figure."""
    content = io.BytesIO()
    with styled():
        picture.savefig(content, format="png", facecolor=picture.get_facecolor(), metadata={"Software": "GAN Studio"})
    return content.getvalue()


def colours(palette: Palette, levels: int) -> ListedColormap:
    """Return the field's colour map, from "generated" over neutral to "real"."""
    return ListedColormap(diverging(palette, levels) / 255.0, name=f"field-{palette.name}")


def tidy(axes: Axes, palette: Palette) -> None:
    """Give axes quiet lines and small muted numbers."""
    axes.set_facecolor(palette.plot)
    axes.tick_params(length=0, pad=4, labelsize=7.5, colors=palette.muted)
    for spine in axes.spines.values():
        spine.set_color(palette.border)
        spine.set_linewidth(0.8)
