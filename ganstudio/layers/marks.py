"""What layers are made of: plain shapes in the plane's coordinates, for whoever draws them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["Arrows", "Lines", "Mark", "Mesh", "Surface"]

Array = NDArray[np.floating]
Window = tuple[float, float, float, float]
Role = Literal["real", "generated", "accent", "text", "contour"]
"""A colour of the palette."""


@dataclass(frozen=True, eq=False)
class Surface:
    """Values as colours all over the plane.

    Attributes
    ----------
    values : ndarray (rows, columns)
        At the nodes of a grid that includes the window's edges, first row at the bottom; NaN has no colour.
    window
        (left, right, bottom, top).
    low, high
        Where the colours end.
    colours
        "diverging" from generated to real, "sequential" from nothing to much.
    title
        What the values are, above the colour bar.
    strength : ndarray (rows, columns) or None
        From 0 to 1: where there is little to say, colours fade to the neutral one. None is 1 everywhere.
    """

    values: Array
    window: Window
    low: float
    high: float
    colours: Literal["diverging", "sequential"]
    title: str
    strength: Array | None = None


@dataclass(frozen=True, eq=False)
class Lines:
    """Polylines that fade towards their start.

    Attributes
    ----------
    points : ndarray (lines, points, 2)
        NaN makes a gap.
    colour
        Of the palette.
    """

    points: Array
    colour: Role


@dataclass(frozen=True, eq=False)
class Arrows:
    """Arrows whose length means something.

    Attributes
    ----------
    starts, vectors : ndarray (n, 2)
        In the plane's coordinates.
    colour
        Of the palette.
    caption
        What the longest stands for.
    """

    starts: Array
    vectors: Array
    colour: Role
    caption: str


@dataclass(frozen=True, eq=False)
class Mesh:
    """A grid that is warped; with one row only, a curve.

    Attributes
    ----------
    vertices : ndarray (rows, columns, 2)
        Where the grid's nodes are.
    home : ndarray (rows, columns, 2)
        Where they were before they were warped.
    shades : ndarray (rows - 1, columns - 1)
        How dense each cell is, from 0 to 1; of a curve (1, columns - 1).
    colour
        Of the palette.
    """

    vertices: Array
    home: Array
    shades: Array
    colour: Role


Mark = Surface | Lines | Arrows | Mesh
