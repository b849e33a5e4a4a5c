"""Figures: one plane, many side by side, and loss curves. Sizes are in inches, so that nothing overlaps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from ganstudio.field import Field
from ganstudio.messages import Losses
from ganstudio.palette import LIGHT, Palette
from ganstudio.pictures.style import DOTS_PER_INCH, SUBTITLE_SIZE, TITLE_SIZE, colours, figure, styled, tidy
from ganstudio.pictures.views import View

__all__ = ["HEAD", "comparison", "density", "draw_field", "draw_samples", "headed", "inches", "losses"]
__all__ += ["plane", "wrapped"]

SHOWN_SAMPLES = 1000
HEAD = 0.55
"""Height of a title and a subtitle above a pane."""
MARGIN = 0.2
MOST_BESIDE = 8
"""Methods in a row."""
MOST_PIXELS = 16e6

Pane = TypeVar("Pane")


def plane(view: View, palette: Palette = LIGHT) -> Figure:
    """Draw one run: the critic's field with its contour and colour bar, real and generated samples."""
    side, left, bottom, bar = 5.4, 0.45, 0.6, 0.95
    with styled():
        picture = figure(left + side + bar, HEAD + side + bottom, palette)
        axes = inches(picture, left, bottom, side, side)
        headed(axes, view.title, view.subtitle, palette)
        image = draw_field(axes, view, palette)
        draw_samples(axes, view, palette, size=7.0)
        if image is not None and view.field is not None:
            _colour_bar(picture, image, view.field, palette, (left + side + 0.12, bottom, 0.14, side))
        tidy(axes, palette)
        _legend(picture, palette, (left / picture.get_figwidth(), 0.1 / picture.get_figheight()))
    return picture


def comparison(rows: Sequence[Sequence[View]], note: str = "", palette: Palette = LIGHT) -> Figure:
    """Draw runs side by side: a row a data set, the real data first, then a column a method; a note below.

    More than `MOST_BESIDE` methods go on in a row of their own, behind the same real data. A large comparison has
    fewer pixels an inch, so that no picture is larger than screens and memory are.
    """
    side, gap, foot = 2.7, 0.18, 0.42
    lines = [line for row in rows for line in wrapped(row)]
    columns = 1 + max(len(line) for line in lines)
    width, height = 2 * MARGIN + columns * side + (columns - 1) * gap, len(lines) * (side + HEAD) + foot
    with styled():
        picture = figure(width, height, palette, density(width, height, DOTS_PER_INCH, MOST_PIXELS))
        for number, line in enumerate(lines):
            bottom = foot + (len(lines) - 1 - number) * (side + HEAD)
            for column in range(1 + len(line)):
                axes = inches(picture, MARGIN + column * (side + gap), bottom, side, side)
                if column == 0:
                    headed(axes, line[0].data_title, "real data", palette)
                    _scatter(axes, line[0].real, palette.real, 4.0)
                    _frame(axes, line[0])
                else:
                    view = line[column - 1]
                    headed(axes, view.title, view.subtitle, palette)
                    draw_field(axes, view, palette)
                    draw_samples(axes, view, palette, size=4.0)
                tidy(axes, palette)
                axes.set_xticks([])
                axes.set_yticks([])
        low = 0.12 / picture.get_figheight()
        _legend(picture, palette, (MARGIN / width, low))
        picture.text(1.0 - MARGIN / width, low, note, color=palette.muted, ha="right", va="bottom")
    return picture


def wrapped(row: Sequence[Pane]) -> list[Sequence[Pane]]:
    """Return one row of panes as several, equally long as far as that goes, if it is too long for a picture."""
    lines = -(-len(row) // MOST_BESIDE)
    length = -(-len(row) // lines)
    return [row[first : first + length] for first in range(0, len(row), length)]


def density(width: float, height: float, usual: int, most_pixels: float) -> int:
    """Return the dots per inch at which a picture of a size in inches has at most so many pixels."""
    return max(1, min(usual, int((most_pixels / (width * height)) ** 0.5)))


def losses(record: Losses, title: str, palette: Palette = LIGHT) -> Figure:
    """Draw the loss curves of the first seed: faint as they were, strong as they went."""
    left, bottom, width, height, right = 0.65, 0.55, 6.6, 2.7, 0.25
    with styled():
        picture = figure(left + width + right, bottom + height + HEAD, palette)
        axes = inches(picture, left, bottom, width, height)
        headed(axes, title, "losses; the strong line is a running mean", palette)
        axes.grid(axis="y", color=palette.border, linewidth=0.6)
        axes.axhline(0.0, color=palette.muted, linewidth=0.6)
        spare = [palette.real, palette.warning, palette.good, palette.muted] * (1 + len(record.terms))
        for name, values in record.terms.items():
            colour = getattr(palette, name, None) or spare.pop(0)
            axes.plot(record.step, values[0], color=colour, linewidth=0.5, alpha=0.35)
            axes.plot(record.step, _running_mean(values[0]), color=colour, linewidth=1.4, label=name)
        tidy(axes, palette)
        axes.set_xlim(0, max(1, int(record.step[-1])))
        axes.xaxis.set_major_formatter(lambda step, _: f"{step:,.0f}")
        axes.set_xlabel("generator steps", color=palette.muted, fontsize=8)
        axes.legend(
            loc="lower right",
            bbox_to_anchor=(1.0, 1.0),
            borderaxespad=0.2,
            ncols=len(record.terms),
            frameon=False,
            labelcolor=palette.text,
            handlelength=1.2,
        )
    return picture


def _running_mean(values: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the mean over a fiftieth of the curve around each point, over what there is of it at the ends."""
    width = max(1, len(values) // 50)
    window = np.ones(width)
    return np.convolve(values, window, "same") / np.convolve(np.ones(len(values)), window, "same")


# ---- parts ------------------------------------------------------------------------------------------------


def inches(picture: Figure, left: float, bottom: float, width: float, height: float) -> Axes:
    """Add axes at a place given in inches."""
    across, up = picture.get_figwidth(), picture.get_figheight()
    return picture.add_axes((left / across, bottom / up, width / across, height / up))


def headed(axes: Axes, title: str, subtitle: str, palette: Palette) -> None:
    """Write a title and a subtitle above axes, flush left, cut so that they stay above them."""
    width = axes.get_position().width * axes.figure.get_figwidth()  # type: ignore[union-attr]
    above: dict[str, Any] = {
        "xy": (0.0, 1.0),
        "xycoords": "axes fraction",
        "textcoords": "offset points",
        "annotation_clip": False,
    }
    axes.annotate(
        _cut(title, width, TITLE_SIZE), xytext=(0, 19), color=palette.text, fontsize=TITLE_SIZE, weight="bold", **above
    )
    axes.annotate(
        _cut(subtitle, width, SUBTITLE_SIZE), xytext=(0, 6), color=palette.muted, fontsize=SUBTITLE_SIZE, **above
    )


def _cut(text: str, inches: float, size: float) -> str:
    """Shorten a text that would not fit; a letter is about 0.55 of its size wide."""
    room = int(inches * 72.0 / (0.55 * size))
    return text if len(text) <= room else text[: room - 1].rstrip() + "…"


def draw_field(axes: Axes, view: View, palette: Palette, levels: int = 256) -> AxesImage | None:
    """Draw the field, if there is one, in so many colours, and the contour where the critic does not know."""
    field = view.field
    if field is None:
        _frame(axes, view)
        return None
    centre = field.meaning.centre
    rows, columns = field.values.shape
    left, right, bottom, top = view.window
    # Nodes lie on the window's edge, so half of the outermost pixels is outside of it.
    across, up = (right - left) / (columns - 1) / 2, (top - bottom) / (rows - 1) / 2
    image = axes.imshow(
        field.values,
        origin="lower",
        extent=(left - across, right + across, bottom - up, top + up),
        cmap=colours(palette, levels),
        norm=Normalize(*field.limits),
        interpolation="bilinear",
        aspect="auto",
    )
    if (field.values < centre).any() and (field.values > centre).any():
        x, y = np.linspace(left, right, columns), np.linspace(bottom, top, rows)
        axes.contour(x, y, field.values, levels=[centre], colors=palette.contour, linewidths=0.8)
    _frame(axes, view)
    return image


def draw_samples(axes: Axes, view: View, palette: Palette, size: float) -> PathCollection:
    """Draw real samples and, above them, as many generated ones; return the latter."""
    _scatter(axes, view.real, palette.real, size)
    generated = _scatter(axes, view.generated[:SHOWN_SAMPLES], palette.generated, size)
    _frame(axes, view)
    return generated


def _scatter(axes: Axes, points: NDArray[np.floating[Any]], colour: str, size: float) -> PathCollection:
    return axes.scatter(points[:, 0], points[:, 1], s=size, color=colour, alpha=0.75, linewidths=0, zorder=3)


def _frame(axes: Axes, view: View) -> None:
    left, right, bottom, top = view.window
    axes.set_xlim(left, right)
    axes.set_ylim(bottom, top)


def _colour_bar(
    picture: Figure, image: AxesImage, field: Field, palette: Palette, place: tuple[float, float, float, float]
) -> None:
    axes = inches(picture, *place)
    bar = picture.colorbar(image, cax=axes)
    bar.outline.set_visible(False)
    bar.set_label(field.meaning.title, color=palette.muted, fontsize=8)
    axes.axhline(field.meaning.centre, color=palette.contour, linewidth=0.8)
    tidy(axes, palette)


def _legend(picture: Figure, palette: Palette, place: tuple[float, float]) -> None:
    """Explain the two colours below the panes, where nothing is hidden."""
    dots = [
        Line2D([], [], linestyle="", marker="o", markersize=5, color=colour, label=label)
        for colour, label in ((palette.real, "real"), (palette.generated, "generated"))
    ]
    contour = Line2D([], [], color=palette.contour, linewidth=0.8, label="undecided")
    picture.legend(
        handles=[*dots, contour],
        loc="lower left",
        bbox_to_anchor=place,
        borderaxespad=0.0,
        borderpad=0.0,
        ncols=3,
        frameon=False,
        labelcolor=palette.muted,
        handletextpad=0.3,
        handlelength=1.2,
        columnspacing=1.2,
    )
