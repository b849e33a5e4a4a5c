"""Generators' numbers as pixels, and many pictures as one."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ganstudio.sheets.recipe import Arrangement

__all__ = ["MOST_PIXELS", "check_channels", "composed", "pixels", "sheet_size"]

MOST_PIXELS: Final = 64_000_000
"""Of one sheet."""

Pixels = NDArray[np.uint8]


def pixels(samples: NDArray[Any], output_range: tuple[float, float] = (-1.0, 1.0)) -> Pixels:
    """Return samples as pixels.

    Parameters
    ----------
    samples : array (n, channels, height, width)
        One channel is grey, three are red, green and blue, four have opacity.
    output_range
        What is black and what is white, `Architecture.output_range`. What lies outside is cut; NaN is black.

    Returns
    -------
    array (n, height, width, channels) of uint8
        Rounded to the nearest of 256.

    Raises
    ------
    ValueError
        If there are other numbers of channels.
    """
    check_channels(samples.shape[1])
    low, high = output_range
    result = np.empty((len(samples), *samples.shape[2:], samples.shape[1]), np.uint8)
    for sample, picture in zip(samples, result, strict=True):  # one by one: in doubles all would be large
        shares = (sample.astype(np.float64) - low) / (high - low)
        picture[:] = np.rint(np.nan_to_num(shares).clip(0.0, 1.0) * 255.0).transpose(1, 2, 0)
    return result


def check_channels(channels: int) -> None:
    """Refuse numbers of channels that are no picture's, with a `ValueError`."""
    if channels not in (1, 3, 4):
        raise ValueError(f"samples of {channels} channels are no pictures; 1, 3 or 4 can be drawn, others kept as .npy")


def sheet_size(height: int, width: int, arrangement: Arrangement) -> tuple[int, int]:
    """Return height and width of a sheet of pictures of a size, in pixels.

    Raises
    ------
    ValueError
        If it is too large.
    """
    gap, scale = arrangement.padding, arrangement.scale
    tall = arrangement.rows * (height * scale + gap) + gap
    wide = arrangement.columns * (width * scale + gap) + gap
    if tall * wide > MOST_PIXELS:
        raise ValueError(
            f"the sheet would have {wide:,} x {tall:,} pixels; at most {MOST_PIXELS:,} are drawn, "
            "so take fewer samples or a smaller scale"
        )
    return tall, wide


def composed(pictures: Pixels, arrangement: Arrangement) -> Pixels:
    """Return pictures side by side, row after row; pixels are enlarged without smoothing.

    Parameters
    ----------
    pictures : array (n, height, width, channels)
        At most as many as there are cells. Cells that are left over show the background, and so does what is
        see-through.

    Returns
    -------
    array (height, width) if everything is grey, otherwise (height, width, 3)

    Raises
    ------
    ValueError
        If there are too many, or the sheet is too large.
    """
    n, height, width, channels = pictures.shape
    if n > arrangement.rows * arrangement.columns:
        raise ValueError(f"{n:,} samples do not fit into {arrangement.rows} rows of {arrangement.columns}")
    grey = channels == 1 and len(set(arrangement.colour)) == 1
    colour = np.array(arrangement.colour[: 1 if grey else 3], np.uint8)
    sheet = np.empty((*sheet_size(height, width, arrangement), len(colour)), np.uint8)
    sheet[:] = colour
    gap, scale = arrangement.padding, arrangement.scale
    for index, picture in enumerate(_opaque(pictures, colour)):
        row, column = divmod(index, arrangement.columns)
        top, left = gap + row * (height * scale + gap), gap + column * (width * scale + gap)
        large = picture.repeat(scale, axis=0).repeat(scale, axis=1)
        sheet[top : top + height * scale, left : left + width * scale] = large
    return sheet[:, :, 0] if grey else sheet


def _opaque(pictures: Pixels, colour: NDArray[np.uint8]) -> Pixels:
    """Return pictures on a ground of one colour."""
    if pictures.shape[3] != 4:
        return pictures
    opacity = pictures[..., 3:] / 255.0
    return np.rint(pictures[..., :3] * opacity + colour * (1.0 - opacity)).astype(np.uint8)
