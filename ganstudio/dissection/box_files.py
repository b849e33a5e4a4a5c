"""Boxes in files: JSON or CSV. Needs no torch.

JSON is ``{"seed": 0, "boxes": [[sample, x0, y0, x1, y1], ...]}``, or the list alone; a box may also be a table with
these names. CSV has a box in each line, perhaps with the names above. `seed` is the start of the random stream that the
pictures were drawn with: sample 12 is the one that ``ganstudio sample MODEL --seed 0`` draws as its thirteenth.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from ganstudio.checkpoints.regular_file import opened
from ganstudio.checkpoints.safetensors_header import strict_json
from ganstudio.dissection.regions import Box
from ganstudio.files import FileError, write_whole
from ganstudio.settings import shown

__all__ = ["LARGEST", "MOST_SAMPLES", "read", "write"]

LARGEST: Final = 16 * 2**20
"""Bytes of a file."""
MOST_SAMPLES: Final = 10_000
"""Pictures that boxes may lie on."""
NAMES: Final = Box._fields


def read(path: str | Path) -> tuple[tuple[Box, ...], int | None]:
    """Return boxes as they were written, and their seed if the file tells it.

    They may still be none on a given model's pictures: `ganstudio.dissection.regions.checked` looks at that.

    Raises
    ------
    FileError
        If the file cannot be read, or holds something else.
    """
    with opened(path) as (file, size):
        content = file.read(LARGEST + 1)
    if max(size, len(content)) > LARGEST:
        raise FileError(path, f"has more than {LARGEST / 1e6:,.0f} MB; so many boxes are not read")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileError(path, "is not UTF-8 text; boxes are JSON or CSV") from None
    looks_like_json = text.lstrip()[:1] in ("{", "[")
    try:
        return _from_json(text) if looks_like_json else (_from_csv(text), None)
    except ValueError as error:
        raise FileError(path, error) from None


def write(path: str | Path, boxes: Iterable[Box], seed: int) -> None:
    """Write boxes as JSON.

    Raises
    ------
    FileError
        If the file cannot be written.
    """
    lines = ",\n  ".join(json.dumps(list(box)) for box in boxes)
    write_whole(path, f'{{"seed": {seed}, "boxes": [\n  {lines}\n]}}\n')


def _from_json(text: str) -> tuple[tuple[Box, ...], int | None]:
    try:
        tree = strict_json(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"is not valid JSON ({error})") from None
    seed = None
    if isinstance(tree, dict):
        seed, tree = tree.get("seed"), tree.get("boxes")
    if seed is not None and (type(seed) is not int or not 0 <= seed < 2**63):
        raise ValueError(f"seed: {shown(seed)} is not allowed; it is a whole number of at least 0")
    if not isinstance(tree, list):
        raise ValueError("has no list of boxes")
    return tuple(_box(number, entry) for number, entry in enumerate(tree, start=1)), seed


def _from_csv(text: str) -> tuple[Box, ...]:
    try:
        rows = [row for row in csv.reader(io.StringIO(text)) if row]
    except csv.Error as error:
        raise ValueError(f"is not valid CSV ({error})") from None
    if rows and tuple(cell.strip().lower() for cell in rows[0]) == NAMES:
        rows = rows[1:]
    return tuple(_box(number, row) for number, row in enumerate(rows, start=1))


def _box(number: int, entry: Any) -> Box:
    """Return one box, in whatever way it is written."""
    if isinstance(entry, dict):
        entry = [entry.get(name) for name in NAMES]
    try:
        if not isinstance(entry, list) or any(isinstance(value, bool) for value in entry):
            raise TypeError
        sample, x0, y0, x1, y1 = (float(value) for value in entry)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"box {number}: {shown(entry)} is not sample, x0, y0, x1, y1, five numbers") from None
    if not (sample.is_integer() and 0 <= sample < MOST_SAMPLES):
        raise ValueError(f"box {number}: sample {sample:g} is not allowed; samples are counted from 0 up to 9,999")
    return Box(int(sample), x0, y0, x1, y1)
