"""Strides, paddings and where maps are doubled: what kernels leave open, settled by which pictures are plausible.

Each layer has a few usual ways. All combinations are followed from size to size, with a cost for each way and for each
final size, so that the usual kinds of network (4 x 4 kernels with stride 2 and padding 1, ...) come out first, and
others can be chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

__all__ = ["Geometry", "Layer", "Way", "geometries", "parsed", "spelled"]

PLAUSIBLE: Final = {
    64: 0.0,
    32: 0.0,
    28: 0.0,
    128: 0.0,
    256: 0.5,
    16: 1.0,
    96: 1.5,
    48: 2.0,
    512: 1.0,
    1024: 1.0,
    8: 2.0,
    4: 4.0,
    112: 3.0,
    56: 3.0,
    224: 2.0,
    192: 3.0,
    160: 3.0,
    84: 3.0,
    80: 3.0,
    40: 3.0,
    24: 3.5,
    100: 3.0,
    218: 3.0,
}
"""Sides of pictures, and how unusual they are."""
IMPLAUSIBLE: Final = 6.0
LARGEST: Final = 1024
SMALLEST: Final = 4
KEPT: Final = 6
"""Best combinations that are kept for each size on the way."""


class Way(NamedTuple):
    """How a layer changes the size of maps."""

    stride: int
    padding: int
    output_padding: int = 0
    doubled: bool = False
    """Whether maps are doubled before it."""


@dataclass(frozen=True)
class Layer:
    """What is known of a layer.

    Attributes
    ----------
    doubling
        Whether maps are doubled before it: what names of modules tell, None if they tell nothing.
    alone
        Whether all others have kernels of another size.
    block
        Whether it is a whole block that doubles maps or leaves their size.
    shuffled
        How many times larger pixel shuffling makes its maps.
    """

    kind: Literal["convolution", "transposed_convolution"]
    kernel: int
    doubling: bool | None = None
    last: bool = False
    alone: bool = False
    block: bool = False
    shuffled: int = 1


@dataclass(frozen=True)
class Geometry:
    """One combination: a way for each layer, the side of the picture, and how unusual it is."""

    ways: tuple[Way, ...]
    side: int
    cost: float


def geometries(layers: Sequence[Layer], side: int, channels: int) -> list[Geometry]:
    """Return combinations, likeliest first, at most a few for each final side.

    Parameters
    ----------
    side
        Of the maps that the first layer is given; 1 if it is given a vector.
    channels
        Of the picture.
    """
    found = [*_followed(layers, side, channels, "padded"), *_followed(layers, side, channels, "bare")]
    best: dict[tuple[Way, ...], Geometry] = {}
    for one in sorted(found, key=lambda one: one.cost):
        best.setdefault(one.ways, one)
    return list(best.values())


def _followed(layers: Sequence[Layer], side: int, channels: int, style: Literal["padded", "bare"]) -> list[Geometry]:
    """Follow one style of padding through all layers, and keep the best few for each size on the way."""
    reached: dict[int, list[tuple[float, tuple[Way, ...]]]] = {side: [(0.5 if style == "bare" else 0.0, ())]}
    for layer in layers:
        following: dict[int, list[tuple[float, tuple[Way, ...]]]] = {}
        for size, rows in reached.items():
            ways = _padded(layer, size, channels) if style == "padded" else _bare(layer, size)
            for way, cost in ways:
                then = _size_after(layer, way, size)
                if 1 <= then <= LARGEST:
                    following.setdefault(then, []).extend((before + cost, (*row, way)) for before, row in rows)
        reached = {size: sorted(rows)[:KEPT] for size, rows in following.items()}
    return [
        Geometry(ways, size, cost + _cost_of_side(size, channels))
        for size, rows in reached.items()
        if size >= SMALLEST
        for cost, ways in rows
    ]


def _cost_of_side(side: int, channels: int) -> float:
    if side == 28 and channels == 1:
        return -1.5  # MNIST, as nearly every grey generator
    return PLAUSIBLE.get(side, IMPLAUSIBLE)


def _size_after(layer: Layer, way: Way, size: int) -> int:
    size *= 2 if way.doubled else 1
    if layer.kind == "transposed_convolution":
        return (size - 1) * way.stride - 2 * way.padding + layer.kernel + way.output_padding
    return ((size + 2 * way.padding - layer.kernel) // way.stride + 1) * layer.shuffled


def _padded(layer: Layer, size: int, channels: int) -> list[tuple[Way, float]]:
    """Return the ways of a layer whose size is meant to double or to stay, with how unusual each is."""
    kernel = layer.kernel
    if layer.kind == "convolution":
        return _convolved(layer, size)
    if size == 1:
        whole = [(Way(1, 0), 0.0)]
        return whole if kernel == 1 else [*whole, (Way(2, (kernel - 1) // 2, kernel % 2), 4.0)]
    if kernel == 1:
        return [(Way(1, 0), 0.0), (Way(1, 2), 0.8 if layer.last and channels == 1 else 4.0)]
    half = (kernel - 1) // 2
    if kernel % 2:
        ways = [
            (Way(2, half, 1), 0.6),
            (Way(1, half), 0.65 if kernel == 3 and layer.last else 0.8),
            (Way(2, half), 1.5),
            (Way(2, 0), 2.5),
            (Way(1, 0), 3.0),
            (Way(2, half - 1), 3.5),
        ]
    else:
        ways = [
            (Way(2, half), 0.0),
            (Way(1, 0), 3.0),
            (Way(2, 0), 3.0 if half else 0.0),
            (Way(1, half), 4.0),
            (Way(1, half + 1), 5.0),
        ]
        if kernel == 4:  # 28 pixels of 32: 14 of 8, or 28 of 16
            ways += [(Way(2, 2), 1.8), (Way(2, 3), 2.0 if layer.last else 5.0)]
    if kernel == 5:  # 96 pixels of 32, as programs for cartoon faces have it
        ways.append((Way(3, 1), -1.0 if layer.last and layer.alone and channels == 3 else 3.5))
    if kernel % 4 == 0:
        ways.append((Way(4, kernel // 4 if kernel > 4 else 0), 4.0))
    if kernel >= 8:
        ways.append((Way(4, (kernel - 4) // 2), 1.0))
    unique: dict[Way, float] = {}
    for way, cost in ways:
        if way.padding >= 0:
            unique.setdefault(way, cost)
    return list(unique.items())


def _convolved(layer: Layer, size: int) -> list[tuple[Way, float]]:
    half = (layer.kernel - 1) // 2
    if layer.block:
        return [(Way(1, 0, 0, bool(layer.doubling)), 0.0), (Way(1, 0, 0, not layer.doubling), 3.0)]
    if layer.kernel == 1:
        plain, doubled = (0.0, 3.0) if layer.doubling is None else (1.0, 0.0) if layer.doubling else (0.0, 4.0)
    elif layer.doubling is None:
        plain, doubled = (0.5, 1.0) if layer.last else (1.0, 0.5)
    else:
        plain, doubled = (1.5, 0.0) if layer.doubling else (0.0, 4.0)
    ways = [(Way(1, half), plain), (Way(1, half, 0, True), doubled)]
    if half and size > 1:
        ways += [(Way(1, 0), plain + 3.0), (Way(1, 0, 0, True), doubled + 3.0)]
    return ways


def _bare(layer: Layer, size: int) -> list[tuple[Way, float]]:
    """Return the ways of a layer without padding."""
    if layer.block:
        return _convolved(layer, size)
    if layer.kind == "convolution":
        return [(Way(1, 0), 1.0)]
    if size == 1:  # any stride gives the same but for rounding, and such programs use the same for all odd kernels
        return [(Way(2 if layer.kernel % 2 else 1, 0), 0.0)]
    return [(Way(1, 0), 0.85), (Way(2, 0), 0.7)]


# ---- as a person writes it -------------------------------------------------------------------------------------------


def spelled(ways: Sequence[Way]) -> str:
    """Return "1/0,2/1,up2:1/1": for each layer stride/padding, and where there is one /output padding."""
    words = []
    for way in ways:
        numbers = [way.stride, way.padding, *([way.output_padding] if way.output_padding else [])]
        words.append(("up2:" if way.doubled else "") + "/".join(map(str, numbers)))
    return ",".join(words)


def parsed(text: str, layers: Sequence[Layer], side: int) -> Geometry:
    """Return the combination that `spelled` writes so.

    Raises
    ------
    ValueError
        Saying what is wrong.
    """
    words = text.replace(" ", "").split(",")
    if len(words) != len(layers):
        raise ValueError(f"{len(layers)} are needed, one for each convolution; for example {'2/1,' * 2}...")
    ways = []
    for word, layer in zip(words, layers, strict=True):
        numbers = word.removeprefix("up2:").split("/")
        if not 2 <= len(numbers) <= 3 or not all(number.isdigit() and len(number) < 3 for number in numbers):
            raise ValueError(f"{word[:20]!r} is not of the form stride/padding or stride/padding/output padding")
        stride, padding, output_padding = map(int, [*numbers, "0"][:3])
        way = Way(stride, padding, output_padding, word.startswith("up2:"))
        if not 1 <= way.stride <= 64 or way.padding > 64 or way.output_padding >= max(way.stride, 2):
            raise ValueError(f"{word[:20]!r} is no stride, padding and output padding that a layer can have")
        if way.output_padding and (layer.kind == "convolution" or way.output_padding >= way.stride):
            raise ValueError(
                f"{word[:20]!r}: the output padding is smaller than the stride of a transposed convolution"
            )
        side = _size_after(layer, way, side)
        if not 1 <= side <= LARGEST:
            raise ValueError(f"{word[:20]!r} would make pictures of {side} pixels")
        ways.append(way)
    return Geometry(tuple(ways), side, 0.0)
