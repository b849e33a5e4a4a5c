"""A unit's map over a picture: as warmth, or as light on the places where the unit is on. Plain NumPy."""

from __future__ import annotations

from typing import Any, Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from ganstudio.dissection.regions import upsampled
from ganstudio.image_messages import Pixels

__all__ = ["LOOKS", "Look", "coloured", "overlaid"]

Look = Literal["heat", "on"]
LOOKS: tuple[Look, ...] = get_args(Look)
DEEPEST: Final = 0.85
"""Share of the colour where a unit is at its peak: the picture is still seen through it."""
DARK: Final = 0.22
"""Brightness that is left of the picture where a unit is off."""
HEAT: Final = (255.0, 45.0, 120.0)
"""A red that is in few pictures, and stands out from black, grey and white."""


def coloured(pictures: Pixels) -> Pixels:
    """Return pictures (..., channels) of 1, 3 or 4 channels in red, green and blue; what is transparent over white."""
    if pictures.shape[-1] == 4:
        opacity = pictures[..., 3:] / 255.0
        return np.rint(pictures[..., :3] * opacity + 255.0 * (1.0 - opacity)).astype(np.uint8)
    return np.broadcast_to(pictures, (*pictures.shape[:-1], 3))


def overlaid(pictures: Pixels, heat: NDArray[Any], threshold: float, peak: float, look: Look) -> Pixels:
    """Return pictures with a unit's maps over them, (n, height, width, 3).

    Parameters
    ----------
    pictures : array (n, height, width, channels)
    heat : array (n, h, w)
        The unit's map for each, in cells.
    threshold
        Above which it is on.
    peak
        The largest activation of all, which gets the deepest colour; what is not above 0 gets none.
    look
        "heat" tints by activation, "on" darkens the places where the unit is off.
    """
    whole = coloured(pictures).astype(np.float64)
    maps = upsampled(heat, *pictures.shape[1:3])
    if look == "on":
        light = np.where(maps > threshold, 1.0, DARK)[..., None]
        return np.rint(whole * light).astype(np.uint8)
    warmth = DEEPEST * np.clip(maps / peak if peak > 0 else np.zeros_like(maps), 0.0, 1.0)[..., None]
    return np.rint(whole * (1.0 - warmth) + np.array(HEAT) * warmth).astype(np.uint8)
