"""The one place where window and engines touch: a thread that waits, so that the window never does."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import queue
import signal
import time
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal

from ganstudio.engine.client import EngineProcess

if TYPE_CHECKING:
    from ganstudio.dissection_messages import ToEngine

__all__ = ["EngineLink"]

PATIENCE_MILLISECONDS = 2500
"""How long the thread may take to end; the engine is given a second of it."""


class EngineLink(QThread):
    """Owns one engine process and the connection to it.

    Everything that could block, from starting the process to writing into a full pipe, happens in this
    thread. An engine publishes a run again only after `Taken`, so signals never queue up.

    Attributes
    ----------
    pid
        Process number of the engine, None while it is being started.
    heard, begun, silent
        When the session last heard of it (monotonic clock), whether it ever did, and whether that is too long ago.
    """

    arrived = Signal(object)
    """A message of `ganstudio.image_messages.FromEngine`."""
    died = Signal(str)
    """The engine ended without being asked to; says how, in words."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._outbox: queue.SimpleQueue[ToEngine | None] = queue.SimpleQueue()
        self._woken, self._waker = multiprocessing.Pipe(duplex=False)
        self._signalled = False
        self.heard = time.monotonic()
        self.silent = False
        self.begun = False
        self.pid: int | None = None

    def post(self, message: ToEngine) -> None:
        """Send a message; returns at once. Messages to a dead engine are dropped."""
        self._put(message)

    def stop(self) -> None:
        """Ask the engine to end."""
        self._put(None)

    def dispose(self) -> None:
        """Wait for the thread's end, by force if it does not come, and delete it."""
        if not self.wait(PATIENCE_MILLISECONDS):
            self.kill()
            self.wait()
        self._woken.close()
        self._waker.close()
        self.deleteLater()

    def kill(self) -> None:
        """End the process at once; it may hang in the middle of a message, which then ends, too."""
        if self.pid is not None:
            with contextlib.suppress(OSError):
                os.kill(self.pid, getattr(signal, "SIGKILL", signal.SIGTERM))

    def _put(self, message: ToEngine | None) -> None:
        """Queue a message and wake the thread, with one byte for however many messages wait."""
        self._outbox.put(message)
        if not self._signalled:
            self._signalled = True
            self._waker.send_bytes(b".")

    def run(self) -> None:
        """Carry messages both ways until asked to stop or the engine is gone."""
        engine = None
        try:
            engine = EngineProcess()
            self.pid = engine.pid
            self._carry(engine)
        except (EOFError, OSError) as error:
            self.died.emit(engine.obituary() if engine else f"it could not be started ({error})")
        finally:
            if engine is not None:
                engine.stop()

    def _carry(self, engine: EngineProcess) -> None:
        while True:
            ready = wait([engine.connection, self._woken])
            if self._woken in ready:
                self._woken.recv_bytes()
                self._signalled = False
                with contextlib.suppress(queue.Empty):
                    while True:
                        message = self._outbox.get_nowait()
                        if message is None:
                            return
                        engine.send(message)
            if engine.connection in ready:
                self.arrived.emit(engine.receive())
