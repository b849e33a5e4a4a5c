"""A density on a grid of square cells: what a person drew, or a picture."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, ClassVar, Literal, Self

import array_api_compat
import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import ValidationInfo, field_validator

from ganstudio.data.base import Distribution, FloatArray, array_namespace, constant, square_window
from ganstudio.data.packed import Packed, checked_source, pack, unpack
from ganstudio.settings import setting

__all__ = ["LARGEST_SIDE", "Raster"]

LARGEST_SIDE = 128

Weights = NDArray[np.uint8]


def _face() -> Weights:
    """Return two eyes and a smile (64, 64), so that there is something before anything was drawn."""
    x, y = np.meshgrid(*[(np.arange(64) + 0.5) / 32.0 - 1.0] * 2)
    eyes = np.hypot(np.abs(x) - 0.28, y - 0.26)
    mouth = np.where(y < -0.05, np.abs(np.hypot(x, y + 0.05) - 0.45), np.hypot(np.abs(x) - 0.45, y + 0.05))
    distance = np.minimum(eyes - 0.06, mouth)
    return np.asarray(np.rint(255.0 * np.clip(1.0 - distance / 0.09, 0.0, 1.0)), dtype=np.uint8)


class Raster(Distribution):
    """A drawing or a picture: square cells, each uniform inside, with weights from 0 to 255."""

    title = "Drawing or picture"
    name: Literal["raster"] = "raster"
    uniforms: ClassVar[int] = 3

    side: int = setting(64, "Cells", "Cells along each side of the square.", ge=2, le=LARGEST_SIDE, embedded=True)
    cells: Packed = setting(
        pack(_face().tobytes()),
        "Cell weights",
        "One byte for each cell, row by row from below: how much of the data it gets. Draw data makes them.",
        embedded=True,
    )
    source: str = setting("", "File", "The picture that the weights were taken from.", embedded=True)
    width: float = setting(
        6.0,
        "Width",
        "Side of the square of cells about the origin, in units of the plane. 4 to 8 is sane.",
        ge=0.1,
        le=100.0,
    )

    @field_validator("cells")
    @classmethod
    def _one_byte_each(cls, value: Packed, info: ValidationInfo) -> Packed:
        side = info.data.get("side")
        if side is None:  # wrong itself
            return value
        data = unpack(value, side**2)
        if len(data) != side**2:
            raise ValueError(f"{len(data):,} bytes; {side} x {side} cells need {side**2:,}")
        if not any(data):
            raise ValueError("all weights are 0; at least one has to be above 0")
        return value

    @field_validator("source")
    @classmethod
    def _printable(cls, value: str) -> str:
        return checked_source(value)

    @classmethod
    def of(cls, weights: Weights, width: float = 6.0, source: str = "") -> Self:
        """Return the distribution of weights (n, n), the first row at the bottom.

        Raises
        ------
        SettingsError
            If no weight is above 0, or there are too many.
        """
        side = len(weights)
        return cls().changed(side=side, cells=pack(np.ascontiguousarray(weights).tobytes()), width=width, source=source)

    @property
    def summary(self) -> str:
        """The picture's name, or that it was drawn."""
        cells = f"{self.side} x {self.side} cells"
        return f"{self.source}, {cells}" if self.source else f"drawing of {cells}"

    def grid(self) -> Weights:
        """Return the cells' weights (side, side), the first row at the bottom."""
        return _grid(self.cells, self.side)

    def push(self, uniform: Any, normal: Any) -> Any:
        """Pick a cell by the first uniform number, a place in it by the others (see `Distribution`)."""
        xp = array_namespace(uniform)
        _, bounds, filled = _table(self.cells, self.side)
        # A torch tensor that is a view makes searchsorted warn of a copy.
        first = xp.reshape(uniform[..., 0], (-1,)) + 0.0
        chosen = xp.searchsorted(constant(bounds, uniform), first, side="right")
        cell = xp.reshape(_whole(filled, uniform)[chosen], uniform.shape[:-1])
        corner = xp.astype(xp.stack([cell % self.side, cell // self.side], axis=-1), uniform.dtype)
        return (corner + uniform[..., 1:]) * (self.width / self.side) - self.width / 2.0

    def density(self, points: ArrayLike) -> FloatArray:
        """Return the exact probability density at points (..., 2) as (...)."""
        shares, _, _ = _table(self.cells, self.side)
        points = np.asarray(points, dtype=float)
        known = np.isfinite(points)
        place = np.floor((np.where(known, points, np.inf) / self.width + 0.5) * self.side)
        inside = np.asarray(((place >= 0) & (place < self.side)).all(axis=-1))
        column, row = np.where(inside[..., None], place, 0).astype(int).transpose(-1, *range(place.ndim - 1))
        density: FloatArray = np.where(inside, shares[row, column], 0.0) * (self.side / self.width) ** 2
        return density

    def cell_masses(self, x_edges: FloatArray, y_edges: FloatArray) -> FloatArray:
        """Return the exact probability of each cell (r, c) between edges (c + 1,) and (r + 1,)."""
        shares, _, _ = _table(self.cells, self.side)
        start = np.arange(self.side)[:, None]
        across, along = (
            np.diff(np.clip((edges / self.width + 0.5) * self.side - start, 0.0, 1.0), axis=1)
            for edges in (x_edges, y_edges)
        )
        masses: FloatArray = along.T @ shares @ across
        return masses

    def window(self) -> tuple[float, float, float, float]:
        """Return a square around the cells that are not empty, and some room."""
        row, column = np.nonzero(self.grid())
        low = np.array([column.min(), row.min()])
        high = np.array([column.max(), row.max()]) + 1
        return square_window(np.stack([low, high]) * (self.width / self.side) - self.width / 2.0)


@lru_cache(maxsize=32)
def _grid(cells: Packed, side: int) -> Weights:
    return np.frombuffer(unpack(cells, side**2), dtype=np.uint8).reshape(side, side)


@lru_cache(maxsize=32)
def _table(cells: Packed, side: int) -> tuple[FloatArray, FloatArray, NDArray[np.int64]]:
    """Return each cell's share (side, side), and of the cells that are not empty the inner bounds and the numbers."""
    weights = _grid(cells, side)
    shares = weights / weights.sum(dtype=np.int64)
    filled = np.flatnonzero(weights)
    bounds = np.cumsum(shares.ravel()[filled])[:-1]
    for array in (shares, bounds, filled):
        array.setflags(write=False)
    return shares, bounds, filled


def _whole(values: NDArray[np.int64], like: Any) -> Any:
    """Return whole numbers as an array of the same kind and device as `like`."""
    return array_namespace(like).asarray(np.array(values), device=array_api_compat.device(like))
