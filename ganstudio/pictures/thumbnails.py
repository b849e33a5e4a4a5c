"""Small pictures for pages that hold hundreds of them: a few milliseconds and a few kilobytes each."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

import contourpy
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor, ImageDraw

from ganstudio.field import Field
from ganstudio.palette import LIGHT, Palette, diverging
from ganstudio.pictures.views import View

__all__ = ["real_thumbnail", "thumbnail"]

FINER = 3
"""Drawn so many times larger and then made smaller, which smooths edges."""
LEVELS = 21
"""Colours of the field: large even areas are what makes a PNG small."""
SHOWN_SAMPLES = 500
OPACITY = 0.75


def thumbnail(view: View, side: int, palette: Palette = LIGHT) -> bytes:
    """Return the field, its contour, real and generated samples as a square PNG of so many pixels a side."""
    image = _empty(side, palette)
    if view.field is not None:
        image = _field(view.field, image.width, palette)
        _contour(image, view.field, palette)
    _dots(image, view.real, view.window, palette.real)
    _dots(image, view.generated, view.window, palette.generated)
    return _png(image, palette)


def real_thumbnail(view: View, side: int, palette: Palette = LIGHT) -> bytes:
    """Return the real samples alone."""
    image = _empty(side, palette)
    _dots(image, view.real, view.window, palette.real)
    return _png(image, palette)


def _empty(side: int, palette: Palette) -> Image.Image:
    return Image.new("RGB", (side * FINER, side * FINER), palette.plot)


def _field(field: Field, side: int, palette: Palette) -> Image.Image:
    low, high = field.limits
    share = np.nan_to_num((field.values - low) / (high - low), nan=0.5).clip(0.0, 1.0)
    colours = diverging(palette, LEVELS)[np.round(share * (LEVELS - 1)).astype(np.intp)]
    rows, columns = share.shape
    # Rows begin at the bottom. Nodes lie on the window's edges, so half of the outermost pixels is outside.
    small = Image.fromarray(np.ascontiguousarray(colours[::-1]), "RGB")
    box = (0.5, 0.5, columns - 0.5, rows - 0.5)
    return small.resize((side, side), Image.Resampling.BILINEAR, box=box)


def _contour(image: Image.Image, field: Field, palette: Palette) -> None:
    """Draw the line where the critic does not know."""
    rows, columns = field.values.shape
    x, y = np.linspace(0.0, image.width, columns), np.linspace(image.height, 0.0, rows)
    values = np.ma.masked_invalid(field.values)
    pen = ImageDraw.Draw(image)
    for line in contourpy.contour_generator(x, y, values).lines(field.meaning.centre):
        points: list[tuple[float, float]] = [(float(x), float(y)) for x, y in np.asarray(line)]
        pen.line(points, fill=palette.contour, width=FINER)


def _dots(
    image: Image.Image, samples: NDArray[np.floating[Any]], window: tuple[float, float, float, float], colour: str
) -> None:
    left, right, bottom, top = window
    shown = np.asarray(samples[:SHOWN_SAMPLES], np.float64)
    inside = np.isfinite(shown).all(-1) & (shown >= (left, bottom)).all(-1) & (shown <= (right, top)).all(-1)
    across = (shown[inside, 0] - left) / (right - left) * image.width
    down = (top - shown[inside, 1]) / (top - bottom) * image.height
    radius = image.width / 150.0 + 0.4 * FINER
    pen = ImageDraw.Draw(image, "RGBA")
    fill = (*ImageColor.getrgb(colour)[:3], round(255 * OPACITY))
    for x, y in zip(across, down, strict=True):
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)


@cache
def _colours(palette: Palette) -> Image.Image:
    """Return the colours of a file: the field's, and what is drawn on it, half transparent and whole.

    They are the same for all pictures, so that orange is the same orange wherever there is little of it.
    """
    field = diverging(palette, LEVELS).astype(np.float64)
    drawn = [np.array(ImageColor.getrgb(colour)[:3]) for colour in (palette.real, palette.generated, palette.contour)]
    mixed = [colour * share + field[::4] * (1 - share) for colour in drawn for share in (0.35, 0.7, OPACITY**0.5, 1.0)]
    both = 0.5 * (drawn[0] + drawn[1])
    every = np.unique(np.round(np.vstack([field, *mixed, both])).astype(np.uint8), axis=0)
    table = Image.new("P", (1, 1))
    table.putpalette(every.tobytes())
    return table


def _png(image: Image.Image, palette: Palette) -> bytes:
    small = image.reduce(FINER).quantize(palette=_colours(palette), dither=Image.Dither.NONE)
    content = io.BytesIO()
    small.save(content, format="PNG", optimize=True)
    return content.getvalue()
