"""Long work beside the window: downloads, and reading pictures."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Generator, Iterator

from PySide6.QtCore import QObject, Signal

__all__ = ["Background"]

INTERVAL = 0.1
"""Seconds between two reports, so that many small pieces do not keep the window busy."""
PATIENCE = 1.0
"""Seconds that a thread is given to end when the window closes."""


class Background(QObject):
    """Runs a generator in a thread, and tells what it yields.

    The thread is a daemon of Python's, not a QThread: looking up a host's name cannot be interrupted, and a QThread
    that hangs in it would keep the closing window waiting, for Qt aborts where a running one is deleted.

    Parameters
    ----------
    work
        Makes the generator, in the thread. It is closed at its next yield after `cancel`.
    expected
        Exceptions whose message is for people.

    Attributes
    ----------
    told : Signal(object)
        What it yielded: ten times a second at most, the last one always.
    failed : Signal(str)
        It raised; one line.
    finished : Signal()
        It came to its end.
    stopped : Signal()
        It was cancelled, and has ended.
    """

    told = Signal(object)
    failed = Signal(str)
    finished = Signal()
    stopped = Signal()

    def __init__(
        self,
        work: Callable[[], Iterator[object]],
        expected: tuple[type[Exception], ...],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._work, self._expected = work, expected
        self._cancelled = threading.Event()
        self._deaf = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="ganstudio-background", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def cancel(self) -> None:
        """Ask it to end; returns at once, and `stopped` follows."""
        self._cancelled.set()

    def forget(self) -> None:
        """Cancel it, hear nothing more of it, and delete this; returns at once."""
        self._cancelled.set()
        with self._lock:
            self._deaf = True
        self.deleteLater()

    def dispose(self) -> None:
        """Do so, and wait a second at most for its end."""
        self.forget()
        if self._thread.is_alive():
            self._thread.join(PATIENCE)

    @property
    def cancelled(self) -> bool:
        """Whether it was asked to end."""
        return self._cancelled.is_set()

    # ---- in the thread -------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            with contextlib.closing(_closable(self._work())) as results:
                last = self._report_all(results)
            if self._cancelled.is_set():
                self._emit(self.stopped)
                return
            if last is not None:
                self._emit(self.told, last)
            self._emit(self.finished)
        except self._expected as error:
            self._fail(str(error))
        except Exception as error:  # a full memory, or a fault of our own: never nothing at all
            self._fail(f"{type(error).__name__}: {error}")

    def _report_all(self, results: Iterator[object]) -> object | None:
        """Tell results now and then; return the last one if it has not been told."""
        next_report, waiting = 0.0, None
        for result in results:
            if self._cancelled.is_set():
                return None
            waiting = result
            now = time.monotonic()
            if now >= next_report:
                self._emit(self.told, result)
                next_report, waiting = now + INTERVAL, None
        return waiting

    def _fail(self, message: str) -> None:
        if self._cancelled.is_set():
            self._emit(self.stopped)
        else:
            self._emit(self.failed, " ".join(message.split()))

    def _emit(self, signal: object, *values: object) -> None:
        with self._lock:
            if not self._deaf:
                signal.emit(*values)  # type: ignore[attr-defined]


def _closable(results: Iterator[object]) -> Generator[object]:
    yield from results
