"""Where the generator takes the noise: a grid of latents, warped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import NormalDist
from typing import ClassVar

import numpy as np

from ganstudio.data import Noise
from ganstudio.layers.base import Float, Layer, Look, Scene, Window
from ganstudio.layers.marks import Mark, Mesh

__all__ = ["Manifold", "latent_grid"]

NODES = 17
"""Along each side of the grid."""
CURVE_NODES = 201
EDGE = 0.01
"""Probability that lies beyond each end of the grid along a normal latent."""
DECADES = 2.0
"""Shades span so many powers of ten of density, down from the densest cell."""


class Manifold(Layer):
    """The image of a grid of latents whose cells all hold the same share of the noise: the smaller, the denser."""

    title: ClassVar[str] = "Manifold"
    hint: ClassVar[str] = (
        "A grid of the noise as the generator warps it. Each cell holds the same share of the noise, so small, dark "
        "cells are where samples are dense. Rest the mouse on this switch, or press W, to see it being warped. Of more "
        "than two latents: a slice through the middle along the first two."
    )
    height: ClassVar[float] = 6.0

    def probe(self, look: Look) -> dict[str, Float]:
        """Ask where the grid's nodes go."""
        grid = latent_grid(look.experiment.noise)
        rows, columns, dimensions = grid.shape
        warped = look.generated(grid.reshape(-1, dimensions))
        return {"vertices": warped.reshape(-1, rows, columns, 2)}

    def draw(self, values: Mapping[str, Float], scene: Scene) -> Sequence[Mark]:
        """Return the mesh, shaded by density, and where it comes from."""
        vertices = values["vertices"].astype(np.float64)
        home = _home(latent_grid(scene.experiment.noise), scene.window)
        return [Mesh(vertices, home, _shades(vertices), "generated")]


def latent_grid(noise: Noise) -> Float:
    """Return latents (rows, columns, dimensions) that cut the first two into cells of equal probability.

    One latent gives one row. All others are 0, the middle of the noise.
    """
    count = NODES if noise.dimensions > 1 else CURVE_NODES
    if noise.distribution == "normal":
        ticks = np.array([NormalDist().inv_cdf(share) for share in np.linspace(EDGE, 1.0 - EDGE, count)])
    else:
        ticks = np.linspace(-1.0, 1.0, count)
    rows = count if noise.dimensions > 1 else 1
    grid = np.zeros((rows, count, noise.dimensions))
    grid[..., 0] = ticks
    if noise.dimensions > 1:
        grid[..., 1] = ticks[:, None]
    return grid


def _home(grid: Float, window: Window) -> Float:
    """Return the latents themselves, as large as the window's middle, (rows, columns, 2)."""
    left, right, bottom, top = window
    centre = np.array([(left + right) / 2, (bottom + top) / 2])
    flat = grid[..., :2] if grid.shape[-1] > 1 else np.concatenate([grid, np.zeros_like(grid)], axis=-1)
    home: Float = centre + flat * 0.35 * (right - left) / np.abs(flat).max()
    return home


def _shades(vertices: Float) -> Float:
    """Return how dense each cell, or each piece of a curve, is: 1 for the densest, 0 for a hundredth of it."""
    if len(vertices) == 1:
        steps = np.diff(vertices, axis=1)
        sizes = np.hypot(steps[..., 0], steps[..., 1])
    else:
        a, b = vertices[1:, 1:] - vertices[:-1, :-1], vertices[1:, :-1] - vertices[:-1, 1:]
        sizes = 0.5 * np.abs(a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0])
    known = sizes[np.isfinite(sizes) & (sizes > 0)]
    if not known.size:
        return np.zeros_like(sizes)
    densest = np.percentile(known, 5)
    with np.errstate(divide="ignore", invalid="ignore"):
        shades: Float = np.nan_to_num(1.0 - np.log10(sizes / densest) / DECADES, nan=0.0, posinf=1.0)
    return shades.clip(0.0, 1.0)
