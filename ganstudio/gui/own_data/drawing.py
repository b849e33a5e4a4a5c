"""What a person draws, without a widget: ink on a grid, and Gaussians."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ganstudio.data import Distribution
from ganstudio.data.gaussians import Modes
from ganstudio.data.mixture import GaussianMixture
from ganstudio.data.own_gaussians import MOST, OwnGaussians
from ganstudio.data.raster import Raster

__all__ = ["Drawing", "Gaussian", "Stroke"]

SIDE = 96
WIDTH = 6.0
"""Cells along each side of a new drawing, and units of the plane that it spans."""
MASS = 0.4
"""How many square units of full ink weigh as much as a Gaussian of weight 1."""
HARD = 0.5
"""Share of a brush's radius within which it paints in full; from there it fades out."""

Ink = NDArray[np.float32]
Place = tuple[float, float]


@dataclass(frozen=True)
class Gaussian:
    """One that was placed by hand: centre and standard deviations in the plane's units, and a relative weight."""

    centre: Place
    deviations: Place
    weight: float = 1.0


@dataclass(frozen=True, eq=False)
class Drawing:
    """A state of a drawing.

    Attributes
    ----------
    ink : ndarray (n, n), float32
        0 to 1 for each cell of a square about the origin, the first row at the bottom; nobody writes into it.
    width
        Side of the square in units of the plane.
    gaussians
        At most 64.
    """

    ink: Ink
    width: float = WIDTH
    gaussians: tuple[Gaussian, ...] = ()

    def __post_init__(self) -> None:
        self.ink.setflags(write=False)

    @classmethod
    def blank(cls, near: Distribution | None = None) -> Drawing:
        """Return an empty drawing, as wide as is usual, or as a distribution if that reaches farther."""
        reach = 0.0 if near is None else max(map(abs, near.window())) / 1.3
        return cls(np.zeros((SIDE, SIDE), np.float32), max(WIDTH, 2.0 * math.ceil(reach)))

    @classmethod
    def of(cls, data: Distribution) -> Drawing:
        """Return a drawing of a distribution: a mixture's Gaussians, a raster's cells, or cells of anything else."""
        if isinstance(data, GaussianMixture) and len(data.modes()) <= MOST:
            modes = data.modes()
            weights = data.weights or (1.0,) * len(modes)
            rows = zip(modes.centres.tolist(), modes.deviations.tolist(), weights, strict=True)
            return replace(
                cls.blank(data),
                gaussians=tuple(Gaussian((x, y), (a, b), float(weight)) for (x, y), (a, b), weight in rows),
            )
        if isinstance(data, Raster):
            return cls((data.grid() / np.float32(255.0)).astype(np.float32), data.width)
        blank = cls.blank(data)
        edges = blank.edges()
        masses = data.cell_masses(edges, edges)
        if masses is None or not masses.any():
            return blank
        return replace(blank, ink=(masses / masses.max()).astype(np.float32))

    @property
    def empty(self) -> bool:
        """Whether there is nothing that data could be made of."""
        return not self.ink.any() and not any(gaussian.weight > 0.0 for gaussian in self.gaussians)

    def edges(self) -> NDArray[np.float64]:
        """Return the borders of the cells along x, which are those along y, too, (n + 1,)."""
        return np.linspace(-self.width / 2, self.width / 2, len(self.ink) + 1)

    def window(self) -> tuple[float, float, float, float]:
        """Return the (left, right, bottom, top) that shows all of it."""
        half = 0.53 * self.width
        for gaussian in self.gaussians:
            half = max(half, float(np.max(np.abs(gaussian.centre) + 3.0 * np.array(gaussian.deviations))))
        return -half, half, -half, half

    def shade(self) -> Ink:
        """Return the ink with what the Gaussians add, (n, n), cut at 1; for the eye, at the cells' middles."""
        if not self.gaussians:
            return self.ink
        edges = self.edges()
        middles = (edges[1:] + edges[:-1]) / 2
        modes = _modes(self.gaussians)
        x, y = (
            np.exp(-0.5 * np.square((middles - modes.centres[:, axis, None]) / modes.deviations[:, axis, None]))
            for axis in (0, 1)
        )
        heights = MASS * modes.weights / (2.0 * math.pi * modes.deviations.prod(axis=1))
        return np.minimum(self.ink + (y.T * heights) @ x, 1.0).astype(np.float32)

    def distribution(self) -> Distribution:
        """Return what it means as data: exact Gaussians as long as there is no ink, cells otherwise.

        Raises
        ------
        SettingsError
            If it is empty.
        """
        if not self.ink.any():
            weights = tuple(gaussian.weight for gaussian in self.gaussians)
            return OwnGaussians().changed(
                centres=tuple(gaussian.centre for gaussian in self.gaussians),
                deviations=tuple(gaussian.deviations for gaussian in self.gaussians),
                weights=weights if len(set(weights)) > 1 else (),
            )
        values = self.ink.astype(float)
        if self.gaussians:
            edges = self.edges()
            values += MASS * _modes(self.gaussians).cell_masses(edges, edges) / (edges[1] - edges[0]) ** 2
        return Raster.of(np.rint(255.0 * values / values.max()).astype(np.uint8), self.width)

    def with_gaussian(self, index: int, gaussian: Gaussian) -> Drawing:
        """Return it with another Gaussian in place of one, or after the last."""
        gaussians = list(self.gaussians)
        gaussians[index : index + 1] = [gaussian]
        return replace(self, gaussians=tuple(gaussians))

    def without_gaussian(self, index: int) -> Drawing:
        """Return it with one Gaussian less."""
        return replace(self, gaussians=self.gaussians[:index] + self.gaussians[index + 1 :])


class Stroke:
    """One stroke of a brush: it may cross itself without becoming darker.

    Parameters
    ----------
    radius
        Of the brush, in units of the plane.
    strength
        0 to 1: how much ink it leaves, or takes away, where it is in full.
    """

    def __init__(self, drawing: Drawing, radius: float, strength: float, *, erases: bool) -> None:
        self._drawing = drawing
        self._cell = drawing.width / len(drawing.ink)
        self._radius = max(radius, 0.75 * self._cell)  # a thinner one would slip between the cells' middles
        self._change = -strength if erases else strength
        self._covered = np.zeros_like(drawing.ink)
        self._ink = drawing.ink.copy()

    def extend(self, start: Place, end: Place) -> None:
        """Go on in a straight line; both ends may be outside."""
        rows, columns = (self._range(start[axis], end[axis]) for axis in (1, 0))
        y, x = np.ogrid[rows, columns]
        x, y = ((index + 0.5) * self._cell - self._drawing.width / 2 for index in (x, y))
        way = np.subtract(end, start)
        length = float(way @ way)
        along = np.clip(((x - start[0]) * way[0] + (y - start[1]) * way[1]) / length, 0.0, 1.0) if length > 0 else 0.0
        distance = np.hypot(x - start[0] - along * way[0], y - start[1] - along * way[1])
        fade = np.clip((1.0 - distance / self._radius) / (1.0 - HARD), 0.0, 1.0)
        box = rows, columns
        self._covered[box] = np.maximum(self._covered[box], fade * fade * (3.0 - 2.0 * fade))
        base, change = self._drawing.ink[box], self._change * self._covered[box]
        self._ink[box] = base * (1.0 + change) if self._change < 0.0 else np.minimum(base + change, 1.0)

    def drawing(self) -> Drawing:
        """Return the drawing as it is now."""
        return replace(self._drawing, ink=self._ink.copy())

    def _range(self, start: float, end: float) -> slice:
        """Return the cells along an axis that the brush can reach on its way."""
        count, half = len(self._ink), self._drawing.width / 2
        first = math.floor((min(start, end) - self._radius + half) / self._cell)
        last = math.ceil((max(start, end) + self._radius + half) / self._cell)
        return slice(min(max(first, 0), count), min(max(last, 0), count))


def _modes(gaussians: tuple[Gaussian, ...]) -> Modes:
    """Return Gaussians as arrays; the weights are as they are, in place of shares."""
    return Modes(
        np.array([gaussian.centre for gaussian in gaussians], dtype=float),
        np.array([gaussian.deviations for gaussian in gaussians], dtype=float),
        np.array([gaussian.weight for gaussian in gaussians], dtype=float),
    )
