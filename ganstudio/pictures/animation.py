"""Training as a GIF: a row a data set, a pane a method, the same steps in each."""

from __future__ import annotations

import io
from collections.abc import Sequence

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from ganstudio.palette import LIGHT, Palette
from ganstudio.pictures.figures import density, draw_field, draw_samples, headed, wrapped
from ganstudio.pictures.style import figure, styled, tidy
from ganstudio.pictures.views import View

__all__ = ["gif"]

SIDE, HEAD, MARGIN, GAP = 2.8, 0.5, 0.14, 0.16
DOTS_PER_INCH = 96
MOST_PIXELS = 2e6
"""Of one frame; all of them are in memory at once."""
LEVELS = 25
"""Colours of the field: large even areas are what makes a GIF small."""
COLOURS = 64
MILLISECONDS = 110
LAST_MILLISECONDS = 2500
"""The end is what people look at before it starts again."""


def gif(rows: Sequence[Sequence[Sequence[View]]], palette: Palette = LIGHT) -> bytes:
    """Return an animation as the content of a GIF file.

    Parameters
    ----------
    rows
        Rows of panes, and for each pane its views over time; one that ends early keeps its last.
    palette
        Its colours.
    """
    length = max(len(views) for row in rows for views in row)
    lines = [line for row in rows for line in wrapped(row)]
    frames = [
        _frame([[views[min(index, len(views) - 1)] for views in line] for line in lines], palette)
        for index in range(length)
    ]
    # One table of colours for all frames, taken from the last: no flicker, and smaller files.
    table = frames[-1].quantize(COLOURS, method=Image.Quantize.MEDIANCUT)
    small = [frame.quantize(palette=table, dither=Image.Dither.NONE) for frame in frames]
    content = io.BytesIO()
    small[0].save(
        content,
        format="GIF",
        save_all=True,
        append_images=small[1:],
        duration=[MILLISECONDS] * (length - 1) + [LAST_MILLISECONDS],
        loop=0,
        optimize=False,
    )
    return content.getvalue()


def _frame(rows: Sequence[Sequence[View]], palette: Palette) -> Image.Image:
    columns = max(len(row) for row in rows)
    width = 2 * MARGIN + columns * SIDE + (columns - 1) * GAP
    height = len(rows) * (SIDE + HEAD) + MARGIN
    places = [(row, column, view) for row, views in enumerate(rows) for column, view in enumerate(views)]
    with styled():
        picture = figure(width, height, palette, density(width, height, DOTS_PER_INCH, MOST_PIXELS))
        for row, column, view in places:
            left = MARGIN + column * (SIDE + GAP)
            bottom = height - (row + 1) * (SIDE + HEAD)
            axes = picture.add_axes((left / width, bottom / height, SIDE / width, SIDE / height))
            headed(axes, view.title, view.subtitle, palette)
            draw_field(axes, view, palette, LEVELS)
            draw_samples(axes, view, palette, size=4.0)
            tidy(axes, palette)
            axes.set_xticks([])
            axes.set_yticks([])
        return _image(picture)


def _image(picture: Figure) -> Image.Image:
    canvas = FigureCanvasAgg(picture)
    canvas.draw()  # type: ignore[no-untyped-call]
    size = canvas.get_width_height()
    pixels = bytes(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    return Image.frombuffer("RGBA", size, pixels, "raw", "RGBA", 0, 1).convert("RGB")
