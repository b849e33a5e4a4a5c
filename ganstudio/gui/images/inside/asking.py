"""Questions to an engine about a model's inside: each by its number, so that no answer goes to somebody else."""

from __future__ import annotations

import itertools

from PySide6.QtCore import QObject, Signal

from ganstudio.dissection_messages import Asked, Cancel, Cancelled, DissectionFailed, DissectionProgress, InvertProgress
from ganstudio.dissection_messages import Inverted as InvertEnded
from ganstudio.gui.images.session import ImageSession
from ganstudio.image_messages import Inspect, Rendered

__all__ = ["Asking", "numbers"]

numbers = itertools.count(1)
"""Of requests. All that ask one engine count together."""


class Asking(QObject):
    """One question at a time, of whatever kind; a newer one takes the place of the older.

    Attributes
    ----------
    answered : Signal(object)
        The answer came.
    progressed : Signal(object)
        `DissectionProgress` or `InvertProgress`.
    failed : Signal(str)
        It cannot be answered; says why.
    busy_changed : Signal()
        Something is asked, or nothing any more.
    """

    answered = Signal(object)
    progressed = Signal(object)
    failed = Signal(str)
    busy_changed = Signal()

    def __init__(self, session: ImageSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._asked: tuple[str, int] | None = None
        session.told.connect(self._on_told)
        session.failed.connect(self._on_gone)
        session.opened.connect(self._on_gone)
        session.lost.connect(self._on_lost)

    @property
    def busy(self) -> bool:
        """Whether an answer is awaited."""
        return self._asked is not None

    def ask(self, message: Asked | Inspect) -> None:
        """Ask; `message.request` is one of `numbers`."""
        self.cancel()
        if not self._session.is_running:
            self.failed.emit(self.tr("No engine is running."))
            return
        self._asked = message.model, message.request
        self._session.post(message)
        self.busy_changed.emit()

    def cancel(self) -> None:
        """Wait for no answer any more."""
        if self._asked is not None:
            asked, self._asked = self._asked, None
            self._session.post(Cancel(*asked))
            self.busy_changed.emit()

    def _on_told(self, message: object) -> None:
        if isinstance(message, Rendered):
            return  # a picture, whose request was counted by others
        if self._asked is None or (getattr(message, "model", ""), getattr(message, "request", -1)) != self._asked:
            return
        if isinstance(message, DissectionProgress) or (
            isinstance(message, InvertProgress) and not isinstance(message, InvertEnded)
        ):
            self.progressed.emit(message)
            return
        self._end()
        if isinstance(message, DissectionFailed):
            self.failed.emit(message.message)
        elif not isinstance(message, Cancelled):
            self.answered.emit(message)

    def _on_gone(self, key: str) -> None:
        """Nothing comes of what a model was asked that is another one now, or that a new engine has opened again."""
        if self._asked is not None and self._asked[0] == key:
            self._end()
            self.failed.emit(self.tr("The model was loaded again; ask once more."))

    def _on_lost(self) -> None:
        if self._asked is not None:
            self._end()
            self.failed.emit(self.tr("The engine has ended."))

    def _end(self) -> None:
        self._asked = None
        self.busy_changed.emit()
