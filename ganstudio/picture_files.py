"""Picture files that a person has: opened safely, whatever is in them."""

from __future__ import annotations

import math
import warnings
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["NoPicture", "PictureProblem", "eight_bits", "opened", "suffixes"]

_UNSAFE = {"EPS", "WMF"}
"""Formats that Pillow hands to other programs."""
_STUBS = {"BUFR", "GRIB", "HDF5", "MPEG"}
"""Formats that Pillow only knows by sight."""


class PictureProblem(ValueError):
    """A file is no picture that can be read. The message is one line without the file's name."""


class NoPicture(PictureProblem):
    """The file has no format that is read."""


def suffixes() -> tuple[str, ...]:
    """Return the endings of picture files that can be read, ".png" and so on."""
    return tuple(sorted(suffix for suffix, kind in _extensions().items() if kind not in _UNSAFE | _STUBS))


def _extensions() -> dict[str, str]:
    from PIL import Image

    extensions: dict[str, str] = Image.registered_extensions()
    return {suffix: kind for suffix, kind in extensions.items() if kind in Image.OPEN}


def opened(file: str | Path | IO[bytes], most_pixels: int) -> Image:
    """Return a picture of which only the header was read; decoding it may still raise nearly anything.

    Parameters
    ----------
    file
        Its path, or an open file in which one can seek.
    most_pixels
        How many pixels it may have.

    Raises
    ------
    NoPicture
        If it has no format that is read.
    PictureProblem
        If it is broken or has too many pixels.
    """
    from PIL import Image, UnidentifiedImageError

    formats = sorted(set(_extensions().values()) - _UNSAFE - _STUBS)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(file, formats=formats)
    except UnidentifiedImageError:
        raise NoPicture("is no picture that can be read") from None
    except Image.DecompressionBombError:
        raise PictureProblem(f"has too many pixels; at most {most_pixels:,} are read") from None
    except Exception as error:  # Pillow's decoders raise nearly all that there are, and its manual names no base
        raise PictureProblem(f"is a broken picture ({error})") from None
    if math.prod(image.size) > most_pixels:
        width, height = image.size
        image.close()
        raise PictureProblem(f"has {width:,} x {height:,} pixels; at most {most_pixels:,} are read")
    return image


def eight_bits(image: Image) -> Any:
    """Return a picture whose values are 0 to 255: Pillow cuts what is above."""
    if not image.mode.startswith(("I", "F")):
        return image
    values = np.asarray(image, dtype=np.float64)
    most = 65535.0 if image.mode.startswith("I;16") or values.max(initial=0.0) > 255.0 else 255.0
    if image.mode == "F":
        most = max(float(np.nanmax(values, initial=0.0)), 1e-300)
    from PIL import Image

    return Image.fromarray(np.nan_to_num(np.clip(values / most * 255.0, 0.0, 255.0)).astype(np.uint8))
