"""Ways between latents: straight, on the sphere, through many pins and back to the first."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Way", "film", "linear", "spherical"]

Way = Literal["linear", "spherical"]
Float = NDArray[np.float64]

NEARLY: Final = 1e-6
"""Radians of two directions that count as the same, or as opposite."""


def linear(start: ArrayLike, end: ArrayLike, shares: ArrayLike) -> Float:
    """Return latents on the straight line between two.

    Parameters
    ----------
    start, end : array (d,)
    shares : array (k,)
        How far each is, 0 at the start and 1 at the end; outside of that the line goes on.

    Returns
    -------
    array (k, d)
    """
    a, b, t = _vectors(start, end, shares)
    return (1.0 - t) * a + t * b


def spherical(start: ArrayLike, end: ArrayLike, shares: ArrayLike) -> Float:
    """Return latents on the arc between two: their lengths stay likely.

    The direction turns evenly and the length grows evenly. For latents of the same length this is White's (2016)
    formula; of others it would make nearly opposite ones arbitrarily long on the way.

    Between directions that are the same, or from or to zero, the way is straight. Between opposite ones every half
    circle is as good; the one over the coordinate axis that is farthest from both is taken.

    Parameters
    ----------
    start, end : array (d,)
    shares : array (k,)
        How far each is, 0 at the start and 1 at the end.

    Returns
    -------
    array (k, d)
    """
    a, b, t = _vectors(start, end, shares)
    long, other = np.linalg.norm(a), np.linalg.norm(b)
    if not (long > 0.0 and other > 0.0):
        return linear(a, b, t[:, 0])
    # More accurate for nearly equal and nearly opposite directions than the arccosine of their product.
    u, v = a / long, b / other
    angle = 2.0 * np.arctan2(np.linalg.norm(u - v), np.linalg.norm(u + v))
    if angle < NEARLY or len(a) == 1:
        return linear(a, b, t[:, 0])
    if np.pi - angle < NEARLY:
        direction = np.cos(np.pi * t) * u + np.sin(np.pi * t) * _aside(u)
    else:
        direction = (np.sin((1.0 - t) * angle) * u + np.sin(t * angle) * v) / np.sin(angle)
    return np.asarray(((1.0 - t) * long + t * other) * direction)


WAYS = {"linear": linear, "spherical": spherical}


def film(pins: ArrayLike, frames: int, way: Way = "spherical", *, closed: bool = False) -> Float:
    """Return a walk through latents in order, the same number of frames between each and the next.

    Parameters
    ----------
    pins : array (m, d)
        At least two.
    frames
        How many latents, at least two.
    way
        Between one pin and the next.
    closed
        Whether it goes on from the last pin to the first. The first frame is then not repeated at the end, so that
        a film that is played again and again runs evenly.

    Returns
    -------
    array (frames, d)

    Raises
    ------
    ValueError
        If there are too few pins or frames.
    """
    stops = np.asarray(pins, np.float64)
    if stops.ndim != 2 or len(stops) < 2:
        raise ValueError(f"pins: a walk goes through at least two latents; these have the shape {stops.shape}")
    if frames < 2:
        raise ValueError(f"frames: {frames} is not allowed; a film has at least 2")
    legs = len(stops) if closed else len(stops) - 1
    places = np.linspace(0.0, legs, frames, endpoint=not closed)
    leg = np.minimum(places.astype(int), legs - 1)
    between = WAYS[way]
    parts = [
        between(stops[index], stops[(index + 1) % len(stops)], (places - index)[leg == index]) for index in range(legs)
    ]
    return np.concatenate(parts)


def _vectors(start: ArrayLike, end: ArrayLike, shares: ArrayLike) -> tuple[Float, Float, Float]:
    a, b = np.asarray(start, np.float64), np.asarray(end, np.float64)
    if a.ndim != 1 or a.shape != b.shape:
        raise ValueError(
            f"a way is between two latents of the same size; these have the shapes {a.shape} and {b.shape}"
        )
    return a, b, np.asarray(shares, np.float64).reshape(-1, 1)


def _aside(u: Float) -> Float:
    """Return a unit vector at a right angle to another one."""
    axis = np.zeros_like(u)
    axis[np.abs(u).argmin()] = 1.0
    rest = axis - (axis @ u) * u
    return np.asarray(rest / np.linalg.norm(rest))
