"""A look at the pictures that are learned: how many, of what classes, and what was left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ganstudio.image_messages import Pixels
from ganstudio.imagesets import ImageSet

__all__ = ["Look", "look_at"]

SHOWN = 24
"""Pictures that are kept to be shown."""


@dataclass(frozen=True)
class Look:
    """What there is to say of a set that can be read.

    Attributes
    ----------
    count, classes
        How many pictures and how many classes there are; 0 without classes.
    pictures : ndarray of uint8 (n, height, width, channels)
        Some, evenly spaced.
    remark
        A line on the files that were left out, "" if none was.
    skipped
        A line for each of them.
    """

    count: int
    classes: int
    pictures: Pixels
    remark: str
    skipped: tuple[str, ...]


def look_at(data: ImageSet) -> Iterator[Look]:
    """Yield one look at a set. Its pictures do not stay in memory: the engine has its own.

    Raises
    ------
    PicturesError
        If it cannot be read.
    """
    pictures = data.read(data.splits[0])
    chosen = np.unique(np.linspace(0, len(pictures) - 1, SHOWN).round().astype(int))
    some = np.ascontiguousarray(pictures.pixels[chosen].transpose(0, 2, 3, 1))
    yield Look(len(pictures), len(pictures.class_names), some, pictures.remark, pictures.skipped)
