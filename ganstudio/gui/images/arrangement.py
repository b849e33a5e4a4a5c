"""How many pictures stand in a panel, and how large: filling it, with every pixel a square of the screen's pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["GAP", "Cells", "cells", "fitting"]

GAP = 3
"""Least pixels between pictures."""
LARGEST_GAP = 8


@dataclass(frozen=True)
class Cells:
    """Where pictures stand, in pixels of the screen.

    Attributes
    ----------
    left, top
        Of the first picture.
    width, height
        Of each picture.
    step_x, step_y
        From one picture to the next.
    sharp
        Whether each pixel becomes a square of whole pixels.
    """

    left: int
    top: int
    width: int
    height: int
    step_x: int
    step_y: int
    sharp: bool

    def rectangle(self, row: int, column: int) -> tuple[int, int, int, int]:
        """Return left, top, width and height of a picture."""
        return self.left + column * self.step_x, self.top + row * self.step_y, self.width, self.height

    def at(self, x: float, y: float, rows: int, columns: int) -> int | None:
        """Return the number of the picture at a point, None where there is none."""
        column, row = (int((x - self.left + GAP / 2) // self.step_x), int((y - self.top + GAP / 2) // self.step_y))
        return row * columns + column if 0 <= row < rows and 0 <= column < columns else None


def cells(room: tuple[int, int], picture: tuple[int, int], rows: int, columns: int) -> Cells:
    """Return the largest cells of so many rows and columns in a room.

    Parameters
    ----------
    room, picture
        Width and height in pixels.
    """
    wide, tall = (max(1, (room[0] - (columns - 1) * GAP) // columns), max(1, (room[1] - (rows - 1) * GAP) // rows))
    scale = min(wide / picture[0], tall / picture[1])
    whole = math.floor(scale)
    # Between whole scales a third of the room could stay empty; then a smoothed picture is the smaller evil.
    sharp = whole >= 1 and whole >= 0.74 * scale
    used = float(whole) if sharp else scale
    width, height = max(1, int(picture[0] * used)), max(1, int(picture[1] * used))
    step_x = width + _gap(room[0], width, columns)
    step_y = height + _gap(room[1], height, rows)
    left = max(0, (room[0] - (columns - 1) * step_x - width) // 2)
    top = max(0, (room[1] - (rows - 1) * step_y - height) // 2)
    return Cells(left, top, width, height, step_x, step_y, sharp)


def _gap(room: int, size: int, count: int) -> int:
    """Return the space between pictures: what is left over goes there first."""
    return min(LARGEST_GAP, max(GAP, (room - count * size) // (count + 1))) if count > 1 else GAP


def fitting(
    room: tuple[int, int],
    picture: tuple[int, int],
    wanted: int,
    rows: int | None = None,
) -> tuple[int, int]:
    """Return the rows and columns that fill a room with about so many pictures at a whole scale.

    Parameters
    ----------
    room, picture
        Width and height in pixels.
    wanted
        About how many pictures.
    rows
        A fixed number of them, if there is one; the columns are then what there is room for.
    """
    if rows is not None:  # as many columns as there is room for at the scale that the rows leave
        one = cells((10**6, room[1]), picture, rows, 1)
        return rows, max(1, (room[0] + GAP) // (one.width + GAP))
    found = []
    largest = max(1, min(room[0] // picture[0], room[1] // picture[1]))
    for scale in range(1, largest + 1):
        fit_x = max(1, (room[0] + GAP) // (picture[0] * scale + GAP))
        fit_y = max(1, (room[1] + GAP) // (picture[1] * scale + GAP))
        found.append((abs(math.log(fit_x * fit_y / wanted)), -scale, (fit_y, fit_x)))
    return min(found)[2]
