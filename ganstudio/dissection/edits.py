"""What is done to feature maps, as plain values: removed everywhere, or set within brush strokes. Needs no torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ganstudio.image_messages import Removed

__all__ = ["Edit", "Removal", "above", "positive", "random_maps", "top"]


@dataclass(frozen=True)
class Removal:
    """Feature maps of one layer that are zeroed at all positions.

    Attributes
    ----------
    layer
        Index of the layer whose output they are.
    maps
        Their numbers, from 0.
    """

    layer: int
    maps: tuple[int, ...] = ()

    @property
    def removed(self) -> Removed:
        """The same as `ganstudio.image_messages.Render` takes it."""
        return ((self.layer, self.maps),) if self.maps else ()


@dataclass(frozen=True, eq=False)
class Edit:
    """Units of one layer that are set to a level within some cells, as by a brush.

    Attributes
    ----------
    layer
        Index of the layer whose output they are.
    units
        Their numbers, from 0.
    cells : array (height, width), bool, or (n, height, width)
        Where, in the layer's own grid: the same for all samples, or for each of n.
    levels
        One for each unit; None is 0, which ablates them. `Units.levels` has those to insert them with.
    """

    layer: int
    units: tuple[int, ...]
    cells: NDArray[np.bool_]
    levels: tuple[float, ...] | None = None


# ---- which maps are removed -----------------------------------------------------------------------------


def positive(weights: Sequence[float] | NDArray[np.floating]) -> tuple[int, ...]:
    """Return the maps with positive weights, as in the DCGAN paper, in order of their numbers."""
    return above(weights, 0.0)


def above(weights: Sequence[float] | NDArray[np.floating], threshold: float) -> tuple[int, ...]:
    """Return the maps whose weights are greater than a threshold, in order of their numbers."""
    return tuple(int(one) for one in np.flatnonzero(np.asarray(weights) > threshold))


def top(weights: Sequence[float] | NDArray[np.floating], k: int) -> tuple[int, ...]:
    """Return the k maps with the largest weights, of whatever sign, in order of their numbers; all if there are fewer.

    Of equal weights the first ones count as larger.
    """
    order = np.argsort(-np.asarray(weights), kind="stable")[: max(0, k)]
    return tuple(sorted(int(one) for one in order))


def random_maps(maps: int, k: int, seed: int) -> tuple[int, ...]:
    """Return k maps at random, in order of their numbers: the control for a removal of as many."""
    random = np.random.Generator(np.random.PCG64(seed))
    return tuple(sorted(int(one) for one in random.choice(maps, min(max(0, k), maps), replace=False)))
