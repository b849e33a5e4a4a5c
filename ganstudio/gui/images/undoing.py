"""A state that can be undone and redone, without a widget."""

from __future__ import annotations

from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Signal

__all__ = ["Undoable"]

State = TypeVar("State")
KEPT = 200
"""States that can be undone."""


class Undoable(QObject, Generic[State]):
    """One state after the other, each a value that nobody changes.

    Subclasses take a new one with `take`, or forget all with `begin_with`, which says nothing.

    Attributes
    ----------
    changed : Signal()
        The state is another one.
    history_changed : Signal()
        Something else can be undone or redone.
    """

    changed = Signal()
    history_changed = Signal()

    def __init__(self, state: State, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.begin_with(state)

    @property
    def state(self) -> State:
        """What is set now."""
        return self._state

    def begin_with(self, state: State) -> None:
        """Forget all states for one, without a signal."""
        self._state = state
        self._past: list[State] = []
        self._future: list[State] = []
        self._key = ""

    def take(self, state: State, key: str = "") -> None:
        """Go to a new state; those with the same key in a row are undone as one, until `settle`."""
        if not key or key != self._key:
            self._past = [*self._past[1 - KEPT :], self._state]
        self._future.clear()
        self._go(state, key)

    def settle(self) -> None:
        """Say that a gesture has ended: what comes next is undone by itself."""
        self._key = ""

    @property
    def can_undo(self) -> bool:
        """Whether there is something to undo."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether something was undone."""
        return bool(self._future)

    def undo(self) -> None:
        """Go back to the state before."""
        if self._past:
            self._future.append(self._state)
            self._go(self._past.pop())

    def redo(self) -> None:
        """Go again to what was undone."""
        if self._future:
            self._past.append(self._state)
            self._go(self._future.pop())

    def _go(self, state: State, key: str = "") -> None:
        self._state, self._key = state, key
        self.history_changed.emit()
        self.changed.emit()
