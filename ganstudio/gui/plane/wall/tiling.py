"""Where the cells of a wall go: squares with a caption above, as large as there is room for."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect

__all__ = ["Tiling", "tiled"]


@dataclass(frozen=True)
class Tiling:
    """A grid of equal cells.

    Attributes
    ----------
    columns, rows
        How many there are; the last row may not be full.
    side
        Of a cell's square, in pixels.
    caption
        Height of the caption above it.
    gap
        Between cells.
    left, top
        Where the first cell begins.
    """

    columns: int
    rows: int
    side: int
    caption: int
    gap: int
    left: int
    top: int

    @property
    def height(self) -> int:
        """Pixels that all rows take."""
        return self.top + self.rows * (self.side + self.caption + self.gap) - self.gap

    def cell(self, index: int) -> QRect:
        """Return where a cell goes, its caption included."""
        row, column = divmod(index, self.columns)
        x = self.left + column * (self.side + self.gap)
        y = self.top + row * (self.side + self.caption + self.gap)
        return QRect(x, y, self.side, self.side + self.caption)


def tiled(count: int, width: int, height: int, *, caption: int, gap: int, least: int) -> Tiling:
    """Return the tiling with the largest squares, in the middle of the room.

    Parameters
    ----------
    count
        Cells, at least 1.
    width, height
        The room, in pixels.
    least
        Smallest side of a square. If all of that size do not fit, they are as many in a row as there is room for,
        and rows go on below the room.
    """

    def side(columns: int) -> int:
        rows = -(-count // columns)
        across = (width - gap * (columns - 1)) // columns
        down = (height - gap * (rows - 1)) // rows - caption
        return min(across, down)

    columns = max(range(1, count + 1), key=side)
    if side(columns) < least:
        columns = min(count, max(1, (width + gap) // (least + gap)))
        size = max(least, (width - gap * (columns - 1)) // columns) if width >= least else least
        # Wider than need be would only make more to scroll.
        size = min(size, max(least, height - caption))
    else:
        # Of the layouts with squares of that size, the one without an empty row.
        size = side(columns)
        columns = -(-count // -(-count // columns))
    rows = -(-count // columns)
    left = max(0, (width - columns * (size + gap) + gap) // 2)
    top = max(0, (height - rows * (size + caption + gap) + gap) // 2)
    return Tiling(columns, rows, size, caption, gap, left, top)
