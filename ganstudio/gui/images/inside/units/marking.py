"""What a person draws on pictures to say what a concept is, without a widget: boxes and brush strokes, with undo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from ganstudio.dissection.regions import INSIDE, Box, Painted, coverage
from ganstudio.gui.images.undoing import Undoable

__all__ = ["Marked", "Marking"]

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Marked:
    """What is marked.

    Attributes
    ----------
    boxes
        In pixels of their pictures.
    brushed
        Number of a picture -> its pixels (height, width) that were brushed.
    """

    boxes: tuple[Box, ...] = ()
    brushed: Mapping[int, Mask] = field(default_factory=dict)

    @property
    def pictures(self) -> list[int]:
        """Numbers of the pictures with marks."""
        return sorted({box.sample for box in self.boxes} | {one for one, mask in self.brushed.items() if mask.any()})

    def mask(self, number: int, height: int, width: int) -> Mask:
        """Return a picture's pixels that are brushed, or at least half covered by a box."""
        boxed = coverage((box for box in self.boxes if box.sample == number), height, width) >= INSIDE
        return boxed | self.brushed[number] if number in self.brushed else boxed

    def region(self, height: int, width: int) -> Painted | None:
        """Return all of it, None if that is nothing."""
        masks = {number: self.mask(number, height, width) for number in self.pictures}
        masks = {number: mask for number, mask in masks.items() if mask.any()}
        return Painted(np.array([*masks], np.int64), np.array([*masks.values()])) if masks else None


class Marking(Undoable[Marked]):
    """Marks on pictures; each stroke and each box can be undone."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(Marked(), parent)

    def set_boxes(self, boxes: tuple[Box, ...]) -> None:
        """Take other boxes."""
        self.take(replace(self.state, boxes=boxes))

    def add(self, number: int, mask: Mask) -> None:
        """Brush pixels (height, width) of a picture; until `settle` it is one stroke."""
        brushed = self.state.brushed
        whole = brushed[number] | mask if number in brushed else mask
        self.take(replace(self.state, brushed={**brushed, number: whole}), f"brush {number}")

    def erase(self, number: int, mask: Mask) -> None:
        """Unmark pixels of a picture; its boxes become brushed pixels, of which some are left."""
        left = self.state.mask(number, *mask.shape) & ~mask
        boxes = tuple(box for box in self.state.boxes if box.sample != number)
        self.take(Marked(boxes, {**self.state.brushed, number: left}), f"erase {number}")

    def clear(self) -> None:
        """Unmark everything."""
        if self.state.boxes or self.state.brushed:
            self.take(Marked())
