"""Where in pictures something is: boxes, brush strokes, a brightness or a colour; and which cells of a layer that are.

A layer's cell (row, column) stands for the part of the picture of the same place: with h x w cells on H x W pixels,
the pixels from row H/h to (row + 1) H/h and from column W/w to (column + 1) W/w. What the cell's number depends on
reaches farther, but this is its middle. Plain NumPy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["INSIDE", "Box", "Brightness", "Cells", "NearColour", "Painted", "Region", "RegionError", "checked"]
__all__ += ["cells_of", "coverage", "masks_of", "painted", "samples_of", "shares", "upsampled"]

Float = NDArray[np.float64]
Mask = NDArray[np.bool_]

INSIDE: Final = 0.5
"""Share of a cell, or of a pixel, that has to be covered for it to be inside."""
MOST_BOXES: Final = 100_000
LUMA: Final = (0.299, 0.587, 0.114)
"""Rec. 601: what red, green and blue add to brightness."""


class RegionError(ValueError):
    """A box or another region is not allowed. The message is one line."""


class Box(NamedTuple):
    """A rectangle on one of the generated pictures.

    Corners are in pixels from the picture's upper left corner and need not be whole: the whole picture is 0, 0, width,
    height. They may be any two opposite ones, and lie outside the picture.
    """

    sample: int
    x0: float
    y0: float
    x1: float
    y1: float


class Cells(NamedTuple):
    """Cells of a layer's grid on one picture, (height, width) each; those in neither are not clear."""

    inside: Mask
    outside: Mask


def checked(boxes: Iterable[Sequence[float]], n: int, height: int, width: int) -> tuple[Box, ...]:
    """Return boxes with their corners sorted, cut at the picture's edges.

    Parameters
    ----------
    boxes
        (sample, x0, y0, x1, y1) each.
    n
        Number of pictures.
    height, width
        Of each, in pixels.

    Raises
    ------
    RegionError
        Naming the box, counted from 1, that is none, has no area, or lies on no picture.
    """
    found = []
    for number, box in enumerate(boxes, start=1):
        if number > MOST_BOXES:
            raise RegionError(f"there are more than {MOST_BOXES:,} boxes")
        try:
            sample, *corners = (float(value) for value in box)
        except (TypeError, ValueError, OverflowError):
            raise RegionError(f"box {number}: is sample, x0, y0, x1, y1, five numbers") from None
        if len(corners) != 4 or not np.isfinite([sample, *corners]).all():
            raise RegionError(f"box {number}: is sample, x0, y0, x1, y1, five numbers")
        if not (sample.is_integer() and 0 <= sample < n):
            raise RegionError(f"box {number}: there is no sample {sample:g}; they are counted from 0 to {n - 1}")
        across = np.clip(sorted(corners[::2]), 0.0, width)
        down = np.clip(sorted(corners[1::2]), 0.0, height)
        if across[0] == across[1] or down[0] == down[1]:
            raise RegionError(f"box {number}: has no area on its picture of {width} x {height} pixels")
        found.append(Box(int(sample), float(across[0]), float(down[0]), float(across[1]), float(down[1])))
    return tuple(found)


def coverage(boxes: Iterable[Box], height: int, width: int) -> Float:
    """Return the share of each pixel that boxes cover, (height, width); where boxes overlap, the largest one's."""
    covered = np.zeros((height, width))
    for box in boxes:
        down = _overlaps(np.array([box.y0]), np.array([box.y1]), height)
        across = _overlaps(np.array([box.x0]), np.array([box.x1]), width)
        np.maximum(covered, down[0][:, None] * across[0], out=covered)
    return covered


def shares(covered: NDArray[Any], height: int, width: int) -> Float:
    """Return the share of each cell of a grid that is covered.

    Parameters
    ----------
    covered : array (..., H, W)
        Share of each pixel, from 0 to 1.
    height, width
        Of the grid.
    """
    down, across = (_cells(cells, pixels) for cells, pixels in zip((height, width), covered.shape[-2:], strict=True))
    found: Float = down @ covered.astype(np.float64) @ across.T
    return found


def cells_of(boxes: Sequence[Box], picture: tuple[int, int], grid: tuple[int, int]) -> Cells:
    """Return which cells lie in the boxes of one picture.

    Inside is a cell of which boxes cover at least half, and the one in which a box's centre lies, so that a box that
    is smaller than a cell has one. Outside is a cell that no box touches. The others, at a box's edge, are neither.

    Parameters
    ----------
    picture, grid
        (height, width) in pixels, and in cells.
    """
    share = shares(coverage(boxes, *picture), *grid)
    inside = share >= INSIDE - 1e-9
    for box in boxes:
        row = min(int((box.y0 + box.y1) / 2 * grid[0] / picture[0]), grid[0] - 1)
        column = min(int((box.x0 + box.x1) / 2 * grid[1] / picture[1]), grid[1] - 1)
        inside[row, column] = True
    return Cells(inside, (share <= 1e-9) & ~inside)


def _overlaps(low: Float, high: Float, pixels: int) -> Float:
    """Return how much of each pixel lies between two places, (intervals, pixels)."""
    edges = np.arange(pixels)
    found: Float = np.clip(np.minimum(high[:, None], edges + 1) - np.maximum(low[:, None], edges), 0.0, 1.0)
    return found


def _cells(cells: int, pixels: int) -> Float:
    """Return the share of each cell that each pixel is, (cells, pixels); rows sum to 1."""
    edges: Float = np.arange(cells + 1, dtype=np.float64) * (pixels / cells)
    return _overlaps(edges[:-1], edges[1:], pixels) * (cells / pixels)


# ---- regions for units ----------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Painted:
    """What was drawn on some of the pictures.

    Attributes
    ----------
    samples : array (m,), int64
        Their numbers, each once. Nothing is known of the others.
    masks : array (m, height, width), bool
        In pixels.
    """

    samples: NDArray[np.int64]
    masks: Mask


@dataclass(frozen=True)
class Brightness:
    """Pixels whose brightness, from 0 (black) to 1 (white), lies between two values; both are included."""

    low: float = 0.0
    high: float = 1.0


@dataclass(frozen=True)
class NearColour:
    """Pixels whose colour is near another.

    Attributes
    ----------
    colour
        Red, green and blue, 0 to 255.
    distance
        Largest Euclidean distance in these numbers, up to 442 from black to white.
    """

    colour: tuple[int, int, int]
    distance: float = 60.0


Region = Painted | Brightness | NearColour


def painted(boxes: Iterable[Box], height: int, width: int) -> Painted:
    """Return checked boxes as masks of the pixels of which they cover at least half."""
    by_sample: dict[int, list[Box]] = {}
    for box in boxes:
        by_sample.setdefault(box.sample, []).append(box)
    masks = [coverage(own, height, width) >= INSIDE for own in by_sample.values()]
    return Painted(np.array(list(by_sample), np.int64), np.array(masks, bool).reshape(-1, height, width))


def samples_of(region: Region, n: int) -> NDArray[np.int64]:
    """Return the numbers of the pictures, of n, that a region says something about.

    Raises
    ------
    RegionError
        If it says something about none, or about pictures that there are not.
    """
    if not isinstance(region, Painted):
        return np.arange(n)
    if not len(region.samples) or not region.masks.any():
        raise RegionError("nothing is marked")
    if region.samples.min() < 0 or region.samples.max() >= n or len(set(region.samples.tolist())) < len(region.samples):
        raise RegionError(f"marked samples are counted from 0 to {n - 1}, each once")
    return np.sort(region.samples)


def masks_of(region: Region, samples: NDArray[np.int64], pictures: NDArray[np.uint8]) -> Mask:
    """Return the region's pixels on some pictures, (n, height, width).

    Parameters
    ----------
    samples : array (n,)
        The pictures' numbers, of those that `samples_of` gives.
    pictures : array (n, height, width, channels)

    Raises
    ------
    RegionError
        If drawn masks are of another size than the pictures.
    """
    if isinstance(region, Painted):
        if region.masks.shape[1:] != pictures.shape[1:3] or len(region.masks) != len(region.samples):
            raise RegionError(f"masks of shape {region.masks.shape} do not fit pictures of {pictures.shape[1:3]}")
        places = {int(sample): place for place, sample in enumerate(region.samples)}
        return region.masks[[places[int(sample)] for sample in samples]].astype(bool)
    colours = np.broadcast_to(pictures[..., :3], (*pictures.shape[:3], 3)).astype(np.float64)
    if isinstance(region, Brightness):
        brightness = colours @ np.array(LUMA) / 255.0
        found: Mask = (brightness >= region.low - 1e-9) & (brightness <= region.high + 1e-9)
        return found
    near: Mask = np.linalg.norm(colours - np.array(region.colour), axis=-1) <= region.distance
    return near


def upsampled(maps: NDArray[Any], height: int, width: int) -> Float:
    """Return maps (..., h, w) enlarged to pixels, (..., height, width), bilinearly.

    As PyTorch's ``interpolate(mode="bilinear", align_corners=False)``: cells' centres lie where `shares` has them.
    """
    down, across = _bilinear(maps.shape[-2], height), _bilinear(maps.shape[-1], width)
    found: Float = down @ maps.astype(np.float64) @ across.T
    return found


def _bilinear(cells: int, pixels: int) -> Float:
    """Return the weights of cells in pixels, (pixels, cells)."""
    places = np.clip((np.arange(pixels) + 0.5) * cells / pixels - 0.5, 0.0, cells - 1.0)
    return np.clip(1.0 - np.abs(places[:, None] - np.arange(cells)), 0.0, 1.0)
