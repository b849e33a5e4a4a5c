"""Uniform rectangles: the base of the distributions with hard edges."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from ganstudio.data.base import Distribution, FloatArray, constant, share_of, square_window

__all__ = ["Boxes"]


class Boxes(Distribution):
    """Equal rectangles with equal weights, uniform inside; where two overlap, their densities add up."""

    uniforms: ClassVar[int] = 3

    @abstractmethod
    def boxes(self) -> tuple[FloatArray, FloatArray]:
        """Return the lower left corners (m, 2) and their common width and height (2,), which may be 0."""

    def classes(self) -> int:
        """Return the number of rectangles."""
        return len(self.boxes()[0])

    def labels(self, uniform: Any) -> Any:
        """Return the rectangle of each sample (see `Distribution`)."""
        return share_of(uniform[..., 0], self.classes())

    def push(self, uniform: Any, normal: Any) -> Any:
        """Pick a rectangle by the first uniform number, a place in it by the others (see `Distribution`)."""
        corners, size = self.boxes()
        return constant(corners, uniform)[self.labels(uniform)] + uniform[..., 1:] * constant(size, uniform)

    def density(self, points: ArrayLike) -> FloatArray | None:
        """Return the exact probability density at points (..., 2) as (...), or None if the area is 0."""
        corners, size = self.boxes()
        if size.prod() == 0.0:
            return None
        offsets = np.asarray(points, dtype=float)[..., None, :] - corners
        inside = ((offsets >= 0.0) & (offsets < size)).all(axis=-1)
        density: FloatArray = inside.mean(axis=-1) / size.prod()
        return density

    def cell_masses(self, x_edges: FloatArray, y_edges: FloatArray) -> FloatArray:
        """Return the exact probability of each cell (r, c) between edges (c + 1,) and (r + 1,)."""
        corners, size = self.boxes()
        # A side of length 0 becomes a step: the edge it lies on belongs to the cell that starts there.
        across, along = (
            np.diff(np.clip((edges - corners[:, axis, None]) / max(size[axis], 1e-200), 0.0, 1.0), axis=1)
            for axis, edges in enumerate((x_edges, y_edges))
        )
        masses: FloatArray = along.T @ across / len(corners)
        return masses

    def window(self) -> tuple[float, float, float, float]:
        """Return a square around all rectangles with a tenth of their width, and a tenth more, on every side."""
        corners, size = self.boxes()
        both = np.concatenate([corners, corners + size])
        return square_window(both, 0.1 * float(np.ptp(both, axis=0).max()))
