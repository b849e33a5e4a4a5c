"""Strokes that ablate or insert units in one picture, without a widget: undo, and the newest picture wins."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from ganstudio.dissection.edits import Edit
from ganstudio.dissection.strokes import stroke
from ganstudio.dissection_messages import DissectionFailed, Paint
from ganstudio.gui.images.inside.asking import numbers
from ganstudio.gui.images.inside.units.dissecting import Dissecting
from ganstudio.gui.images.session import ImageSession
from ganstudio.gui.images.undoing import Undoable
from ganstudio.image_messages import Rendered

__all__ = ["Doing", "Painting"]

Doing = Literal["ablate", "insert"]
Edits = tuple[Edit, ...]
SLOT = "units brush"


class Painting(Undoable[Edits]):
    """Strokes on one of the pictures that a `Dissecting` shows. They stay when another one is chosen.

    Attributes
    ----------
    sample
        Number of the picture.
    doing
        Whether strokes ablate units, that is set them to 0, or insert them at their level.
    strength
        What levels are multiplied by.
    picture : array (height, width, channels) or None
        With all strokes, as of the newest answer.
    """

    picture_changed = Signal()
    sample_changed = Signal()
    failed = Signal(str)
    """The picture cannot be drawn; says why."""

    def __init__(self, session: ImageSession, dissecting: Dissecting, parent: QObject | None = None) -> None:
        super().__init__((), parent)
        self._session, self._dissecting = session, dissecting
        self.sample = 0
        self.doing: Doing = "ablate"
        self.strength = 1.0
        self.picture: NDArray[np.uint8] | None = None
        self._asked: tuple[str, int] | None = None
        self._asked_sample = 0
        self._is_old = False
        self.changed.connect(self.ask)
        dissecting.model_changed.connect(self._on_model)
        dissecting.pictures_changed.connect(self._on_pictures)
        session.told.connect(self._on_told)
        session.opened.connect(self._on_opened)
        session.lost.connect(self._on_lost)

    def changed_pixels(self) -> tuple[int, int] | None:
        """Return how many pixels the strokes change, and of how many; None while that is not known."""
        pictures = self._dissecting.pictures
        if not self.state or self.picture is None or pictures is None:
            return None
        differs = (self.picture != pictures[self.sample]).any(axis=-1)
        return int(differs.sum()), differs.size

    # ---- strokes ---------------------------------------------------------------------------------------

    @property
    def can_paint(self) -> bool:
        """Whether there are units to set and a picture to see it on."""
        known = self._dissecting.units is not None and self._dissecting.pictures is not None
        return known and bool(self._dissecting.chosen)

    def begin(self, points: NDArray[np.float64], diameter: float) -> None:
        """Begin a stroke with the chosen units at points (k, 2) of the picture."""
        units, place, model = self._dissecting.units, self._dissecting.place, self._dissecting.model
        if not self.can_paint or units is None or place is None or model is None:
            return
        chosen = self._dissecting.chosen
        levels = tuple(self.strength * float(units.levels[unit]) for unit in chosen) if self.doing == "insert" else None
        cells = stroke(points, diameter, model.picture[1:], (place.height, place.width))
        self.settle()
        self.take((*self.state, Edit(place.index, chosen, cells, levels)), "stroke")

    def go_on(self, points: NDArray[np.float64], diameter: float) -> None:
        """Go on with the stroke."""
        model = self._dissecting.model
        if not self.state or model is None or self._key != "stroke":
            return
        last = self.state[-1]
        height, width = last.cells.shape
        cells = last.cells | stroke(points, diameter, model.picture[1:], (height, width))
        if (cells != last.cells).any():
            self.take((*self.state[:-1], replace(last, cells=cells)), "stroke")

    def reset(self) -> None:
        """Take all strokes away; that, too, can be undone."""
        if self.state:
            self.take(())

    def set_sample(self, number: int) -> None:
        """Show the same strokes on another picture."""
        if number != self.sample:
            self.sample = number
            self.sample_changed.emit()
            self.ask()

    # ---- asking ----------------------------------------------------------------------------------------

    def ask(self) -> None:
        """Ask for the picture with all strokes; while one is being drawn, only for the newest after it."""
        dissecting = self._dissecting
        if dissecting.model is None or dissecting.pictures is None:
            return
        if self._asked is not None:
            self._is_old = True
            return
        if not self.state:
            self._show(dissecting.pictures[self.sample])
            return
        self._asked, self._asked_sample = (dissecting.model.key, next(numbers)), self.sample
        self._session.post(
            Paint(self._asked[0], SLOT, self._asked[1], dissecting.given_of(self.sample), self.state),
        )

    def _on_told(self, message: object) -> None:
        if not isinstance(message, Rendered | DissectionFailed) or (message.model, message.request) != self._asked:
            return
        self._asked = None
        if isinstance(message, DissectionFailed):
            self.failed.emit(message.message)
        elif self._asked_sample == self.sample:
            self._show(message.pictures[0])
        self._ask_if_old()

    def _show(self, picture: NDArray[np.uint8]) -> None:
        self.picture = picture
        self.picture_changed.emit()

    def _ask_if_old(self) -> None:
        if self._is_old:
            self._is_old = False
            self.ask()

    def _on_model(self) -> None:
        """Forget the strokes of another model; what it was asked is nobody's."""
        self._asked, self._is_old, self.picture, self.sample = None, False, None, 0
        self.begin_with(())
        self.history_changed.emit()
        self.sample_changed.emit()

    def _on_pictures(self) -> None:
        pictures = self._dissecting.pictures
        if pictures is None:
            self.picture = None
            self.picture_changed.emit()
            return
        if self.sample >= len(pictures):
            self.sample = 0
            self.sample_changed.emit()
        self.ask()

    def _on_opened(self, key: str) -> None:
        """Ask an engine that was started again once more."""
        if self._asked is not None and self._asked[0] == key:
            self._asked, self._is_old = None, False
            self.ask()

    def _on_lost(self) -> None:
        self._asked, self._is_old = None, False
