"""How what an ONNX graph gives becomes pictures: its first samples decide what the file leaves open, or it is asked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ganstudio.checkpoints.foreign.questions import Asked
from ganstudio.checkpoints.onnx.outline import Outline
from ganstudio.checkpoints.onnx.signature import PASSING, SignatureError

__all__ = ["Picture", "picture_of"]

LARGEST: Final = 4096
"""Pixels along a side."""
CHANNELS: Final = (1, 3, 4)
RANGES: Final[Mapping[str, tuple[float, float]]] = {
    "-1 to 1": (-1.0, 1.0),
    "0 to 1": (0.0, 1.0),
    "0 to 255": (0.0, 255.0),
}
"""Numbers of black and white."""
TANH, SIGMOID, BYTES = RANGES


@dataclass(frozen=True)
class Picture:
    """How an output becomes pictures (n, channels, height, width).

    Attributes
    ----------
    shape
        Channels, height, width.
    channels_last
        Whether the graph has channels behind height and width.
    output_range
        Numbers of black and white.
    """

    shape: tuple[int, int, int]
    channels_last: bool
    output_range: tuple[float, float]

    def pictures(self, output: NDArray[np.generic], rows: int) -> NDArray[np.float32]:
        """Return float32 pictures (rows, channels, height, width)."""
        channels, height, width = self.shape
        if output.size != rows * math.prod(self.shape):
            raise ValueError(f"gives {output.size:,} numbers for {rows} samples of {channels} x {height} x {width}")
        if self.channels_last:
            return output.reshape(rows, height, width, channels).transpose(0, 3, 1, 2).astype(np.float32)
        return output.reshape(rows, channels, height, width).astype(np.float32)


def picture_of(name: str, outline: Outline, output: NDArray[np.generic], rows: int, asked: Asked) -> Picture:
    """Work out how an output becomes pictures.

    Parameters
    ----------
    output
        What the graph gave for `rows` samples.

    Raises
    ------
    SignatureError
        If it cannot be pictures.
    ChoiceError
        If an answer is not allowed.
    """
    axes = output.shape if output.ndim and output.shape[0] == rows else (rows, *output.shape)
    if output.size == 0 or output.size % rows or math.prod(axes) != output.size:
        raise SignatureError(f"gives {_size(output.shape)} for {rows} samples, which are no pictures")
    numbers = np.asarray(output, np.float64)
    if not np.isfinite(numbers).all():
        raise SignatureError("gives values that are not finite (NaN or infinity)")
    shape, last = _shape(tuple(axes[1:]), asked)
    if max(shape[1:]) > LARGEST:
        raise SignatureError(f"gives pictures of {shape[1]} x {shape[2]} pixels; at most {LARGEST:,} are shown")
    return Picture(shape, last, RANGES[_range(name, outline, output.dtype, numbers, asked)])


def _size(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape)) or "one number"


def _shape(axes: tuple[int, ...], asked: Asked) -> tuple[tuple[int, int, int], bool]:
    """Return channels, height, width, and whether channels stand last."""
    axes = axes[next((index for index in range(len(axes) - 3) if axes[index] != 1), max(0, len(axes) - 3)) :]
    match axes:
        case (a, b, c):
            first, last = a in CHANNELS, c in CHANNELS
            if (first and last) or not (first or last):
                usual = ("channels first", "channels last")
                likely = usual if (b == c and a != b) or not last else usual[::-1]
                said = asked("layout", f"where the channels of {a} x {b} x {c} numbers stand", *likely)
                last = said == "channels last"
            return ((c, a, b), True) if last else ((a, b, c), False)
        case (height, width) if min(height, width) > 1:
            return (1, height, width), False
        case (count,) | (count, 1) | (1, count):
            sides = [(channels, math.isqrt(count // channels)) for channels in (3, 1)]
            options = [f"{channels} x {side} x {side}" for channels, side in sides if channels * side**2 == count]
            if not options:
                raise SignatureError(f"gives {count} numbers a sample, which are no square picture")
            asks = len(options) > 1
            said = asked("shape", "channels, height and width of the picture", *options) if asks else options[0]
            channels, height, width = map(int, said.split(" x "))
            return (channels, height, width), False
    raise SignatureError(f"gives {_size(axes)} numbers a sample, which are no picture")


def _range(name: str, outline: Outline, dtype: np.dtype[np.generic], numbers: NDArray[np.float64], asked: Asked) -> str:
    """Return which numbers are black and white: told by the last operator, or else asked."""
    if dtype == np.uint8:
        return BYTES
    last = _last_operator(name, outline)
    if last in ("Tanh", "Sigmoid"):
        return TANH if last == "Tanh" else SIGMOID
    low, high = float(numbers.min()), float(numbers.max())
    likely = TANH if low < -0.02 else SIGMOID if high <= 1.5 else BYTES
    return asked("range", "numbers of black and white", likely, *(one for one in RANGES if one != likely))


def _last_operator(name: str, outline: Outline) -> str:
    """Return what makes an output's numbers, behind what only moves them."""
    makers = {output: node for node in outline.nodes for output in node.outputs}
    for _ in range(len(outline.nodes)):
        node = makers.get(name)
        if node is None or node.operator not in PASSING or not node.inputs:
            return node.operator if node is not None else ""
        name = node.inputs[0]
    return ""
