"""The critic's field in the units in which it means something, for the window and for pictures alike.

A critic puts out a number T for every point. Whether that is a logit, a value between two targets or a score
whose constant means nothing is for its objective to say; an objective says it with a `FieldMeaning`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

__all__ = ["Field", "FieldMeaning"]

Array = NDArray[np.float64]

_PERCENTILE = 98.0
"""An adaptive range ends where all but so many values lie, so that one corner does not decide."""
_LEAST = 1e-6


@dataclass(frozen=True)
class FieldMeaning:
    """What is shown of a critic's raw output T, and over which range.

    Attributes
    ----------
    kind
        "probability" shows sigma(T), "value" T itself, "score" T minus its median over the field.
    title
        What the shown numbers are.
    centre
        Where the critic does not know: the contour, and the middle of the colours.
    reach
        Colours end so far from the centre; None lets them end where the field does.
    least
        Smallest reach that follows the field, so that next to nothing does not look like much.
    """

    kind: Literal["probability", "value", "score"]
    title: str
    centre: float
    reach: float | None = None
    least: float = 0.0

    def shown(self, raw: NDArray[np.floating]) -> Array:
        """Return what is shown for raw outputs; all is NaN if nothing is finite.

        What overflowed is still on one side: +-inf becomes the largest finite value there. NaN stays.
        """
        values = np.array(raw, dtype=np.float64)
        known = np.isfinite(values)
        if not known.any():
            return np.full_like(values, np.nan)
        if not known.all():
            np.clip(values, values[known].min(), values[known].max(), out=values)
        if self.kind == "probability":
            # As tanh it neither overflows nor warns.
            return 0.5 + 0.5 * np.tanh(0.5 * values)
        if self.kind == "score":
            values -= np.median(values[~np.isnan(values)])
        return values

    def reach_of(self, values: Array) -> float:
        """Return how far from the centre the colours of shown values have to go; always positive."""
        if self.reach is not None:
            return self.reach
        known = values[np.isfinite(values)]
        furthest = float(np.percentile(np.abs(known - self.centre), _PERCENTILE)) if known.size else 0.0
        return max(furthest, self.least, _LEAST)


@dataclass(frozen=True)
class Field:
    """A field ready to be drawn.

    Attributes
    ----------
    values : ndarray (rows, columns)
        What is shown at the nodes of a grid that includes the window's edges, first row at the bottom; NaN where
        the critic's output is not known.
    meaning
        What the values are, and their neutral value.
    reach
        Colours end so far below and above the centre.
    """

    values: Array
    meaning: FieldMeaning
    reach: float

    @classmethod
    def of(cls, raw: NDArray[np.floating], meaning: FieldMeaning) -> Self:
        """Turn raw outputs T (rows, columns) into what is shown, over a range of its own."""
        values = meaning.shown(raw)
        return cls(values, meaning, meaning.reach_of(values))

    @property
    def limits(self) -> tuple[float, float]:
        """Where the colours end, below and above."""
        return self.meaning.centre - self.reach, self.meaning.centre + self.reach
