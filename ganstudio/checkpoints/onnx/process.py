"""The process that evaluates one ONNX model, as its owner sees it: arrays in, arrays out, until nobody wants it."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import math
import signal
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ganstudio.checkpoints.isolation import environment, places

__all__ = ["MISSING", "GraphProcess", "ProcessError", "available"]

CHILD: Final = Path(__file__).with_name("child.py")
START: Final = 60.0
"""Seconds that ONNX Runtime may take to be imported, which on a cold disk is long."""
LOADING: Final = 4.0
LOADING_PER_MEGABYTE: Final = 0.05
"""Seconds that loading may take, and the first evaluation: what never ends is found out soon."""
EVALUATING: Final = 30.0
"""Seconds that any other evaluation may take."""
MEMORY: Final = 900 * 2**20
PER_BYTE: Final = 4
MOST_MEMORY: Final = 2**31
"""Bytes beside ONNX Runtime itself: so many, and four times the file for weights that are laid out anew."""
LARGEST_LINE: Final = 2**16
LARGEST_ANSWER: Final = 2**30
MISSING: Final = 'is an ONNX model, which needs ONNX Runtime: pip install "ganstudio[onnx]"'

Arrays = Mapping[str, NDArray[Any]]


class ProcessError(ValueError):
    """A model is not evaluated. The message says why, without its name."""


def available() -> bool:
    """Tell whether ONNX Runtime is installed, without importing it."""
    return importlib.util.find_spec("onnxruntime") is not None


class GraphProcess:
    """ONNX Runtime with one model.

    Parameters
    ----------
    content
        Of the file, checked before.
    threads
        How many ONNX Runtime may compute with.

    Raises
    ------
    ProcessError
        If there is no ONNX Runtime, or it does not take the model.
    """

    def __init__(self, content: bytes, threads: int = 1) -> None:
        if not available():
            raise ProcessError(MISSING)
        folder = tempfile.gettempdir()
        # -I: neither the environment nor the current folder has a say in what is imported.
        command = [sys.executable, "-I", str(CHILD)]
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment(folder),
                cwd=folder,
            )
        except OSError as error:
            raise ProcessError(f"cannot be run: no process can be started ({error.strerror or error})") from None
        self._finalizer = weakref.finalize(self, _ended, self._process)
        self._lock = threading.Lock()
        seconds = LOADING + LOADING_PER_MEGABYTE * len(content) / 2**20
        task = {
            "size": len(content),
            "path": places(),
            "memory": min(MOST_MEMORY, MEMORY + PER_BYTE * len(content)),
            "threads": threads,
            "seconds": seconds,
        }
        self._patience = seconds
        self._exchange(task, [content], START + seconds, f"takes longer than {seconds:.0f} s to load")

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._finalizer.alive and self._process.poll() is None

    def run(self, wanted: Sequence[str], given: Arrays) -> list[NDArray[Any]]:
        """Return the outputs of these names for arrays by the names of inputs.

        Raises
        ------
        ProcessError
            If the model does not take them, takes too long, or needs too much memory; the process has ended then.
        """
        told = [{"name": name, "dtype": array.dtype.name, "shape": list(array.shape)} for name, array in given.items()]
        contents = [np.ascontiguousarray(array).tobytes() for array in given.values()]
        request = {"wanted": list(wanted), "arrays": told, "seconds": self._patience}
        late = f"takes longer than {self._patience:.0f} s for a few samples"
        found = self._exchange(request, contents, self._patience + 5.0, late)
        self._patience = EVALUATING
        return found

    def close(self) -> None:
        """End the process."""
        self._finalizer()

    def _exchange(
        self, request: Mapping[str, Any], contents: Sequence[bytes], seconds: float, late: str
    ) -> list[NDArray[Any]]:
        """Send a request and return what comes back; one at a time."""
        with self._lock:
            # The process ends itself before that; this is for one that hangs where it cannot.
            watch = threading.Timer(seconds, self._process.kill)
            watch.start()
            try:
                return self._answer(request, contents, late)
            except BaseException:
                self.close()
                raise
            finally:
                watch.cancel()
                watch.join()

    def _answer(self, request: Mapping[str, Any], contents: Sequence[bytes], late: str) -> list[NDArray[Any]]:
        source, target = self._process.stdout, self._process.stdin
        assert source is not None
        assert target is not None
        line = b""
        try:
            target.write(json.dumps(request).encode() + b"\n")
            for content in contents:
                target.write(content)
            target.flush()
            line = source.readline(LARGEST_LINE)
        except OSError:  # it ended before it had read all; what it said may still be there
            line = source.readline(LARGEST_LINE)
        try:
            told = json.loads(line)
            if "problem" in told:
                raise ProcessError(str(told["problem"])[:500])
            return [self._array(one["dtype"], tuple(one["shape"])) for one in told["arrays"]]
        except ProcessError:
            raise
        except (ValueError, TypeError, KeyError):
            raise ProcessError(_problem(self._process.wait(), late)) from None

    def _array(self, dtype: str, shape: tuple[int, ...]) -> NDArray[Any]:
        kind = np.dtype(dtype)
        size = math.prod(shape) * kind.itemsize
        if kind.kind not in "biuf" or not 0 <= size <= LARGEST_ANSWER:
            raise ProcessError("gives something that is no array of numbers")
        assert self._process.stdout is not None
        content = self._process.stdout.read(size)
        if len(content) < size:
            raise ValueError("cut off")
        return np.frombuffer(content, kind).reshape(shape)


def _problem(code: int, late: str) -> str:
    """Return why a process ended without an answer."""
    if code in (1, -getattr(signal, "SIGKILL", 0)):
        return late
    if code == -getattr(signal, "SIGXFSZ", 0):
        return "tried to write a file"
    return f"made ONNX Runtime crash (exit code {code})"


def _ended(process: subprocess.Popen[bytes]) -> None:
    """End a process and its pipes."""
    process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):  # what was not sent has nobody to go to
                pipe.close()
    process.wait()
