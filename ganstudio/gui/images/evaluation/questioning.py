"""Questions to an engine that take a while: one at a time, with progress, and given up at any time."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, SignalInstance

from ganstudio.image_messages import Answering, Forgo, Question, Unanswered

__all__ = ["Post", "Questioning", "numbers"]

Post = Callable[[Question | Forgo], None]

numbers = itertools.count(1)
"""Of requests. All that ask count together, so that no answer goes to somebody else."""


class Questioning(QObject):
    """Asks an engine; a newer question takes the place of the older.

    Parameters
    ----------
    post
        Sends the engine a message.
    told
        Emits whatever the engine says.

    Attributes
    ----------
    answered : Signal(object)
        `NeighboursFound` or `Represented`.
    progressed : Signal(float)
        The share of the answer that is there, 0 to 1.
    failed : Signal(str)
        There is no answer; says why.
    busy_changed : Signal()
        Something is asked, or nothing any more.
    """

    answered = Signal(object)
    progressed = Signal(float)
    failed = Signal(str)
    busy_changed = Signal()

    def __init__(self, post: Post, told: SignalInstance, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._post = post
        self._asked: tuple[str, int] | None = None
        told.connect(self._on_told)

    @property
    def busy(self) -> bool:
        """Whether an answer is awaited."""
        return self._asked is not None

    def ask(self, question: Question) -> None:
        """Ask; `question.request` is one of `numbers`."""
        self.cancel()
        self._asked = question.source, question.request
        self._post(question)
        self.busy_changed.emit()

    def cancel(self) -> None:
        """Wait for no answer any more."""
        if self._asked is not None:
            asked, self._asked = self._asked, None
            self._post(Forgo(*asked))
            self.busy_changed.emit()

    def lose(self, source: str, why: str) -> None:
        """Say that no answer comes from a source: its engine is gone, or it is another one now."""
        if self._asked is not None and self._asked[0] == source:
            self._end()
            self.failed.emit(why)

    def _on_told(self, message: object) -> None:
        if self._asked is None or (getattr(message, "source", ""), getattr(message, "request", -1)) != self._asked:
            return
        if isinstance(message, Answering):
            self.progressed.emit(message.share)
            return
        self._end()
        if isinstance(message, Unanswered):
            self.failed.emit(message.message)
        else:
            self.answered.emit(message)

    def _end(self) -> None:
        self._asked = None
        self.busy_changed.emit()
