"""The Filters page: boxes over an object, the filters that draw it, pictures without them (DCGAN, section 6.3.1)."""

from __future__ import annotations

import random

import numpy as np
from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from ganstudio.checkpoints.inputs import Given, picked
from ganstudio.gui import icons, theme
from ganstudio.gui.images.arrangement import fitting
from ganstudio.gui.images.inside.boxes import BoxGrid
from ganstudio.gui.images.inside.filter_panel import FilterPanel
from ganstudio.gui.images.inside.removing import Removing
from ganstudio.gui.images.inside.saving import Saving
from ganstudio.gui.images.opened import OpenedModel
from ganstudio.gui.images.picture_grid import PictureGrid
from ganstudio.gui.images.session import ImageSession
from ganstudio.gui.widgets import ElidedLabel, SegmentedControl
from ganstudio.image_messages import Pixels

__all__ = ["FiltersPage"]

SLOT = "filters"
COMPARED = ("before", "dropped", "control")
"""Rows of the comparison, and slots behind "filters "."""
MOST_COMPARED = 16
LARGEST_SEED = 10**6
SETTLE_MILLISECONDS = 60


class FiltersPage(QWidget):
    """Pictures with boxes, a comparison, and the column that decides.

    Attributes
    ----------
    said : Signal(str, str)
        (level, text) for the message bar.
    """

    said = Signal(str, str)

    def __init__(self, session: ImageSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.removing = Removing(session, self)
        self.panel = FilterPanel(self.removing)
        self.saving = Saving(session, self)
        self.saving.said.connect(self.said)
        self.grid = BoxGrid(self.tr("Pictures to draw boxes on"))
        self.grid.set_empty_text(self.tr("Choose a model on the left."))
        self.compared = PictureGrid(self.tr("Before and after"), takes=False)
        self.compared.set_describer(self._describe)
        self.which = SegmentedControl({"same": self.tr("these pictures"), "fresh": self.tr("fresh latents")})
        self.which.setAccessibleName(self.tr("What is compared"))
        self.fresh = QToolButton()
        self.fresh.setProperty("role", "plain")
        self.fresh.setAccessibleName(self.tr("Fresh latents"))
        self.fresh.setToolTip(self.tr("Fresh latents that no box was drawn on: is the object gone there, too?"))
        self.fresh_seed = 1
        self._rows: dict[str, Pixels] = {}
        self._columns = 1
        self._random = random.Random()
        self._wait = QTimer(self, singleShot=True, interval=SETTLE_MILLISECONDS)
        self._wait.timeout.connect(self._follow_room)
        self._lay_out()
        self._connect()
        self._restyle()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(ElidedLabel(self.tr("Before and after"), "heading"), 1)
        head.addWidget(self.which)
        head.addWidget(self.fresh)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.grid, 3)
        left.addLayout(head)
        left.addWidget(self.compared, 2)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addLayout(left, 1)
        row.addWidget(self.panel)

    def _connect(self) -> None:
        removing = self.removing
        removing.model_changed.connect(self._on_model)
        removing.pictures_changed.connect(self._on_pictures)
        removing.changed.connect(self._follow_choice)
        self.grid.boxes_changed.connect(self._on_boxes)
        self.grid.resized.connect(self._wait.start)
        self.compared.resized.connect(self._wait.start)
        self.panel.clear_wanted.connect(self._on_clear)
        self.panel.save_wanted.connect(self._on_save)
        self.which.chosen.connect(self._on_which)
        self.fresh.clicked.connect(self._on_fresh)
        self._session.rendered.connect(self._on_rendered)
        theme.current().changed.connect(self._restyle)

    def _restyle(self) -> None:
        self.fresh.setIcon(icons.icon("new-seed", theme.current().palette))

    def stop(self) -> None:
        """Ask for nothing more."""
        self._wait.stop()

    def set_model(self, model: OpenedModel | None) -> None:
        """Look at a model, unless it is looked at already."""
        if model is not self.removing.model:
            self.removing.set_model(model)

    # ---- asking ----------------------------------------------------------------------------------------

    def _on_model(self) -> None:
        self.grid.clear()
        self.compared.clear()
        self._on_pictures()

    def _on_pictures(self) -> None:
        removing = self.removing
        self.grid.set_boxes(removing.boxes)
        self.panel.follow()
        if removing.model is None:
            return
        self._session.ask(removing.model.key, SLOT, removing.given)
        self._follow_choice()

    def _follow_room(self) -> None:
        if self.removing.model is None:
            return
        self._arrange()
        if self._wanted_columns() != self._columns:
            self._follow_choice()

    def _arrange(self) -> None:
        """Give the pictures as many columns as make them large."""
        if self.grid.count and self._drawn is not None:
            self.grid.set_pictures(self._drawn, *self._shape(self.grid.count))

    _drawn: Pixels | None = None

    def _shape(self, n: int) -> tuple[int, int]:
        assert self.removing.model is not None
        _, height, width = self.removing.model.picture
        room = self.grid.room()
        best = max(range(1, n + 1), key=lambda columns: self._scale(room, (width, height), n, columns))
        return -(-n // best), best

    def _scale(self, room: tuple[int, int], side: tuple[int, int], n: int, columns: int) -> float:
        rows = -(-n // columns)
        return min(room[0] / columns / side[0], room[1] / rows / side[1])

    def _wanted_columns(self) -> int:
        assert self.removing.model is not None
        _, height, width = self.removing.model.picture
        room = self.compared.room(self._titles())
        return min(MOST_COMPARED, fitting(room, (width, height), MOST_COMPARED, len(COMPARED))[1])

    def _titles(self) -> list[str]:
        dropped = len(self.removing.choice.maps)
        return [
            self.tr("as it was"),
            self.tr("{0} found").format(dropped),
            self.tr("{0} random").format(dropped),
        ]

    def _follow_choice(self) -> None:
        """Draw the comparison for what is dropped now."""
        removing, choice = self.removing, self.removing.choice
        if removing.model is None:
            return
        self._columns = self._wanted_columns()
        given = self.compared_given()
        for name, removed in zip(COMPARED, ((), choice.removed, choice.control), strict=True):
            self._session.ask(removing.model.key, f"{SLOT} {name}", given, removed)

    def compared_given(self) -> Given:
        """Return the inputs of the pictures that are compared: those with boxes come first."""
        removing = self.removing
        assert removing.model is not None
        if self.which.current == "fresh":
            return removing.model.draw(self._columns, self.fresh_seed, None)
        boxed = list(dict.fromkeys(box.sample for box in removing.boxes))
        others = [number for number in range(removing.count) if number not in boxed]
        return picked(removing.given, np.array((boxed + others)[: self._columns]))

    def _on_rendered(self, key: str, slot: str, pictures: Pixels, _seconds: float) -> None:
        model = self.removing.model
        if model is None or key != model.key or not slot.startswith(SLOT):
            return
        if slot == SLOT:
            self._drawn = pictures
            self.grid.set_pictures(pictures, *self._shape(len(pictures)))
            return
        self._rows[slot.removeprefix(f"{SLOT} ")] = pictures
        self._show_rows()

    def _show_rows(self) -> None:
        rows = [self._rows.get(name) for name in COMPARED]
        found = [row for row in rows if row is not None]
        if len(found) == len(COMPARED) and len({row.shape for row in found}) == 1:
            self.compared.set_titles(self._titles())
            self.compared.set_pictures(np.concatenate(found), len(COMPARED), len(found[0]))

    def _describe(self, number: int) -> str:
        columns = max(1, self.compared.shape[1])
        return self.tr("{0}, picture {1}").format(self._long_titles()[number // columns], number % columns + 1)

    def _long_titles(self) -> list[str]:
        dropped = len(self.removing.choice.maps)
        return [
            self.tr("as it was"),
            self.tr("without the {0} filters that were found").format(dropped),
            self.tr("control: without {0} filters at random").format(dropped),
        ]

    # ---- what a person does ----------------------------------------------------------------------------

    def _on_boxes(self) -> None:
        self.removing.boxes = self.grid.boxes
        self.panel.follow()
        if self.which.current == "same":
            self._follow_choice()

    def _on_clear(self) -> None:
        self.grid.set_boxes(())
        self._on_boxes()

    def _on_which(self) -> None:
        self._follow_choice()

    def _on_fresh(self) -> None:
        self.which.set_current("fresh")
        self.fresh_seed = self._random.randrange(LARGEST_SEED)
        self._follow_choice()

    def _on_save(self) -> None:
        if self.removing.model is not None and self.removing.choice.maps:
            self.saving.ask(self.removing.model, self.removing.choice.removed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Undo and redo what is dropped."""
        combination = QKeySequence(event.keyCombination()).toString(QKeySequence.SequenceFormat.PortableText)
        if combination == "Ctrl+Z":
            self.removing.undo()
        elif combination in ("Ctrl+Shift+Z", "Ctrl+Y"):
            self.removing.redo()
        else:
            super().keyPressEvent(event)
