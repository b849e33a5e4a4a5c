"""What mouse and keys do to a drawing: brush, eraser, Gaussians."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Qt

from ganstudio.gui.numbers import next_nice
from ganstudio.gui.own_data.board import Board
from ganstudio.gui.own_data.drawing import Place
from ganstudio.gui.own_data.items import LEAST_GRIP

__all__ = ["BrushTool", "GaussianTool", "Pointer", "Tool"]

ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Down: (0, -1),
    Qt.Key.Key_Up: (0, 1),
}
SMALLER = (Qt.Key.Key_BracketLeft, Qt.Key.Key_PageDown)
LARGER = (Qt.Key.Key_BracketRight, Qt.Key.Key_PageUp)
HEAVIER = (Qt.Key.Key_Plus, Qt.Key.Key_Equal)
REMOVE = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
STRIDE = 0.01
"""Share of what is seen that an arrow key moves things; five times as much with Shift."""
NOTCH = 1.1
"""What a notch of the wheel, or a key, makes something larger by."""
REACH = 10.0
"""Pixels around a centre or a handle that count as on it."""


@dataclass(frozen=True)
class Pointer:
    """Where the mouse is, or the keyboard's brush: place, units a pixel, units that are seen, and modifier keys."""

    place: Place
    pixel: float
    seen: float
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier

    @property
    def shift(self) -> bool:
        """Whether Shift is down."""
        return bool(self.modifiers & Qt.KeyboardModifier.ShiftModifier)

    @property
    def control(self) -> bool:
        """Whether Ctrl is down."""
        return bool(self.modifiers & Qt.KeyboardModifier.ControlModifier)


class Tool:
    """What the left button, the wheel and keys do. Methods that return a bool say whether it meant anything."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, board: Board) -> None:
        self.board = board

    def press(self, at: Pointer) -> None:
        """Take the left button going down."""

    def move(self, at: Pointer) -> None:
        """Take a move with the left button down."""

    def release(self) -> None:
        """Take the left button coming up."""
        self.board.end()

    def wheel(self, notches: float, at: Pointer) -> bool:
        """Take the wheel."""
        return False

    def key(self, key: Qt.Key, at: Pointer, *, repeated: bool) -> bool:
        """Take a key going down; `at` is the middle of what is seen."""
        return False

    def key_up(self, key: Qt.Key) -> bool:
        """Take a key coming up."""
        return False


class BrushTool(Tool):
    """Paints, or erases, with the mouse, or with arrow keys while Space is held.

    Attributes
    ----------
    place
        Where the keyboard has moved the brush to, None before it has.
    """

    def __init__(self, board: Board, kind: Literal["brush", "eraser"]) -> None:
        super().__init__(board)
        self._erases = kind == "eraser"
        self._last: Place | None = None
        self._space = False
        self.place: Place | None = None

    def press(self, at: Pointer) -> None:
        """Put the brush down."""
        self.place, self._last = None, at.place
        self.board.begin_stroke(at.place, erases=self._erases)

    def move(self, at: Pointer) -> None:
        """Draw a straight line from where the mouse was last heard of."""
        if self._last is not None:
            self.board.extend_stroke(self._last, at.place)
            self._last = at.place

    def release(self) -> None:
        """Lift the brush."""
        self._last, self._space = None, False
        super().release()

    def wheel(self, notches: float, at: Pointer) -> bool:
        """Make the brush larger or smaller."""
        self._resize(NOTCH**notches)
        return True

    def key(self, key: Qt.Key, at: Pointer, *, repeated: bool) -> bool:
        """Move the brush, put it down, resize it."""
        if key in ARROWS and not at.control:
            self._go(key, at)
        elif key == Qt.Key.Key_Space:
            if not repeated and not self.board.busy:
                self._space = True
                self.place = self.place or at.place
                self.board.begin_stroke(self.place, erases=self._erases)
        elif key in SMALLER or key in LARGER:
            self._resize(NOTCH if key in LARGER else 1 / NOTCH)
        else:
            return False
        return True

    def key_up(self, key: Qt.Key) -> bool:
        """Lift the brush with Space."""
        if key != Qt.Key.Key_Space:
            return False
        if self._space:
            self.release()
        return True

    def _go(self, key: Qt.Key, at: Pointer) -> None:
        step = STRIDE * at.seen * (5 if at.shift else 1)
        old = self.place or at.place
        half = self.board.drawing.width / 2
        x, y = (min(max(value + step * way, -half), half) for value, way in zip(old, ARROWS[key], strict=True))
        self.place = (x, y)
        if self._space:
            self.board.extend_stroke(old, self.place)

    def _resize(self, factor: float) -> None:
        self.board.brush.size = self.board.brush.resized(factor)
        self.board.changed.emit()


Part = Literal["centre", "right", "top"]


class GaussianTool(Tool):
    """Places Gaussians, drags them and their handles; keys do the same to the chosen one."""

    cursor = Qt.CursorShape.ArrowCursor

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self._part: Part | None = None
        self._offset: Place = (0.0, 0.0)
        self._slack: Place = (0.0, 0.0)

    def press(self, at: Pointer) -> None:
        """Choose what is under the mouse, or place a Gaussian; either can then be dragged."""
        self._part = self._handle(at)
        found = None if at.shift else self._found(at)
        if self._part is None and found is not None:
            self.board.choose(found)
        self.board.begin_drag()
        if self._part is None:
            self._part = "centre"
            if found is None and not self.board.add_gaussian(at.place):
                self.board.abandon()
        gaussian = self.board.gaussian
        if gaussian is None:
            return
        # What is dragged keeps its distance from the mouse, so that it does not jump when it is taken.
        x, y = (middle - place for middle, place in zip(gaussian.centre, at.place, strict=True))
        self._offset = (x, y)
        self._slack = (gaussian.deviations[0] - abs(x), gaussian.deviations[1] - abs(y))

    def move(self, at: Pointer) -> None:
        """Move the Gaussian, or make it wider or narrower along one axis."""
        gaussian = self.board.gaussian
        if gaussian is None or not self.board.busy:
            return
        x, y = at.place
        if self._part == "centre":
            self.board.change_gaussian(centre=(x + self._offset[0], y + self._offset[1]))
        elif self._part == "right":
            self.board.change_gaussian(
                deviations=(abs(x - gaussian.centre[0]) + self._slack[0], gaussian.deviations[1])
            )
        elif self._part == "top":
            self.board.change_gaussian(
                deviations=(gaussian.deviations[0], abs(y - gaussian.centre[1]) + self._slack[1])
            )

    def wheel(self, notches: float, at: Pointer) -> bool:
        """Make the chosen Gaussian wider or narrower if the mouse is on it."""
        if self.board.gaussian is None or self._found(at) != self.board.chosen:
            return False
        self._widen(NOTCH**notches, NOTCH**notches)
        return True

    def key(self, key: Qt.Key, at: Pointer, *, repeated: bool) -> bool:
        """Add, choose, move, widen, weigh and remove Gaussians."""
        if key in (Qt.Key.Key_Space, Qt.Key.Key_Insert):
            if not repeated:
                self._add_beside(at)
            return True
        if key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            return self._cycle(-1 if key == Qt.Key.Key_Backtab or at.shift else 1)
        gaussian = self.board.gaussian
        if gaussian is None:
            return False
        if key in ARROWS and at.control:
            along = ARROWS[key]
            self._widen(NOTCH ** along[0], NOTCH ** along[1])
        elif key in ARROWS:
            step = STRIDE * at.seen * (5 if at.shift else 1)
            x, y = (place + step * way for place, way in zip(gaussian.centre, ARROWS[key], strict=True))
            self.board.change_gaussian(centre=(x, y))
        elif key in SMALLER or key in LARGER:
            factor = NOTCH if key in LARGER else 1 / NOTCH
            self._widen(factor, factor)
        elif key in HEAVIER:
            self.board.change_gaussian(weight=next_nice(gaussian.weight, 1) if gaussian.weight > 0 else 0.01)
        elif key == Qt.Key.Key_Minus:
            lighter = next_nice(gaussian.weight, -1) if gaussian.weight > 0.01 else 0.0
            self.board.change_gaussian(weight=lighter)
        elif key in REMOVE:
            self.board.remove_gaussian()
        else:
            return False
        return True

    def _add_beside(self, at: Pointer) -> None:
        """Place a Gaussian in the middle of what is seen, or beside the chosen one."""
        gaussian = self.board.gaussian
        if gaussian is None:
            self.board.add_gaussian(at.place)
        else:
            x, y = gaussian.centre
            self.board.add_gaussian((x + max(3 * gaussian.deviations[0], 0.05 * at.seen), y))

    def _cycle(self, direction: int) -> bool:
        """Choose the next Gaussian; after the last, let the focus go on to the next widget."""
        count = len(self.board.drawing.gaussians)
        before = -1 if direction > 0 else count
        index = (before if self.board.chosen is None else self.board.chosen) + direction
        inside = 0 <= index < count
        self.board.choose(index if inside else None)
        return inside

    def _widen(self, x: float, y: float) -> None:
        gaussian = self.board.gaussian
        if gaussian is not None:
            self.board.change_gaussian(deviations=(gaussian.deviations[0] * x, gaussian.deviations[1] * y))

    def _handle(self, at: Pointer) -> Part | None:
        """Return the handle of the chosen Gaussian that is under the mouse."""
        gaussian = self.board.gaussian
        if gaussian is None:
            return None
        (x, y), (a, b) = gaussian.centre, (max(wide, LEAST_GRIP * at.pixel) for wide in gaussian.deviations)
        places: dict[Part, Place] = {"right": (x + a, y), "top": (x, y + b)}
        near = {part: math.dist(place, at.place) / at.pixel for part, place in places.items()}
        part = min(near, key=lambda part: near[part])
        return part if near[part] <= min(REACH, math.dist(gaussian.centre, at.place) / at.pixel) else None

    def _found(self, at: Pointer) -> int | None:
        """Return the Gaussian whose middle is nearest of those under the mouse, in its standard deviations."""
        found: dict[int, float] = {}
        for index, gaussian in enumerate(self.board.drawing.gaussians):
            away = [
                (place - middle) / max(wide, REACH * at.pixel)
                for place, middle, wide in zip(at.place, gaussian.centre, gaussian.deviations, strict=True)
            ]
            if math.hypot(*away) <= 1.0:
                found[index] = math.hypot(*away)
        return min(found, key=lambda index: found[index]) if found else None
