"""The critic's output as colours: what is shown, over which range, with which ticks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ganstudio.gui.numbers import short

__all__ = ["FieldScale", "Kind", "Shown", "interpolate"]

Kind = Literal["probability", "value", "score"]
Array = NDArray[np.float64]

TITLES: dict[Kind, str] = {
    "probability": "\N{GREEK SMALL LETTER SIGMA}(T)",
    "value": "T",
    "score": "T \N{MINUS SIGN} median",
}
CENTRES: dict[Kind, float] = {"probability": 0.5, "value": 0.5, "score": 0.0}
_LEAST: dict[Kind, float] = {"probability": 0.5, "value": 0.5, "score": 1e-6}


@dataclass(frozen=True)
class Shown:
    """A field ready to be drawn.

    Attributes
    ----------
    values : ndarray (rows, columns)
        What is shown; NaN where the critic's output is not finite.
    centre : float
        The neutral value, also the level of the decision contour.
    half : float
        Colours end at centre - half and centre + half.
    """

    values: Array
    centre: float
    half: float
    kind: Kind

    @property
    def title(self) -> str:
        """What the numbers are."""
        return TITLES[self.kind]

    def indices(self, size: int) -> NDArray[np.uint8]:
        """Return for every value its index in a table of `size` colours; NaN gets the middle one."""
        scaled = (self.values - self.centre) * ((size - 1) / (2.0 * self.half)) + (size - 1) / 2.0
        np.clip(scaled, 0, size - 1, out=scaled)
        np.nan_to_num(scaled, copy=False, nan=size / 2)
        return scaled.astype(np.uint8)

    def ticks(self) -> list[tuple[float, str]]:
        """Return a few round values for the colour bar, with their texts."""
        if self.kind == "probability":
            return [(0.0, "0"), (0.5, "0.5"), (1.0, "1")]
        step = _round_down(self.half * 0.92)
        return [(value, _tick_text(value)) for value in (self.centre - step, self.centre, self.centre + step)]


class FieldScale:
    """Turns raw outputs T into what is shown, with a range that follows slowly so that colours do not flicker."""

    speed = 0.15
    """Share of the way (in log) that the range goes towards the data's with each field."""

    def __init__(self) -> None:
        self._half: float | None = None
        self._kind: Kind | None = None

    def reset(self) -> None:
        """Take the next field's range at once."""
        self._half = None

    def show(self, raw: NDArray[np.floating], kind: Kind) -> Shown | None:
        """Return what is to be drawn for raw outputs (rows, columns), or None if none of them is finite."""
        values = np.array(raw, dtype=np.float64)
        known = np.isfinite(values)
        if not known.all():
            if not known.any():
                return None
            # What overflowed is still on one side: +-inf becomes the largest finite value there.
            finite = values[known]
            values = np.where(values == np.inf, finite.max(), np.where(values == -np.inf, finite.min(), values))
            known = np.isfinite(values)
        if kind == "probability":
            return Shown(0.5 + 0.5 * np.tanh(0.5 * values), 0.5, 0.5, kind)
        if kind == "score":
            values -= np.median(values if known.all() else values[known])
        centre = CENTRES[kind]
        spread = np.abs(values if known.all() else values[known]) if kind == "score" else np.abs(values[known] - centre)
        return Shown(values, centre, self._follow(float(np.percentile(spread, 98.0)), kind), kind)

    def _follow(self, target: float, kind: Kind) -> float:
        target = max(target, _LEAST[kind])
        if self._half is None or self._kind != kind:
            self._half, self._kind = target, kind
        self._half *= (target / self._half) ** self.speed
        return self._half


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
