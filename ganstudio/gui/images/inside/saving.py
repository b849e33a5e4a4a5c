"""Asking where to write a model, and writing it."""

from __future__ import annotations

import re

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from ganstudio.dissection_messages import AblatedSaved, SaveAblated
from ganstudio.gui.images.inside.asking import Asking, numbers
from ganstudio.gui.images.opened import OpenedModel
from ganstudio.gui.images.session import ImageSession
from ganstudio.image_messages import Removed

__all__ = ["Saving"]


class Saving(QObject):
    """Writes an opened model, with or without some of its filters, as a model file.

    Attributes
    ----------
    said : Signal(str, str)
        (level, text): it is written, or why it is not.
    """

    said = Signal(str, str)

    def __init__(self, session: ImageSession, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._wanted: tuple[OpenedModel, Removed] | None = None
        self.asking = Asking(session, self)
        self.asking.answered.connect(self._on_saved)
        self.asking.failed.connect(self._on_failed)

    def ask(self, model: OpenedModel, removed: Removed = ()) -> None:
        """Ask where to, and write."""
        self._wanted = model, removed
        dialog = QFileDialog(self._window, self.tr("Save model"))
        dialog.setObjectName("save model")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("*.safetensors")
        dialog.setDefaultSuffix("safetensors")
        name = re.sub(r"[^a-z0-9]+", "-", model.name.lower()).strip("-")[:60] or "model"
        dropped = f"-without-{sum(len(maps) for _, maps in removed)}-filters" if removed else ""
        dialog.selectFile(f"{name}{dropped}.safetensors")
        dialog.fileSelected.connect(self._on_path)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def write(self, model: OpenedModel, removed: Removed, path: str) -> None:
        """Write into a file."""
        self.asking.ask(SaveAblated(model.key, next(numbers), path, removed))

    def _on_path(self, path: str) -> None:
        if self._wanted is not None:
            self.write(*self._wanted, path)

    def _on_saved(self, message: object) -> None:
        if isinstance(message, AblatedSaved):
            self.said.emit("good", self.tr("Saved {0}").format(message.path))

    def _on_failed(self, problem: str) -> None:
        self.said.emit("error", self.tr("The model was not saved: {0}").format(problem))
