"""What the pictures and words of a graph are made from: a pane's last snapshot, its losses, and a walked iteration."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ganstudio.experiment import Experiment
from ganstudio.gui.plane.field import FieldScale, Shown
from ganstudio.gui.plane.series import Series
from ganstudio.gui.walk.plane_picture import FieldPicture
from ganstudio.messages import Snapshot, Walked

__all__ = ["Curves", "Evidence", "Window", "field_of", "read_off"]

Window = tuple[float, float, float, float]


class Curves(Protocol):
    """Losses so far, by name: a pane's chart has them."""

    def names(self) -> list[str]:
        """Return the names of the terms that have values."""

    def series(self, name: str) -> Series:
        """Return the values of one term."""


@dataclass(frozen=True)
class Evidence:
    """What is known of a pane's run.

    Attributes
    ----------
    real : ndarray (n, 2)
        The pane's real samples.
    snapshot
        The last one of the present, None before it. In slow motion the last one before the iteration.
    field
        The critic's, from that snapshot.
    walked
        An iteration; None while the graph is live.
    later
        The critic's field after that iteration, as soon as it is known.
    """

    experiment: Experiment
    curves: Curves
    real: NDArray[np.floating]
    snapshot: Snapshot | None = None
    field: FieldPicture | None = None
    walked: Walked | None = None
    later: FieldPicture | None = None

    def after(self, snapshot: Snapshot) -> Evidence:
        """Return the same with the field after the iteration, in the colours of the one before it."""
        if snapshot.field is None or self.field is None:
            return self
        meaning = self.experiment.objective.field_meaning
        shown = Shown(meaning.shown(snapshot.field[0]), meaning, self.field.shown.reach)
        return replace(self, later=FieldPicture(shown, snapshot.window))


def field_of(snapshot: Snapshot, experiment: Experiment, scale: FieldScale) -> FieldPicture | None:
    """Return the critic's field of a snapshot's first seed, None if it has none."""
    if snapshot.field is None:
        return None
    shown = scale.show(snapshot.field[0], experiment.objective.field_meaning)
    return None if shown is None else FieldPicture(shown, snapshot.window)


def read_off(values: NDArray[np.floating], window: Window, points: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return bilinear values of a field (rows, columns) at those of the points (n, 2) that lie in its window."""
    left, right, bottom, top = window
    rows, columns = values.shape
    column = (points[:, 0] - left) / (right - left) * (columns - 1)
    row = (points[:, 1] - bottom) / (top - bottom) * (rows - 1)
    inside = (column >= 0) & (column <= columns - 1) & (row >= 0) & (row <= rows - 1)
    column, row = column[inside], row[inside]
    j, i = np.minimum(column.astype(int), columns - 2), np.minimum(row.astype(int), rows - 2)
    u, v = column - j, row - i
    below = values[i, j] * (1 - u) + values[i, j + 1] * u
    above = values[i + 1, j] * (1 - u) + values[i + 1, j + 1] * u
    return np.asarray(below * (1 - v) + above * v, np.float64)
