"""Make a GIF of raw frames: ``python -m ganstudio.films.gif WIDTH HEIGHT RATE FILE < frames``.

All frames have one table of colours, which is taken from all of them: nothing flickers. So nothing can be written
before the last frame has come; until then they wait, compressed, in a temporary file. Each frame holds only what has
changed since the one before.
"""

from __future__ import annotations

import sys
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import GifImagePlugin, Image

__all__ = ["encode", "main"]

COLOURS = 255
"""One of the 256 that a GIF can have is left for what has not changed."""
RARE = 40
"""Of these, how many are kept for colours that are rare and like no other."""
LEAST = 12
"""Pixels of all samples that a rare colour must have: fewer are an edge of something else."""
UNCHANGED = 255
LONGEST = 655_350
"""Milliseconds that one frame can be shown."""
SAMPLES = 24
"""Frames from which the colours are taken, at most."""
SAMPLE_PIXELS = 100_000
"""Of each of them."""


def encode(frames: BinaryIO, size: tuple[int, int], rate: int, target: BinaryIO, told: IO[str]) -> int:
    """Write a GIF that repeats for ever.

    Parameters
    ----------
    frames
        Raw frames, one after the other; an incomplete one at the end is left out.
    size
        Width and height in pixels.
    rate
        Frames a second; GIF knows hundredths of a second, so 5, 10, 20, 25 or 50 are kept exactly.
    target
        Where the file is written.
    told
        Gets a line "frame=N" after each frame.

    Returns
    -------
    int
        How many frames there were.
    """
    with tempfile.TemporaryFile() as waiting:
        lengths, samples = _receive(frames, size, waiting)
        if not lengths:
            return 0
        colours = _colours(samples)
        waiting.seek(0)
        pictures = (_picture(zlib.decompress(waiting.read(length)), size, colours) for length in lengths)
        _write(pictures, round(1000 / rate), target, told)
    return len(lengths)


def _receive(frames: BinaryIO, size: tuple[int, int], waiting: IO[bytes]) -> tuple[list[int], list[Image.Image]]:
    """Put frames aside; return their compressed lengths, and some of them for the choice of colours."""
    length, every = 4 * size[0] * size[1], 1
    lengths: list[int] = []
    samples: list[Image.Image] = []
    while len(content := frames.read(length)) == length:
        if len(lengths) % every == 0:
            samples.append(_sample(content, size))
            if len(samples) == 2 * SAMPLES:
                samples, every = samples[::2], 2 * every
        lengths.append(waiting.write(zlib.compress(content, 1)))
    return lengths, samples


def _sample(content: bytes, size: tuple[int, int]) -> Image.Image:
    """Return a smaller frame with the same colours: every n-th pixel, not averages of them."""
    step = max(1, round((size[0] * size[1] / SAMPLE_PIXELS) ** 0.5))
    small = max(1, size[0] // step), max(1, size[1] // step)
    return _image(content, size).resize(small, Image.Resampling.NEAREST)


def _image(content: bytes, size: tuple[int, int]) -> Image.Image:
    return Image.frombuffer("RGB", size, content, "raw", "BGRX", 0, 1)


def _colours(samples: list[Image.Image]) -> Image.Image:
    """Return a picture whose palette suits all samples.

    Most colours are chosen by how often they are there, by its root: thin lines matter beside even ground. The rest
    are those that are farthest from all that were chosen: a curve keeps its colour, however short it is.
    """
    seen = np.concatenate([np.asarray(sample).reshape(-1, 3) for sample in samples]).astype(np.uint32)
    codes, counts = np.unique(seen[:, 0] << 16 | seen[:, 1] << 8 | seen[:, 2], return_counts=True)
    colours = np.stack([codes >> 16, codes >> 8 & 255, codes & 255], axis=1).astype(np.uint8)
    many = np.repeat(colours, np.ceil(np.sqrt(counts)).astype(int), axis=0)
    common = Image.fromarray(many[:, None]).quantize(COLOURS - RARE, method=Image.Quantize.MEDIANCUT)
    palette = np.array(common.getpalette(), np.uint8).reshape(-1, 3)[: COLOURS - RARE]
    rare = colours[counts >= LEAST] if (counts >= LEAST).any() else colours
    result = Image.new("P", (1, 1))
    result.putpalette(np.concatenate([palette, _farthest(rare, palette)]).tobytes())
    return result


def _farthest(colours: NDArray[np.uint8], palette: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return up to `RARE` colours (n, 3), each the farthest from the palette and those before it."""
    points = colours.astype(np.float32)
    distances = np.full(len(points), np.inf, np.float32)
    for entry in palette.astype(np.float32):
        np.minimum(distances, ((points - entry) ** 2).sum(axis=1), out=distances)
    chosen = []
    for _ in range(RARE):
        place = int(distances.argmax())
        chosen.append(colours[place])
        np.minimum(distances, ((points - points[place]) ** 2).sum(axis=1), out=distances)
    return np.stack(chosen)


def _picture(content: bytes, size: tuple[int, int], colours: Image.Image) -> Image.Image:
    return _image(content, size).quantize(palette=colours, dither=Image.Dither.NONE)


def _write(pictures: Iterator[Image.Image], milliseconds: int, target: BinaryIO, told: IO[str]) -> None:
    """Write pictures with one palette; one that does not change anything lengthens the one before."""
    shown: NDArray[np.uint8] | None = None
    waiting: tuple[Image.Image, tuple[int, int]] | None = None
    duration = 0
    for number, picture in enumerate(pictures, start=1):
        present = np.asarray(picture)
        if shown is None:
            header, _ = GifImagePlugin.getheader(picture, info={"loop": 0})
            target.writelines(header)
            waiting = picture, (0, 0)
        elif part := _changed(shown, present, picture):
            assert waiting is not None
            target.writelines(_frame(*waiting, duration))
            waiting, duration = part, 0
        shown = present
        duration += milliseconds
        print(f"frame={number}", file=told, flush=True)
    assert waiting is not None
    target.writelines(_frame(*waiting, duration))
    target.write(b";")


def _changed(
    before: NDArray[np.uint8], now: NDArray[np.uint8], picture: Image.Image
) -> tuple[Image.Image, tuple[int, int]] | None:
    """Return the least rectangle with everything that has changed, and where it is; what has not is see-through."""
    differs = before != now
    rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    if not len(rows):
        return None
    top, bottom, left, right = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    part = np.where(differs[top:bottom, left:right], now[top:bottom, left:right], np.uint8(UNCHANGED))
    image = Image.fromarray(part).convert("L")
    image.putpalette(picture.getpalette() or [])
    return image, (left, top)


def _frame(picture: Image.Image, corner: tuple[int, int], milliseconds: int) -> list[bytes]:
    # Disposal 1: what was drawn stays under the next frame. The duration has 16 bits of hundredths of a second.
    milliseconds = min(milliseconds, LONGEST)
    result: list[bytes] = GifImagePlugin.getdata(
        picture, corner, duration=milliseconds, transparency=UNCHANGED, disposal=1
    )
    return result


def main(arguments: list[str]) -> int:
    """Read frames from standard input; return the exit code, after a line on standard error if it is not 0."""
    width, height, rate = (int(argument) for argument in arguments[:3])
    try:
        with Path(arguments[3]).open("wb") as target:
            frames = encode(sys.stdin.buffer, (width, height), rate, target, sys.stdout)
    except OSError as error:
        print(error.strerror or error, file=sys.stderr)
        return 1
    if not frames:
        print("there were no frames", file=sys.stderr)
    return 0 if frames else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
