"""One picture file as a small square of pixels."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from ganstudio import picture_files
from ganstudio.picture_files import PictureProblem

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["MOST_PIXELS", "Fit", "fitted", "size_of", "square"]

MOST_PIXELS = 89_478_485
"""Above which Pillow warns of decompression bombs; a camera of 50 megapixels stays below."""

ORIENTATION, FIRST_TURNED = 0x0112, 5
"""EXIF's tag, and the first of its values that turns by a quarter."""

Fit = Literal["crop", "pad"]


def square(content: bytes, size: int, channels: int, fit: Fit) -> NDArray[np.uint8]:
    """Return a picture's first frame as pixels (channels, size, size); see `fitted`."""
    return fitted(content, size, size, channels, fit)


def fitted(content: bytes, height: int, width: int, channels: int, fit: Fit) -> NDArray[np.uint8]:
    """Return a picture's first frame as pixels (channels, height, width).

    It is turned as its EXIF orientation says, brought to eight bits a channel, reduced or enlarged with Lanczos'
    filter, and laid on white where it is transparent.

    Parameters
    ----------
    content
        The whole file.
    height, width
        In pixels.
    channels
        1 for grey (Rec. 601 luma), 3 for red, green and blue.
    fit
        What happens to pictures of another shape: "crop" takes the middle, "pad" adds white.

    Raises
    ------
    PictureProblem
        If it is no picture, broken, or has more than `MOST_PIXELS` pixels. Its pixels are not decoded then.
    """
    from PIL import Image, ImageOps

    image = picture_files.opened(io.BytesIO(content), MOST_PIXELS)
    try:
        with image:
            image.draft(None, (2 * width, 2 * height))  # a large JPEG need not be decoded in full
            ImageOps.exif_transpose(image, in_place=True)
            plain = _plain(image)
            way = Image.Resampling.LANCZOS
            if fit == "crop":
                small = ImageOps.fit(plain, (width, height), way)
            else:
                small = ImageOps.pad(plain, (width, height), way, color="white")
            if small.mode == "RGBA":
                small = Image.alpha_composite(Image.new("RGBA", small.size, "white"), small)
            pixels = np.array(small.convert("L" if channels == 1 else "RGB"))
    except Exception as error:  # Pillow's decoders raise nearly all that there are, and its manual names no base
        raise PictureProblem(f"is a broken picture ({error})") from None
    return pixels[None] if channels == 1 else np.ascontiguousarray(pixels.transpose(2, 0, 1))


def size_of(content: bytes) -> tuple[int, int]:
    """Return the height and width of a picture file in pixels, as its EXIF orientation turns it.

    Raises
    ------
    PictureProblem
        As `fitted`, as far as the header tells.
    """
    image = picture_files.opened(io.BytesIO(content), MOST_PIXELS)
    with image:
        width, height = image.size
        try:
            turned = image.getexif().get(ORIENTATION, 1) >= FIRST_TURNED
        except Exception:  # of broken EXIF data Pillow raises nearly anything; the picture may be whole
            turned = False
    return (width, height) if turned else (height, width)


def _plain(image: Image) -> Image:
    """Return a picture as grey, RGB or RGBA, which can be resampled: palettes cannot."""
    if image.has_transparency_data:
        return image.convert("RGBA")
    eight: Image = picture_files.eight_bits(image)
    return eight.convert("L" if eight.mode in ("1", "L") else "RGB")
