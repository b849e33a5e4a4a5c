"""The Find a latent page: what the generator makes of any picture, and on from there with the sliders."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from ganstudio.checkpoints.inputs import LATENT, Given, places
from ganstudio.dissection_messages import Invert, Inverted, InvertProgress
from ganstudio.gui.images.explorer import Explorer
from ganstudio.gui.images.inside.asking import Asking, numbers
from ganstudio.gui.images.opened import OpenedModel
from ganstudio.gui.images.picture_grid import PictureGrid
from ganstudio.gui.images.session import ImageSession
from ganstudio.gui.numbers import short
from ganstudio.gui.widgets import ElidedLabel, FittingLabel, FlowLayout, Refusal, SegmentedControl, label

__all__ = ["SUFFIXES", "InvertingPage"]

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp")


class InvertingPage(QWidget):
    """A picture beside its reconstruction, which grows better while the search goes on.

    Attributes
    ----------
    said : Signal(str, str)
        (level, text) for the message bar.
    carried_on : Signal()
        The latent that was found is the current one.
    """

    said = Signal(str, str)
    carried_on = Signal()

    def __init__(self, session: ImageSession, explorer: Explorer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._explorer = explorer
        self._model: OpenedModel | None = None
        self._path = ""
        self._found: Given | None = None
        self.asking = Asking(session, self)
        self.choose = QPushButton(self.tr("Choose a picture\N{HORIZONTAL ELLIPSIS}"))
        self.choose.setProperty("role", "primary")
        self.choose.setToolTip(self.tr("Any picture file; it can be dropped here, too"))
        self.fit = SegmentedControl({"crop": self.tr("crop"), "pad": self.tr("pad")})
        self.fit.setAccessibleName(self.tr("Pictures of another shape"))
        self.fit.setToolTip(self.tr("What happens to a picture of another shape: its middle is taken, or white added"))
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(120)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.go_on = QPushButton(self.tr("Carry on from here"))
        self.go_on.setToolTip(self.tr("Make this latent the current one, and go on with the sliders"))
        self.name = ElidedLabel("", "muted")
        self.refusal = Refusal()
        self.note = FittingLabel(2, "small")
        self.original = PictureGrid(self.tr("The picture"), takes=False)
        self.original.set_empty_text(self.tr("Drop a picture here: which latent does the generator make it of?"))
        self.reconstruction = PictureGrid(self.tr("What the generator makes of the latent"), takes=False)
        self.error = label("", "number")
        self.how = label("", "small")
        self.setAcceptDrops(True)
        self._lay_out()
        self._connect()
        self._say_note("")
        self._follow()

    def _lay_out(self) -> None:
        # On its own the thin bar would stick to the top of the row.
        self._bar = QWidget()
        middle = QVBoxLayout(self._bar)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.addWidget(self.progress, 0, Qt.AlignmentFlag.AlignVCenter)
        bar = QWidget()
        flow = FlowLayout(bar, 8)
        for widget in (self.choose, self.fit, self.go_on, self._bar, self.cancel):
            flow.addWidget(widget)
        pair = QHBoxLayout()
        pair.setSpacing(16)
        for title, grid in (
            (self.tr("The picture"), self.original),
            (self.tr("Its reconstruction"), self.reconstruction),
        ):
            column = QVBoxLayout()
            column.setSpacing(6)
            column.addWidget(label(title, "heading"), 0, Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(grid, 1)
            pair.addLayout(column, 1)
        told = QHBoxLayout()
        told.setSpacing(12)
        told.addWidget(self.name, 1)
        told.addWidget(self.error)
        told.addWidget(self.how)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(bar)
        layout.addWidget(self.refusal)
        layout.addWidget(self.note)
        layout.addLayout(pair, 1)
        layout.addLayout(told)

    def _connect(self) -> None:
        self.choose.clicked.connect(self._ask_path)
        self.fit.chosen.connect(self._again)
        self.cancel.clicked.connect(self.asking.cancel)
        self.go_on.clicked.connect(self.carry_on)
        self.asking.progressed.connect(self._show)
        self.asking.answered.connect(self._show)
        self.asking.failed.connect(self.refusal.say)
        self.asking.busy_changed.connect(self._follow)

    def set_model(self, model: OpenedModel | None) -> None:
        """Look with another model, for nothing yet."""
        if model is self._model:
            return
        self.asking.cancel()
        self._model, self._found, self._path = model, None, ""
        self.original.clear()
        self.reconstruction.clear()
        self.refusal.say("")
        self._say_note("")
        for text in (self.name, self.error, self.how):
            text.setText("")
        self._follow()

    def look_for(self, path: str) -> None:
        """Look for the latent of a picture file."""
        if self._model is None:
            return
        self._path, self._found = path, None
        self.refusal.say("")
        self._say_note("")
        self.original.clear()
        self.reconstruction.clear()
        self.name.setText(Path(path).name)
        for text in (self.error, self.how):
            text.setText("")
        fit: Literal["crop", "pad"] = "pad" if self.fit.current == "pad" else "crop"
        self.asking.ask(Invert(self._model.key, next(numbers), path, fit=fit))

    def carry_on(self) -> None:
        """Make what was found the current sample."""
        model, found = self._model, self._found
        if model is None or found is None or self._explorer.model is not model:
            return
        moment = self._explorer.moment
        place = places(model.architecture).get(LATENT)
        offset = moment.offset if place is None else found[place.number][0] - moment.base(model)
        self._explorer.set_own(replace(moment, offset=offset, values=model.values(found, 0), blend=None))
        self.carried_on.emit()

    def _show(self, message: object) -> None:
        if not isinstance(message, InvertProgress):
            return
        self._found = message.given
        self.original.set_pictures(message.picture[None], 1, 1)
        self.reconstruction.set_pictures(message.reconstruction[None], 1, 1)
        self.progress.setRange(0, max(1, message.total))
        self.progress.setValue(message.done)
        decibels = "\N{INFINITY}" if math.isinf(message.decibels) else short(message.decibels, 3)
        self.error.setText(self.tr("mean squared error {0}, {1} dB").format(short(message.error, 3), decibels))
        begun = self.tr("from the model's encoder") if message.by_encoder else self.tr("from random latents")
        ended = self.tr("found {0}") if isinstance(message, Inverted) else self.tr("looking {0}")
        self.how.setText(ended.format(begun))
        self._say_note(message.note)
        self._follow()

    def _say_note(self, note: str) -> None:
        """Say what was done to a picture of another shape."""
        self.note.setText(self.tr("{0} {1}.").format(Path(self._path).name, note) if note else "")
        self.note.setVisible(bool(note))

    def _follow(self) -> None:
        busy = self.asking.busy
        self._bar.setVisible(busy)
        self._bar.setFixedHeight(self.cancel.sizeHint().height())
        self.cancel.setVisible(busy)
        if busy and self._found is None:
            self.progress.setRange(0, 0)
        self.go_on.setEnabled(self._found is not None)

    def _again(self) -> None:
        if self._path:
            self.look_for(self._path)

    def _ask_path(self) -> None:
        dialog = QFileDialog(self, self.tr("Choose a picture"))
        dialog.setObjectName("picture")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        patterns = " ".join(f"*{suffix}" for suffix in SUFFIXES)
        dialog.setNameFilters([self.tr("Pictures ({0})").format(patterns), self.tr("All files (*)")])
        dialog.fileSelected.connect(self.look_for)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    # ---- dropping --------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a picture file; models and the like are the window's."""
        if _picture_of(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Look for its latent."""
        if path := _picture_of(event):
            event.acceptProposedAction()
            self.look_for(path)


def _picture_of(event: QDropEvent) -> str:
    """Return the path of the picture that is dropped, "" if it is something else."""
    paths = [url.toLocalFile() for url in event.mimeData().urls()]
    return paths[0] if len(paths) == 1 and paths[0].lower().endswith(SUFFIXES) else ""
