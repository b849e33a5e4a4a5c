"""A checkerboard: hard edges and corners that touch."""

from __future__ import annotations

from typing import Literal

import numpy as np

from ganstudio.data.base import FloatArray
from ganstudio.data.boxes import Boxes
from ganstudio.settings import setting

__all__ = ["Checkerboard"]


class Checkerboard(Boxes):
    """The dark squares of a board around the origin; the lower left square is dark."""

    title = "Checkerboard"
    name: Literal["checkerboard"] = "checkerboard"
    squares: int = setting(4, "Squares", "Squares in a row and in a column. 2 to 6 are sane.", ge=1, le=16)
    width: float = setting(4.0, "Width", "Of the whole board, in units of the plane. 2 to 8 is sane.", gt=0.0, le=100.0)

    def boxes(self) -> tuple[FloatArray, FloatArray]:
        """Return the dark squares' lower left corners, row by row, and their size."""
        rows, columns = np.indices((self.squares, self.squares))
        dark = (rows + columns) % 2 == 0
        side = self.width / self.squares
        corners = side * np.stack([columns[dark], rows[dark]], axis=1) - self.width / 2.0
        return corners, np.array([side, side])
