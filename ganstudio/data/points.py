"""The points of a file, each blurred into a small Gaussian, so that their density is known exactly."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import ValidationInfo, field_validator

from ganstudio.data.base import Distribution, FloatArray, constant, share_of, square_window
from ganstudio.data.gaussians import Modes
from ganstudio.data.packed import Packed, checked_source, pack, unpack
from ganstudio.settings import setting

__all__ = ["MOST", "REACH", "Points", "likeliest_width"]

MOST = 4000
REACH = 4.0
"""Largest coordinate that can be kept."""
_STEP = REACH / 32767
_NARROWEST = 0.005
_LEARNED_FROM = 1000


def _star() -> FloatArray:
    """Return 100 points on a five-pointed star, so that there is something before a file was read."""
    corners = np.array([1.9, 0.75] * 5)[:, None] * np.stack(
        [np.sin(np.pi * np.arange(10) / 5), np.cos(np.pi * np.arange(10) / 5)], axis=1
    )
    along = np.arange(10)[:, None, None] / 10
    sides: FloatArray = (1 - along) * corners + along * np.roll(corners, -1, axis=0)
    return sides.reshape(-1, 2)


def _packed(points: FloatArray) -> Packed:
    whole = np.rint(np.clip(points, -REACH, REACH) / _STEP).astype("<i2")
    return pack(whole[np.lexsort(whole.T)].tobytes())  # in no order of their own, and in this one they are shorter


class Points(Distribution):
    """The points of a file, each blurred into a round Gaussian."""

    title = "Points of a file"
    name: Literal["points"] = "points"
    uniforms: ClassVar[int] = 1

    smoothing: float = setting(
        0.05,
        "Smoothing",
        "Standard deviation of the round Gaussian about each point, in units of the plane. For a new file it is the "
        "one under which every point is likeliest, given all others. 0.01 to 0.3 is sane.",
        ge=0.001,
        le=2.0,
    )
    source: str = setting("", "File", "The file that the points are from.", embedded=True)
    total: int = setting(
        100, "Points in file", "How many points the file had; 4,000 at most are kept.", ge=2, embedded=True
    )
    centre: tuple[float, float] = setting(
        (0.0, 0.0), "Centre", "What was taken from the file's x and y before they were scaled.", embedded=True
    )
    scale: float = setting(
        1.0, "Scale", "What the file's centred coordinates were multiplied by to fit the plane.", gt=0.0, embedded=True
    )
    count: int = setting(100, "Points", "How many points there are.", ge=2, le=MOST, embedded=True)
    coordinates: Packed = setting(
        _packed(_star()),
        "Coordinates",
        "x and y of each point as two-byte whole numbers, low byte first, in units of 4/32767.",
        embedded=True,
    )

    @field_validator("coordinates")
    @classmethod
    def _pairs(cls, value: Packed, info: ValidationInfo) -> Packed:
        count = info.data.get("count")
        if count is not None and (size := len(unpack(value, 4 * count))) != 4 * count:
            raise ValueError(f"{size:,} bytes; {count:,} points need {4 * count:,}")
        return value

    @field_validator("source")
    @classmethod
    def _printable(cls, value: str) -> str:
        return checked_source(value)

    @classmethod
    def of(
        cls,
        points: FloatArray,
        *,
        source: str = "",
        total: int | None = None,
        centre: tuple[float, float] = (0.0, 0.0),
        scale: float = 1.0,
    ) -> Self:
        """Return the distribution of points (n, 2) within -4 to 4, smoothed by the likeliest width.

        Parameters
        ----------
        source, total
            The file, and how many points it had; None for as many as there are.
        centre, scale
            The file's coordinates are `centre` + points / `scale`.

        Raises
        ------
        SettingsError
            If there are fewer than 2 points or more than `MOST`.
        """
        return cls().changed(
            smoothing=likeliest_width(points),
            source=source,
            total=len(points) if total is None else total,
            centre=centre,
            scale=scale,
            count=len(points),
            coordinates=_packed(points),
        )

    @property
    def summary(self) -> str:
        """How many points of which file, and how they were scaled."""
        if not self.source:
            return f"{self.count:,} points"
        of = "" if self.total == self.count else f" of {self.total:,}"
        scaled = "" if self.scale == 1.0 else f", scaled by {self.scale:.4g}"
        return f"{self.count:,}{of} points of {self.source}{scaled}"

    def points(self) -> FloatArray:
        """Return the points (n, 2), without smoothing."""
        return _points(self.coordinates, self.count)

    def push(self, uniform: Any, normal: Any) -> Any:
        """Pick a point by the uniform number and add smoothing to it (see `Distribution`)."""
        return constant(self.points(), uniform)[share_of(uniform[..., 0], self.count)] + self.smoothing * normal

    def density(self, points: ArrayLike) -> FloatArray:
        """Return the exact probability density at points (..., 2) as (...)."""
        return _kernels(self.coordinates, self.count, self.smoothing).density(points)

    def cell_masses(self, x_edges: FloatArray, y_edges: FloatArray) -> FloatArray:
        """Return the exact probability of each cell (r, c) between edges (c + 1,) and (r + 1,)."""
        return _kernels(self.coordinates, self.count, self.smoothing).cell_masses(x_edges, y_edges)

    def window(self) -> tuple[float, float, float, float]:
        """Return a square around all points with three widths of the smoothing, and some room."""
        return square_window(self.points(), 3.0 * self.smoothing)


@lru_cache(maxsize=32)
def _points(coordinates: Packed, count: int) -> FloatArray:
    whole = np.frombuffer(unpack(coordinates, 4 * count), dtype="<i2").reshape(count, 2)
    points = whole * _STEP
    points.setflags(write=False)
    return points


@lru_cache(maxsize=32)
def _kernels(coordinates: Packed, count: int, smoothing: float) -> Modes:
    """Return the mixture of equal round Gaussians. These are no modes: nobody counts them."""
    return Modes(_points(coordinates, count).copy(), np.full((count, 2), smoothing), np.full(count, 1.0 / count))


def likeliest_width(points: FloatArray) -> float:
    """Return the standard deviation of a round Gaussian kernel that suits points (n, 2), at least 0.005.

    The one of a grid of widths under which the density of all other points makes each point likeliest (leave-one-out
    maximum likelihood: Habbema et al. 1974, Duin 1976). Silverman's rule, which supposes that all points come from one
    Gaussian, would wash moons, spirals and modes out; it is the largest width tried. Equal points count once, or no
    width above 0 would be the best. Of many points a thousand are compared, and the width shrinks to what so many
    need, with the sixth root of their number.
    """
    unique = np.unique(np.asarray(points, dtype=float), axis=0)
    if len(unique) < 2:
        return _NARROWEST
    some = unique
    if len(unique) > _LEARNED_FROM:
        some = unique[np.random.default_rng(_LEARNED_FROM).choice(len(unique), _LEARNED_FROM, replace=False)]
    silverman = float(np.sqrt(some.var(axis=0).mean())) * len(some) ** (-1 / 6)
    widths = np.geomspace(_NARROWEST, max(silverman, 2 * _NARROWEST), 32)
    squares: FloatArray = np.square(some[:, None, :] - some).sum(axis=-1)
    np.fill_diagonal(squares, np.inf)
    nearest = squares.min(axis=1)
    squares -= nearest[:, None]  # the largest term of each sum is 1, so that none underflows
    best = max(widths, key=lambda width: _left_out(squares, nearest, width))
    return max(_NARROWEST, float(f"{best * (len(some) / len(unique)) ** (1 / 6):.3g}"))


def _left_out(squares: NDArray[np.float64], nearest: FloatArray, width: float) -> float:
    """Return the mean log-likelihood of each point given the others, up to a constant."""
    sums = np.exp(squares / (-2.0 * width**2)).sum(axis=1)
    return float(np.mean(np.log(sums) - nearest / (2.0 * width**2)) - 2.0 * np.log(width))
