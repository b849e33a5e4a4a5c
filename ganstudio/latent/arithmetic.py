"""Arithmetic on averaged latents, as in the DCGAN paper (Radford et al. 2016, section 6.3.2)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["NEIGHBOURS", "REACH", "analogy", "moved", "neighbours", "turn_vector"]

NEIGHBOURS: Final = 8
"""Around the result, which stands in their middle, a square of nine."""
REACH: Final = 0.25
"""Of the uniform noise that makes a neighbour."""

Float = NDArray[np.float64]


def analogy(minuend: ArrayLike, subtrahend: ArrayLike, addend: ArrayLike) -> Float:
    """Return mean(A) - mean(B) + mean(C), one latent (d,).

    Parameters
    ----------
    minuend, subtrahend, addend : array (n, d)
        A, B and C: latents of pictures that have something in common, three each in the paper. Single latents are
        not enough there.

    Raises
    ------
    ValueError
        If they are empty, or of different sizes.
    """
    a, b, c = (_mean(latents, name) for latents, name in ((minuend, "A"), (subtrahend, "B"), (addend, "C")))
    if not a.shape == b.shape == c.shape:
        raise ValueError(f"latents of {len(a)}, {len(b)} and {len(c)} numbers cannot be added")
    return a - b + c


def neighbours(latent: ArrayLike, seed: int, count: int = NEIGHBOURS, reach: float = REACH) -> Float:
    """Return a latent and others near it.

    Parameters
    ----------
    latent : array (d,)
    seed
        Of the noise.
    count
        How many others.
    reach
        Each number of theirs differs by at most so much, uniformly.

    Returns
    -------
    array (1 + count, d)
        The latent itself first.
    """
    centre = np.asarray(latent, np.float64)
    noise = np.random.Generator(np.random.PCG64(seed)).uniform(-reach, reach, (count, len(centre)))
    return np.concatenate([centre[None], centre + noise])


def turn_vector(left: ArrayLike, right: ArrayLike) -> Float:
    """Return mean(right) - mean(left): the direction, and the way, from one kind of picture to another, (d,).

    Parameters
    ----------
    left, right : array (n, d)
        Latents of pictures that look left and right, or of any two kinds; four each in the paper.
    """
    a, b = _mean(left, "left"), _mean(right, "right")
    if a.shape != b.shape:
        raise ValueError(f"latents of {len(a)} and {len(b)} numbers cannot be compared")
    return b - a


def moved(latents: ArrayLike, vector: ArrayLike, shares: ArrayLike) -> Float:
    """Return latents with shares of a vector added, (n, k, d).

    Parameters
    ----------
    latents : array (n, d)
    vector : array (d,)
        For example a `turn_vector`.
    shares : array (k,)
        For example ``numpy.linspace(-0.5, 0.5, 9)``: from half the way back to half the way on.
    """
    z, v, t = np.asarray(latents, np.float64), np.asarray(vector, np.float64), np.asarray(shares, np.float64)
    return z[:, None, :] + t[None, :, None] * v


def _mean(latents: ArrayLike, name: str) -> Float:
    array = np.asarray(latents, np.float64)
    if array.ndim != 2 or not len(array):
        raise ValueError(f"{name}: needs at least one latent; these have the shape {array.shape}")
    return np.asarray(array.mean(axis=0))
