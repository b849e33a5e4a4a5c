"""Colours, the same in the window and in exported pictures.

One accent for real samples, one for generated ones, everywhere. Teal and orange differ in hue and in
lightness for every common kind of colour blindness.

A room's light falls on a projector's screen as well: it brightens black most and so takes contrast from everything.
The two palettes for a projector keep a luminance ratio of 4.5 for text and of 3 for marks where the stray light has a
fifth of the luminance of the projector's white; `tests/test_palette.py` computes that.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "DARK",
    "DARK_PROJECTOR",
    "LIGHT",
    "LIGHT_PROJECTOR",
    "Palette",
    "diverging",
    "group_colours",
    "sequential",
]


@dataclass(frozen=True)
class Palette:
    """Named colours as "#rrggbb"."""

    name: str
    window: str
    panel: str
    raised: str
    border: str
    text: str
    muted: str
    accent: str
    on_accent: str
    real: str
    generated: str
    field_real: str
    field_generated: str
    plot: str
    contour: str
    good: str
    bad: str
    warning: str
    on_state: str
    critic: str
    generator: str
    penalty: str

    @property
    def is_dark(self) -> bool:
        """Whether text is brighter than the ground."""
        return self.name.startswith("dark")


DARK = Palette(
    name="dark",
    window="#13151a",
    panel="#1a1d24",
    raised="#242833",
    border="#2e3340",
    text="#e8ebf1",
    muted="#98a1b3",
    accent="#6ea8fe",
    on_accent="#0b1220",
    real="#35c9b3",
    generated="#ff8f4d",
    field_real="#176f63",
    field_generated="#8a4318",
    plot="#1a1d24",
    contour="#dfe4ee",
    good="#43c488",
    bad="#f2686b",
    warning="#e8b44a",
    on_state="#0d1117",
    critic="#6ea8fe",
    generator="#ff8f4d",
    penalty="#b99cf5",
)

LIGHT = Palette(
    name="light",
    window="#f2f4f7",
    panel="#ffffff",
    raised="#edf0f5",
    border="#d5dae3",
    text="#171b24",
    muted="#596275",
    accent="#2467e0",
    on_accent="#ffffff",
    real="#0b8577",
    generated="#d4590f",
    field_real="#8ad3c8",
    field_generated="#f6bf97",
    plot="#ffffff",
    contour="#30384a",
    good="#16794a",
    bad="#c62f36",
    warning="#8f6200",
    on_state="#ffffff",
    critic="#2467e0",
    generator="#d4590f",
    penalty="#7a4fd0",
)

DARK_PROJECTOR = Palette(
    name="dark-projector",
    window="#000000",
    panel="#06080b",
    raised="#12151b",
    border="#6f7a90",
    text="#ffffff",
    muted="#e2e7f0",
    accent="#cfe3ff",
    on_accent="#000000",
    real="#7df5ea",
    generated="#ff9a3c",
    field_real="#1f5b58",
    field_generated="#6b4212",
    plot="#000000",
    contour="#ffffff",
    good="#93ffc6",
    bad="#ffd8d8",
    warning="#ffe58f",
    on_state="#000000",
    critic="#94adf9",
    generator="#ff9a3c",
    penalty="#fdcdfd",
)

LIGHT_PROJECTOR = Palette(
    name="light-projector",
    window="#f6f7fa",
    panel="#ffffff",
    raised="#f2f4f8",
    border="#7a8394",
    text="#000000",
    muted="#2b313d",
    accent="#16109d",
    on_accent="#ffffff",
    real="#00857b",
    generated="#c44100",
    field_real="#8fe8dc",
    field_generated="#ffc285",
    plot="#ffffff",
    contour="#000000",
    good="#064024",
    bad="#7a000a",
    warning="#523600",
    on_state="#ffffff",
    critic="#16109d",
    generator="#c44100",
    penalty="#8f49fc",
)


# Found by exchange: in simulations of the three kinds of colour blindness (Machado et al. 2009) the closest two are
# 0.11 and 0.09 apart in OKLab, Okabe and Ito's eight 0.08; all keep away from the field's colours and real samples.
# In a lit room the closest two for a projector are 0.07 and 0.05 apart, what the others then are, or more.
_GROUPS = {
    "dark": ("#ff8f4d", "#b2c6ff", "#9f53ec", "#fff04a", "#6699b2", "#ffc69f", "#b28cff", "#b2ffff"),
    "light": ("#d4590f", "#1a1aec", "#531a1a", "#c666ec", "#9f2d1a", "#1a1a66", "#79408c", "#111111"),
    "dark-projector": ("#ff9a3c", "#90d7f2", "#b5a9aa", "#54b6eb", "#faff52", "#fdce4f", "#c0ceaf", "#bdfbb5"),
    "light-projector": ("#c44100", "#190f9f", "#5d30e0", "#620262", "#6f4b8c", "#921803", "#845afe", "#9c5cc6"),
}


def group_colours(palette: Palette) -> tuple[str, ...]:
    """Return colours that tell groups of generated samples apart; the first is that of ungrouped ones."""
    return _GROUPS[palette.name]


def _rgb(colour: str) -> NDArray[np.float64]:
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], dtype=np.float64)


def diverging(palette: Palette, size: int = 256) -> NDArray[np.uint8]:
    """Return the field's colours from "generated" over neutral to "real".

    Returns
    -------
    ndarray (size, 3), uint8
    """
    position = np.linspace(-1.0, 1.0, size)[:, None]
    middle = _rgb(palette.plot)
    end = np.where(position < 0, _rgb(palette.field_generated), _rgb(palette.field_real))
    mixed = middle + (end - middle) * np.abs(position)
    return np.asarray(np.round(mixed), dtype=np.uint8)


_MUCH = {"dark-projector": 0.4, "light-projector": 0.25}
"""Share of the accent that leaves marks on it to be seen in a lit room."""


def sequential(palette: Palette, size: int = 256) -> NDArray[np.uint8]:
    """Return colours from nothing, the plot's ground, to much, nearly the accent: (size, 3), uint8."""
    share = np.linspace(0.0, _MUCH.get(palette.name, 0.8), size)[:, None]
    ground = _rgb(palette.plot)
    return np.asarray(np.round(ground + (_rgb(palette.accent) - ground) * share), dtype=np.uint8)
