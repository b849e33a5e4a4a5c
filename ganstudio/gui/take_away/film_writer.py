"""A film on its way into a file: a thread that feeds an encoder, which is a process of its own."""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path
from typing import IO

from PySide6.QtCore import QObject, QThread, Signal

from ganstudio.files import FileError
from ganstudio.films.encoders import ENCODERS, FilmError, Size

__all__ = ["FilmWriter"]

QUIETLY = 0
if sys.platform == "win32":
    QUIETLY = subprocess.CREATE_NO_WINDOW | subprocess.BELOW_NORMAL_PRIORITY_CLASS
NICENESS = 10
"""Of an encoder, where processes have one: the window and its engines come first."""
LONGEST_REASON = 200
"""Characters of what an encoder says when it fails."""


class FilmWriter(QThread):
    """Takes frames and leaves a film at a path, whole or not at all.

    Parameters
    ----------
    path
        Its suffix, "gif" or "mp4", says what it becomes.
    size
        Pixels of every frame.
    rate
        Frames a second.

    Attributes
    ----------
    progressed : Signal(int)
        So many frames are encoded; only after `finish`.
    done : Signal(str)
        The film is there.
    failed : Signal(str)
        It is not; one line that names it. There is nothing after `cancel`.
    """

    progressed = Signal(int)
    done = Signal(str)
    failed = Signal(str)

    def __init__(self, path: str, size: Size, rate: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path, self._size, self._rate = path, size, rate
        self._frames: queue.SimpleQueue[tuple[bytes, int] | None] = queue.SimpleQueue()
        self._process: subprocess.Popen[bytes] | None = None
        self._cancelled = False

    @property
    def waiting(self) -> int:
        """How many frames the encoder has not yet taken."""
        return self._frames.qsize()

    def put(self, frame: bytes, times: int = 1) -> None:
        """Add a frame that is shown so many times; returns at once."""
        self._frames.put((frame, times))

    def finish(self) -> None:
        """Say that there are no more frames."""
        self._frames.put(None)

    def cancel(self) -> None:
        """Give up; nothing is left of it."""
        self._cancelled = True
        self._frames.put(None)
        self._kill()

    def run(self) -> None:
        """Feed the encoder until the last frame, then put the film in its place."""
        target = Path(os.path.realpath(self._path))
        temporary = target.with_name(f".{uuid.uuid4().hex}.part")
        try:
            self._encode(temporary)
            if not self._cancelled:
                os.replace(temporary, target)
                self.done.emit(self._path)
        except FilmError as error:
            self._fail(str(error))
        except OSError as error:
            self._fail(f"cannot be written ({error.strerror or error})")
        finally:
            self._kill()
            with contextlib.suppress(OSError):
                temporary.unlink()

    def _fail(self, problem: str) -> None:
        if not self._cancelled:
            self.failed.emit(str(FileError(self._path, problem)))

    def _encode(self, temporary: Path) -> None:
        encoder = ENCODERS[Path(self._path).suffix.removeprefix(".").lower()]
        command = encoder.command(self._size, self._rate, temporary)
        temporary.touch(exist_ok=False)  # a folder that cannot be written is told now, not after the film
        with tempfile.TemporaryFile() as said:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE if encoder.tells else subprocess.DEVNULL,
                stderr=said,
                creationflags=QUIETLY,
            )
            self._process = process
            _yield_to_others(process)
            assert process.stdin is not None
            if self._cancelled:
                process.kill()
            with process:
                # An encoder that ends early breaks the pipe; why it did stands in what it said.
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    self._feed(process)
                with contextlib.suppress(OSError):
                    process.stdin.close()
                self._listen(process.stdout)
                code = process.wait()
            if code:
                raise FilmError(f"the encoder failed ({_last_line(said) or f'code {code}'})")

    def _feed(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        while (item := self._frames.get()) is not None:
            frame, times = item
            for _ in range(times):
                process.stdin.write(frame)
        process.stdin.close()

    def _listen(self, told: IO[bytes] | None) -> None:
        for line in told or ():
            name, _, number = line.decode("ascii", "replace").strip().partition("=")
            if name == "frame" and number.isdigit():
                self.progressed.emit(int(number))

    def _kill(self) -> None:
        if self._process is not None and self._process.poll() is None:
            with contextlib.suppress(OSError):
                self._process.kill()


def _yield_to_others(process: subprocess.Popen[bytes]) -> None:
    """Let an encoder have only the time that window and engines do not need."""
    if sys.platform != "win32":
        with contextlib.suppress(OSError):  # it may have ended already
            os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)


def _last_line(said: IO[bytes]) -> str:
    said.seek(0)
    lines = said.read().decode("utf-8", "replace").split("\n")
    return next((line.strip()[:LONGEST_REASON] for line in reversed(lines) if line.strip()), "")
