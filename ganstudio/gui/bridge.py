"""The one place where window and engines touch: a thread that waits, so that the window never does."""

from __future__ import annotations

import multiprocessing
import queue
from multiprocessing.connection import wait

from PySide6.QtCore import QObject, QThread, Signal

from ganstudio.engine.client import EngineProcess
from ganstudio.messages import ToEngine

__all__ = ["EngineLink"]


class EngineLink(QThread):
    """Owns one engine process and the connection to it.

    Everything that could block, from starting the process to writing into a full pipe, happens in this
    thread. An engine publishes a run again only after `Taken`, so signals never queue up.
    """

    arrived = Signal(object)
    """A message of `ganstudio.messages.FromEngine`."""
    died = Signal(str)
    """The engine ended without being asked to; says how, in words."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._outbox: queue.SimpleQueue[ToEngine | None] = queue.SimpleQueue()
        self._woken, self._waker = multiprocessing.Pipe(duplex=False)
        self.pid: int | None = None

    def post(self, message: ToEngine) -> None:
        """Send a message; returns at once. Messages to a dead engine are dropped."""
        self._outbox.put(message)
        self._wake()

    def request_stop(self) -> None:
        """Ask the engine to end; the thread ends with it, by force after a second."""
        self._outbox.put(None)
        self._wake()

    def _wake(self) -> None:
        if not self._waker.closed and not self.isFinished():
            self._waker.send_bytes(b".")

    def run(self) -> None:
        """Carry messages both ways until asked to stop or the engine is gone."""
        engine = EngineProcess()
        self.pid = engine.pid
        try:
            while True:
                ready = wait([engine.connection, self._woken])
                if self._woken in ready:
                    self._woken.recv_bytes()
                    message = self._outbox.get()
                    if message is None:
                        break
                    engine.send(message)
                if engine.connection in ready:
                    self.arrived.emit(engine.receive())
        except (EOFError, OSError):
            self.died.emit(engine.obituary())
        finally:
            engine.stop()
            self._woken.close()
            self._waker.close()
