"""The window's end of an engine: starts the process, sends and receives, and makes sure that it ends.

Nothing here imports torch or Qt.
"""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING

from ganstudio.messages import Shutdown

if TYPE_CHECKING:
    from ganstudio.dissection_messages import FromEngine, ToEngine

__all__ = ["EngineProcess"]

QUIET_SECONDS = 1.0
"""How long an engine may take to end by itself before it is made to."""


def _serve(connection: Connection) -> None:
    """Run the server in the new process. Its module is named by a string: importing it imports torch."""
    importlib.import_module("ganstudio.engine.server").serve(connection)
    # An orderly end takes PyTorch most of a second, and there is nothing left to put in order.
    connection.close()
    os._exit(0)


class EngineProcess:
    """One engine process.

    Attributes
    ----------
    connection
        Readable when a message waits or the engine has ended.
    """

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self._process: BaseProcess = context.Process(
            target=_serve, args=(theirs,), name="ganstudio-engine", daemon=True
        )
        self._process.start()
        theirs.close()  # so that our end reads end-of-file as soon as the engine is gone

    @property
    def pid(self) -> int | None:
        """The process's number."""
        return self._process.pid

    def send(self, message: ToEngine) -> None:
        """Send a message; raises OSError if the engine is gone."""
        self.connection.send(message)

    def receive(self) -> FromEngine:
        """Wait for the next message; raises EOFError or OSError if the engine is gone."""
        message: FromEngine = self.connection.recv()
        return message

    def obituary(self) -> str:
        """Say in words how the process ended."""
        self._process.join(QUIET_SECONDS)
        code = self._process.exitcode
        if code is None:
            return "it stopped answering"
        if code < 0:
            return f"it was ended by signal {-code}"
        return f"it ended with code {code}"

    def stop(self) -> None:
        """End the process, by force if it does not within a second."""
        with contextlib.suppress(OSError):  # it may be gone already
            self.send(Shutdown())
        self._process.join(QUIET_SECONDS)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self.connection.close()
        self._process.close()
