"""Files of a person's own data: points as CSV or NPY, density as a picture.

Whatever a file holds, it is answered with a distribution and a line that says what was made of it, or with one
line that says why not.
"""

from __future__ import annotations

import csv
import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ganstudio import picture_files
from ganstudio.data.base import Distribution
from ganstudio.data.points import MOST, REACH, Points
from ganstudio.data.raster import Raster
from ganstudio.files import FileError

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["TABLES", "DataFile", "picture_suffixes", "read"]

TABLES = (".csv", ".tsv", ".txt", ".dat")
LARGEST_TABLE = 16_000_000
LARGEST_ARRAY = 256_000_000
LARGEST_PICTURE = 100_000_000
MOST_PIXELS = 40_000_000
SIDE = 96
"""Cells along each side of what a picture becomes."""
SPAN = 2.0
"""A picture's longer side spans -2 to 2, and so do points that have to be scaled."""
PAPER = 10
"""Darkness, of 255, up to which a pixel counts as paper: JPEG leaves traces around what is drawn."""
NUMERIC = 0.9
"""Share of a column's cells that have to be numbers, or missing."""
MOST_COLUMNS = 1000
_SEED = 2_014
_LOOKED_AT = 200
"""Rows from which is told what a table looks like."""
_MISSING = ("", "nan", "na", "n/a", "null", "none", "?", "-")
_NPY, _NPZ = b"\x93NUMPY", b"PK\x03\x04"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")

Float = NDArray[np.float64]


@dataclass(frozen=True)
class DataFile:
    """What a file was turned into, and what was done to it, as a line for a person."""

    distribution: Distribution
    said: str


def read(path: str | Path) -> DataFile:
    """Read points (CSV or NPY) or a density (a picture), told apart by what is in the file.

    Raises
    ------
    FileError
        Naming the file, what is wrong, and what is allowed.
    """
    head = _head(path)
    if head.startswith(_NPY):
        return _points(path, *_array(path))
    if head.startswith(_NPZ) and str(path).lower().endswith(".npz"):
        raise FileError(path, "is an archive of arrays; save one array of shape (n, 2) as NPY")
    if str(path).lower().endswith(".npy"):
        raise FileError(path, "is no NPY file; numpy.save writes one from an array of shape (n, 2)")
    is_text = b"\0" not in head or head.startswith(_UTF16)
    if str(path).lower().endswith(TABLES) or (is_text and not str(path).lower().endswith(picture_suffixes())):
        return _points(path, *_table(path))
    return _picture(path)


def picture_suffixes() -> tuple[str, ...]:
    """Return the endings of picture files that can be read, ".png" and so on."""
    return picture_files.suffixes()


def _head(path: str | Path) -> bytes:
    """Return the first bytes of a file."""
    try:
        with open(path, "rb") as file:
            head = file.read(4096)
    except IsADirectoryError:
        raise FileError(path, "is a folder; points (CSV, NPY) or a picture are needed") from None
    except FileNotFoundError:
        raise FileError(path, "there is no such file") from None
    except (OSError, ValueError) as error:
        raise FileError(path, f"cannot be read ({getattr(error, 'strerror', error)})") from None
    if not head:
        raise FileError(path, "is empty; points (CSV, NPY) or a picture are needed")
    return head


def _name(path: str | Path) -> str:
    """Return a file's name as an experiment may keep it."""
    name = "".join(letter if letter.isprintable() else "?" for letter in Path(path).name)
    return name if len(name) <= 60 else f"{name[:40]}\N{HORIZONTAL ELLIPSIS}{name[-19:]}"


def _check_size(path: str | Path, most: int, kind: str) -> None:
    size = os.stat(path).st_size  # noqa: PTH116 - of a path that may be text
    if size > most:
        raise FileError(path, f"has {size / 1e6:,.0f} MB; {kind} may have at most {most / 1e6:,.0f} MB")


# ---- points ------------------------------------------------------------------------------------------


def _points(path: str | Path, rows: Float, remark: str) -> DataFile:
    """Turn rows (n, 2) into points on the plane."""
    known = np.isfinite(rows).all(axis=1)
    points, dropped = rows[known], int((~known).sum())
    if len(points) < 2:
        raise FileError(path, f"has {len(points)} rows with two finite numbers; at least 2 are needed")
    if (points == points[0]).all():
        raise FileError(path, f"all {len(points):,} points are the same; at least two different ones are needed")
    centre, scale = _placed(path, points)
    total = len(points)
    if total > MOST:
        points = points[np.random.default_rng(_SEED).choice(total, MOST, replace=False)]
    data = Points.of((points - centre) * scale, source=_name(path), total=total, centre=centre, scale=scale)
    parts = [data.summary, "chosen at random" if total > MOST else "", remark]
    if dropped:
        parts.append(f"{dropped:,} {'row' if dropped == 1 else 'rows'} without two finite numbers left out")
    return DataFile(data, ", ".join(part for part in parts if part))


def _placed(path: str | Path, points: Float) -> tuple[tuple[float, float], float]:
    """Return what to take from points and what to multiply them by so that they suit the plane.

    Points within -4 to 4 whose longer side is 1 at least suit it as they are; of others it will span -2 to 2.
    """
    low, high = points.min(axis=0), points.max(axis=0)
    with np.errstate(over="ignore", under="ignore"):
        x, y = (float(value) for value in low / 2 + high / 2)
        size = float((high - low).max())
        if np.abs(points).max() <= REACH and size >= 1.0:
            return (0.0, 0.0), 1.0
        scale = float(f"{2 * SPAN / size:.3g}") if math.isfinite(size) else 0.0
        reached = float(np.abs((points - (x, y)) * scale).max())
    if not 0.5 * SPAN < reached < REACH or not math.isfinite(scale):
        raise FileError(path, "the numbers are too large or too close together to be scaled to the plane")
    return (x, y), scale


def _array(path: str | Path) -> tuple[Float, str]:
    """Return the rows of an NPY file."""
    _check_size(path, LARGEST_ARRAY, "an array")
    needed = "an array of real numbers of shape (n, 2) is needed"
    try:
        array = np.lib.format.open_memmap(path, mode="r")
    except ValueError as error:
        if "Python objects" in str(error):
            raise FileError(path, f"holds pickled Python objects, which are never loaded; {needed}") from None
        raise FileError(path, f"is a broken NPY file or cut off; {needed}") from None
    except (OSError, EOFError, MemoryError, OverflowError) as error:
        raise FileError(path, f"cannot be read ({getattr(error, 'strerror', None) or error})") from None
    if array.dtype.kind not in "fiu":
        raise FileError(path, f"holds values of type {array.dtype}; {needed}")
    if array.ndim != 2 or array.shape[1] != 2:
        raise FileError(path, f"has the shape {array.shape}; {needed}")
    return np.array(array, dtype=np.float64), ""


def _table(path: str | Path) -> tuple[Float, str]:
    """Return the rows of two columns of a text file, NaN where there is no number, and which columns they are."""
    _check_size(path, LARGEST_TABLE, "a table")
    lines = [line for line in _text(path).splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if not lines:
        raise FileError(path, "has no rows; two columns of numbers are needed")
    separator = _separator(lines[:_LOOKED_AT])
    cells = _cells(path, lines, separator)
    width = max(map(len, cells[:_LOOKED_AT]))
    if width > MOST_COLUMNS:
        raise FileError(path, f"has {width:,} columns; at most {MOST_COLUMNS:,} are read")
    read_number = partial(_number, decimal_comma=separator != ",")
    numeric = _numeric(cells[:_LOOKED_AT], width, read_number)
    titles = [cell.strip() for cell in cells[0]] + [""] * width
    has_titles = any(read_number(titles[index]) is None for index in numeric[:2])
    # Tables that pandas writes begin with a column of row numbers, which has no title.
    if has_titles or not titles[0]:
        numeric = [index for index in numeric if titles[index]] or numeric
    if len(numeric) < 2:
        has = f"has {width} {'column' if width == 1 else 'columns'}, {len(numeric)} of them of numbers"
        raise FileError(path, f"{has}; two are needed, between them a comma, semicolon, tab or space")
    x, y = numeric[:2]
    rows = np.full((len(cells), 2), math.nan)
    for number, row in enumerate(cells):
        if len(row) > max(x, y):
            rows[number] = [math.nan if (value := read_number(row[at])) is None else value for at in (x, y)]
    named = [titles[index] if has_titles else str(index + 1) for index in (x, y)]
    told = f"columns {named[0][:20]} and {named[1][:20]} of {width}" if width > 2 else ""
    return rows[1 if has_titles else 0 :], told


def _numeric(rows: list[list[str]], width: int, read_number: Callable[[str], float | None]) -> list[int]:
    """Return the columns in which nearly all of what is there is a number; the first row may have titles."""
    found = []
    for index in range(width):
        values = [read_number(row[index]) for row in rows if index < len(row)]
        numbers = [value for value in values if value is not None]
        words = len(values) - len(numbers)
        titles = int(bool(values) and values[0] is None)
        if any(map(math.isfinite, numbers)) and words - titles <= (1.0 - NUMERIC) * len(values):
            found.append(index)
    return found


def _text(path: str | Path) -> str:
    """Return a table's text."""
    data = Path(path).read_bytes()
    if not data.startswith(_UTF16) and b"\0" in data:
        raise FileError(path, "is no text; a table has rows of numbers")
    try:
        return data.decode("utf-16" if data.startswith(_UTF16) else "utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")  # only titles have such letters


def _separator(lines: list[str]) -> str:
    """Return the sign between columns: one that most lines have equally often, " " for any white space."""
    for sign in "\t;,":
        counts = [line.count(sign) for line in lines]
        common = max(set(counts), key=counts.count)
        if common and 2 * counts.count(common) > len(counts):
            return sign
    return " "


def _cells(path: str | Path, lines: list[str], separator: str) -> list[list[str]]:
    """Return the cells of each row."""
    if separator == " ":
        return [line.split() for line in lines]
    try:
        return list(csv.reader(lines, delimiter=separator))
    except csv.Error as error:
        raise FileError(path, f"is no table that can be read ({error})") from None


def _number(cell: str, *, decimal_comma: bool) -> float | None:
    """Return the number in a cell: NaN if it is missing, None for text."""
    text = cell.strip()
    if text.casefold() in _MISSING:
        return math.nan
    if decimal_comma and text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    try:
        return None if "_" in text else float(text)
    except ValueError:
        return None


# ---- pictures ----------------------------------------------------------------------------------------


def _picture(path: str | Path) -> DataFile:
    """Turn a picture's dark pixels into density."""
    _check_size(path, LARGEST_PICTURE, "a picture")
    image = _opened(path)
    width, height = image.size
    weights = _darkness(path, image)
    weights[weights <= PAPER] = 0
    if not weights.any():
        raise FileError(path, "has no dark pixels; what is dark becomes density")
    name = _name(path)
    data = Raster.of(weights, 2 * SPAN, name)
    said = f"{name}, {width:,} x {height:,} pixels as {SIDE} x {SIDE} cells, dark is dense"
    # A picture of ours that went through a messenger has lost what it carried.
    return DataFile(data, f"{said}; it carries no experiment" if name.lower().endswith(".png") else said)


def _opened(path: str | Path) -> Image:
    """Return a picture of which only the header was read."""
    try:
        return picture_files.opened(path, MOST_PIXELS)
    except picture_files.NoPicture:
        raise FileError(path, "is no table, no NPY file and no picture that can be read") from None
    except picture_files.PictureProblem as error:
        raise FileError(path, error) from None


def _darkness(path: str | Path, image: Image) -> NDArray[np.uint8]:
    """Return how dark a picture is in SIDE x SIDE cells, 0 to 255, the first row at the bottom.

    The longer side fills the square. What is transparent counts as white paper.
    """
    from PIL import Image, ImageOps

    try:
        with image:
            image.draft("L", (4 * SIDE, 4 * SIDE))  # a JPEG need not be decoded in full
            upright: Image.Image = ImageOps.exif_transpose(image)
            seen = upright.convert("RGBA") if upright.has_transparency_data else upright
            paper = Image.new("RGBA", seen.size, "white")
            opaque = Image.alpha_composite(paper, seen) if seen.mode == "RGBA" else picture_files.eight_bits(seen)
            grey = opaque.convert("L")
    except Exception as error:  # Pillow's decoders raise nearly all that there are, and its manual names no base
        raise FileError(path, f"is a broken picture ({error})") from None
    # The mean of what falls into a cell keeps the mass of every stroke.
    fitted = ImageOps.pad(grey, (SIDE, SIDE), Image.Resampling.BOX, color=255)
    return 255 - np.array(fitted, dtype=np.uint8)[::-1]
