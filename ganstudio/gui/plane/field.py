"""The critic's field as colours: their range over time, their ticks, and what lies between the nodes."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ganstudio.field import Field, FieldMeaning
from ganstudio.gui.numbers import short
from ganstudio.layers.marks import Surface

__all__ = ["FieldScale", "Shown", "interpolate", "surface_indices", "surface_ticks"]

Array = NDArray[np.float64]


class Shown(Field):
    """A field for the screen, with indices of colours and ticks for their bar."""

    def indices(self, size: int) -> NDArray[np.uint8]:
        """Return for every value its index in a table of `size` colours; NaN gets the middle one."""
        scaled = (self.values - self.meaning.centre) * ((size - 1) / (2.0 * self.reach)) + (size - 1) / 2.0
        np.clip(scaled, 0, size - 1, out=scaled)
        np.nan_to_num(scaled, copy=False, nan=size / 2)
        return scaled.astype(np.uint8)

    def ticks(self) -> list[tuple[float, str]]:
        """Return a few round values for the colour bar, with their texts."""
        if self.meaning.kind == "probability":
            return [(0.0, "0"), (0.5, "0.5"), (1.0, "1")]
        centre, step = self.meaning.centre, _round_down(self.reach * 0.92)
        return [(value, _tick_text(value)) for value in (centre - step, centre, centre + step)]


class FieldScale:
    """Turns raw outputs T into what is shown, with a range that follows slowly so that colours do not flicker."""

    speed = 0.15
    """Share of the way (in log) that the range goes towards the data's with each field."""

    def __init__(self) -> None:
        self._reach: float | None = None
        self._meaning: FieldMeaning | None = None

    def reset(self) -> None:
        """Take the next field's range at once."""
        self._reach = None

    def show(self, raw: NDArray[np.floating], meaning: FieldMeaning) -> Shown | None:
        """Return what is to be drawn for raw outputs (rows, columns), or None if none of them is finite."""
        values = meaning.shown(raw)
        if np.isnan(values).all():
            return None
        return Shown(values, meaning, self._follow(meaning.reach_of(values), meaning))

    def show_all(self, raw: NDArray[np.floating], meaning: FieldMeaning) -> Shown | None:
        """Return what is to be drawn for several critics' raw outputs (R, rows, columns), over one range for all."""
        values = np.stack([meaning.shown(one) for one in raw])
        if np.isnan(values).all():
            return None
        return Shown(values, meaning, self._follow(meaning.reach_of(values), meaning))

    def _follow(self, target: float, meaning: FieldMeaning) -> float:
        if self._reach is None or self._meaning != meaning:
            self._reach, self._meaning = target, meaning
        self._reach *= (target / self._reach) ** self.speed
        return self._reach


def surface_indices(surface: Surface, size: int) -> NDArray[np.uint8]:
    """Return for every value of a surface its index in a table of `size` colours; NaN gets the neutral one."""
    share = (np.asarray(surface.values, np.float64) - surface.low) / (surface.high - surface.low)
    neutral = 0.5 if surface.colours == "diverging" else 0.0
    share = np.nan_to_num(share, nan=neutral).clip(0.0, 1.0)
    if surface.strength is not None:
        share = neutral + (share - neutral) * surface.strength
    return (share * (size - 1)).astype(np.uint8)


def surface_ticks(surface: Surface) -> list[tuple[float, str]]:
    """Return a few round values for a surface's colour bar, with their texts."""
    if (surface.low, surface.high) == (0.0, 1.0):
        return [(0.0, "0"), (0.5, "0.5"), (1.0, "1")]
    centre = 0.5 * (surface.low + surface.high) if surface.colours == "diverging" else surface.low
    step = _round_down((surface.high - centre) * 0.92)
    values = (centre - step, centre, centre + step) if surface.colours == "diverging" else (centre, centre + step)
    return [(value, _tick_text(value)) for value in values]


def interpolate(values: Array, window: tuple[float, float, float, float], x: float, y: float) -> float | None:
    """Return the bilinear value at a point, None outside the window or where it is not known."""
    left, right, bottom, top = window
    rows, columns = values.shape
    column = (x - left) / (right - left) * (columns - 1)
    row = (y - bottom) / (top - bottom) * (rows - 1)
    if not (0 <= column <= columns - 1 and 0 <= row <= rows - 1):
        return None
    j, i = min(int(column), columns - 2), min(int(row), rows - 2)
    u, v = column - j, row - i
    below = values[i, j] * (1 - u) + values[i, j + 1] * u
    above = values[i + 1, j] * (1 - u) + values[i + 1, j + 1] * u
    result = float(below * (1 - v) + above * v)
    return result if math.isfinite(result) else None


def _round_down(value: float) -> float:
    """Return the largest of 1, 2, 5 times a power of ten that is not above a positive value."""
    power = 10.0 ** math.floor(math.log10(value))
    return max(factor for factor in (1, 2, 5) if factor * power <= value * (1 + 1e-9)) * power


def _tick_text(value: float) -> str:
    return short(float(f"{value:.6g}"), 3).replace("-", "\N{MINUS SIGN}", 1 if value < 0 else 0)
