"""The drawing as it is now, what was before, and what can be done to it: the model that tools and tool bar share."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from ganstudio.data.own_gaussians import FARTHEST, MOST, NARROWEST, WIDEST
from ganstudio.gui.own_data.drawing import Drawing, Gaussian, Place, Stroke

__all__ = ["LARGEST_WEIGHT", "SIZES", "Board", "Brush"]

SIZES = (0.05, 3.0)
"""Least and largest diameter of the brush in units of the plane."""
LARGEST_WEIGHT = 1e6
LEVELS = 200
"""Steps that can be taken back."""
USUAL_DEVIATION = 0.2


class Brush:
    """What the next stroke is like."""

    def __init__(self) -> None:
        self.size = 0.4
        self.strength = 1.0

    def resized(self, factor: float) -> float:
        """Return the diameter times a factor, as far as that is allowed."""
        return float(f"{min(max(self.size * factor, SIZES[0]), SIZES[1]):.3g}")


class Step(QUndoCommand):
    """One step that can be taken back; steps of one `kind` in a row become one."""

    def __init__(self, board: Board, text: str, after: tuple[Drawing, int | None], kind: int) -> None:
        super().__init__(text)
        self._board, self._before, self._after, self._kind = board, (board.drawing, board.chosen), after, kind

    def id(self) -> int:
        """Return the kind; Qt never merges those of -1."""
        return self._kind

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take what a further step of the same kind led to."""
        assert isinstance(other, Step)
        self._after = other._after
        return True

    def redo(self) -> None:
        """Do it."""
        self._board.show_state(*self._after)

    def undo(self) -> None:
        """Take it back."""
        self._board.show_state(*self._before)


class Board(QObject):
    """A drawing that can be changed, with undo and redo.

    Attributes
    ----------
    changed : Signal()
        The drawing or the chosen Gaussian is another.
    drawing
        As it is seen, a stroke that is going on included.
    chosen
        Index of the Gaussian that keys and fields are about, or None.
    history
        Qt's stack of steps.
    """

    changed = Signal()

    def __init__(self, drawing: Drawing, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.drawing = drawing
        self.chosen: int | None = None
        self.brush = Brush()
        self.history = QUndoStack(self)
        self.history.setUndoLimit(LEVELS)
        self.history.indexChanged.connect(self._on_index)  # what can be undone is known only after the change itself
        self._deviations: Place = (USUAL_DEVIATION, USUAL_DEVIATION)
        self._stroke: Stroke | None = None
        self._before: tuple[Drawing, int | None] | None = None
        self._runs = 0

    @property
    def gaussian(self) -> Gaussian | None:
        """The chosen Gaussian."""
        return None if self.chosen is None else self.drawing.gaussians[self.chosen]

    @property
    def busy(self) -> bool:
        """Whether a stroke or a drag is going on."""
        return self._stroke is not None or self._before is not None

    def show_state(self, drawing: Drawing, chosen: int | None) -> None:
        """Show a state of the history."""
        self.drawing = drawing
        self.chosen = chosen if chosen is not None and chosen < len(drawing.gaussians) else None
        self.changed.emit()

    def _on_index(self) -> None:
        self.changed.emit()

    def choose(self, index: int | None) -> None:
        """Choose a Gaussian; that is no step of its own."""
        if index != self.chosen:
            self._runs += 1
            self.show_state(self.drawing, index)

    # ---- strokes -------------------------------------------------------------------------------------

    def begin_stroke(self, place: Place, *, erases: bool) -> None:
        """Put the brush or the eraser down."""
        self._before = (self.drawing, self.chosen)
        self._stroke = Stroke(self.drawing, self.brush.size / 2, self.brush.strength, erases=erases)
        self._text = self.tr("Erase") if erases else self.tr("Stroke")
        self.extend_stroke(place, place)

    def extend_stroke(self, start: Place, end: Place) -> None:
        """Draw on; nothing happens if the brush is up."""
        if self._stroke is not None:
            self._stroke.extend(start, end)
            self.show_state(self._stroke.drawing(), self.chosen)

    # ---- Gaussians -----------------------------------------------------------------------------------

    def add_gaussian(self, place: Place) -> bool:
        """Place a Gaussian and choose it; return whether there was room for it."""
        if len(self.drawing.gaussians) >= MOST:
            return False
        index = len(self.drawing.gaussians)
        gaussian = Gaussian(_within(place, -FARTHEST, FARTHEST), self._deviations)
        self._do(self.tr("Add a Gaussian"), self.drawing.with_gaussian(index, gaussian), index)
        return True

    def remove_gaussian(self) -> None:
        """Take the chosen Gaussian away and choose the one before it."""
        if self.chosen is not None:
            left = self.drawing.without_gaussian(self.chosen)
            chosen = min(max(self.chosen - 1, 0), len(left.gaussians) - 1)
            self._do(self.tr("Remove a Gaussian"), left, chosen if left.gaussians else None)

    def change_gaussian(
        self, *, centre: Place | None = None, deviations: Place | None = None, weight: float | None = None
    ) -> None:
        """Change the chosen Gaussian. Within a drag it is part of that; like changes in a row are one step."""
        gaussian = self.gaussian
        if gaussian is None or self.chosen is None:
            return
        kind = 0
        if centre is not None:
            gaussian = replace(gaussian, centre=_within(centre, -FARTHEST, FARTHEST))
        if deviations is not None:
            kind = 1
            gaussian = replace(gaussian, deviations=_within(deviations, NARROWEST, WIDEST))
            self._deviations = gaussian.deviations
        if weight is not None:
            kind = 2
            gaussian = replace(gaussian, weight=min(max(weight, 0.0), LARGEST_WEIGHT))
        texts = (self.tr("Move"), self.tr("Widen"), self.tr("Weigh"))
        after = self.drawing.with_gaussian(self.chosen, gaussian)
        self._do(texts[kind], after, self.chosen, 3 * self._runs + kind)

    def begin_drag(self) -> None:
        """Let all changes until `end` be one step."""
        self._before = (self.drawing, self.chosen)
        self._text = self.tr("Drag")

    # ---- the end of both, and the whole --------------------------------------------------------------

    def end(self) -> None:
        """End a stroke or a drag: it becomes a step, if it did anything."""
        before, self._before, self._stroke = self._before, None, None
        if before is None or self.drawing is before[0]:
            return
        after = (self.drawing, self.chosen)
        self.drawing, self.chosen = before  # what the step goes back to
        self._do(self._text, *after)

    def abandon(self) -> None:
        """End a stroke or a drag as if it had not begun."""
        before, self._before, self._stroke = self._before, None, None
        if before is not None:
            self.show_state(*before)

    def replace(self, text: str, drawing: Drawing) -> None:
        """Put another drawing in place of this one."""
        self._do(text, drawing, None)

    def _do(self, text: str, drawing: Drawing, chosen: int | None, kind: int = -1) -> None:
        """Take a step, or show what it leads to while it is part of a stroke or a drag."""
        if self._before is not None:
            self.show_state(drawing, chosen)
            return
        if kind < 0:
            self._runs += 1  # what comes later is no part of a row from before
        self.history.push(Step(self, text, (drawing, chosen), kind))


def _within(pair: Place, low: float, high: float) -> Place:
    """Return a pair of numbers, each brought into a range and to six digits."""
    x, y = (float(f"{min(max(value, low), high):.6g}") for value in pair)
    return x, y
